"""Failover tables for people and for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.capacity.failover.table import FailoverRow, FailoverTable, redundancy_words
from petaplan.capacity.findings import number

STYLE = {"survives": "green", "overload": "bold red", "dark": "bold red"}


def failover_view(tables: Iterable[FailoverTable]) -> RenderableType:
    """One table a phase."""
    return Group(*(part for table in tables for part in _view(table)))


def _view(found: FailoverTable) -> list[RenderableType]:
    title = Text.assemble(
        (f"{found.hub}, {found.phase}", "bold"), f", {found.day}: every single loss of the power chain"
    )
    claims = Text(f"halls claim {redundancy_words(found.claims)}" if found.claims else "no hall has racks yet")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("loss of one", no_wrap=True)
    table.add_column("losses", justify="right")
    table.add_column("survivor nearest to its limit", overflow="fold")
    table.add_column("load\nbefore", justify="right", no_wrap=True)
    table.add_column("load\nafter", justify="right", no_wrap=True)
    table.add_column("kW\ndark", justify="right", no_wrap=True)
    table.add_column("racks\ndark", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in found.rows:
        table.add_row(*_cells(row))
    return [title, claims, table, Text(f"{_verdict(found)}; loads in % of what each piece may carry\n")]


def _verdict(found: FailoverTable) -> str:
    counted = f"{found.survived} of {sum(row.count for row in found.rows)} situations are survived"
    kept = f"{found.broken} claimed ones aren't" if found.broken else "every claim is kept"
    unknown = f"; not known, so loads are lower bounds: {', '.join(found.missing)}" if found.missing else ""
    return f"{counted}, {kept}{unknown}"


def _cells(row: FailoverRow) -> tuple[RenderableType, ...]:
    dark = row.dark_kw + row.plant_dark_kw
    worst = f"  ({row.worst})" if row.count > 1 and row.verdict != "survives" else ""
    return (
        row.loss,
        str(row.count),
        f"{row.survivor or '-'}{worst}",
        f"{row.before_percent:.0f} %" if row.survivor else "-",
        f"{row.after_percent:.0f} %" if row.survivor else "-",
        number(round(dark)) if dark else "0",
        str(row.racks_dark),
        Text(row.verdict, style=STYLE[row.verdict]),
    )


def failover_json(tables: Iterable[FailoverTable]) -> str:
    """The tables as JSON; an infinite load (a piece that may carry nothing) is null."""
    return json.dumps({"failover": [_plain(table) for table in tables]}, indent=2) + "\n"


def _plain(found: FailoverTable) -> dict[str, object]:
    plain = asdict(found) | {"day": found.day.isoformat(), "claims": dict(found.claims), "survived": found.survived}
    for row in plain["rows"]:
        for name in ("before_percent", "after_percent", "dark_kw", "plant_dark_kw"):
            row[name] = None if row[name] == float("inf") else round(row[name], 3)
    return plain
