"""The typed form of nouns built in Python, made directly: without text, and without the library that validates.

It knows few types and bounds: numbers, text, days, members of enumerations, nouns, tuples of them. A whole number
becomes a float where a field holds a float, and a list becomes a tuple. A noun whose values are right already is its
own form. Where anything else is found, there is no form here, and the strict reader decides
(docs/adr/0050-one-form-and-hidden-values.md).
"""

import dataclasses
import sys
from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from functools import cache
from math import copysign, inf
from types import UnionType
from typing import Annotated, Any, Final, TypeAlias, TypeVar, Union, get_args, get_origin

from annotated_types import BaseMetadata, Ge, Gt, Le, Len, Lt, Predicate

from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.units import Checked

N = TypeVar("N", bound=Noun)

NONE_HERE: Final = object()
"""In the place of a form: the strict reader has to decide."""

Form: TypeAlias = Callable[[Any], Any]
"""Gives the form of a value, or ``NONE_HERE``."""

MOST_WHOLE = 10**18
"""A whole number of a document has at most 18 digits, so it is nearer to nothing than this."""


def direct_form(noun: N) -> N | None:
    """What the strict reader would make of a noun; the noun itself where that is equal in values and types.

    None where only the strict reader can say what it is, or what is wrong with it.
    """
    kind: Any = noun.__class__
    made: Any = _of_noun(kind)(noun)
    return None if made is NONE_HERE else made


@cache
def _of_noun(kind: Any) -> Form:
    """The form of one class of nouns; a class that is derived from it has its own."""
    fields = tuple((f.name, f.default, _of_hint(f.type)) for f in dataclasses.fields(kind) if f.init)
    names = tuple(f.name for f in dataclasses.fields(kind))
    declared = issubclass(kind, Declared)
    holds = _own_check(kind)

    def form(noun: Any) -> Any:
        if noun.__class__ is not kind or (declared and noun.declared_at is None):
            return NONE_HERE
        changed = {}
        for name, default, of in fields:
            value = getattr(noun, name)
            if value is not default and (made := of(value)) is not value:
                if made is NONE_HERE:
                    return NONE_HERE
                changed[name] = made
        made = _with(noun, kind, names, changed) if changed else noun
        return made if holds(made) else NONE_HERE

    return form


def _own_check(kind: Any) -> Callable[[Any], bool]:
    """What a class asks of its values together, after it was constructed."""
    own = getattr(kind, "__post_init__", None)
    if own is None or own is Declared.__post_init__:
        return lambda _noun: True
    if issubclass(kind, Declared):
        return lambda _noun: False  # it would take the line of this module for its place

    def holds(noun: Any) -> bool:
        try:
            own(noun)
        except ValueError:
            return False
        return True

    return holds


def _with(noun: Any, kind: Any, names: Iterable[str], changed: dict[str, Any]) -> Any:
    """The same noun, declared where it was, with some values in another type."""
    made: Any = object.__new__(kind)
    put = object.__setattr__
    for name in names:
        put(made, name, changed[name] if name in changed else getattr(noun, name))
    return made


