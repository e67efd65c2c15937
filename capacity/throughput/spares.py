"""Number of spares for a fleet: the binomial of nodes that are down at one time."""

import math
from functools import cache

SPREADS = 12
"""Standard deviations beyond which a tail no longer counts."""


def short_fraction(nodes: int, availability: float, spares: int) -> float:
    """Share of the time in which more nodes are down than there are spares.

    >>> [round(short_fraction(48, 0.995, s), 3) for s in (0, 1, 2)]
    [0.214, 0.024, 0.002]
    """
    return 1 - _cumulative(nodes, 1 - availability)(spares)


def spares_needed(nodes: int, availability: float, confidence: float) -> int:
    """The fewest spares that suffice for a share of the time; one for each node where that is all the time.

    >>> spares_needed(48, 0.995, 0.99), spares_needed(1152, 0.995, 0.99)
    (2, 12)
    """
    if confidence >= 1:  # every number of nodes is down now and then, where any is
        return nodes if availability < 1 else 0
    enough = _cumulative(nodes, 1 - availability)
    low, high = 0, nodes
    while low < high:
        middle = (low + high) // 2
        if enough(middle) >= confidence:
            high = middle
        else:
            low = middle + 1
    return low


def mean_up(nodes: int, availability: float, places: float) -> float:
    """Mean number of nodes that work: of those that are up, as many as there are places for.

    >>> round(mean_up(512, 0.957, 0.97 * 512) / 512, 4), round(0.957 * 0.97, 4)
    (0.9568, 0.9283)
    """
    idle = (
        (up - places) * math.exp(_log_probability(nodes, availability, up))
        for up in _likely(nodes, availability)
        if up > places
    )
    return min(nodes * availability - math.fsum(idle), places)


def _likely(nodes: int, share: float) -> range:
    """Numbers of nodes that have any weight, where each is counted with a probability: near the mean, by its spread."""
    mean, spread = nodes * share, math.sqrt(max(nodes * share * (1 - share), 1.0))
    first, last = math.floor(mean - SPREADS * spread), math.ceil(mean + SPREADS * spread) + SPREADS
    return range(max(0, first), min(nodes, last) + 1)


class _Cumulative:
    """P(X <= s) of a binomial, summed once over the part that has any weight."""

    __slots__ = ("_first", "_sums")

    def __init__(self, nodes: int, down: float) -> None:
        likely = _likely(nodes, down)
        self._first = likely.start
        total, sums = 0.0, []
        for failed in likely:
            total += math.exp(_log_probability(nodes, down, failed))
            sums.append(total)
        self._sums = [value / total for value in sums]

    def __call__(self, spares: int) -> float:
        if spares < self._first:
            return 0.0
        return self._sums[min(spares - self._first, len(self._sums) - 1)]


@cache
def _cumulative(nodes: int, down: float) -> _Cumulative:
    return _Cumulative(nodes, down)


def _log_probability(nodes: int, down: float, failed: int) -> float:
    if down in (0.0, 1.0):
        return 0.0 if failed == nodes * down else -math.inf
    ways = math.lgamma(nodes + 1) - math.lgamma(failed + 1) - math.lgamma(nodes - failed + 1)
    return ways + failed * math.log(down) + (nodes - failed) * math.log1p(-down)
