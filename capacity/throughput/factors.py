"""The throughput chain: installed peak → eligible → calibrated → available → networked → goodput.

Each factor stands in it once, with an interval and a source. A measured rate already holds what throttling takes, and
a fleet's mean already holds its weak devices: neither is taken off again. Intervals are 90 %; they are multiplied draw
by draw, never end by end, and draws that belong together (one software stack) are drawn together.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.network import FabricKind
from petaplan.capacity.throughput.calibration import NORMAL, Z90, Calibration, Grade, calibrate, logit
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

if TYPE_CHECKING:  # numpy is loaded where something is drawn
    import numpy as np
    from numpy.typing import NDArray

Draws: TypeAlias = "NDArray[np.float64]"
Factor: TypeAlias = "float | NDArray[np.float64]"
"""A number that is known, or draws of one that is not."""

DRAWS = 20_000
SEED = 20_301_231
SHARED_STACK = 0.5
"""Correlation of the calibrations of different models: compilers, libraries and drivers err together (assumed)."""
AS_OF = date(2026, 11, 22)

AVAILABILITY = Expectation(
    low=0.946,
    mid=0.957,
    high=0.967,
    source="default: 958 of 1,000 node-hours, assumed (docs/basis/throughput.md)",
    as_of=AS_OF,
)
NETWORK = Expectation(
    low=0.80,
    mid=0.90,
    high=0.96,
    source="default: 0.90, with 0.94 reached from 2,560 to 5,120 devices in MLPerf v5.1",
    as_of=AS_OF,
)
DEVICE_MTBF_HOURS = 50_678.0
"""Accelerator-hours between interruptions of all causes: 419 in 16,384 H100 over 54 days: docs/basis/throughput.md."""
LEAST_MTBF_SHARE = 0.3
"""The same for devices without a record, at worst: an assumption, docs/basis/throughput.md."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterfallStep:
    """What remains after one factor."""

    name: str
    low: float
    mid: float
    high: float
    """PFLOP/s at the 5th, 50th and 95th percentile."""
    factor_low: float
    factor_mid: float
    factor_high: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One model's part in a waterfall."""

    model: str
    packages: int
    peak_pflops: float
    calibration: Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class Waterfall:
    """The throughput of everything in service on one day at one precision, from installed peak to goodput."""

    label: str
    day: date
    precision: Precision
    steps: tuple[WaterfallStep, ...]
    shares: tuple[Share, ...]
    without_a_figure: tuple[tuple[str, int], ...]
    """Packages of models that have no peak at this precision: they count for nothing."""
    job_accelerators: int
    slowest_fraction: float
    """Rate of a job of that size over its devices' mean, when every step waits for the slowest."""

    def step(self, name: str) -> WaterfallStep:
        """One of the steps by its name."""
        return next(step for step in self.steps if step.name == name)

    @property
    def delivered(self) -> WaterfallStep:
        """What counts as delivered: everything but the losses of one job's own making."""
        return self.step("networked")

    @property
    def measured_fraction(self) -> float:
        """Share of the peak whose calibration rests on measurements of this hub's own devices."""
        whole = sum(share.peak_pflops for share in self.shares)
        measured = sum(share.peak_pflops for share in self.shares if share.calibration.devices)
        return measured / whole if whole else 0.0

    def by_grade(self) -> dict[Grade, float]:
        """PFLOP/s of peak by the grade of their calibration."""
        sums = dict.fromkeys(Grade, 0.0)
        for share in self.shares:
            sums[share.calibration.grade] += share.peak_pflops
        return {grade: value for grade, value in sums.items() if value}


def waterfall(
    design: Design, placements: Sequence[Placement], *, label: str, day: date, precision: Precision
) -> Waterfall:
    """The throughput of some pods on a day at one precision, dense."""
    shares, without_a_figure = _shares(design, placements, precision)
    peak = sum(share.peak_pflops for share in shares)
    delivery = design.hub.delivery or Delivery()
    job = delivery.job_accelerators or largest_job(design, placements)
    slowest = _slowest(shares, peak, job)
    steps = [_first(peak)]
    kept = 1 - delivery.hot_spare_fraction
    not_missed = (
        f"{delivery.hot_spare_fraction:.1%} kept as hot spares: this plan" if kept < 1 else "no hot spares declared"
    )
    factors: list[tuple[str, Factor, str]] = [
        ("eligible", kept, not_missed),
        ("calibrated", _calibrated(shares, peak), _calibration_source(shares)),
        *(
            (name, _drawn(given, name), given.source)
            for name, given in (
                ("available", delivery.availability or AVAILABILITY),
                ("networked", delivery.network or NETWORK),
            )
        ),
        ("goodput", *_goodput(delivery, job)),
    ]
    rate: Factor = peak
    for name, factor, source in factors:
        rate = rate * factor
        steps.append(_step(name, rate, factor, source))
    return Waterfall(
        label=label,
        day=day,
        precision=precision,
        steps=tuple(steps),
        shares=shares,
        without_a_figure=without_a_figure,
        job_accelerators=job,
        slowest_fraction=slowest,
    )


