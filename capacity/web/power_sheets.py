"""One-line diagrams as a drawing: all sheets of a day one below the other, and the states that losses put it in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import Loss
from petaplan.capacity.failover.single import SingleLoss
from petaplan.capacity.failover.table import FailoverTable
from petaplan.capacity.power import Battery, Busway, Feed, Generator, Intake, PowerObject, Rectifier, Transformer, Ups
from petaplan.capacity.web.one_line import Sheet, sheets_of
from petaplan.capacity.web.power_states import Situation, change_of, resting_percent, situations_of
from petaplan.capacity.web.words import cut, percent_cell, percent_text
from petaplan.reporting.cells import Cell, Number, Phrase, Text
from petaplan.reporting.web.blocks import Mark
from petaplan.reporting.web.drawing import Drawing, Group, Label, Path, Rect, Shape
from petaplan.reporting.web.paint import Paint

KINDS: Mapping[type[PowerObject], str] = {
    Intake: "intake",
    Transformer: "transformer",
    Ups: "UPS",
    Rectifier: "rectifier",
    Battery: "battery",
    Busway: "busway",
    Feed: "feed",
    Generator: "generator",
}
HEAD = 30.0
"""Room for the title of a sheet."""
NEAR_PERCENT = 80.0
FULL_PERCENT = 100.0
NEAREST = "◀"
"""Sign of the survivor that is nearest to its limit."""

GONE = "✗"
"""Sign of what has no power."""


@dataclass(frozen=True, eq=False)
class PowerDay:
    """The power chain of one day, and where its figures stand in the JSON report."""

    table: FailoverTable
    at: int
    """Number of the day among those of the failover report."""

    @property
    def graph(self) -> PowerGraph:
        """The power graph."""
        return self.table.sweep.graph

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The diagrams that are drawn."""
        return sheets_of(self.graph, self.rest)

    @cached_property
    def rest(self) -> tuple[float, ...]:
        """Load of each object with nothing lost, in percent of its limit."""
        return resting_percent(self.graph)

    @cached_property
    def losses(self) -> tuple[SingleLoss, ...]:
        """Every single loss, as the failover report lists them."""
        return self.table.single_losses

    @cached_property
    def drawn(self) -> frozenset[int]:
        """Places of the objects that are drawn."""
        return frozenset(place for sheet in self.sheets for place in sheet.objects.values())

    @cached_property
    def drawn_loads(self) -> frozenset[int]:
        """Numbers of the load groups that are drawn."""
        return frozenset(number for sheet in self.sheets for number in sheet.loads.values())

    @cached_property
    def situations(self) -> tuple[tuple[int, Situation], ...]:
        """The losses of objects that are drawn, each with its number among all."""
        every = enumerate(situations_of(self.table.sweep))
        return tuple((at, one) for at, one in every if one[0] is None or one[0].place in self.drawn)

    @cached_property
    def selected_by(self) -> Mapping[int, str]:
        """For each object the key of the state that a click on it selects: its whole loss, else another one."""
        found: dict[int, str] = {}
        situations = (one for _, one in self.situations)
        for loss, utility in sorted(situations, key=lambda one: (not one[1], one[0] is None or not one[0].whole)):
            if loss is not None:
                found.setdefault(loss.place, state_key(loss, utility=utility))
        return found

    @cached_property
    def tag_keys(self) -> Mapping[int, Sequence[str]]:
        """For each object the keys of its tags on other sheets."""
        found: dict[int, list[str]] = {}
        for number, sheet in enumerate(self.sheets):
            for key, place in sheet.tags.items():
                found.setdefault(place, []).append(f"{key}s{number}")
        return found


def state_key(loss: Loss | None, *, utility: bool) -> str:
    """Key of the state of a loss.

    >>> state_key(Loss(3, "ups", whole=False), utility=True)
    'u3'
    """
    if loss is None:
        return "outage"
    return f"{'' if utility else 'o'}{'w' if loss.whole else 'u'}{loss.place}"


