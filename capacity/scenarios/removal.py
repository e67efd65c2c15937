"""A hub without some objects, and without what cannot stand without them."""

from collections.abc import Iterable
from typing import Any

from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named
from petaplan.capacity.references import references


def without(hub: Hub, names: Iterable[str]) -> Hub:
    """The hub without objects of these names, and without rows that have lost all that one of their fields named.

    A field that names several objects keeps the others. With a hall goes the plant that serves nothing else. Totals
    that phases declare are left out, for they are of the whole plan.
    """
    gone = set(names)
    rows = {row.name: row for _, table in hub.tables() for row in table}
    serves = _served(hub, rows.values()) if gone & {hall.name for hall in hub.halls} else {}
    while more := {
        name
        for name, row in rows.items()
        if name not in gone and (_falls(row, gone) or (name in serves and serves[name] <= gone))
    }:
        gone |= more
    changes: dict[str, Any] = {
        table: tuple(_pruned(row, gone) for row in kept if row.name not in gone) for table, kept in hub.tables()
    }
    changes["phases"] = tuple(phase.replace(declared=None) for phase in changes["phases"])
    return hub.replace(**changes)


def _served(hub: Hub, rows: Iterable[Named]) -> dict[str, set[str]]:
    """What names each piece of power or cooling plant and each fabric, where anything but batteries does."""
    plant = {row.name for row in (*hub.power_nodes, *hub.cooling_nodes, *hub.fabrics)}
    batteries = {row.name for row in hub.batteries}
    served: dict[str, set[str]] = {}
    for row in (row for row in rows if row.name not in batteries):
        for reference in references(type(row)):
            for name in reference.names(row):
                if name in plant:
                    served.setdefault(name, set()).add(row.name)
    return served


def _falls(row: Named, gone: set[str]) -> bool:
    """Whether a row has lost everything that a field which it needs has named."""
    for reference in references(type(row)):
        named = reference.names(row)
        if reference.ref.needed and named and all(name in gone for name in named):
            return True
    return False


def _pruned(row: Named, gone: set[str]) -> Named:
    """The row without the names that are gone."""
    changes: dict[str, Any] = {}
    for reference in references(type(row)):
        named = reference.names(row)
        if any(name in gone for name in named):
            left = tuple(name for name in named if name not in gone)
            changes[reference.field] = left if reference.many else None
    return row.replace(**changes) if changes else row
