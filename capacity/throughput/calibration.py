"""Calibration: the share of its peak that a fleet of one model sustains, as a distribution, from evidence or without.

The share of device j on host h is normal on the logit scale: ``logit(c) = mu + host + device``, both with spread tau.
mu has a prior from what others published, or a wide one; tau a half-normal one. The posterior of mu is summed over a
grid of tau, so it is a mixture of normals. Few devices leave it wide; many hosts narrow it. docs/adr/0006 says why.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from statistics import NormalDist, fmean

from petaplan.capacity.errors import EvidenceError, Problem
from petaplan.capacity.facts.efficiency import published_fractions
from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import Measurement

NORMAL = NormalDist()
Z90 = NORMAL.inv_cdf(0.95)
Z95 = NORMAL.inv_cdf(0.975)

WIDE_LOW, WIDE_HIGH = 0.45, 0.85
"""90 % interval for a device without a measurement (docs/basis/throughput.md)."""
PUBLISHED_SPREAD = 0.30
"""Logit spread of fleets around what others measured on a few cards: 0.79 to 0.91 around 0.86."""
DEVICE_SPREAD = 0.15
"""Scale of the half-normal prior of tau: devices of one node differ by 5 % and more."""
AGE_SPREAD_PER_YEAR = 0.10
OLD_DAYS = 365
ENOUGH_DEVICES = 8


class Grade(StrEnum):
    """How much a calibration rests on, best first."""

    A = "A"
    """Measured on enough of these devices, of more than one host, steady, recent, one software."""
    B = "B"
    """Measured on these devices, with one reservation."""
    C = "C"
    """Measured by others, or here with several reservations."""
    D = "D"
    """Nobody measured it: a wide prior."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A mixture of normals on the logit scale."""

    weights: tuple[float, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]

    def below(self, share: float) -> float:
        """Probability that the fleet's share is below a value."""
        point = logit(share)
        return sum(
            w * NORMAL.cdf((point - m) / s) for w, m, s in zip(self.weights, self.means, self.spreads, strict=True)
        )

    def quantile(self, probability: float) -> float:
        """The share below which the fleet lies with a probability."""
        low = min(m - 12 * s for m, s in zip(self.means, self.spreads, strict=True))
        high = max(m + 12 * s for m, s in zip(self.means, self.spreads, strict=True))
        for _ in range(60):
            middle = (low + high) / 2
            if self.below(expit(middle)) < probability:
                low = middle
            else:
                high = middle
        return expit((low + high) / 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """The sustained share of peak of one model at one precision."""

    model: str
    precision: Precision
    low: float
    mid: float
    high: float
    """5th, 50th and 95th percentile of the fleet's mean."""
    grade: Grade
    devices: int
    hosts: int
    source: str
    reservations: tuple[str, ...]
    belief: Belief
    device_spread: float
    """Spread of single devices around the fleet's mean, on the logit scale."""

    def slowest_of(self, ranks: int) -> float:
        """Expected share of the slowest of so many devices that wait for each other."""
        return expit(logit(self.mid) + self.device_spread * expected_minimum(ranks))


def logit(share: float) -> float:
    """Log odds of a share; the ends are held just inside."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def expit(odds: float) -> float:
    """The share with these log odds."""
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def expected_minimum(ranks: int) -> float:
    """Expected smallest of n standard normals, by Blom's formula (within 0.02 of the integral).

    >>> round(expected_minimum(8), 2), round(expected_minimum(512), 2)
    (-1.43, -3.03)
    """
    return NORMAL.inv_cdf((1 - 0.375) / (ranks + 0.25)) if ranks > 1 else 0.0


def calibrate(
    model: str, precision: Precision, measurements: Sequence[Measurement], today: date, peak: float | None = None
) -> Calibration:
    """The share of peak that a fleet of one model sustains, from its measurements or from a prior.

    Raises:
        EvidenceError: when no interval fits the measurements.
    """
    middle, spread, grade, source = prior(model, precision, peak)
    belief, tau = Belief((1.0,), (middle,), (spread,)), DEVICE_SPREAD * math.sqrt(2 / math.pi)
    reservations: tuple[str, ...] = ()
    if measurements:
        belief, tau = posterior(middle, spread, measurements, today)
        reservations = tuple(_reservations(measurements, today))
        grade = (Grade.A, Grade.B, Grade.C)[min(len(reservations), 2)]
        source = _named(sorted({m.source for m in measurements}))
    low, mid, high = (belief.quantile(p) for p in (0.05, 0.50, 0.95))
    if max(abs(belief.below(low) - 0.05), abs(belief.below(high) - 0.95)) > 0.005:
        found = f"an interval of {low:g} to {high:g} that misses its mass"
        advice = "compare the measurements of this model: some contradict the others"
        raise EvidenceError([Problem(where=f"{model} {precision}", found=found, expected="90 % inside", advice=advice)])
    return Calibration(
        model=model,
        precision=precision,
        low=low,
        mid=mid,
        high=high,
        grade=grade,
        devices=len(measurements),
        hosts=len({m.host for m in measurements}),
        source=source,
        reservations=reservations,
        belief=belief,
        device_spread=tau,
    )


def _named(runs: list[str]) -> str:
    return ", ".join(runs[:3]) + (f" and {len(runs) - 3} more" if len(runs) > 3 else "")


@cache
def prior(model: str, precision: Precision, peak: float | None) -> tuple[float, float, Grade, str]:
    """Middle and spread on the logit scale, grade and source, before anything was measured here."""
    shares = [
        gemm.rate_tflops.value / peak if gemm.rate_tflops and peak else gemm.fraction.value
        for gemm in published_fractions(model, precision)
    ]
    odds = [logit(share) for share in shares if share < 1]
    if not odds:
        low, high = logit(WIDE_LOW), logit(WIDE_HIGH)
        return (low + high) / 2, (high - low) / 2 / Z90, Grade.D, "nobody measured it: wide prior"
    middle = fmean(odds)
    among = math.sqrt(fmean([(o - middle) ** 2 for o in odds]))
    count = f"{len(odds)} published measurement{'s' if len(odds) > 1 else ''}"
    return middle, math.hypot(PUBLISHED_SPREAD, among), Grade.C, count


def posterior(middle: float, spread: float, measurements: Sequence[Measurement], today: date) -> tuple[Belief, float]:
    """The fleet's mean after the measurements, and the expected spread of devices."""
    hosts: dict[str, list[tuple[float, float]]] = {}
    for m in measurements:
        width = (logit(m.high) - logit(m.low)) / (2 * Z95)
        years = max(0.0, (today - m.as_of).days / 365.25)
        variance = width**2 + (AGE_SPREAD_PER_YEAR * years) ** 2
        hosts.setdefault(m.host, []).append((logit(m.share), variance))
    parts = []
    for step in range(1, 61):
        tau = step / 60 * 4 * DEVICE_SPREAD
        parts.append((*_given(tau, middle, spread, hosts), tau))
    most = max(log for log, *_ in parts)
    weights = [math.exp(log - most) for log, *_ in parts]
    whole = sum(weights)
    kept = [(w / whole, m, s, t) for w, (_, m, s, t) in zip(weights, parts, strict=True) if w / whole > 1e-9]
    belief = Belief(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))
    return belief, sum(w * t for w, _, _, t in kept)


