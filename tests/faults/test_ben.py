"""Faults of the benchmark, by their ids: each test fails with the behaviour that the id describes."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import kubernetes_validate
import numpy as np
import pytest
import yaml

from petaplan.bench.__main__ import program
from petaplan.bench.command_line.running import run as run_command
from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.device import Batch, Operands
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.gpu import kernels, shapes
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import Missing, RunRecord, Shape
from petaplan.bench.fleet import launch, worker
from petaplan.bench.fleet.merge import merge
from petaplan.bench.method.choosing import choose_all
from petaplan.bench.method.measure import ProcessResult, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.method.verify import Checker, residual
from petaplan.bench.precision import Precision
from tests.bench import clean_batches, records


def settings(choosing_seconds: float = 2.5) -> MeasurementSettings:
    return MeasurementSettings(
        seconds=10.0,
        choosing_seconds=choosing_seconds,
        half_width=0.003,
        data="random",
        seed=1,
        soak_seconds=0.0,
        shape=None,
    )


class Trialled:
    """A workload at a given rate; the first product on the device costs more."""

    def __init__(self, device: "Rated", shape: Shape, algorithm: int) -> None:
        self.device, self.shape, self.algorithm = device, shape, algorithm
        self.compute = type("Compute", (), {"algorithm": f"algorithm {algorithm}"})()

    def time_batch(self, calls: int) -> Batch:
        seconds = calls * self.shape.flop / self.device.rate(self.shape, self.algorithm) + self.device.first_seconds
        self.device.first_seconds = 0.0
        self.device.now += seconds
        nanoseconds = int(seconds * 1e9)
        clock = kernels.clock_mhz((0, 0, 1), (nanoseconds, int(nanoseconds * self.device.ghz), 1))
        return Batch(start_seconds=0.0, seconds=seconds, calls=calls, clock_mhz=clock)

    def close(self) -> None:
        pass


class Rated:
    """A device whose shapes have known rates, and whose clock can be read only in long windows."""

    def __init__(self, rates: dict[Shape, float], *, algorithms: int = 1, first_seconds: float = 0.2) -> None:
        self.rates, self.algorithms, self.first_seconds = rates, algorithms, first_seconds
        self.now, self.ghz = 0.0, 1.7

    def rate(self, shape: Shape, algorithm: int) -> float:
        return self.rates[shape] * (1.0 + 0.01 * algorithm)

    def seconds(self) -> float:
        return self.now

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        return tuple(self.rates)

    def algorithm_count(self, precision: Precision, shape: Shape) -> int:
        return self.algorithms

    def prepare(self, precision: Precision, shape: Shape, data: str, seed: int, algorithm: int) -> Trialled:
        return Trialled(self, shape, algorithm)


SHAPES = shapes.candidates(132)


@pytest.mark.parametrize("fastest", range(4))
@pytest.mark.parametrize("tera", [0.5, 60.0, 700.0])
def test_ben_01_the_fastest_shape_wins_whatever_the_first_product_costs(fastest: int, tera: float) -> None:
    rates = {shape: tera * 1e12 * (1.0 if n == fastest else 0.6) for n, shape in enumerate(SHAPES[:4])}
    found = choose_all(Rated(rates), Precision.BF16, settings())  # type: ignore[arg-type]
    assert found.shape == SHAPES[fastest]


@pytest.mark.parametrize("small_side", [64, 256])
def test_ben_01_a_trial_without_a_clock_is_ranked_in_the_unit_of_the_others(small_side: int) -> None:
    small, large = Shape(m=small_side, n=small_side, k=64), Shape(m=8192, n=8192, k=8192)
    for rates in ({small: 1e12, large: 700e12}, {large: 700e12, small: 1e12}):
        device = Rated(rates)
        device.now, plan = 10.0, settings(choosing_seconds=0.0)  # late: windows of 10 ms and less
        assert choose_all(device, Precision.BF16, plan).shape == large  # type: ignore[arg-type]


@pytest.mark.parametrize("choosing_seconds", [0.0, 0.1, 2.5])
def test_ben_17_the_first_candidate_does_not_win_because_time_was_over(choosing_seconds: float) -> None:
    rates = {shape: 400e12 + 10e12 * n for n, shape in enumerate(SHAPES)}
    found = choose_all(Rated(rates, algorithms=4), Precision.FP8, settings(choosing_seconds))  # type: ignore[arg-type]
    assert {trial.shape for trial in found.candidates} == set(SHAPES)
    assert found.shape == SHAPES[-1]
    assert len(found.candidates) + found.untried == 4 * len(SHAPES)


@pytest.mark.parametrize("units", [1, 14, 56, 108, 114, 132, 148, 256, 304])
def test_ben_17_8192_cubed_is_a_candidate_of_every_gpu(units: int) -> None:
    assert shapes.candidates(units)[0] == Shape(m=8192, n=8192, k=8192)


def plain(block: Any) -> Any:
    return block.astype(np.float64)


def operands(a: Any, b: Any, c: Any) -> Operands:
    return Operands(xp=np, a=a, b=b, c=c, decode_operand=plain, decode_product=plain)


class Garbled(buffers.HostSets):
    """Products over rotating buffers of which some are garbage, as ``spoils`` says by their place in the batch."""

    def __init__(self, sets: int, spoils: Callable[[int, int], bool]) -> None:
        self.shape = Shape(m=64, n=96, k=32)
        super().__init__(self.shape, np.dtype(np.float32), "random", 1, sets)
        self.spoils, self.garbage = spoils, 0

    def time_batch(self, calls: int) -> Batch:
        for call in range(calls):
            a, b, c = self.sets[(self.cursor + call) % self.set_count]
            np.matmul(a, b, out=c)
            if self.spoils(call, calls):
                c[:] = 7.0
                self.garbage += 1
        self.advance(calls)
        return Batch(start_seconds=0.0, seconds=0.002 * calls, calls=calls, clock_mhz=None)


@pytest.mark.parametrize("sets", [1, 2, 3, 7])
@pytest.mark.parametrize("place", [0, 1, 14, 26, 29])
def test_ben_03_a_garbage_product_at_any_place_of_a_batch_is_found(sets: int, place: int) -> None:
    workload = Garbled(sets, lambda call, calls: calls == 30 and call == place)
    checker = Checker(workload, Precision.FP32, 1)  # type: ignore[arg-type]
    first = checker.arm(sets)
    workload.time_batch(sets)
    checker.compare(first, "first products")
    workload.reserve(30)
    for batch in range(3):
        armed = checker.arm(30)
        workload.time_batch(30)
        checker.compare(armed, f"batch {batch}")
    verdict = checker.conclude()
    assert workload.garbage
    assert not verdict.passed
    assert verdict.one_in == 1


def test_ben_03_where_memory_holds_fewer_buffers_the_row_says_one_in_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "available_bytes", lambda: 4 * 6 * 64 * 96 * 4)
    workload = Garbled(3, lambda call, calls: False)
    checker = Checker(workload, Precision.FP32, 1)  # type: ignore[arg-type]
    workload.reserve(30)
    assert workload.set_count == 9
    for batch in range(5):
        armed = checker.arm(30)
        workload.time_batch(30)
        checker.compare(armed, f"batch {batch}")
    assert checker.conclude().one_in == 4
    row = row_of((measured_by_simulation(),), data="random", soak_seconds=0.0, partial=False)
    assert row.verification
    assert any(f"1 in {row.verification.one_in} products" in text for text in row.warnings)


def measured_by_simulation() -> ProcessResult:
    return measure(SimulatedDevice(Behaviour()), Precision.FP32, settings(), lambda progress: None)


@pytest.mark.parametrize("bit", [0, 31, 62, 63])
@pytest.mark.parametrize("columns", [1, 2, 33])
def test_ben_03_bits_turned_at_the_corners_of_a_rectangle_change_the_hash(bit: int, columns: int) -> None:
    words = np.random.default_rng(1).integers(0, 2**63, (300, 2 * columns)).astype(np.uint64)
    clean = parity_hash(words)
    for row in (0, 5, 298):
        turned = words.copy()
        turned[row : row + 2, columns - 1 : columns + 1] ^= np.uint64(1 << bit)
        assert parity_hash(turned) != clean
    stacked = np.concatenate([words, words])  # equal rows cancel in a parity
    assert parity_hash(np.concatenate([stacked, words[:2]])) != parity_hash(np.concatenate([stacked, words[2:4]]))


def rounded(values: Any, precision: Precision) -> Any:
    import ml_dtypes

    kinds = {
        Precision.FP16: np.float16,
        Precision.BF16: ml_dtypes.bfloat16,
        Precision.FP8: ml_dtypes.float8_e4m3fn,
        Precision.FP4: ml_dtypes.float4_e2m1fn,
    }
    return values.astype(np.float32).astype(kinds[precision]).astype(np.float32)


@pytest.mark.parametrize("precision", [Precision.FP16, Precision.BF16, Precision.FP8, Precision.FP4])
def test_ben_07_one_doubled_element_of_a_wide_product_is_found(precision: Precision) -> None:
    stored = Precision.FP16 if precision is Precision.FP16 else Precision.BF16
    for seed in range(6 if precision is Precision.BF16 else 2):
        rng = np.random.default_rng(seed)
        a, b = (rounded(rng.standard_normal(size), precision) for size in ((16, 256), (256, 8192)))
        c = a @ b
        assert residual(operands(a, b, rounded(c, stored)), precision, seed).is_within
        row, column = rng.integers(16), rng.integers(8192)
        smallest = SMALLEST_ERROR[precision] * float(c.std())
        c[row, column] += np.copysign(max(abs(c[row, column]), smallest), c[row, column])
        assert not residual(operands(a, b, rounded(c, stored)), precision, seed).is_within, seed


SMALLEST_ERROR = {
    Precision.TF32: 0.1,
    Precision.FP16: 0.03,
    Precision.BF16: 0.1,
    Precision.FP8: 0.2,
    Precision.FP4: 0.2,
}
"""As docs/bench.md states it, in standard deviations of the product."""


@pytest.mark.parametrize("side", [64, 257, 1024])
def test_ben_09_operands_cut_to_tf32_stay_far_within_the_tolerance(side: int) -> None:
    for seed in range(2):
        rng = np.random.default_rng(seed)
        a, b = (rng.standard_normal(size).astype(np.float32) for size in ((side, 768), (768, side)))
        c = np.matmul(*((x.view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32) for x in (a, b)))
        assert residual(operands(a, b, c), Precision.TF32, seed).worst_over_tolerance < 0.6
        c[side // 2, side // 3] += SMALLEST_ERROR[Precision.TF32] * float(c.std())
        assert not residual(operands(a, b, c), Precision.TF32, seed).is_within


@pytest.mark.parametrize("precision", list(clean_batches.FORMS))
def test_ben_09_a_sample_of_clean_products_raises_no_alarm(precision: Precision) -> None:
    worst, alarms = clean_batches.worst_of(precision, 150)
    assert alarms == 0
    assert worst < 0.75


def host_file(
    folder: Path, host: str, devices: int, *, rows: int | None = None, gaps: tuple[Missing, ...] = ()
) -> None:
    keys = [f"cuda:{place}" for place in range(devices)]
    made = records.evidence()
    made = replace(
        made,
        run=replace(made.run, id=f"run-{host}"),
        host=replace(made.host, name=host),
        devices=tuple(records.device(key, uuid=f"GPU-{host}-{key}") for key in keys),
        rows=tuple(records.row(800.0 + place, key=key) for place, key in enumerate(keys[:rows])),
        missing=gaps,
    )
    evidence_file.write(folder / f"{host}.json", made)


NO_DRIVER = Missing(what="cuda", reason="no GPU driver on this host", asked=False)
ASKED = Missing(what="cuda:0 fp8", reason="this device has no fp8", asked=True)


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"devices": 3}, "b: 3 devices of kind cuda, the cohort has 4"),
        ({"devices": 0, "gaps": (NO_DRIVER,)}, "b: 0 devices of kind cuda, the cohort has 4 on a host: no GPU driver"),
        ({"devices": 4, "rows": 2}, "b: 2 of 4 Example 900 have no"),
        ({"devices": 4, "gaps": (ASKED,)}, "b: cuda:0 fp8 was asked for and not measured: this device has no fp8"),
    ],
)
@pytest.mark.parametrize("others", ["a", "acd"])
def test_ben_04_what_a_host_lacks_is_trouble(tmp_path: Path, lacking: dict[str, Any], words: str, others: str) -> None:
    for host in others:
        host_file(tmp_path, host, 4)
    assert not merge(sorted(tmp_path.glob("*.json"))).is_trouble
    host_file(tmp_path, "b", **lacking)
    found = merge(sorted(tmp_path.glob("*.json")))
    assert found.is_trouble
    assert [gap for gap in found.gaps if gap.startswith(words)], found.gaps


def test_ben_04_a_fleet_in_which_no_host_measured_anything_is_trouble(tmp_path: Path) -> None:
    host_file(tmp_path, "a", 0, gaps=(NO_DRIVER,))
    assert merge(tmp_path.glob("*.json")).is_trouble


def unsound(made: RunRecord, kind: Any) -> RunRecord:
    row = made.rows[0]
    if kind == "no row":
        return replace(made, rows=(), missing=(NO_DRIVER,))
    if kind == "partial":
        return replace(made, run=replace(made.run, partial=True))
    if kind == "asked":
        return replace(made, missing=(ASKED,))
    bare = replace(
        row, verified=False, status=kind, reason="x", sustained=None, burst=None, verification=None, share_of_peak=None
    )  # fmt: skip
    return replace(made, rows=(*made.rows[1:], bare))


@pytest.mark.parametrize("kind", ["no row", "partial", "asked", "not-measured", "timed-out", "wrong-result"])
def test_ben_05_a_file_that_is_not_sound_is_measured_again_and_kept(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "r.host.json"
    evidence_file.write(path, records.evidence())
    assert worker.finished(path)
    evidence_file.write(path, unsound(records.evidence(), kind))
    assert not worker.finished(path)
    worker.set_aside(path)
    worker.set_aside(path)
    assert [found.name for found in tmp_path.iterdir()] == ["r.host.json.earlier-1"]


@pytest.mark.parametrize("code", [0, 1, 4])
@pytest.mark.parametrize("user", [None, "somebody"])
def test_ben_10_the_slurm_job_needs_no_user_and_ends_as_its_workers(
    tmp_path: Path, code: int, user: str | None
) -> None:
    for name, text in (("srun", f"#!/bin/sh\nexit {code}\n"), ("scontrol", "#!/bin/sh\necho a\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    fleet = launch.Fleet(run_id="r", hosts=2, out=str(tmp_path / "runs"))
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_JOB_NODELIST": "a,b"} | (
        {"USER": user} if user else {}
    )
    done = subprocess.run(
        ["bash"], input=launch.slurm_script(fleet), env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, "")


MANNER = ("--soak", "60", "--processes", "2", "--half-width", "0.01", "--shape", "4096x4096x8192")


@pytest.mark.parametrize("command", [("slurm", "--out", "/x"), ("k8s", "--image", "i", "--claim", "c")])
def test_ben_18_each_launcher_hands_on_how_to_measure(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(program(), ["fleet", *command, "--hosts", "2", "--run-id", "r", *MANNER]) == 0
    text = capsys.readouterr().out
    given = (
        yaml.safe_load(text)["spec"]["template"]["spec"]["containers"][0]["command"]
        if "k8s" in command
        else text.split()
    )
    assert [given[given.index(option) + 1] for option in MANNER[::2]] == list(MANNER[1::2])
    assert run_command(program(), ["fleet", *command, "--hosts", "2", "--run-id", "r", "--shape", "x"]) == 2


@pytest.mark.parametrize("command", ["worker", "ray"])
def test_ben_18_each_measuring_command_takes_how_to_measure(command: str, tmp_path: Path, capsys: Any) -> None:
    bad = ("--soak", "-1", "--processes", "0", "--half-width", "9", "--shape", "x")
    assert run_command(program(), ["fleet", command, "--out", str(tmp_path), "--run-id", "r", *bad]) == 2
    shown = capsys.readouterr().err
    assert all(option in shown for option in bad[::2])


def test_ben_18_the_job_is_such_as_clusters_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nodes").write_text("gpu-1\ngpu-2\n")
    options = ["--hosts", "2", "--image", "i", "--claim", "c", "--gpus", "8", "--node-list", str(tmp_path / "nodes")]
    assert run_command(program(), ["fleet", "k8s", *options, "--toleration", "example.com/bench"]) == 0
    manifest = yaml.safe_load(capsys.readouterr().out)
    kubernetes_validate.validate(manifest, "1.31", strict=True)
    assert "activeDeadlineSeconds" not in manifest["spec"]  # it would count the queue
    pod = manifest["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert {taint["key"] for taint in pod["tolerations"]} == {"nvidia.com/gpu", "example.com/bench"}
    assert {"cpu", "memory", "nvidia.com/gpu"} <= set(container["resources"]["requests"])
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    spread = pod["topologySpreadConstraints"][0]
    assert (spread["maxSkew"], spread["minDomains"]) == (1, 2)
    assert "podAntiAffinity" not in str(pod)
    assert "gpu-2" in str(pod["affinity"]["nodeAffinity"])
    assert run_command(program(), ["fleet", "k8s", *options, "--hosts", "3"]) == 2
