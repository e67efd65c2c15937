"""Sections of a report whose JSON is that of its view: each cell with its place in it."""

from collections.abc import Iterator
from dataclasses import replace

from petaplan.reporting.cells import Cell, Comparison, Day, Number, Share, Status
from petaplan.reporting.document import Document, Row, Section, Table


def placed(document: Document, base: str) -> Iterator[Section]:
    """The sections with the pointers of their cells; ``base`` is where the JSON of the view stands."""
    for at, section in enumerate(document.sections):
        blocks = tuple(
            _table(block, f"{base}/sections/{at}/blocks/{place}") if isinstance(block, Table) else block
            for place, block in enumerate(section.blocks)
        )
        yield replace(section, blocks=blocks)


def _table(table: Table, base: str) -> Table:
    return replace(table, rows=[_row(row, f"{base}/rows/{at}") for at, row in enumerate(table.rows)])


def _row(row: Row, base: str) -> Row:
    places = {key: f"{base}/{key}{member}" for key, cell in row.cells.items() if (member := _member(cell)) is not None}
    return replace(row, pointer=base, pointers=places)


def _member(cell: Cell) -> str | None:
    """Where the value of a cell stands in the JSON of the cell; None for cells that are words."""
    match cell:
        case Number():
            return "/value"
        case Share() | Day():
            return ""
        case Status():
            return "/status"
        case Comparison(demand=float()):
            return "/demand"
        case _:
            return None
