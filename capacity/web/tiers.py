"""Fabrics as drawings: tiers of switches above the nodes, with the links between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Attached, attached
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.network import Fabric, Links
from petaplan.capacity.state import states_of
from petaplan.capacity.web.words import cut
from petaplan.reporting.cells import Cell, Number, Phrase, Text
from petaplan.reporting.web.drawing import Drawing, Group, Label, Path, Rect, Shape
from petaplan.reporting.web.paint import Paint

CARD = 330.0
"""Width of one fabric."""
ACROSS = 3
"""Fabrics side by side."""
BOX = 40.0
GAP = 44.0
HEAD = 26.0
MOST_FABRICS = 60
"""Up to so many fabrics, each is drawn; otherwise those that are alike are drawn once, and so many at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """Links between a tier and the next, all planes and domains."""

    links: int
    gbps: float
    optic: str
    oversubscription: float
    """Bandwidth down over bandwidth up of one switch of the lower tier."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FabricView:
    """One fabric on the day with the most links to it."""

    at: int
    fabric: Fabric
    nodes: int
    node_links: int
    """0 where no port of a node is known to lead to it."""
    switches: tuple[int, ...]
    """Of each tier, all planes and domains, the lowest first."""
    between: tuple[Between | None, ...]
    """Above each tier but the top one; None where the tier states no links up."""


@dataclass(frozen=True, eq=False)
class Fabrics:
    """The fabrics of a plan."""

    design: Design

    @cached_property
    def views(self) -> tuple[FabricView, ...]:
        """Each fabric, in the order of the plan."""
        fullest = _fullest(self.design)
        return tuple(_view(at, fabric, fullest[fabric.name]) for at, fabric in enumerate(self.design.hub.fabrics))

    @cached_property
    def alike(self) -> tuple[tuple[FabricView, ...], ...]:
        """Fabrics that are drawn once are together."""
        if len(self.views) <= MOST_FABRICS:
            return tuple((view,) for view in self.views)
        found: dict[object, list[FabricView]] = {}
        for view in self.views:
            fabric = view.fabric
            look = (fabric.kind, fabric.planes, fabric.domains, fabric.tiers, fabric.phase, view.nodes, view.node_links)
            found.setdefault(look, []).append(view)
        return tuple(map(tuple, found.values()))


def _fullest(design: Design) -> Mapping[str, Attached]:
    """What is attached to each fabric on the day with the most links to it."""
    found = {fabric.name: Attached() for fabric in design.hub.fabrics}
    for state in states_of(design):
        for name, entry in attached(state).items():
            if entry.link_count >= found[name].link_count:
                found[name] = entry
    return found


def _view(at: int, fabric: Fabric, entry: Attached) -> FabricView:
    copies = fabric.planes * fabric.domains
    return FabricView(
        at=at,
        fabric=fabric,
        nodes=sum(one.nodes for one in entry.links),
        node_links=entry.link_count,
        switches=tuple(tier.switches * copies for tier in fabric.tiers),
        between=tuple(_between(fabric, lower) for lower in range(len(fabric.tiers) - 1)),
    )


def _between(fabric: Fabric, lower: int) -> Between | None:
    tier, clos = fabric.tiers[lower], clos_of(fabric)
    if tier.up is None:
        return None
    return Between(
        links=tier.switches * tier.up.ports * fabric.planes * fabric.domains,
        gbps=clos.link_gbps(lower),
        optic=tier.up.optic,
        oversubscription=tier.down.ports * tier.down.gbps / (tier.up.ports * tier.up.gbps),
    )


def drawing_of(fabrics: Fabrics, key: str) -> Drawing:
    """All fabrics, side by side as far as they fit."""
    shapes: list[Shape] = []
    y = line = 0.0
    for number, views in enumerate(fabrics.alike[:MOST_FABRICS]):
        if number % ACROSS == 0:
            y, line = y + line, 0.0
        shapes.append(Group(x=(number % ACROSS) * (CARD + 20), y=y, shapes=tuple(_card(views))))
        line = max(line, height_of(views[0].fabric) + 20)
    return Drawing(
        key=key,
        title=Phrase("Fabrics by tiers"),
        description=Phrase("Tiers of switches of each fabric above its nodes. The tables have the same in words."),
        width=ACROSS * (CARD + 20),
        height=y + line,
        shapes=tuple(shapes),
    )


def height_of(fabric: Fabric) -> float:
    """Height of the drawing of one fabric."""
    return HEAD + (len(fabric.tiers) + 1) * BOX + len(fabric.tiers) * GAP


def _card(views: Sequence[FabricView]) -> Iterator[Shape]:
    view = views[0]
    fabric, top = view.fabric, len(view.fabric.tiers) - 1
    words: dict[str, Cell] = {
        "name": Text(cut(fabric.name, 26)),
        "kind": Phrase(str(fabric.kind)),
        "more": Number(value=len(views) - 1),
    }
    template = "{name}: {kind}" if len(views) == 1 else "{name}: {kind}, and {more} alike"
    yield Label(x=4, y=16, text=Phrase(template, words), size=12, strong=True)
    for place in range(top, -1, -1):
        y = HEAD + (top - place) * (BOX + GAP)
        yield from _tier(view, place, y)
        yield Path(points=((CARD / 2, y + BOX), (CARD / 2, y + BOX + GAP)))
        if place:
            yield from _links(view, place - 1, y + BOX)
        else:
            yield from _node_links(view, fabric.tiers[0].down, y + BOX)
    y = HEAD + (top + 1) * (BOX + GAP)
    nodes = Number(value=view.nodes)
    yield Rect(x=2, y=y, width=CARD - 4, height=BOX, paint=Paint.QUIET)
    yield Label(x=12, y=y + 25, text=Phrase("nodes"), strong=True)
    yield Label(x=CARD - 12, y=y + 25, text=nodes, anchor="end", figure=nodes, pointer=f"/fabrics/{view.at}/nodes")


def _tier(view: FabricView, place: int, y: float) -> Iterator[Shape]:
    fabric, tier = view.fabric, view.fabric.tiers[place]
    count = Number(value=view.switches[place], unit="switches")
    words: dict[str, Cell] = {
        "each": Number(value=tier.switches),
        "planes": Number(value=fabric.planes),
        "domains": Number(value=fabric.domains),
    }
    yield Rect(x=2, y=y, width=CARD - 4, height=BOX, radius=3, paint=Paint.PLAIN)
    yield Label(x=12, y=y + 16, text=Text(cut(tier.name, 20)), strong=True)
    yield Label(
        x=CARD - 12,
        y=y + 16,
        text=count,
        anchor="end",
        figure=count,
        pointer=f"/fabrics/{view.at}/tiers/{place}/switches",
    )
    yield Label(x=12, y=y + 32, text=Text(cut(tier.switch, 30)), size=10)
    if fabric.planes * fabric.domains > 1:
        text = Phrase("{each} × {planes} planes × {domains} domains", words)
        yield Label(x=CARD - 12, y=y + 32, text=text, size=9.5, anchor="end")


def _links(view: FabricView, lower: int, y: float) -> Iterator[Shape]:
    found, place = view.between[lower], f"/fabrics/{view.at}/tiers/{lower}"
    if found is None:
        return
    links = Number(value=found.links, unit="links")
    ratio = Number(value=round(found.oversubscription, 3), at_most=2)
    yield Label(x=CARD / 2 + 8, y=y + 18, text=links, size=11, figure=links, pointer=f"{place}/links_up")
    yield Label(x=CARD / 2 + 8, y=y + 34, text=_speed(found.gbps, found.optic), size=10)
    yield Label(x=12, y=y + 18, text=Phrase("oversubscription"), size=10)
    yield Label(
        x=CARD / 2 - 8,
        y=y + 18,
        text=ratio,
        size=11,
        anchor="end",
        figure=ratio,
        pointer=f"{place}/oversubscription",
    )


def _node_links(view: FabricView, down: Links, y: float) -> Iterator[Shape]:
    links = Number(value=view.node_links, unit="links")
    pointer = f"/fabrics/{view.at}/node_links"
    yield Label(x=CARD / 2 + 8, y=y + 18, text=links, size=11, figure=links, pointer=pointer)
    yield Label(x=CARD / 2 + 8, y=y + 34, text=_speed(down.gbps, down.optic), size=10)


def _speed(gbps: float, optic: str) -> Cell:
    words: dict[str, Cell] = {"speed": Number(value=gbps, unit="Gb/s"), "optic": Text(cut(optic, 20))}
    return Phrase("{speed}, {optic}", words)
