"""The command line, as a person and a script meet it."""

import codecs
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from petaplan.bench.devices.cpu.clock import clock_source
from petaplan.bench.evidence import evidence_file, slices
from petaplan.bench.evidence.record import RunRecord
from petaplan.bench.precision import Precision
from petaplan.bench.report.schema import json_schema
from petaplan.capacity.throughput import evidence_fitness
from tests.bench.records import device, evidence, row, with_model
from tests.commands import petaplan_bench

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 600
"""Of a whole process: it ends a test that hangs, and none that is slow."""


def simulated(**behaviour: object) -> dict[str, str]:
    return {"PETAPLAN_BENCH_SIMULATED": json.dumps(behaviour)}


def written(path: Path, record: RunRecord) -> str:
    evidence_file.write(path, record)
    return str(path)


def test_a_run_on_this_cpu_prints_a_verified_figure_and_writes_its_evidence(tmp_path: Path) -> None:
    out, picture = tmp_path / "out.json", tmp_path / "out.svg"
    done = petaplan_bench(
        "run",
        "--device",
        "cpu",
        "--dtype",
        "fp32",
        "--seconds",
        "3",
        "--processes",
        "1",
        "--json",
        str(out),
        "--plot",
        str(picture),
    )
    assert done.err == ""
    found = evidence_file.read(out)
    (found_row,) = found.rows
    assert found_row.verified
    if found_row.sustained is None:  # on a busy machine a processor has no figure
        assert done.code == 4
        assert re.search("stop|allow more --seconds", found_row.reason or "")
    else:
        assert done.code == 0
        assert "verified" in done.out
        assert "TFLOP/s" in done.out
    assert found.devices[0].software.versions["blas"] != ""
    assert ET.fromstring(picture.read_text()).tag.endswith("svg")  # noqa: S314 - our own file


def test_a_gpu_that_was_asked_for_and_is_not_here_is_exit_4_and_the_cpu_still_runs(tmp_path: Path) -> None:
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this host has a GPU driver")
    done = petaplan_bench("run", "--device", "cpu", "--device", "cuda", "--dtype", "fp64", "--seconds", "2")
    assert done.code == 4
    assert "not measured: cuda: no GPU driver" in done.out
    assert "cpu" in done.out
    assert "fp64" in done.out


def test_a_precision_without_a_blas_path_says_so_instead_of_a_misleading_number() -> None:
    done = petaplan_bench("run", "--device", "cpu", "--dtype", "int8", "--seconds", "2")
    assert done.code == 4
    assert "no BLAS path" in done.out
    assert "TOPS" not in done.out


def test_everything_wrong_with_the_options_is_said_at_once(tmp_path: Path) -> None:
    done = petaplan_bench(
        "run", "--dtype", "fp23", "--device", "gpux", "--seconds", "-1", "--half-width", "0", "--shape", "0x1x1",
        "--processes", "0", "--data", "ones", "--threads", "0",
    )  # fmt: skip
    assert done.code == 2
    for word in ("fp23", "gpux", "--seconds", "--half-width", "--shape", "--processes", "ones", "--threads"):
        assert word in done.err
    assert "did you mean" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--seconds", "nan"],
        ["run", "--seconds", "inf"],
        ["run", "--shape", "200000", "--device", "cpu", "--dtype", "fp64"],
        ["run", "--json", "/no/such/folder/x.json"],
        ["run", "--device", "cpu:1"],
        ["run", "--seconds", "abc"],
        ["compare", "absent.json", "absent.json"],
        ["plot", "absent.json", "x.svg"],
        ["nonsense"],
    ],
)
def test_bad_input_is_exit_2_without_a_traceback(words: list[str], tmp_path: Path) -> None:
    done = petaplan_bench(*words)
    assert done.code == 2, done.out + done.err
    assert done.err.strip() != ""


