"""A document as text: tables and lines on a terminal, plain text of a fixed width elsewhere."""

import re
from collections.abc import Iterator, Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text as Styled

from petaplan.reporting.cells import BLANK, Cell, Phrase, Status, Text, Tone
from petaplan.reporting.document import Block, Column, Document, Layout, Lines, Row, Table
from petaplan.reporting.grid import Pillar, laid_out, wrapped
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import one_line, visible, visible_page
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
Fragments = list[tuple[str, str]]
"""Pieces of text, each with its style."""

ANY_WIDTH = 10_000
"""Columns of a page that no terminal shows."""

DETAIL_INDENT = 4
"""Columns by which the second and later lines of a row are set in further."""


def write_text(document: Document, rendering: Rendering = PLAIN) -> str:
    """The document as text, with a line feed at the end; colour only where the terminal has it."""
    page = StringIO()
    width = rendering.width or document.pipe_width
    screen = Console(
        file=page,
        width=rendering.width or ANY_WIDTH,
        highlight=False,
        force_terminal=rendering.colour,
        no_color=not rendering.colour,
        soft_wrap=rendering.width is None,
    )
    print_document(document, screen, width)
    text = visible_page(page.getvalue())
    return text if rendering.colour else re.sub(r"[ ]+$", "", text, flags=re.MULTILINE)


def print_document(document: Document, screen: Console, width: int) -> None:
    """The document on a console; a console that does not wrap lets a table grow where its words need more width."""
    last = len(document.sections) - 1
    for at, section in enumerate(document.sections):
        if section.title is not None:
            _print_lines([list(fragments(section.title, Tone.STRONG))], screen)
        for block in section.blocks:
            _print_block(block, screen, width)
        if section.spaced and at < last:
            screen.print()


def _print_block(block: Block, screen: Console, width: int) -> None:
    if isinstance(block, Lines):
        _print_lines([_line(cell, block.indent) for cell in block.cells], screen)
    elif block.layout is Layout.LINES:
        _print_lines(list(_as_lines(block)), screen)
    elif block.rows:
        if block.title is not None:
            _print_lines([list(fragments(block.title, Tone.STRONG))], screen)
        for part in laid_out(_pillars(block), width, keys=block.keys, grows=screen.soft_wrap):
            screen.print(part)


def _print_lines(lines: Sequence[Fragments], screen: Console) -> None:
    """Lines with their styles, or in one go where there is neither width nor colour."""
    if screen.soft_wrap:
        if lines:
            screen.out("\n".join("".join(text for text, _ in line) for line in lines), highlight=False)
        return
    pieces = [piece for line in lines for piece in wrapped(Styled.assemble(*line), screen.width)]
    if pieces:
        screen.print(Styled("\n").join(pieces), soft_wrap=True)


def _line(cell: Cell, indent: int) -> Fragments:
    return [(" " * indent, ""), *fragments(cell, further_indent=indent + 4)]


def _as_lines(table: Table) -> Iterator[Fragments]:
    columns = table.shown
    for at, row in enumerate(table.rows):
        yield _row_line(columns, row, table.indent)
        if at + 1 in table.notes:
            yield [(" " * (table.indent + 2), ""), *fragments(table.notes[at + 1])]


def _row_line(columns: Sequence[Column], row: Row, indent: int) -> Fragments:
    """The cells of a row one after the other, each with what its column puts around it."""
    line: Fragments = [(" " * indent, "")]
    for at, column in enumerate(columns):
        cell, inline = row.cells.get(column.key, BLANK), column.inline
        if cell == BLANK or cell == row.cells.get(inline.unless_same_as):
            continue
        if inline.own_line:
            line.append(("\n" + " " * (indent + DETAIL_INDENT), ""))
        style = STYLE[inline.tone]
        line.append((inline.before if at else inline.before.lstrip(), style))
        line += fragments(cell, inline.tone, unit=column.unit)
        line.append((inline.after, style))
    return line


def _pillars(table: Table) -> list[Pillar]:
    rows = table.rows
    return [
        Pillar(
            column=column,
            heading=_heading(column),
            cells=[Styled.assemble(*fragments(row.cells.get(column.key, BLANK), unit=column.unit)) for row in rows],
        )
        for column in table.shown
    ]


def _heading(column: Column) -> str:
    title = column.short or column.title
    return f"{title}\n{column.unit}" if column.unit and title else title or column.unit


def fragments(cell: Cell, tone: Tone = Tone.PLAIN, *, unit: str = "", further_indent: int = 0) -> Fragments:
    """A cell as pieces of text with their styles; ``further_indent`` is that of its second line, if it may have one."""
    if isinstance(cell, Phrase):
        own = cell.tone if cell.tone is not Tone.PLAIN else tone
        return [
            piece
            for part in parts(cell)
            for piece in ([(part, STYLE[own])] if isinstance(part, str) else fragments(part, own))
        ]
    text = words(cell, unit)
    if isinstance(cell, Text | Status) and cell.tone is not Tone.PLAIN:
        tone = cell.tone
    shown = visible(text).replace("\n", "\n" + " " * further_indent) if further_indent else one_line(text)
    return [(shown, STYLE[tone])]
