"""A hub to resources: one for each row, each after what it needs."""

from collections.abc import Iterator, Mapping

import pulumi

from petaplan.capacity.document.verified import verify
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named
from petaplan.capacity.references import references
from petaplan.infra.kinds import BY_TABLE
from petaplan.infra.resource import PetaplanResource
from petaplan.infra.resources import CLASSES


def declare(hub: Hub) -> Mapping[str, PetaplanResource]:
    """Every object of the hub as a registered resource, by name; the hub's own name gives way to a row's."""
    hub = verify(hub)
    hub_token = BY_TABLE[None].token
    rows: dict[str, PetaplanResource] = {}
    beneath: dict[str, frozenset[str]] = {}
    made = {hub.name: CLASSES[hub_token].from_noun(hub_token, hub, None)}
    for table, row in needed_first(hub):
        token = BY_TABLE[table].token
        needs = frozenset(name for name in needed(row) if name in rows)
        implied = frozenset[str]().union(*(beneath[name] for name in needs))
        beneath[row.name] = needs | implied
        direct = [rows[name] for name in sorted(needs - implied)]
        opts = pulumi.ResourceOptions(depends_on=direct) if direct else None
        rows[row.name] = CLASSES[token].from_noun(token, row, opts)
    return made | rows


def needed_first(hub: Hub) -> Iterator[tuple[str, Named]]:
    """Every row with its table, after the rows that it can't stand without; two that need each other as they come."""
    waiting = {row.name: (table, row) for table, rows in hub.tables() for row in rows}
    while waiting:
        path = [next(iter(waiting))]
        begun = set(path)
        while path:
            table, row = waiting[path[-1]]
            first = next((name for name in needed(row) if name in waiting and name not in begun), None)
            if first is None:
                yield table, row
                del waiting[path.pop()]
            else:
                path.append(first)
                begun.add(first)


def needed(row: object) -> Iterator[str]:
    """Names of the objects that an object can't stand without."""
    for reference in references(type(row)):
        if reference.ref.needed:
            yield from reference.names(row)
