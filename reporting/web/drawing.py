"""Drawings: shapes with names, from which one place makes SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from petaplan.reporting.cells import Cell
from petaplan.reporting.document import Table
from petaplan.reporting.web.paint import Paint


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Properties of every shape. Lengths are in units of the drawing."""

    key: str = ""
    """By which states of the drawing find it; unique in the drawing."""
    paint: Paint | None = None
    classes: tuple[str, ...] = ()
    """By which states paint many shapes: lower case letters, digits and hyphens."""
    title: Cell | None = None
    """Shown when a pointer rests on it, and read aloud."""
    figure: Cell | None = None
    """The figure that it shows."""
    pointer: str = ""
    """JSON pointer (RFC 6901) of the figure."""
    shown_from: date | None = None
    """First day on which it is there."""
    shown_until: date | None = None
    """First day on which it is gone."""
    selects: str = ""
    """Key of the state that it selects; the reader reaches it by keyboard too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rect(Shape):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle(Shape):
    """A circle."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Path(Shape):
    """Straight lines through points."""

    points: tuple[tuple[float, float], ...]
    closed: bool = False
    """Whether it has an area; otherwise the paint is that of the line."""
    dashed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Label(Shape):
    """Text on one line; ``y`` is its base line."""

    x: float
    y: float
    text: Cell
    size: float = 12
    anchor: Literal["start", "middle", "end"] = "start"
    strong: bool = False
    turned: bool = False
    """Whether it reads upwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Shape):
    """Shapes that move, and are selected, together."""

    shapes: tuple[Shape, ...]
    x: float = 0
    y: float = 0
    leads_to: tuple[str, ...] = ()
    """Keys of a page and of a drawing on it that it is a link to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """Shapes in a frame, and the table of what they show behind it."""

    key: str
    title: Cell
    description: Cell
    """Read aloud in place of the drawing."""
    width: float
    height: float
    shapes: tuple[Shape, ...]
    table: Table | None = None

    def every_shape(self) -> Iterator[Shape]:
        """The shapes, those in groups included."""
        stack = list(reversed(self.shapes))
        while stack:
            shape = stack.pop()
            yield shape
            if isinstance(shape, Group):
                stack += reversed(shape.shapes)
