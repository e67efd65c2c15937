"""`petaplan-bench prove`: claims are those of the docs, and each verdict can go either way."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.simulated.device import SimulatedDevice
from petaplan.bench.evidence import evidence_file
from petaplan.bench.precision import Precision
from petaplan.bench.proof import from_rows, pairs, products, whole
from petaplan.bench.proof.checking import checked
from petaplan.bench.proof.child import ProofJob
from petaplan.bench.proof.claims import CLAIMS, Finding, Verdict, answers, not_concerned
from petaplan.bench.statistics import estimate
from tests.bench.records import device, row
from tests.commands import petaplan_bench

ROOT = Path(__file__).parents[2]


def finding(verdict: Verdict, claim: str = "B-07") -> Finding:
    return Finding(claim=claim, device="sim:0", verdict=verdict, text="as found")


def verdicts(path: Path) -> dict[str, str]:
    """Of each claim, from the page."""
    text = (path / "proof.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (B-\d\d) \| (\w+(?: \w+)?) \|", text, flags=re.MULTILINE)[: len(CLAIMS)])


def simulated(**behaviour: object) -> dict[str, str]:
    return {"PETAPLAN_BENCH_SIMULATED": json.dumps(behaviour)}


def test_the_claims_are_those_of_the_docs_word_for_word() -> None:
    text = (ROOT / "docs" / "bench.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (B-\d\d) \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    assert told == [(claim.id, claim.text, claim.asked_by) for claim in CLAIMS]
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], "not asked"),
        ([finding("proved")], "proved"),
        ([finding("proved"), finding("not asked")], "not asked"),
        ([finding("proved"), not_concerned("B-07", "cpu", "another kind")], "proved"),
        ([finding("proved"), finding("not asked"), finding("refuted")], "refuted"),
        ([finding("proved", "B-08")], "not asked"),
    ],
)
def test_a_claim_is_proved_only_when_nothing_that_it_concerns_is_left(found: list[Finding], verdict: str) -> None:
    assert next(a.verdict for a in answers(found) if a.claim.id == "B-07") == verdict


def test_a_healthy_device_proves_what_can_be_asked_of_it_and_refutes_nothing(tmp_path: Path) -> None:
    done = petaplan_bench("prove", "-o", str(tmp_path / "proof"), "--device", "sim", **simulated())
    assert done.code == 0, done.err
    found = verdicts(tmp_path / "proof")
    assert len(found) == len(CLAIMS)
    assert {claim for claim, verdict in found.items() if verdict == "proved"} >= {
        "B-01", "B-03", "B-04", "B-07", "B-08", "B-09", "B-10", "B-11", "B-14",
    }  # fmt: skip
    assert "refuted" not in found.values()
    assert "given up: rows:" in done.out
    assert evidence_file.read(tmp_path / "proof" / "heat.json").rows[0].verified
    assert json.loads((tmp_path / "proof" / "proof.json").read_text())


def test_a_device_that_is_always_wrong_refutes_figures_values_and_alarms(tmp_path: Path) -> None:
    environment = simulated(faults=[{"kind": "consistently wrong device"}])
    done = petaplan_bench(
        "prove", "-o", str(tmp_path), "--device", "sim", "--minutes", "1", **environment
    )  # fmt: skip
    assert done.code == 1
    found = verdicts(tmp_path)
    assert [found[claim] for claim in ("B-01", "B-07", "B-09", "B-08")] == ["refuted"] * 3 + ["not asked"]


def test_a_driver_that_dies_leaves_claims_unasked_and_says_why(tmp_path: Path) -> None:
    done = petaplan_bench(
        "prove", "-o", str(tmp_path), "--device", "sim", "--minutes", "1", **simulated(dies_at_batch=2)
    )  # fmt: skip
    found = verdicts(tmp_path)
    assert found["B-01"] == "not asked"
    assert "the device has fallen off the bus" in done.out
    assert "given up: sim:0: the checks ended with code 1" in done.out


def test_what_a_child_did_not_answer_is_not_proved_by_another_device() -> None:
    described = SimpleNamespace(device=device(key="cuda:0"), measurable=(Precision.FP32, Precision.BF16))
    known = [replace(finding("proved", claim), text="fp32: fine") for claim in products.CLAIMS]
    left = whole._unasked(described, known, "it hung")  # type: ignore[arg-type]
    assert [(f.claim, f.text) for f in left] == [(claim, "bf16: it hung") for claim in products.CLAIMS]
    assert {a.verdict for a in answers([*known, *left]) if a.claim.id in products.CLAIMS} == {"not asked"}
    assert whole._without_rows("cuda:0", None).verdict == "not asked"


def test_a_hung_check_is_ended_and_what_came_before_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petaplan.bench.proof.checking.GRACE_SECONDS", 4.0)
    for name, value in simulated(hangs_at_batch=0).items():
        monkeypatch.setenv(name, value)
    found, stopped = checked(ProofJob(do="check", device="sim:0", seconds=1.0, precisions=(Precision.FP32,)))
    assert (found, stopped) == ([], "the checks did not end within 5 s; the driver may hang")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "no/such/folder", "--device", "sim"), 2, "does not exist; make it first"),
        (("-o", "pyproject.toml", "--device", "sim"), 2, "expected a folder"),
        (("-o", "{tmp}/x", "--device", "sim", "--minutes", "0"), 2, "expected 0.2 to 240"),
        (("-o", "{tmp}/x", "--device", "tpu"), 2, "unknown"),
        (("-o", "{tmp}/x", "--device", "torch-npu"), 4, "no device to prove anything on"),
    ],
)
def test_bad_input_and_a_missing_device_end_in_words_and_write_nothing(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = petaplan_bench("prove", *(text.format(tmp=tmp_path) for text in arguments))
    assert (done.code, list(tmp_path.iterdir())) == (code, [])
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("kind", list(products.FAULTS))
def test_a_verification_that_sees_nothing_misses_every_fault(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workload = SimulatedDevice().prepare(Precision.FP32, products.SHAPE, "random", 1, 0)
    assert products.is_found(workload, Precision.FP32, products.FAULTS[kind])
    monkeypatch.setattr(type(workload), "result_hash", lambda self, index: "the same")
    monkeypatch.setattr("petaplan.bench.method.verify.residual", lambda *_: Within())
    assert not products.is_found(workload, Precision.FP32, products.FAULTS[kind])
    workload.close()


class Within:
    """A residual that is always within its tolerance."""

    is_within, worst_over_tolerance = True, 0.0


def test_an_element_off_by_more_than_the_tolerance_shows_in_the_values() -> None:
    workload = SimulatedDevice().prepare(Precision.FP32, products.SHAPE, "random", 1, 0)
    workload.time_batch(2)
    assert products.error_over_tolerance(workload, Precision.FP32) < 1.0
    workload.sets[0][2][11, 13] += 0.01
    assert products.error_over_tolerance(workload, Precision.FP32) > 1.0
    workload.sets[0][2][11, 13] = np.nan
    assert products.error_over_tolerance(workload, Precision.FP32) == float("inf")


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([1.0] * 12, "proved"),
        ([0.975, 0.985] * 6, "proved"),
        ([1.4] * 12, "proved"),
        ([0.9] * 12, "refuted"),
        ([0.5, 0.95, 0.96, 0.96, 1.0, 1.5] * 2, "not asked"),
    ],
)
def test_a_rate_is_judged_against_the_plain_loop_by_its_interval(ratios: list[float], verdict: str) -> None:
    assert pairs.judged("B-05", "torch-cpu", "fp32", estimate(np.array(ratios))).verdict == verdict
    assert pairs.judged("B-05", "torch-cpu", "fp32", None).verdict == "not asked"


def test_a_limit_that_changed_meanwhile_is_refuted() -> None:
    before = replace(device(), power_limit_w=700.0)
    assert from_rows.unchanged(before, before, (1980.0, 1980.0)).verdict == "proved"
    assert from_rows.unchanged(before, replace(before, power_limit_w=600.0), (None, None)).verdict == "refuted"
    assert from_rows.unchanged(before, before, (1980.0, 1755.0)).verdict == "refuted"
    assert not from_rows.unchanged(replace(before, power_limit_w=None), None, (None, None)).applies


def test_a_long_row_that_does_not_settle_refutes_unless_it_was_disturbed_or_cut_short() -> None:
    long = row()
    assert [f.verdict for f in from_rows.heat("cuda:0", replace(long, steady=True), None)] == ["proved", "not asked"]
    assert next(from_rows.heat("cuda:0", replace(long, steady=False), None)).verdict == "refuted"
    assert next(from_rows.heat("cuda:0", replace(long, steady=False, partial=True), None)).verdict == "not asked"


@pytest.mark.torch
@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed: see make test-torch")
def test_a_processor_through_pytorch_refutes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "petaplan.bench", "prove", "-o", str(tmp_path), "--device", "torch-cpu"]
    done = subprocess.run([*command, "--minutes", "1.5"], capture_output=True, text=True, check=False, timeout=600)
    found: dict[str, Any] = verdicts(tmp_path)
    assert len(found) == len(CLAIMS), done.stderr
    assert "refuted" not in found.values(), done.stdout
    # On a host that is slow for a while all of it may be given up for time.
    assert done.returncode == (0 if "proved" in found.values() else 4), done.stderr
