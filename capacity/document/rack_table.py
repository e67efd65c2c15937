"""Racks that stand already, from a CSV table: a row is a stand-alone rack group of a plan."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.docstrings import nouns_by_name
from petaplan.capacity.document.marked import Marked, Path_, Value, shortened
from petaplan.capacity.document.plan import document, hub_from
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Hub
from petaplan.input_files import read_bounded

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TABLE = "a CSV table in UTF-8, or in UTF-16 with a byte order mark"


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
    rows = [_row(marked, line, cells) for line, cells in _lines(marked, _text(marked, path))]
    if not rows and not marked.problems:
        marked.refuse(1, "no row", "a row for each group of racks", "petaplan import --template shows one")
    if marked.problems:
        raise PlanError(marked.problems)
    values = document(hub)
    before = values.get("racks", [])
    lines: dict[Path_, int] = {("racks", len(before) + at): line for at, (line, _) in enumerate(rows)}
    values["racks"] = [*before, *(row for _, row in rows)]
    return hub_from(Marked(file=str(path), value=values, lines=lines))


def _text(marked: Marked, path: Path) -> str:
    """The text of a file; empty where a problem says why there is none."""
    try:
        raw = read_bounded(path, MOST_BYTES)
    except OSError as error:
        marked.refuse(1, error.strerror or str(error), "a readable file", "check the path and its rights")
        return ""
    try:
        text = raw.decode(_MARKS.get(raw[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        marked.refuse(line, "bytes that are no text of its encoding", _TABLE, "save it as UTF-8")
        return ""
    if "\0" in text:
        marked.refuse(text[: text.index("\0")].count("\n") + 1, "a NUL byte", _TABLE)
        return ""
    return text


def _lines(marked: Marked, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that has a cell for each column, with the line on which it starts."""
    head = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    start = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if marked.problems or not _is_head(marked, names):
            return
        start, count = reader.line_num + 1, 0
        for cells in reader:
            count += any(cells)
            if count > MOST_ROWS:
                marked.refuse(start, f"more than {MOST_ROWS:,} rows", f"at most {MOST_ROWS:,}", "split the table")
                return
            if any(cells) and _is_whole(marked, start, cells, names):
                yield start, dict(zip(names, cells, strict=True))
            start = reader.line_num + 1
    except csv.Error as error:
        marked.refuse(start, f"broken CSV ({error})", _TABLE)


def _is_head(marked: Marked, names: Sequence[str]) -> bool:
    known = len(marked.problems)
    for name in dict.fromkeys(names):
        if name not in EXAMPLE:
            advice = did_you_mean(name, EXAMPLE) or f"the columns are {', '.join(EXAMPLE)}"
            marked.refuse(1, f"a column {shortened(name)!r}", "a known column", advice)
        elif names.count(name) > 1:
            marked.refuse(1, f"{names.count(name)} columns {name!r}", "each column once")
        if len(marked.problems) - known > len(EXAMPLE):
            break
    for name in NEEDED:
        if name not in names:
            marked.refuse(1, f"no column {name!r}", f"the columns {', '.join(NEEDED)}")
    return len(marked.problems) == known


def _is_whole(marked: Marked, line: int, cells: Sequence[str], names: Sequence[str]) -> bool:
    if len(cells) != len(names):
        marked.refuse(line, f"{len(cells)} cells", f"{len(names)}, one for each column")
    return len(cells) == len(names)


def _row(marked: Marked, line: int, cells: dict[str, str]) -> tuple[int, dict[str, Value]]:
    """The fields of a rack group; an empty cell leaves the field at its default."""
    row: dict[str, Value] = {}
    for name, cell in cells.items():
        if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell.strip()):
            marked.refuse(line, f"a formula {shortened(cell)!r} in {name}", "a value", "export values, not formulas")
        elif cell.strip():
            row[name] = _value(name, cell.strip())
    return line, row


def _value(name: str, cell: str) -> Value:
    """What a cell says; what is no number stays text, which the reader of plans refuses."""
    if name in _LISTS:
        return [*cell.split()]
    number = _NUMBER.fullmatch(cell) if name in _NUMBERS else None
    if number is None:
        return cell
    return float(cell) if number["fraction"] else int(cell)
