"""The layout of a table on a terminal: nothing is left out and no word is cut.

A table that is too wide first breaks the cells that may be broken, then stands closer. Where that is not enough it is
shown in bands: its keys again in each, what matters most in the first. Where a band is too wide its rows are lists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rich import box
from rich.cells import cell_len
from rich.table import Table as Grid
from rich.text import Text as Styled

from petaplan.reporting.document import Column

GAP, NARROW_GAP = 3, 2
EDGES = 2
"""Columns of a terminal left and right of a grid."""
LEAST_WRAPPED = 12
"""Columns that a cell which may be broken has at least, where its words need no more."""
LIST_INDENT = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Pillar:
    """A column with what it shows."""

    column: Column
    heading: str
    cells: Sequence[Styled]

    @property
    def natural(self) -> int:
        """Its width where no cell is broken."""
        return max(map(cell_len, chain(self.heading.split("\n"), (cell.plain for cell in self.cells))), default=0)

    @property
    def least(self) -> int:
        """The smallest width at which no word is cut."""
        if not self.column.wraps:
            return self.natural
        words = chain(self.heading.split(), *(cell.plain.split() for cell in self.cells))
        return min(self.natural, max(LEAST_WRAPPED, *map(cell_len, words), 0))


def laid_out(pillars: Sequence[Pillar], width: int, *, keys: int = 1, grows: bool = False) -> Iterator[Grid | Styled]:
    """The table as grids, or as lists; ``keys`` leading columns tell its rows apart.

    One that ``grows`` takes the width that its words need.
    """
    least = sum(one.least for one in pillars)
    for gap in (GAP, NARROW_GAP):
        room = width - EDGES - gap * (len(pillars) - 1)
        if grows or room >= least:
            yield _grid(pillars, max(room, least), gap)
            return
    bands = _bands(pillars, width, keys)
    if bands is None:
        yield from _lists(pillars, width, keys)
        return
    for band in bands:
        yield _grid(band, width - EDGES - NARROW_GAP * (len(band) - 1), NARROW_GAP)


def _bands(pillars: Sequence[Pillar], width: int, keys: int) -> list[list[Pillar]] | None:
    """Columns in groups that fit, the first ones and those that matter most in the first; None where one does not."""
    repeated, others = list(pillars[:keys]), pillars[keys:]
    fixed = EDGES + sum(one.least for one in repeated) + NARROW_GAP * (keys - 1)
    bands: list[list[Pillar]] = []
    room = -1
    for one in sorted(others, key=lambda pillar: not pillar.column.matters):
        needed = NARROW_GAP + one.least
        if needed > room:
            bands.append([*repeated])
            room = width - fixed
        if needed > room:
            return None
        bands[-1].append(one)
        room -= needed
    return bands or None


def _grid(pillars: Sequence[Pillar], room: int, gap: int) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 1) if gap == GAP else (0, 1, 0, 0))
    for one, width in zip(pillars, _widths(pillars, room), strict=True):
        grid.add_column(
            one.heading,
            justify="right" if one.column.right else "left",
            width=width,
            no_wrap=width >= one.natural,
            overflow="fold",
        )
    for row in zip(*(one.cells for one in pillars), strict=True):
        grid.add_row(*row)
    return grid


def _widths(pillars: Sequence[Pillar], room: int) -> list[int]:
    """The widths: each as it likes, the widest of those that may be broken made smaller until all fit."""
    widths = [one.natural for one in pillars]
    least = [one.least for one in pillars]
    while (over := sum(widths) - room) > 0:
        spare = [(now - low, at) for at, (now, low) in enumerate(zip(widths, least, strict=True)) if now > low]
        if not spare:
            break
        most, at = max(spare)
        second = max((free for free, other in spare if other != at), default=0)
        widths[at] -= min(over, most, max(1, most - second))
    return widths


def _lists(pillars: Sequence[Pillar], width: int, keys: int) -> Iterator[Styled]:
    """Each row as its keys, and below them a line for each other column; the titles of the keys stand first."""
    names = pillars[:keys]
    titles = "  ".join(" ".join(one.heading.split()) for one in names)
    if titles.strip():
        yield from wrapped(Styled(f"  {titles}", "dim"), width)
    for at in range(len(pillars[0].cells)):
        head = Styled("  ").join(one.cells[at] for one in names)
        head.stylize("bold")
        yield from wrapped(Styled.assemble("  ", head), width)
        for one in pillars[keys:]:
            if one.cells[at].plain:
                heading = " ".join(one.heading.split())
                line = Styled.assemble(" " * LIST_INDENT, f"{heading}: " if heading else "", one.cells[at])
                yield from wrapped(line, width)


def wrapped(line: Styled, width: int) -> Iterator[Styled]:
    """Text in lines of at most so many columns; further lines are set in more than the first."""
    for part in line.split("\n", allow_blank=True):
        indent = min(len(part.plain) - len(part.plain.lstrip(" ")), width // 2)
        if cell_len(part.plain) <= width:
            yield part
            continue
        further = min(indent + 2, width // 2)
        lines = _broken(part[indent:], width - indent, width - further)
        for at, piece in enumerate(lines):
            yield Styled.assemble(" " * (further if at else indent), piece)


def _broken(text: Styled, first: int, further: int) -> Iterator[Styled]:
    """Pieces of a text of at most so many columns, broken at spaces; a word that is longer alone is broken inside."""
    plain, start, room = text.plain, 0, first
    while start < len(plain):
        end = _end_of_line(plain, start, room)
        piece = text[start:end]
        piece.rstrip()
        yield piece
        start = end + len(plain[end:]) - len(plain[end:].lstrip(" "))
        room = further


def _end_of_line(plain: str, start: int, room: int) -> int:
    """Where a line that starts there ends: at the last space that fits, else where the room ends."""
    end, used = start, 0
    while end < len(plain) and (used := used + cell_len(plain[end])) <= room:
        end += 1
    if end == len(plain) or plain[end] == " ":
        return end
    space = plain.rfind(" ", start + 1, end)
    return space if space > start else max(end, start + 1)
