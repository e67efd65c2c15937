"""The rate of a load over time: whether it has settled, and an interval that holds the settled rate.

The rate is work over time, so that a throttled stretch counts by its length. A settling device changes as
r(t) = r∞ + a exp(-t/τ). This form is fitted to blocks of time for every τ up to the slowest that is looked for. The
interval covers r∞ for all τ that the blocks allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petaplan.bench.distributions import stdtrit
from petaplan.bench.statistics import FEWEST, Samples

LEVEL = 0.01
"""Half of the interval, as a share of the rate, from which a row is not called sustained."""
NARROW = 0.004
"""Half of the interval from which the load must have lasted for three time constants of a change that it shows."""
BLOCKS = 24
"""Blocks of a load; fewer where it has fewer batches."""
FEWEST_BLOCKS = 8
_BEFORE = 0.25
"""Share of the load that is left out: its first part."""
_MOVING_TAIL = 4
"""One of so many parts of the blocks is the rate, the last one, where the blocks show a change."""
_TIME_CONSTANTS = 150
_FASTEST_SHARE = 12.0
_STATES_CORRELATION = 0.5
"""Correlation of neighbouring blocks from which the device moves between levels that last longer than a block."""
_RESOLUTION = 1e-5
"""Of a block's rate: no fit is trusted beyond it."""
_LEVEL_SHARE = 0.01
"""Blocks that lie as near as this to the rate, or within their noise, are on its level."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """Batches in order: when each began, how long it took, and its work."""

    times: Samples
    seconds: Samples
    work: Samples

    @property
    def length(self) -> float:
        """From the first batch to the end of the last, s."""
        return float(self.times[-1] + self.seconds[-1] - self.times[0]) if self.times.size else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """Work over time of the last part of a load, with a 95 % interval of the rate that the device settles to."""

    rate: float
    low: float
    high: float
    first: int
    """Index of the first batch behind the rate."""
    blocks: int
    lag1: float | None
    is_level: bool
    """Whether the blocks show neither a change that goes on nor levels that last longer than a block."""
    time_constant: float | None
    """Slowest time constant, s, of the change that the blocks show; None where they show none."""
    seconds_to_level: float | None
    """From when on the blocks stay near the rate, s after the load began; None where the last ones do not."""

    @property
    def half_width_fraction(self) -> float:
        """Half the interval as a share of the rate."""
        return (self.high - self.low) / 2.0 / self.rate


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fit:
    low: float
    high: float
    variance: float
    """Of a block, widened by the correlation of neighbours."""
    lag1: float
    slowest: float | None


def settle(load: Load, slowest_seconds: float) -> Settled:
    """The rate of a load of at least one batch, for changes with time constants up to the slowest."""
    start = int(np.searchsorted(load.times, load.times[0] + _BEFORE * load.length))
    start = min(start, load.times.size - 1)
    count = min(BLOCKS, (load.times.size - start) // 2)
    if count < FEWEST_BLOCKS:
        return _short(load, start)
    cuts = np.linspace(start, load.times.size, count + 1).astype(int)[:-1]
    when, lengths, rates = _blocks(load, cuts)
    fit = _fitted(when, rates, slowest_seconds)
    tail = count // _MOVING_TAIL if fit.slowest else count
    rate = float((rates * lengths)[-tail:].sum() / lengths[-tail:].sum())
    reach = float(stdtrit(count - 3, 0.975)) * (fit.variance / tail) ** 0.5
    low, high = min(fit.low, rate - reach), max(fit.high, rate + reach)
    is_over = fit.slowest is None or 3.0 * fit.slowest <= load.length or (high - low) / 2.0 <= NARROW * rate
    return Settled(
        rate=rate,
        low=max(low, rate * 1e-3),
        high=high,
        first=int(cuts[count - tail]),
        blocks=count,
        lag1=fit.lag1,
        is_level=is_over and fit.lag1 < _STATES_CORRELATION,
        time_constant=fit.slowest,
        seconds_to_level=_seconds_to_level(load, rate, fit.variance**0.5),
    )


def _short(load: Load, start: int) -> Settled:
    """Too few batches for blocks: the rate of the later part, and the range of its batches."""
    start = min(start, max(load.times.size - FEWEST, 0))
    rates = load.work[start:] / load.seconds[start:]
    return Settled(
        rate=float(load.work[start:].sum() / load.seconds[start:].sum()),
        low=float(rates.min()),
        high=float(rates.max()),
        first=start,
        blocks=int(rates.size),
        lag1=None,
        is_level=False,
        time_constant=None,
        seconds_to_level=None,
    )


def _blocks(load: Load, cuts: NDArray[np.integer[Any]]) -> tuple[Samples, Samples, Samples]:
    """Mean time, length and rate of each block of batches."""
    lengths = np.add.reduceat(load.seconds, cuts)
    when = np.add.reduceat(load.times * load.seconds, cuts) / lengths
    return when, lengths, np.add.reduceat(load.work, cuts) / lengths


def _fitted(when: Samples, rates: Samples, slowest_seconds: float) -> _Fit:
    """Least squares of r∞ + a exp(-t/τ) for every τ, and the hull of the 95 % intervals of r∞ that the blocks allow.

    A τ is allowed as long as its residual exceeds the least one by no more than the 99 % point of F says (t squared).
    """
    count = rates.size
    span = float(when[-1] - when[0])
    constants = np.geomspace(span / _FASTEST_SHARE, max(slowest_seconds, span), _TIME_CONSTANTS)
    best = int(_curves(when, rates, constants).squares.argmin())
    near = constants[max(best - 1, 0)], constants[min(best + 1, _TIME_CONSTANTS - 1)]
    constants = np.sort(np.concatenate([constants, np.geomspace(*near, _TIME_CONSTANTS)]))
    found = _curves(when, rates, constants)
    best, freedom = int(found.squares.argmin()), count - 3
    residual = rates - found.ends[best] - found.sizes[best] * np.exp(-(when - when[0]) / constants[best])
    floor = (_RESOLUTION * float(rates.mean())) ** 2
    scatter = float(found.squares[best]) / freedom
    lag1 = _lag1(residual) if scatter > floor else 0.0
    variance = max(scatter, floor) * _widening(lag1, count)
    is_allowed = found.squares <= found.squares[best] + variance * float(stdtrit(freedom, 0.995)) ** 2
    reach = float(stdtrit(freedom, 0.975)) * np.sqrt(variance * found.leverages)
    still = float(((rates - rates.mean()) ** 2).sum())
    changes = still > found.squares[best] + variance * float(stdtrit(freedom, 0.975)) ** 2
    return _Fit(
        low=float((found.ends - reach)[is_allowed].min()),
        high=float((found.ends + reach)[is_allowed].max()),
        variance=variance,
        lag1=lag1,
        slowest=float(constants[is_allowed].max()) if changes else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Curves:
    """Least squares for each τ: r∞, a, the sum of squared residuals, and the variance of r∞ in that of a block."""

    ends: Samples
    sizes: Samples
    squares: Samples
    leverages: Samples


def _curves(when: Samples, rates: Samples, constants: Samples) -> _Curves:
    shapes = np.exp(-(when - when[0]) / constants[:, None])
    means = shapes.mean(axis=1)
    shapes -= means[:, None]
    energy = (shapes**2).sum(axis=1)
    centred = rates - rates.mean()
    sizes = shapes @ centred / energy
    return _Curves(
        ends=rates.mean() - sizes * means,
        sizes=sizes,
        squares=((centred - sizes[:, None] * shapes) ** 2).sum(axis=1),
        leverages=1.0 / rates.size + means**2 / energy,
    )


def _lag1(values: Samples) -> float:
    energy = float(values @ values)
    return float(np.clip(values[:-1] @ values[1:] / energy, -1.0, 1.0)) if energy > 0.0 else 0.0


def _widening(lag1: float, count: int) -> float:
    """(1 + ρ) / (1 - ρ): the variance of a mean of neighbours with that correlation, which few blocks show too low."""
    found = min(max(lag1 + 2.0 / count, 0.0), 0.9)
    return (1.0 + found) / (1.0 - found)


def _seconds_to_level(load: Load, rate: float, noise: float) -> float | None:
    count = min(4 * BLOCKS // 3, load.times.size // 2)
    cuts = np.linspace(0, load.times.size, count + 1).astype(int)[:-1]
    _, _, rates = _blocks(load, cuts)
    off = np.flatnonzero(np.abs(rates - rate) > max(_LEVEL_SHARE * rate, 3.0 * noise))
    if off.size == 0:
        return 0.0
    return float(load.times[cuts[off[-1] + 1]] - load.times[0]) if off[-1] + 1 < count else None


def across_runs(parts: Sequence[Settled]) -> tuple[float, float, float]:
    """Rate of several fresh processes with the wider of two intervals: of their own, and between them.

    Fresh processes differ by addresses, alignment and neighbours, which no number of batches in one process shows.
    From three on, Student's t over their rates bounds that part; of two, their range.
    """
    rates = np.array([part.rate for part in parts])
    rate, count = float(rates.mean()), len(parts)
    low = rate - sum((part.rate - part.low) ** 2 for part in parts) ** 0.5 / count
    high = rate + sum((part.high - part.rate) ** 2 for part in parts) ** 0.5 / count
    if count == 2:
        low, high = min(low, float(rates.min())), max(high, float(rates.max()))
    if count >= 3:
        reach = float(stdtrit(count - 1, 0.975)) * float(rates.std(ddof=1)) / count**0.5
        low, high = min(low, rate - reach), max(high, rate + reach)
    return rate, max(low, rate * 1e-3), high


def levels(load: Load) -> tuple[tuple[float, float], ...]:
    """The two rates between which a device moves, each with its share of the time; empty for one level.

    Batches are split in two so that they differ least within the parts. Two levels are apart when the gap is six
    times the spread within them, and more than 2 % of the rate.
    """
    rates = load.work / load.seconds
    order = np.argsort(rates)
    cut = _least_spread(rates[order])
    if cut is None:
        return ()
    parts = order[:cut], order[cut:]
    found = [float(load.work[part].sum() / load.seconds[part].sum()) for part in parts]
    spread = max(float(rates[part].std()) for part in parts)
    if found[1] - found[0] < max(6.0 * spread, 0.02 * found[1]):
        return ()
    whole = float(load.seconds.sum())
    return tuple((rate, float(load.seconds[part].sum()) / whole) for rate, part in zip(found, parts, strict=True))


def _least_spread(ordered: Samples) -> int | None:
    """Where to cut ordered values so that their spread within the two parts is least; each has two at least."""
    count = ordered.size
    if count < 8:
        return None
    cuts = np.arange(2, count - 1)
    sums = np.cumsum(ordered)
    below, above = sums[cuts - 1], sums[-1] - sums[cuts - 1]
    return int(cuts[np.argmax(below**2 / cuts + above**2 / (count - cuts))])
