"""Join the results of one or more processes into a row: figures, waterfall, warnings."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from petaplan.bench.devices.common.device import Data, Engine
from petaplan.bench.evidence.record import (
    FOREIGN_LOAD,
    Batches,
    Clock,
    DeviceRecord,
    Factor,
    Interval,
    Rate,
    Row,
    Status,
    Telemetry,
    Verification,
)
from petaplan.bench.evidence.settling_record import Settling
from petaplan.bench.method import foreign_load
from petaplan.bench.method.measure import ProcessResult
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH
from petaplan.bench.method.sustained import left_out, processor_share, sustained, with_their_cores
from petaplan.bench.precision import Precision
from petaplan.bench.statistics import FEWEST, Estimate, Samples, across_processes, robust_outliers

_HOW_TO_SETTLE = "stop other processes or allow more --seconds"


def row_of(
    parts: tuple[ProcessResult, ...],
    *,
    data: Data,
    soak_seconds: float,
    partial: bool,
    half_width: float = DEFAULT_HALF_WIDTH,
) -> Row:
    """The row of one device and precision, from the results of its processes."""
    first = parts[0]
    verdict = joined_verdict(parts)
    partial = partial or any(part.interrupted for part in parts)
    crowd = _crowd(parts)
    found = sustained(parts) if verdict.passed and crowd is None else None
    rate = found.rate if found else None
    burst = _burst(parts) if found else None
    clock = _clock(parts)
    peak = first.peak
    share = rate.median / peak.tera_per_second if rate and peak else None
    status: Status = "interrupted" if partial else "measured" if rate else "not-measured"
    row = Row(
        device=first.device.key,
        precision=first.precision,
        engine=first.engine,
        data=data,
        status=status if verdict.passed else "wrong-result",
        reason=_reason(verdict, rate, crowd),
        verified=verdict.passed,
        steady=found is not None and found.is_settled and not partial and not _is_crowded(parts),
        partial=partial,
        soak=soak_seconds > 0.0 and not partial,
        shape=first.shape,
        compute=first.compute,
        sustained=rate,
        burst=burst,
        peak=peak,
        share_of_peak=share,
        clock=clock,
        waterfall=waterfall(rate, first, clock, processor_share(parts)),
        seconds_to_steady=found.seconds_to_steady if found else None,
        settling=found.settling if found else None,
        verification=verdict,
        telemetry=joined_telemetry(parts),
        must_agree=must_agree(first, data),
        candidates=first.candidates,
        batches=_joined_batches(parts),
    )
    return replace(row, warnings=tuple(_warnings(row, parts, half_width)))


def _crowd(parts: tuple[ProcessResult, ...]) -> str | None:
    """Why a shared processor has no figure."""
    if (reason := foreign_load.too_heavy(_foreign_load(parts))) is not None:
        return reason
    if left_out(parts) and sum(len(with_their_cores(part)) for part in parts) < FEWEST:
        return "too few batches had their cores to themselves; stop other processes, measure again"
    return None


def _reason(verdict: Verification, sustained: Rate | None, crowd: str | None) -> str | None:
    if not verdict.passed:
        return f"{len(verdict.faults)} faults found; the first: {verdict.faults[0]}"
    if crowd:
        return crowd
    return None if sustained else f"fewer than {FEWEST} sustained batches have no interval; allow more --seconds"


def unmeasured(device: str, precision: Precision, engine: Engine, *, data: Data, status: Status, reason: str) -> Row:
    """A row that says why it has no figure."""
    return Row(
        device=device,
        precision=precision,
        engine=engine,
        data=data,
        status=status,
        reason=reason,
        verified=False,
        steady=False,
        partial=status == "interrupted",
        soak=False,
    )


def _picked(part: ProcessResult, *phases: str) -> list[int]:
    return [index for index, found in enumerate(part.batches.phase) if found in phases]


def _rates(part: ProcessResult, *phases: str) -> Samples:
    batches = part.batches
    flop = part.shape.flop
    return np.array([flop * batches.calls[i] / batches.seconds[i] / 1e12 for i in _picked(part, *phases)])


def _burst(parts: tuple[ProcessResult, ...]) -> Rate | None:
    groups = [_rates(part, "burst") for part in parts]
    if sum(group.size for group in groups) < FEWEST:
        return None
    found = across_processes(groups)
    work = sum(part.shape.flop * part.batches.calls[i] for part in parts for i in _picked(part, "burst"))
    seconds = sum(part.batches.seconds[i] for part in parts for i in _picked(part, "burst"))
    return Rate(
        unit=parts[0].precision.unit,  # type: ignore[arg-type]
        median=found.median,
        low=found.low,
        high=found.high,
        mean=work / seconds / 1e12,
        samples=found.samples,
        effective_samples=found.effective_samples,
        lag1_autocorrelation=found.lag1,
        processes=sum(1 for group in groups if group.size),
        interval_method=found.method,
    )


def _clock(parts: tuple[ProcessResult, ...]) -> Clock:
    readings = [np.array([part.batches.clock_mhz[i] or np.nan for i in _picked(part, "sustained")]) for part in parts]
    known = [group[np.isfinite(group)] for group in readings]
    found: Estimate | None = across_processes(known) if any(group.size for group in known) else None
    measured = Interval(median=found.median, low=found.low, high=found.high) if found else None
    peak = parts[0].peak
    maxima = [part.maximum_clock_mhz for part in parts if part.maximum_clock_mhz]
    return Clock(
        sheet_mhz=peak.clock_mhz if peak else None,
        maximum_mhz=max(maxima, default=None),
        measured_mhz=measured,
        how=parts[0].clock_how,
    )


def waterfall(rate: Rate | None, part: ProcessResult, clock: Clock, had: float | None) -> tuple[Factor, ...]:
    """Sheet × clock convention × clock × stolen × kernel = delivered, every factor from the same window.

    Stolen is the share of its cores that a CPU's process had. Other devices have no such factor.
    """
    peak, measured = part.peak, clock.measured_mhz
    if rate is None or peak is None:
        return ()
    ends = (
        Factor(name="sheet", value=peak.tera_per_second, how=peak.how),
        Factor(name="delivered", value=rate.median, how="work over time of the sustained batches"),
    )
    stolen = _stolen(had)
    if measured is None or clock.maximum_mhz is None:
        whole = Factor(
            name="kernel",
            value=rate.median / peak.tera_per_second / (had or 1.0),
            how="clock and kernel together: no clock was measured",
        )
        return (ends[0], *stolen, whole, ends[1])
    at_clock = peak.units * peak.flop_per_clock_per_unit * measured.median / 1e6
    return (
        ends[0],
        Factor(
            name="clock-convention",
            value=clock.maximum_mhz / peak.clock_mhz,
            how=f"highest clock {clock.maximum_mhz:.0f} MHz over the peak's {peak.clock_mhz:.0f} MHz",
        ),
        Factor(
            name="clock",
            value=measured.median / clock.maximum_mhz,
            how=f"measured {measured.median:.0f} MHz over the highest: power, heat, caps",
        ),
        *stolen,
        Factor(
            name="kernel",
            value=rate.median / at_clock / (had or 1.0),
            how="delivered over units × operations a clock × measured clock: library, shape, neighbours",
        ),
        ends[1],
    )


def _stolen(had: float | None) -> tuple[Factor, ...]:
    how = "CPU seconds over seconds × cores: the rest went to others, to waiting or to the hypervisor"
    return () if had is None else (Factor(name="stolen", value=had, how=how),)


def joined_verdict(parts: tuple[ProcessResult, ...]) -> Verification:
    """The verification of all processes: a fault in one is a fault of the row."""
    found = [part.verification for part in parts]
    worst = [verdict.worst_over_tolerance for verdict in found]
    return Verification(
        method=found[0].method,
        passed=all(verdict.passed for verdict in found),
        vectors_checked=sum(verdict.vectors_checked for verdict in found),
        hashes_checked=sum(verdict.hashes_checked for verdict in found),
        worst_over_tolerance=None if None in worst else max(w for w in worst if w is not None),
        result_hash=found[0].result_hash,
        one_in=max((verdict.one_in for verdict in found if verdict.one_in), default=None),
        faults=tuple(f"process {index}: {fault}" for index, verdict in enumerate(found) for fault in verdict.faults),
    )


def joined_telemetry(parts: tuple[ProcessResult, ...]) -> Telemetry:
    """Telemetry of all processes: sums of counters, means of averages, the worst of limits and temperatures."""
    found = [part.telemetry for part in parts]

    def mean(name: str) -> float | None:
        values = [value for t in found if (value := getattr(t, name)) is not None]
        return sum(values) / len(values) if values else None

    def most(name: str) -> float | None:
        return max((value for t in found if (value := getattr(t, name)) is not None), default=None)

    def total(name: str) -> int | None:
        values = [value for t in found if (value := getattr(t, name)) is not None]
        return sum(values) if values else None

    causes = {cause for t in found for cause in t.throttle_seconds}
    return Telemetry(
        power_w=mean("power_w"),
        energy_j=total("energy_j"),
        sm_clock_mhz=mean("sm_clock_mhz"),
        power_limit_w=most("power_limit_w"),
        temperature_c=most("temperature_c"),
        memory_temperature_c=most("memory_temperature_c"),
        memory_clock_mhz=mean("memory_clock_mhz"),
        throttle_seconds={c: sum(t.throttle_seconds.get(c, 0.0) for t in found) for c in sorted(causes)},
        throttle_reasons=tuple(sorted({reason for t in found for reason in t.throttle_reasons})),
        ecc_corrected=total("ecc_corrected"),
        ecc_uncorrected=total("ecc_uncorrected"),
        foreign_processes=tuple(sorted({name for t in found for name in t.foreign_processes})),
        foreign_load_fraction=most("foreign_load_fraction"),
        governor=found[0].governor,
    )


def must_agree(part: ProcessResult, data: Data) -> dict[str, str]:
    """What has to be equal before two figures may be compared."""
    device, compute = part.device, part.compute
    return {
        "model": device.model,
        "precision": str(part.precision),
        "engine": part.engine,
        "data": data,
        "software": device.software.identity,
        "call": compute.call,
        "compute_type": compute.compute_type,
        "accumulate": compute.accumulate,
        "output": compute.output,
        "emulated": str(compute.emulated).lower(),
        "fast_accumulation": str(compute.fast_accumulation).lower(),
        "power_limit_w": _power(device),
        "partition": device.partition or "whole device",
        "environment": " ".join(f"{k}={v}" for k, v in sorted(device.software.environment.items())) or "none",
        **part.must_agree,
    }


def _power(device: DeviceRecord) -> str:
    return f"{device.power_limit_w:g}" if device.power_limit_w else "unknown"


def _joined_batches(parts: tuple[ProcessResult, ...]) -> Batches:
    def column(name: str) -> tuple[object, ...]:
        return tuple(value for part in parts for value in getattr(part.batches, name))

    names = ["phase", "start_seconds", "seconds", "calls", "clock_mhz"]
    names += [n for n in ("temperature_c", "processor_seconds") if all(getattr(part.batches, n) for part in parts)]
    process = tuple(index for index, part in enumerate(parts) for _ in part.batches.seconds)
    return Batches(process=process, **{name: column(name) for name in names})  # type: ignore[arg-type]


def _is_crowded(parts: tuple[ProcessResult, ...]) -> bool:
    """Whether other processes used so much of the cores that the interval does not describe the device alone."""
    return _foreign_load(parts) > FOREIGN_LOAD


def _foreign_load(parts: tuple[ProcessResult, ...]) -> float:
    return max(part.telemetry.foreign_load_fraction or 0.0 for part in parts)


def _warnings(row: Row, parts: tuple[ProcessResult, ...], half_width: float) -> Iterator[str]:
    if row.sustained and row.settling and not row.partial:
        yield from _about_settling(row, row.sustained, row.settling, half_width)
    for name, value in sorted(parts[0].device.software.environment.items()):
        yield f"{name}={value} changes arithmetic, threads or library choice: the figure holds for this setting alone"
    if row.verification and (row.verification.one_in or 1) > 1:
        yield f"1 in {row.verification.one_in} products was checked: memory or time allowed no more"
    if any(part.untried for part in parts):
        yield (
            f"{max(part.untried for part in parts)} algorithms were not tried: the time for choosing was over; "
            "allow more --seconds"
        )
    if (others := foreign_load.warning(row.telemetry.foreign_load_fraction or 0.0)) is not None:
        yield others
    left = left_out(parts)
    if left:
        yield f"{left} batches had less than their cores and are left out"
    if row.telemetry.foreign_processes:
        names = ", ".join(row.telemetry.foreign_processes)
        yield f"foreign processes on the device: {names}; the figure does not calibrate; stop them"
    if row.share_of_peak is not None and row.share_of_peak > 1.0:
        yield f"{row.share_of_peak:.0%} of the peak is impossible: {_why_above_peak(row)}"
    hashes = {part.verification.result_hash for part in parts}
    if len(hashes) > 1 and row.verified:
        yield "the bits of a product differ between processes: the library's algorithm is not repeatable"
    if row.telemetry.ecc_uncorrected:
        yield f"{row.telemetry.ecc_uncorrected} uncorrected memory errors during the run"
    odd = sum(robust_outliers(_rates(part, "sustained")) for part in parts if _picked(part, "sustained"))
    if odd:
        yield f"{odd} batches far from the median; they are counted in the figure"


def _about_settling(row: Row, rate: Rate, settling: Settling, half_width: float) -> Iterator[str]:
    """Why a row is not steady, that its interval is wider than asked, and what the time was too short for."""
    half = rate.half_width_fraction
    if settling.levels:
        both = " and ".join(
            f"{level.rate:.4g} {rate.unit} for {level.share:.0%} of the time" for level in settling.levels
        )
        yield f"not steady: the device moved between {both}; find the cause, measure longer"
    elif not row.steady:
        yield f"not steady: the rate may still change, the interval is ±{half:.2%}; {_HOW_TO_SETTLE}"
    elif half > half_width:
        yield f"the interval is ±{half:.2%}; ±{half_width:.2%} was asked for: allow more --seconds"
    if settling.given_up:
        yield f"given up for --seconds: {settling.given_up}"


def _why_above_peak(row: Row) -> str:
    measured = row.clock.measured_mhz if row.clock else None
    if measured and row.clock and row.clock.sheet_mhz and measured.median > 1.01 * row.clock.sheet_mhz:
        return f"the clock boosted to {measured.median:.0f} MHz, above the peak's {row.clock.sheet_mhz:.0f} MHz"
    if row.share_of_peak and row.share_of_peak > 1.5:
        return "the device is another variant of the model than the one of the peak, or has more units"
    return "the unit count or the clock behind the peak is wrong"
