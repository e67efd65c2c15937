"""The layers of the catalogue in a report: each of them, and all that one puts in the place of something below it."""

from collections.abc import Iterator
from typing import Any

from petaplan.capacity.check_report import Report
from petaplan.reporting.cells import Cell, Number, Phrase, Text
from petaplan.reporting.document import Column, Inline, Layout, Lines, Row, Section, Table

COLUMNS = (
    Column(key="what", title="changed"),
    Column(key="after", title="now", inline=Inline(before=": ")),
    Column(key="before", title="before", inline=Inline(before=", in the place of ")),
    Column(key="place", title="changed at", inline=Inline(before=" (", after=")")),
)


def layer_sections(report: Report) -> Iterator[Section]:
    """Nothing where the hub is judged by the shipped catalogue alone."""
    if not report.layers:
        return
    words: dict[str, Cell] = {
        "layers": Text(", ".join(layer.name for layer in report.layers)),
        "count": Number(value=len(report.overridden)),
    }
    told = Phrase("The shipped catalogue under {layers}; figures and products of it that are replaced: {count}", words)
    table = Table(key="overridden", columns=COLUMNS, rows=_rows(report), layout=Layout.LINES, noun="overrides")
    blocks = (Lines(cells=(told,), indent=2), table) if report.overridden else (Lines(cells=(told,), indent=2),)
    yield Section(key="catalogue", title=Text("Catalogue"), blocks=blocks)


def _rows(report: Report) -> list[Row]:
    return [
        Row(
            cells={
                "what": Text(f"{one.model}.{one.quantity}" if one.quantity else one.model),
                "after": Text(one.after),
                "before": Text(one.before),
                "place": Text(str(one.place)),
            },
            pointer=f"/catalogue/overridden/{at}",
        )
        for at, one in enumerate(report.overridden)
    ]


def layer_values(report: Report) -> dict[str, Any]:
    """The layers and what they replace, as plain values."""
    return {
        "layers": [{"name": layer.name, "sha256": layer.digest} for layer in report.layers],
        "overridden": [
            {
                "model": one.model,
                "quantity": one.quantity or None,
                "before": one.before,
                "after": one.after,
                "layer": one.layer,
                "declared_at": str(one.place),
            }
            for one in report.overridden
        ],
    }
