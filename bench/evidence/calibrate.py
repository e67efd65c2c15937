"""Summarise records by device model: a mean with a hierarchical interval, and the slowest of N devices."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from petaplan.bench.distributions import ndtri, stdtrit
from petaplan.bench.evidence.record import FOREIGN_LOAD, SIMULATED, Row, RunRecord
from petaplan.bench.evidence.slices import WholeUnits, part_of_a_device
from petaplan.bench.statistics import Samples, tails

PRIOR_SPREAD = 0.03
"""Assumed standard deviation between devices before any is measured. The study of five clusters
in arXiv 2208.11035 found 8 % average variation within one model."""
PRIOR_WEIGHT = 4.0
"""Number of devices that the assumption counts as."""
_NORMAL = 1.96
"""Standard deviations to either end of a 95 % interval."""
_ENOUGH_FOR_EMPIRICAL = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """One device model at one precision."""

    model: str
    precision: str
    unit: str
    software: tuple[str, ...]
    devices: int
    rows: int
    mean: float
    low: float
    """Lower end of the 95 % interval of the mean over devices."""
    high: float
    spread: float
    """Standard deviation between devices as a share of the mean, shrunk to the prior."""
    lowest: float
    highest: float
    p05: float | None
    """None below 20 devices."""
    median: float
    p95: float | None
    share_of_peak: float | None
    steady_share: float

    @property
    def expected_slowest(self) -> dict[int, float]:
        """Expected minimum of so many ranks drawn from this model, for synchronous work."""
        return {ranks: slowest_of(ranks, self.mean, self.spread) for ranks in (8, 64, 512, 4096)}


def usable(evidence: RunRecord, row: Row, whole_units: WholeUnits) -> str | None:
    """Why a row may not calibrate, or None when it may."""
    device = evidence.device(row.device)
    part = part_of_a_device(device, whole_units)
    reasons = {
        "partial": row.partial or evidence.run.partial,
        "not verified": not row.verified or row.sustained is None,
        f"status {row.status}": row.status != "measured",
        f"{row.data} operands": row.data != "random",
        "foreign processes on the device": bool(row.telemetry.foreign_processes),
        f"others took more than {FOREIGN_LOAD:.0%} of the cores": (row.telemetry.foreign_load_fraction or 0.0)
        > FOREIGN_LOAD,
        "a simulated device": device.kind == SIMULATED,
        part or "": part is not None,
        "above its peak": row.share_of_peak is not None and row.share_of_peak > 1.0,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def calibrate(records: Iterable[RunRecord], whole_units: WholeUnits) -> tuple[tuple[Calibration, ...], tuple[str, ...]]:
    """A calibration for each model and precision, and each row left out with its reason."""
    groups: dict[tuple[str, str], dict[str, list[_Use]]] = {}
    left_out: list[str] = []
    seen: set[str] = set()
    for evidence in records:
        if evidence.run.id in seen:
            left_out.append(f"{evidence.run.id}: the same run again; it counts once")
            continue
        seen.add(evidence.run.id)
        for row in evidence.rows:
            reason = usable(evidence, row, whole_units)
            if reason:
                left_out.append(f"{evidence.run.id}: {row.device} {row.precision}: {reason}")
                continue
            device = evidence.device(row.device)
            by_device = groups.setdefault((device.model, str(row.precision)), {})
            use = _Use(row=row, software=device.software.identity, host=evidence.host.name)
            by_device.setdefault(device.uuid, []).append(use)
    found = tuple(_calibration(model, precision, devices) for (model, precision), devices in sorted(groups.items()))
    return found, tuple(left_out)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    """A usable row with the software and the host that it was measured on."""

    row: Row
    software: str
    host: str


def _calibration(model: str, precision: str, devices: dict[str, list[_Use]]) -> Calibration:
    rows = [use.row for uses in devices.values() for use in uses]
    values = np.array([np.mean([_median(use.row) for use in uses]) for uses in devices.values()])
    errors = np.array([_error(uses) for uses in devices.values()])
    mean, spread, reach = pooled(values, [uses[0].host for uses in devices.values()], errors)
    ends = tails(values)
    shares = [row.share_of_peak for row in rows if row.share_of_peak is not None]
    return Calibration(
        model=model,
        precision=precision,
        unit=rows[0].precision.unit,
        software=tuple(sorted({use.software for uses in devices.values() for use in uses})),
        devices=len(devices),
        rows=len(rows),
        mean=mean,
        low=max(mean - reach, 0.0),
        high=mean + reach,
        spread=spread,
        lowest=float(values.min()),
        highest=float(values.max()),
        p05=ends.p05 if ends else None,
        median=float(np.median(values)),
        p95=ends.p95 if ends else None,
        share_of_peak=float(np.mean(shares)) if shares else None,
        steady_share=sum(row.steady for row in rows) / len(rows),
    )


def _median(row: Row) -> float:
    return row.sustained.median if row.sustained else 0.0


def _error(uses: Sequence[_Use]) -> float:
    """Standard error of a device's mean over its runs, as a share: of the rows' intervals, or between runs if more."""
    medians = np.array([_median(use.row) for use in uses])
    halves = np.array([use.row.sustained.half_width_fraction for use in uses if use.row.sustained]) / _NORMAL
    between = float(medians.std(ddof=1) / medians.mean()) if medians.size > 1 else 0.0
    return max(float(np.sqrt((halves**2).mean())), between) / float(np.sqrt(medians.size))


def pooled(values: Samples, hosts: Sequence[str], errors: Samples | None = None) -> tuple[float, float, float]:
    """Mean, relative spread and half-width of the 95 % interval of the mean; a value and a host for each device.

    The spread between devices is shrunk to the prior: s² = (ν₀ s₀² + (n-1) s²) / (ν₀ + n - 1), and the interval is
    Student's t with as many degrees. Half of that variance is taken to be the host's, because its devices share power
    and air. Eight devices of one host therefore weigh less than eight of eight hosts. One device is worth ±8 %.
    The errors of the values themselves (shares) are added; they differ between devices and are no host's.

    >>> [round(pooled(np.full(n, 100.0), [str(i) for i in range(n)])[2], 1) for n in (1, 4, 64)]
    [8.3, 2.7, 0.2]
    >>> round(pooled(np.full(8, 100.0), ["one"] * 8)[2], 1), round(pooled(np.full(8, 100.0), [*"abcdefgh"])[2], 1)
    (3.0, 1.4)
    """
    mean = float(values.mean())
    count = values.size
    freedom = PRIOR_WEIGHT + count - 1
    own = float(((values / mean - 1.0) ** 2).sum())
    spread = ((PRIOR_WEIGHT * PRIOR_SPREAD**2 + own) / freedom) ** 0.5
    crowding = sum((number / count) ** 2 for number in Counter(hosts).values())
    reach = float(stdtrit(freedom, 0.975)) * spread * mean * ((crowding + 1.0 / count) / 2.0) ** 0.5
    if errors is not None:
        reach = float(np.hypot(reach, _NORMAL * mean * float((errors**2).sum()) ** 0.5 / count))
    return mean, spread, reach


def slowest_of(ranks: int, mean: float, spread: float) -> float:
    """Expected minimum of N normal draws (Blom's approximation); synchronous work runs at this.

    >>> round(slowest_of(512, 0.80, 0.015 / 0.80), 3)
    0.755
    """
    return mean * (1.0 + spread * float(ndtri((1.0 - 0.375) / (ranks + 0.25))))


def slowest_of_measured(ranks: int, values: Samples) -> float | None:
    """Expected minimum of N draws from the measured devices themselves; None for too few of them, or for more ranks.

    Of more ranks than were measured nothing is known below the lowest value: there the fitted tail counts.
    """
    if values.size < max(_ENOUGH_FOR_EMPIRICAL, ranks):
        return None
    ordered = np.sort(values)
    left = np.arange(values.size, -1, -1) / values.size
    weights = left[:-1] ** ranks - left[1:] ** ranks
    return float(ordered @ weights)
