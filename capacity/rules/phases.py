"""PH: do the phases follow each other, and does nothing serve before what it stands on?"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from capacity.compute import Pod
from capacity.design import Design
from capacity.findings import Claim, Verdict, plan_rule


@plan_rule(
    "PH-001",
    "Phases follow the phases they wait for",
    formula="in_service(earlier) - in_service(later) <= 0 days",
    basis="capacity reference 3.4, PH-001",
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
    formula="latest in_service of hall, power, cooling and network - in_service <= 0 days",
    basis="capacity reference 3.4, PH-001 and PH-002",
)
def prerequisites_first(design: Design) -> Iterator[Claim]:
    """The day of each object against the latest day of what it names; that one is the critical resource."""
    for row in _dated(design):
        needed = [design.by_name[name] for name in prerequisites(row)]
        if not needed:
            continue
        critical = max(needed, key=lambda other: (design.serves_from(other), other.name))
        days = (design.serves_from(critical) - design.serves_from(row)).days
        yield Claim(
            subject=row,
            demand=float(days),
            capacity=0.0,
            unit="days",
            hint=f"{critical.name} is ready {_weeks(days)} later, on {design.serves_from(critical)}"
            if days > 0
            else "",
        )


@plan_rule(
    "PH-003",
    "Nothing that others stand on is retired before them",
    formula="end of the dependant - end of what it stands on <= 0 days",
    basis="a retirement must not pull the floor, the power or the network from under what stays",
)
def retired_last(design: Design) -> Iterator[Claim]:
    """Everything outlives what depends on it."""
    last = design.moments[-1]
    ending = {row.name: row for row in _dated(design) if row.retired is not None}
    for row in _dated(design) if ending else ():
        for name in prerequisites(row):
            if (other := ending.get(name)) is None:
                continue
            end: date = row.retired or max(last, other.retired + timedelta(days=1))
            days = (end - other.retired).days
            yield Claim(
                subject=row,
                part=f"on {name}",
                demand=float(days),
                capacity=0.0,
                unit="days",
                hint=f"{name} is retired on {other.retired}, while {row.name} stays"
                + (f" until {row.retired}" if row.retired else "")
                if days > 0
                else "",
            )


@plan_rule(
    "PH-004",
    "Cumulative petaflops fall only where something is retired",
    severity=Verdict.SHORTFALL,
    formula="target of the earlier date <= target of the later date",
    basis="capacity reference 3.4, PH-001: cumulative targets never fall",
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


def prerequisites(row: Any) -> tuple[str, ...]:
    """Names of the dated objects that one object stands on: hall, feeds, sources, loops, plant and fabrics."""
    names: dict[str, None] = {}
    for field in _references(type(row)):  # type: ignore[arg-type]  # classes are hashable
        match getattr(row, field):
            case str(name):
                names[name] = None
            case tuple(several):
                names.update(dict.fromkeys(several))
    if isinstance(row, Pod):
        for rack in row.racks:
            names.update(dict.fromkeys(rack.feeds or ()))
    return tuple(names)


REFERENCES = (
    "hall",
    "loop",
    "liquid_loop",
    "air_loop",
    "feeds",
    "fed_by",
    "standby_from",
    "chillers",
    "fabrics",
    "uplinks",
)


@cache
def _references(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field for field in REFERENCES if hasattr(kind, field))


def _dated(design: Design) -> Iterator[Any]:
    hub = design.hub
    yield from hub.halls
    yield from hub.power_nodes
    yield from hub.cooling_nodes
    yield from hub.fabrics
    yield from design.placed


def _weeks(days: int) -> str:
    return f"{days / 7:.1f} weeks" if days >= 14 else f"{days} days"