def _of_hint(hint: Any, bounds: tuple[Any, ...] = ()) -> Form:
    """The form of the values of a type with bounds; of a type that is not known, none."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _of_hint(inner[0], (*bounds, *inner[1:]))
    known = _known(bounds)
    if known is None:
        return _none_here
    if origin is Union or origin is UnionType:
        kinds = [one for one in inner if one is not type(None)]
        return _or_none(_of_hint(kinds[0], known)) if len(kinds) == 1 else _none_here
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return _of_tuple(_of_hint(inner[0]), known)
    return _of_class(hint, known) if isinstance(hint, type) else _none_here


def _known(bounds: Iterable[Any]) -> tuple[Any, ...] | None:
    """The bounds that say something of a value; None where one of them is not known."""
    found = tuple(one for one in bounds if _says_something(one))
    return found if all(isinstance(one, Ge | Gt | Le | Lt | Len | Predicate | Checked) for one in found) else None


def _says_something(mark: Any) -> bool:
    """Whether the strict reader takes a mark of a type for a bound; others are units, references and old names."""
    grouped = hasattr(mark, "__is_annotated_types_grouped_metadata__")
    foreign = hasattr(mark, "__get_pydantic_core_schema__") or type(mark).__module__.partition(".")[0] == "pydantic"
    return grouped or foreign or isinstance(mark, BaseMetadata)


def _of_class(kind: Any, bounds: tuple[Any, ...]) -> Form:
    if kind is float or kind is int:
        limits = _limits(bounds)
        return _none_here if limits is None else _of_float(*limits) if kind is float else _of_int(*limits)
    if kind is str:
        return _of_text(bounds)
    if kind is bool or kind is date or issubclass(kind, Enum):
        return _of_itself(kind, bounds)
    if issubclass(kind, Noun) and not bounds:
        return _of_any(kind)
    return _none_here


def _of_any(kind: Any) -> Form:
    """The form of a class of nouns, made when it is asked: a noun may hold others of its class."""

    def form(noun: Any) -> Any:
        return _of_noun(kind)(noun)

    return form


def _none_here(_value: object) -> Any:
    return NONE_HERE


def _or_none(of: Form) -> Form:
    return lambda value: None if value is None else of(value)


def _of_itself(kind: type, bounds: tuple[Any, ...]) -> Form:
    """The form of a class whose values are right or wrong as they are."""
    if not all(isinstance(one, Checked) for one in bounds):
        return _none_here
    return lambda value: value if value.__class__ is kind and all(one.holds(value) for one in bounds) else NONE_HERE


def _of_tuple(of: Form, bounds: tuple[Any, ...]) -> Form:
    if not all(isinstance(one, Len) for one in bounds):
        return _none_here
    low, high = _lengths(bounds)

    def form(values: Any) -> Any:
        if values.__class__ not in {tuple, list} or not low <= len(values) <= high:
            return NONE_HERE
        made = tuple(of(value) for value in values)
        same = values.__class__ is tuple
        for value, one in zip(values, made, strict=True):
            if one is NONE_HERE:
                return NONE_HERE
            same = same and one is value
        return values if same else made

    return form


def _of_text(bounds: tuple[Any, ...]) -> Form:
    if not all(isinstance(one, Len | Predicate) for one in bounds):
        return _none_here
    low, high = _lengths(bounds)
    asked = tuple(one.func for one in bounds if isinstance(one, Predicate))

    def form(text: Any) -> Any:
        if text.__class__ is not str or not low <= len(text) <= high or not (text.isascii() or _is_utf8(text)):
            return NONE_HERE
        return text if all(holds(text) for holds in asked) else NONE_HERE

    return form


def _lengths(bounds: Iterable[Any]) -> tuple[int, float]:
    """The least and the greatest length that bounds allow."""
    lengths = [one for one in bounds if isinstance(one, Len)]
    longest = [one.max_length for one in lengths if one.max_length is not None]
    return max((one.min_length for one in lengths), default=0), min(longest, default=inf)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_float(low: float, above: float, high: float, below: float) -> Form:
    low, high = max(low, -sys.float_info.max), min(high, sys.float_info.max)

    def form(value: Any) -> Any:
        made = value
        if value.__class__ is int and -MOST_WHOLE < value < MOST_WHOLE:
            made = float(value)
        if made.__class__ is not float or not (low <= made <= high and above < made < below):
            return NONE_HERE
        return made if made != 0.0 or copysign(1.0, made) > 0.0 else NONE_HERE  # a document has one zero

    return form


def _of_int(low: float, above: float, high: float, below: float) -> Form:
    above, below = max(above, -MOST_WHOLE), min(below, MOST_WHOLE)

    def form(value: Any) -> Any:
        return value if value.__class__ is int and low <= value <= high and above < value < below else NONE_HERE

    return form


def _limits(bounds: Iterable[Any]) -> tuple[Any, Any, Any, Any] | None:
    """The least value, what is exceeded, the greatest value, what is not reached; None for bounds of another kind."""
    limits: dict[type, list[Any]] = {Ge: [-inf], Gt: [-inf], Le: [inf], Lt: [inf]}
    for one in bounds:
        kind: type = one.__class__
        if kind not in limits:
            return None
        limits[kind].append(getattr(one, kind.__name__.lower()))
    return max(limits[Ge]), max(limits[Gt]), min(limits[Le]), min(limits[Lt])
