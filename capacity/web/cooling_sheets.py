"""Cooling plant as a drawing: heat from the racks by loops and CDUs to the chillers, and what each loss changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.failover.plant import (
    PlantLoss,
    percent_after,
    plant_losses_of,
    resting_plant_percent,
)
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import Plant, heat_by_loop, heat_loads_of, loop_of, plant_of
from petaplan.capacity.web.layered import Box, Joint, Picture, Spacing, layered
from petaplan.capacity.web.one_line import natural
from petaplan.capacity.web.power_sheets import GONE, NEAREST, load_paint
from petaplan.capacity.web.words import cut, percent_cell, percent_text
from petaplan.reporting.cells import Cell, Number, Phrase, Text
from petaplan.reporting.web.blocks import Mark
from petaplan.reporting.web.drawing import Drawing, Group, Label, Path, Rect, Shape
from petaplan.reporting.web.paint import Paint

WIDTH, HEIGHT = 150.0, 46.0
SOURCE_HEIGHT = 44.0
HEAD = 12.0
MOST_PIECES = 300
"""Up to so many pieces of plant, each is drawn; otherwise groups that are alike are drawn once."""
PER_LINE = 3
"""Plants of halls that stand side by side."""
KINDS: Mapping[type[Plant], str] = {CoolingLoop: "pump", Cdu: "CDU", Chiller: "chiller"}
"""A unit of each kind; the units of an air loop are fan walls."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopHeat:
    """Heat that comes to a loop."""

    loop: str
    racks: int
    rack_kw: float
    """Of its racks."""
    equipment_kw: float
    """Losses of the transformers, UPSes and rectifiers that it cools."""


@dataclass(frozen=True, eq=False)
class CoolingDay:
    """The cooling plant of one day."""

    state: State
    at: int
    """Number of the day in the JSON report."""

    @cached_property
    def pieces(self) -> Mapping[str, Plant]:
        """The plant in service, by name."""
        return {piece.name: piece for piece in plant_of(self.state)}

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Number of each piece in the JSON report."""
        return {name: at for at, name in enumerate(self.pieces)}

    @cached_property
    def losses(self) -> tuple[PlantLoss, ...]:
        """Every single loss."""
        return tuple(plant_losses_of(self.state))

    @cached_property
    def shown(self) -> tuple[tuple[int, PlantLoss], ...]:
        """The losses of plant that is drawn, each with its number among all."""
        drawn = {name for picture, _ in self.pictures for name in picture.boxes}
        return tuple((at, lost) for at, lost in enumerate(self.losses) if lost.object in drawn)

    @cached_property
    def heat(self) -> tuple[LoopHeat, ...]:
        """Heat of each loop in service, in the order of the plant."""
        design, of_racks, racks = self.state.design, dict[str, float](), dict[str, int]()
        for placement in self.state.placements:
            for loop in {loop_of(placement, coolant) for coolant in Coolant} - {None}:
                racks[str(loop)] = racks.get(str(loop), 0) + design.pod(placement).rack_count
            for name, kw, _ in heat_by_loop(design, placement):
                of_racks[name] = of_racks.get(name, 0.0) + kw
        loads = heat_loads_of(self.state)
        return tuple(
            LoopHeat(
                loop=name,
                racks=racks.get(name, 0),
                rack_kw=of_racks.get(name, 0.0),
                equipment_kw=max(0.0, loads[name].kw - of_racks.get(name, 0.0)),
            )
            for name, piece in self.pieces.items()
            if isinstance(piece, CoolingLoop)
        )

    @cached_property
    def pictures(self) -> tuple[tuple[Picture, int], ...]:
        """Pieces that are joined, directly or by way of others, in one picture each, and how many more are alike."""
        joints = list(_joints(self.pieces))
        groups = _joined([*self.pieces], [(joint.upper, joint.lower) for joint in joints])
        alike: dict[object, list[list[str]]] = {}
        for at, group in enumerate(groups):
            alike.setdefault(self._look(group) if len(self.pieces) > MOST_PIECES else at, []).append(group)
        return tuple((self._picture(one, joints), len(more)) for one, *more in alike.values())

    def _look(self, group: Sequence[str]) -> object:
        """What a picture shows, without names: equal for groups that are alike."""
        percent, pieces = resting_plant_percent(self.state), (self.pieces[name] for name in group)
        return tuple(
            sorted(
                (type(one).__name__, one.units, one.spare_units, one.unit_rated_kw, round(percent[one.name], 6))
                for one in pieces
            )
        )

    def _picture(self, group: Sequence[str], joints: Sequence[Joint]) -> Picture:
        inside = set(group)
        boxes = [
            Box(
                key=name,
                layer=1 + [*KINDS].index(type(self.pieces[name])),
                width=WIDTH,
                height=HEIGHT,
                order=("", natural(name)),
            )
            for name in group
        ]
        sources = [
            Box(key=f"heat {one.loop}", layer=0, width=WIDTH, height=SOURCE_HEIGHT, order=("", natural(one.loop)))
            for one in self.heat
            if one.loop in inside
        ]
        into = [Joint(upper=f"heat {one.loop}", lower=one.loop) for one in self.heat if one.loop in inside]
        return layered(
            [*boxes, *sources], [*into, *(one for one in joints if one.upper in inside)], Spacing(between=14)
        )


def _joints(pieces: Mapping[str, Plant]) -> Iterator[Joint]:
    """The way of the heat: from loops to their CDUs, and on to the chillers; from loops without CDUs directly."""
    behind: dict[str, list[str]] = {}
    for piece in pieces.values():
        if isinstance(piece, Cdu) and piece.loop in pieces:
            behind.setdefault(piece.loop, []).append(piece.name)
            yield Joint(upper=piece.loop, lower=piece.name)
    for piece in pieces.values():
        if isinstance(piece, CoolingLoop):
            for chiller in dict.fromkeys(piece.chillers):
                if chiller in pieces:
                    for upper in behind.get(piece.name, (piece.name,)):
                        yield Joint(upper=upper, lower=chiller)


def _joined(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Names in groups that no pair joins to another, in the order of the first name of each."""
    group_of = {name: [name] for name in names}
    for one, other in pairs:
        kept, moved = group_of[one], group_of[other]
        if kept is not moved:
            kept.extend(moved)
            group_of |= dict.fromkeys(moved, kept)
    return list({id(group_of[name]): group_of[name] for name in names}.values())


