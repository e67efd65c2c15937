"""Distributions through three percentiles: exact at the 5th, 50th and 95th, with two halves on a logarithmic scale.

Source of the form: docs/basis/forecast.md#three-percentiles.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

STANDARD = NormalDist()
Z95 = STANDARD.inv_cdf(0.95)
HIGHEST = 1 - 1e-16
"""Highest share that has a finite deviate."""
SMALLEST = 1e-9
"""Least value on a logarithmic scale: a lateness of nothing is drawn as this."""
TOLERANCE = 0.02
"""Share of draws by which a fit may miss what it promised."""


class Distribution(Protocol):
    """A quantile function, and the percentiles that it was made from; equal ones have equal hashes."""

    def __hash__(self) -> int:
        """Tables of values are kept by it."""

    def values(self, deviates: Iterable[float]) -> list[float]:
        """The values at standard normal deviates."""

    @property
    def promised(self) -> tuple[tuple[float, float], ...]:
        """Pairs of probability and value that draws must reach."""


@dataclass(frozen=True, slots=True)
class Known:
    """A number without doubt."""

    value: float

    def values(self, deviates: Iterable[float]) -> list[float]:
        """The number, once for each deviate."""
        return [self.value for _ in deviates]

    @property
    def promised(self) -> tuple[tuple[float, float], ...]:
        """Nothing: it is not drawn."""
        return ()


@dataclass(frozen=True, slots=True)
class ThreePoints:
    """``Q(p) = exp(m + k z)``: m = ln p50; k = (m - ln p5)/1.645 below the median, (ln p95 - m)/1.645 above it."""

    p5: float
    p50: float
    p95: float

    def values(self, deviates: Iterable[float]) -> list[float]:
        """The values at standard normal deviates."""
        middle = _log(self.p50)
        below, above = (middle - _log(self.p5)) / Z95, (_log(self.p95) - middle) / Z95
        return [math.exp(middle + (below if z < 0 else above) * z) for z in deviates]

    @property
    def promised(self) -> tuple[tuple[float, float], ...]:
        """The three percentiles."""
        return tuple((share, max(at, SMALLEST)) for share, at in ((0.05, self.p5), (0.5, self.p50), (0.95, self.p95)))


def three_points(p5: float, p50: float, p95: float) -> Distribution:
    """A distribution through three percentiles; equal ones are a number without doubt."""
    return Known(p50) if p5 == p95 else ThreePoints(p5, p50, p95)


@dataclass(frozen=True, slots=True)
class SometimesZero:
    """Zero with one probability, else another distribution: the lateness of phases of which some are in time."""

    probability: float
    """Of a value that is not zero."""
    otherwise: Distribution

    def values(self, deviates: Iterable[float]) -> list[float]:
        """Zero below the probability of zero; above it the other distribution, whole."""
        shares = [(STANDARD.cdf(z) - 1) / self.probability + 1 if self.probability else 0.0 for z in deviates]
        inner = [STANDARD.inv_cdf(min(share, HIGHEST)) for share in shares if share > 0]
        late = iter(self.otherwise.values(inner))
        return [next(late) if share > 0 else 0.0 for share in shares]

    @property
    def promised(self) -> tuple[tuple[float, float], ...]:
        """The percentiles of the others, at the probabilities that they have among all."""
        start = 1 - self.probability
        return tuple((start + self.probability * share, value) for share, value in self.otherwise.promised)


def _log(value: float) -> float:
    return math.log(max(value, SMALLEST))
