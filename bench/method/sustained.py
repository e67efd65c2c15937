"""The sustained rate of a row: from the loads of its processes, with what they show about settling."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from petaplan.bench.evidence.record import Batches, Rate
from petaplan.bench.evidence.settling_record import Level, Settling
from petaplan.bench.method.measure import ProcessResult
from petaplan.bench.settling import LEVEL, Load, Settled, across_runs, levels, settle
from petaplan.bench.statistics import FEWEST, Samples

_LEVEL_CELSIUS = 1.5
"""Half of the interval of a temperature that is level; sensors show whole degrees."""
_LEAST_HAD = 0.8
"""Share of its cores that a batch needs in any case: a library leaves some idle at the ends of its products."""
_NEAR_BEST = 0.95
"""Share of the best batch's share that it needs."""
_HEAT_UNTOLD = 120.0
"""Slowest time constant of heat, s, that a device whose kind does not know it may have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sustained:
    """The rate of a load, and whether it has settled."""

    rate: Rate
    is_settled: bool
    """Rate, clock and temperature are level, and the interval is ±1 % at most."""
    settling: Settling
    seconds_to_steady: float | None


def loaded(batches: Batches) -> list[int]:
    """The batches of the load: all after the burst."""
    return [index for index, phase in enumerate(batches.phase) if phase != "burst"]


def _had(part: ProcessResult, index: int) -> float | None:
    """Share of its cores that the process had in a batch; None where it was not read."""
    seconds = part.batches.processor_seconds[index] if part.batches.processor_seconds else None
    return None if seconds is None else min(seconds / (part.device.units * part.batches.seconds[index]), 1.0)


def with_their_cores(part: ProcessResult) -> list[int]:
    """The batches of the load, without those that had less of the cores than the best ones."""
    picked = loaded(part.batches)
    shares = {index: share for index in picked if (share := _had(part, index)) is not None}
    if not shares:
        return picked
    needed = max(_LEAST_HAD, _NEAR_BEST * max(shares.values()))
    return [index for index in picked if shares.get(index, 1.0) >= needed]


def _reported(part: ProcessResult) -> list[int]:
    """The batches behind the rate."""
    return [index for index in with_their_cores(part) if part.batches.phase[index] == "sustained"]


def left_out(parts: tuple[ProcessResult, ...]) -> int:
    """Batches of the loads that had less than their cores."""
    return sum(len(loaded(part.batches)) - len(with_their_cores(part)) for part in parts)


def processor_share(parts: tuple[ProcessResult, ...]) -> float | None:
    """Share of the cores that the processes had in the batches behind the rate; None where it was not read."""
    shares = [share for part in parts for index in _reported(part) if (share := _had(part, index)) is not None]
    return sum(shares) / len(shares) if shares else None


def sustained(parts: tuple[ProcessResult, ...]) -> Sustained | None:
    """The rate over the processes of a row; None where the loads have too few batches for an interval."""
    parts = tuple(part for part in parts if _reported(part))
    if sum(len(_reported(part)) for part in parts) < FEWEST:
        return None
    loads = [_load(part, _work(part)) for part in parts]
    found = [settle(load, _slowest(part)) for part, load in zip(parts, loads, strict=True)]
    middle, low, high = across_runs(found)
    states = levels(_joined(loads))
    given_up = _given_up(parts, loads)
    is_level = all(part.is_level for part in found) and all(_clock_is_level(part) for part in parts)
    cool = [_temperature_is_level(part) for part in parts]
    is_narrow = (high - low) / 2.0 <= LEVEL * middle
    is_settled = is_level and is_narrow and not states and False not in cool and _heated(parts, loads)
    if not is_settled:
        low, high = _range(loads, low, high)
    return Sustained(
        rate=_rate(parts, found, (middle, low, high), is_settled=is_settled),
        is_settled=is_settled,
        settling=Settling(
            load_seconds=min(load.length for load in loads),
            slowest_seconds=max(_slowest(part) or load.length for part, load in zip(parts, loads, strict=True)),
            time_constant_seconds=max((one.time_constant for one in found if one.time_constant), default=None),
            temperature_level=None if None in cool else all(cool),
            levels=tuple(Level(rate=rate, share=share) for rate, share in states),
            given_up=given_up,
        ),
        seconds_to_steady=max((one.seconds_to_level for one in found if one.seconds_to_level is not None), default=None)
        if is_settled
        else None,
    )


def _work(part: ProcessResult) -> Callable[[int], float]:
    return lambda index: part.shape.flop * part.batches.calls[index] / 1e12


def _load(part: ProcessResult, work: Callable[[int], float]) -> Load:
    picked = with_their_cores(part)
    return Load(
        times=_column(part.batches.start_seconds, picked),
        seconds=_column(part.batches.seconds, picked),
        work=np.array([work(index) for index in picked]),
    )


def _column(values: tuple[float, ...], picked: list[int]) -> Samples:
    return np.array([values[index] for index in picked])


def _slowest(part: ProcessResult) -> float:
    return part.heat.slowest_seconds if part.heat else 0.0


def _joined(loads: list[Load]) -> Load:
    """One load after the other, without the first quarter of each, in which a device may still settle."""
    kept = [slice(load.times.size // 4, None) for load in loads]
    return Load(
        times=np.concatenate([load.times[keep] for load, keep in zip(loads, kept, strict=True)]),
        seconds=np.concatenate([load.seconds[keep] for load, keep in zip(loads, kept, strict=True)]),
        work=np.concatenate([load.work[keep] for load, keep in zip(loads, kept, strict=True)]),
    )


def _clock_is_level(part: ProcessResult) -> bool:
    """Whether the clock has settled too; a rate that stands while the clock moves has not."""
    clocks = part.batches.clock_mhz
    if not part.heat or any(clocks[index] is None for index in loaded(part.batches)):
        return True
    found = settle(_load(part, lambda index: (clocks[index] or 0.0) * part.batches.seconds[index]), _slowest(part))
    return found.is_level and found.half_width_fraction <= LEVEL


def _temperature_is_level(part: ProcessResult) -> bool | None:
    """Whether the temperature has settled: it shows no change, or lasts for three time constants of it."""
    batches = part.batches
    temperatures = batches.temperature_c
    picked = loaded(batches)
    if not temperatures or any(temperatures[index] is None for index in picked):
        return None
    found: Settled = settle(
        _load(part, lambda index: (temperatures[index] or 0.0) * batches.seconds[index]), _slowest(part)
    )
    length = batches.start_seconds[picked[-1]] - batches.start_seconds[picked[0]]
    is_over = found.time_constant is not None and 3.0 * found.time_constant <= length
    return is_over or (found.high - found.low) / 2.0 <= _LEVEL_CELSIUS


def _heated(parts: tuple[ProcessResult, ...], loads: list[Load]) -> bool:
    return all(
        part.heat is None or load.length >= part.heat.load_seconds for part, load in zip(parts, loads, strict=True)
    )


def _given_up(parts: tuple[ProcessResult, ...], loads: list[Load]) -> str | None:
    """What the time given was too short for."""
    length = min(load.length for load in loads)
    if not _heated(parts, loads):
        needed = max(part.heat.load_seconds for part in parts if part.heat)
        return f"heat: the load lasted {length:.0f} s of the {needed:.0f} s that it needs"
    if any(part.heat is None for part in parts) and length < _HEAT_UNTOLD:
        return f"changes slower than the {length:.1f} s of load in a process"
    return None


def _range(loads: list[Load], low: float, high: float) -> tuple[float, float]:
    """The range of all batches, or the interval where that is wider: the next run may find any level of this one."""
    rates = np.concatenate([load.work / load.seconds for load in loads])
    return min(low, float(rates.min())), max(high, float(rates.max()))


def _rate(
    parts: tuple[ProcessResult, ...], found: list[Settled], interval: tuple[float, float, float], *, is_settled: bool
) -> Rate:
    middle, low, high = interval
    reported = [(part, index) for part in parts for index in _reported(part)]
    seconds = sum(part.batches.seconds[index] for part, index in reported)
    samples = len(reported)
    blocks = min(sum(one.blocks for one in found), samples)
    lags = [one.lag1 for one in found if one.lag1 is not None]
    method = f"rates of {blocks} blocks of time, for every settling that they allow"
    if len(parts) >= 3:
        method = f"wider of {method}, and Student's t over {len(parts)} processes"
    return Rate(
        unit=parts[0].precision.unit,  # type: ignore[arg-type]
        median=middle,
        low=low,
        high=high,
        mean=sum(_work(part)(index) for part, index in reported) / seconds,
        samples=samples,
        effective_samples=blocks,
        lag1_autocorrelation=max(lags, default=None),
        processes=len(parts),
        interval_method=method if is_settled else f"not settled: range of the batches, or wider: {method}",
    )
