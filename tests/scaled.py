"""The Hong Kong hub many times over, for measurements of how cost grows."""

from dataclasses import fields, replace
from typing import Any

from petaplan.capacity.hub import Hub
from petaplan.capacity.references import references
from petaplan.infra.hong_kong import hub

SHARED = ("sites", "phases", "targets", "assumptions")


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
    return _with_names_of_copy(row, copy).replace(name=_renamed(row.name, copy))


def _with_names_of_copy(row: Any, copy: int) -> Any:
    changes: dict[str, Any] = {}
    for reference in references(type(row)):
        value = getattr(row, reference.field)
        if value and not set(reference.ref.tables) & set(SHARED):
            changes[reference.field] = (
                _renamed(value, copy) if isinstance(value, str) else tuple(_renamed(name, copy) for name in value)
            )
    if any(references(type(rack)) and rack.feeds for rack in getattr(row, "racks", ())):
        changes["racks"] = tuple(_with_names_of_copy(rack, copy) for rack in row.racks)
    return row.replace(**changes) if changes else row


def _renamed(name: str, copy: int) -> str:
    return f"{name}-x{copy}"
