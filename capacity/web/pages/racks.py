"""Racks: the front of each kind of rack with its rack units, power, weight and feeds."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.quantity import Quantity
from petaplan.capacity.web.elevation import Box, Elevation, elevation_of
from petaplan.capacity.web.rack_kinds import RackKind, rack_kinds
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.capacity.web.words import cut
from petaplan.reporting.cells import MISSING, Cell, Number, Phrase, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.web.blocks import Block
from petaplan.reporting.web.drawing import Drawing, Label, Path, Rect, Shape
from petaplan.reporting.web.paint import SERIES, Paint
from petaplan.reporting.web.site import Page

UNIT = 10.0
"""Height of a rack unit."""
LEFT = 44.0
RACK = 170.0
"""Width of a rack."""
FACTS = LEFT + RACK + 26
VALUES = FACTS + 250
WIDTH = 545.0
TOP = 10.0
LINE = 18.0
MOST_KINDS = 60
"""Kinds of racks that are drawn."""

COLUMNS = (
    Column(key="model", title="rack model"),
    Column(key="racks", title="racks", right=True),
    Column(key="contents", title="nodes and switches", wraps=True),
    Column(key="height_u", title="height", unit="U", right=True),
    Column(key="used_u", title="used", unit="U", right=True),
    Column(key="it_power_kw", title="power", unit="kW", right=True),
    Column(key="weight_kg", title="weight", unit="kg", right=True),
)


def build(study: Study) -> Page | None:
    """The page; None for a plan without racks."""
    kinds = rack_kinds(study.design).kinds
    if not kinds:
        return None
    words = (
        Phrase("One front for each rack model, content and design power, whichever hall its racks stand in."),
        Phrase("A plan does not say in which rack units a node stands: nodes are drawn from unit 1 upwards."),
    )
    blocks: list[Block] = [Section(key="racks-introduction", blocks=(Lines(cells=words),))]
    rows = [_row(kind) for kind in kinds]
    table = Table(key="rack-kinds", columns=COLUMNS, rows=rows, noun="kinds of racks")
    blocks.append(Section(key="rack-kinds", title=Phrase("Kinds of racks"), blocks=(table,)))
    blocks += [_drawing(kind) for kind in kinds[:MOST_KINDS]]
    return Page(key="racks", title="Racks", blocks=tuple(blocks))


def values(study: Study) -> Mapping[str, object]:
    """Each kind of rack."""
    found = [
        {
            "model": kind.facts.model.model,
            "racks": kind.racks,
            "nodes": [{"model": node.model, "count": count} for count, node in kind.facts.nodes],
            "switches": [{"model": switch.model, "count": count} for count, switch in kind.facts.switches],
            "height_u": kind.facts.model.height_u.value if kind.facts.model.height_u else None,
            "used_u": kind.facts.used_u.value,
            "it_power_kw": kind.facts.it_power_kw.value,
            "weight_kg": kind.facts.weight_kg.value,
            "feeds": [{"sides": list(sides), "racks": count} for sides, count in kind.feeds.items()],
        }
        for kind in rack_kinds(study.design).kinds
    ]
    return {"rack_kinds": as_written(json_text(found))}


def _amount(value: float | None, unit: str = "", at_most: int = 1) -> Cell:
    return MISSING if value is None else Number(value=value, unit=unit, at_most=at_most)


def _height(kind: RackKind) -> float | None:
    return kind.facts.model.height_u.value if kind.facts.model.height_u else None


def _row(kind: RackKind) -> Row:
    facts, place = kind.facts, f"/rack_kinds/{kind.at}"
    contents = [f"{count} × {product.model}" for count, product in (*facts.nodes, *facts.switches)]
    cells: dict[str, Cell] = {
        "model": Text(facts.model.model),
        "racks": Number(value=kind.racks),
        "contents": Text(", ".join(contents)) if contents else MISSING,
        "height_u": _amount(_height(kind)),
        "used_u": _amount(facts.used_u.value),
        "it_power_kw": _amount(facts.it_power_kw.value, at_most=2),
        "weight_kg": _amount(facts.weight_kg.value),
    }
    pointers = {key: f"{place}/{key}" for key in cells if key != "contents"}
    return Row(cells=cells, pointer=place, pointers=pointers)


def _drawing(kind: RackKind) -> Drawing:
    front = elevation_of(kind.facts)
    facts = tuple(_facts(kind, front))
    height = max(TOP + front.shown_u * UNIT + 12, max(shape.y for shape in facts if isinstance(shape, Label)) + 12)
    words: dict[str, Cell] = {"model": Text(kind.facts.model.model), "racks": Number(value=kind.racks)}
    return Drawing(
        key=f"kind-{kind.at}",
        title=Phrase("{model}: {racks} racks", words),
        description=Phrase("The front of {model}. The table of kinds of racks has its figures.", words),
        width=WIDTH,
        height=height,
        shapes=(*_rack(front), *facts),
    )


def _rack(front: Elevation) -> Iterator[Shape]:
    foot = TOP + front.shown_u * UNIT
    frame = front.frame_u or front.shown_u
    yield Rect(
        x=LEFT - 6, y=foot - frame * UNIT - 3, width=RACK + 12, height=frame * UNIT + 6, radius=3, paint=Paint.QUIET
    )
    for unit in range(1, front.shown_u + 1):
        y = foot - unit * UNIT
        beyond = front.frame_u is not None and unit > front.frame_u
        if unit == 1 or unit % 2 == 0:
            yield Label(x=LEFT - 12, y=y + UNIT - 1.5, text=Text(str(unit)), size=8.5, anchor="end", strong=beyond)
        yield Path(points=((LEFT - 10, y), (LEFT - 6, y)))
    paints = {model: SERIES[at % len(SERIES)] for at, model in enumerate(dict.fromkeys(b.model for b in front.boxes))}
    for box in front.boxes:
        yield from _box(front, box, foot, paints)


def _box(front: Elevation, box: Box, foot: float, paints: Mapping[str, Paint]) -> Iterator[Shape]:
    top = foot - (box.bottom_u + box.height_u) * UNIT
    beyond = front.frame_u is not None and box.bottom_u + box.height_u > front.frame_u
    units: dict[str, Cell] = {
        "model": Text(box.model),
        "first": Number(value=box.bottom_u + 1),
        "last": Number(value=box.bottom_u + box.height_u),
    }
    yield Rect(
        x=LEFT,
        y=top + 0.5,
        width=RACK,
        height=box.height_u * UNIT - 1,
        paint=Paint.BAD if beyond else Paint.STEP_2 if box.is_switch else Paint.PLAIN,
        title=Phrase("{model}: units {first} to {last}", units),
    )
    height = min(box.height_u * UNIT, 16.0)
    yield Rect(x=LEFT, y=top + 0.5, width=5, height=box.height_u * UNIT - 1, paint=paints[box.model])
    if height >= UNIT:
        size = 8.5 if height < 12 else 10
        y = top + box.height_u * UNIT / 2 + size * 0.35
        yield Label(x=LEFT + 12, y=y, text=Text(cut(box.model, 27)), size=size)


def _facts(kind: RackKind, front: Elevation) -> Iterator[Shape]:
    """Figures beside the front, one a line."""
    place, facts = f"/rack_kinds/{kind.at}", kind.facts
    y = TOP + 10
    rows: tuple[tuple[str, Quantity | float | None, str, str], ...] = (
        ("power of a rack", facts.it_power_kw, "kW", "it_power_kw"),
        ("weight of a rack", facts.weight_kg, "kg", "weight_kg"),
        ("height", _height(kind), "U", "height_u"),
        ("used by nodes and switches", facts.used_u, "U", "used_u"),
        ("racks in the plan", float(kind.racks), "racks", "racks"),
    )
    for title, quantity, unit, name in rows:
        value = quantity.value if isinstance(quantity, Quantity) else quantity
        cell = _amount(int(value) if name == "racks" and value is not None else value, unit, 2)
        yield Label(x=FACTS, y=y, text=Phrase(title))
        yield Label(x=VALUES, y=y, text=cell, strong=True, anchor="end", figure=cell, pointer=f"{place}/{name}")
        y += LINE
    for at, (sides, count) in enumerate(kind.feeds.items()):
        cell = Number(value=count, unit="racks")
        feeds: dict[str, Cell] = {"feeds": Text(", ".join(sides) or "–"), "count": Number(value=len(sides))}
        yield Label(x=FACTS, y=y, text=Phrase("{count} feeds of side {feeds}", feeds))
        yield Label(x=VALUES, y=y, text=cell, anchor="end", figure=cell, pointer=f"{place}/feeds/{at}/racks")
        y += LINE
    yield from _remarks(kind, front, y + LINE / 2)


def _remarks(kind: RackKind, front: Elevation, y: float) -> Iterator[Shape]:
    for count, product in (*kind.facts.nodes, *kind.facts.switches):
        text = f"{count} × {product.model}"
        yield Label(x=FACTS, y=y, text=Text(cut(text, 44)))
        y += LINE
    if not (kind.facts.nodes or kind.facts.switches):
        yield Label(x=FACTS, y=y, text=Phrase("The catalogue names no contents."), size=11)
    for count, model in front.without_height:
        words: dict[str, Cell] = {"count": Number(value=count), "model": Text(cut(model, 26))}
        yield Label(x=FACTS, y=y, text=Phrase("not drawn, height not published: {count} × {model}", words), size=11)
        y += LINE
    for count, model in front.left_out:
        above: dict[str, Cell] = {"count": Number(value=count), "model": Text(cut(model, 26))}
        yield Label(x=FACTS, y=y, text=Phrase("not drawn, above the last unit: {count} × {model}", above), size=11)
        y += LINE


RACKS = PageKind(key="racks", order=45, title="Racks", build=build, json=values)
