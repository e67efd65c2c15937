"""Calibration: the share of its peak that devices of one model sustain, as a distribution, from evidence or without.

The model stands in posterior.py. Here are its prior from published rates, what is said of the result, and its grade.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from statistics import fmean

from petaplan.capacity.facts.efficiency import published_fractions
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import MeasuredGemm
from petaplan.capacity.measurement import Measurement, ReportedShare
from petaplan.capacity.throughput.posterior import (
    NEAREST_ONE,
    NORMAL,
    Z90,
    Posterior,
    Prior,
    Reading,
    expit,
    logit,
    posterior,
)

__all__ = ["Calibration", "Grade", "calibrate", "expected_minimum", "expit", "logit", "prior"]

WIDE_LOW, WIDE_HIGH = 0.45, 0.85
"""90 % interval for a device without a measurement (docs/basis/throughput.md)."""
PUBLISHED_SPREAD = 0.30
"""Logit spread of fleets around what others measured on a few cards: 0.79 to 0.91 around 0.86."""
FOREIGN_SPREAD = 0.20
"""Further logit spread of a rate that somebody reports with another method, on a host that nobody here saw. Assumed."""
FOREIGN_WEIGHT = PUBLISHED_SPREAD**2 / (PUBLISHED_SPREAD**2 + FOREIGN_SPREAD**2)
"""What one reported source weighs beside one published measurement."""
OLD_DAYS = 365
NARROW, FAIR = 0.08, 0.16
"""Widths of the 90 % interval over its middle up to which a calibration may have grade A, and B."""
HALVED_TO = 1e-14
"""Width of the interval at which the search for the pace of a job ends."""
LEAST_HOSTS = 4
"""Fewer hosts do not show how much hosts differ."""
DISAGREEMENT, CONFLICT = 0.05, 0.01
"""Probability, by the prior, of measurements so far from it: below the first a reservation, below both a review."""


class Grade(StrEnum):
    """How much a calibration rests on, best first."""

    A = "A"
    """Measured here to a narrow interval, on enough hosts, recent, with one software, steady, without disagreement."""
    B = "B"
    """Measured here, with a wider interval or one reservation."""
    C = "C"
    """Measured by others, or here with several reservations or against what was published."""
    D = "D"
    """Nobody measured it: a wide prior."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """The sustained share of peak of one model at one precision."""

    model: str
    precision: Precision
    low: float
    mid: float
    high: float
    """5th, 50th and 95th percentile of the mean over the population of such devices, not over the plan's fleet."""
    grade: Grade
    devices: int
    hosts: int
    source: str
    reservations: tuple[str, ...]
    posterior: Posterior
    prior_mid: float
    """Median before anything was measured here."""
    prior_source: str

    @property
    def device_spread(self) -> float:
        """Spread of single devices around the population's mean on the logit scale: of hosts and of their devices."""
        return math.hypot(self.posterior.host_spread, self.posterior.device_spread)

    @property
    def conflict(self) -> float:
        """Probability of such measurements by the prior, 0 to 1; 1 where nothing is measured."""
        return self.posterior.conflict

    @property
    def in_conflict(self) -> bool:
        """Whether the measurements can hardly be of what others published."""
        return self.conflict < CONFLICT

    def slowest_of(self, ranks: int) -> float:
        """Expected share of the slowest of so many devices that wait for each other."""
        return expit(logit(self.mid) + self.device_spread * expected_minimum(ranks))


@cache
def expected_minimum(ranks: int) -> float:
    """Expected smallest of n independent standard normals, as an integral.

    >>> [round(expected_minimum(n), 4) for n in (1, 2, 3, 8, 64, 512, 65_536)]
    [0.0, -0.5642, -0.8463, -1.4236, -2.3437, -3.0439, -4.2911]
    """
    if ranks <= 1:
        return 0.0
    end, step = 9.0, 0.01
    points = (-end + step * at for at in range(round(2 * end / step)))
    return (
        math.fsum(math.exp(ranks * math.log(math.erfc(x / math.sqrt(2)) / 2)) for x in points) * step - step / 2 - end
    )


def expected_minimum_share(calibrations: Sequence[tuple[float, Calibration]], ranks: int) -> float:
    """Expected slowest of so many devices over the mean of its model, where a job spans several models.

    Each model has a weight, its part of the devices. The work is shared out by the models' rates, so the pace is
    that of the device that lies furthest below its own model.
    """
    whole = sum(weight for weight, _ in calibrations)
    if not whole or ranks <= 1:
        return 1.0
    rank = NORMAL.cdf(expected_minimum(ranks))
    low, high = 0.0, 1.0
    while high - low > HALVED_TO:
        ratio = (low + high) / 2
        parts = (
            weight * NORMAL.cdf((logit(ratio * one.mid) - logit(one.mid)) / one.device_spread)
            for weight, one in calibrations
        )
        low, high = (ratio, high) if sum(parts) / whole < rank else (low, ratio)
    return (low + high) / 2


