"""The Hong Kong hub many times over, for measurements of how cost grows."""

from dataclasses import fields, replace
from typing import Any

from petaplan.capacity.hub import Hub
from petaplan.infra.hong_kong import hub

SHARED = ("sites", "phases", "targets", "assumptions")
REFERENCES = (
    "hall",
    "fed_by",
    "standby_from",
    "feeds",
    "liquid_loop",
    "air_loop",
    "loop",
    "chillers",
    "cooled_equipment",
    "fabrics",
    "uplinks",
)


def scaled_hub(times: int) -> Hub:
    """A hub with so many times the halls, chains, plant, fabrics and pods of the Hong Kong hub, under one site.

    Each copy has chains of its own from its intakes down; targets, spares and declared totals grow with the copies.
    """
    original = hub()
    tables: dict[str, tuple[Any, ...]] = {}
    for name, rows in original.tables():
        if name not in SHARED:
            tables[name] = (*rows, *(_copied(row, copy) for copy in range(2, times + 1) for row in rows))
    tables["targets"] = tuple(replace(target, pflops=target.pflops * times) for target in original.targets)
    tables["phases"] = tuple(
        phase.replace(
            declared=phase.declared and replace(phase.declared, **_times(phase.declared, times)),
            spares=tuple(replace(kept, count=kept.count * times) for kept in phase.spares),
        )
        for phase in original.phases
    )
    return original.replace(name=f"hk-hub-x{times}", **tables)


def _times(declared: Any, times: int) -> dict[str, Any]:
    return {
        f.name: value * times for f in fields(declared) if isinstance(value := getattr(declared, f.name), int | float)
    }


def _copied(row: Any, copy: int) -> Any:
    """The same object under the name of its copy, and all that it names as well."""
    changes: dict[str, Any] = {"name": _renamed(row.name, copy)}
    for field in _references(type(row)):
        value = getattr(row, field)
        if isinstance(value, tuple):
            changes[field] = tuple(_renamed(name, copy) for name in value)
        elif value is not None:
            changes[field] = _renamed(value, copy)
    if hasattr(row, "racks"):
        feeds_of_their_own = [rack for rack in row.racks if rack.feeds is not None]
        if feeds_of_their_own:
            changes["racks"] = tuple(
                rack if rack.feeds is None else rack.replace(feeds=tuple(_renamed(name, copy) for name in rack.feeds))
                for rack in row.racks
            )
    return row.replace(**changes)


def _references(kind: type[Any]) -> tuple[str, ...]:
    known = {f.name for f in fields(kind)}
    return tuple(name for name in REFERENCES if name in known)


def _renamed(name: str, copy: int) -> str:
    return f"{name}-x{copy}"
