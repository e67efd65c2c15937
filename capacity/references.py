"""References: fields that name rows of the hub, as their annotations say.

``hall: HallName`` is a name of a row of the table ``halls``. ``references`` gives the references of a class. The
check of a declaration, the power graph, the rules of phases, the schema and the order of resources use it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from petaplan.capacity.names import Name

M = TypeVar("M")

POWER = "power_nodes"
"""All power objects of a hub, whatever their table."""


class Ref:
    """Marks a name as that of a row in one of some tables of the hub."""

    __slots__ = ("alternatives", "needed", "tables")

    def __init__(self, *tables: str, alternatives: bool = False, needed: bool = True) -> None:
        self.tables = tables
        self.alternatives = alternatives
        """Whether one of several names on a side is enough to serve."""
        self.needed = needed
        """Whether the object cannot be in service without what it names."""


class PartRef:
    """Marks a name as that of a part in a list of the hub that is no table, such as its correlation groups."""

    __slots__ = ("parts",)

    def __init__(self, parts: str) -> None:
        self.parts = parts
        """The field of the hub."""


SiteName = Annotated[Name, Ref("sites")]
HallName = Annotated[Name, Ref("halls")]
PhaseName = Annotated[Name, Ref("phases")]
FabricName = Annotated[Name, Ref("fabrics")]
LoopName = Annotated[Name, Ref("cooling_loops")]
FeedName = Annotated[Name, Ref("feeds", alternatives=True)]
SourceName = Annotated[Name, Ref(POWER, alternatives=True)]
ChillerName = Annotated[Name, Ref("chillers", alternatives=True)]


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of a noun that names rows of the hub."""

    field: str
    ref: Ref
    many: bool
    """Whether the field holds a tuple of names."""

    def names(self, row: object) -> tuple[str, ...]:
        """What a row names in the field."""
        value: str | tuple[str, ...] | None = getattr(row, self.field)
        if self.many and value.__class__ is tuple:
            return value
        return (value,) if isinstance(value, str) else value or ()


def references(kind: object) -> tuple[Reference, ...]:
    """The references of a noun (its class), in the order of its fields; those of nouns inside it are their own."""
    return _references(kind)


@cache
def _references(kind: object) -> tuple[Reference, ...]:
    found = ((field.name, _ref(field.type), _many(field.type)) for field in _fields(kind))
    return tuple(Reference(name, ref, many) for name, ref, many in found if ref is not None)


def part_references(kind: object) -> Mapping[str, str]:
    """The fields of a noun (its class) that name parts of the hub, each with the field of the hub."""
    return _part_references(kind)


@cache
def _part_references(kind: object) -> Mapping[str, str]:
    found = ((field.name, _marked(field.type, PartRef)) for field in _fields(kind))
    return {name: mark.parts for name, mark in found if mark is not None}


def _fields(kind: object) -> tuple[Field[Any], ...]:
    return fields(kind) if isinstance(kind, type) and is_dataclass(kind) else ()


def _ref(hint: object) -> Ref | None:
    return _marked(hint, Ref)


def _marked(hint: object, kind: type[M]) -> M | None:
    """The marker in an annotation, at any depth; nouns inside it are not searched."""
    if isinstance(hint, kind):
        return hint
    parts = (*getattr(hint, "__metadata__", ()), *get_args(hint))
    return next((mark for part in parts if (mark := _marked(part, kind)) is not None), None)


def _many(hint: object) -> bool:
    return get_origin(hint) is tuple or any(map(_many, get_args(hint)))


def referring(row: object) -> Iterator[Any]:
    """A row, and every noun inside it that has references of its own."""
    yield row
    kind: Any = row.__class__
    for field in _inner(kind):
        for item in getattr(row, field):
            yield from referring(item)


@cache
def _inner(kind: object) -> tuple[str, ...]:
    """Fields with tuples of nouns that have references."""
    return tuple(field.name for field in _fields(kind) if any(references(noun) for noun in _nouns_in(field.type)))


def _nouns_in(hint: object) -> Iterator[type]:
    for inner in get_args(hint):
        if isinstance(inner, type) and is_dataclass(inner):
            yield inner
        else:
            yield from _nouns_in(inner)


def names_in(row: object, table: str) -> tuple[str, ...]:
    """What a row names in a table, in all its fields."""
    kind: Any = row.__class__
    found: list[str] = []
    for each in _to_table(kind, table):
        found += each.names(row)
    return tuple(found)


@cache
def _to_table(kind: object, table: str) -> tuple[Reference, ...]:
    return tuple(each for each in references(kind) if table in each.ref.tables)