def calibrate(
    model: str,
    precision: Precision,
    measurements: Sequence[Measurement],
    today: date,
    peak: float | None = None,
    *,
    fleet_hosts: int | None = None,
    further: tuple[MeasuredGemm, ...] = (),
    reported: tuple[ReportedShare, ...] = (),
) -> Calibration:
    """The share of peak that devices of one model sustain, from their measurements or from a prior.

    ``fleet_hosts`` is the number of hosts that the plan has of it: the more, the more have to be measured.
    ``further`` are rates that others measured, beside those of the shipped data. ``reported`` are rates of files that
    `petaplan-bench import` wrote.
    """
    middle, spread, grade, prior_source = prior(model, precision, peak, further, reported)
    found = _posterior(Prior(middle, spread), tuple(_reading(one, today) for one in measurements))
    low, mid, high = _interval(found)
    reservations: tuple[str, ...] = ()
    source = prior_source
    if measurements:
        source = _named(sorted({m.source for m in measurements}))
        reservations = (
            *_reservations(measurements, today, fleet_hosts),
            *_disagreement(found, expit(middle), prior_source),
        )
        grade = _grade((high - low) / mid, len(reservations), found.conflict)
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
        posterior=found,
        prior_mid=expit(middle),
        prior_source=prior_source,
    )


@lru_cache(maxsize=256)
def _posterior(before: Prior, readings: tuple[Reading, ...]) -> Posterior:
    return posterior(before, readings)


@lru_cache(maxsize=256)
def _interval(found: Posterior) -> tuple[float, float, float]:
    belief = found.population()
    return belief.quantile(0.05), belief.quantile(0.50), belief.quantile(0.95)


def _reading(one: Measurement, today: date) -> Reading:
    years = (today - one.as_of).days / 365.25
    return Reading.of(share=one.share, low=one.low, high=one.high, host=one.host, years=years)


def _named(runs: list[str]) -> str:
    return ", ".join(runs[:3]) + (f" and {len(runs) - 3} more" if len(runs) > 3 else "")


@cache
def prior(
    model: str,
    precision: Precision,
    peak: float | None,
    further: tuple[MeasuredGemm, ...] = (),
    reported: tuple[ReportedShare, ...] = (),
) -> tuple[float, float, Grade, str]:
    """Middle and spread on the logit scale, grade and source, before anything was measured here."""
    shares = [
        gemm.rate_tflops.value / peak if gemm.rate_tflops and peak else gemm.fraction.value
        for gemm in published_fractions(model, precision, further)
    ]
    odds = [logit(share) for share in shares if share < 1]
    foreign = _by_source(reported)
    if not odds and not foreign:
        low, high = logit(WIDE_LOW), logit(WIDE_HIGH)
        return (low + high) / 2, (high - low) / 2 / Z90, Grade.D, "nobody measured it: wide prior"
    weighed = [*((1.0, one) for one in odds), *((FOREIGN_WEIGHT, one) for one in foreign)]
    whole = math.fsum(weight for weight, _ in weighed)
    middle = math.fsum(weight * one for weight, one in weighed) / whole
    among = math.fsum(weight * (one - middle) ** 2 for weight, one in weighed) / whole
    others = FOREIGN_WEIGHT * len(foreign) / whole * FOREIGN_SPREAD**2
    return middle, math.sqrt(PUBLISHED_SPREAD**2 + others + among), Grade.C, _prior_source(len(odds), len(foreign))


def _by_source(reported: tuple[ReportedShare, ...]) -> list[float]:
    """Log odds of each source: its rates share one method and one host, so they count once."""
    sources: dict[tuple[str, str], list[float]] = {}
    for one in reported:
        sources.setdefault((one.source, one.method), []).append(logit(min(one.share, NEAREST_ONE)))
    return [fmean(odds) for odds in sources.values()]


def _prior_source(published: int, foreign: int) -> str:
    counts = ((published, "published measurement"), (foreign, "reported source"))
    return " and ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


def _grade(width: float, reservations: int, conflict: float) -> Grade:
    """By the width that was reached, lowered once by each reservation; in a conflict C."""
    if conflict < CONFLICT:
        return Grade.C
    reached = sum(width > limit for limit in (NARROW, FAIR))
    return (Grade.A, Grade.B, Grade.C)[min(reached + reservations, 2)]


def enough_hosts(fleet_hosts: int | None) -> int:
    """Hosts to measure for a fleet: the square root of their number, four at least, and never more than there are.

    >>> [enough_hosts(hosts) for hosts in (None, 1, 4, 48, 8_832)]
    [4, 1, 4, 7, 94]
    """
    if fleet_hosts is None:
        return LEAST_HOSTS
    hosts = max(1, fleet_hosts)
    return min(hosts, max(LEAST_HOSTS, math.isqrt(hosts - 1) + 1))


def _reservations(measurements: Sequence[Measurement], today: date, fleet_hosts: int | None) -> list[str]:
    reasons = []
    hosts = len({m.host for m in measurements})
    if hosts < (enough := enough_hosts(fleet_hosts)):
        whole = "" if fleet_hosts is None else f" of {fleet_hosts:,}"
        reasons.append(f"{hosts}{whole} host{'s' if hosts != 1 or whole else ''} measured, of {enough} that are needed")
    if (age := (today - min(m.as_of for m in measurements)).days) > OLD_DAYS:
        reasons.append(f"{age} days old")
    if len({m.software for m in measurements}) > 1:
        reasons.append("measured with different software")
    if not all(m.steady for m in measurements):
        reasons.append("not all runs were steady")
    return reasons


def _disagreement(found: Posterior, expected: float, source: str) -> tuple[str, ...]:
    if found.measured is None or found.conflict >= DISAGREEMENT:
        return ()
    return (
        f"measured {found.measured:.3f} and expected {expected:.3f} by {source} disagree (p = {found.conflict:.2g})",
    )
