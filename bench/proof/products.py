"""Checks of products on an open device: values, seven faults, the same bits again."""

from collections.abc import Callable, Iterator

import numpy as np

from petaplan.bench.devices.common.arrays import Array
from petaplan.bench.devices.common.device import Device, Workload
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.verify import Checker
from petaplan.bench.precision import ROUNDING, Precision
from petaplan.bench.proof.claims import Finding, verdict_of

SHAPE = Shape(m=1024, n=768, k=1280)
CLAIMS = ("B-07", "B-08", "B-10")
"""What is asked at each precision."""
_SIGMAS = 10.0


def findings(device: Device, precision: Precision) -> Iterator[Finding]:
    """B-07, B-08 and B-10 at one precision."""
    key = device.record.key

    def finding(claim: str, text: str, *, holds: bool) -> Finding:
        return Finding(claim=claim, device=key, verdict=verdict_of(holds=holds), text=f"{precision}: {text}")

    workload = device.prepare(precision, SHAPE, "random", 3, 0)
    try:
        workload.time_batch(workload.set_count)
        worst = error_over_tolerance(workload, precision)
        first = workload.result_hash(0)
        yield finding("B-07", f"largest error {worst:.2g} of its tolerance", holds=worst <= 1.0)
        yield _faults(workload, precision, key)
    finally:
        workload.close()
    workload = device.prepare(precision, SHAPE, "random", 3, 0)
    try:
        workload.time_batch(workload.set_count)
        again = workload.result_hash(0)
    finally:
        workload.close()
    yield finding("B-10", "the same bits" if again == first else "other bits", holds=again == first)


def _faults(workload: Workload, precision: Precision, key: str) -> Finding:
    """B-08; a device whose clean products are wrong cannot be asked."""
    if is_found(workload, precision, _nothing):
        text = f"{precision}: products without a fault fail already"
        return Finding(claim="B-08", device=key, verdict="not asked", text=text)
    missed = [name for name, strike in FAULTS.items() if not is_found(workload, precision, strike)]
    text = f"missed: {', '.join(missed)}" if missed else f"{len(FAULTS)} of {len(FAULTS)} found"
    return Finding(claim="B-08", device=key, verdict=verdict_of(holds=not missed), text=f"{precision}: {text}")


def on_host(values: Array) -> np.ndarray:
    """An array of NumPy, CuPy or PyTorch as one of NumPy."""
    if hasattr(values, "cpu"):
        return np.asarray(values.cpu().numpy())
    return np.asarray(values.get() if hasattr(values, "get") else values)


def error_over_tolerance(workload: Workload, precision: Precision) -> float:
    """Largest error of an element against NumPy's product in float64, over its tolerance; 0 where both are exact.

    The tolerance is the rounding of the product as stored, plus ten deviations of the rounding of operands and sums.
    """
    operands, rounding = workload.operands(0), ROUNDING[precision]
    a, b = (on_host(operands.decode_operand(side)) for side in (operands.a, operands.b))
    found, wanted = on_host(operands.decode_product(operands.c)), a @ b
    error = np.abs(found - wanted)
    if rounding.is_exact:
        return 0.0 if np.array_equal(found, wanted) else float("inf")
    length = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=0)[None, :]
    sums = rounding.accumulate + 2.0**-53 + rounding.operand * (2.0 / a.shape[1]) ** 0.5
    worst = float((error / (2.0 * rounding.output * np.abs(wanted) + _SIGMAS * sums * length)).max())
    return worst if worst == worst else float("inf")  # noqa: PLR0124 - NaN


def is_found(workload: Workload, precision: Precision, strike: Callable[[Array], None]) -> bool:
    """Whether a fault of one buffer, after a clean product of the same operands, is noted."""
    checker = Checker(workload, precision, 3)
    is_consistent = strike is _consistent
    sets = checker.arm(workload.set_count)
    workload.time_batch(workload.set_count)
    if not is_consistent:
        checker.compare(sets, "clean")
    if strike is _stale:
        workload.poison(sets[0])
    else:
        for index in sets if is_consistent else sets[:1]:
            strike(workload.operands(index).c)
    checker.compare(sets, "struck")
    return not checker.conclude().passed


def _raw(product: Array) -> Array:
    """The bytes of a product by rows of its memory; a view, so that a change strikes the buffer itself."""
    if hasattr(product, "untyped_storage"):
        from importlib import import_module

        return product.view(import_module("torch").uint8)
    rows = product if product.flags.c_contiguous else product.T
    return rows.view(np.uint8)


def _nothing(product: Array) -> None:
    """No fault."""


def _bit(product: Array) -> None:
    _raw(product)[3, 5] ^= 8


def _element(product: Array) -> None:
    raw, size = _raw(product), _size(product)
    raw[2, 0:size] = raw[7, 4 * size : 5 * size]


def _row(product: Array) -> None:
    raw = _raw(product)
    raw[1] = raw[2]


def _stale(product: Array) -> None:
    """Nothing: the buffer is poisoned and not multiplied again."""


def _nan(product: Array) -> None:
    _raw(product)[4, 0 : _size(product)] = 0xFF


def _constant(product: Array) -> None:
    _raw(product)[:] = 0x3C


def _consistent(product: Array) -> None:
    """The same wrong element in each product: comparing bits never sees it."""
    _element(product)


def _size(product: Array) -> int:
    return int(product.element_size() if hasattr(product, "element_size") else product.dtype.itemsize)


FAULTS: dict[str, Callable[[Array], None]] = {
    "one bit": _bit,
    "one element": _element,
    "one row": _row,
    "stale buffer": _stale,
    "NaN": _nan,
    "constant output": _constant,
    "consistently wrong": _consistent,
}
"""What is done to a product's buffer."""