def drawing_of(day: PowerDay, key: str) -> Drawing:
    """All sheets of a day."""
    shapes: list[Shape] = []
    y = width = 0.0
    for number, sheet in enumerate(day.sheets):
        shapes.append(Group(y=y, shapes=tuple(_sheet(day, sheet, number))))
        y += HEAD + sheet.picture.height + 14
        width = max(width, sheet.picture.width)
    words: dict[str, Cell] = {"phase": Text(day.table.phase), "losses": Number(value=day.table.losses)}
    return Drawing(
        key=key,
        title=Phrase("Power from the intake to the racks: {phase}", words),
        description=Phrase(
            "One-line diagrams of {phase}, one a hall. The table of losses has the same figures in words.", words
        ),
        width=width,
        height=y,
        shapes=tuple(shapes),
    )


def _sheet(day: PowerDay, sheet: Sheet, number: int) -> Iterator[Shape]:
    yield Label(x=8, y=20, text=_title(sheet), size=15, strong=True)
    yield Group(y=HEAD, shapes=tuple(_contents(day, sheet, number)))


def _title(sheet: Sheet) -> Cell:
    more: dict[str, Cell] = {"hall": Text(sheet.hall), "more": Number(value=sheet.alike)}
    if sheet.hall:
        return Phrase("{hall} and {more} halls alike", more) if sheet.alike else more["hall"]
    return Phrase("What several halls share, and {more} alike" if sheet.alike else "What several halls share", more)


def _contents(day: PowerDay, sheet: Sheet, number: int) -> Iterator[Shape]:
    for wire in sheet.picture.wires:
        yield Path(points=wire.points, dashed=wire.joint.dashed)
    for key, place in sheet.objects.items():
        yield _object(day, sheet, key, place)
    for key, place in sheet.tags.items():
        yield _tag(day, sheet, key, place, number)
    for key, load in sheet.loads.items():
        yield _load(day, sheet, key, load)


def _object(day: PowerDay, sheet: Sheet, key: str, place: int) -> Shape:
    graph, box = day.graph, sheet.picture.boxes[key]
    node, middle = graph.nodes[place], box.x + box.width / 2
    name = node.name.removeprefix(f"{sheet.hall}-") if sheet.hall else node.name
    pointer = f"/power/{day.at}/objects/{place}/percent"
    alive = normal_flow(graph).alive[place]
    kind: dict[str, Cell] = {"kind": Phrase(KINDS[type(node)]), "units": Number(value=node.units)}
    load = percent_cell(day.rest[place])
    shapes = (
        Rect(x=box.x, y=box.y, width=box.width, height=box.height, radius=3, key=key, paint=_paint(day, place)),
        Label(x=middle, y=box.y + 13, text=Text(cut(name, 12)), size=9, anchor="middle", strong=True),
        Label(x=middle, y=box.y + 25, text=_kind(kind, node.units), size=8.5, anchor="middle"),
        Label(
            x=middle,
            y=box.y + 38,
            text=load if alive else Text(GONE),
            size=11,
            anchor="middle",
            key=f"t{place}",
            figure=load if alive else None,
            pointer=pointer if alive else "",
        ),
    )
    title = Phrase("{name}: {kind}, {units} units", {**kind, "name": Text(node.name)})
    return Group(shapes=shapes, title=title, selects=day.selected_by.get(place, ""))


def _kind(kind: Mapping[str, Cell], units: int) -> Cell:
    return Phrase("{units} × {kind}", kind) if units > 1 else kind["kind"]


def _tag(day: PowerDay, sheet: Sheet, key: str, place: int, number: int) -> Shape:
    box, name = sheet.picture.boxes[key], day.graph.names[place]
    shapes = (
        Rect(
            x=box.x,
            y=box.y,
            width=box.width,
            height=box.height,
            radius=9,
            key=f"{key}s{number}",
            paint=Paint.QUIET,
        ),
        Label(x=box.x + box.width / 2, y=box.y + 13, text=Text(cut(name, 17)), size=9, anchor="middle"),
    )
    title = Phrase("{name}, on another diagram", {"name": Text(name)})
    return Group(shapes=shapes, title=title, selects=day.selected_by.get(place, ""))


