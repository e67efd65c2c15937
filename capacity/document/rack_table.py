"""Racks that stand already, from a CSV table: a row is a stand-alone rack group of a plan."""

import csv
import re
from io import StringIO
from pathlib import Path

from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.csv_table import Head, rows_in
from petaplan.capacity.document.docstrings import nouns_by_name
from petaplan.capacity.document.marked import Marked, Path_, Value, shortened
from petaplan.capacity.document.plan import document, hub_from
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Hub
from petaplan.input_files import read_bounded
from petaplan.reporting.formulas import as_written, is_formula

EXAMPLE = {
    "name": "store-1",
    "model": "generic-storage-rack",
    "phase": "first",
    "hall": "hall",
    "count": "2",
    "row": "1",
    "slot": "1",
    "it_power_kw": "12.5",
    "feeds": "feed-a feed-b",
    "in_service": "2027-06-30",
    "retired": "",
    "liquid_loop": "",
    "air_loop": "",
    "fabrics": "",
}
"""The columns, with a row that shows what they take."""

NEEDED = ("name", "model", "phase", "hall")
"""Columns that each table has."""

ONLY_IN_PLANS = ("nodes", "scale_out", "storage")
"""Fields of a rack group that one cell cannot hold; they are set in the plan."""

MOST_ROWS = 20_000
"""Rows of one table; a row may be many racks."""

MOST_BYTES = 16 * 2**20

_NUMBERS = ("count", "row", "slot", "it_power_kw")
_LISTS = ("feeds", "fabrics")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?P<fraction>\.[0-9]{1,15})?")


def template() -> str:
    """The head of the table and the example."""
    page = StringIO()
    csv.writer(page, lineterminator="\n").writerows([EXAMPLE.keys(), EXAMPLE.values()])
    return page.getvalue()


def columns() -> str:
    """The columns as a Markdown table, from the docstrings of the fields."""
    told = nouns_by_name()[StandAloneRackGroup.__name__].fields
    rows = [f"| `{name}` | {'yes' if name in NEEDED else ''} | {told.get(name, '')} |" for name in EXAMPLE]
    return "\n".join(["| column | needed | what it says |", "|---|---|---|", *rows])


def with_racks(hub: Hub, path: Path) -> Hub:
    """The hub with the racks of a table added to its stand-alone racks.

    Raises:
        PlanError: with every problem of the table, by file and line.
    """
    refuse_leaving(path)
    marked = Marked(file=str(path))
    head = Head(known=EXAMPLE, needed=NEEDED, most_rows=MOST_ROWS)
    rows = [_row(marked, line, cells) for line, cells in rows_in(marked, _bytes_of(marked, path), head)]
    if not rows and not marked.problems:
        marked.refuse(1, "no row", "a row for each group of racks", "petaplan import --template shows one")
    if marked.problems:
        raise PlanError(marked.problems)
    values = document(hub)
    before = values.get("racks", [])
    lines: dict[Path_, int] = {("racks", len(before) + at): line for at, (line, _) in enumerate(rows)}
    values["racks"] = [*before, *(row for _, row in rows)]
    return hub_from(Marked(file=str(path), value=values, lines=lines))


def _bytes_of(marked: Marked, path: Path) -> bytes:
    try:
        return read_bounded(path, MOST_BYTES)
    except OSError as error:
        marked.refuse(1, error.strerror or str(error), "a readable file", "check the path and its rights")
        return b""


def _row(marked: Marked, line: int, cells: dict[str, str]) -> tuple[int, dict[str, Value]]:
    """The fields of a rack group; an empty cell leaves the field at its default."""
    row: dict[str, Value] = {}
    for name, cell in cells.items():
        if is_formula(cell) and not _NUMBER.fullmatch(cell.strip()):
            marked.refuse(line, f"a formula {shortened(cell)!r} in {name}", "a value", "export values, not formulas")
        elif cell.strip():
            row[name] = _value(name, as_written(cell).strip())
    return line, row


def _value(name: str, cell: str) -> Value:
    """What a cell says; what is no number stays text, which the reader of plans refuses."""
    if name in _LISTS:
        return [*cell.split()]
    number = _NUMBER.fullmatch(cell) if name in _NUMBERS else None
    if number is None:
        return cell
    return float(cell) if number["fraction"] else int(cell)