def plan_waterfalls(design: Design) -> tuple[Waterfall, ...]:
    """The throughput of all phases at the first precision of the last target, BF16 without a target."""
    targets = sorted(design.hub.targets, key=lambda target: (target.by, target.name))
    return phase_waterfalls(design, targets[-1].precisions[0] if targets else Precision.BF16)


def phase_waterfalls(design: Design, precision: Precision) -> tuple[Waterfall, ...]:
    """The throughput of everything in service on the day of each phase."""
    return tuple(
        waterfall(
            design,
            [placement for placement in design.placements if design.in_service_on(placement, phase.in_service)],
            label=phase.name,
            day=phase.in_service,
            precision=precision,
        )
        for phase in design.phases
    )


def reading_day(design: Design) -> date:
    """The day from which evidence is seen: that of the newest assumption, source or measurement of the plan."""
    days = [assumption.as_of for assumption in design.hub.assumptions]
    days += [measurement.as_of for measurement in design.evidence.measurements]
    return max(days, default=AS_OF)


def largest_job(design: Design, placements: Iterable[Placement]) -> int:
    """Accelerators on the fabric that joins most of them; without one, those of the largest pod."""
    by_fabric: dict[str, int] = {}
    largest = 1
    kinds = {fabric.name: fabric.kind for fabric in design.hub.fabrics}
    for one in placements:
        count = sum(design.pod(one).accelerators.values())
        largest = max(largest, count)
        for name in one.fabrics:
            if kinds.get(name) is FabricKind.SCALE_OUT:
                by_fabric[name] = by_fabric.get(name, 0) + count
    return max([largest, *by_fabric.values()])


def _shares(
    design: Design, placements: Iterable[Placement], precision: Precision
) -> tuple[tuple[Share, ...], tuple[tuple[str, int], ...]]:
    packages: dict[str, int] = {}
    for one in placements:
        for model, count in design.pod(one).accelerators.items():
            packages[model] = packages.get(model, 0) + count
    shares, without_a_figure = [], []
    for model, count in sorted(packages.items()):
        figure = design.accelerator(model).peak(precision, Sparsity.DENSE)
        if figure is None:
            without_a_figure.append((model, count))
            continue
        shares.append(
            Share(
                model=model,
                packages=count,
                peak_pflops=count * figure.value / TFLOPS_PER_PFLOPS,
                calibration=calibrate(
                    model, precision, design.evidence.of(model, precision), reading_day(design), figure.value
                ),
            )
        )
    return tuple(shares), tuple(without_a_figure)


def _first(peak: float) -> WaterfallStep:
    source = "packages x dense peak of the catalogue, in service on the day"
    return WaterfallStep(
        name="installed peak",
        low=peak,
        mid=peak,
        high=peak,
        factor_low=1.0,
        factor_mid=1.0,
        factor_high=1.0,
        source=source,
    )


def _step(name: str, rate: Factor, factor: Factor, source: str) -> WaterfallStep:
    low, mid, high = _quantiles(rate)
    least, middle, most = _quantiles(factor)
    return WaterfallStep(
        name=name,
        low=low,
        mid=mid,
        high=high,
        factor_low=least,
        factor_mid=middle,
        factor_high=most,
        source=source,
    )


def _quantiles(value: Factor) -> tuple[float, float, float]:
    if isinstance(value, float | int):
        return float(value), float(value), float(value)
    import numpy as np

    low, mid, high = np.quantile(value, (0.05, 0.5, 0.95))
    return float(low), float(mid), float(high)


@cache
def _normals(name: str) -> Draws:
    """Standard normal draws that belong to a name: the same name gives the same draws."""
    import hashlib

    import numpy as np

    seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng([SEED, seed]).standard_normal(DRAWS)


def _calibrated(shares: Sequence[Share], peak: float) -> Factor:
    """The mean share of peak over the whole fleet, drawn with the models' common part."""
    if not peak:
        return 1.0
    return sum((share.peak_pflops / peak) * _calibration_draws(share.calibration) for share in shares)


def _calibration_draws(calibration: Calibration) -> Draws:
    import numpy as np

    z = math.sqrt(SHARED_STACK) * _normals("software stack")
    z = z + math.sqrt(1 - SHARED_STACK) * _normals(calibration.model)
    grid = np.linspace(-4, 4, 65)
    table = [calibration.belief.quantile(NORMAL.cdf(point)) for point in grid]
    return np.interp(z, grid, table)


