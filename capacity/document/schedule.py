"""Checks of the doubt about dates in a declaration: groups that are named, and ramps that fit."""

from collections.abc import Iterator

from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.schedule import LeadTime, Ramp, Slip
from petaplan.capacity.units import DAYS_PER_WEEK

Fault = tuple[Phase | Hub, str, str, str]
"""The noun, what was found, what was expected, and advice."""


def schedule_faults(hub: Hub) -> Iterator[Fault]:
    """Everything in slips, lead times, ramps and groups that types cannot refuse."""
    yield from faults_alone(hub)
    names = [group.name for group in hub.correlation_groups]
    for phase in hub.phases:
        yield from _unknown_groups(phase, names)


def faults_alone(hub: Hub) -> Iterator[Fault]:
    """What phases and the hub break by themselves."""
    names = [group.name for group in hub.correlation_groups]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield hub, f"{names.count(name)} correlation groups {name!r}", "each group once", "join or rename them"
    for phase in hub.phases:
        yield from _items_twice(phase)
        whole = (phase.in_service - phase.starts).days
        if phase.ramp is not None and phase.ramp.weeks_p50 * DAYS_PER_WEEK > whole >= 0:
            found = f"a ramp of {phase.ramp.weeks_p50:g} weeks in a phase of {whole} days"
            yield phase, found, "a median ramp within the phase", "begin the phase earlier, or shorten the ramp"


def _unknown_groups(phase: Phase, names: list[str]) -> Iterator[Fault]:
    stated: list[tuple[str, Slip | LeadTime | Ramp | None]] = [("slip", phase.slip), ("ramp", phase.ramp)]
    stated += [(f"lead_times[{at}]", one) for at, one in enumerate(phase.lead_times)]
    for field, one in stated:
        if one is not None and one.group is not None and one.group not in names:
            known = f"the groups are {', '.join(sorted(names))}" if names else "add it to correlation_groups of the hub"
            yield phase, f"{field}.group {one.group!r}", "the name of a declared correlation group", known


def _items_twice(phase: Phase) -> Iterator[Fault]:
    items = [one.item for one in phase.lead_times]
    for item in sorted({item for item in items if items.count(item) > 1}):
        yield phase, f"{items.count(item)} lead times of {item!r}", "each item once", "join them, or name them apart"
