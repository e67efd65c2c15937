"""A document as Markdown: a comment that is cut in whole rows where it would be too long."""

from collections.abc import Iterator

from petaplan.reporting.cells import BLANK, Cell, Code, Phrase, Source, Status
from petaplan.reporting.comment import Part, code, fitted, plain_text
from petaplan.reporting.document import Block, Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import one_line
from petaplan.reporting.wording import parts, words


def write_markdown(document: Document, rendering: Rendering = PLAIN) -> str:
    """The document as Markdown of at most the limit in bytes; the same document gives the same bytes."""
    return fitted(tuple(_parts(document)), rendering.limit_bytes)


def _parts(document: Document) -> Iterator[Part]:
    if document.marker:
        yield Part(lines=(f"<!-- {inside_comment(document.marker)} -->",))
    for section in document.sections:
        yield from _folded(section) if section.folded else _open(section)


def inside_comment(text: str) -> str:
    """Text that can't end the comment of HTML in which it stands.

    >>> inside_comment("petaplan-gate a --> b")
    'petaplan-gate a &gt; b'
    """
    return one_line(text).replace("-->", "&gt;").replace("--!>", "&gt;")


def _open(section: Section) -> Iterator[Part]:
    """A part for each block; the title stands before the first."""
    heading: tuple[str, ...] = ()
    if section.title is not None:
        heading = (f"{'#' * section.level} {markdown(section.title)}", "")
    title = "" if section.title is None else words(section.title)
    for block in section.blocks:
        if isinstance(block, Table) and not block.rows:
            continue
        yield Part(title=title, head=(*heading, *_head(block)), lines=tuple(_lines(block)), noun=block.noun)
        heading = ()
    if heading:
        yield Part(title=title, lines=heading[:1])


def _folded(section: Section) -> Iterator[Part]:
    """One part, collapsed under its title."""
    assert section.title is not None, f"the folded section {section.key} needs a title"
    first, *rest = section.blocks
    others = [line for block in rest for line in ("", *_head(block), *_lines(block))]
    yield Part(
        title=words(section.title),
        folded=True,
        head=_head(first),
        lines=(*_lines(first), *others),
        noun=first.noun,
    )


def _head(block: Block) -> tuple[str, ...]:
    if isinstance(block, Lines):
        return ()
    title = (f"**{markdown(block.title)}**", "") if block.title is not None else ()
    columns = block.shown
    rule = "|".join("--:" if column.right else "---" for column in columns)
    return (*title, f"| {' | '.join(_heading(column) for column in columns)} |", f"|{rule}|")


def _heading(column: Column) -> str:
    title = column.title.replace("\n", " ")
    return f"{title}, {column.unit}" if column.unit and title else title or column.unit


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        columns = block.shown
        for row in block.rows:
            yield f"| {' | '.join(_cell(row, column) for column in columns)} |"
        return
    for at, cell in enumerate(block.cells):
        if at and not block.bullets:
            yield ""
        yield f"- {markdown(cell)}" if block.bullets else markdown(cell)


def _cell(row: Row, column: Column) -> str:
    return markdown(row.cells.get(column.key, BLANK), column.unit)


def markdown(cell: Cell, unit: str = "") -> str:
    """A cell as Markdown: no markup but what the cell itself means."""
    match cell:
        case Code(value):
            return code(value)
        case Source():
            return code(words(cell))
        case Status():
            return cell.badge or plain_text(words(cell))
        case Phrase():
            return "".join(part if isinstance(part, str) else markdown(part) for part in parts(cell))
        case _:
            return plain_text(words(cell, unit))
