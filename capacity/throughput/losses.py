"""Factors of the chain after calibration: nodes that are up, work over the fabric, and interruptions of a job."""

import math
from datetime import date
from typing import TYPE_CHECKING

from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.throughput.draws import Draws, Factor, normals
from petaplan.capacity.throughput.posterior import Z90, logit
from petaplan.capacity.throughput.spares import mean_up

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = date(2026, 11, 22)
"""Day of the figures of this release; evidence is never seen from an earlier one."""

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
"""Share of the rate that a job of ``NETWORK_JOB`` devices keeps."""
NETWORK_JOB = 4_096
"""Devices of the job that the default is for, within the range of its source."""
DEVICE_MTBF_HOURS = 50_678.0
"""Accelerator-hours between interruptions of all causes: 419 in 16,384 H100 over 54 days: docs/basis/throughput.md."""
LEAST_MTBF_SHARE = 0.3
"""The same for devices without a record, at worst: an assumption, docs/basis/throughput.md."""
AVAILABILITY_POINTS = 33


def drawn(given: Expectation, name: str, seed: int) -> Factor:
    """Draws whose 5th, 50th and 95th percentile are those that were given: a logit-normal with two halves."""
    import numpy as np

    if given.low == given.high:
        return given.mid
    z = normals(name, seed)
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


def available(delivery: Delivery, nodes: int, seed: int) -> tuple[Factor, str]:
    """Share of the eligible nodes that work: those that are up, as far as there is work for them.

    Hot spares replace nodes that are down. Of N nodes with S spares, min(up, N - S) work; up is binomial.
    """
    given = delivery.availability or AVAILABILITY
    up = drawn(given, "available", seed)
    spares = delivery.hot_spare_fraction * nodes
    if not spares:
        return up, given.source
    places = nodes - spares
    source = f"{given.source}; hot spares replace those of {nodes:,} nodes that are down"
    return _through(lambda share: mean_up(nodes, share, places) / places if places else 1.0, up), source


def _through(function: "Callable[[float], float]", value: Factor) -> Factor:
    """A smooth function of a number, or of draws by way of a table."""
    import numpy as np

    if isinstance(value, float | int):
        return function(float(value))
    grid = np.linspace(float(value.min()), float(value.max()), AVAILABILITY_POINTS)
    return np.interp(value, grid, [function(float(point)) for point in grid])


def networked(delivery: Delivery, job: int, seed: int) -> tuple[Factor, str]:
    """Share of the rate that a job of so many devices keeps when they work together over the fabric.

    A plan's own expectation is taken as it is. The default falls by the same factor with each doubling of the job:
    it is 1 for one device, and 0.90 for 4,096. This form is an assumption.
    """
    if delivery.network is not None:
        return drawn(delivery.network, "networked", seed), delivery.network.source
    doublings = math.log(max(job, 1)) / math.log(NETWORK_JOB)
    low, mid, high = (end**doublings for end in (NETWORK.low, NETWORK.mid, NETWORK.high))
    source = f"{NETWORK.source}; for a job of {job:,}, from {NETWORK_JOB:,} by doublings (assumed)"
    if low == high:
        return mid, source
    return drawn(NETWORK, "networked", seed) ** doublings, source


def goodput(delivery: Delivery, job: int, seed: int) -> tuple[Factor, str]:
    """Share of a job's time that isn't lost to checkpoints, lost work and restarts (Young and Daly)."""
    import numpy as np

    hours, minutes = delivery.device_mtbf_hours, (delivery.checkpoint_minutes, delivery.restart_minutes)
    if hours is not None:
        best = goodput_fraction(hours, job, *minutes)
        return best, f"one job of {job:,} accelerators, {hours:,.0f} h each between interruptions: this plan"
    worst = LEAST_MTBF_SHARE * DEVICE_MTBF_HOURS
    source = f"one job of {job:,} accelerators, {worst:,.0f} to {DEVICE_MTBF_HOURS:,.0f} h each"
    exponent = 0.5 * (1 - normals("goodput", seed) / Z90)
    return _kept(DEVICE_MTBF_HOURS * np.power(LEAST_MTBF_SHARE, exponent) / job, *minutes), source


def goodput_fraction(device_mtbf_hours: float, job: int, checkpoint_minutes: float, restart_minutes: float) -> float:
    """``t / (M e^(R/M) (e^((t + C)/M) - 1))`` with ``t = sqrt(2 M C)``: M the job's time between interruptions.

    Interruptions come at random with a constant rate, also during checkpoints and restarts: the renewal form, exact
    for every M (Daly 2006). C is the time of a checkpoint, R that of a restart, t the work between checkpoints (Young).

    >>> round(goodput_fraction(3.0931, 1, 1, 10), 3), round(goodput_fraction(50_678, 70_656, 1, 10), 3)
    (0.852, 0.633)
    """
    import numpy as np

    return float(_kept(np.array([device_mtbf_hours / job]), checkpoint_minutes, restart_minutes)[0])


def _kept(mtbf_hours: Draws, checkpoint_minutes: float, restart_minutes: float) -> Draws:
    import numpy as np

    restart = (restart_minutes / 60) / mtbf_hours
    with np.errstate(over="ignore", under="ignore"):
        checkpoint = (checkpoint_minutes / 60) / mtbf_hours
        work = np.sqrt(2 * checkpoint)
        taken = np.expm1(work + checkpoint)
        return np.exp(-restart) * np.divide(work, taken, out=np.ones_like(work), where=taken > 0)
