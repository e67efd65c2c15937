"""The share of its peak that a population of devices sustains, as a distribution: prior, measurements, conflict.

On the logit scale a measured share is ``mu + bias + drift + host + device + error``. The bias is common to everything.
The drift is common to rows of one age, the host's part to its devices. docs/adr/0038 has the reasons.

Spreads of hosts and devices are learnt from contrasts alone, never from the distance to the prior ("cut"). The prior
of mu has heavy tails. So a lower measurement never raises a quantile, and the data win a conflict.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist, median
from typing import Self

NORMAL = NormalDist()
Z90 = NORMAL.inv_cdf(0.95)
Z95 = NORMAL.inv_cdf(0.975)

BIAS_SPREAD = 0.05
"""Error of benchmark and software that everything shares: no evidence makes an interval narrower. Assumed."""
DRIFT_PER_YEAR = 0.10
"""Spread of what a year changes, common to everything of one age. Assumed."""
SPREAD_SCALE = 0.15
"""Scale of the half-t prior with 4 degrees of each spread: devices of one node differ by 5 % and more."""
FURTHEST_CONTRAST = 0.6
"""A difference counts for the spreads up to here, four scales: one broken device must not hide the others."""
NEAREST_ONE = 0.995
"""Shares beyond are taken for this one: the logit scale has no end, and a rate has."""
TAUS = (0.006, *(0.015 * 80 ** (step / 10) for step in range(11)))
"""Spreads that are tried: 0.006, then 0.015 to 1.2 in equal ratios."""
TAIL_DEGREES = 3
"""Degrees of Student's t of the prior of mu."""
TAIL_SCALES = 13
LEAST_LOG_WEIGHT = -16.0
"""Log of a weight over the heaviest one; what weighs less is left out."""


def logit(share: float) -> float:
    """Log odds of a share; the ends are held just inside."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def expit(odds: float) -> float:
    """The share with these log odds."""
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured device on the logit scale."""

    odds: float
    variance: float
    """Of the error of the measurement itself."""
    host: str
    years: float
    """Age, years."""

    @classmethod
    def of(cls, *, share: float, low: float, high: float, host: str, years: float) -> Self:
        """A share with its 95 % interval; the width is taken to the logit scale at the share itself."""
        held = min(max(share, 1e-6), NEAREST_ONE)
        width = (high - low) / (2 * Z95) / (held * (1 - held))
        return cls(logit(held), width**2, host, max(0.0, years))


@dataclass(frozen=True, slots=True)
class Belief:
    """A mixture of normals on the logit scale."""

    weights: tuple[float, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]

    def below(self, share: float) -> float:
        """Probability that the share is below a value."""
        return self.below_odds(logit(share))

    def below_odds(self, odds: float) -> float:
        """Probability that the log odds are below a value."""
        root, erfc = math.sqrt(0.5), math.erfc
        parts = zip(self.weights, self.means, self.spreads, strict=True)
        return sum(weight * erfc((mean - odds) * root / spread) for weight, mean, spread in parts) / 2

    def quantile(self, probability: float) -> float:
        """The share below which it lies with a probability."""
        return expit(self.odds_at(probability))

    def odds_at(self, probability: float) -> float:
        """The log odds below which it lies with a probability: Newton's method, held in an interval."""
        low, high = self._ends(10)
        odds = sum(w * m for w, m in zip(self.weights, self.means, strict=True))
        for _ in range(200):
            short = probability - self.below_odds(odds)
            low, high = (odds, high) if short > 0 else (low, odds)
            following = odds + short / max(self._density(odds), 1e-12)
            if not low < following < high:
                following = (low + high) / 2
            if abs(following - odds) < 1e-10:
                return following
            odds = following
        return odds

    def table(self, points: int = 97) -> tuple[list[float], list[float]]:
        """Standard normal quantiles, and the share at each: what draws are looked up in."""
        first, last = (self.odds_at(probability) for probability in (1e-5, 1 - 1e-5))
        grid = [first + (last - first) * at / (points - 1) for at in range(points)]
        return [NORMAL.inv_cdf(self.below_odds(odds)) for odds in grid], [expit(odds) for odds in grid]

    def _density(self, odds: float) -> float:
        parts = zip(self.weights, self.means, self.spreads, strict=True)
        return sum(w / s * math.exp(-(((odds - m) / s) ** 2) / 2) for w, m, s in parts) / math.sqrt(2 * math.pi)

    def _ends(self, spreads: float) -> tuple[float, float]:
        pairs = list(zip(self.means, self.spreads, strict=True))
        return min(m - spreads * s for m, s in pairs), max(m + spreads * s for m, s in pairs)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of mu before anything is measured: Student's t with a stated 90 % interval."""

    middle: float
    spread: float
    """Half of the 90 % interval over 1.645, on the logit scale."""

    def parts(self) -> tuple[tuple[float, float], ...]:
        """Normal distributions that make up the t distribution: weight and spread of each."""
        return tuple((weight, self.spread * scale) for weight, scale in tail_parts())


