"""PH-002, PH-003: nothing is in service without what it depends on."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from petaplan.capacity.claims import PLAN, Claim, at_most, on_day
from petaplan.capacity.compute import Pod
from petaplan.capacity.cooling import CoolingLoop, CoolingNode
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Input, later
from petaplan.capacity.network import Fabric
from petaplan.capacity.power import PowerNode
from petaplan.capacity.references import Reference, references
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.ph.order import in_weeks
from petaplan.capacity.site import Hall
from petaplan.capacity.thermal.heat import cdus_of

Scheduled = Hall | PowerNode | CoolingNode | Fabric | Placement
"""An object with a day of service and, perhaps, a day of retirement."""
Group = tuple[Scheduled, ...]
"""Objects of which one is enough."""


@plan_rule(
    "PH-002",
    "An object is in service no earlier than what it depends on",
    formula="latest in_service of hall, power, cooling and network - in_service <= 0 days; of several sources of one "
    "side the first counts",
    basis="nothing serves before its prerequisites; docs/basis/phases.md#prerequisites",
)
def prerequisites_first(design: Design) -> Iterator[Claim]:
    """The day of each object against the latest day of what it depends on, which is the critical resource."""
    day = design.service_date
    for row in _scheduled(design):
        needed = [_first(design, group, day(row)) for group in foundations(design, row)]
        if needed:
            yield _early_claim(design, row, max(needed, key=lambda other: (day(other), other.name)))


def _early_claim(design: Design, row: Scheduled, critical: Scheduled) -> Claim:
    ready = design.service_date(critical)
    return at_most(
        row,
        float((ready - design.service_date(row)).days),
        0.0,
        "days",
        inputs=(later(_days_of, design, critical, row),),
        hint=lambda days: f"{critical.name} is ready {in_weeks(days)} later, on {ready}",
    )


def _days_of(design: Design, *rows: Scheduled) -> list[Input]:
    return [on_day(f"in_service of {row.name}", design.service_date(row)) for row in rows]


def _first(design: Design, group: Group, start: date) -> Scheduled:
    """The member of a group that is ready first, and not retired before its dependant starts."""
    if len(group) == 1:
        return group[0]
    lasting = [other for other in group if other.retired is None or other.retired > start]
    return min(lasting or group, key=lambda other: (design.service_date(other), other.name))


@plan_rule(
    "PH-003",
    "Nothing is retired before what depends on it",
    formula="end of the dependant, or start of a replacement of the same side, - end of what it depends on <= 0 days",
    basis="nothing is retired before what depends on it; docs/basis/phases.md#prerequisites",
)
def retired_last(design: Design) -> Iterator[Claim]:
    """Each object that is retired outlives what depends on it, or another of the same side replaces it."""
    if all(row.retired is None for row in _scheduled(design)):
        return
    for row in _scheduled(design):
        worst: dict[str, Claim] = {}
        for claim in _retirements(design, row):
            if claim.part not in worst or _days(claim) > _days(worst[claim.part]):
                worst[claim.part] = claim
        yield from worst.values()


def _days(claim: Claim) -> float:
    return claim.demand or 0.0


def _retirements(design: Design, row: Scheduled) -> Iterator[Claim]:
    """A claim for each object that an object depends on and that is retired."""
    for group in foundations(design, row):
        for gone in group:
            if gone.retired is not None:
                yield _retirement_claim(design, row, group, gone, gone.retired)


def _retirement_claim(design: Design, row: Scheduled, group: Group, gone: Scheduled, retired: date) -> Claim:
    late, replacement = _next_source(design, row, group, retired), _replacement(design, row, group, gone)
    end = row.retired or max(design.change_dates[-1], retired + timedelta(days=1))
    needed_until = design.service_date(late) if late else end
    days = (needed_until - retired).days
    inputs = [
        on_day(f"needed by {row.name} until", needed_until, f"start of {late.name}" if late else PLAN),
        on_day(f"retired of {gone.name}", retired),
    ]
    if replacement is not None:
        start, needed = design.service_date(replacement), _needed_from(design, row, retired)
        days = min(days, (start - needed).days)
        inputs += [on_day(f"in_service of {replacement.name}", start), on_day("replacement needed from", needed)]
    return at_most(
        row,
        float(days),
        0.0,
        "days",
        part=f"on {gone.name}",
        inputs=tuple(inputs),
        hint=lambda _: _unsupported(design, row, gone, late),
        note=f"{replacement.name} replaces it" if replacement is not None else "",
    )


def _needed_from(design: Design, row: Scheduled, retired: date) -> date:
    return max(retired, design.service_date(row))


def _next_source(design: Design, row: Scheduled, group: Group, retired: date) -> Scheduled | None:
    """The first member of a group that comes after a retirement, and before the end of the dependant."""
    end = row.retired or date.max
    later = [other for other in group if retired < design.service_date(other) < end]
    return min(later, key=lambda other: (design.service_date(other), other.name), default=None)


def _replacement(design: Design, row: Scheduled, group: Group, gone: Scheduled) -> Scheduled | None:
    """The member of a group that is in service when another is retired, the latest of several."""
    day = _needed_from(design, row, gone.retired or date.max)
    others = [other for other in group if other is not gone and design.in_service_on(other, day)]
    return max(others, key=lambda other: (design.service_date(other), other.name), default=None)


def _unsupported(design: Design, row: Scheduled, gone: Scheduled, late: Scheduled | None) -> str:
    """What is retired too early, and what to name or to move."""
    kept = f"{gone.name} is retired on {gone.retired}, and {row.name} stays in service"
    kept += f" until {row.retired}" if row.retired else ""
    if late is None:
        return f"{kept}: name a replacement beside it, or retire it later"
    return f"{kept}; {late.name} comes on {design.service_date(late)}: bring it forward, or retire {gone.name} later"


WITHOUT_DATES = frozenset({"sites", "phases"})
"""Tables whose rows do not enter and leave service."""


def foundations(design: Design, row: Scheduled) -> tuple[Group, ...]:
    """What an object depends on: hall, feeds, sources, loops, plant and fabrics; alternatives form one group."""
    groups: dict[tuple[str, ...], None] = {}
    kind: object = type(row)
    for reference in _foundations(kind):
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
    sides: dict[str | None, list[str]] = {}
    for name in dict.fromkeys(names):
        sides.setdefault(getattr(design.by_name[name], "side", None), []).append(name)
    return dict.fromkeys(map(tuple, sides.values()))


@cache
def _foundations(kind: object) -> tuple[Reference, ...]:
    """References to objects with dates of their own; those of which one of a side is enough come last."""
    dated = (each for each in references(kind) if each.ref.needed and not WITHOUT_DATES.issuperset(each.ref.tables))
    return tuple(sorted(dated, key=lambda each: each.ref.alternatives))


def _scheduled(design: Design) -> Iterator[Scheduled]:
    hub = design.hub
    yield from hub.halls
    yield from hub.power_nodes
    yield from hub.cooling_nodes
    yield from hub.fabrics
    yield from design.placements
