"""Every injected fault is caught, and ten thousand clean batches raise no alarm."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.common.device import Batch, Operands
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.cpu.device import NumpyDevice, NumpyWorkload
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.devices.simulated.faults import Fault, FaultKind, corrupt
from petaplan.bench.evidence.record import Compute, Shape
from petaplan.bench.method.measure import MeasurementSettings, measure
from petaplan.bench.method.verify import Checker, residual
from petaplan.bench.precision import Precision

SIDE = 96
SHAPE = Shape(m=SIDE, n=SIDE + 32, k=SIDE + 64)


def plan(seconds: float = 4.0) -> MeasurementSettings:
    return MeasurementSettings(
        seconds=seconds,
        choosing_seconds=0.0,
        half_width=0.003,
        data="random",
        seed=3,
        soak_seconds=0.0,
        shape=None,
    )


def operands(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Operands:
    def widen(block: Any) -> Any:
        return block.astype(np.float64)

    return Operands(xp=np, a=a, b=b, c=c, decode_operand=widen, decode_product=widen)


@dataclass
class Spoiled:
    """A real NumPy workload whose buffers are spoiled after a chosen batch."""

    inner: NumpyWorkload
    fault: Fault
    rng: np.random.Generator
    batch: int = -1

    @property
    def shape(self) -> Shape:
        return self.inner.shape

    @property
    def compute(self) -> Compute:
        return self.inner.compute

    @property
    def set_count(self) -> int:
        return self.inner.set_count

    def time_batch(self, calls: int) -> Batch:
        self.batch += 1
        written = self.inner.next_sets(calls)
        product = self.inner.operands(written[-1]).c
        before = product.copy()
        timed = self.inner.time_batch(calls)
        if self.fault.strikes(self.batch):
            if self.fault.kind is FaultKind.STALE:
                product[:] = before
            elif self.fault.kind in (FaultKind.CONSTANT, FaultKind.CONSISTENT):
                for index in written:
                    corrupt(self.inner.operands(index).c, self.fault.kind, self.rng)
            else:
                corrupt(product, self.fault.kind, self.rng)
        return timed

    def reserve(self, calls: int) -> None:
        self.inner.reserve(calls)

    def next_sets(self, calls: int) -> tuple[int, ...]:
        return self.inner.next_sets(calls)

    def poison(self, index: int) -> None:
        self.inner.poison(index)

    def result_hash(self, index: int) -> str:
        return self.inner.result_hash(index)

    def operands(self, index: int) -> Operands:
        return self.inner.operands(index)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture(scope="module")
def cpu() -> NumpyDevice:
    device = NumpyDevice(threads=1)
    device.cache_bytes = 1 << 17  # two small buffer sets instead of many
    return device


@pytest.mark.parametrize("precision", [Precision.FP32, Precision.FP64])
@pytest.mark.parametrize("kind", list(FaultKind))
@pytest.mark.parametrize("seed", range(5))
def test_each_fault_in_real_numpy_buffers_is_caught(
    cpu: NumpyDevice, precision: Precision, kind: FaultKind, seed: int
) -> None:
    inner = cpu.prepare(precision, SHAPE, "random", seed, 0)
    workload = Spoiled(inner=inner, fault=Fault(kind=kind, batch=3), rng=np.random.default_rng(seed))
    checker = Checker(workload, precision, seed)
    for batch in range(6):
        sets = checker.arm(2)
        workload.time_batch(2)
        checker.compare(sets, f"batch {batch}")
    verdict = checker.conclude()
    assert not verdict.passed, kind
    assert verdict.faults


@pytest.mark.parametrize("kind", list(FaultKind))
def test_each_fault_on_the_simulated_device_leaves_no_figure(kind: FaultKind) -> None:
    device = SimulatedDevice(Behaviour(faults=(Fault(kind=kind, batch=12),)))
    part = measure(device, Precision.FP32, plan(), lambda progress: None)
    assert not part.verification.passed


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.CONSISTENT])
def test_the_fault_names_its_batch_and_buffer(cpu: NumpyDevice, kind: FaultKind) -> None:
    inner = cpu.prepare(Precision.FP32, SHAPE, "random", 1, 0)
    workload = Spoiled(inner=inner, fault=Fault(kind=kind, batch=3), rng=np.random.default_rng(1))
    checker = Checker(workload, Precision.FP32, 1)
    for batch in range(6):
        sets = checker.arm(2)
        workload.time_batch(2)
        checker.compare(sets, f"batch {batch}")
    faults = " ".join(checker.conclude().faults)
    assert "buffer" in faults
    if kind is not FaultKind.CONSTANT:
        assert "batch 3" in faults


@pytest.mark.parametrize(("precision", "seed"), [(Precision.FP32, 0), (Precision.FP64, 1)])
def test_ten_thousand_clean_batches_raise_no_alarm(cpu: NumpyDevice, precision: Precision, seed: int) -> None:
    batches = 0
    while batches < 5_000:
        side = 32 + 16 * (batches // 100 % 4)
        shape = Shape(m=side, n=side, k=3 * side)
        workload = cpu.prepare(precision, shape, "random", seed + batches, 0)
        checker = Checker(workload, precision, seed + batches)
        for batch in range(20):
            sets = checker.arm(1)
            workload.time_batch(1)
            checker.compare(sets, f"batch {batch}")
            found = residual(workload.operands(sets[0]), precision, seed + batches + batch)
            assert found.is_within, (batches, batch, found)
        assert checker.conclude().passed
        batches += 20


@pytest.mark.parametrize("data", ["zeros", "integers"])
def test_labelled_operands_verify_too(cpu: NumpyDevice, data: Any) -> None:
    workload = cpu.prepare(Precision.FP32, SHAPE, data, 1, 0)
    checker = Checker(workload, Precision.FP32, 1)
    sets = checker.arm(2)
    workload.time_batch(2)
    checker.compare(sets, "batch 0")
    assert checker.conclude().passed


def test_a_product_of_nan_is_wrong_though_no_comparison_with_nan_is_true() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((8, 8)), rng.standard_normal((8, 8))
    assert residual(operands(a, b, a @ b), Precision.FP64, 1).is_within
    assert not residual(operands(a, b, np.full((8, 8), np.nan)), Precision.FP64, 1).is_within


def test_an_integer_product_must_be_exact() -> None:
    rng = np.random.default_rng(1)
    a, b = (rng.integers(-128, 128, (64, 64)).astype(np.int8) for _ in range(2))
    product = a.astype(np.int32) @ b.astype(np.int32)
    assert residual(operands(a, b, product), Precision.INT8, 1).is_within
    product[5, 7] += 1
    assert not residual(operands(a, b, product), Precision.INT8, 1).is_within


@pytest.mark.parametrize("precision", [Precision.FP16, Precision.BF16, Precision.TF32])
def test_rounding_of_the_lower_precisions_is_within_and_a_wrong_element_is_not(precision: Precision) -> None:
    import ml_dtypes

    rng = np.random.default_rng(9)
    a, b = (rng.standard_normal((160, 160)).astype(np.float32) for _ in range(2))
    if precision is Precision.TF32:
        kept = [(x.view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32) for x in (a, b)]
        product = kept[0] @ kept[1]
    else:
        kind = np.dtype(np.float16) if precision is Precision.FP16 else np.dtype(ml_dtypes.bfloat16)
        a, b = a.astype(kind), b.astype(kind)
        product = (a.astype(np.float32) @ b.astype(np.float32)).astype(kind)
    assert residual(operands(a, b, product), precision, 1).is_within
    product[3, 4] += product.dtype.type(60.0)
    assert not residual(operands(a, b, product), precision, 1).is_within


def test_the_hash_sees_two_words_change_places() -> None:
    words = np.random.default_rng(1).integers(0, 2**63, (8, 8)).astype(np.uint64)
    swapped = words.copy()
    swapped[2], swapped[5] = words[5].copy(), words[2].copy()
    assert parity_hash(words) != parity_hash(swapped)
