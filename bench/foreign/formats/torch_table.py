"""torch-performance-test-data: a table in Markdown with a row for each device."""

import re

from petaplan.bench.foreign.found import Contents, Figure, ForeignFormat, kept, numbered_lines, precision_of, rate
from petaplan.bench.precision import Precision

_HEAD = re.compile(r"^\| *device *\|(?=.*\| *(?:fp16|bf16) *\|)(?=.*\| *contributor *\|)", re.IGNORECASE)
_WITHOUT = {"", "n/a", "na", "-", "/"}


def _read(text: str, contents: Contents) -> None:
    head: list[str] | None = None
    for number, line in numbered_lines(text):
        if _HEAD.match(line):
            head = [cell.lower() for cell in _cells(line)]
        elif head is not None and line.startswith("|") and not set(line) <= set("|-: "):
            _row(head, _cells(line), f"line {number}", contents)
    contents.method = "torch-performance-test-data: best of five square sizes, torch"
    if not contents.figures and not contents.problems:
        contents.problems.append("a head of the table without a row; expected a row for each device")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(head: list[str], cells: list[str], where: str, contents: Contents) -> None:
    if len(cells) != len(head):
        contents.problems.append(f"{where}: found {len(cells)} cells; expected {len(head)}, as the head has")
        return
    note = dict(zip(head, cells, strict=True)).get("note", "")
    for name, cell in zip(head[1:], cells[1:], strict=True):
        precision = precision_of(name.split(" ")[0])
        if precision is None or cell.lower() in _WITHOUT:
            continue
        if (value := rate(cell, f"{where}, {name}", contents)) is None:
            continue
        contents.figures.append(
            Figure(
                device=kept(cells[0]),
                precision=precision,
                engine="vector" if precision is Precision.FP32 else "matrix",
                tera_per_second=value,
                statistic="best",
                where=f"{where}, {name}",
                note=kept(note),
            )
        )


FORMAT = ForeignFormat(
    key="torch-performance-test-data",
    title="torch-performance-test-data",
    signs=re.compile(_HEAD.pattern, re.IGNORECASE | re.MULTILINE),
    read=_read,
    learned="database.md of its repository",
)
