"""The uncertain inputs of a plan: what it states, and priors where it states nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from petaplan.capacity.design import Design
from petaplan.capacity.forecast import priors
from petaplan.capacity.forecast.draws import UncertainInput
from petaplan.capacity.forecast.percentiles import SometimesZero, three_points
from petaplan.capacity.hardware import Lifecycle
from petaplan.capacity.hub import Phase
from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip
from petaplan.capacity.units import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Item:
    """A long item of a phase, with its lead time as an input."""

    lead_time: LeadTime
    weeks: UncertainInput


@dataclass(frozen=True, slots=True)
class PhaseInputs:
    """The inputs of one phase."""

    phase: Phase
    slip: UncertainInput
    ramp: UncertainInput
    ramp_median_weeks: float
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Inputs:
    """Every uncertain input of a plan."""

    phases: tuple[PhaseInputs, ...]
    speeds: Mapping[str, UncertainInput]
    """Rates of announced chips, by model."""
    groups: tuple[CorrelationGroup, ...]

    @cached_property
    def all(self) -> tuple[UncertainInput, ...]:
        """All of them: times, then rates."""
        return (*self.times, *self.speeds.values())

    @property
    def times(self) -> Iterator[UncertainInput]:
        """Slips, lead times and ramps, in the order of phases."""
        return (one for each in self.phases for one in (each.slip, *(i.weeks for i in each.items), each.ramp))


def inputs_of(design: Design) -> Inputs:
    """The inputs of a plan, phase by phase."""
    phases = tuple(_of_phase(design, phase) for phase in design.phases)
    own = design.hub.correlation_groups
    known = {group.name for group in own}
    return Inputs(phases, dict(_speeds(design)), (*own, *(one for one in priors.GROUPS if one.name not in known)))


def _of_phase(design: Design, phase: Phase) -> PhaseInputs:
    slip, ramp = phase.slip or priors.SLIP, phase.ramp or _fitting_ramp(phase)
    return PhaseInputs(
        phase=phase,
        slip=_slip(phase, slip),
        ramp=_weeks(f"ramp of {phase.name}", ramp, is_prior=phase.ramp is None),
        ramp_median_weeks=ramp.weeks_p50,
        items=tuple(_items(design, phase)),
    )


def _fitting_ramp(phase: Phase) -> Ramp:
    """The prior, or the whole time of a phase that is shorter, in the same proportions."""
    whole = (phase.in_service - phase.starts).days / DAYS_PER_WEEK
    share = min(1.0, whole / priors.RAMP.weeks_p50)
    if share == 1.0:
        return priors.RAMP
    return priors.RAMP.replace(
        weeks_p5=priors.RAMP.weeks_p5 * share,
        weeks_p50=priors.RAMP.weeks_p50 * share,
        weeks_p95=priors.RAMP.weeks_p95 * share,
    )


def _slip(phase: Phase, slip: Slip) -> UncertainInput:
    late = three_points(slip.late_fraction_p5, slip.late_fraction_p50, slip.late_fraction_p95)
    return UncertainInput(
        name=f"slip of {phase.name}",
        distribution=SometimesZero(slip.probability_late, late),
        unit=f"of the planned time, where late ({slip.probability_late:.0%})",
        group=slip.group,
        source=slip.source,
        as_of=slip.as_of,
        is_prior=phase.slip is None,
    )


def _weeks(name: str, times: LeadTime | Ramp, *, is_prior: bool) -> UncertainInput:
    return UncertainInput(
        name=name,
        distribution=three_points(times.weeks_p5, times.weeks_p50, times.weeks_p95),
        unit="weeks",
        group=times.group,
        source=times.source,
        as_of=times.as_of,
        is_prior=is_prior,
    )


def _items(design: Design, phase: Phase) -> Iterator[Item]:
    stated = phase.lead_times or tuple(_prior_items(design, phase))
    for lead_time in stated:
        name = f"lead time of {lead_time.item} for {phase.name}"
        yield Item(lead_time, _weeks(name, lead_time, is_prior=not phase.lead_times))


def _prior_items(design: Design, phase: Phase) -> Iterator[LeadTime]:
    """A prior for each kind of long item that the phase brings."""
    for table in ("transformers", "generators", "ups_systems", "chillers"):
        if any(row.phase == phase.name for row in getattr(design.hub, table)):
            yield priors.LEAD_TIMES[table]
    if any(one.phase == phase.name and design.pod(one).accelerators for one in design.placements):
        yield priors.LEAD_TIMES["accelerators"]


def _speeds(design: Design) -> Iterator[tuple[str, UncertainInput]]:
    for model in design.models:
        if design.accelerator(model).lifecycle is Lifecycle.ANNOUNCED:
            yield (
                model,
                UncertainInput(
                    name=f"rate of {model}",
                    distribution=priors.SPEED_OF_ANNOUNCED,
                    unit="of the announced rate",
                    group=priors.CHIPS,
                    source=priors.SPEED_SOURCE,
                    as_of=priors.AS_OF,
                    is_prior=True,
                ),
            )
