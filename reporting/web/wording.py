"""Cells as HTML: words in a language, the value for programs beside them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from markupsafe import Markup

from petaplan.reporting.cells import (
    Bar,
    Cell,
    Code,
    Comparison,
    Day,
    Missing,
    Number,
    Phrase,
    Reading,
    Several,
    Share,
    Source,
    Status,
    Text,
    Told,
    Tone,
    Unit,
)
from petaplan.reporting.safety import one_line, visible
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import attributes_of, element, joined
from petaplan.reporting.wording import parts, value_of, words

SIGNS = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNKNOWN: "?", Tone.WARNING: "!", Tone.NOTE: "i"}
"""Before a status: its tone without its colour."""

LONGEST_TEXT = 4_000
"""Characters of one cell that a page shows."""


def said(cell: Cell, language: Language, unit: str = "") -> str:
    """What people read in a cell, as plain text of one line."""
    return one_line(_said(cell, language, unit))


def _said(cell: Cell, language: Language, unit: str) -> str:
    match cell:
        case Number():
            own = language.unit(cell.unit)
            return words(replace(cell, unit=own), own if cell.unit == unit else "")
        case Status():
            return language.say(cell.label or cell.key)
        case Told():
            return _said(cell.cell, language, unit)
        case Unit(value):
            return language.unit(value)
        case Missing(mark):
            return language.say(mark)
        case Phrase(template, cells):
            return _phrase(template, cells, language)
        case Several(cells, separator):
            return separator.join(_said(one, language, unit) for one in cells)
        case _:
            return words(cell, unit)


def _phrase(template: str, cells: object, language: Language) -> str:
    told = Phrase(language.say(template), cells)  # type: ignore[arg-type]  # the cells of the phrase itself
    return "".join(part if isinstance(part, str) else _said(part, language, "") for part in parts(told))


def html(cell: Cell, language: Language, unit: str = "") -> Markup:
    """A cell as markup: text and attributes are escaped, and no link leads to a script."""
    match cell:
        case Told(_, tone):
            return _toned(tone, html(cell.cell, language, unit))
        case Unit(value, tone):
            return _toned(tone, _text(language.unit(value)))
        case Text(value, tone):
            return _toned(tone, _text(value))
        case Code(value):
            return element("code", {}, _shortened(visible(value)))
        case Status():
            return _status(cell, language)
        case Source():
            return element("code", {"class": "place"}, said(cell, language))
        case Number(pointer=place) if place:
            return element("span", value_attributes(cell, place), said(cell, language, unit))
        case Several(cells, separator):
            return _several(cells, separator, language, unit)
        case Phrase(template, cells, tone):
            return _toned(tone, joined(_parts_of(template, cells, language)))
        case Bar():
            return _bar(cell)
        case Missing():
            return element("span", {"class": "missing"}, language.say(cell.mark)) if cell.mark else Markup()
        case _:
            return joined([Markup().join([_escaped(said(cell, language, unit))])])


def _escaped(text: str) -> Markup:
    return Markup("{}").format(text)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


def _text(value: str) -> Markup:
    """Words; the address of a page is a link, and no other kind of address is."""
    text = _shortened(visible(value))
    if is_web_address(value):
        return element("a", {"href": value, "rel": "noopener noreferrer", "class": "outward"}, text)
    return _escaped(text)


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page on the web, and nothing else.

    >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)//https://example.org")
    (True, False)
    """
    if not text.startswith(("https://", "http://")) or visible(text) != text or any(map(str.isspace, text)):
        return False
    try:
        found = urlsplit(text)
    except ValueError:
        return False
    return bool(found.hostname) and found.username is None


def _toned(tone: Tone, text: Markup) -> Markup:
    return text if tone is Tone.PLAIN else element("span", {"class": f"tone-{tone}"}, text)


def _status(cell: Status, language: Language) -> Markup:
    label = language.say(cell.label or cell.key)
    sign = SIGNS.get(cell.tone)
    mark = element("span", {"class": "sign", "aria-hidden": "true"}, sign) if sign else Markup()
    return element("span", {"class": f"status tone-{cell.tone}"}, mark, visible(label))


def _several(cells: tuple[Cell, ...], separator: str, language: Language, unit: str) -> Markup:
    return _escaped(separator).join(html(one, language, unit) for one in cells)


def _parts_of(template: str, cells: object, language: Language) -> Iterator[Markup]:
    told = Phrase(language.say(template), cells)  # type: ignore[arg-type]  # the cells of the phrase itself
    for part in parts(told):
        yield _escaped(part) if isinstance(part, str) else html(part, language)


def _bar(cell: Bar) -> Markup:
    """Two rectangles: sure up to the low end, likely up to the high end."""
    if not cell.whole:
        return Markup()
    low, high = (max(0.0, min(100.0, end / cell.whole * 100)) for end in (cell.low, cell.high))
    sure = element("rect", {"class": "sure", "x": 0, "y": 0, "width": low, "height": 10})
    likely = element("rect", {"class": "likely", "x": low, "y": 0, "width": max(0.0, high - low), "height": 10})
    frame = {"class": "bar", "viewBox": "0 0 100 10", "preserveAspectRatio": "none", "aria-hidden": "true"}
    return element("svg", frame, sure, likely)


def value_attributes(cell: Cell, pointer: str) -> dict[str, object]:
    """The value of a cell for programs and its place in the JSON report; nothing for words without a place."""
    if not pointer and not isinstance(cell, (Number, Share)):
        return {}
    return {"data-pointer": pointer or None, "data-value": json.dumps(_value(cell), allow_nan=False)}


def _value(cell: Cell) -> object:
    match cell:
        case Comparison(demand=demand, reading=reading) if reading is not Reading.REMARK:
            return demand
        case Day(value):
            return value.isoformat()
        case Several(cells, _):
            return [_value(one) for one in cells]
        case _:
            return value_of(cell)


def figure_attributes(cell: Cell | None, pointer: str) -> str:
    """The same as text of attributes, for templates."""
    return attributes_of(value_attributes(cell, pointer)) if cell is not None else ""
