"""A hub built in Python to the hub that a document of it would give: one form, whatever the hub was built from.

Text becomes the member of an enumeration, or the date. A whole number becomes a float where a field holds a float. A
list becomes a tuple. Whatever a document would refuse is refused here too, by the line of Python that declared it.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, get_args
from weakref import ref

from petaplan.capacity.document.declaration import problems_in
from petaplan.capacity.document.direct import direct_form
from petaplan.capacity.document.marked import Marked, Path_, Value, dotted
from petaplan.capacity.document.remainder import HubError, error_of
from petaplan.capacity.document.strict import build, shown
from petaplan.capacity.errors import Problem
from petaplan.capacity.hub import Hub
from petaplan.capacity.hub import table_names as hub_tables
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Declared, Named, Noun


def declared(hub: Hub) -> Hub:
    """The same hub, as a declaration without fault. Its values have the types of their fields already.

    Raises:
        HubError: with every problem of its names, references, dates and shapes, or with every ring.
    """
    if problems := problems_in(hub):
        raise HubError(problems, hub)
    _remember(hub, _Form(verified=True))
    return hub


def verify(hub: Hub) -> Hub:
    """The hub that a document of this one would give, with the lines of this one.

    Raises:
        PlanError: with every problem of a type, bound, name or reference, by the line of Python that declared it.
    """
    known = _form_of(hub)
    if known is not None and known.verified:
        return known.other or hub
    made = declared(typed(hub))
    if made is not hub:
        _remember(hub, _Form(verified=True, other=made))
    return made


def typed(hub: Hub) -> Hub:
    """The hub with the types of its fields, whatever its names and references are: the form that is written.

    Raises:
        PlanError: with every problem of a type or bound, by the line of Python that declared it.
    """
    known = _form_of(hub)
    if known is not None:
        return known.other or hub
    made = direct_form(hub) or strict_form(hub)
    _remember(made, _Form(verified=False))
    if made is not hub:
        _remember(hub, _Form(verified=False, other=made))
    return made


def with_tables(hub: Hub, tables: Mapping[str, tuple[Any, ...]]) -> Hub:
    """A hub with rows of its own left out, or in another order; its types need no second look."""
    made = typed(hub).replace(**tables)
    known = _form_of(hub)
    assert known is not None
    _remember(made, _Form(verified=known.verified))
    return made


def in_order(hub: Hub) -> Hub:
    """The same hub with each table in the order of its names: that order says nothing, and a stack keeps none.

    It is made once for each hub, so that a second check of a hub does not look for faults again.
    """
    form = typed(hub)
    known = _form_of(hub)
    assert known is not None
    if known.ordered is not None:
        return known.ordered
    made = with_tables(hub, {table: tuple(sorted(rows, key=_name)) for table, rows in form.tables()})
    _remember(hub, dataclasses.replace(known, ordered=made))
    return made


def _name(row: Named) -> str:
    return row.name


@dataclasses.dataclass(frozen=True, slots=True)
class _Form:
    """The typed form of a hub."""

    verified: bool
    """Whether its names, references, dates and shapes are without fault."""
    other: Hub | None = None
    """The form; None where it is the hub itself."""
    ordered: Hub | None = None
    """The form with its tables in the order of names, once somebody has asked for it."""


_FORMS: dict[int, tuple[ref[Hub], _Form]] = {}
"""The form of each hub in memory that has one, by identity."""


def _form_of(hub: Hub) -> _Form | None:
    known = _FORMS.get(id(hub))
    return known[1] if known is not None and known[0]() is hub else None


def _remember(hub: Hub, form: _Form) -> None:
    identity, forget = id(hub), _FORMS.pop  # bound now: at the end of Python this module has no names any more
    _FORMS[identity] = (ref(hub, lambda _: forget(identity, None)), form)


def strict_form(hub: Hub) -> Hub:
    """The hub made anew by the strict reader, of the values that a document of it would hold.

    Raises:
        PlanError: with every problem of a type or bound, by the line of Python that declared it.
    """
    marked = _InPython(file=str(hub.declared_at))
    marked.hub = hub
    reading = _Reading(marked)
    marked.value = reading.noun(hub, ())
    refused = {problem.where for problem in marked.problems}
    before = len(marked.problems)
    made = build(Hub, marked)
    if marked.problems:
        told = marked.problems[:before] + [one for one in marked.problems[before:] if one.where not in refused]
        raise error_of(told, marked.value, lambda noun, path: _carry(_at(hub, path), noun))
    assert made is not None
    _carry(hub, made)
    return made


class _InPython(Marked):
    """Values of a hub built in Python: a path leads to the line that made the object."""

    hub: Hub

    def where(self, path: Path_) -> str:
        noun: Any = self.hub
        place = self.hub.declared_at
        for step in path:
            noun = _inside(noun, step)
            place = getattr(noun, "declared_at", None) or place
        return str(place)


def _at(noun: Any, path: Path_) -> Any:
    for step in path:
        noun = _inside(noun, step)
    return noun


def _inside(noun: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return noun.get(step) if isinstance(noun, Mapping) else getattr(noun, step, None)
    return noun[step] if isinstance(noun, tuple | list) and step < len(noun) else None


_MOST_DIGITS = 10**18
_EXPECTED = "text, a number, true or false, a date, a member of an enumeration, a noun, or a tuple of them"


class _Reading:
    """Nouns to the values of a document; what no document can hold is a problem."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked

    def noun(self, noun: object, path: Path_) -> Value:
        """The fields of a noun; those at their default are left out."""
        made: dict[str, Value] = {}
        kind: object = noun.__class__
        for name, default, nouns in _fields(kind):
            value = getattr(noun, name)
            if value is not default and (value.__class__ is not default.__class__ or value != default):
                made[name] = self.value(value, (*path, name), nouns)
        return made

    def value(self, value: Any, path: Path_, nouns: tuple[type, ...]) -> Value:
        """Any value; ``nouns`` are the nouns that may stand here."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self.value(value.value, path, nouns)
        if isinstance(value, str | int | float):
            return self.scalar(value, path)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple | list):
            return [self.value(item, (*path, at), nouns) for at, item in enumerate(value)]
        if isinstance(value, Mapping):
            return {str(key): self.value(item, (*path, str(key)), ()) for key, item in value.items()}
        if not isinstance(value, Noun):
            return self.refused(path, f"{type(value).__name__} {shown(repr(value))}", _EXPECTED)
        if nouns and not isinstance(value, nouns):
            expected = " or ".join(with_article(noun.__name__) for noun in nouns)
            return self.refused(path, with_article(type(value).__name__), expected)
        return self.noun(value, path)

    def scalar(self, value: str | float, path: Path_) -> Value:
        """Text, or a number; a subclass gives way to its base, and minus nothing to nothing."""
        if isinstance(value, float):
            return float(value) + 0.0
        if isinstance(value, int):
            if not -_MOST_DIGITS < value < _MOST_DIGITS:
                return self.refused(path, "a number of more than 18 digits", "a number of at most 18 digits")
            return int(value)
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                return self.refused(path, shown(value.encode(errors="replace").decode()), "text that UTF-8 can hold")
        return str(value)

    def refused(self, path: Path_, found: str, expected: str) -> Value:
        """Note a value that no document can hold; nothing stands in its place."""
        where = f"{self.marked.where(path)}: {dotted(path)}"
        self.marked.problems.append(Problem(where=where, found=found, expected=expected))
        return None


@cache
def _fields(kind: Any) -> tuple[tuple[str, object, tuple[type, ...]], ...]:
    """Name, default and possible nouns of each field that a constructor takes."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(kind)
    return tuple((f.name, f.default, tuple(_nouns_in(f.type))) for f in fields if f.init)


def _nouns_in(hint: object) -> Iterable[type]:
    if isinstance(hint, type) and issubclass(hint, Noun):
        yield hint
    for inner in get_args(hint):
        yield from _nouns_in(inner)


def _carry(noun: Any, made: Noun) -> None:
    """Give a noun, and the declared ones in it, the lines of those that it was made of."""
    place = getattr(noun, "declared_at", None)
    if isinstance(made, Declared) and place is not None:
        made.declared_in(place)
    kind: object = made.__class__
    for name in table_names(kind):
        for old, new in zip(_inside(noun, name) or (), getattr(made, name), strict=False):
            if getattr(old, "declared_at", None) is None and isinstance(made, Declared):
                new.declared_in(made.declared_at)
            _carry(old, new)


@cache
def table_names(kind: Any) -> tuple[str, ...]:
    """The fields of a noun that hold declared objects."""
    if issubclass(kind, Hub):
        return hub_tables()
    return ("racks",) if "racks" in {f.name for f in dataclasses.fields(kind)} else ()
