"""A forecast of the reference hub as straight-line NumPy: the bound that `petaplan forecast` is measured against.

It knows the same inputs and formulas (docs/basis/forecast.md), has no classes, and draws with NumPy's own generator. It
gives the same things: probabilities of the targets, with correlations 0 and 1 too; dates of three levels; petaflops of
20 quarters at three percentiles, installed and delivered; dates of the phases at four; and the weight of each input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.forecast.draws import sampler
from petaplan.capacity.forecast.forecast import drawn_fleet, forecast
from petaplan.capacity.forecast.inputs import Inputs, inputs_of
from petaplan.capacity.forecast.petaflops import Fleet, kind_of
from petaplan.capacity.forecast.probability import LEVELS
from petaplan.capacity.quarters import quarter_ends
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.factors import phase_waterfalls
from petaplan.infra.hong_kong import hub
from tests.performance.memory import peak_mib

QUARTERS = 20
DRAWS, TORNADO_DRAWS = 100_000, 4_000
Z95 = 1.6448536269514722
Draws = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What the straight line finds."""

    probabilities: Mapping[str, float]
    correlated: tuple[Mapping[str, float], ...]
    """The same with all correlations 0, and 1."""
    quarters: Mapping[date, tuple[Any, Any]]
    """Percentiles of installed and of delivered PFLOP/s."""
    accepted: Mapping[str, Any]
    """Percentiles of the day of acceptance, by phase."""
    moved: Mapping[str, tuple[int, ...]]
    """Days of 80 % by input: of each target with the input at its median, then at its unfavourable end."""
    dates: Mapping[str, tuple[int, ...]]
    """First days of the levels by target, as ordinals; the last day looked at where a level is not reached."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The numbers of a plan, read before the time is taken."""

    phases: tuple[Any, ...]
    speeds: tuple[str, ...]
    correlations: Mapping[str, float]
    batches: tuple[tuple[str, str, int, float], ...]
    """Phase, model, pods and PFLOP/s."""
    delivered: tuple[tuple[str, Draws], ...]
    """Phase with its delivered shares of the peak."""
    targets: tuple[tuple[str, date, float], ...]
    quarters: tuple[date, ...]


