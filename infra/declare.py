"""A hub becomes resources: one a row, in an order in which nothing comes before what it needs."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from capacity.hub import Hub
from infra.kinds import BY_TABLE
from infra.resource import PetaplanResource
from infra.resources import CLASSES

ORDER = (
    "sites",
    "phases",
    "assumptions",
    "targets",
    "halls",
    "intakes",
    "generators",
    "transformers",
    "upses",
    "storages",
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

NEEDS = ("phase", "hall", "site", "feeds", "fed_by", "liquid_loop", "air_loop", "loop", "chillers", "fabrics")
"""Fields that name what an object can't stand without; the engine creates those first and destroys them last."""


def declare(hub: Hub) -> Mapping[str, PetaplanResource]:
    """Every object of the hub as a registered resource, by name; the hub's own name gives way to a row's."""
    made: dict[str, PetaplanResource] = {}
    rows: dict[str, PetaplanResource] = {}
    made[hub.name] = CLASSES["petaplan:index:Hub"].from_noun("petaplan:index:Hub", hub, None)
    for table in ORDER:
        token = BY_TABLE[table].token
        kind = CLASSES[token]
        for row in getattr(hub, table):
            needs = [rows[name] for name in needed(row) if name in rows]
            rows[row.name] = kind.from_noun(token, row, pulumi.ResourceOptions(depends_on=needs) if needs else None)
    return made | rows


def needed(row: Any) -> Iterator[str]:
    """Names of the objects that an object can't stand without, each once."""
    names: dict[str, None] = {}
    for field in NEEDS:
        value = getattr(row, field, None)
        if value is not None:
            names |= dict.fromkeys((value,) if isinstance(value, str) else value)
    yield from names
