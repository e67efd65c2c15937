"""A hub becomes resources: one a row, in an order in which nothing comes before what it needs."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from petaplan.capacity.hub import Hub
from petaplan.infra.kinds import BY_TABLE
from petaplan.infra.resource import PetaplanResource
from petaplan.infra.resources import CLASSES

ORDER = (
    "sites",
    "phases",
    "assumptions",
    "targets",
    "halls",
    "intakes",
    "generators",
    "transformers",
    "ups_systems",
    "batteries",
    "busways",
    "feeds",
    "chillers",
    "cooling_loops",
    "cdus",
    "fabrics",
    "pods",
    "racks",
)
"""The tables of a hub, what others rest on first."""

NEEDS = (
    "standby_from",
    "uplinks",
    "phase",
    "hall",
    "site",
    "feeds",
    "fed_by",
    "liquid_loop",
    "air_loop",
    "loop",
    "chillers",
    "fabrics",
)
"""Fields that name what an object can't stand without; the engine creates those first and destroys them last."""


def declare(hub: Hub) -> Mapping[str, PetaplanResource]:
    """Every object of the hub as a registered resource, by name; the hub's own name gives way to a row's."""
    hub_token = BY_TABLE[None].token
    rows: dict[str, PetaplanResource] = {}
    beneath: dict[str, frozenset[str]] = {}
    made = {hub.name: CLASSES[hub_token].from_noun(hub_token, hub, None)}
    for table in ORDER:
        token = BY_TABLE[table].token
        kind = CLASSES[token]
        for row in getattr(hub, table):
            needs = frozenset(name for name in needed(row) if name in rows)
            implied = frozenset[str]().union(*(beneath[name] for name in needs))
            beneath[row.name] = needs | implied
            direct = [rows[name] for name in sorted(needs - implied)]
            opts = pulumi.ResourceOptions(depends_on=direct) if direct else None
            rows[row.name] = kind.from_noun(token, row, opts)
    return made | rows


def needed(row: Any) -> Iterator[str]:
    """Names of the objects that an object can't stand without."""
    for field in NEEDS:
        value = getattr(row, field, None)
        if value is not None:
            yield from (value,) if isinstance(value, str) else value
