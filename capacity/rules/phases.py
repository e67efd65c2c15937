"""PH: do the phases follow each other, and does nothing serve before what it stands on?"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import Pod
from petaplan.capacity.cooling import CoolingLoop
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Verdict
from petaplan.capacity.references import Reference, references
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.thermal.heat import cdus_of


@plan_rule(
    "PH-001",
    "Phases follow the phases they wait for",
    formula="in_service(earlier) - in_service(later) <= 0 days",
    basis="a phase follows the phases that it names; docs/basis/phases.md#order-of-phases",
)
def phases_in_order(design: Design) -> Iterator[Claim]:
    """Every phase is in service no earlier than the phases it comes after."""
    for phase in design.hub.phases:
        for name in phase.after:
            earlier = design.by_name[name]
            days = (earlier.in_service - phase.in_service).days
            yield Claim(
                subject=phase,
                part=f"after {name}",
                demand=float(days),
                capacity=0.0,
                unit="days",
                hint=f"{phase.name} serves {_weeks(days)} before {name}, which it waits for" if days > 0 else "",
            )


@plan_rule(
    "PH-002",
    "Nothing serves before what it stands on",
    formula="latest in_service of hall, power, cooling and network - in_service <= 0 days; of several sources of one "
    "side the first counts",
    basis="nothing serves before its prerequisites; docs/basis/phases.md#prerequisites",
)
def prerequisites_first(design: Design) -> Iterator[Claim]:
    """The day of each object against the latest day of what it stands on; that one is the critical resource."""
    day = design.serves_from
    for row in _dated(design):
        needed = [_first(design, group, day(row)) for group in foundations(design, row)]
        if not needed:
            continue
        critical = max(needed, key=lambda other: (day(other), other.name))
        days = (day(critical) - day(row)).days
        yield Claim(
            subject=row,
            demand=float(days),
            capacity=0.0,
            unit="days",
            hint=f"{critical.name} is ready {_weeks(days)} later, on {day(critical)}" if days > 0 else "",
        )


def _first(design: Design, group: tuple[Any, ...], start: date) -> Any:
    """What of a group is ready first, and not retired before what stands on it starts."""
    if len(group) == 1:
        return group[0]
    lasting = [other for other in group if other.retired is None or other.retired > start]
    return min(lasting or group, key=lambda other: (design.serves_from(other), other.name))


@plan_rule(
    "PH-003",
    "Nothing that others stand on is retired before them",
    formula="end of the dependant, or the day another source of the side stands in, - end of what it stands on <= 0 "
    "days",
    basis="nothing is retired before what depends on it; docs/basis/phases.md#prerequisites",
)
def retired_last(design: Design) -> Iterator[Claim]:
    """Everything outlives what depends on it, or something else of the same side stands in."""
    if all(row.retired is None for row in _dated(design)):
        return
    for row in _dated(design):
        worst: dict[str, Claim] = {}
        for claim in _retirements(design, row):
            part = claim.part
            if part not in worst or _days(claim) > _days(worst[part]):
                worst[part] = claim
        yield from worst.values()


def _retirements(design: Design, row: Any) -> Iterator[Claim]:
    """What of an object's foundations is retired, and what that leaves it."""
    for group in foundations(design, row):
        for gone in group:
            if gone.retired is None:
                continue
            end: date = row.retired or max(design.change_dates[-1], gone.retired + timedelta(days=1))
            last = row.retired or date.max
            later = [other for other in group if gone.retired < design.serves_from(other) < last]
            late = min(later, key=lambda other: (design.serves_from(other), other.name), default=None)
            days = ((design.serves_from(late) if late else end) - gone.retired).days
            day = max(gone.retired, design.serves_from(row))
            heirs = [other for other in group if other is not gone and design.stands_on(other, day)]
            replacement = max(heirs, key=lambda other: (design.serves_from(other), other.name), default=None)
            if replacement is not None:
                days = min(days, (design.serves_from(replacement) - day).days)
            yield Claim(
                subject=row,
                part=f"on {gone.name}",
                demand=float(days),
                capacity=0.0,
                unit="days",
                hint=_left_alone(design, row, gone, late) if days > 0 else "",
                note=f"{replacement.name} stands in" if replacement is not None else "",
            )


