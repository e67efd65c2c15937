"""Sections of a report whose JSON is that of its view: each cell with its place in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from petaplan.reporting.cells import Cell, Comparison, Day, Number, Phrase, Several, Share, Status
from petaplan.reporting.document import Block, Document, Row, Section, Table


def placed(document: Document, base: str) -> Iterator[Section]:
    """The sections with the pointers of their cells; ``base`` is where the JSON of the view stands."""
    for at, section in enumerate(document.sections):
        blocks = tuple(
            _block(block, f"{base}/sections/{at}/blocks/{place}") for place, block in enumerate(section.blocks)
        )
        yield replace(section, blocks=blocks)


def _block(block: Block, base: str) -> Block:
    if isinstance(block, Table):
        return _table(block, base)
    return replace(block, cells=tuple(_sentence(cell, f"{base}/lines/{at}") for at, cell in enumerate(block.cells)))


def _sentence(cell: Cell, base: str) -> Cell:
    """A sentence whose numbers have their places in its JSON."""
    match cell:
        case Phrase(cells=cells):
            return replace(cell, cells={key: _part(one, f"{base}/cells/{key}") for key, one in cells.items()})
        case Several(cells=several):
            return replace(cell, cells=tuple(_part(one, f"{base}/{at}") for at, one in enumerate(several)))
        case _:
            return cell


def _part(cell: Cell, base: str) -> Cell:
    return replace(cell, pointer=f"{base}/value") if isinstance(cell, Number) else _sentence(cell, base)


def pointed(cell: Cell, places: Mapping[str, str]) -> Cell:
    """A sentence whose numbers have places, by the names that they have in its template."""
    if not isinstance(cell, Phrase):
        return cell
    cells = {
        key: replace(one, pointer=places[key]) if isinstance(one, Number) and key in places else pointed(one, places)
        for key, one in cell.cells.items()
    }
    return replace(cell, cells=cells)


def _table(table: Table, base: str) -> Table:
    return replace(table, rows=[_row(row, f"{base}/rows/{at}") for at, row in enumerate(table.rows)])


def _row(row: Row, base: str) -> Row:
    places = {key: f"{base}/{key}{member}" for key, cell in row.cells.items() if (member := _member(cell)) is not None}
    cells = {key: _sentence(cell, f"{base}/{key}") for key, cell in row.cells.items()}
    return replace(row, cells=cells, pointer=base, pointers=places)


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
