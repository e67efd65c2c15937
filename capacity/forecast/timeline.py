"""First power and acceptance of each phase, draw by draw; docs/basis/forecast.md#dates-of-a-phase.

Days are ordinals (1 is 0001-01-01), whole, as floats.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from petaplan.capacity.forecast.draws import Sampler
from petaplan.capacity.forecast.inputs import Inputs, PhaseInputs
from petaplan.capacity.hub import Phase, in_waiting_order
from petaplan.capacity.throughput.draws import Draws
from petaplan.capacity.units import DAYS_PER_WEEK


@dataclass(frozen=True)
class PhaseDays:
    """Days of a phase in every draw, and the days that each cause adds to the plan's."""

    phase: Phase
    energised: Draws
    """First power."""
    accepted: Draws
    """Acceptance of the last pod."""
    planned_energised: float
    causes: Mapping[str, Draws] = field(default_factory=dict)
    """Days of lateness by the input that brings them; the start by the phase before."""

    @cached_property
    def ramp_days(self) -> Draws:
        """Days from first power to acceptance, at least one."""
        import numpy as np

        ramp: Draws = np.maximum(self.accepted - self.energised, 1.0)
        return ramp

    @cached_property
    def ramp_begins(self) -> Draws:
        """The day on which the ramp begins: first power, or the day before acceptance."""
        return self.accepted - self.ramp_days

    @cached_property
    def ramp_span(self) -> tuple[float, float]:
        """The earliest beginning and the latest end of all draws."""
        return float(self.ramp_begins.min()), float(self.accepted.max())


def timeline(
    inputs: Inputs, sampler: Sampler, as_known: Callable[[PhaseDays], PhaseDays] | None = None
) -> dict[str, PhaseDays]:
    """The days of every phase, by name; each phase after those that it waits for.

    ``as_known`` puts facts in the place of draws, before other phases wait for them.
    """
    of_phase = {each.phase.name: each for each in inputs.phases}
    known: dict[str, PhaseDays] = {}
    for phase in in_waiting_order(each.phase for each in inputs.phases):
        days = _days(of_phase[phase.name], known, sampler)
        known[phase.name] = days if as_known is None else as_known(days)
    return known


def _days(inputs: PhaseInputs, known: Mapping[str, PhaseDays], sampler: Sampler) -> PhaseDays:
    import numpy as np

    phase = inputs.phase
    starts, due = float(phase.starts.toordinal()), float(phase.in_service.toordinal())
    ramp_days = min(float(math.ceil(inputs.ramp_median_weeks * DAYS_PER_WEEK)), due - starts)
    planned = due - ramp_days
    begun = np.full(sampler.count, starts)
    causes: dict[str, Draws] = {}
    for name in phase.after:
        held = _held_up(phase, known[name])
        causes[f"acceptance of {name}"] = np.maximum(held - starts, 0.0)
        begun = np.maximum(begun, held)
    slip = sampler.of(inputs.slip)
    worked = np.ceil(begun + (planned - starts) * (1.0 + slip))
    causes[inputs.slip.name] = worked - begun - (planned - starts)
    energised = worked
    for item in inputs.items:
        arrived = _arrived(item.lead_time.ordered, item.lead_time.installation_weeks, planned, item.lead_time.weeks_p50)
        ready = np.ceil(arrived + sampler.of(item.weeks) * DAYS_PER_WEEK)
        causes[item.weeks.name] = np.maximum(ready - worked, 0.0)
        energised = np.maximum(energised, ready)
    ramp = np.ceil(sampler.of(inputs.ramp) * DAYS_PER_WEEK)
    causes[inputs.ramp.name] = ramp - ramp_days
    ordered = _ordered(phase)
    causes[f"orders of {phase.name}"] = np.maximum(ordered - (energised + ramp), 0.0)
    return PhaseDays(phase, energised, np.maximum(energised + ramp, ordered), planned, causes)


def _held_up(phase: Phase, before: PhaseDays) -> Draws:
    """First day on which a phase can begin; one that is planned to begin before the other ends keeps that overlap."""
    overlap = max(0, before.phase.in_service.toordinal() - phase.starts.toordinal())
    return before.accepted - float(overlap)


def _arrived(ordered: date | None, installation_weeks: float, planned: float, weeks_p50: float) -> float:
    """Day of the order plus installation; without an order the day that lets the median delivery be in time."""
    if ordered is None:
        return planned - weeks_p50 * DAYS_PER_WEEK
    return ordered.toordinal() + installation_weeks * DAYS_PER_WEEK


def _ordered(phase: Phase) -> float:
    """Day on which the last of a phase's orders is commissioned: their times are stated without doubt."""
    days = (
        one.ordered.toordinal() + (one.lead_weeks + one.commissioning_weeks) * DAYS_PER_WEEK for one in phase.orders
    )
    return max(days, default=0.0)
