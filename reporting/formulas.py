"""Text in the cells of spreadsheets: none of it is a formula, and it reads back the same."""

import re

_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n]")
"""What a spreadsheet takes for the start of a formula, the wide signs of East Asian keyboards among them."""

ESCAPE = "'"
"""Stands before text that would be a formula, and before text that starts with it."""


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula.

    >>> is_formula("=1+1"), is_formula(" @SUM(A1)"), is_formula("a-b"), is_formula("")
    (True, True, False, False)
    """
    return _FORMULA.match(cell) is not None


def neutral(text: str) -> str:
    r"""Text as a cell that no spreadsheet evaluates; ``as_written`` undoes it.

    >>> neutral("=1+1"), neutral("'a"), neutral("a=1"), neutral("\tb")
    ("'=1+1", "''a", 'a=1', "'\tb")
    """
    return ESCAPE + text if text.startswith(ESCAPE) or is_formula(text) else text


def as_written(cell: str) -> str:
    """The text that a cell was made of.

    >>> as_written("'=1+1"), as_written("''a"), as_written("a=1")
    ('=1+1', "'a", 'a=1')
    """
    return cell.removeprefix(ESCAPE)
