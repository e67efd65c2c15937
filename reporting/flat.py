"""The main table of a document as separated values, for spreadsheets and programs."""

import csv
from collections.abc import Iterator
from io import StringIO

from petaplan.reporting.cells import BLANK
from petaplan.reporting.document import Document, Row, Table
from petaplan.reporting.safety import one_line
from petaplan.reporting.wording import fields_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def records(document: Document) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    """The fields of the main tables, and a record for each of their rows; numbers are bare, in the field's unit."""
    rows = [dict(_record(table, row)) for table in document.main_tables() for row in table.rows]
    names = dict.fromkeys(name for row in rows for name in row)
    if not rows:
        names = dict.fromkeys(column.key for table in document.main_tables() for column in table.columns)
    return tuple(names), rows


def _record(table: Table, row: Row) -> Iterator[tuple[str, object]]:
    for key, constant in table.constants.items():
        yield from fields_of(key, constant).items()
    for column in table.columns:
        yield from fields_of(column.key, row.cells.get(column.key, BLANK)).items()


def separated(document: Document, separator: str) -> str:
    """The main table with a head of column keys; no cell is a formula to a spreadsheet."""
    names, rows = records(document)
    page = StringIO()
    writer = csv.writer(page, delimiter=separator, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([field(row.get(name)) for name in names])
    return page.getvalue()


def field(value: object) -> str:
    r"""One value as a field: a number as it is, text that a spreadsheet can't take for a formula.

    >>> field(-1.5), field("=1+1"), field(None), field("two\nlines")
    ('-1.5', "'=1+1", '', 'two lines')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return repr(value)
    text = one_line(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
