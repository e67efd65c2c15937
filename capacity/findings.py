"""Findings: the verdict of a rule on one subject, with its numbers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from petaplan.capacity.noun import Location
from petaplan.reporting.units import number as number  # noqa: PLC0414 - many modules read it from here


class Verdict(StrEnum):
    """What a rule says of one subject."""

    PASS = "pass"
    SHORTFALL = "shortfall"
    WARNING = "warning"
    REVIEW = "review"
    UNKNOWN = "unknown"


WORST_FIRST = (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING, Verdict.REVIEW, Verdict.PASS)
RANK = {verdict: rank for rank, verdict in enumerate(WORST_FIRST)}
"""Place of a verdict in a report, worst first."""


DATE = "date"
"""Unit of an input that is a day; its value is the number YYYYMMDD."""


@dataclass(slots=True, unsafe_hash=True)
class Input:
    """One number of a formula, and its source.

    Treat it as read-only. It is not frozen. A frozen object takes two and a half times as long to create, and a check
    of a large hub creates a million of them.
    """

    name: str
    value: float
    unit: str
    source: str

    def __str__(self) -> str:
        return f"{self.name} = {self.amount} ({self.source})"

    @property
    def amount(self) -> str:
        """The value with its unit, or the day as people write it."""
        if self.unit == DATE:
            digits = f"{int(self.value):08d}"
            return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
        return f"{number(self.value)} {self.unit}"


class Later(tuple[Any, ...]):
    """Inputs that are made when somebody reads them: a function and its arguments, made by ``later``.

    A check makes thousands of them. A tuple is smaller and quicker to make than an object with fields.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Input]:
        return iter(made_of(self[0](*self[1:])))


def later(make: Callable[..., Iterable["Given"]], *arguments: object) -> Later:
    """Inputs that a function makes of some arguments when somebody reads them.

    The function reads nothing that can change, and gives no unverified figure: those are known at once, because they
    decide the verdict.

    >>> [str(given) for given in later(lambda source: [Input("units", 2, "units", source)], "this plan")]
    ['units = 2 units (this plan)']
    """
    return Later((make, *arguments))


Given = Input | Later
"""An input, or some that are made when they are read."""


def made_of(several: Iterable[Given]) -> tuple[Input, ...]:
    """The inputs among some, and those that the others make."""
    return tuple([made for one in several for made in ((one,) if isinstance(one, Input) else one)])


AnyClass = TypeVar("AnyClass", bound=type[Any])


def _with_inputs_when_read(kind: AnyClass) -> AnyClass:
    """A class whose field ``inputs`` holds what was given, and makes the inputs of it when it is first read.

    Comparison, hash, copy and pickle read the field, so they see inputs. Two threads may both make them; both get
    equal ones.
    """
    slot = kind.inputs

    def inputs(self: Any) -> tuple[Input, ...]:
        given: tuple[Given, ...] = slot.__get__(self)
        if all(one.__class__ is Input for one in given):
            return given  # type: ignore[return-value]
        made = made_of(given)
        slot.__set__(self, made)
        return made

    kind.inputs = property(inputs, slot.__set__)
    return kind


HOLDS_BY = "It holds by unverified figures"
"""How the hint of a finding begins that would pass, were its figures taken from a document."""


@_with_inputs_when_read
@dataclass(slots=True, unsafe_hash=True)
class Finding:
    """A rule's verdict on one subject in one phase; treat it as read-only."""

    rule: str
    verdict: Verdict
    kind: str
    subject: str
    phase: str
    """Phase in force on the day of the finding; empty for the plan as a whole."""
    demand: float | None
    capacity: float | None
    unit: str
    formula: str
    inputs: tuple[Input, ...]
    hint: str
    missing: tuple[str, ...]
    note: str
    place: Location | None
    culprit: str = ""
    """The object that is short, where the subject is another one."""

    @property
    def ratio(self) -> float | None:
        """Demand over capacity; None where either is unknown, infinite where the capacity is zero."""
        if self.demand is None or self.capacity is None:
            return None
        if self.capacity == 0:
            return 0.0 if self.demand == 0 else float("inf")
        return self.demand / self.capacity

    @property
    def holds(self) -> bool:
        """Whether it passes, or would if its figures were verified."""
        return self.verdict is Verdict.PASS or self.holds_unverified

    @property
    def holds_unverified(self) -> bool:
        """Whether it is a review for no other reason than that it holds by unverified figures."""
        return self.verdict is Verdict.REVIEW and self.hint.startswith(HOLDS_BY)

    @property
    def identity(self) -> str:
        """Rule, subject and phase: what stays the same when the numbers change."""
        return f"{self.rule}:{self.subject}:{self.phase}"


TOLERANCE = 1e-9
"""Relative tolerance of a comparison, for the rounding of floating-point sums."""


def count_of(count: float, one: str, many: str = "") -> str:
    """A number of things, with the noun in singular or plural.

    >>> count_of(1, "rack"), count_of(1200.0, "rack"), count_of(2, "switch", "switches")
    ('1 rack', '1,200 racks', '2 switches')
    """
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"
