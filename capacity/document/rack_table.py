"""Racks that stand already, from a CSV table: a row is a stand-alone rack group of a plan."""

import csv
from io import StringIO
from pathlib import Path

from petaplan.capacity.document.columns import Form, table_forms
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.csv_table import Head, rows_in
from petaplan.capacity.document.marked import Marked, Value, bytes_in
from petaplan.capacity.document.plan import document
from petaplan.capacity.document.plan_rows import hub_of, refuse_formulas, value_of
from petaplan.capacity.hub import Hub

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
"""Columns of the template, with a row that shows what they take."""

NEEDED = ("name", "model", "phase", "hall")
"""Columns that each table has."""

ONLY_IN_PLANS = ("nodes",)
"""Fields of a rack group that a row cannot hold; they are set in the plan."""

MOST_ROWS = 20_000
"""Rows of one table; a row may be many racks."""

MOST_BYTES = 16 * 2**20


def template() -> str:
    """The head of the table and the example."""
    page = StringIO()
    csv.writer(page, lineterminator="\n").writerows([EXAMPLE.keys(), EXAMPLE.values()])
    return page.getvalue()


def columns() -> str:
    """The columns as a Markdown table, from the docstrings of the fields."""
    columns = [column for column in table_forms()["racks"].columns if column.form is not Form.GROUP]
    rows = [f"| `{one.name}` | {'yes' if one.name in NEEDED else ''} | {one.meaning} |" for one in columns]
    return "\n".join(["| column | needed | what it says |", "|---|---|---|", *rows])


def with_racks(hub: Hub, path: Path) -> Hub:
    """The hub with the racks of a table added to its stand-alone racks.

    Raises:
        PlanError: with every problem of the table, by file and line.
    """
    refuse_leaving(path)
    marked = Marked(file=str(path))
    form, cells_of = table_forms()["racks"], Marked(file=str(path))
    head = Head(known=dict.fromkeys(form.heads), needed=NEEDED, most_rows=MOST_ROWS)
    rows = list[tuple[int, Value]]()
    for line, cells in rows_in(marked, bytes_in(marked, path, MOST_BYTES), head):
        row, formulas = value_of(form, {name: cell.strip() for name, cell in cells.items()})
        refuse_formulas(cells_of, line, cells, formulas)
        rows.append((line, row))
    if not rows and not marked.problems:
        marked.refuse(1, "no row", "a row for each group of racks", "petaplan import --template shows one")
    values = document(hub)
    before = values.get("racks", [])
    marked.lines |= {("racks", len(before) + at): line for at, (line, _) in enumerate(rows)}
    marked.value = {**values, "racks": [*before, *(row for _, row in rows)]}
    return hub_of(marked, cells_of.problems).declared_in(hub.declared_at)
