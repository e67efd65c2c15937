"""Cells of the reports: rates with four significant digits, shares, and values that are not known."""

import math

from petaplan.bench.evidence.record import Rate
from petaplan.reporting.cells import Cell, Missing, Number, Share, Text

WIDTH = 160
"""Columns of a text that no terminal shows."""
UNKNOWN = Missing("unknown")
NONE = Missing("none")


def decimals(value: float) -> int:
    """Decimals of four significant digits.

    >>> decimals(0.19371), decimals(798.26), decimals(1402.6)
    (4, 1, 0)
    """
    if value <= 0.0 or not math.isfinite(value):
        return 0
    return max(3 - math.floor(math.log10(value)), 0)


def figure(value: float, unit: str = "") -> Number:
    """A rate."""
    return Number(value=value, unit=unit, decimals=decimals(value))


def median(rate: Rate | None) -> Cell:
    """The median of a rate with its unit."""
    return figure(rate.median, rate.unit) if rate else NONE


def half_width(rate: Rate | None) -> Cell:
    """Half of the 95 % interval as a share of the median."""
    return Share(value=rate.half_width_fraction, decimals=2) if rate else Missing("")


def share(value: float | None, places: int = 1) -> Cell:
    """A part of one."""
    return Share(value=value, decimals=places) if value else UNKNOWN


def lines(texts: list[str]) -> tuple[Text, ...]:
    """Remarks, one a line."""
    return tuple(Text(text) for text in texts)