def facts_of(design: Design, inputs: Inputs, fleet: Fleet) -> Facts:
    """The numbers of a plan whose targets are all of one kind of peak."""
    kind = kind_of(design, design.hub.targets[-1])
    chains = [chain for chain in phase_waterfalls(design, kind.precision) if chain.steps[0].mid]
    first = min(phase.starts for phase in design.phases)
    return Facts(
        phases=inputs.phases,
        speeds=tuple(inputs.speeds),
        correlations={group.name: group.correlation for group in inputs.groups},
        batches=tuple((one.phase, one.model, one.pods, one.pflops) for one in fleet.batches(kind)),
        delivered=tuple(
            (chain.label, np.asarray(chain.delivered_draws, dtype=float) / chain.steps[0].mid) for chain in chains
        ),
        targets=tuple((one.name, one.by, one.pflops) for one in design.hub.targets),
        quarters=tuple(quarter_ends(first, date(first.year + QUARTERS // 4 + 1, 1, 1)))[:QUARTERS],
    )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Days and rates of every draw."""

    begun: Mapping[str, Draws]
    ended: Mapping[str, Draws]
    chips: Mapping[str, Draws]


def _values(low: float, mid: float, high: float, z: Draws) -> Draws:
    below, above = np.log(mid / low) / Z95, np.log(high / mid) / Z95
    made: Draws = mid * np.exp(np.where(z < 0, below, above) * z)
    return made


def _drawn(
    facts: Facts, count: int, seed: int, correlation: float | None = None, held: tuple[str, float] = ("", 0.0)
) -> Drawn:
    """All inputs once; with one correlation in every group, or with one input held at a deviate."""
    dice = np.random.default_rng(seed)
    common = {name: dice.standard_normal(count) for name in facts.correlations}

    def deviates(name: str, group: str | None) -> Draws:
        own = dice.standard_normal(count)
        if name == held[0]:
            return np.full(count, held[1])
        share = facts.correlations.get(group or "", 0.0) if correlation is None else correlation
        return np.sqrt(share) * common[group] + np.sqrt(1 - share) * own if group else own

    begun: dict[str, Draws] = {}
    ended: dict[str, Draws] = {}
    days = {one.phase.name: one.phase.in_service.toordinal() for one in facts.phases}
    for one in facts.phases:
        phase, slip, ramp = one.phase, one.phase.slip, one.phase.ramp
        starts, due = phase.starts.toordinal(), days[phase.name] - np.ceil(ramp.weeks_p50 * 7)
        start = np.full(count, float(starts))
        for name in phase.after:
            start = np.maximum(start, ended[name] - max(0, days[name] - starts))
        inner = (ndtr(deviates(f"slip of {phase.name}", slip.group)) - 1) / slip.probability_late + 1
        late = _values(
            slip.late_fraction_p5, slip.late_fraction_p50, slip.late_fraction_p95, ndtri(np.maximum(inner, 1e-12))
        )
        power = np.ceil(start + (due - starts) * (1 + np.where(inner > 0, late, 0.0)))
        for item in phase.lead_times:
            z = deviates(f"lead time of {item.item} for {phase.name}", item.group)
            weeks = _values(item.weeks_p5, item.weeks_p50, item.weeks_p95, z)
            power = np.maximum(power, np.ceil(due + (weeks - item.weeks_p50) * 7))
        begun[phase.name] = power
        z = deviates(f"ramp of {phase.name}", ramp.group)
        ended[phase.name] = power + np.ceil(_values(ramp.weeks_p5, ramp.weeks_p50, ramp.weeks_p95, z) * 7)
    chips = {model: _values(0.72, 1.0, 1.39, deviates(f"rate of {model}", "prior-chips")) for model in facts.speeds}
    return Drawn(begun=begun, ended=ended, chips=chips)


def _installed(facts: Facts, drawn: Drawn, day: int) -> Draws:
    whole = np.zeros(len(next(iter(drawn.begun.values()))))
    for phase, model, pods, pflops in facts.batches:
        ended, begun = drawn.ended[phase], drawn.begun[phase]
        span = np.maximum(ended - begun, 1.0)
        part = np.floor(np.clip((day - (ended - span)) / span, 0.0, 1.0) * pods + 1e-9) / pods * pflops
        whole += part * drawn.chips[model] if model in drawn.chips else part
    return whole


def _first_day(facts: Facts, drawn: Drawn, pflops: float, level: float, by: date) -> int:
    low, high = min(p.phase.starts for p in facts.phases).toordinal(), date(by.year + 12, 12, 31).toordinal()
    if (_installed(facts, drawn, high) >= pflops).mean() < level:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if (_installed(facts, drawn, middle) >= pflops).mean() >= level else (middle, high)
    return high


def _met(facts: Facts, drawn: Drawn) -> dict[str, float]:
    return {name: float((_installed(facts, drawn, by.toordinal()) >= pf).mean()) for name, by, pf in facts.targets}


def _moved(facts: Facts, seed: int) -> dict[str, tuple[int, ...]]:
    """The day of 80 % of every target, with each input at its median and at its unfavourable 5 %."""
    names = [f"{what} of {one.phase.name}" for one in facts.phases for what in ("slip", "ramp")]
    names += [f"lead time of {item.item} for {one.phase.name}" for one in facts.phases for item in one.phase.lead_times]
    ends = dict.fromkeys(names, Z95) | {f"rate of {model}": -Z95 for model in facts.speeds}
    found: dict[str, tuple[int, ...]] = {}
    for name, end in ends.items():
        fleets = [_drawn(facts, TORNADO_DRAWS, seed, held=(name, at)) for at in (0.0, end)]
        found[name] = tuple(_first_day(facts, one, pf, 0.8, by) for one in fleets for _, by, pf in facts.targets)
    return found


def forecast_in_a_line(facts: Facts, count: int, seed: int) -> Line:
    """The forecast."""
    drawn = _drawn(facts, count, seed)
    which = np.random.default_rng(seed).integers(0, len(facts.delivered[0][1]), count)
    shares = np.stack([draws for _, draws in facts.delivered])
    quarters = {}
    for day in facts.quarters:
        whole, last = _installed(facts, drawn, day.toordinal()), np.zeros(count, dtype=np.int64)
        for place, (phase, _) in enumerate(facts.delivered):
            last[drawn.begun[phase] <= day.toordinal()] = place
        both = whole, whole * shares[last, which]
        quarters[day] = (np.quantile(both[0], (0.05, 0.5, 0.95)), np.quantile(both[1], (0.05, 0.5, 0.95)))
    return Line(
        probabilities=_met(facts, drawn),
        correlated=tuple(_met(facts, _drawn(facts, count, seed, correlation)) for correlation in (0.0, 1.0)),
        quarters=quarters,
        accepted={name: np.quantile(days, (0.05, 0.5, 0.8, 0.95)) for name, days in drawn.ended.items()},
        dates={
            name: tuple(_first_day(facts, drawn, pf, level, by) for level in LEVELS) for name, by, pf in facts.targets
        },
        moved=_moved(facts, seed),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """A forecast and the straight line, in turns in one process."""

    forecast_seconds: float
    """Median, of a processor."""
    line_seconds: float
    peak_mib: float
    """Most memory of the process."""

    @property
    def ratio(self) -> float:
        """Time of the forecast over that of the straight line."""
        return self.forecast_seconds / self.line_seconds


def beside_a_line(turns: int = 5) -> Beside:
    """Both forecasts of the reference hub in turns, after one of each that counts nothing."""
    design = resolve(hub(), load())
    inputs = inputs_of(design)
    facts = facts_of(design, inputs, drawn_fleet(design, sampler(1_000, inputs.groups), inputs))
    ours, line = list[float](), list[float]()
    for turn in range(turns + 1):
        begin = process_time()
        forecast(resolve(hub(), load()), draws=DRAWS, seed=turn)
        middle = process_time()
        forecast_in_a_line(facts, DRAWS, turn)
        ours.append(middle - begin)
        line.append(process_time() - middle)
    return Beside(forecast_seconds=median(ours[1:]), line_seconds=median(line[1:]), peak_mib=peak_mib())


if __name__ == "__main__":
    found = beside_a_line()
    print(  # noqa: T201
        f"forecast {found.forecast_seconds:.2f} s, straight line {found.line_seconds:.2f} s of a processor, "
        f"ratio {found.ratio:.2f}, {found.peak_mib:.0f} MiB"
    )
