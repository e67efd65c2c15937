"""A plan as a workbook of a spreadsheet, to be looked at: a sheet for each table, without formulas.

Text stands in cells of text, with the sign that keeps a spreadsheet from evaluating it when somebody edits the cell.
"""

from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from petaplan.capacity.document.columns import TableForm, table_forms
from petaplan.capacity.document.plan import document
from petaplan.capacity.document.plan_rows import Cell, Rows, tables_of
from petaplan.capacity.document.plan_tables import heads_of
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""

MOST_EXACT = 2**53
"""Whole numbers up to here are exact in a sheet; larger ones stand there as text."""

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(hub: Hub) -> bytes:
    """The tables of a plan as XLSX; the same hub gives the same bytes.

    Raises:
        PlanError: where a table has more rows than a sheet.
    """
    tables = tables_of(document(hub))
    for name, rows in tables.items():
        if len(rows) > MOST_ROWS:
            found, expected = f"{len(rows):,} rows", f"at most {MOST_ROWS:,}, as a sheet has"
            raise PlanError([Problem(where=name, found=found, expected=expected, advice="export it as csv")])
    page = BytesIO()
    with Workbook(page, _OPTIONS) as book:
        book.set_properties({"title": hub.name, "created": _EPOCH})
        head = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _fill(sheet, table_forms()[name], rows, head)
    return page.getvalue()


def _fill(sheet: Worksheet, table: TableForm, rows: Rows, head: object) -> None:
    heads = heads_of(table, rows)
    for column, name in enumerate(heads):
        sheet.write_string(0, column, name, head)
        sheet.set_column(column, column, min(len(name) + 2, 40))
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(heads):
            if name in row:
                _put(sheet, number, column, row[name])


def _put(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and abs(cell) <= MOST_EXACT:
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, str(cell))
