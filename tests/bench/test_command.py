"""The command line, as a person and a script meet it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from bench import evidence_file
from bench.command import app
from bench.cpu_clock import clock_source
from bench.evidence import Evidence
from tests.bench.records import evidence, row, with_model

ROOT = Path(__file__).parents[2]


def bench(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"} | environment,
        timeout=120,
        check=False,
    )


def simulated(**behaviour: object) -> dict[str, str]:
    return {"PETAPLAN_BENCH_SIMULATED": json.dumps(behaviour)}


def written(path: Path, record: Evidence) -> str:
    evidence_file.write(path, record)
    return str(path)


def test_a_run_on_this_cpu_prints_a_verified_figure_and_writes_its_evidence(tmp_path: Path) -> None:
    out, picture = tmp_path / "out.json", tmp_path / "out.svg"
    done = bench(
        "run", "--device", "cpu", "--dtype", "fp32", "--seconds", "3", "--json", str(out), "--plot", str(picture)
    )
    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout
    assert "TFLOP/s" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    found = evidence_file.read(out)
    (found_row,) = found.rows
    assert found_row.verified
    assert found_row.sustained is not None
    assert found.devices[0].software.versions["blas"] != ""
    assert ET.fromstring(picture.read_text()).tag.endswith("svg")  # noqa: S314 - our own file


def test_a_gpu_that_was_asked_for_and_is_not_here_is_exit_4_and_the_cpu_still_runs(tmp_path: Path) -> None:
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this host has a GPU driver")
    done = bench("run", "--device", "cpu", "--device", "cuda", "--dtype", "fp64", "--seconds", "2")
    assert done.returncode == 4
    assert "not measured: cuda: no GPU driver" in done.stdout
    assert "verified" in done.stdout


def test_a_precision_without_a_blas_path_says_so_instead_of_a_misleading_number() -> None:
    done = bench("run", "--device", "cpu", "--dtype", "int8", "--seconds", "2")
    assert done.returncode == 4
    assert "no BLAS path" in done.stdout
    assert "TOPS" not in done.stdout


def test_everything_wrong_with_the_options_is_said_at_once(tmp_path: Path) -> None:
    done = bench(
        "run", "--dtype", "fp23", "--device", "gpux", "--seconds", "-1", "--half-width", "0", "--shape", "0x1x1",
        "--processes", "0", "--data", "ones", "--threads", "0",
    )  # fmt: skip
    assert done.returncode == 2
    for word in ("fp23", "gpux", "--seconds", "--half-width", "--shape", "--processes", "ones", "--threads"):
        assert word in done.stderr
    assert "did you mean" in done.stderr
    assert "Traceback" not in done.stderr


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
    done = bench(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.strip() != ""
    assert "Traceback" not in done.stderr


def test_a_wrong_product_is_exit_1_and_has_no_figure(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    faults = [{"kind": "one element", "batch": 5}]
    done = bench("run", "--device", "sim", "--seconds", "2", "--json", str(out), **simulated(faults=faults))
    assert done.returncode == 1
    assert "wrong-result" in done.stdout
    assert evidence_file.read(out).rows[0].sustained is None


def test_a_driver_that_dies_is_a_line_and_not_a_crash() -> None:
    done = bench("run", "--device", "sim", "--seconds", "2", **simulated(dies_at_batch=20))
    assert done.returncode == 4
    assert "fallen off the bus" in done.stdout


def test_ctrl_c_in_the_middle_writes_a_partial_record_that_does_not_calibrate(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    words = [sys.executable, "-m", "bench", "run", "--device", "cpu", "--dtype", "fp32", "--seconds", "30"]
    process = subprocess.Popen([*words, "--json", str(out)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    time.sleep(6.0)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "partial" in said
    found = evidence_file.read(out)
    assert found.run.partial
    assert all(row.partial for row in found.rows)
    again = bench("calibrate", str(out))
    assert again.returncode == 2
    assert "partial" in again.stdout


def test_like_things_compare_and_the_verdict_names_the_cause(tmp_path: Path) -> None:
    before = written(tmp_path / "a.json", evidence(row(800.0, clock_mhz=1600.0)))
    after = written(tmp_path / "b.json", evidence(row(700.0, clock_mhz=1400.0)))
    assert bench("compare", before, before).returncode == 0
    done = bench("compare", before, after)
    assert done.returncode == 1
    assert "slower, by its clock" in done.stdout


def test_unlike_things_are_refused_with_every_field_that_differs(tmp_path: Path) -> None:
    other = with_model(row(), "Example 901")
    before = written(tmp_path / "a.json", evidence())
    after = written(tmp_path / "b.json", evidence(other))
    done = bench("compare", before, after)
    assert done.returncode == 2
    assert "model differs: 'Example 900' and 'Example 901'" in done.stderr


def test_mixed_schema_versions_are_refused(tmp_path: Path) -> None:
    before = written(tmp_path / "a.json", evidence())
    after = tmp_path / "b.json"
    after.write_bytes(evidence_file.render(evidence()).replace(b'"version": 1', b'"version": 3'))
    done = bench("compare", before, str(after))
    assert done.returncode == 2
    assert "schema version 3" in done.stderr


def test_calibrate_reads_records_and_prints_the_slowest_of_many(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{i}.json", evidence(row(800.0 + i))) for i in range(2)]
    done = bench("calibrate", "--json", *files)
    assert done.returncode == 0
    (found,) = json.loads(done.stdout)
    assert found["devices"] == 1
    assert found["expected_slowest"]["512"] < found["expected_slowest"]["8"] < found["mean"]


def test_schema_prints_the_shipped_schema() -> None:
    assert json.loads(bench("schema").stdout) == evidence_file.json_schema()


def test_doctor_names_the_blas_and_the_clock() -> None:
    done = bench("doctor")
    assert done.returncode == 0
    for word in ("blas", "cores", "cpu clock", "gpu", "nvidia-ml-py"):
        assert word in done.stdout


def test_on_a_terminal_the_estimate_and_its_interval_are_shown_while_it_runs(tmp_path: Path) -> None:
    if not hasattr(os, "openpty"):
        pytest.skip("this system has no pseudo terminals")
    outer, inner = os.openpty()
    words = [sys.executable, "-m", "bench", "run", "--device", "cpu", "--dtype", "fp32", "--seconds", "9"]
    words += ["--processes", "1"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=inner, env=environment)
    os.close(inner)
    shown = b""
    while True:
        try:
            piece = os.read(outer, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(outer)
    assert process.wait(timeout=60) == 0
    text = shown.decode("utf-8", "replace")
    assert "process 1/1" in text
    assert "TFLOP/s" in text
    assert "±" in text
    if clock_source()[0]() is not None:
        assert "MHz" in text


def test_every_command_of_the_documentation_is_one_we_have() -> None:
    text = (ROOT / "docs" / "bench.md").read_text()
    lines = [line.split("#")[0].split() for line in text.splitlines() if line.startswith("petaplan-bench ")]
    assert len(lines) >= 12
    for _, *words in lines:
        name = words[:2] if words[0] == "fleet" else words[:1]
        helped = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert helped.exit_code == 0, name
        for option in [word for word in words if word.startswith("--")]:
            assert option in helped.output, (name, option)


def test_a_number_of_threads_or_a_device_this_host_lacks_is_bad_input() -> None:
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs two processors and Linux")
    done = subprocess.run(
        ["taskset", "-c", "0", sys.executable, "-m", "bench", "run", "--device", "cpu", "--threads", "2"],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--threads 2" in done.stderr
    assert done.stdout == ""
