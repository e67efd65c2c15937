"""Faults of evidence (CAL-02 to CAL-06), each by its whole kind."""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from petaplan.bench.evidence.evidence_file import render
from petaplan.bench.evidence.record import DeviceRecord
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.throughput.evidence_fitness import SLICE_NAMES
from tests import commands, evidence_files
from tests.bench import records
from tests.fleets import ASCEND, H100, MI300X
from tests.hubs import hub, target

# --- CAL-02: a slice of a device is no device -------------------------------------------------------------------------


def device(kind_of: str, /, **changes: Any) -> DeviceRecord:
    aliases = {MI300X: ("mi300x",), H100: ("h100-sxm",), ASCEND: ("ascend910-9392",)}[kind_of]
    made = records.device("cuda:0", model="whatever the driver says", uuid="GPU-7")
    environment = changes.pop("environment", {})
    made = replace(made, software=replace(made.software, environment=environment))
    return replace(made, **{"aliases": aliases, "units": 304, **changes})


SLICES: dict[str, DeviceRecord] = {
    "CPX by units": device(MI300X, kind="rocm", units=38),
    "MIG by units": device(H100, units=16),
    "one unit too few": device(H100, units=131),
    "MIG by the name": device(H100, model="NVIDIA H100 80GB HBM3 MIG 1g.10gb"),
    "MIG by an alias": device(H100, aliases=("h100-sxm", "1g.10gb")),
    "MIG by the uuid": device(H100, uuid="MIG-GPU-1/7/0"),
    "MIG by what is visible": device(H100, environment={"CUDA_VISIBLE_DEVICES": "MIG-41b3"}),
    "CPX by the name": device(MI300X, model="AMD Instinct MI300X (CPX)"),
    "QPX by the name": device(MI300X, model="AMD Instinct MI300X QPX"),
    "vGPU by the name": device(H100, model="GRID H100-20C"),
    "vGPU by its profile": device(H100, model="NVIDIA H100XM-10C"),
    "a virtual function": device(MI300X, model="AMD Instinct MI300X VF"),
    "a share of time": device(H100, model="NVIDIA-H100-80GB-HBM3-SHARED"),
    "vNPU by the name": device(ASCEND, model="Ascend910 vir08"),
    "partition by the name": device(ASCEND, model="Ascend910_9392 partition 2"),
    "a share under MPS": device(H100, environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "50"}),
    "a share of cores": device(ASCEND, environment={"GPU_CORE_UTILIZATION_LIMIT": "30"}),
    "a mask of units": device(MI300X, environment={"HSA_CU_MASK": "0:0-37"}),
    "by its own word": device(H100, partition="1g.10gb"),
}


def left_out(folder: Path, one: DeviceRecord) -> str:
    row = replace(records.row(200.0), peak=None, share_of_peak=None)
    path = folder / "run.json"
    path.write_bytes(render(records.evidence(row, devices=(one,))))
    with pytest.raises(EvidenceError) as refused:
        read_evidence([path], load())
    return str(refused.value.problems[0])


@pytest.mark.parametrize("how", SLICES)
def test_cal_02_a_slice_is_left_out_and_named(tmp_path: Path, how: str) -> None:
    assert "a slice of a device" in left_out(tmp_path, SLICES[how])


@pytest.mark.parametrize("one", load().table(Accelerator), ids=lambda one: one.model)
def test_cal_02_no_name_of_a_whole_device_reads_like_a_slice(one: Accelerator) -> None:
    for name in (one.model, one.name, *one.aliases):
        assert SLICE_NAMES.search(name.replace("_", " ")) is None


@pytest.mark.parametrize(
    "whole",
    [
        device(MI300X, kind="rocm", units=304),
        device(H100, units=132, model="NVIDIA H100 80GB HBM3"),
        device(H100, environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "100"}),
        device(ASCEND, units=10, model="Ascend910_9392"),
        device(MI300X, model="AMD Instinct MI300X OAM (SPX)"),
    ],
)
def test_cal_02_a_whole_device_counts(tmp_path: Path, whole: DeviceRecord) -> None:
    row = replace(records.row(200.0), peak=None, share_of_peak=None)
    (tmp_path / "run.json").write_bytes(render(records.evidence(row, devices=(whole,))))
    assert len(read_evidence([tmp_path / "run.json"], load()).measurements) == 1


# --- CAL-03: contradictions inside a file -----------------------------------------------------------------------------


def spelt(folder: Path, *, devices: int = 2) -> dict[str, Any]:
    path = evidence_files.leave_made_up(folder, hosts=1, devices_each=devices)[0]
    found: dict[str, Any] = json.loads(path.read_bytes())
    path.unlink()
    return found


def sealed(folder: Path, values: dict[str, Any]) -> Path:
    values.pop("digest", None)
    body = (json.dumps(values)[:-1] + ", ").encode()
    path = folder / "sealed.json"
    path.write_bytes(body + b'"digest": "sha256:' + hashlib.sha256(body).hexdigest().encode() + b'"}')
    return path