def _load(day: PowerDay, sheet: Sheet, key: str, number: int) -> Shape:
    graph, box = day.graph, sheet.picture.boxes[key]
    group, middle = graph.load_groups[number], box.x + box.width / 2
    dark = number in normal_flow(graph).dark
    place = f"/power/{day.at}/loads/{number}"
    racks = Number(value=group.cabinets, unit="racks")
    power = Number(value=round(group.power_kw, 3), unit="kW", at_most=0)
    names = [graph.loads[load].name for load in group.loads]
    head: Cell = Text(cut(names[0].removeprefix(f"{sheet.hall}-"), 12)) if not group.cabinets else racks
    shapes = (
        Rect(x=box.x, y=box.y, width=box.width, height=box.height, key=key, paint=Paint.DARK if dark else Paint.QUIET),
        Label(
            x=middle,
            y=box.y + 13,
            text=head,
            size=11,
            anchor="middle",
            figure=racks if group.cabinets else None,
            pointer=f"{place}/racks" if group.cabinets else "",
        ),
        Label(x=middle, y=box.y + 26, text=power, size=10, anchor="middle", figure=power, pointer=f"{place}/power_kw"),
        Label(
            x=middle,
            y=box.y + 39,
            text=Text(GONE if dark else " "),
            size=10,
            anchor="middle",
            strong=True,
            key=f"k{number}",
        ),
    )
    listed = ", ".join(names[:8]) + (f" … {len(names)}" if len(names) > 8 else "")
    return Group(shapes=shapes, title=Text(listed))


def _paint(day: PowerDay, place: int) -> Paint:
    if not normal_flow(day.graph).alive[place]:
        return Paint.DARK
    return load_paint(day.rest[place], Paint.PLAIN)


def load_paint(percent: float, calm: Paint) -> Paint:
    """The paint of a load: calm up to 80 % of the limit, a warning up to 100 %."""
    if percent > FULL_PERCENT * (1 + 1e-9):
        return Paint.BAD
    return Paint.WARNING if percent > NEAR_PERCENT else calm


def marks_of(day: PowerDay, situation: Situation, survivor: str) -> dict[str, Mark]:
    """What a loss changes in the drawing."""
    change = change_of(day.table.sweep, situation, day.rest)
    marks: dict[str, Mark] = {}
    paints = {place: Paint.DARK for place in change.dead if place in day.drawn}
    if change.lost is not None:
        paints[change.lost] = Paint.LOST
    for place, percent in change.percent.items():
        if place not in day.drawn:
            continue
        nearest = f" {NEAREST}" if day.graph.names[place] == survivor else ""
        marks[f"t{place}"] = Mark(text=f"{percent_text(percent)}{nearest}")
        paint = load_paint(percent, Paint.PLAIN)
        if place not in paints and paint is not _paint(day, place):
            paints[place] = paint
    loss, _ = situation
    gone = (*change.dead, loss.place) if loss is not None and loss.whole else change.dead
    marks |= {f"t{place}": Mark(text=GONE) for place in gone if place in day.drawn}
    marks |= {f"p{place}": Mark(paint=paint) for place, paint in paints.items()}
    for number in change.dark:
        if number in day.drawn_loads:
            marks[f"g{number}"] = Mark(paint=Paint.DARK)
            marks[f"k{number}"] = Mark(text=GONE)
    return marks | _tag_marks(day, paints)


def _tag_marks(day: PowerDay, paints: Mapping[int, Paint]) -> dict[str, Mark]:
    """Marks of the tags of objects that are lost or without power."""
    gone = {place: paint for place, paint in paints.items() if paint in {Paint.LOST, Paint.DARK}}
    return {key: Mark(paint=paint) for place, paint in gone.items() for key in day.tag_keys.get(place, ())}
