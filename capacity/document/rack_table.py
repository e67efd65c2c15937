"""Racks that stand already, from a CSV table: a row is a stand-alone rack group of a plan."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from petaplan.capacity.document.columns import Form, table_forms
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.csv_table import Head, rows_in
from petaplan.capacity.document.marked import Marked, Path_, Value, bytes_in
from petaplan.capacity.document.plan import document
from petaplan.capacity.document.plan_rows import hub_of, refuse_formulas, value_of
from petaplan.capacity.document.remainder import HubError
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Location

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
        if not formulas:
            rows.append((line, row))
    if not rows and not marked.problems and not cells_of.problems:
        marked.refuse(1, "no row", "a row for each group of racks", "petaplan import --template shows one")
    values = document(hub)
    before = values.get("racks", [])
    whole = _WithTable(file=marked.file, value={**values, "racks": [*before, *(row for _, row in rows)]})
    whole.hub = hub
    whole.lines = whole.lines_of_plan() | {("racks", len(before) + at): line for at, (line, _) in enumerate(rows)}
    try:
        made = hub_of(whole, cells_of.problems)
    except HubError as error:
        error.hub.declared_in(hub.declared_at)
        raise HubError([*marked.problems, *error.problems], error.hub) from None
    except PlanError as error:
        raise PlanError([*marked.problems, *error.problems]) from None
    made.declared_in(hub.declared_at)
    if marked.problems:
        raise HubError(marked.problems, made)
    return made


class _WithTable(Marked):
    """Values of a plan with the rows of a table: what the plan declares keeps its file and line."""

    hub: Hub

    def file_at(self, path: Path_) -> str:
        """The file that declares the object at a path."""
        place = self._declared(path)
        return self.file if place is None else place.file

    def lines_of_plan(self) -> dict[Path_, int]:
        """The lines of the objects of the plan."""
        tables = self.hub.tables()
        paths: list[Path_] = [(name, at) for name, rows in tables for at, _ in enumerate(rows)]
        paths += [
            ("pods", at, "racks", inner) for at, pod in enumerate(self.hub.pods) for inner, _ in enumerate(pod.racks)
        ]
        return {path: place.line for path in paths if (place := self._declared(path)) is not None}

    def _declared(self, path: Path_) -> Location | None:
        place: Location | None = self.hub.declared_at
        noun: Any = self.hub
        for step in path:
            noun = noun[step] if isinstance(step, int) and step < len(noun) else getattr(noun, str(step), None)
            if noun is None:
                return None if path[0] == "racks" else place
            place = getattr(noun, "declared_at", None) or place
        return place
