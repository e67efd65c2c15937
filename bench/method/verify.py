"""Verify products: Freivalds' test in float64, and bit hashes between batches."""

import math
from dataclasses import dataclass

import numpy as np

from petaplan.bench.devices.common.arrays import Array, ArrayLibrary
from petaplan.bench.devices.common.device import Operands, Workload
from petaplan.bench.evidence.record import Verification
from petaplan.bench.precision import ROUNDING, Precision, Rounding

METHOD = (
    "Freivalds C X = A (B X) in float64 with block-diagonal sign and Gaussian X on every set of operands after the "
    "last batch; parity of words mixed with their positions between batches; rows poisoned before each batch"
)
_SIGMAS = 10.0
"""Tolerance in standard deviations of the rounding error: one false alarm in 10^20 rows, were it Gaussian."""
_BLOCK_ROWS = 1024
_ROUNDED_COLUMNS = 8
"""Columns that one probe adds up where operands or product are rounded: an error must exceed their rounding."""
_ROUNDINGS = 2.0
"""Times an entry may be rounded at its full size: kernels that split k may add up parts as stored."""
TIME_SHARE = 0.05
"""Of the time of the products, that their verification may take; where more is needed, fewer are checked."""
_COLUMNS = 64
"""The same where only the additions round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """The largest residual of a product as a share of its tolerance; NaN when the product held one."""

    worst_over_tolerance: float

    @property
    def is_within(self) -> bool:
        """False for NaN: every comparison with it is."""
        return self.worst_over_tolerance <= 1.0


def residual(operands: Operands, precision: Precision, seed: int) -> Residual:
    """Largest |C X - A (B X)| over its tolerance. Each column of X is zero outside a few neighbouring rows.

    With unit roundoffs u (operand), v (accumulate), w (output) and zero-mean operands, the error of an entry has a
    standard deviation below (v/√6 + 2⁻⁵³ + u √(7/6k)) |Aᵢ| |β∘x| + w |Cᵢ∘x| / √3, where βⱼ is the length of B's
    column j. Operands cut towards zero lose u/2 on average and spread by u/√12: two of them give u √(7/6).
    The tolerance is ten deviations; of the output's rounding never more than two of its bounds w Σ|Cᵢⱼ xⱼ|.
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


def _sums(xp: ArrayLibrary, values: Array, width: int) -> Array:
    """Sums over each run of so many columns; the last run may be shorter."""
    whole = int(values.shape[1]) // width * width
    found = values[:, :whole].reshape(values.shape[0], -1, width).sum(axis=2)
    if whole == int(values.shape[1]):
        return found
    return xp.concatenate([found, values[:, whole:].sum(axis=1, keepdims=True)], axis=1)


def _worst(operands: Operands, rounding: Rounding, x: Array) -> float:
    xp = operands.xp
    k, m = int(operands.a.shape[1]), int(operands.a.shape[0])
    width = _ROUNDED_COLUMNS if rounding.output or rounding.operand else _COLUMNS
    product, reach = _probed(operands, x, width)
    per_row = rounding.accumulate / 6.0**0.5 + rounding.operand * (7.0 / 6.0 / k) ** 0.5
    per_row = 0.0 if rounding.is_exact else per_row + 2.0**-53
    worst = 0.0
    for start in range(0, m, _BLOCK_ROWS):
        a = operands.decode_operand(operands.a[start : start + _BLOCK_ROWS])
        scaled = operands.decode_product(operands.c[start : start + _BLOCK_ROWS]) * x
        error = xp.abs(_sums(xp, scaled, width) - a @ product)
        tolerance = _SIGMAS * per_row * xp.sqrt((a * a).sum(axis=1))[:, None] * reach
        if rounding.output:
            tolerance += rounding.output * _rounding_of(xp, scaled, width)
        # An exact product has no tolerance: any error at all is far above it. The bounds keep a wild
        # element from overflowing; a NaN passes through them.
        bounded = xp.minimum(error, 1e200) / xp.maximum(tolerance, 1e-100)
        largest = float(xp.where(error == 0.0, 0.0, bounded).max())
        if not largest <= worst:
            worst = largest
        if worst != worst:  # noqa: PLR0124
            return worst
    return worst


