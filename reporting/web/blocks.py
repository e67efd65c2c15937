"""Blocks of a page besides sections: charts, drawings, and controls that show or select parts of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from petaplan.reporting.cells import Cell
from petaplan.reporting.document import Section, Table
from petaplan.reporting.web.drawing import Drawing
from petaplan.reporting.web.paint import Paint

Spec = Mapping[str, object]
"""A chart in the language of Vega-Lite, as plain values of JSON."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart, and the table of its numbers behind it."""

    key: str
    title: Cell
    description: Cell
    """Read aloud in place of the chart."""
    spec: Spec
    table: Table
    words: tuple[str, ...] = ()
    """Titles and names of series in the specification that have translations."""
    named: Mapping[str, Cell] = field(default_factory=dict)
    """Names in the specification with the cell that is shown for each, such as an item with its phase."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnDemand:
    """A long table that the page makes when the reader opens its title.

    A figure stands in the JSON report below the pointer of its row, under the key of its column.
    """

    key: str
    title: Cell
    table: Table


@dataclass(frozen=True, kw_only=True, slots=True)
class LegendEntry:
    """A colour or pattern and its meaning."""

    paint: Paint
    label: Cell
    count: Cell | None = None
    pointer: str = ""
    """JSON pointer of the count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Legend:
    """The meaning of colours and patterns."""

    entries: tuple[LegendEntry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DaySlider:
    """A control of one page: shapes, rows and blocks with ``shown_from`` or ``shown_until`` follow its day."""

    key: str
    title: Cell
    days: tuple[tuple[date, Cell], ...]
    """In order, each with its name; the first one is shown at the start."""


@dataclass(frozen=True, kw_only=True, slots=True)
class During:
    """Blocks of some days."""

    blocks: "tuple[Block, ...]"
    shown_from: date | None = None
    """First day."""
    shown_until: date | None = None
    """First day without them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Difference of one shape against its resting state."""

    paint: Paint | None = None
    text: str | None = None
    """New text of a label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One state of a drawing: differences against its resting state, and blocks that say it in words."""

    key: str
    label: Cell
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """By key of a shape."""
    paints: Mapping[str, Paint] = field(default_factory=dict)
    """By class of shapes: for states that colour every shape."""
    blocks: "tuple[Block, ...]" = ()
    row: str = ""
    """Pointer of the row of a table on the page that says it in words; the reader sees the row beside the control."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A control that puts a drawing into one of several states; the first one is shown at the start.

    Shapes of the drawing whose ``selects`` is the key of a state select it too.
    """

    key: str
    title: Cell
    drawing: str
    """Key of the drawing, on the same page."""
    states: tuple[State, ...]


Block = Section | Chart | OnDemand | Drawing | Legend | DaySlider | During | Choices