def test_a_wrong_product_is_exit_1_and_has_no_figure(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    faults = [{"kind": "one element", "batch": 5}]
    done = petaplan_bench("run", "--device", "sim", "--seconds", "2", "--json", str(out), **simulated(faults=faults))
    assert done.code == 1
    assert "wrong-result" in done.out
    assert evidence_file.read(out).rows[0].sustained is None


def test_a_device_on_which_somebody_else_computes_is_not_measured(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    behaviour = simulated(foreign_processes=["4711 python"])
    done = petaplan_bench("run", "--device", "sim", "--seconds", "2", "--json", str(out), **behaviour)
    assert done.code == 4
    assert "other processes compute on sim:0 (4711 python)" in done.out
    (found,) = evidence_file.read(out).rows
    assert found.status == "not-measured"
    assert found.sustained is None


def test_a_device_named_twice_is_measured_once(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    done = petaplan_bench(
        "run", "--device", "sim", "--device", "sim:0", "--seconds", "2", "--json", str(out), **simulated()
    )
    assert done.code == 0, done.out + done.err
    assert [device.key for device in evidence_file.read(out).devices] == ["sim:0"]


def test_what_is_no_file_is_never_written_over(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    done = petaplan_bench("run", "--device", "sim", "--seconds", "-1", "--json", str(pipe), "--plot", str(folder))
    assert done.code == 2
    for words in (f"--json {pipe}: is a device or a pipe", f"--plot {folder}: is a folder", "--seconds -1"):
        assert words in done.err
    assert pipe.is_fifo()


def test_one_file_cannot_be_record_and_picture(tmp_path: Path) -> None:
    both = str(tmp_path / "x")
    done = petaplan_bench("run", "--device", "sim", "--json", both, "--plot", both)
    assert done.code == 2
    assert "is also the file of --json" in done.err


def test_a_full_disk_costs_neither_the_figures_on_the_screen_nor_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    out.write_text("old")
    words = f"{sys.executable} -m petaplan.bench run --device sim --seconds 2 --json {out}"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 1; exec {words}"],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | simulated(), timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "verified" in done.stdout
    assert "cannot be written" in done.stderr
    assert "the file that was there is unchanged" in done.stderr
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_driver_that_dies_is_a_line_and_not_a_crash() -> None:
    done = petaplan_bench("run", "--device", "sim", "--seconds", "2", **simulated(dies_at_batch=20))
    assert done.code == 4
    assert "fallen off the bus" in done.out


@dataclass(frozen=True)
class Interrupted:
    """A run on a terminal that Ctrl-C ended after its first estimate."""

    shown: str
    """What the terminal showed."""
    out: str
    code: int
    record: Path


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    if not hasattr(os, "openpty"):
        pytest.skip("this system has no pseudo terminals")
    record = tmp_path_factory.mktemp("interrupted") / "out.json"
    outer, inner = os.openpty()
    words = ["run", "--device", "cpu", "--dtype", "fp32", "--seconds", "600", "--half-width", "1e-9"]
    process = subprocess.Popen(
        [sys.executable, "-m", "petaplan.bench", *words, "--processes", "1", "--json", str(record)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=inner, text=True, env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(inner)
    pieces = _read(outer)
    shown = ""
    for piece in pieces:
        shown += piece
        if "±" in shown:
            process.send_signal(signal.SIGINT)
            break
    shown += "".join(pieces)
    os.close(outer)
    out, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    return Interrupted(shown=shown, out=out, code=process.returncode, record=record)


def _read(terminal: int) -> Iterator[str]:
    """What is written to a terminal, until nobody has it open."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            return
        if not piece:
            return
        yield decoder.decode(piece)


def test_ctrl_c_in_the_middle_writes_a_partial_record_that_does_not_calibrate(interrupted: Interrupted) -> None:
    assert interrupted.code == 130
    assert "partial" in interrupted.out
    found = evidence_file.read(interrupted.record)
    assert found.run.partial
    assert all(row.partial for row in found.rows)
    again = petaplan_bench("calibrate", str(interrupted.record))
    assert again.code == 2
    assert "partial" in again.out


def test_on_a_terminal_the_estimate_and_its_interval_are_shown_while_it_runs(interrupted: Interrupted) -> None:
    assert "process 1/1" in interrupted.shown
    assert "TFLOP/s" in interrupted.shown
    assert "±" in interrupted.shown
    if clock_source()[0]() is not None:
        assert "MHz" in interrupted.shown


def test_a_run_without_a_figure_leaves_the_whole_one_that_stood_there(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    written(out, evidence())
    before = out.read_bytes()
    done = petaplan_bench("run", "--device", "sim", "--seconds", "2", "--json", str(out), **simulated(dies_at_batch=5))
    assert done.code == 4
    assert "holds a whole run and is left as it is" in done.err
    assert out.read_bytes() == before
    assert evidence_file.read(tmp_path / "x.incomplete.json").rows[0].sustained is None


def test_like_things_compare_and_the_verdict_names_the_cause(tmp_path: Path) -> None:
    before = written(tmp_path / "a.json", evidence(row(800.0, clock_mhz=1600.0)))
    after = written(tmp_path / "b.json", evidence(row(700.0, clock_mhz=1400.0)))
    assert petaplan_bench("compare", before, before).code == 0
    done = petaplan_bench("compare", before, after)
    assert done.code == 1
    assert "slower, by its clock" in done.out


def test_unlike_things_are_refused_with_every_field_that_differs(tmp_path: Path) -> None:
    other = with_model(row(), "Example 901")
    before = written(tmp_path / "a.json", evidence())
    after = written(tmp_path / "b.json", evidence(other))
    done = petaplan_bench("compare", before, after)
    assert done.code == 2
    assert "model differs: 'Example 900' and 'Example 901'" in done.err


def test_a_figure_that_only_one_record_has_is_named(tmp_path: Path) -> None:
    before = written(tmp_path / "a.json", evidence(row(), replace(row(), precision=Precision.FP16)))
    after = written(tmp_path / "b.json", evidence())
    done = petaplan_bench("compare", before, after)
    assert done.code == 0
    assert "only the first has cuda:0 fp16 random" in done.out


def test_mixed_schema_versions_are_refused(tmp_path: Path) -> None:
    before = written(tmp_path / "a.json", evidence())
    after = tmp_path / "b.json"
    after.write_bytes(evidence_file.render(evidence()).replace(b'"version": 1', b'"version": 3'))
    done = petaplan_bench("compare", before, str(after))
    assert done.code == 2
    assert "schema version 3" in done.err


def test_calibrate_reads_records_and_prints_the_slowest_of_many(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{i}.json", evidence(row(800.0 + i))) for i in range(2)]
    done = petaplan_bench("calibrate", "--json", *files)
    assert done.code == 0
    (found,) = json.loads(done.out)
    assert found["devices"] == 1
    assert found["expected_slowest"]["512"] < found["expected_slowest"]["8"] < found["mean"]


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"model": "AMD Instinct MI300X", "units": 38}, "38 of 304 compute units"),
        ({"model": "NVIDIA H100 80GB HBM3 MIG 1g.10gb"}, "by its name ('MIG'"),
        ({"model": "AMD Instinct MI300X CPX"}, "by its name ('CPX'"),
        ({"uuid": "MIG-77"}, "MIG-77"),
        ({"environment": {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "25"}}, "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE=25"),
    ],
)
def test_cal_02_a_part_of_a_device_does_not_calibrate_however_it_is_cut(
    tmp_path: Path, changes: dict[str, Any], sign: str
) -> None:
    """By units against the sheet, by name and by variable, as the plan's side does."""
    whole = device(uuid="GPU-2")
    if "environment" in changes:
        changes = {"software": replace(whole.software, **changes)}
    part = replace(whole, **changes)
    sliced = written(tmp_path / "b.json", evidence(row(90.0), devices=(part,), host="node-2"))
    done = petaplan_bench("calibrate", written(tmp_path / "a.json", evidence()), sliced)
    assert (done.code, f"a slice of a device, {sign}" in done.out or f"a slice of a device ({sign}" in done.out) == (
        0,
        True,
    )


def test_cal_02_the_bench_and_the_plan_know_parts_of_devices_by_the_same_signs() -> None:
    assert slices.NAMES.pattern == evidence_fitness.SLICE_NAMES.pattern
    assert slices.SHARES == evidence_fitness.SHARE_VARIABLES


def test_a_slice_of_a_device_and_a_run_given_twice_do_not_calibrate(tmp_path: Path) -> None:
    part = replace(device(uuid="GPU-2"), partition="MIG slice")
    whole = written(tmp_path / "a.json", evidence())
    sliced = written(tmp_path / "b.json", evidence(row(90.0), devices=(part,), host="node-2"))
    copy = written(tmp_path / "c.json", evidence())
    done = petaplan_bench("calibrate", whole, sliced, copy)
    assert done.code == 0
    assert "left out: 20261101T000000Z-node-2-abcdef: cuda:0 bf16: a slice of a device (MIG slice)" in done.out
    assert "the same run again; it counts once" in done.out
    assert "800.0 TFLOP/s" in done.out


def test_schema_prints_the_shipped_schema() -> None:
    assert json.loads(petaplan_bench("schema").out) == json_schema()


def test_doctor_names_the_blas_and_the_clock() -> None:
    done = petaplan_bench("doctor")
    assert done.code == 0
    for word in ("measures fp64, fp32", "no BLAS path", "blas", "cores", "cpu clock", "gpu", "nvidia-ml-py"):
        assert word in done.out


def test_every_command_of_the_documentation_is_one_we_have() -> None:
    text = (ROOT / "docs" / "bench.md").read_text()
    lines = [line.split("#")[0].split() for line in text.splitlines() if line.startswith("petaplan-bench ")]
    assert len(lines) >= 12
    for _, *words in lines:
        name = words[:2] if words[0] == "fleet" else words[:1]
        helped = petaplan_bench(*name, "--help", COLUMNS="200")
        assert helped.code == 0, name
        for option in [word for word in words if word.startswith("--")]:
            assert option in helped.out, (name, option)


def test_a_number_of_threads_or_a_device_this_host_lacks_is_bad_input() -> None:
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs two processors and Linux")
    done = subprocess.run(
        ["taskset", "-c", "0", sys.executable, "-m", "petaplan.bench", "run", "--device", "cpu", "--threads", "2"],
        capture_output=True, text=True, cwd=ROOT, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--threads 2" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("package", ["bench", "capacity"])
def test_a_package_runs_as_a_module_under_its_old_name(package: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", package, "--version"],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("petaplan")