def _probed(operands: Operands, x: Array, width: int) -> tuple[Array, Array]:
    """B X, and the length of B's columns times x over each run of columns."""
    xp, k = operands.xp, int(operands.a.shape[1])
    found = []
    energy = xp.zeros((1, *x.shape), dtype=xp.float64)
    for start in range(0, k, _BLOCK_ROWS):
        block = operands.decode_operand(operands.b[start : start + _BLOCK_ROWS]) * x
        found.append(_sums(xp, block, width))
        energy += (block * block).sum(axis=0, keepdims=True)
    return xp.concatenate(found), xp.sqrt(_sums(xp, energy, width))


def _rounding_of(xp: ArrayLibrary, scaled: Array, width: int) -> Array:
    """Rounding of the sums in units of the output's roundoff: ten deviations, or two bounds where those are less."""
    deviations = _SIGMAS / 3.0**0.5 * xp.sqrt(_sums(xp, scaled * scaled, width))
    return xp.minimum(deviations, _ROUNDINGS * _sums(xp, xp.abs(scaled), width))


class Checker:
    """Checks the products of one workload during and after its batches."""

    def __init__(self, workload: Workload, precision: Precision, seed: int) -> None:
        self.workload = workload
        self.precision = precision
        self.seed = seed
        self.hashes_checked = 0
        self.products = 0
        self._operand_sets = workload.set_count
        self._every, self._turn = 1, 0
        self.faults: list[str] = []
        self._expected: dict[int, str] = {}

    def arm(self, calls: int) -> tuple[int, ...]:
        """Poison the sets that the next calls write, and return them; one in so many where time allows no more."""
        sets = self.workload.next_sets(calls)[self._turn % self._every :: self._every]
        self._turn += 1
        self.products += calls
        for index in sets:
            self.workload.poison(index)
        return sets

    def keep_pace(self, batch_seconds: float, other_seconds: float) -> None:
        """Check one in so many products from now on that this takes no more than its share of the time.

        The seconds are those of batches in which each product was checked, and of what came between them.
        """
        self._every = max(math.ceil(other_seconds / (TIME_SHARE * batch_seconds)), 1)

    def compare(self, sets: tuple[int, ...], batch: str) -> None:
        """Compare the bits of each set with those of the first product of the same operands."""
        for index in sets:
            found = self.workload.result_hash(index)
            expected = self._expected.setdefault(index % self._operand_sets, found)
            self.hashes_checked += 1
            if found != expected:
                self._note(f"{batch}, buffer {index}: the product's bits differ from the first one's")

    def conclude(self) -> Verification:
        """Run Freivalds' test on every set of operands after the last batch, and return the result.

        The other products of these operands have the same bits, or a fault names them already.
        """
        worst = 0.0
        for index in range(self._operand_sets):
            found = residual(self.workload.operands(index), self.precision, self.seed + index)
            if not found.is_within:
                size = found.worst_over_tolerance
                self._note(f"after the last batch, buffer {index}: residual {size:.3g} times its tolerance")
            if not found.worst_over_tolerance <= worst:
                worst = found.worst_over_tolerance
        return Verification(
            method=METHOD,
            passed=not self.faults,
            vectors_checked=2 * self._operand_sets,
            hashes_checked=self.hashes_checked,
            worst_over_tolerance=worst if np.isfinite(worst) else None,
            result_hash=self._expected.get(0),
            faults=tuple(self.faults),
            one_in=-(-self.products // self.hashes_checked) if self.hashes_checked else None,
        )

    def _note(self, fault: str) -> None:
        if len(self.faults) < 20:
            self.faults.append(fault)
