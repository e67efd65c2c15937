"""Halls of a plan as one drawing: the floor of each, its racks in their slots, on every day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.racks import RackLine, rack_lines
from petaplan.capacity.site import Hall
from petaplan.capacity.web.colours import Colouring, colourings, rack_kw, stands_on
from petaplan.capacity.web.floor import LEFT, Floor, GroupMark, floor_of
from petaplan.capacity.web.rack_kinds import rack_kinds
from petaplan.reporting.cells import MISSING, Cell, Number, Phrase, Text
from petaplan.reporting.web.blocks import Mark
from petaplan.reporting.web.drawing import Circle, Drawing, Group, Label, Rect, Shape
from petaplan.reporting.web.paint import Paint

MOST_RACKS = 8_000
"""Up to so many racks of a drawing, each is drawn by itself; otherwise each group is one mark."""
MOST_GROUPS = 4_000
"""Up to so many rack groups, every hall is drawn; otherwise halls that are alike are drawn once."""
MOST_HALLS = 100
"""Halls of a drawing."""
HEAD = 26.0
SIGN_WIDTH = 9.0
"""Least width of a group that has its sign on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HallsOnDay:
    """Racks in service on a day."""

    day: date
    racks: tuple[int, ...]
    """Of each hall."""
    it_power_kw: tuple[float, ...]
    """Of each hall; a lower bound where the power of some rack is not known."""


@dataclass(frozen=True, eq=False)
class Halls:
    """The halls of a plan, their racks, and the days on which these change."""

    design: Design

    @cached_property
    def lines(self) -> tuple[RackLine, ...]:
        """The rack groups, in the order of the rack list."""
        return rack_lines(self.design)

    @cached_property
    def by_hall(self) -> Mapping[str, list[tuple[int, RackLine]]]:
        """Rack groups of each hall, with their number in the rack list."""
        found: dict[str, list[tuple[int, RackLine]]] = {hall.name: [] for hall in self.design.hub.halls}
        for at, line in enumerate(self.lines):
            found[line.hall].append((at, line))
        return found

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days on which racks enter or leave service."""
        comes = {line.in_service for line in self.lines}
        leaves = {line.retired for line in self.lines if line.retired is not None}
        return tuple(sorted(comes | leaves))

    @cached_property
    def on_days(self) -> tuple[HallsOnDay, ...]:
        """Racks and power of each hall on each of the days."""
        return tuple(self._on(day) for day in self.days)

    def _on(self, day: date) -> HallsOnDay:
        standing = [[line for _, line in lines if stands_on(line, day)] for lines in self.by_hall.values()]
        return HallsOnDay(
            day=day,
            racks=tuple(sum(line.count for line in lines) for lines in standing),
            it_power_kw=tuple(round(sum(line.it_power_kw.value or 0.0 for line in lines), 3) for lines in standing),
        )

    @cached_property
    def colourings(self) -> tuple[Colouring, ...]:
        """Ways to colour them."""
        return colourings(self.design, self.lines)

    @cached_property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the halls with racks: those that are drawn once are together, the first stands for all."""
        numbers = [at for at, lines in enumerate(self.by_hall.values()) if lines]
        if len(self.lines) <= MOST_GROUPS:
            return tuple((at,) for at in numbers)
        found: dict[object, list[int]] = {}
        for at in numbers:
            found.setdefault(self._look(at), []).append(at)
        return tuple(tuple(halls) for halls in found.values())

    def _look(self, at: int) -> object:
        """All that a drawing shows of a hall except its name."""
        hall = self.design.hub.halls[at]
        shown = tuple(replace(line, hall="", name="", pod=None, feeds=()) for _, line in self.by_hall[hall.name])
        return hall.rows, hall.rack_positions, shown


def drawing_of(halls: Halls, key: str) -> Drawing:
    """The floors of the halls, one below the other."""
    shown = halls.alike[:MOST_HALLS]
    racks = sum(line.count for at, *_ in shown for _, line in halls.by_hall[halls.design.hub.halls[at].name])
    shapes: list[Shape] = []
    y = width = 0.0
    for numbers in shown:
        hall = halls.design.hub.halls[numbers[0]]
        floor = floor_of(hall, halls.by_hall[hall.name])
        shapes.append(Group(y=y, shapes=tuple(_hall(halls, hall, floor, numbers, singly=racks <= MOST_RACKS))))
        y += HEAD + floor.height + 16
        width = max(width, floor.width)
    return Drawing(
        key=key,
        title=Phrase("Racks on the floor"),
        description=Phrase("The floor of each hall, row by row. The table of rack groups has the same in words."),
        width=max(width, 600),
        height=y,
        shapes=tuple(shapes),
    )


