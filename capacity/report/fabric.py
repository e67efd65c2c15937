"""The bill of materials of the fabrics, as a table and as JSON."""

import json
from collections.abc import Iterator
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.capacity.fabrics.bill import Bill, Line
from petaplan.capacity.findings import number
from petaplan.capacity.units import W_PER_KW

VERSION = 1


def bill_view(bill: Bill) -> RenderableType:
    """A table for each fabric, then the whole order."""
    return Group(*_parts(bill))


def _parts(bill: Bill) -> Iterator[RenderableType]:
    if not bill.lines:
        yield Text(f"{bill.hub} declares no fabric")
        return
    for name, lines in groupby(bill.lines, key=lambda line: line.fabric):
        yield _table(name, tuple(lines))
    yield _table(f"{bill.hub}: the whole order", bill.totals())
    for note in bill.notes:
        yield Text(f"note: {note}")


def _table(title: str, lines: tuple[Line, ...]) -> RenderableType:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for head, justify in (("what", "left"), ("model", "left"), ("m", "right"), ("count", "right"), ("kW", "right")):
        table.add_column(head, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    parts = any(line.part for line in lines)
    if parts:
        table.add_column("for", no_wrap=True)
    for line in lines:
        row = [line.item, line.model, _metres(line), f"{line.count:,}", _kilowatts(line)]
        table.add_row(*row, *((line.part,) if parts else ()))
    return table


def _metres(line: Line) -> str:
    return "" if line.length_m is None else number(line.length_m)


def _kilowatts(line: Line) -> str:
    if line.watts is None:
        return "?"
    return number(round(line.watts / W_PER_KW, 2)) if line.watts else ""


def write_bill(bill: Bill) -> str:
    """The bill as JSON; the same plan gives the same bytes."""
    values = {
        "petaplan_fabric": VERSION,
        "hub": bill.hub,
        "lines": [_values(line) for line in bill.lines],
        "totals": [
            {key: value for key, value in _values(line).items() if key not in ("fabric", "part")}
            for line in bill.totals()
        ],
        "notes": list(bill.notes),
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _values(line: Line) -> dict[str, str | float | int | None]:
    return {
        "fabric": line.fabric,
        "part": line.part,
        "item": line.item,
        "model": line.model,
        "length_m": line.length_m,
        "count": line.count,
        "power_kw": None if line.watts is None else round(line.watts / W_PER_KW, 6),
    }
