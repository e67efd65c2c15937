"""Seeded random plans: hubs from the tests' strategies, and scenarios with some values changed."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from pydantic import JsonValue

from petaplan.capacity.document.plan import document
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Node, Optic, RackModel, SwitchModel
from petaplan.capacity.hub import Hub
from tests.strategies import hubs
from tools.compare.names import Document

DAYS = (-400, -30, -1, 1, 30, 200, 700)
FACTORS = (0.25, 0.5, 0.9, 0.99, 1.01, 1.1, 2.0, 4.0)
KEPT = ("name", "petaplan")
"""Fields that no change touches: a plan without them is no plan."""

KINDS = {
    "racks": RackModel,
    "spares": RackModel,
    "prices": RackModel,
    "nodes": Node,
    "tiers": SwitchModel,
    "links": Optic,
}
"""Kinds of product by the list that names one."""

Spot = tuple[Document, str]
"""A mapping within a document, and a key of it."""


def from_strategies(chosen: str, count: int) -> list[Document]:
    """So many hubs from tests/strategies.py, as documents; the same seed gives the same hubs."""
    made: list[Document] = []

    @seed(chosen)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(hubs())
    def collect(hub: Hub) -> None:
        made.append(document(hub))

    collect()
    random = Random(chosen)  # noqa: S311 - plans, no secrets
    return [{key: _fitted(random, item, key) for key, item in plan.items()} for plan in made[:count]]


def _fitted(random: Random, value: JsonValue, table: str) -> JsonValue:
    """A document of the strategies, whose models are any word, with models of the catalogue that fit their places."""
    if isinstance(value, list):
        return [_fitted(random, item, table) for item in value]
    if not isinstance(value, dict):
        return value
    if table == "assumptions":
        return {key: item for key, item in value.items() if key not in ("model", "quantity", "value", "unit")}
    fitted = {key: _fitted(random, item, key) for key, item in value.items()}
    for key in {"model", "switch", "optic"} & set(fitted):
        kind = KINDS.get({"optic": "links"}.get(key, table))
        if kind is None:
            del fitted[key]
        else:
            fitted[key] = random.choice(load().table(kind)).model
    return fitted


def changed_plans(bases: Sequence[Document], chosen: str, count: int) -> list[Document]:
    """So many plans that are each one of the bases with one to four values changed or left out."""
    random = Random(chosen)  # noqa: S311 - plans, no secrets
    return [_changed(random, random.choice(bases)) for _ in range(count)]


def _changed(random: Random, base: Document) -> Document:
    made: Document = json.loads(json.dumps(base))
    for _ in range(random.randint(1, 4)):
        holder, key = random.choice(_spots(made))
        _change(random, holder, key)
    return made


def _change(random: Random, holder: Document, key: str) -> None:
    value = holder[key]
    if random.random() < 0.15:
        del holder[key]
    elif isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = max(0, value + random.choice((-2, -1, 1, 2, value)))
    elif isinstance(value, float):
        holder[key] = value * random.choice(FACTORS)
    elif isinstance(value, list):
        value.pop(random.randrange(len(value)))
    elif (day := _day(value)) is not None:
        holder[key] = (day + timedelta(days=random.choice(DAYS))).isoformat()


def _spots(value: JsonValue) -> list[Spot]:
    """Every value of a document that a change may touch."""
    if isinstance(value, list):
        return [spot for item in value for spot in _spots(item)]
    if not isinstance(value, dict):
        return []
    inner = [spot for item in value.values() for spot in _spots(item)]
    return [(value, key) for key, item in value.items() if key not in KEPT and _changeable(item)] + inner


def _changeable(value: JsonValue) -> bool:
    return isinstance(value, int | float) or (isinstance(value, list) and bool(value)) or _day(value) is not None


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
