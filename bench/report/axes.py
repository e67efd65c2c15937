"""Parts of an SVG chart: a frame with scales, round tick values, text and marks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

INK, MUTED, GRID, PAPER = "#111827", "#6b7280", "#e5e7eb", "#ffffff"


def ticks(low: float, high: float, wanted: int = 5) -> tuple[float, ...]:
    """Round numbers within a range: multiples of 1, 2 or 5 times a power of ten.

    >>> ticks(0.0, 9.3), ticks(3480.0, 3520.0)
    ((0.0, 2.0, 4.0, 6.0, 8.0), (3480.0, 3490.0, 3500.0, 3510.0, 3520.0))
    """
    rough = (high - low) / wanted
    if not (math.isfinite(rough) and rough > 0.0):
        return (low,)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first
    return tuple(round((first + index) * step, 12) for index in range(count + 1))


def labels(values: Sequence[float]) -> tuple[str, ...]:
    """The ticks with as many decimals as their distance needs.

    >>> labels((0.195, 0.2, 0.205)), labels((0.0, 500.0, 1000.0))
    (('0.195', '0.200', '0.205'), ('0', '500', '1,000'))
    """
    step = abs(values[1] - values[0]) if len(values) > 1 else abs(values[0]) or 1.0
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    return tuple(f"{value:,.{decimals}f}" for value in values)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, colour: str = INK, weight: str = "normal"
) -> str:
    """A line of text with its baseline at y."""
    style = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1.0) -> str:
    """A filled rectangle; one too thin to be seen is drawn a pixel high."""
    size = f'width="{max(width, 1.0):.1f}" height="{max(height, 1.0):.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}" fill-opacity="{opacity:g}"/>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A rectangle of the picture and the value ranges that it shows."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float]

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    def x(self, value: float) -> float:
        """Horizontal position of a value."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        """Vertical position of a value."""
        low, high = self.y_range
        return self.bottom - (value - low) / (high - low) * self.height

    def y_axis(self, title: str) -> Iterator[str]:
        """Grid lines with their numbers, and what they count, upright at the left."""
        marks = ticks(*self.y_range, wanted=4)
        for value, label in zip(marks, labels(marks), strict=True):
            yield line(self.left, self.y(value), self.right, self.y(value), GRID)
            yield text(self.left - 8, self.y(value) + 4, label, anchor="end", size=11, colour=MUTED)
        x, middle = self.left - 62, self.top + self.height / 2
        yield (
            f'<text x="{x:.1f}" y="{middle:.1f}" transform="rotate(-90 {x:.1f} {middle:.1f})" text-anchor="middle" '
            f'font-size="12" fill="{INK}">{escape(title)}</text>'
        )

    def x_axis(self, title: str) -> Iterator[str]:
        """The base line with its numbers, and what they count."""
        yield line(self.left, self.bottom, self.right, self.bottom, MUTED)
        marks = ticks(*self.x_range, wanted=8)
        for value, label in zip(marks, labels(marks), strict=True):
            yield line(self.x(value), self.bottom, self.x(value), self.bottom + 4, MUTED)
            yield text(self.x(value), self.bottom + 17, label, anchor="middle", size=11, colour=MUTED)
        if title:
            yield text(self.left + self.width / 2, self.bottom + 33, title, anchor="middle")


def around(values: Sequence[float], *, share: float = 0.08) -> tuple[float, float]:
    """A range that holds the values with some room; equal values get one per cent of it."""
    low, high = min(values), max(values)
    room = (high - low) * share or abs(high) * 0.01 or 1.0
    return low - room, high + room