def drawing_of(day: CoolingDay, key: str) -> Drawing:
    """All plant of a day, groups side by side as far as they fit."""
    shapes: list[Shape] = []
    x = y = width = line = 0.0
    for number, (picture, alike) in enumerate(day.pictures):
        if number % PER_LINE == 0:
            x, y, line = 0.0, y + line, 0.0
        shapes.append(Group(x=x, y=y + HEAD, shapes=tuple(_contents(day, picture))))
        if alike:
            more: dict[str, Cell] = {"more": Number(value=alike)}
            shapes.append(Label(x=x + 8, y=y + HEAD + 4, text=Phrase("and {more} alike", more), size=11))
        x += picture.width + 24
        line, width = max(line, picture.height + HEAD + 12), max(width, x)
    words: dict[str, Cell] = {"phase": Text(day.state.phase.name)}
    return Drawing(
        key=key,
        title=Phrase("Heat from the racks to the chillers: {phase}", words),
        description=Phrase("Cooling plant of {phase}. The table of losses has the same figures in words.", words),
        width=width,
        height=y + line,
        shapes=tuple(shapes),
    )


def _contents(day: CoolingDay, picture: Picture) -> Iterator[Shape]:
    for wire in picture.wires:
        yield Path(points=wire.points)
    for at, one in enumerate(day.heat):
        if f"heat {one.loop}" in picture.boxes:
            yield from _heat(day, picture, at)
    for name, box in picture.boxes.items():
        if name in day.pieces:
            yield _piece(day, name, box.x, box.y)


def _heat(day: CoolingDay, picture: Picture, at: int) -> Iterator[Shape]:
    one, place = day.heat[at], f"/cooling/{day.at}/heat/{at}"
    box = picture.boxes[f"heat {one.loop}"]
    yield Rect(x=box.x, y=box.y, width=box.width, height=box.height, paint=Paint.QUIET)
    rows: tuple[tuple[str, str, float, str], ...] = (
        ("racks", "racks", one.racks, ""),
        ("heat of racks", "rack_kw", round(one.rack_kw, 3), "kW"),
        ("of equipment", "equipment_kw", round(one.equipment_kw, 3), "kW"),
    )
    for number, (title, member, value, unit) in enumerate(rows):
        cell = Number(value=value, unit=unit, at_most=0)
        y = box.y + 13 + number * 13
        yield Label(x=box.x + 5, y=y, text=Phrase(title), size=9.5)
        yield Label(
            x=box.x + WIDTH - 5, y=y, text=cell, size=10, anchor="end", figure=cell, pointer=f"{place}/{member}"
        )


def _piece(day: CoolingDay, name: str, x: float, y: float) -> Shape:
    piece, number = day.pieces[name], day.place[name]
    load = percent_cell(resting_plant_percent(day.state)[name])
    fans = isinstance(piece, CoolingLoop) and piece.coolant is Coolant.AIR
    kind: dict[str, Cell] = {
        "name": Text(name),
        "kind": Phrase("fan wall" if fans else KINDS[type(piece)]),
        "units": Number(value=piece.units),
        "spare": Number(value=piece.spare_units),
    }
    template = "{units} × {kind}, {spare} spare" if piece.spare_units else "{units} × {kind}"
    middle = x + WIDTH / 2
    shapes = (
        Rect(x=x, y=y, width=WIDTH, height=HEIGHT, radius=3, key=f"p{number}", paint=_paint(day, name)),
        Label(x=middle, y=y + 14, text=Text(cut(name, 22)), size=10, anchor="middle", strong=True),
        Label(x=middle, y=y + 27, text=Phrase(template, kind), size=9, anchor="middle"),
        Label(
            x=middle,
            y=y + 40,
            text=load,
            size=11,
            anchor="middle",
            key=f"t{number}",
            figure=load,
            pointer=f"/cooling/{day.at}/pieces/{number}/percent",
        ),
    )
    return Group(shapes=shapes, title=Phrase("{name}: {kind}, {units} units", kind), selects=state_key(number))


def state_key(number: int) -> str:
    """Key of the state of the loss of a unit, by the number of its piece."""
    return f"u{number}"


def _paint(day: CoolingDay, name: str) -> Paint:
    return load_paint(resting_plant_percent(day.state)[name], Paint.PLAIN)


def marks_of(day: CoolingDay, lost: PlantLoss) -> dict[str, Mark]:
    """What a loss changes in the drawing."""
    number, piece = day.place[lost.object], day.pieces[lost.object]
    marks = {f"p{number}": Mark(paint=Paint.LOST)}
    if lost.whole:
        marks[f"t{number}"] = Mark(text=GONE)
    for name, percent in percent_after(day.state, lost.object, 0 if lost.whole else piece.units - 1).items():
        nearest = f" {NEAREST}" if name == lost.survivor else ""
        marks[f"t{day.place[name]}"] = Mark(text=f"{percent_text(percent)}{nearest}")
        if name != lost.object:
            marks[f"p{day.place[name]}"] = Mark(paint=load_paint(percent, Paint.PLAIN))
    return marks
