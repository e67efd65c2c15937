"""mamf-finder of ml-engineering: the best shapes of a search, as text."""

import re

from petaplan.bench.foreign.found import (
    Contents,
    Figure,
    ForeignFormat,
    Statistic,
    kept,
    numbered_lines,
    precision_of,
    rate,
    shape_of,
    short,
)

_DTYPE = re.compile(r"^\*\* Dtype: *(\S+)")
_DEVICE = re.compile(r"DeviceProperties\(name='([^']*)'")
_STARTED = re.compile(r"^Benchmark started on (\d{4}-\d\d-\d\d)\b")
_TRIED = re.compile(r"^Tried +\d+ shapes => the best outcomes were:")
_OUTCOME = re.compile(
    r"^(?P<name>mean|median|max|MAMF|MSMF)\b[^:]*: *(?P<rate>\S+) TFLOPS"
    r"(?: @ (?P<m>\d+)x(?P<n>\d+)x(?P<k>\d+) \(MxNxK\))?"
)
_CENTRAL: dict[str, Statistic] = {"MSMF": "sustained", "mean": "mean", "median": "median"}
"""What is taken, the first that a block has."""
_BEST = ("MAMF", "max")


def _read(text: str, contents: Contents) -> None:
    dtype: str | None = None
    device: str | None = None
    block: dict[str, tuple[int, re.Match[str]]] | None = None
    for number, line in numbered_lines(text):
        if found := _STARTED.match(line):
            if contents.as_of not in (None, found[1]):
                told = f"a run of {found[1]} after one of {contents.as_of}"
                contents.problems.append(f"line {number}: found {told}; expected runs of one day: split the file")
                return
            contents.as_of = found[1]
        elif found := _DTYPE.match(line):
            dtype, device = found[1], None
        elif found := _DEVICE.search(line):
            device = kept(found[1])
        elif _TRIED.match(line):
            block = {}
        elif block is not None and (found := _OUTCOME.match(line)):
            block[found["name"]] = (number, found)
        elif block and not line.startswith("note") and line.strip():
            _close(block, dtype, device, contents)
            block = None
    if block:
        _close(block, dtype, device, contents)
    if not contents.figures and not contents.problems:
        contents.problems.append("no block of best outcomes; expected a log that ran to its end")


def _close(
    block: dict[str, tuple[int, re.Match[str]]], dtype: str | None, device: str | None, contents: Contents
) -> None:
    """One block of best outcomes."""
    name = next((name for name in _CENTRAL if name in block), None)
    if name is None:
        number = next(iter(block.values()))[0]
        contents.left_out.append(f"line {number}: only the best burst; no mean, median or sustained rate")
        return
    number, found = block[name]
    where = f"line {number}"
    precision = precision_of(dtype) if dtype else None
    if dtype and precision is None:
        contents.left_out.append(f"{where}: dtype {short(dtype)}, which has no precision here")
        return
    best = next((block[each][1]["rate"] for each in _BEST if each in block), None)
    if (value := rate(found["rate"], where, contents)) is None:
        return
    contents.figures.append(
        Figure(
            device=device,
            precision=precision,
            engine="vector" if precision == "fp32" else "matrix",
            tera_per_second=value,
            statistic=_CENTRAL[name],
            best=rate(best, where, contents) if best else None,
            shape=shape_of(found["m"], found["n"], found["k"]),
            where=where,
        )
    )
    contents.method = "mamf-finder: best shape of a search, torch"


FORMAT = ForeignFormat(
    key="mamf-finder",
    title="mamf-finder (ml-engineering)",
    signs=re.compile(r"^Tried +\d+ shapes => the best outcomes were:|^\*\* Dtype: *torch\.", re.MULTILINE),
    read=_read,
    learned="the program's source and printed outputs of three versions, in its repository",
)
