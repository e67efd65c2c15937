"""Properties that are secrets: which fields they hide, and the placeholders with which a noun is made."""

import typing
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from enum import Enum
from typing import Any

from petaplan.capacity.noun import Named
from petaplan.infra.kinds import Kind, Shape
from petaplan.infra.nouns import Fault, noun_from
from petaplan.infra.records import SECRET
from petaplan.infra.spelling import Path, value_at


def secrets_in(properties: Mapping[str, object], shape: Shape) -> list[Path]:
    """The path of each property that is a secret, or that has one among the items of its list."""
    return list(dict.fromkeys(_hiding(path, shape) for path in _marks(properties, ())))


def secret_layers(path: Path) -> Fault:
    """The fault of layers of the catalogue that a secret names: whoever judges has to read the same files."""
    expected = "paths in plain text: whoever judges the plan reads these files"
    return Fault(path=path, found="a secret value", expected=expected, advice="give them without Output.secret")


def _marks(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _marks(item, (*path, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _marks(item, (*path, at))
    elif isinstance(value, str) and value == SECRET:
        yield path


def _hiding(path: Path, shape: Shape) -> Path:
    """The path of the property that holds a secret: that of a list for one of its items."""
    kept: list[str | int] = []
    for at, step in enumerate(path):
        kept.append(step)
        if isinstance(step, str):
            inner = shape.nested.get(shape.new_name(step))
            rest = path[at + 1 :]
            if inner is None or not rest or (isinstance(rest[0], int) and len(rest) == 1):
                break
            shape = inner
    return tuple(kept)


def field_path(path: Path, shape: Shape) -> Path:
    """The path of a property in the names of the fields of its nouns."""
    made: list[str | int] = []
    for step in path:
        if isinstance(step, int):
            made.append(step)
            continue
        prop = shape.new_name(step)
        made.append(shape.fields.get(prop, prop))
        shape = shape.nested.get(prop, shape)
    return tuple(made)


def without_secrets(
    kind: Kind, name: str, properties: Mapping[str, object], secrets: list[Path]
) -> tuple[Named | None, list[Fault], list[Path]]:
    """The noun with placeholders for its secrets, its faults, and the secrets that have no placeholder.

    A fault of an object whose fields do not fit each other is none where one of them is a secret: nobody can tell.
    """
    if not secrets:
        return *noun_from(kind, name, properties), []
    values = deepcopy(dict(properties))
    for path in secrets:
        _put(values, path, None)
    unseen: list[Path] = []
    for path in secrets:
        if _faulty(kind, name, values, path):
            tried = (*_placeholders(_hint_at(kind.noun, path)), *_beside(values, path))
            fitting = (one for one in tried if not _faulty(kind, name, _with(values, path, one), path))
            placeholder = next(fitting, None)
            _put(values, path, placeholder)
            unseen.extend([path] if placeholder is None else [])
    noun, faults = noun_from(kind, name, values)
    holding = {fault.path: [path for path in secrets if path[: len(fault.path)] == fault.path] for fault in faults}
    unseen += (path for held in holding.values() for path in held if path not in unseen)
    return noun, [fault for fault in faults if not holding[fault.path] or fault.path in unseen], unseen


def _beside(values: Mapping[str, Any], path: Path) -> Iterator[object]:
    """The numbers of the object that has a secret: a field between two others may have to be one of them."""
    holder = value_at(values, path[:-1])
    if isinstance(holder, Mapping):
        yield from (one for one in holder.values() if isinstance(one, int | float) and not isinstance(one, bool))


def _put(values: dict[str, Any], path: Path, value: object) -> None:
    holder = value_at(values, path[:-1])
    if isinstance(holder, dict):
        holder[str(path[-1])] = value


def _with(values: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    made = deepcopy(values)
    _put(made, path, value)
    return made


def _faulty(kind: Kind, name: str, values: dict[str, Any], path: Path) -> bool:
    _, faults = noun_from(kind, name, values)
    return any(
        fault.path[: len(path)] == path or (fault.path and path[: len(fault.path)] == fault.path) for fault in faults
    )


def _hint_at(noun: Any, path: Path) -> object:
    """The type of the field at a path of properties."""
    from petaplan.infra.kinds import noun_within, shape_of

    hint: object = noun
    for step in path:
        if isinstance(step, str):
            within: Any = noun_within(hint)
            shape = shape_of(within)
            hint = typing.get_type_hints(within).get(shape.fields.get(shape.new_name(step), step))
    return hint


def _placeholders(hint: object) -> Iterator[object]:
    """Values of a type, one of which its bounds may admit."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        yield from (member.value for member in hint)
    elif hint is float or hint is int:
        yield from (1, 100)
    elif hint is bool:
        yield False
    elif hint is date:
        yield "2000-01-01"
    elif hint is str:
        yield from ("a-secret", "HK")
    elif typing.get_origin(hint) is tuple:
        yield from ([one] for one in _placeholders(typing.get_args(hint)[0]))
    else:
        for inner in typing.get_args(hint):
            yield from _placeholders(inner)
