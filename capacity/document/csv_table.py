"""Rows of a CSV table that somebody wrote, each with its line; whatever is wrong with the table is noted."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from petaplan.capacity.document.marked import Marked, shortened
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.names import listed

MOST_PROBLEMS = 10_000
"""Problems of one table; what comes after them is not read."""

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TABLE = "a CSV table in UTF-8, or in UTF-16 with a byte order mark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The columns that a table may have, and those that it must have."""

    known: Mapping[str, object]
    needed: Sequence[str]
    most_rows: int


def rows_in(marked: Marked, raw: bytes, head: Head) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that has a cell for each column, with the line on which it starts; empty rows are passed over."""
    text = _text(marked, raw)
    if not marked.problems:
        yield from _lines(marked, text, head)


def _text(marked: Marked, raw: bytes) -> str:
    """The text of a file; empty where a problem says why there is none."""
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


def _lines(marked: Marked, text: str, head: Head) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    start = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if not _is_head(marked, names, head):
            return
        start, count = reader.line_num + 1, 0
        for cells in reader:
            count += any(cells)
            if count > head.most_rows:
                marked.refuse(start, f"more than {head.most_rows:,} rows", f"at most {head.most_rows:,}", "split it")
                return
            if len(marked.problems) >= MOST_PROBLEMS:
                marked.refuse(start, "more rows, not read", "a table with fewer problems", "mend the others first")
                return
            if any(cells) and _is_whole(marked, start, cells, names):
                yield start, dict(zip(names, cells, strict=True))
            start = reader.line_num + 1
    except csv.Error as error:
        marked.refuse(start, f"broken CSV ({error})", _TABLE)


def _is_head(marked: Marked, names: Sequence[str], head: Head) -> bool:
    known = len(marked.problems)
    for name in dict.fromkeys(names):
        if name not in head.known:
            advice = did_you_mean(name, head.known) or f"the columns are {listed(head.known)}"
            marked.refuse(1, f"a column {shortened(name)!r}", "a known column", advice)
        elif names.count(name) > 1:
            marked.refuse(1, f"{names.count(name)} columns {name!r}", "each column once")
        if len(marked.problems) - known > len(head.known):
            break
    for name in head.needed:
        if name not in names:
            marked.refuse(1, f"no column {name!r}", f"the columns {', '.join(head.needed)}")
    return len(marked.problems) == known


def _is_whole(marked: Marked, line: int, cells: Sequence[str], names: Sequence[str]) -> bool:
    if len(cells) != len(names):
        marked.refuse(line, f"{len(cells)} cells", f"{len(names)}, one for each column")
    return len(cells) == len(names)
