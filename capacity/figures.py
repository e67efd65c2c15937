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
    DATASHEET = "datasheet"
    ANALYST = "analyst"
    ASSUMED = "assumed"


class Precision(StrEnum):
    """A number format of a multiply-accumulate; there is no conversion between two of them."""

    FP64 = "fp64"
    FP32 = "fp32"
    TF32 = "tf32"
    BF16 = "bf16"
    FP16 = "fp16"
    FP8 = "fp8"
    FP4 = "fp4"
    INT8 = "int8"

    @property
    def bits(self) -> int:
        """Bit length of the operands, as export rules count it (TF32 is 19 bits long)."""
        return 19 if self is Precision.TF32 else int("".join(c for c in self.value if c.isdigit()))

    @property
    def rate_unit(self) -> str:
        """Integers are not floating point: their rate is in POP/s."""
        return "POP/s" if self is Precision.INT8 else "PFLOP/s"


class Sparsity(StrEnum):
    """Whether every multiplication counted is really done."""

    DENSE = "dense"
    TWO_OF_FOUR = "2:4"


class Engine(StrEnum):
    """The part of a chip that gives a rate."""

    MATRIX = "matrix"
    VECTOR = "vector"


class Origin(StrEnum):
    """How a number came from its source."""

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
    """How the number came from its source."""
    low: float | None = None
    """Lowest value that a serious source gives, where sources disagree."""
    high: float | None = None
    note: Text | None = None

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit} ({self.status}, {self.source}, {self.as_of})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Noun):
    """A document that figures are taken from."""

    key: Annotated[str, Len(1, 40)]
    document: Text
    read_on: date
    url: Annotated[str, Len(1, 500)] | None = None
