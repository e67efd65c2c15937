"""Paints: colours and patterns that both themes define."""

from enum import StrEnum


class Paint(StrEnum):
    """A fill of shapes, or the colour of lines. Text or a pattern says the same, because some readers see no colour."""

    SERIES_1 = "series-1"
    SERIES_2 = "series-2"
    SERIES_3 = "series-3"
    SERIES_4 = "series-4"
    SERIES_5 = "series-5"
    SERIES_6 = "series-6"
    SERIES_7 = "series-7"
    SERIES_8 = "series-8"
    STEP_1 = "step-1"
    """The lowest of six steps of a quantity."""
    STEP_2 = "step-2"
    STEP_3 = "step-3"
    STEP_4 = "step-4"
    STEP_5 = "step-5"
    STEP_6 = "step-6"
    """The highest."""
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    LOST = "lost"
    """The object that is lost: hatched."""
    DARK = "dark"
    """Without power or cooling: dotted."""
    UNKNOWN = "unknown"
    QUIET = "quiet"
    """Ground and outlines."""
    PLAIN = "plain"


SERIES = tuple(paint for paint in Paint if paint.startswith("series-"))
STEPS = tuple(paint for paint in Paint if paint.startswith("step-"))
