"""Words of the facility pages that several of them share."""

from petaplan.reporting.cells import Cell, Missing, Number
from petaplan.reporting.wording import words

ELLIPSIS = "…"
NO_LIMIT = Missing("∞")
"""Load of what may carry nothing, and carries something."""


def cut(text: str, most: int) -> str:
    """A text that fits so many characters: its middle is left out, because its ends tell names apart.

    >>> cut("hall-a-transformers-a", 16)
    'hall-a-tr…mers-a'
    """
    if len(text) <= most:
        return text
    tail = (most - 1) * 2 // 5
    return f"{text[: most - 1 - tail]}{ELLIPSIS}{text[len(text) - tail :]}"


def percent_cell(percent: float) -> Cell:
    """A load in percent of its limit, as the JSON report has it."""
    return NO_LIMIT if percent == float("inf") else Number(value=round(percent, 3), unit="%", decimals=0)


def percent_text(percent: float) -> str:
    """The same as people read it."""
    return words(percent_cell(percent))
