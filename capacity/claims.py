"""Claims: a demand held against a capacity for one subject, with the numbers behind both.

A rule writes a claim with ``at_most``, ``at_least``, ``must_be_zero`` or ``unknown``. ``planned`` gives the numbers
of the plan, with the unit of the field's annotation.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol, get_args, get_type_hints

from petaplan.capacity.findings import DATE, Given, Input, Later, Verdict
from petaplan.capacity.units import Unit

PLAN = "this plan"
"""Source of a number that the plan declares."""
LOAD_FLOW = "load flow of this plan"
"""Source of a number that the load flow gives."""

Hint = str | Callable[[float], str]
"""What would mend a claim that fails: a text, or a function of demand minus capacity that writes it."""


class Subject(Protocol):
    """What a claim is about: a declared object, or a waiver."""

    @property
    def name(self) -> str:
        """Its name in the plan."""


@dataclass(slots=True)
class Claim:
    """Demand held against capacity for one subject; it holds where demand is at most capacity.

    It is created, judged and dropped.
    """

    subject: Subject
    """The declared object that it is about."""
    part: str = ""
    """Part of the subject, such as ``racks[2]`` or the name of a loss."""
    demand: float | None = None
    capacity: float | None = None
    unit: str = ""
    inputs: tuple[Given, ...] = ()
    hint: Hint = ""
    """What would mend it, in units that a person can act on; written only where the claim fails."""
    missing: tuple[str, ...] = ()
    """Values without which the claim is unknown."""
    note: str = ""
    culprit: str = ""
    """The object that is short, where the subject is another one: the overloaded survivor of a loss."""
    severity: Verdict | None = None
    """Verdict where it fails, if that is milder than its rule's."""
    at_best: Verdict = Verdict.PASS
    """Verdict where it holds, if nobody can say that it passes."""


def at_most(
    subject: Subject,
    demand: float | None,
    limit: float | None,
    unit: str,
    *,
    part: str = "",
    inputs: tuple[Given, ...] = (),
    hint: Hint = "",
    missing: tuple[str, ...] = (),
    note: str = "",
) -> Claim:
    """The claim that a demand stays within a limit; unknown where the demand is, or rests on a missing value."""
    return Claim(subject, part, None if missing else demand, limit, unit, inputs, hint, missing, note)


def at_least(
    subject: Subject,
    value: float | None,
    least: float,
    unit: str,
    *,
    part: str = "",
    inputs: tuple[Given, ...] = (),
    hint: Hint = "",
    missing: tuple[str, ...] = (),
    note: str = "",
) -> Claim:
    """The claim that a value reaches what is asked; its demand is what is asked, its capacity is the value."""
    return Claim(subject, part, None if missing else least, value, unit, inputs, hint, missing, note)


def must_be_zero(
    subject: Subject,
    amount: float,
    unit: str,
    *,
    part: str = "",
    inputs: tuple[Given, ...] = (),
    hint: Hint = "",
    missing: tuple[str, ...] = (),
    note: str = "",
) -> Claim:
    """The claim that there is none of something."""
    return Claim(subject, part, None if missing else float(amount), 0.0, unit, inputs, hint, missing, note)


def unknown(
    subject: Subject,
    unit: str,
    missing: tuple[str, ...],
    *,
    part: str = "",
    demand: float | None = None,
    capacity: float | None = None,
) -> Claim:
    """A claim of which demand, capacity or both cannot be computed."""
    return Claim(subject, part, demand, capacity, unit, missing=missing)


def planned(noun: object, *fields: str) -> Later:
    """Fields of a noun as inputs: name, value, unit of the annotation, and the plan as the source."""
    return Later((_planned, noun, fields))


def _planned(noun: object, fields: tuple[str, ...]) -> list[Input]:
    units = units_of(type(noun))  # type: ignore[arg-type]  # classes are hashable
    return [Input(field, getattr(noun, field), units[field], PLAN) for field in fields]


def planned_of(noun: Subject, *fields: str) -> Later:
    """The same, each name followed by that of the noun, where a claim has several nouns of one kind."""
    return Later((_planned_of, noun, fields))


def _planned_of(noun: Subject, fields: tuple[str, ...]) -> list[Input]:
    units = units_of(type(noun))
    return [Input(f"{field} of {noun.name}", getattr(noun, field), units[field], PLAN) for field in fields]


NONE_OF_THEM = Later((tuple,))


def each_of(names: Iterable[str], what: str, unit: str = "", source: str = PLAN) -> Later:
    """The things that a claim counts, one input each, so that the count follows from what is printed."""
    several = tuple(names)
    return Later((_each_of, several, what, unit or what, source)) if several else NONE_OF_THEM


def _each_of(names: tuple[str, ...], what: str, unit: str, source: str) -> list[Input]:
    return [Input(f"{what} {name}", 1, unit, source) for name in names]


def on_day(name: str, day: date, source: str = PLAN) -> Input:
    """A date as an input: its value is the day as the number YYYYMMDD, its unit is ``date``."""
    return Input(name, day.year * 10_000 + day.month * 100 + day.day, DATE, source)


@cache
def units_of(kind: type) -> dict[str, str]:
    """Symbol of each field whose annotation names a unit."""
    hints = get_type_hints(kind, include_extras=True)
    return {field: symbol for field, hint in hints.items() if (symbol := _symbol(hint)) is not None}


def _symbol(hint: object) -> str | None:
    """The unit in an annotation, however deep; None where it has none."""
    if isinstance(hint, Unit):
        return hint.symbol
    parts = (*getattr(hint, "__metadata__", ()), *get_args(hint))
    return next((symbol for part in parts if (symbol := _symbol(part)) is not None), None)
