"""Rates that others reported: they move the prior, with a spread of their own, and nothing else."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from petaplan.bench.evidence import reported
from petaplan.bench.evidence.reported import ReportedRate, ReportedRecord, ReportedSource
from petaplan.bench.precision import Precision as BenchPrecision
from petaplan.capacity.__main__ import petaplan
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.facts.layers import laid_over
from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.hardware import Accelerator, MeasuredGemm
from petaplan.capacity.measurement import ReportedShare
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.calibration import FOREIGN_SPREAD, PUBLISHED_SPREAD, Grade, calibrate, logit, prior
from petaplan.capacity.throughput.evidence import _latest, read_evidence
from petaplan.capacity.throughput.factors import phase_waterfalls
from petaplan.capacity.throughput.reported import Rate, _same
from petaplan.infra.hong_kong import hub
from tests.evidence_files import row, write

TODAY = date(2026, 11, 28)
C910 = "huawei-ascend-910c"
PEAK = 752.0
RATE = ReportedRate(
    device="Ascend910_9392", aliases=(), precision=BenchPrecision.BF16, engine="matrix", unit="TFLOP/s",
    tera_per_second=600.0, low=590.0, high=610.0, statistic="mean", figures=2, shapes=1, shape=None, share_of_peak=None,
    note="",
)  # fmt: skip


def source(*rates: ReportedRate, sha: str = "a", **changes: Any) -> ReportedSource:
    made = ReportedSource(
        tool="flagperf", method="torch.mm", source="a site", as_of="2026-05-01", file="log", sha256=sha * 64,
        rates=rates or (RATE,), left_out=(),
    )  # fmt: skip
    return replace(made, **changes)


def file(folder: Path, *sources: ReportedSource, name: str = "reported.json") -> Path:
    path = folder / name
    path.write_bytes(reported.render(ReportedRecord(tool="a test", sources=sources or (source(),))))
    return path


def share(value: float, source: str = "a site", method: str = "torch.mm") -> ReportedShare:
    return ReportedShare(
        model=C910, precision=Precision.BF16, share=value, source=source, method=method, as_of=date(2026, 5, 1)
    )


def refusal(path: Path) -> str:
    with pytest.raises(EvidenceError) as refused:
        read_evidence([path], load())
    return "\n".join(str(problem) for problem in refused.value.problems)


def test_a_reported_rate_is_read_as_reported_and_as_nothing_else(tmp_path: Path) -> None:
    read = read_evidence([file(tmp_path)], load())
    assert read.measurements == () and read.refusals == ()
    assert [(one.model, one.share, one.source) for one in read.reported] == [(C910, 600 / PEAK, "a site")]
    assert [one.name for one in read.files] == [str(tmp_path / "reported.json")]


def test_it_moves_the_plan_s_expectation_and_measures_nothing(tmp_path: Path) -> None:
    without = phase_waterfalls(resolve(hub(), load()), Precision.BF16)[0]
    read = read_evidence([file(tmp_path)], load())
    given = phase_waterfalls(resolve(hub(), load(), read), Precision.BF16)[0]
    assert given.step("calibrated").mid > 1.05 * without.step("calibrated").mid
    assert given.measured_fraction == 0.0
    found = next(one for one in given.shares if one.model == C910).calibration
    assert (found.devices, found.hosts, found.grade) == (0, 0, Grade.C)
    assert found.source == "1 reported source"


def test_it_never_satisfies_what_asks_for_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "infra.hong_kong:hub", "--evidence", str(file(tmp_path)), "--require-evidence", "0.001"]
    assert petaplan(arguments) == 4
    told = capsys.readouterr()
    assert "0% of its petaflops is measured" in told.err
    assert "a site" in told.out


@pytest.mark.parametrize("published", [False, True])
def test_each_source_counts_once_and_adds_the_spread_of_foreign_methods(published: bool) -> None:
    model = "nvidia-h100-sxm" if published else "no-such-model"
    before = prior(model, Precision.BF16, None)
    one = prior(model, Precision.BF16, None, (), (share(0.6),))
    eight = prior(model, Precision.BF16, None, (), tuple(share(0.6) for _ in range(8)))
    assert one == eight
    assert one[1] > PUBLISHED_SPREAD
    if published:
        assert logit(0.6) < one[0] < before[0]
        assert prior(model, Precision.BF16, None, (), (share(0.6), share(0.6, "another")))[0] < one[0]
        assert one[3] == "2 published measurements and 1 reported source"
    else:
        assert one[0] == pytest.approx(logit(0.6))
        assert one[1] == pytest.approx((PUBLISHED_SPREAD**2 + FOREIGN_SPREAD**2) ** 0.5)
        assert one[3] == "1 reported source"


def test_a_higher_report_never_lowers_the_middle_and_the_order_is_nothing() -> None:
    dice = random.Random(89)  # noqa: S311 - a sample
    for _ in range(100):
        shares = [share(dice.uniform(0.2, 1.02), f"site {at}") for at in range(dice.randint(1, 5))]
        middle, spread, *_ = prior(C910, Precision.BF16, PEAK, (), tuple(shares))
        shuffled = dice.sample(shares, len(shares))
        assert prior(C910, Precision.BF16, PEAK, (), tuple(shuffled))[:2] == pytest.approx((middle, spread))
        higher = [replace(shares[0], share=min(1.02, shares[0].share + 0.1)), *shares[1:]]
        assert prior(C910, Precision.BF16, PEAK, (), tuple(higher))[0] >= middle - 1e-12


def test_measurements_win_over_reports(tmp_path: Path) -> None:
    measured = read_evidence([write(tmp_path, [row(600.0)])], load()).measurements
    alone = calibrate(C910, Precision.BF16, measured, TODAY)
    told = calibrate(C910, Precision.BF16, measured, TODAY, reported=(share(0.3),))
    assert told.devices == alone.devices == 1
    assert abs(told.mid - 600 / PEAK) < 0.1
    assert told.conflict < alone.conflict


@pytest.mark.parametrize(("over", "good"), [(1.0, True), (1.019, True), (1.021, False), (2.0, False)])
def test_more_than_the_sheet_of_the_catalogue_is_refused(tmp_path: Path, over: float, good: bool) -> None:
    tera = over * PEAK
    path = file(tmp_path, source(replace(RATE, tera_per_second=tera, low=tera, high=tera)))
    if good:
        assert len(read_evidence([path], load()).reported) == 1
    else:
        assert "expected at most 1.02 of the dense peak" in refusal(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"device": "Toy 1"}, "no accelerator of the catalogue is called 'Toy 1'"),
        ({"engine": "vector"}, "the vector engine"),
        ({"device": "Ascend910_9392 vir04", "aliases": ("Ascend910_9392",)}, "a slice of a device"),
        ({"precision": BenchPrecision.FP4}, "no dense fp4 peak"),
    ],
)
def test_a_rate_of_nothing_in_the_plan_is_left_out_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    read = read_evidence([file(tmp_path, source(RATE, replace(RATE, **changes)))], load())
    assert len(read.reported) == 1
    assert words in read.refusals[0].reason
    assert words in refusal(file(tmp_path, source(replace(RATE, **changes)), name="alone.json"))


def test_one_file_of_others_counts_once_however_often_it_was_imported(tmp_path: Path) -> None:
    paths = [file(tmp_path, name="a.json"), file(tmp_path, source(), source(sha="b"), name="b.json")]
    read = read_evidence(paths, load())
    assert len(read.reported) == 2
    assert "the same file of others" in read.refusals[0].reason


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"status": "reported"', b'"status": "measured"', "reported"),
        (b'"tera_per_second":600.0', b'"tera_per_second":650.0', "between its low and its high"),
        (b'"unit":"TFLOP/s"', b'"unit":"TOPS"', "TOPS for int8"),
        (b'"as_of":"2026-05-01"', b'"as_of":"2999-05-01"', "a day to come"),
        (b'"figures":2', b'"figures":2,"more":1', "more"),
    ],
)
def test_an_edited_file_is_refused(tmp_path: Path, old: bytes, new: bytes, words: str) -> None:
    import hashlib

    path = file(tmp_path)
    raw = path.read_bytes()
    assert old in raw
    path.write_bytes(raw.replace(old, new))
    assert "a digest that doesn't fit" in refusal(path)
    head, _, _ = raw.replace(old, new).rpartition(b'"digest"')
    path.write_bytes(head + f'"digest": "sha256:{hashlib.sha256(head).hexdigest()}"\n}}\n'.encode())
    assert words in refusal(path)


def test_the_waterfall_as_json_counts_reports_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["waterfall", "infra.hong_kong:hub", "--evidence", str(file(tmp_path)), "--format", "json"]
    assert petaplan(arguments) == 0
    told = json.loads(capsys.readouterr().out)["evidence"]
    assert (told["measurements"], told["reported"]) == (0, 1)


def test_the_910b_of_the_reference_hub_rests_on_published_runs() -> None:
    (phase, *_) = phase_waterfalls(resolve(hub(), load()), Precision.BF16)
    found = {one.model: one.calibration for one in phase.shares}
    assert found["huawei-ascend-910b2"].grade is Grade.C
    assert found["huawei-ascend-910b2"].source == "3 published measurements"
    assert found[C910].grade is Grade.D


PUBLISHED = [one for one in measured_gemms() if one.rate_tflops is not None]


@pytest.mark.parametrize(
    "gemm", PUBLISHED, ids=lambda one: f"{one.accelerator} {one.precision} {one.rate_tflops.value:g}"
)
def test_a_rate_that_the_catalogue_has_already_counts_once(gemm: MeasuredGemm, tmp_path: Path) -> None:
    assert gemm.rate_tflops is not None
    value = gemm.rate_tflops.value
    peak = load().require(Accelerator, gemm.accelerator).peak(gemm.precision)
    if peak is None or value > peak.value:
        pytest.skip("no file of others with this rate is taken: it has no peak, or is above it")
    same = replace(
        RATE, device=gemm.accelerator, precision=BenchPrecision(gemm.precision), tera_per_second=value * 1.0002,
        low=value * 0.9, high=value * 1.1, unit="TOPS" if gemm.precision is Precision.INT8 else "TFLOP/s",
    )  # fmt: skip
    other = replace(same, tera_per_second=value * 0.9731)
    read = read_evidence([file(tmp_path, source(same, other))], load())
    (refused,) = read.refusals
    assert f"the catalogue has this rate already ({gemm.rate_tflops})" in str(refused)
    (kept,) = read.reported
    assert kept.share == pytest.approx(value * 0.9731 / peak.value)


def test_a_rate_of_a_layer_counts_once_as_well(tmp_path: Path) -> None:
    layer = """\
