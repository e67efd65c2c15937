"""Faults of the benchmark, by their ids: each test fails with the behaviour that the id describes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.device import Batch, Operands
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.gpu import kernels, shapes
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.choosing import choose_all
from petaplan.bench.method.measure import ProcessResult, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.method.verify import Checker, residual
from petaplan.bench.precision import Precision
from tests.bench import clean_batches


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
