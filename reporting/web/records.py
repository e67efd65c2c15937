"""Long tables that the reader asks for: packed columns, from which the page makes a table when it is opened."""

import base64
import json
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from petaplan.reporting.cells import BLANK, Cell, Comparison, Number, Phrase, Several, Share, Told
from petaplan.reporting.document import Column, Row
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element
from petaplan.reporting.web.wording import html, said, value_attributes

if TYPE_CHECKING:
    from petaplan.reporting.web.blocks import OnDemand

Entry = str | list[object]
"""What a cell shows: words; or a figure, with its words where they are other ones."""


def on_demand(found: "OnDemand", id: str, language: Language) -> Markup:
    """The title, and the rows as packed data. Without a script they are in the JSON report alone."""
    table = found.table
    pointers = [row.pointer for row in table.rows]
    base = _common(pointers)
    data = {
        "base": base,
        **_places([pointer.removeprefix(base) for pointer in pointers]),
        "columns": [_column(column, table.rows, language) for column in table.shown],
    }
    summary = element("summary", {}, html(found.title, language))
    script = element("script", {"type": "text/plain", "data-records": id}, packed(data))
    return element("details", {"class": "needs-js on-demand", "id": id, "data-table": table.key}, summary, script)


def packed(values: object) -> str:
    """Values as JSON, compressed (zlib, RFC 1950), in base64.

    >>> unpacked(packed({"a": [1, "b"]}))
    {'a': [1, 'b']}
    """
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), level=9)).decode()


def unpacked(text: str) -> object:
    """The values of a packed text."""
    found: object = json.loads(zlib.decompress(base64.b64decode(text)))
    return found


def _common(pointers: Sequence[str]) -> str:
    """The beginning that all of them have, up to a slash."""
    first, last = min(pointers, default=""), max(pointers, default="")
    pairs = enumerate(zip(first, last, strict=False))
    same = first[: next((at for at, (one, other) in pairs if one != other), min(len(first), len(last)))]
    return same[: same.rfind("/") + 1]


def _places(places: Sequence[str]) -> dict[str, object]:
    """The rest of each pointer; numbers as steps from one to the next."""
    if not all(place.isascii() and place.isdigit() for place in places):
        return {"places": list(places)}
    numbers = [0, *map(int, places)]
    return {"steps": [after - before for before, after in pairwise(numbers)]}


def _column(column: Column, rows: Sequence[Row], language: Language) -> dict[str, object]:
    """A column: each of its entries once, and for each row the number of its entry."""
    title = " ".join(language.say(column.title).split())
    unit = f", {language.unit(column.unit)}" if column.unit else ""
    known: dict[object, int] = {}
    entries: list[Entry] = []
    cells = []
    for row in rows:
        cell = row.cells.get(column.key, BLANK)
        if isinstance(cell, (Number, Share)):
            assert row.pointers.get(column.key) == f"{row.pointer}/{column.key}", column.key
        key = _key(cell)
        if key not in known:
            entry = _entry(cell, column, language)
            known[key] = known.setdefault(json.dumps(entry), len(entries))
            entries += [entry] if known[key] == len(entries) else []
        cells.append(known[key])
    head = {"title": f"{title}{unit}", "member": column.key, "right": column.right, "wraps": column.wraps}
    return {**head, "entries": entries, "cells": cells}


def _key(cell: Cell) -> object:
    """What tells a cell from others without its words: 1 and 1.0 are written in two ways."""
    if isinstance(cell, (Phrase, Several, Told, Comparison)):
        return id(cell), cell.__class__
    return cell, type(getattr(cell, "value", None))


def _entry(cell: Cell, column: Column, language: Language) -> Entry:
    text = said(cell, language, column.unit)
    if not isinstance(cell, (Number, Share)):
        return text
    value: object = json.loads(str(value_attributes(cell, "")["data-value"]))
    return [value] if text == str(value) else [value, text]
