"""Hubs as people write them in Python: text for enumerations and dates, whole numbers for floats, lists for tuples."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from typing import Any

from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun

Spot = tuple[str, ...]
"""The class of a noun and one of its fields."""


def loosened(value: Any, chosen: Callable[[str, str], bool] = lambda noun, field: True) -> Any:
    """The same value with other types in the chosen fields; a document of it would be the same."""
    if isinstance(value, Noun):
        return _loose_noun(value, chosen)
    if isinstance(value, tuple):
        return tuple(loosened(item, chosen) for item in value)
    return value


def _loose_noun(noun: Noun, chosen: Callable[[str, str], bool]) -> Noun:
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(noun):
        if field.init:
            inner = loosened(getattr(noun, field.name), chosen)
            changes[field.name] = loose(inner) if chosen(type(noun).__name__, field.name) else inner
    return noun.replace(**changes)


def loose(value: Any) -> Any:
    """One value with another type that a document does not tell from its own."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [loose(item) for item in value] if isinstance(value, tuple) else value


def spots(value: Any) -> Iterator[Spot]:
    """Every field of every noun in a value that has another type when it is loosened."""
    if isinstance(value, Noun):
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if field.init and type(loose(held)) is not type(held):
                yield type(value).__name__, field.name
            yield from spots(held)
    for item in value if isinstance(value, tuple) else ():
        yield from spots(item)


def types_in(value: Any) -> Any:
    """The types of everything in a value, in the shape of the value."""
    if isinstance(value, Noun):
        return {f.name: types_in(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
    if isinstance(value, tuple):
        return [types_in(item) for item in value]
    return type(value)


def enum_fields(hub: Hub) -> set[Spot]:
    """Fields of the hub that hold a member of an enumeration, or several."""
    found: set[Spot] = set()

    def visit(value: Any) -> None:
        for field in dataclasses.fields(value) if isinstance(value, Noun) else ():
            held = getattr(value, field.name)
            for item in held if isinstance(held, tuple) else (held,):
                if isinstance(item, Enum):
                    found.add((type(value).__name__, field.name))
                visit(item)

    visit(hub)
    return found
