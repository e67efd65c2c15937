"""hipblaslt-bench: a head of CSV, then a row, for each product."""

import re

from petaplan.bench.foreign.found import (
    Contents,
    Figure,
    ForeignFormat,
    kept,
    numbered_lines,
    precision_of,
    rate,
    shape_of,
    short,
)
from petaplan.bench.precision import Precision

_DEVICE = re.compile(r"^Device ID \d+ *: *(?P<name>.+?) gfx\w+")
_PREFIX = re.compile(r"^\s*\[\d+\]:?\s*")
_RATE = "hipblaslt-Gflops"
_GIGA = 1e-3


def _read(text: str, contents: Contents) -> None:
    device: str | None = None
    head: list[str] | None = None
    for number, line in numbered_lines(text):
        if found := _DEVICE.match(line):
            device = kept(found["name"])
        elif _RATE in line:
            head = [cell.strip() for cell in _PREFIX.sub("", line).split(",")]
        elif head is not None and line.count(",") >= 5:
            cells = [cell.strip() for cell in _PREFIX.sub("", line).split(",")]
            _row(head, cells, device, f"line {number}", contents)
    contents.method = "hipblaslt-bench: time of the library's first solution"
    if not contents.figures and not contents.problems:
        contents.problems.append("a head without a row; expected a row for each product")


def _row(head: list[str], cells: list[str], device: str | None, where: str, contents: Contents) -> None:
    if len(cells) < len(head):
        contents.problems.append(f"{where}: found {len(cells)} cells; expected {len(head)}, as the head has")
        return
    row = dict(zip(head, cells, strict=False))
    name = row.get("a_type") or row.get("d_type") or ""
    precision = precision_of(name)
    if precision is Precision.FP32 and "xf32" in row.get("compute_type", ""):
        precision = Precision.TF32
    if precision is None:
        contents.left_out.append(f"{where}: a_type {short(name)} has no precision here")
        return
    if (value := rate(row.get(_RATE, ""), where, contents, _GIGA)) is None:
        return
    contents.figures.append(
        Figure(
            device=device,
            precision=precision,
            engine="vector" if precision is Precision.FP32 else "matrix",
            tera_per_second=value,
            statistic="mean",
            shape=shape_of(row.get("m"), row.get("n"), row.get("k")),
            where=where,
            note="operands unknown: zeros run faster" if "initialization" not in row else "",
        )
    )


FORMAT = ForeignFormat(
    key="hipblaslt-bench",
    title="hipblaslt-bench",
    signs=re.compile(r"^[ \t]*(?:\[\d+\]:?[ \t]*)?transA,transB,.*hipblaslt-Gflops", re.MULTILINE),
    read=_read,
    learned="outputs printed in the library's documentation and in others' repositories",
)
