"""Faults of the benchmark, by their ids: each test fails with the behaviour that the id describes."""

import pytest

from petaplan.bench.devices.common.device import Batch
from petaplan.bench.devices.gpu import kernels, shapes
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.choosing import choose_all
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.precision import Precision


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
