"""The main table of a document as separated values, for spreadsheets and programs."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from petaplan.reporting.cells import BLANK, Cell, Number, Several
from petaplan.reporting.document import Document, Row, Table
from petaplan.reporting.formulas import neutral
from petaplan.reporting.safety import one_line
from petaplan.reporting.wording import fields_of

LOWER_BOUNDS = "lower_bounds"
"""The last field of a table whose numbers may be lower bounds: the fields of the row that are, separated by spaces."""

Records = tuple[tuple[str, ...], list[dict[str, object]]]
"""The fields of a table, and a record for each of its rows."""


def records(document: Document) -> Records:
    """The fields of the main tables, and a record for each of their rows; numbers are bare, in the field's unit."""
    return _records(document.main_tables())


def _records(tables: Sequence[Table]) -> Records:
    rows = [dict(_record(table, row)) for table in tables for row in table.rows]
    names = dict.fromkeys(name for row in rows for name in row)
    if not rows:
        names = dict.fromkeys(column.key for table in tables for column in table.columns)
    bounded = names.pop(LOWER_BOUNDS, 0) is None or any(column.bounded for table in tables for column in table.columns)
    return (*names, *([LOWER_BOUNDS] if bounded else [])), rows


def _record(table: Table, row: Row) -> Iterator[tuple[str, object]]:
    for key, constant in table.constants.items():
        yield from fields_of(key, constant).items()
    keys = {column.key for column in table.columns}
    bounds = []
    for column in table.columns:
        cell = row.cells.get(column.key, BLANK)
        yield from fields_of(column.key, cell).items()
        if (number := _bare_number(cell)) is not None:
            bounds += [column.key] if number.lower_bound else []
            if number.unit and not column.unit and "unit" not in keys and not _says(column.key, number.unit):
                yield f"{column.key}_unit", number.unit
    if bounds:
        yield LOWER_BOUNDS, " ".join(bounds)


def _bare_number(cell: Cell) -> Number | None:
    """The number that a field holds without its unit and without a sign of a bound."""
    if isinstance(cell, Several) and len(cell.cells) == 1:
        return _bare_number(cell.cells[0])
    return cell if isinstance(cell, Number) else None


def _says(key: str, unit: str) -> bool:
    """Whether the key of a column ends with the unit, such as ``length_m``."""
    return key.endswith(f"_{unit.lower()}")


def separated(document: Document, separator: str) -> str:
    """The main table with a head of column keys; no cell is a formula to a spreadsheet."""
    return _separated(records(document), separator)


def every_table(document: Document) -> dict[str, str]:
    """Each table of a document as CSV, by the name of a file; tables of one key are one."""
    tables: dict[str, list[Table]] = {}
    for table in document.tables():
        tables.setdefault(table.key, []).append(table)
    return {f"{key}.csv": _separated(_records(same), ",") for key, same in tables.items()}


def _separated(table: Records, separator: str) -> str:
    names, rows = table
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
    return neutral(one_line(str(value)))
