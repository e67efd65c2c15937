"""The view model: a document of sections, each with tables and lines of typed cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from petaplan.reporting.cells import BLANK, Cell, Tone

PIPE_WIDTH = 110
"""Columns of a text that no terminal shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inline:
    """How a column reads where a row is written as lines and not as a row of a grid."""

    before: str = " "
    after: str = ""
    own_line: bool = False
    tone: Tone = Tone.PLAIN
    unless_same_as: str = ""
    """Key of a column that says the same already; then it is left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its key is for programs and never changes with the title."""

    key: str
    title: str = ""
    """A line feed breaks it on a terminal."""
    short: str = ""
    """The title on a terminal, where another one fits better."""
    unit: str = ""
    """Unit of all its numbers."""
    right: bool = False
    wraps: bool = False
    """Whether a long value may take more than one line on a terminal."""
    matters: bool = False
    """Whether it stands in the first band of a table that a terminal is too narrow for."""
    data_only: bool = False
    """Whether it is for programs, and no person sees it."""
    named: bool = False
    """Whether the title is a name, such as that of a phase, which is the same in every language."""
    if_any: bool = False
    """Whether people see it only where a row has a value."""
    bounded: bool = False
    """Whether its numbers may be lower bounds; flat outputs then have a column that names those that are."""
    inline: Inline = Inline()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Cells by the key of their column; a key that is not there is an empty cell."""

    cells: Mapping[str, Cell]
    pointer: str = ""
    """JSON pointer (RFC 6901) of what the row shows, in the JSON output of the same report."""
    pointers: Mapping[str, str] = field(default_factory=dict)
    """JSON pointers of single cells, by the key of their column."""
    shown_from: date | None = None
    """First day on which it is there, where a reader of a page may choose the day."""
    shown_until: date | None = None
    """First day on which it is gone."""


class Layout(StrEnum):
    """How a table is shown on a terminal."""

    GRID = "grid"
    LINES = "lines"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under typed columns."""

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    title: Cell | None = None
    constants: Mapping[str, Cell] = field(default_factory=dict)
    """What all rows have in common, such as the phase: columns of their own where tables are joined."""
    layout: Layout = Layout.GRID
    indent: int = 2
    """Of rows that are shown as lines."""
    noun: str = "rows"
    """What its rows are called where some are left out."""
    keys: int = 1
    """Leading columns that tell the rows apart: each band of a table that is too wide has them."""
    notes: Mapping[int, Cell] = field(default_factory=dict)
    """Remarks after so many rows, such as how many more there are of one kind."""

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that people see."""
        return tuple(column for column in self.columns if not column.data_only and not self._is_empty(column))

    def _is_empty(self, column: Column) -> bool:
        """Whether a column that is shown only with values has none."""
        return column.if_any and all(row.cells.get(column.key, BLANK) == BLANK for row in self.rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """Cells, one a line."""

    cells: tuple[Cell, ...]
    indent: int = 0
    bullets: bool = False
    """Whether Markdown writes a list."""
    noun: str = "lines"


Block = Table | Lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Blocks under a title."""

    key: str
    blocks: tuple[Block, ...]
    title: Cell | None = None
    level: int = 3
    """Depth of the title in Markdown."""
    folded: bool = False
    """Whether a comment collapses it under its title."""
    spaced: bool = True
    """Whether a terminal shows an empty line after it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A report as data."""

    key: str
    """What kind of report it is, such as ``failover``."""
    name: str
    """What it is about, such as the name of the hub."""
    sections: tuple[Section, ...]
    main: str = ""
    """Key of the table, or tables, that a flat output writes; the first one unless given."""
    marker: str = ""
    """Hidden text by which a comment is found again."""
    pipe_width: int = PIPE_WIDTH

    def tables(self) -> Iterator[Table]:
        """Every table, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield block

    def main_tables(self) -> tuple[Table, ...]:
        """The tables that a flat output writes."""
        found = tuple(self.tables())
        key = self.main or (found[0].key if found else "")
        return tuple(table for table in found if table.key == key)


def under(pointer: str, sections: Iterable[Section]) -> Iterator[Section]:
    """Sections whose rows stand below another place of the JSON output, such as ``/report``."""
    for section in sections:
        yield replace(section, blocks=tuple(_block_under(pointer, block) for block in section.blocks))


def _block_under(pointer: str, block: Block) -> Block:
    if isinstance(block, Lines):
        return block
    return replace(block, rows=[_row_under(pointer, row) for row in block.rows])


def _row_under(pointer: str, row: Row) -> Row:
    places = {key: f"{pointer}{place}" for key, place in row.pointers.items()}
    return replace(row, pointer=row.pointer and f"{pointer}{row.pointer}", pointers=places)