def _given(
    tau: float, middle: float, spread: float, hosts: dict[str, list[tuple[float, float]]]
) -> tuple[float, float, float]:
    """Log weight of a tau, and the normal posterior of the fleet's mean under it."""
    log = -((tau / DEVICE_SPREAD) ** 2) / 2
    precision, pull = 1 / spread**2, middle / spread**2
    means = []
    for devices in hosts.values():
        own = [tau**2 + variance for _, variance in devices]
        each = [1 / v for v in own]
        mean = sum(w * odds for w, (odds, _) in zip(each, devices, strict=True)) / sum(each)
        for v, (odds, _) in zip(own, devices, strict=True):
            log -= math.log(v) / 2 + (odds - mean) ** 2 / (2 * v)
        log -= math.log(sum(each)) / 2
        variance = tau**2 + 1 / sum(each)
        means.append((mean, variance))
        precision += 1 / variance
        pull += mean / variance
    centre = pull / precision
    for mean, variance in means:
        log -= math.log(variance) / 2 + (mean - centre) ** 2 / (2 * variance)
    log -= (centre - middle) ** 2 / (2 * spread**2) + math.log(precision) / 2
    return log, centre, 1 / math.sqrt(precision)


def _reservations(measurements: Sequence[Measurement], today: date) -> list[str]:
    reasons = []
    if len(measurements) < ENOUGH_DEVICES:
        reasons.append(f"{len(measurements)} device{'s' if len(measurements) > 1 else ''} measured")
    elif len({m.host for m in measurements}) == 1:
        reasons.append("all on one host, which shares its power and air")
    if (age := (today - min(m.as_of for m in measurements)).days) > OLD_DAYS:
        reasons.append(f"{age} days old")
    if len({m.software for m in measurements}) > 1:
        reasons.append("measured with different software")
    if not all(m.steady for m in measurements):
        reasons.append("not all runs were steady")
    return reasons
