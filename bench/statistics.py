"""Medians with distribution-free intervals. The rate under load is in settling.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petaplan.bench.distributions import bdtr, stdtrit

Samples = NDArray[np.floating[Any]]

CORRELATED = 0.2
"""Lag-1 autocorrelation from which neighbouring batches count as one."""
FEWEST_FOR_TAILS = 20
"""Fewest values that have a 5th percentile."""
_EXACT_COUNT = 200
"""Most values whose ranks are found from the binomial distribution; those of more from the normal one."""
FEWEST = 6
"""Fewest samples that have a 95 % interval of their median at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A median and its 95 % interval."""

    median: float
    low: float
    high: float
    samples: int
    effective_samples: int
    lag1: float | None
    method: str

    @property
    def half_width_fraction(self) -> float:
        """Half the interval as a share of the median."""
        return (self.high - self.low) / 2.0 / self.median


def median_ranks(count: int) -> tuple[int, int] | None:
    """Ranks (from 1) whose order statistics hold the median with 95 % probability or more.

    P(X_(r) < median < X_(n+1-r)) = 1 - 2 P(Bin(n, 1/2) ≤ r - 1); none below six samples.

    >>> [median_ranks(n) for n in (5, 6, 10, 20, 50, 100, 200)]
    [None, (1, 6), (2, 9), (6, 15), (18, 33), (40, 61), (86, 115)]
    """
    rank = 0
    while rank < count // 2 and bdtr(rank, count, 0.5) <= 0.025:
        rank += 1
    return (rank, count + 1 - rank) if rank else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tails:
    """The 5th and 95th percentile of so many values, with 95 % intervals by ranks."""

    p05: float
    p05_interval: tuple[float, float]
    p95: float
    p95_interval: tuple[float, float]


def tails(values: Samples) -> Tails | None:
    """Percentiles of twenty values or more; the 5th of four values is no 5th percentile.

    >>> tails(np.arange(19.0)) is None, tails(np.arange(20.0)).p05_interval
    (True, (0.0, 3.0))
    """
    if values.size < FEWEST_FOR_TAILS:
        return None
    ordered = np.sort(values)
    low, high = _ranks_of(0.05, values.size)
    return Tails(
        p05=float(np.quantile(ordered, 0.05)),
        p05_interval=(float(ordered[low]), float(ordered[high])),
        p95=float(np.quantile(ordered, 0.95)),
        p95_interval=(float(ordered[-1 - high]), float(ordered[-1 - low])),
    )


def _ranks_of(share: float, count: int) -> tuple[int, int]:
    """Places (from 0) of ordered values that hold a quantile with 95 %; the lowest where no place is far enough."""
    if count > _EXACT_COUNT:
        reach = 1.96 * (count * share * (1.0 - share)) ** 0.5
        return int(count * share - reach), int(count * share + reach) + 1
    below = [bdtr(rank, count, share) for rank in range(count)]
    low = sum(probability <= 0.025 for probability in below)
    return max(low - 1, 0), next(rank for rank, probability in enumerate(below) if probability >= 0.975)


def lag1_autocorrelation(samples: Samples) -> float | None:
    """Correlation of each sample with the next; none for fewer than four or for constant samples."""
    if samples.size < 4:
        return None
    centred = samples - samples.mean()
    energy = float(centred @ centred)
    if energy <= samples.size * (1e-14 * float(np.abs(samples).max())) ** 2:
        return None
    return float(np.clip(centred[:-1] @ centred[1:] / energy, -1.0, 1.0))


def estimate(samples: Samples) -> Estimate:
    """Median of the samples with its 95 % interval by order statistics.

    Order statistics assume independence, so neighbours are averaged in pairs until their correlation is gone.
    """
    lag1 = lag1_autocorrelation(samples)
    merged, left = samples, lag1
    while left is not None and left >= CORRELATED and merged.size // 2 >= FEWEST:
        merged = merged[: merged.size // 2 * 2].reshape(-1, 2).mean(axis=1)
        left = lag1_autocorrelation(merged)
    ordered = np.sort(merged)
    ranks = median_ranks(merged.size)
    if ranks is None:
        low, high, method = ordered[0], ordered[-1], f"range of {samples.size} samples, too few for 95 %"
    elif left is not None and left >= CORRELATED:
        low, high, method = ordered[0], ordered[-1], "range of batch means, still correlated"
    else:
        low, high = ordered[ranks[0] - 1], ordered[ranks[1] - 1]
        method = f"order statistics {ranks[0]} and {ranks[1]} of {merged.size}"
    middle = float(np.median(samples))
    return Estimate(
        median=middle,
        low=min(float(low), middle),
        high=max(float(high), middle),
        samples=samples.size,
        effective_samples=merged.size,
        lag1=lag1,
        method=method,
    )


def across_processes(groups: Sequence[Samples]) -> Estimate:
    """Median of all samples, with the wider of two intervals: within the processes, and between them.

    Fresh processes differ by addresses, alignment and neighbours, which no number of batches in one process
    shows. From three processes on, Student's t over their medians bounds that part.
    """
    every = [group for group in groups if group.size]
    if len(every) == 1:
        return estimate(every[0])
    within = [estimate(group) for group in every]
    medians = np.array([part.median for part in within])
    centre = float(np.median(np.concatenate(every)))
    pooled = estimate(np.concatenate([group - np.median(group) + centre for group in every]))
    low, high, method = pooled.low, pooled.high, pooled.method
    if len(every) >= 3:
        spread = float(medians.std(ddof=1)) / len(every) ** 0.5
        reach = float(stdtrit(len(every) - 1, 0.975)) * spread
        low, high = min(low, medians.mean() - reach), max(high, medians.mean() + reach)
        method = f"wider of {method} and Student's t over {len(every)} processes"
    return Estimate(
        median=centre,
        low=max(min(float(low), centre), centre * 1e-3),
        high=max(float(high), centre),
        samples=sum(part.samples for part in within),
        effective_samples=pooled.effective_samples,
        lag1=pooled.lag1,
        method=method,
    )


def robust_outliers(samples: Samples) -> int:
    """Samples more than 3.5 robust standard deviations from the median; they are counted, never dropped."""
    distance = np.abs(samples - np.median(samples))
    spread = 1.4826 * float(np.median(distance))
    return int((distance > 3.5 * spread).sum()) if spread > 0.0 else 0
