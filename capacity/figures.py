"""A figure: a number with unit, source, date and status."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Len

from petaplan.capacity.noun import Noun
from petaplan.capacity.units import Text


class Status(StrEnum):
    """How a figure is known, best first."""

    MEASURED = "measured"
    """The bench of petaplan measured it on these devices."""
    REPORTED = "reported"
    """Somebody else measured it."""
    DATASHEET = "datasheet"
    """The maker's datasheet, document, configuration or paper has it."""
    QUOTED = "quoted"
    """A dated offer has it."""
    RELAYED = "relayed"
    """The press or another page relays the maker's words."""
    DERIVED = "derived"
    """It follows from other figures; the note says how."""
    ANALYST = "analyst"
    """An analyst, a procurement list or the press has it."""
    ASSUMED = "assumed"
    """Somebody chose it; the note gives the reason."""
    UNVERIFIED = "unverified"
    """It is general knowledge, taken from no document. It never lifts a verdict."""

    @property
    def rank(self) -> int:
        """Place on the ladder; 0 is the best."""
        return LADDER.index(self)


LADDER = tuple(Status)
"""The statuses, best first."""

UNPUBLISHED = frozenset((Status.ASSUMED, Status.UNVERIFIED))
"""Statuses of figures that no document has."""


def worst_of(*statuses: Status) -> Status:
    """The lowest of some statuses.

    >>> str(worst_of(Status.DATASHEET, Status.DERIVED))
    'derived'
    """
    return max(statuses, key=LADDER.index)


class Precision(StrEnum):
    """A number format of a multiply-accumulate; there is no conversion between two of them."""

    FP64 = "fp64"
    """64-bit floating point."""
    FP32 = "fp32"
    """32-bit floating point."""
    TF32 = "tf32"
    """32-bit storage with 10 bits of mantissa in the multiplication."""
    BF16 = "bf16"
    """16-bit floating point with 8 bits of exponent."""
    FP16 = "fp16"
    """16-bit floating point with 5 bits of exponent."""
    FP8 = "fp8"
    """8-bit floating point."""
    FP4 = "fp4"
    """4-bit floating point."""
    INT8 = "int8"
    """8-bit integers."""
    UNSTATED = "unstated"
    """No number format is named: of a target alone, never of a figure."""

    @property
    def bits(self) -> int:
        """Bit length of the operands, as export rules count it (TF32 is 19 bits long); 0 where it is unstated."""
        if self is Precision.UNSTATED:
            return 0
        return 19 if self is Precision.TF32 else int("".join(c for c in self.value if c.isdigit()))

    @property
    def rate_unit(self) -> str:
        """Integers are not floating point: their rate is in POP/s."""
        return "POP/s" if self is Precision.INT8 else "PFLOP/s"


STATED = tuple(precision for precision in Precision if precision is not Precision.UNSTATED)
"""The number formats."""


class Sparsity(StrEnum):
    """Whether every multiplication counted is really done."""

    DENSE = "dense"
    """Every multiplication counted is done."""
    TWO_OF_FOUR = "2:4"
    """Two of four weights are zero; their multiplications count and are not done."""


class Engine(StrEnum):
    """The part of a chip that gives a rate."""

    MATRIX = "matrix"
    """Matrix units, such as tensor cores or cubes."""
    VECTOR = "vector"
    """Vector units."""


class Origin(StrEnum):
    """How a number came from its source, in files of version 0.1."""

    STATED = "stated"
    """The maker's datasheet, document, configuration or paper has it."""
    RELAYED = "relayed"
    """The press or another page reports the maker's statement."""
    MEASURED = "measured"
    """A third party measured it."""
    ESTIMATED = "estimated"
    """An analyst estimated it."""
    PRESS = "press"
    """The press, a procurement list or a collection of figures has it."""
    DERIVED = "derived"
    """It follows from other figures; the note says how."""
    UNVERIFIED = "unverified"
    """It is general knowledge, taken from no document: check it before you use it."""


_RUNG = {
    Origin.STATED: Status.DATASHEET,
    Origin.RELAYED: Status.RELAYED,
    Origin.MEASURED: Status.REPORTED,
    Origin.ESTIMATED: Status.ANALYST,
    Origin.PRESS: Status.ANALYST,
    Origin.DERIVED: Status.DERIVED,
    Origin.UNVERIFIED: Status.UNVERIFIED,
}


def status_of(status: Status, origin: Origin) -> Status:
    """The status of a figure that version 0.1 described by status and origin: the worse of the two.

    >>> str(status_of(Status.ASSUMED, Origin.UNVERIFIED)), str(status_of(Status.MEASURED, Origin.MEASURED))
    ('unverified', 'reported')
    """
    return worst_of(status, _RUNG[origin])


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherFigure(Noun):
    """A number that another document gives for the same thing, in the same unit."""

    value: float
    source: Annotated[str, Len(1, 40)]
    """Key of the document."""
    as_of: date
    status: Status

    def __str__(self) -> str:
        return f"{self.value:g} ({self.status}, {self.source}, {self.as_of})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure(Noun):
    """A number with its unit, its source, the date of the source and how it is known."""

    value: float
    unit: Annotated[str, Len(1, 20)]
    source: Annotated[str, Len(1, 40)]
    """Key of the document in ``sources.yaml``, or the words "this plan"."""
    as_of: date
    status: Status
    origin: Origin | None = None
    """Read from files of version 0.1, and merged into the status."""
    low: float | None = None
    """Lower end of its range: variants, settings, or numbers that circulate without a document."""
    high: float | None = None
    """Upper end of its range."""
    elsewhere: Annotated[tuple[OtherFigure, ...], Len(0, 8)] = ()
    """What other documents give for the same thing. A review tells one that is more than 5 % away (DATA-007)."""
    note: Text | None = None

    def __post_init__(self) -> None:
        """A figure is no better than its origin, which files of version 0.1 state beside the status."""
        if self.origin is not None:
            object.__setattr__(self, "status", status_of(self.status, self.origin))
            object.__setattr__(self, "origin", None)

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit} ({self.status}, {self.source}, {self.as_of})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Noun):
    """A document that figures are taken from."""

    key: Annotated[str, Len(1, 40)]
    document: Text
    read_on: date
    url: Annotated[str, Len(1, 500)] | None = None
