"""Draws of the inputs of a forecast: each input has its own stream, which belongs to its name.

Each of n equal strata of a distribution is drawn once. The order of the strata comes from a hash of seed and name.
Neither other inputs nor the order of a plan change it. Members of a correlation group share a part of their order.
Values of strata are computed by the standard library, one by one; after that there are only sums, products, quotients
and comparisons. So all machines and any number of workers give the same bytes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.forecast.percentiles import TOLERANCE, Distribution, Known
from petaplan.capacity.schedule import CorrelationGroup
from petaplan.capacity.throughput.draws import SEED, Draws, Order, places, ranks, strata


@dataclass(frozen=True, kw_only=True, slots=True)
class UncertainInput:
    """One number that a forecast draws."""

    name: str
    """Kind and object, such as ``slip of phase-1``: the stream of draws belongs to it."""
    distribution: Distribution
    unit: str
    group: str | None
    source: str
    as_of: date
    """Day of the source."""
    is_prior: bool
    """Whether the plan says nothing and a dated prior stands in."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws by name. ``fixed`` holds inputs at a quantile, given as a standard normal deviate."""

    count: int
    seed: int = SEED
    correlations: Mapping[str, float] = field(default_factory=dict)
    """Correlation of each group."""
    fixed: Mapping[str, float] = field(default_factory=dict)

    def of(self, one: UncertainInput) -> Draws:
        """Draws of an input: its distribution at its places.

        Raises:
            PlanError: where the draws miss a promised percentile by more than two points.
        """
        import numpy as np

        if one.name in self.fixed:
            return np.full(self.count, one.distribution.values([self.fixed[one.name]])[0])
        if isinstance(one.distribution, Known):
            return np.full(self.count, one.distribution.value)
        check_fit(one, self.count)
        table = _table(one.distribution, self.count)
        return table[self.places(one.name, one.group)]

    def places(self, name: str, group: str | None = None) -> Order:
        """The stratum of each draw of an input, from 0; members of a group share a part."""
        correlation = self.correlations.get(group, 0.0) if group else 0.0
        return _mixed(name, group or "", correlation, self.seed, self.count)


def sampler(count: int, groups: Sequence[CorrelationGroup], seed: int = SEED) -> Sampler:
    """Draws with the correlations of a plan's groups."""
    return Sampler(count, seed, {group.name: group.correlation for group in groups})


def check_fit(one: UncertainInput, count: int) -> tuple[tuple[float, float, float], ...]:
    """Promised probability, value, and share of the draws at or below it.

    Raises:
        PlanError: where they differ by more than two points.
    """
    found = _reached(one.distribution, count)
    for share, value, reached in found:
        if abs(share - reached) > TOLERANCE:
            raise PlanError(
                [
                    Problem(
                        where=one.name,
                        found=f"{value:g} {one.unit} at {reached:.1%} of the draws",
                        expected=f"{value:g} {one.unit} at {share:.1%} of them, within {TOLERANCE:.0%}",
                        advice="widen the interval, or state equal percentiles for a number without doubt",
                    )
                ]
            )
    return found


def fit_of(one: UncertainInput, count: int) -> tuple[tuple[float, float, float], ...]:
    """Promised probability, value, and share of the draws at or below it; nothing for a known number."""
    return () if isinstance(one.distribution, Known) else check_fit(one, count)


@lru_cache(maxsize=256)
def _reached(distribution: Distribution, count: int) -> tuple[tuple[float, float, float], ...]:
    """Promised probability, value, and share of the draws at or below it."""
    import numpy as np

    table = _table(distribution, count)
    return tuple(
        (share, value, float(np.searchsorted(table, value * (1 + 1e-9), side="right")) / count)
        for share, value in distribution.promised
    )


@lru_cache(maxsize=96)
def _table(distribution: Distribution, count: int) -> Draws:
    """The value of each stratum, ascending."""
    import numpy as np

    return np.array(distribution.values(strata(count).tolist()))


@lru_cache(maxsize=96)
def _mixed(name: str, group: str, correlation: float, seed: int, count: int) -> Order:
    """The strata in an order that belongs to the name, and for a part of the variance to the group."""
    own = places(name, seed, count)
    if not correlation:
        return own
    shared = places(f"group {group}", seed, count)
    if correlation == 1.0:
        return shared
    common = strata(count)[shared]
    return ranks(math.sqrt(correlation) * common + math.sqrt(1 - correlation) * strata(count)[own])
