"""FlagPerf: logs with a line for each rank, and the sheets of results in its folders."""

import re

from petaplan.bench.foreign.found import (
    Contents,
    Figure,
    ForeignFormat,
    kept,
    numbered_lines,
    precision_of,
    rate,
    short,
)
from petaplan.bench.precision import Precision

_RANK = re.compile(
    r"\[FlagPerf Result\]Rank (?P<rank>\d+)'s computation-(?P<name>\w+)=(?P<rate>[^\s=]*?)(?P<unit>TFLOPS|TOPS)\s*$"
)
_OTHER = re.compile(r"\[FlagPerf Result\]Rank \d+'s (?P<metric>[\w-]+)=")
_PRODUCT = re.compile(r"^[-*] *产品型号[：:] *(?P<name>.+)$")
_HEAD = re.compile(r"^\|.*\| *(?P<name>[A-Z]+\d+)算力测试值")
_RESULT = re.compile(r"^\| *评测结果 *\| *(?P<rate>[^|]*?) *\|")
_WITH_UNIT = re.compile(r"^(?P<rate>[\d.eE+-]+) *(?P<unit>TFLOPS|TOPS)$")


def _read(text: str, contents: Contents) -> None:
    product: str | None = None
    precision: str | None = None
    ranks: dict[tuple[str, str], Figure] = {}
    for number, line in numbered_lines(text):
        where = f"line {number}"
        if found := _RANK.search(line):
            _rank(found, where, ranks, contents)
        elif found := _OTHER.search(line):
            if len(contents.left_out) < 100:
                contents.left_out.append(f"{where}: {short(found['metric'])} is no matrix product")
        elif found := _PRODUCT.match(line):
            product = kept(found["name"])
        elif found := _HEAD.match(line):
            precision = found["name"]
        elif precision and (found := _RESULT.match(line)):
            _sheet(precision, product, found["rate"], where, contents)
            precision = None
    contents.figures.extend(ranks.values())
    contents.method = contents.method or "FlagPerf: torch.mm, one rank a card"
    if not (contents.figures or contents.problems or contents.left_out):
        contents.problems.append("no line of a rank and no sheet of results; expected one of them")


def _rank(found: re.Match[str], where: str, ranks: dict[tuple[str, str], Figure], contents: Contents) -> None:
    precision = precision_of(found["name"])
    if precision is None:
        contents.left_out.append(f"{where}: {short(found['name'])} has no precision here")
        return
    if (value := rate(found["rate"], where, contents)) is None:
        return
    key, note = (found["rank"], found["name"]), ""
    first = ranks.get(key)
    if first is not None and 1.99 < value / first.tera_per_second < 2.01:
        note = "two figures of one rank: the one for both chips of the card is taken"
    elif first is not None:
        key = (f"{found['rank']} again at {where}", found["name"])
    ranks[key] = _figure(precision, None, value, where, note)


def _sheet(name: str, product: str | None, text: str, where: str, contents: Contents) -> None:
    precision = precision_of(name)
    if precision is None or text in ("/", ""):
        contents.left_out.append(f"{where}: {name} {'is withheld' if precision else 'has no precision here'}")
        return
    found = _WITH_UNIT.match(text)
    if found is None:
        contents.problems.append(f"{where}: found {short(text)}; expected a rate with TFLOPS or TOPS")
        return
    if (value := rate(found["rate"], where, contents)) is not None:
        contents.method = "FlagPerf: sheet of results, mean of the cards of a node, torch.mm"
        contents.figures.append(_figure(precision, product, value, where, ""))


def _figure(precision: Precision, device: str | None, value: float, where: str, note: str) -> Figure:
    return Figure(
        device=device,
        precision=precision,
        engine="vector" if precision is Precision.FP32 else "matrix",
        tera_per_second=value,
        statistic="mean",
        where=where,
        note=note,
    )


FORMAT = ForeignFormat(
    key="flagperf",
    title="FlagPerf",
    signs=re.compile(r"\[FlagPerf Result\]Rank \d+'s |^\|.*\| *[A-Z]+\d+算力测试值", re.MULTILINE),
    read=_read,
    learned="the programs and the sheets of results of its repository",
)
