"""A document as plain values: every cell with its kind, value and unit."""

from petaplan.reporting.cells import BLANK, Cell, Number, Phrase, Several, Source, Status
from petaplan.reporting.document import Block, Document, Lines, Section, Table
from petaplan.reporting.wording import fields_of, value_of, words

VERSION = 1
"""Version of the JSON of a view."""

Values = dict[str, object]


def values_of(document: Document) -> Values:
    """The document as plain values, for JSON."""
    return {
        "petaplan_view": VERSION,
        "kind": document.key,
        "name": document.name,
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> Values:
    title = None if section.title is None else words(section.title)
    return {"key": section.key, "title": title, "blocks": [_block(block) for block in section.blocks]}


def _block(block: Block) -> Values:
    if isinstance(block, Lines):
        return {"lines": [_cell(cell) for cell in block.cells]}
    return _table(block)


def _table(table: Table) -> Values:
    return {
        "table": table.key,
        "title": None if table.title is None else words(table.title),
        "constants": {key: value_of(cell) for key, cell in table.constants.items()},
        "columns": [{"key": one.key, "title": one.title.replace("\n", " "), "unit": one.unit} for one in table.columns],
        "rows": [
            {
                **{column.key: _cell(row.cells.get(column.key, BLANK), column.unit) for column in table.columns},
                **({"pointer": row.pointer} if row.pointer else {}),
            }
            for row in table.rows
        ],
    }


def _cell(cell: Cell, unit: str = "") -> object:
    match cell:
        case Number():
            return {"value": value_of(cell), "unit": cell.unit or unit, "lower_bound": cell.lower_bound}
        case Status():
            return {"status": cell.key, "label": words(cell)}
        case Source():
            return {"file": cell.file, "line": cell.line}
        case Several(cells, _):
            return [_cell(one, unit) for one in cells]
        case Phrase(template, cells):
            return {"text": words(cell), "template": template, "cells": {key: _cell(one) for key, one in cells.items()}}
        case _:
            found = fields_of("value", cell)
            return found["value"] if set(found) == {"value"} else dict(found) or None
