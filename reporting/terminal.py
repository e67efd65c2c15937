"""A document as text: tables and lines on a terminal, plain text of a fixed width elsewhere."""

import re
from collections.abc import Iterator
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text as Styled

from petaplan.reporting.cells import BLANK, Cell, Missing, Phrase, Status, Text, Tone
from petaplan.reporting.document import Block, Column, Document, Layout, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import one_line, visible
from petaplan.reporting.wording import parts, words

STYLE = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.BAD: "bold red",
    Tone.UNKNOWN: "magenta",
    Tone.WARNING: "yellow",
    Tone.NOTE: "cyan",
    Tone.STRONG: "bold",
    Tone.QUIET: "dim",
}
DETAIL_INDENT = 4
"""Columns by which the second and later lines of a row are set in further."""


def write_text(document: Document, rendering: Rendering = PLAIN) -> str:
    """The document as text, with a line feed at the end; colour only where the terminal has it."""
    page = StringIO()
    width = rendering.width or document.pipe_width
    screen = Console(
        file=page,
        width=width,
        highlight=False,
        force_terminal=rendering.colour,
        no_color=not rendering.colour,
        soft_wrap=rendering.width is None,
    )
    print_document(document, screen)
    return page.getvalue() if rendering.colour else re.sub(r"[ ]+$", "", page.getvalue(), flags=re.MULTILINE)


def print_document(document: Document, screen: Console) -> None:
    """The document on a console."""
    last = len(document.sections) - 1
    for at, section in enumerate(document.sections):
        for part in _section(section, screen.width):
            screen.print(part)
        if section.spaced and at < last:
            screen.print()


def _section(section: Section, width: int) -> Iterator[RenderableType]:
    if section.title is not None:
        yield styled(section.title, Tone.STRONG)
    for block in section.blocks:
        yield from _block(block, width)


def _block(block: Block, width: int) -> Iterator[RenderableType]:
    if isinstance(block, Lines):
        for cell in block.cells:
            yield Styled(" " * block.indent).append_text(styled(cell, several_lines=block.indent + 4))
    elif block.layout is Layout.LINES:
        yield from _as_lines(block)
    elif block.rows:
        yield _grid(block, width)


def _as_lines(table: Table) -> Iterator[Styled]:
    for at, row in enumerate(table.rows):
        yield _row_lines(table, row)
        if at + 1 in table.notes:
            yield Styled(" " * (table.indent + 2)).append_text(styled(table.notes[at + 1]))


def _row_lines(table: Table, row: Row) -> Styled:
    """The cells of a row one after the other, each with what its column puts around it."""
    line = Styled(" " * table.indent)
    for at, column in enumerate(table.shown):
        cell, inline = row.cells.get(column.key, BLANK), column.inline
        if cell == BLANK or cell == row.cells.get(inline.unless_same_as):
            continue
        before = inline.before if at else inline.before.lstrip()
        told = Styled(before).append_text(styled(cell, unit=column.unit)).append(inline.after)
        if inline.own_line:
            line.append("\n" + " " * (table.indent + DETAIL_INDENT))
        if inline.tone is not Tone.PLAIN:
            told.stylize(STYLE[inline.tone])
        line.append_text(told)
    return line


def _grid(table: Table, width: int) -> Grid:
    title = None if table.title is None else styled(table.title)
    grid = Grid(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    columns = [column for column in table.shown if column.least_width <= width]
    for column in columns:
        grid.add_column(
            _heading(column),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
        )
    for row in table.rows:
        grid.add_row(*(styled(row.cells.get(column.key, BLANK), unit=column.unit) for column in columns))
    return grid


def _heading(column: Column) -> str:
    title = column.short or column.title
    return f"{title}\n{column.unit}" if column.unit and title else title or column.unit


def styled(cell: Cell, tone: Tone = Tone.PLAIN, *, unit: str = "", several_lines: int = 0) -> Styled:
    """A cell with its style; ``several_lines`` is the indent of further lines where it may have some."""
    if isinstance(cell, Phrase):
        own = STYLE[cell.tone if cell.tone is not Tone.PLAIN else tone]
        made = Styled(style=own)
        for part in parts(cell):
            made.append_text(Styled(part) if isinstance(part, str) else styled(part))
        return made
    text = words(cell, unit)
    shown = visible(text).replace("\n", "\n" + " " * several_lines) if several_lines else one_line(text)
    if isinstance(cell, Text | Status) and cell.tone is not Tone.PLAIN:
        tone = cell.tone
    return Styled(shown if not isinstance(cell, Missing) else text, style=STYLE[tone])
