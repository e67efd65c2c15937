"""Which declared numbers of a plan the rules and reports read, traced while they run.

Every class of noun gets a ``__getattribute__`` that records who reads which field of which object. Code that treats all
fields alike (reading, comparing and copying plans) does not count as a reader.
"""

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import date
from itertools import chain
from typing import TypeVar, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le

from petaplan.capacity.check import report_on
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.fabrics.bill import bill_of
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.failover.table import failover_tables
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.report.check import CheckResult, check_document
from petaplan.capacity.resolving import resolve

TREATS_ALL_ALIKE = frozenset(
    {
        "dataclasses",
        "petaplan.capacity.claims",
        "petaplan.capacity.hidden",
        "petaplan.capacity.hub",
        "petaplan.capacity.noun",
        "petaplan.capacity.references",
        "petaplan.capacity.renames",
        "petaplan.capacity.rules.data.unread",
        "petaplan.capacity.document.strict",
        "petaplan.capacity.document.verified",
    }
)
"""Modules that read fields because they are there; ``claims.planned`` prints what a rule has read by then."""

Part = TypeVar("Part")
Declared = tuple[Noun, str]
"""An object and one of its fields."""


def _kinds(kind: type[Noun]) -> Iterator[type[Noun]]:
    for sub in kind.__subclasses__():
        yield from (sub, *_kinds(sub))


def _recording(
    plain: Callable[[object, str], object], names: frozenset[str], reads: set[tuple[int, str]]
) -> Callable[[object, str], object]:
    def recording(self: object, name: str) -> object:
        if name in names and sys._getframe(1).f_globals.get("__name__") not in TREATS_ALL_ALIKE:
            reads.add((id(self), name))
        return plain(self, name)

    return recording


@contextmanager
def recorded() -> Iterator[set[tuple[int, str]]]:
    """The fields that are read inside the block, by the identity of the object."""
    reads: set[tuple[int, str]] = set()
    before = [(kind, vars(kind).get("__getattribute__"), kind.__getattribute__) for kind in dict.fromkeys(_kinds(Noun))]
    for kind, _, plain in before:
        names = frozenset(one.name for one in fields(kind))
        kind.__getattribute__ = _recording(plain, names, reads)  # type: ignore[method-assign]
    try:
        yield reads
    finally:
        for kind, own, _ in before:
            if own is not None:
                kind.__getattribute__ = own  # type: ignore[method-assign]
            else:
                del kind.__getattribute__


def numbers(value: object) -> Iterator[Declared]:
    """The numbers and days that a plan declares other than by default, in every noun of it."""
    if isinstance(value, Noun):
        for one in fields(value):
            held = getattr(value, one.name)
            if isinstance(held, int | float | date) and not isinstance(held, bool):
                if one.default is MISSING or held != one.default:
                    yield value, one.name
            else:
                yield from numbers(held)
    elif isinstance(value, tuple):
        yield from chain.from_iterable(numbers(item) for item in value)


def read_and_unread(plan: Hub) -> tuple[list[Declared], list[Declared]]:
    """The declared numbers of a plan that rules and reports read, and those that they do not."""
    design = resolve(in_order(plan), catalogue_of(plan))
    hub = design.hub
    with recorded() as reads:
        report = report_on(design)
        check_document(CheckResult(report=report))
        failover_tables(design)
        bill_of(design)
    found = list(numbers(hub))
    read = [one for one in found if (id(one[0]), one[1]) in reads]
    return read, [one for one in found if (id(one[0]), one[1]) not in reads]


def with_value(value: Part, kind: type[Noun], field: str, number: float) -> Part:
    """A plan, or a part of one, in which every noun of a kind has a number in a field."""
    if isinstance(value, Noun):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        made = {name: with_value(part, kind, field, number) for name, part in held.items()}
        if type(value) is kind:
            made[field] = number
        return value.replace(**{name: part for name, part in made.items() if part is not held[name]})
    if isinstance(value, tuple):
        parts = tuple(with_value(part, kind, field, number) for part in value)
        return value if all(one is other for one, other in zip(parts, value, strict=True)) else parts  # type: ignore[return-value]
    return value


def optional_numbers(plan: Hub) -> Iterator[tuple[type[Noun], str, float]]:
    """Each number that a kind of noun of a plan may leave out, and one that its bounds allow."""
    for kind in sorted(_kinds_in(plan), key=lambda kind: kind.__name__):
        hints = get_type_hints(kind, include_extras=True)
        for one in fields(kind):
            number = _type_of(hints[one.name])
            if one.default is not MISSING and number is not None:
                yield kind, one.name, number(_within(hints[one.name], 7 if number is int else 77.5))


def _kinds_in(value: object) -> set[type[Noun]]:
    parts: Iterable[object] = value if isinstance(value, tuple) else ()
    found: set[type[Noun]] = set()
    if isinstance(value, Noun):
        found, parts = {type(value)}, [getattr(value, one.name) for one in fields(value)]
    return found.union(*map(_kinds_in, parts))


def _type_of(hint: object) -> type[int] | type[float] | None:
    """The type of a field that holds a number; None for everything else."""
    if hint in (int, float):
        return hint
    if get_origin(hint) is tuple:
        return None
    return next((found for part in get_args(hint) if (found := _type_of(part))), None)


def _within(hint: object, number: float) -> float:
    """The number nearest to another that the bounds of a field allow."""
    bounds = list(_bounds(hint))
    least = max([float(str(bound.ge)) for bound in bounds if isinstance(bound, Ge)], default=-math.inf)
    most = min([float(str(bound.le)) for bound in bounds if isinstance(bound, Le)], default=math.inf)
    return max(least, min(most if most > 1 else most * 0.95, number))


def _bounds(hint: object) -> Iterator[Ge | Le]:
    yield from (one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Ge | Le))
    for part in get_args(hint):
        yield from _bounds(part)