def _hall(halls: Halls, hall: Hall, floor: Floor, numbers: Sequence[int], *, singly: bool) -> Iterator[Shape]:
    names: dict[str, Cell] = {"hall": Text(hall.name), "more": Number(value=len(numbers) - 1)}
    title: Cell = Phrase("{hall} and {more} halls alike", names) if len(numbers) > 1 else names["hall"]
    yield Label(x=8, y=18, text=title, size=15, strong=True)
    yield from _sums(halls, numbers[0])
    yield Group(y=HEAD, shapes=tuple(_floor(halls, floor, singly=singly)))


def _sums(halls: Halls, number: int) -> Iterator[Shape]:
    """Racks and power of a hall on each day."""
    for at, found in enumerate(halls.on_days):
        until = halls.days[at + 1] if at + 1 < len(halls.days) else None
        place = f"/floors/days/{at}/halls/{number}"
        racks = Number(value=found.racks[number], unit="racks")
        power = Number(value=found.it_power_kw[number], unit="kW", at_most=0)
        for x, cell, name in ((420.0, racks, "racks"), (540.0, power, "it_power_kw")):
            yield Label(
                x=x,
                y=18,
                text=cell,
                anchor="end",
                figure=cell,
                pointer=f"{place}/{name}",
                shown_from=found.day,
                shown_until=until,
            )


def _floor(halls: Halls, floor: Floor, *, singly: bool) -> Iterator[Shape]:
    for slot in (1, *range(8, floor.slots + 1, 8)):
        x = LEFT + (slot - 0.5) * floor.slot
        if slot == 1 or floor.slot * 8 >= 20:
            yield Label(x=x, y=14, text=Text(str(slot)), size=9, anchor="middle")
    for band in floor.bands:
        name: Cell = Text("–") if band.row is None else Phrase("row {row}", {"row": Number(value=band.row)})
        yield Label(x=LEFT - 6, y=band.y + 17, text=name, size=11, anchor="end")
        yield Rect(x=band.x, y=band.y, width=band.width, height=band.height, paint=Paint.QUIET)
    for mark in floor.marks:
        yield _group(halls, mark, singly=singly)


def _group(halls: Halls, mark: GroupMark, *, singly: bool) -> Shape:
    line = halls.lines[mark.at]
    classes = [one.classes[one.of[mark.at]] for one in halls.colourings]
    shapes: list[Shape] = []
    for piece in mark.pieces:
        spans = piece.cabinets() if singly else ((piece.x, piece.width),)
        shapes += [Rect(x=x, y=piece.y, width=width, height=piece.height) for x, width in spans]
    first = max(mark.pieces, key=lambda piece: piece.width)
    if first.width >= SIGN_WIDTH:
        middle = first.x + first.width / 2
        shapes.append(Circle(x=middle, y=first.y + 13, radius=7, paint=Paint.PLAIN))
        sign = Text(classes[0].sign)
        shapes.append(Label(x=middle, y=first.y + 17, text=sign, size=11, anchor="middle", key=f"s{mark.at}"))
    power = MISSING if line.it_power_kw.value is None else Number(value=line.it_power_kw.value, unit="kW", at_most=1)
    return Group(
        shapes=tuple(shapes),
        classes=("racks", *(one.name for one in classes)),
        paint=classes[0].paint,
        title=_title(line, power),
        figure=power,
        pointer=f"/racks/racks/{mark.at}/it_power_kw",
        shown_from=line.in_service,
        shown_until=line.retired,
        leads_to=("racks", f"kind-{rack_kinds(halls.design).of[line.pod, line.name]}"),
    )


def _title(line: RackLine, power: Cell) -> Cell:
    name = f"{line.pod}/{line.name}" if line.pod else line.name
    each = rack_kw(line)
    cells: dict[str, Cell] = {
        "name": Text(name),
        "racks": Number(value=line.count),
        "model": Text(line.model),
        "power": power,
        "each": MISSING if each is None else Number(value=each, unit="kW", at_most=2),
        "phase": Text(line.phase),
    }
    return Phrase("{name}: {racks} × {model}, {power} ({each} each), {phase}", cells)


def signs_of(colouring: Colouring, drawn: Drawing) -> dict[str, Mark]:
    """The signs of a colouring on the groups of a drawing that have one."""
    keys = [shape.key for shape in drawn.every_shape() if shape.key.startswith("s")]
    return {key: Mark(text=colouring.classes[colouring.of[int(key[1:])]].sign) for key in keys}