sources:
- {key: own-letter, document: A letter of the maker, read_on: 2026-10-02}
efficiency:
- accelerator: huawei-ascend-910c
  device: A card
  precision: bf16
  method: torch.mm
  rate_tflops: {value: 600, unit: TFLOP/s, source: own-letter, as_of: 2026-10-01, status: reported}
  nominal_tflops: {value: 752, unit: TFLOP/s, source: own-letter, as_of: 2026-10-01, status: quoted}
  fraction: {value: 0.798, unit: fraction, source: own-letter, as_of: 2026-10-01, status: reported}
"""
    (tmp_path / "own.yaml").write_text(layer, encoding="utf-8")
    other = replace(RATE, tera_per_second=595.0)
    path = file(tmp_path, source(RATE, other))
    assert len(read_evidence([path], load()).reported) == 2
    read = read_evidence([path], laid_over((), [tmp_path / "own.yaml"]))
    assert [one.share for one in read.reported] == [pytest.approx(595 / PEAK)]


def test_the_last_possible_day_is_still_possible(tmp_path: Path) -> None:
    latest = _latest()
    assert len(read_evidence([file(tmp_path, source(as_of=latest.isoformat()))], load()).reported) == 1
    assert "a day to come" in refusal(file(tmp_path, source(as_of=(latest + timedelta(days=1)).isoformat())))


@pytest.mark.parametrize(("share_of_sheet", "kept"), [(1.02, True), (1.0201, False)])
def test_a_rate_is_at_most_two_percent_over_its_sheet(tmp_path: Path, share_of_sheet: float, kept: bool) -> None:
    at = file(tmp_path, source(replace(RATE, tera_per_second=share_of_sheet * PEAK, low=1.0, high=1_000.0)))
    if kept:
        assert len(read_evidence([at], load()).reported) == 1
    else:
        assert "at most 1.02 of the dense peak" in refusal(at)


@pytest.mark.parametrize(("rate", "same"), [(100.0, True), (100.05, True), (99.94, False), (100.06, False)])
def test_rates_that_agree_in_four_digits_are_one(rate: float, same: bool) -> None:
    figure = replace(measured_gemms()[0].fraction, value=100.0)
    given = Rate(
        device="x", aliases=(), precision=Precision.BF16, engine=Engine.MATRIX, unit="TFLOP/s", tera_per_second=rate,
        low=rate, high=rate, statistic="mean", figures=1, shapes=1, shape=None, share_of_peak=None, note="",
    )  # fmt: skip
    assert _same(given, figure) is same