@cache
def tail_parts() -> tuple[tuple[float, float], ...]:
    """Student's t as normal distributions: weights and spreads, with a 90 % interval of ±1.645."""
    scales = [0.4 * 150 ** (step / (TAIL_SCALES - 1)) for step in range(TAIL_SCALES)]
    weights = [scale**-TAIL_DEGREES * math.exp(-TAIL_DEGREES / 2 / scale**2) for scale in scales]
    whole = sum(weights)
    shares = tuple(weight / whole for weight in weights)
    reach = Belief(shares, (0.0,) * TAIL_SCALES, tuple(scales)).odds_at(0.95)
    return tuple((share, scale * Z90 / reach) for share, scale in zip(shares, scales, strict=True))


@dataclass(frozen=True, slots=True)
class Cell:
    """What follows for mu if hosts and devices have these spreads."""

    weight: float
    host_spread: float
    device_spread: float
    parts: tuple[tuple[float, float, float], ...]
    """Weight, mean and variance of each normal distribution of mu."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Everything that is believed of a population of devices."""

    cells: tuple[Cell, ...]
    conflict: float
    """Probability, by the prior, of measurements as far from it as these or further; 1 where nothing is measured."""
    measured: float | None
    """The share that the measurements alone say."""

    @property
    def host_spread(self) -> float:
        """Spread of hosts, root mean square."""
        return math.sqrt(sum(cell.weight * cell.host_spread**2 for cell in self.cells))

    @property
    def device_spread(self) -> float:
        """Spread of the devices of one host, root mean square."""
        return math.sqrt(sum(cell.weight * cell.device_spread**2 for cell in self.cells))

    def population(self) -> Belief:
        """What is believed of the population's mean, on the logit scale."""
        return _belief((cell.weight * w, mean, var) for cell in self.cells for w, mean, var in cell.parts)

    def fleet(self, hosts: int, devices: int) -> Belief:
        """What is believed of the mean share of so many hosts and devices of the population.

        They are a draw of their own, so its variance is added. The mean of a share is not the share of a mean: it is
        (1 - 2c) t² / 2 away on the logit scale.
        """
        return _belief(
            (
                cell.weight * w,
                mean + (0.5 - expit(mean)) * (cell.host_spread**2 + cell.device_spread**2),
                var + cell.host_spread**2 / max(hosts, 1) + cell.device_spread**2 / max(devices, 1),
            )
            for cell in self.cells
            for w, mean, var in cell.parts
        )


def _belief(parts: Iterable[tuple[float, float, float]]) -> Belief:
    kept = [part for part in parts if part[0] > 1e-9]
    whole = math.fsum(weight for weight, _, _ in kept)
    weights, means, variances = zip(*kept, strict=True)
    return Belief(tuple(w / whole for w in weights), means, tuple(math.sqrt(v) for v in variances))


def unmeasured(prior: Prior) -> Posterior:
    """What is believed without any measurement: the prior, and the mean square of each spread by its prior."""
    weights = [_spread_weight(tau) for tau in TAUS]
    square = sum(w * tau**2 for w, tau in zip(weights, TAUS, strict=True)) / sum(weights)
    parts = tuple((weight, prior.middle, spread**2) for weight, spread in prior.parts())
    return Posterior((Cell(1.0, math.sqrt(square), math.sqrt(square), parts),), 1.0, None)


def posterior(prior: Prior, readings: Sequence[Reading]) -> Posterior:
    """What is believed after some measurements; they may be of any number of hosts and ages."""
    if not readings:
        return unmeasured(prior)
    campaigns = _campaigns(readings)
    found = []
    for td in TAUS:
        joined = [(years, [_devices(host, td) for host in hosts]) for years, hosts in campaigns]
        found += [(*_given(joined, th, td), th, td) for th in TAUS]
    most = max(log for log, *_ in found)
    kept = [(math.exp(log - most), *rest) for log, *rest in found if log - most > LEAST_LOG_WEIGHT]
    whole = math.fsum(weight for weight, *_ in kept)
    cells, conflict, measured = [], 0.0, 0.0
    for weight, mean, variance, host_spread, device_spread in kept:
        share = weight / whole
        parts, tail = _updated(prior, mean, variance)
        cells.append(Cell(share, host_spread, device_spread, parts))
        conflict += share * tail
        measured += share * mean
    return Posterior(tuple(cells), min(conflict, 1.0), expit(measured))


