"""Pointers of cells, found where the JSON of the same report has the value of the cell."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from petaplan.reporting.cells import Cell, Missing
from petaplan.reporting.document import Block, Lines, Row, Section
from petaplan.reporting.web.wording import value_attributes

NOWHERE = object()


def resolved(sections: Iterable[Section], report: object) -> Iterator[Section]:
    """Sections whose rows point into a report: each cell gets the member of its own name that has just its value."""
    for section in sections:
        yield replace(section, blocks=tuple(_block(block, report) for block in section.blocks))


def at(report: object, pointer: str) -> object:
    """The value at a JSON pointer (RFC 6901), or ``NOWHERE``.

    >>> at({"a/b": [1, 2]}, "/a~1b/1")
    2
    """
    found = report
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isascii() and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return NOWHERE
    return found


def _block(block: Block, report: object) -> Block:
    return block if isinstance(block, Lines) else replace(block, rows=[_row(row, report) for row in block.rows])


def _row(row: Row, report: object) -> Row:
    if not row.pointer:
        return row
    found = {key: f"{row.pointer}/{key}" for key, cell in row.cells.items() if _is_there(cell, row, key, report)}
    return replace(row, pointers={**found, **row.pointers})


def _is_there(cell: Cell, row: Row, key: str, report: object) -> bool:
    if isinstance(cell, Missing):
        return False
    pointer = f"{row.pointer}/{key}"
    shown: object = json.loads(str(value_attributes(cell, pointer)["data-value"]))
    return bool(at(report, pointer) == shown)