def _drawn(given: Expectation, name: str) -> Factor:
    """Draws whose 5th, 50th and 95th percentile are those that were given: a logit-normal with two halves."""
    import numpy as np

    if given.low == given.high:
        return given.mid
    z = _normals(name)
    middle = logit(given.mid)
    below, above = (middle - logit(given.low)) / Z90, (logit(given.high) - middle) / Z90
    draws = 1 / (1 + np.exp(-(middle + np.where(z < 0, below, above) * z)))
    _fit_check(draws, given, name)
    return draws


def _fit_check(draws: Draws, given: Expectation, name: str) -> None:
    """Refuse an interval that the fitted draws miss by more than two points.

    The ends are widened by 1e-9, because an interval with equal ends holds all of its mass at them.

    Raises:
        PlanError: with the shares of the draws outside the interval.
    """
    below = float((draws < given.low * (1 - 1e-9)).mean())
    above = float((draws > given.high * (1 + 1e-9)).mean())
    if max(below, above) > 0.07:
        found = (
            f"{given.low:g}, {given.mid:g}, {given.high:g}, which a fit misses ({below:.1%} below, {above:.1%} above)"
        )
        advice = "widen the interval, or move its ends away from 0 and 1"
        problem = Problem(where=f"delivery: {name}", found=found, expected="about 5 % at each end", advice=advice)
        raise PlanError([problem])


def _calibration_source(shares: Sequence[Share]) -> str:
    counted = [f"{share.model} {share.calibration.grade} ({share.calibration.source})" for share in shares]
    return "; ".join(counted) or "nothing to calibrate"


def _slowest(shares: Sequence[Share], peak: float, job: int) -> float:
    """Pace of a synchronous job over the mean of its devices, by the models' part in the peak."""
    if not peak:
        return 1.0
    ratios = (s.peak_pflops / peak * s.calibration.slowest_of(job) / s.calibration.mid for s in shares)
    return sum(ratios)


def pace_of(chain: Waterfall, ranks: int) -> float:
    """Pace of a job of so many ranks over the mean of its devices."""
    return _slowest(chain.shares, sum(share.peak_pflops for share in chain.shares), ranks)


def _goodput(delivery: Delivery, job: int) -> tuple[Factor, str]:
    """Share of a job's time that isn't lost to checkpoints, lost work and restarts (Young and Daly)."""
    hours = delivery.device_mtbf_hours
    best = goodput_fraction(hours or DEVICE_MTBF_HOURS, job, delivery.checkpoint_minutes, delivery.restart_minutes)
    if hours is not None:
        return best, f"one job of {job:,} accelerators, {hours:,.0f} h each between interruptions: this plan"
    worst_hours = LEAST_MTBF_SHARE * DEVICE_MTBF_HOURS
    worst = goodput_fraction(worst_hours, job, delivery.checkpoint_minutes, delivery.restart_minutes)
    middle_hours = math.sqrt(LEAST_MTBF_SHARE) * DEVICE_MTBF_HOURS
    middle = goodput_fraction(middle_hours, job, delivery.checkpoint_minutes, delivery.restart_minutes)
    source = f"one job of {job:,} accelerators, {worst_hours:,.0f} to {DEVICE_MTBF_HOURS:,.0f} h each"
    if worst <= 0:  # the unluckier half of such a job never gets from one checkpoint to the next
        return best if best == 0 else _between(best), source
    given = Expectation(low=worst, mid=middle, high=best, source=source, as_of=AS_OF)
    return _drawn(given, "goodput"), source


def _between(best: float) -> Draws:
    """Draws from nothing to the best, where the worst is nothing: the middle is half of the best."""
    import numpy as np

    return best * np.clip(0.5 + _normals("goodput") / (2 * Z90), 0.0, 1.0)


def goodput_fraction(device_mtbf_hours: float, job: int, checkpoint_minutes: float, restart_minutes: float) -> float:
    """``1 - (C/t + t/(2M) + R/M)`` with ``t = sqrt(2 M C)``: M the job's time between interruptions.

    >>> round(1 - goodput_fraction(3.09, 1, 1, 10), 3)
    0.158
    """
    mtbf, checkpoint, restart = device_mtbf_hours / job, checkpoint_minutes / 60, restart_minutes / 60
    if checkpoint == 0:
        return max(0.0, 1 - restart / mtbf)
    every = math.sqrt(2 * mtbf * checkpoint)
    return max(0.0, 1 - (checkpoint / every + every / (2 * mtbf) + restart / mtbf))