def _left_alone(design: Design, row: Any, gone: Any, late: Any) -> str:
    """What goes too early, and what would have to be named or come sooner."""
    stays = f"{gone.name} is retired on {gone.retired}, while {row.name} stays"
    stays += f" until {row.retired}" if row.retired else ""
    if late is None:
        return f"{stays}: name what follows it beside it, or let it stand longer"
    return f"{stays}, and {late.name} comes on {design.serves_from(late)}: sooner, or the other one longer"


def _days(claim: Claim) -> float:
    return claim.demand or 0.0


@plan_rule(
    "PH-004",
    "Cumulative petaflops fall only where something is retired",
    severity=Verdict.SHORTFALL,
    formula="target of the earlier date <= target of the later date",
    basis="cumulative petaflops fall only with a retirement; docs/basis/phases.md#cumulative-targets",
)
def targets_rise(design: Design) -> Iterator[Claim]:
    """Cumulative targets of one kind rise with their dates."""
    groups: dict[Any, list[Any]] = {}
    for target in design.hub.targets:
        if target.counting == "cumulative":
            key = (target.precisions, target.sparsity, target.engine, target.measure)
            groups.setdefault(key, []).append(target)
    for targets in groups.values():
        ordered = sorted(targets, key=lambda target: (target.by, target.pflops))
        for earlier, later in pairwise(ordered):
            yield Claim(
                subject=later,
                part=f"after {earlier.name}",
                demand=earlier.pflops,
                capacity=later.pflops,
                unit="PFLOP/s",
                hint=f"{later.name} asks for less than {earlier.name}, which comes first",
            )


UNDATED = frozenset({"sites", "phases"})
"""Tables whose rows do not enter and leave service."""


def foundations(design: Design, row: Any) -> tuple[tuple[Any, ...], ...]:
    """What an object stands on: hall, feeds, sources, loops, plant and fabrics, those that stand in together."""
    groups: dict[tuple[str, ...], None] = {}
    for reference in _foundations(type(row)):
        names = reference.names(row)
        one_of_a_side = reference.ref.alternatives
        groups |= _of_one_side(design, names) if one_of_a_side else dict.fromkeys((name,) for name in names)
    if isinstance(row, Pod):
        for rack in row.racks:
            groups |= _of_one_side(design, rack.feeds or ())
    if isinstance(row, CoolingLoop) and (cdus := cdus_of(design).get(row.name)):
        groups[tuple(cdu.name for cdu in cdus)] = None
    return tuple(tuple(design.by_name[name] for name in names) for names in groups)


def _of_one_side(design: Design, names: tuple[str, ...]) -> dict[tuple[str, ...], None]:
    if len(names) == 1:
        return {names: None}
    sides: dict[Any, list[str]] = {}
    for name in dict.fromkeys(names):
        sides.setdefault(getattr(design.by_name[name], "side", None), []).append(name)
    return dict.fromkeys(map(tuple, sides.values()))


def _foundations(kind: object) -> tuple[Reference, ...]:
    """References to objects with a life of their own; those of which one of a side is enough come last."""
    dated = (each for each in references(kind) if each.ref.needed and not UNDATED.issuperset(each.ref.tables))
    return tuple(sorted(dated, key=lambda each: each.ref.alternatives))


def _dated(design: Design) -> Iterator[Any]:
    hub = design.hub
    yield from hub.halls
    yield from hub.power_nodes
    yield from hub.cooling_nodes
    yield from hub.fabrics
    yield from design.placements


def _weeks(days: int) -> str:
    return f"{days / 7:.1f} weeks" if days >= 14 else f"{days} days"
