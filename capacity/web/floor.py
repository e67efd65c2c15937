"""The floor of a hall as a picture: a band for each row, racks in their slots, and those without a place below."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.fabrics.racks import RackLine
from petaplan.capacity.site import Hall

WIDEST = 1_080.0
"""Width of the rows of a picture, in its units."""
SLOT = 15.0
"""Most width of a slot."""
BAND = 26.0
"""Height of a rack."""
AISLE = 12.0
"""Between two rows."""
LEFT = 54.0
"""Room for the number of the row."""
TOP = 22.0
"""Room for the numbers of the slots."""
MARGIN = 8.0
NARROWEST = 2.5
"""Least width of a rack that is drawn by itself; narrower ones are drawn as one group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Racks of a group that stand side by side."""

    x: float
    y: float
    width: float
    height: float
    racks: int

    def cabinets(self) -> Iterator[tuple[float, float]]:
        """Left edge and width of each rack; of all together where one would be too narrow to see."""
        each = self.width / self.racks
        if each < NARROWEST:
            yield self.x, self.width
            return
        for number in range(self.racks):
            yield self.x + number * each, each


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupMark:
    """A rack group on the floor."""

    at: int
    """Its number in the list of rack groups."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowBand:
    """The slots of a row."""

    row: int | None
    """None for racks whose place the plan does not state."""
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """The picture of a hall."""

    width: float
    height: float
    slot: float
    """Width of a slot."""
    slots: int
    """Slots of a row."""
    bands: tuple[RowBand, ...]
    marks: tuple[GroupMark, ...]


def floor_of(hall: Hall, lines: Sequence[tuple[int, RackLine]]) -> Floor:
    """The floor of a hall with its rack groups, each with its number in the list of all rack groups."""
    slots = slots_of_row(hall, [line for _, line in lines])
    slot = min(SLOT, WIDEST / slots)
    rows = _rows(hall, lines)
    bands: dict[int | None, RowBand] = {row: _band(row, place, slots * slot) for place, row in enumerate(rows)}
    placed = [(at, line) for at, line in lines if _has_place(line)]
    marks = [GroupMark(at=at, pieces=(_piece(line, bands, slot),)) for at, line in placed]
    y = TOP + len(rows) * (BAND + AISLE)
    loose = list(_flow([(at, line) for at, line in lines if not _has_place(line)], slots, slot, y))
    marks += [GroupMark(at=at, pieces=pieces) for at, pieces in loose]
    below = max((piece.y + piece.height for _, pieces in loose for piece in pieces), default=y - AISLE)
    if loose:
        bands[None] = RowBand(row=None, x=LEFT, y=y, width=slots * slot, height=below - y)
    return Floor(
        width=LEFT + slots * slot + MARGIN,
        height=below + MARGIN,
        slot=slot,
        slots=slots,
        bands=tuple(bands.values()),
        marks=tuple(sorted(marks, key=lambda mark: mark.at)),
    )


def slots_of_row(hall: Hall, lines: Iterable[RackLine]) -> int:
    """Slots of a row: the positions of the hall over its rows, and no fewer than its racks take."""
    declared = -(-hall.rack_positions // hall.rows) if hall.rows else 1
    taken = max((line.last_slot for line in lines if _has_place(line) and line.last_slot is not None), default=1)
    return max(declared, taken)


def _has_place(line: RackLine) -> bool:
    return line.row is not None and line.slot is not None


def _rows(hall: Hall, lines: Iterable[tuple[int, RackLine]]) -> list[int]:
    """The rows that are drawn: all that the hall has, as far as racks stand in them or few are empty."""
    taken = {line.row for _, line in lines if line.row is not None and line.slot is not None}
    most = max(taken, default=0)
    declared = hall.rows or 0
    if declared > len(taken) + FEW_EMPTY_ROWS:
        return sorted(taken)
    return sorted(taken | set(range(1, max(most if most <= declared else 0, declared) + 1)))


FEW_EMPTY_ROWS = 24
"""Up to so many rows without a rack are drawn."""


def _band(row: int, place: int, width: float) -> RowBand:
    return RowBand(row=row, x=LEFT, y=TOP + place * (BAND + AISLE), width=width, height=BAND)


def _piece(line: RackLine, bands: Mapping[int | None, RowBand], slot: float) -> Piece:
    assert line.slot is not None
    assert line.last_slot is not None
    band = bands[line.row]
    x = LEFT + (line.slot - 1) * slot
    return Piece(x=x, y=band.y, width=(line.last_slot - line.slot + 1) * slot, height=BAND, racks=line.count)


def _flow(
    lines: Iterable[tuple[int, RackLine]], slots: int, slot: float, top: float
) -> Iterator[tuple[int, tuple[Piece, ...]]]:
    """Racks without a place, one slot each, line after line; what does not fit in a line goes on in the next."""
    taken, y = 0, top
    for at, line in lines:
        left, pieces = line.count, list[Piece]()
        while left:
            if taken == slots:
                taken, y = 0, y + BAND + AISLE / 2
            fits = min(left, slots - taken)
            pieces.append(Piece(x=LEFT + taken * slot, y=y, width=fits * slot, height=BAND, racks=fits))
            taken, left = taken + fits, left - fits
        yield at, tuple(pieces)
