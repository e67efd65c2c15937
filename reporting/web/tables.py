"""Tables of a page: filtered, sorted and saved as CSV by the reader."""

from collections.abc import Iterator

from markupsafe import Markup

from petaplan.reporting.cells import BLANK, Cell, Code, Day, Number, Share, Text
from petaplan.reporting.document import Column, Lines, Row, Table
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element, joined
from petaplan.reporting.web.wording import html, said, value_attributes

LONG_TEXT, SHOWN_TEXT = 320, 160
"""Characters from which a cell is folded, and how many of them then show."""
SHORT_TEXT = 14
"""Characters up to which text of a narrow column stays on one line."""
FEW_ROWS = 8
"""Up to so many rows, a table needs no filter."""


def table(found: Table, id: str, language: Language, number: int) -> Markup:
    """A table with its title, in a frame that scrolls sideways; its number on the page tells it from the others."""
    shown = found.shown
    title = "" if found.title is None else said(found.title, language)
    caption = element("caption", {}, html(found.title, language)) if found.title is not None else Markup()
    head = element("tr", {}, *(_heading(column, language) for column in shown))
    body = joined(_row(row, shown, language) for row in found.rows)
    grid = element("table", {"id": id}, caption, element("thead", {}, head), element("tbody", {}, body))
    frame = {
        "class": "scroll",
        "role": "region",
        "tabindex": "0",
        "aria-label": f"{title or language.say('Table')} ({number})",
    }
    tools = {"class": "table", "data-table": found.key, "data-filter": len(found.rows) > FEW_ROWS}
    return element("div", tools, element("div", frame, grid), *_notes(found, language))


def _notes(found: Table, language: Language) -> Iterator[Markup]:
    for note in found.notes.values():
        yield element("p", {"class": "note"}, html(note, language))


def _heading(column: Column, language: Language) -> Markup:
    words = [column.title if column.named else language.say(column.title or column.key)]
    words += [language.unit(column.unit)] if column.unit else []
    text = ", ".join(" ".join(word.split()) for word in words)
    return element("th", {"scope": "col", "class": "right" if column.right else None}, text)


def _row(row: Row, columns: tuple[Column, ...], language: Language) -> Markup:
    days = {"data-from": row.shown_from, "data-until": row.shown_until}
    cells = (_cell(row, column, language, head=column is columns[0]) for column in columns)
    return element("tr", {**days, "data-place": row.pointer or None}, *cells)


def _cell(row: Row, column: Column, language: Language, *, head: bool) -> Markup:
    cell = row.cells.get(column.key, BLANK)
    classes = " ".join(_classes(cell, column))
    values = value_attributes(cell, row.pointers.get(column.key, ""))
    attributes = {"class": classes or None, **values, **({"scope": "row"} if head else {})}
    return element("th" if head else "td", attributes, _content(cell, column, language))


def _content(cell: Cell, column: Column, language: Language) -> Markup:
    """The cell; long text shows its beginning, and the rest when the reader asks for it."""
    if column.wraps and len(words := said(cell, language, column.unit)) > LONG_TEXT:
        begin = element("summary", {}, f"{words[:SHOWN_TEXT].rpartition(' ')[0]} …")
        return element("details", {"class": "long"}, begin, html(cell, language, column.unit))
    return html(cell, language, column.unit)


def _classes(cell: Cell, column: Column) -> Iterator[str]:
    if column.right or isinstance(cell, (Number, Share)):
        yield "right"
    if column.wraps:
        yield "wraps"
    elif isinstance(cell, Day) or (isinstance(cell, (Text, Code)) and len(cell.value) <= SHORT_TEXT):
        yield "unbroken"


def lines(found: Lines, language: Language) -> Markup:
    """Lines as paragraphs or as a list."""
    if found.bullets:
        return element("ul", {}, *(element("li", {}, html(cell, language)) for cell in found.cells))
    return joined(element("p", {}, html(cell, language)) for cell in found.cells)