def _updated(prior: Prior, mean: float, variance: float) -> tuple[tuple[tuple[float, float, float], ...], float]:
    """The prior's normals after a mean with a variance, and the probability of a mean as far from the middle."""
    away = mean - prior.middle
    parts, tail = [], 0.0
    for weight, spread in prior.parts():
        both = spread**2 + variance
        trust = spread**2 / both
        log = math.log(weight) - math.log(both) / 2 - away**2 / both / 2
        parts.append((log, prior.middle + away * trust, variance * trust))
        tail += weight * math.erfc(abs(away) / math.sqrt(2 * both))
    most = max(log for log, _, _ in parts)
    weights = [math.exp(log - most) for log, _, _ in parts]
    whole = sum(weights)
    return tuple((w / whole, m, v) for w, (_, m, v) in zip(weights, parts, strict=True)), tail


@dataclass(frozen=True, slots=True)
class _Host:
    """Devices of one host: their odds, own variances, and odds held near the median."""

    odds: tuple[float, ...]
    held: tuple[float, ...]
    variances: tuple[float, ...]


def _campaigns(readings: Sequence[Reading]) -> tuple[tuple[float, tuple[_Host, ...]], ...]:
    """The hosts by age, the oldest first. A host is as old as its oldest row: its part is one, whenever it was seen."""
    hosts: dict[str, list[Reading]] = {}
    for reading in sorted(readings, key=lambda one: (one.host, one.odds, one.variance, one.years)):
        hosts.setdefault(reading.host, []).append(reading)
    ages: dict[float, list[_Host]] = {}
    for devices in hosts.values():
        odds = tuple(one.odds for one in devices)
        host = _Host(odds, _held(odds), tuple(one.variance for one in devices))
        ages.setdefault(max(one.years for one in devices), []).append(host)
    return tuple((years, tuple(ages[years])) for years in sorted(ages, reverse=True))


def _held(odds: Sequence[float]) -> tuple[float, ...]:
    """Differences to the median, none further than the furthest that counts."""
    middle = median(odds)
    return tuple(min(max(one - middle, -FURTHEST_CONTRAST), FURTHEST_CONTRAST) for one in odds)


Joined = tuple[float, float, float]
"""Log density of the contrasts, mean, and variance of the mean."""


def _given(campaigns: Sequence[tuple[float, Sequence[Joined]]], th: float, td: float) -> Joined:
    """Log weight of a pair of spreads by the contrasts alone, and the mean that the measurements say, with variance.

    Each campaign has an age and what the devices of each of its hosts say.

    The drift is a walk in time: what is older shares the steps of what is younger. So the oldest campaign comes first,
    and each younger one joins it at its own age.
    """
    log = math.log(_spread_weight(th)) + math.log(_spread_weight(td))
    mean = variance = 0.0
    last: float | None = None
    for years, joined in campaigns:
        means = [part[1] for part in joined]
        own = _join(means, _held(means), [part[2] + th**2 for part in joined])
        log += own[0] + sum(part[0] for part in joined)
        if last is None:
            mean, variance = own[1:]
        else:
            variance += DRIFT_PER_YEAR**2 * (last**2 - years**2)
            apart, both = own[1] - mean, variance + own[2]
            held = min(abs(apart), FURTHEST_CONTRAST)
            log -= math.log(both) / 2 + held**2 / both / 2
            mean, variance = mean + apart * variance / both, variance * own[2] / both
        last = years
    return log, mean, variance + (DRIFT_PER_YEAR * (last or 0.0)) ** 2 + BIAS_SPREAD**2


def _devices(host: _Host, td: float) -> Joined:
    return _join(host.odds, host.held, [variance + td**2 for variance in host.variances])


def _join(values: Sequence[float], held: Sequence[float], variances: Sequence[float]) -> Joined:
    """Some values of one unknown mean, under a flat prior of it."""
    precisions = [1 / variance for variance in variances]
    whole = math.fsum(precisions)
    mean = math.fsum(p * value for p, value in zip(precisions, values, strict=True)) / whole
    if len(values) == 1:
        return 0.0, mean, 1 / whole
    middle = math.fsum(p * one for p, one in zip(precisions, held, strict=True)) / whole
    squares = math.fsum(p * (one - middle) ** 2 for p, one in zip(precisions, held, strict=True))
    logs = math.fsum(map(math.log, variances))
    return -(logs + squares + math.log(whole)) / 2, mean, 1 / whole


@cache
def _spread_weight(tau: float) -> float:
    """Prior of a spread: half of Student's t with 4 degrees, times the width of its place in the grid."""
    at = TAUS.index(tau)
    low = (TAUS[at - 1] + tau) / 2 if at else 0.0
    high = (tau + TAUS[at + 1]) / 2 if at + 1 < len(TAUS) else tau + (tau - TAUS[at - 1]) / 2
    return float((1 + (tau / SPREAD_SCALE) ** 2 / 4) ** -2.5 * (high - low))
