"""What only a GPU can prove; each test skips with its reason where there is none."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.gpu import driver_absence, kernels
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.measure import MeasurementSettings, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision

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


def test_the_parity_kernel_agrees_with_numpy(gpu: Any) -> None:
    shape = Shape(m=272, n=528, k=256)
    workload = gpu.prepare(Precision.FP32, shape, "random", 1, 0)
    workload.time_batch(1)
    product = gpu.cp.asnumpy(workload._sets[0][2]).view(np.uint64).reshape(shape.m, -1)
    assert workload.result_hash(0) == parity_hash(product)
    workload.close()


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


def test_the_fill_kernel_picks_from_the_whole_table(gpu: Any) -> None:
    cp = gpu.cp
    table, out = cp.arange(1 << 16, dtype=np.uint32), cp.empty(1 << 20, dtype=np.uint32)
    kernel = gpu.kernels.get_function(kernels.PICKS[4])
    kernel((512,), (256,), (table, out, np.uint64(out.size), np.uint64(7)))
    assert len(np.unique(cp.asnumpy(out))) > 65_000


def test_zeros_run_at_a_higher_or_equal_clock_than_random_operands(gpu: Any) -> None:
    shape = Shape(m=8192, n=8192, k=8192)
    medians = {}
    for data in ("random", "zeros"):
        workload = gpu.prepare(Precision.FP16, shape, data, 1, 0)
        found = [workload.time_batch(50).clock_mhz for _ in range(20)]
        medians[data] = float(np.median([clock for clock in found if clock]))
        workload.close()
    assert medians["zeros"] >= 0.98 * medians["random"]
