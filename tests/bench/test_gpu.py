"""What only a GPU can prove; each test skips with its reason where there is none."""

from collections.abc import Iterator
from typing import Any

import pytest

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.gpu import driver_absence
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.measure import MeasurementSettings, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision
from petaplan.bench.proof import gpu_checks

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def gpu() -> Iterator[Any]:
    absence = driver_absence()
    if absence is not None:
        pytest.skip(absence)
    device = registry.open_device("cuda:0")
    yield device
    device.close()


def plan(seconds: float = 6.0, shape: Shape | None = None) -> MeasurementSettings:
    return MeasurementSettings(
        seconds=seconds,
        choosing_seconds=3.0,
        half_width=0.003,
        data="random",
        seed=1,
        soak_seconds=0.0,
        shape=shape,
    )


@pytest.mark.parametrize("precision", list(Precision))
def test_each_precision_gives_a_verified_figure_below_its_peak(gpu: Any, precision: Precision) -> None:
    reason = gpu.why_not(precision)
    if reason:
        pytest.skip(reason)
    part = measure(gpu, precision, plan(), lambda progress: None)
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert row.verified, row.reason
    assert row.sustained is not None
    if row.share_of_peak is not None:
        assert 0.2 < row.share_of_peak <= 1.0


def test_the_probe_agrees_with_the_driver_within_a_tenth(gpu: Any) -> None:
    workload = gpu.prepare(Precision.FP16, Shape(m=4096, n=4096, k=4096), "random", 1, 0)
    clocks = [workload.time_batch(200).clock_mhz for _ in range(5)]
    workload.close()
    highest = gpu.maximum_clock_mhz()
    assert all(clock is not None for clock in clocks)
    if highest is not None:
        assert all(0.3 * highest < clock <= 1.02 * highest for clock in clocks if clock)


@pytest.mark.parametrize("precision", [Precision.FP16, Precision.BF16, Precision.FP8, Precision.INT8])
def test_one_flipped_bit_and_one_stale_buffer_are_caught(gpu: Any, precision: Precision) -> None:
    if gpu.why_not(precision):
        pytest.skip(gpu.why_not(precision))
    workload = gpu.prepare(precision, Shape(m=1024, n=1024, k=1024), "random", 1, 0)
    workload.time_batch(workload.set_count)
    clean = workload.result_hash(0)
    workload._sets[0][2][12345] ^= 1
    assert workload.result_hash(0) != clean
    workload.poison(0)
    assert workload.result_hash(0) != clean
    workload.close()


@pytest.mark.parametrize("claim", list(gpu_checks.CHECKS))
def test_what_the_claims_say_of_kernels_and_clocks_holds(gpu: Any, claim: str) -> None:
    holds, text = gpu_checks.CHECKS[claim](gpu)
    assert holds, text
