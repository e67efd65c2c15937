"""The kinds of resource: one for each table of the hub, and one for the hub itself.

The one place that knows which Pulumi type, which table of ``capacity.hub.Hub`` and which noun belong together.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.power import Battery
from petaplan.capacity.renames import renamed_fields
from petaplan.infra.spelling import pulumi_name

PACKAGE = "petaplan"

STANDING = "standing"
"""The one property that no declaration says: since when an object stands in the inventory."""

_RESOURCE_NAMES: Mapping[type[Noun], str] = {StandAloneRackGroup: "Rack"}
_OLD_RESOURCE_NAMES: Mapping[type[Noun], str] = {Battery: "Storage"}
"""Types that version 0.1 called by another name: stacks of that version are read, and go on under the new type."""

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A Pulumi type with the table and the noun behind it."""

    noun: type[Noun]
    """Class of the rows."""
    table: str | None
    """Field of the hub that holds the rows; None for the hub itself."""

    @property
    def type_name(self) -> str:
        """Last part of the token, and the name of the resource class: ``CoolingLoop``."""
        return _RESOURCE_NAMES.get(self.noun) or str(self.noun.__name__)

    @property
    def token(self) -> str:
        """Pulumi type, such as ``petaplan:index:Pod``."""
        return f"{PACKAGE}:index:{self.type_name}"

    @property
    def word(self) -> str:
        """What people, ids and the inventory say: ``cooling-loop``."""
        return _word(self.type_name)

    @property
    def old_type_name(self) -> str | None:
        """The type's name in version 0.1, where it was another one."""
        return _OLD_RESOURCE_NAMES.get(self.noun)

    @property
    def old_token(self) -> str | None:
        """The Pulumi type of version 0.1, where it was another one."""
        return None if self.old_type_name is None else f"{PACKAGE}:index:{self.old_type_name}"


def _word(type_name: str) -> str:
    return _WORD_START.sub("-", type_name).lower()


def _row_noun(annotation: object) -> type[Noun] | None:
    """The noun of a table of the hub; None for a field that is no table."""
    arguments = typing.get_args(annotation)
    row = arguments[0] if typing.get_origin(annotation) is tuple and arguments[1:] == (...,) else None
    return row if isinstance(row, type) and issubclass(row, Named) else None


def _kinds() -> tuple[Kind, ...]:
    hints = typing.get_type_hints(Hub)
    rows = ((field.name, _row_noun(hints[field.name])) for field in dataclasses.fields(Hub))
    tables = tuple(Kind(noun=noun, table=table) for table, noun in rows if noun is not None)
    return (Kind(noun=Hub, table=None), *tables)


KINDS: tuple[Kind, ...] = _kinds()
"""Every kind, the hub first, then in the order of its tables."""

BY_TOKEN: Mapping[str, Kind] = MappingProxyType({kind.token: kind for kind in KINDS})
_BY_OLD_TOKEN: Mapping[str, Kind] = {kind.old_token: kind for kind in KINDS if kind.old_token is not None}
BY_WORD: Mapping[str, Kind] = MappingProxyType({kind.word: kind for kind in KINDS})
BY_TABLE: Mapping[str | None, Kind] = MappingProxyType({kind.table: kind for kind in KINDS})

NEW_WORDS: Mapping[str, str] = MappingProxyType(
    {_word(kind.old_type_name): kind.word for kind in KINDS if kind.old_type_name is not None}
)
"""What ids and the inventory say now, by what they said in version 0.1."""


def kind_of_token(token: str) -> Kind | None:
    """The kind of a Pulumi type, also of one that version 0.1 called by another name; None for another's type.

    >>> kind_of_token("petaplan:index:Storage").token
    'petaplan:index:Battery'
    """
    return BY_TOKEN.get(token) or _BY_OLD_TOKEN.get(token)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a noun looks in Pulumi: its fields by property name, and the shapes nested in it."""

    fields: Mapping[str, str]
    nested: Mapping[str, "Shape"]
    """By property name."""
    renamed: Mapping[str, str]
    """Properties by the names that they had in the version before; those are read for one version."""

    def new_name(self, prop: str) -> str:
        """A property under the name that it has now."""
        return self.renamed.get(prop, prop)


def shape_of(noun: type[Noun]) -> Shape:
    """The shape of a noun; the tables of the hub are resources of their own and not part of it."""
    kind: type = noun  # a class is hashable, whatever its objects are
    return _shape_of(kind)


@cache
def _shape_of(noun: type) -> Shape:
    hints = typing.get_type_hints(noun)
    fields: dict[str, str] = {}
    nested: dict[str, Shape] = {}
    for field in dataclasses.fields(noun):
        if not field.init or (noun is Hub and field.name in BY_TABLE):
            continue
        prop = pulumi_name(field.name)
        fields[prop] = field.name
        inner = noun_within(hints[field.name])
        if inner is not None:
            nested[prop] = shape_of(inner)
    renamed = {pulumi_name(old): pulumi_name(new) for old, new in renamed_fields(noun).items()}
    return Shape(fields=MappingProxyType(fields), nested=MappingProxyType(nested), renamed=MappingProxyType(renamed))


def noun_within(annotation: object) -> type[Noun] | None:
    """The noun in an annotation such as ``tuple[Rack, ...]`` or ``Declaration | None``."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, Noun) else None
    for argument in typing.get_args(annotation):
        if (noun := noun_within(argument)) is not None:
            return noun
    return None
