"""Verify products: Freivalds' test in float64, and bit hashes between batches."""

from dataclasses import dataclass

import numpy as np

from petaplan.bench.devices.common.arrays import Array, ArrayLibrary
from petaplan.bench.devices.common.device import Operands, Workload
from petaplan.bench.evidence.record import Verification
from petaplan.bench.precision import ROUNDING, Precision, Rounding

METHOD = (
    "Freivalds C x = A (B x) in float64 with a sign and a Gaussian vector on every buffer set after the last "
    "batch; row and column parity of each product's bits between batches; buffers poisoned before each batch"
)
_SIGMAS = 10.0
"""Tolerance in standard deviations of the rounding error: one false alarm in 10^20 rows, were it Gaussian."""
_BLOCK_ROWS = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """The largest residual of a product as a share of its tolerance; NaN when the product held one."""

    worst_over_tolerance: float

    @property
    def is_within(self) -> bool:
        """False for NaN: every comparison with it is."""
        return self.worst_over_tolerance <= 1.0


def residual(operands: Operands, precision: Precision, seed: int) -> Residual:
    """Largest |C x - A (B x)| over its tolerance, of two random vectors.

    With unit roundoffs u (operand), v (accumulate), w (output) and zero-mean operands, the error of entry i
    has a standard deviation below (v/√6 + 2⁻⁵³ + u √(2/3k)) |Aᵢ| |β∘x| + w |Cᵢ∘x| / √3, where βⱼ is the
    length of B's column j. The tolerance is ten of them.
    """
    xp, rounding = operands.xp, ROUNDING[precision]
    n = int(operands.c.shape[1])
    worst = [_worst(operands, rounding, x) for x in _vectors(xp, n, seed, is_exact=rounding.is_exact)]
    return Residual(worst_over_tolerance=float("nan") if any(w != w for w in worst) else max(worst))  # noqa: PLR0124


def _vectors(xp: ArrayLibrary, n: int, seed: int, *, is_exact: bool) -> tuple[Array, Array]:
    rng = np.random.default_rng([seed, n])
    signs = rng.integers(0, 2, n) * 2.0 - 1.0
    other = rng.integers(-64, 65, n).astype(np.float64) if is_exact else rng.standard_normal(n)
    return xp.asarray(signs), xp.asarray(other)


def _worst(operands: Operands, rounding: Rounding, x: Array) -> float:
    xp = operands.xp
    k, m = int(operands.a.shape[1]), int(operands.a.shape[0])
    product = xp.empty(k, dtype=xp.float64)
    column_energy = xp.zeros(x.shape, dtype=xp.float64)
    for start in range(0, k, _BLOCK_ROWS):
        block = operands.decode_operand(operands.b[start : start + _BLOCK_ROWS])
        product[start : start + _BLOCK_ROWS] = block @ x
        column_energy += (block * block).sum(axis=0)
    reach = float(xp.sqrt((column_energy * x * x).sum()))
    per_row = rounding.accumulate / 6.0**0.5 + rounding.operand * (2.0 / 3.0 / k) ** 0.5
    per_row = 0.0 if rounding.is_exact else per_row + 2.0**-53
    worst = 0.0
    for start in range(0, m, _BLOCK_ROWS):
        a = operands.decode_operand(operands.a[start : start + _BLOCK_ROWS])
        c = operands.decode_product(operands.c[start : start + _BLOCK_ROWS])
        error = xp.abs(c @ x - a @ product)
        tolerance = per_row * reach * xp.sqrt((a * a).sum(axis=1))
        if rounding.output:
            tolerance += rounding.output / 3.0**0.5 * xp.sqrt((c * c) @ (x * x))
        # An exact product has no tolerance: any error at all is far above it. The bounds keep a wild
        # element from overflowing; a NaN passes through them.
        bounded = xp.minimum(error, 1e200) / xp.maximum(_SIGMAS * tolerance, 1e-100)
        ratio = xp.where(error == 0.0, 0.0, bounded)
        largest = float(ratio.max())
        if not largest <= worst:
            worst = largest
        if worst != worst:  # noqa: PLR0124
            return worst
    return worst


class Checker:
    """Checks the products of one workload during and after its batches."""

    def __init__(self, workload: Workload, precision: Precision, seed: int) -> None:
        self.workload = workload
        self.precision = precision
        self.seed = seed
        self.hashes_checked = 0
        self.faults: list[str] = []
        self._expected: dict[int, str] = {}

    def arm(self, calls: int) -> tuple[int, ...]:
        """Poison the sets that the next calls write, and return them."""
        sets = self.workload.next_sets(calls)
        for index in sets:
            self.workload.poison(index)
        return sets

    def compare(self, sets: tuple[int, ...], batch: str) -> None:
        """Compare the bits of each set with those of the first product of the same operands."""
        for index in sets:
            found = self.workload.result_hash(index)
            expected = self._expected.setdefault(index, found)
            self.hashes_checked += 1
            if found != expected:
                self._note(f"{batch}, buffer {index}: the product's bits differ from the first one's")

    def conclude(self) -> Verification:
        """Run Freivalds' test on every set after the last batch, and return the result."""
        worst = 0.0
        for index in range(self.workload.set_count):
            found = residual(self.workload.operands(index), self.precision, self.seed + index)
            if not found.is_within:
                size = found.worst_over_tolerance
                self._note(f"after the last batch, buffer {index}: residual {size:.3g} times its tolerance")
            if not found.worst_over_tolerance <= worst:
                worst = found.worst_over_tolerance
        return Verification(
            method=METHOD,
            passed=not self.faults,
            vectors_checked=2 * self.workload.set_count,
            hashes_checked=self.hashes_checked,
            worst_over_tolerance=worst if np.isfinite(worst) else None,
            result_hash=self._expected.get(0),
            faults=tuple(self.faults),
        )

    def _note(self, fault: str) -> None:
        if len(self.faults) < 20:
            self.faults.append(fault)