def with_peak(row: dict[str, Any], tera: float, share: float) -> None:
    row["peak"] = {
        "tera_per_second": tera, "units": 1, "flop_per_clock_per_unit": 1.0, "clock_mhz": 1.0,
        "clock_known_by": "x", "how": "x",
    }  # fmt: skip
    row["share_of_peak"] = share


Values = dict[str, Any]
Change = Callable[[Values], object]


def in_row(**members: Any) -> Change:
    return lambda values: values["rows"][0].update(members)


def in_part(part: str, **members: Any) -> Change:
    return lambda values: values["rows"][0][part].update(members)


def in_device(place: int, **members: Any) -> Change:
    return lambda values: values["devices"][place].update(members)


def of_its_peak(own: float, said: float) -> Change:
    return lambda values: with_peak(values["rows"][0], values["rows"][0]["sustained"]["median"] / own, said)


CONTRADICTIONS: dict[str, Change] = {
    "share above 1": in_row(share_of_peak=3.0),
    "share above 1 with its peak": of_its_peak(1.2, 1.2),
    "share and peak": of_its_peak(0.5, 0.9),
    "key twice": lambda values: values["devices"].append(
        {**values["devices"][0], "kind": "simulated", "uuid": "another"}
    ),
    "uuid twice": lambda values: values["devices"][1].update(uuid=values["devices"][0]["uuid"]),
    "simulated beside real": in_device(1, kind="simulated"),
    "row twice": lambda values: values["rows"].append(copy.deepcopy(values["rows"][0])),
    "row of nobody": in_row(device="cuda:99"),
    "passed with faults": in_part("verification", faults=["batch 3: another product"]),
    "passed without a check": in_part("verification", vectors_checked=0, hashes_checked=0),
    "passed beyond tolerance": in_part("verification", worst_over_tolerance=1.5),
    "verified without passing": in_part("verification", passed=False),
    "more effective samples than samples": in_part("sustained", samples=10, effective_samples=40),
    "more processes than samples": in_part("sustained", samples=2, effective_samples=2, processes=3),
    "ended before it began": lambda values: values["run"].update(finished_at="2026-10-31T23:59:59Z"),
    "unit of another precision": in_part("sustained", unit="TOPS"),
}


@pytest.mark.parametrize("how", CONTRADICTIONS)
def test_cal_03_a_file_that_contradicts_itself_is_refused(tmp_path: Path, how: str) -> None:
    values = spelt(tmp_path)
    assert read_evidence([sealed(tmp_path, copy.deepcopy(values))], load()).measurements
    CONTRADICTIONS[how](values)
    path = sealed(tmp_path, values)
    with pytest.raises(EvidenceError):
        read_evidence([path], load())
    (tmp_path / "plan.yaml").write_text(write_yaml(hub()))
    assert commands.petaplan("check", "plan.yaml", "--evidence", path.name, cwd=tmp_path).code == 2


# --- CAL-04: a folder of evidence in every command --------------------------------------------------------------------


@pytest.fixture
def plan_and_runs(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(write_yaml(hub(targets=(target(1),))))
    (tmp_path / "runs").mkdir()
    (tmp_path / "empty").mkdir()
    evidence_files.leave_made_up(tmp_path / "runs")
    return tmp_path


COMMANDS = {
    "check": ("check", "plan.yaml"),
    "waterfall": ("waterfall", "plan.yaml"),
    "gate": ("gate", "plan.yaml"),
    "diff": ("diff", "plan.yaml", "plan.yaml"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_cal_04_a_folder_stands_for_its_files_in_every_command(plan_and_runs: Path, command: str) -> None:
    files = [str(path.relative_to(plan_and_runs)) for path in sorted((plan_and_runs / "runs").glob("*.json"))]
    named = commands.petaplan(*COMMANDS[command], "--evidence", *files, cwd=plan_and_runs)
    folder = commands.petaplan(*COMMANDS[command], "--evidence", "runs", cwd=plan_and_runs)
    assert (folder.code, folder.out, folder.err) == (named.code, named.out, named.err)
    assert folder.code == 0
    empty = commands.petaplan(*COMMANDS[command], "--evidence", "empty", cwd=plan_and_runs)
    assert (empty.code, "no *.json in this folder" in empty.err) == (2, True)


# --- CAL-05, CAL-06: what the documents say ---------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]


def text_of(page: str) -> str:
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("page", ["README.md", "docs/basis/throughput.md"])
def test_cal_05_delivered_is_said_to_be_no_model_utilisation(page: str) -> None:
    assert "not model FLOP utilisation" in text_of(page)


@pytest.mark.parametrize("page", ["docs/bench-evidence.md", "docs/gate.md", "docs/bench.md", "SECURITY.md"])
def test_cal_06_the_digest_is_said_to_be_no_signature(page: str) -> None:
    assert "digest is no signature" in text_of(page)
