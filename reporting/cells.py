"""One typed value of a report. A cell keeps its value and its unit; renderers choose the wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Tone(StrEnum):
    """What a value says to the reader, whatever the colour is."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    WARNING = "warning"
    NOTE = "note"
    STRONG = "strong"
    QUIET = "quiet"


class Reading(StrEnum):
    """How a comparison of demand and capacity reads."""

    NEEDS = "needs"
    """needs 5 kW, has 3 kW"""
    NEEDS_HAS_NONE = "needs, has none"
    """needs 5 kW, has none"""
    NONE_ALLOWED = "none allowed"
    """3 racks dark, where none is allowed"""
    DEMAND_ALONE = "demand alone"
    """3 racks"""
    REMARK = "remark"
    """The remark: neither side is a number."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    value: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Told(Text):
    """Words of the program itself, with the cell that a page shows, which has a translation.

    Every other output takes it for the text that it is: its bytes stay. Make one by ``wording.told``.
    """

    cell: "Cell" = field(kw_only=True, hash=False)


@dataclass(frozen=True, slots=True)
class Unit(Text):
    """A unit in a cell of its own; a page shows it in the language of the reader."""


@dataclass(frozen=True, slots=True)
class Code:
    """An id, a command or a field, set as code where an output can."""

    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number, its unit and its digits; without a count of digits those that matter."""

    value: float
    unit: str = ""
    """Written after the number unless its column has the unit."""
    decimals: int | None = None
    """Exactly so many."""
    at_most: int | None = None
    """So many or fewer."""
    lower_bound: bool = False
    """Whether the true value may be larger."""
    pointer: str = ""
    """JSON pointer of a number in a sentence, in the JSON report; a cell of a table has that of its row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A part of one, written as a percentage."""

    value: float
    decimals: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """A verdict or another state out of a fixed set; ``key`` is what programs compare."""

    key: str
    label: str = ""
    """What people read; the key unless given."""
    badge: str = ""
    """What a comment shows, with a sign before the word; the label unless given."""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    value: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A line of a file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Missing:
    """No value: not known, or not applicable."""

    mark: str = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A demand held against a capacity, both in one unit; None is unknown."""

    demand: float | None
    capacity: float | None
    unit: str
    reading: Reading = Reading.NEEDS
    remark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """An interval drawn as a part of a whole; ``low`` and ``high`` in the unit of ``whole``."""

    low: float
    high: float
    whole: float


@dataclass(frozen=True, slots=True)
class Several:
    """Cells of one kind in one place."""

    cells: tuple["Cell", ...]
    separator: str = ", "


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with cells in it: ``Phrase("{racks} racks in {hall}", {"racks": ..., "hall": ...})``.

    The template is also the key under which another language finds its own sentence.
    """

    template: str
    cells: Mapping[str, "Cell"] = field(default_factory=dict)
    tone: Tone = Tone.PLAIN


Cell = Text | Code | Number | Share | Status | Day | Source | Missing | Comparison | Bar | Several | Phrase

MISSING = Missing()
BLANK = Missing("")
"""Nothing to say: an empty cell."""


def text(value: str) -> Text | Missing:
    """Words, or an empty cell where there are none."""
    return Text(value) if value else BLANK


def unit(value: str) -> Unit | Missing:
    """A unit, or an empty cell where there is none."""
    return Unit(value) if value else BLANK
