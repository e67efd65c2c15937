"""Long tables that the reader asks for: rows as data, from which the page makes a table when it is opened."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from petaplan.reporting.cells import BLANK, Number, Share
from petaplan.reporting.document import Column, Row
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element, json_script
from petaplan.reporting.web.wording import html, said, value_attributes

if TYPE_CHECKING:
    from petaplan.reporting.web.blocks import OnDemand

Packed = int | list[object]
"""A cell: the number of its words among those of its column; or a figure, with its words where they are other ones."""


def on_demand(found: "OnDemand", id: str, language: Language) -> Markup:
    """The title, and the rows as data. Without a script they are in the JSON report alone."""
    table = found.table
    columns = table.shown
    words: list[dict[str, int]] = [{} for _ in columns]
    base = _common([row.pointer for row in table.rows])
    rows = [[row.pointer.removeprefix(base), *_cells(row, columns, words, language)] for row in table.rows]
    heads = [_head(column, known, language) for column, known in zip(columns, words, strict=True)]
    data = json_script({"base": base, "columns": heads, "rows": rows}, {"data-records": id})
    summary = element("summary", {}, html(found.title, language))
    return element("details", {"class": "needs-js on-demand", "id": id, "data-table": table.key}, summary, data)


def _common(pointers: Sequence[str]) -> str:
    """The beginning that all of them have."""
    first, last = min(pointers, default=""), max(pointers, default="")
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (one, other) in pairs if one != other), min(len(first), len(last)))]


def _head(column: Column, words: dict[str, int], language: Language) -> dict[str, object]:
    title = " ".join(language.say(column.title).split())
    unit = f", {language.unit(column.unit)}" if column.unit else ""
    return {
        "title": f"{title}{unit}",
        "member": column.key,
        "right": column.right,
        "wraps": column.wraps,
        "words": list(words),
    }


def _cells(row: Row, columns: tuple[Column, ...], words: list[dict[str, int]], language: Language) -> Iterator[Packed]:
    for column, known in zip(columns, words, strict=True):
        cell = row.cells.get(column.key, BLANK)
        text = said(cell, language, column.unit)
        if isinstance(cell, (Number, Share)):
            assert row.pointers.get(column.key) == f"{row.pointer}/{column.key}", column.key
            value = json.loads(str(value_attributes(cell, "")["data-value"]))
            yield [value] if text == str(value) else [value, text]
        else:
            yield known.setdefault(text, len(known))
