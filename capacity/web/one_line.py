"""One-line diagrams of a power chain: one for each hall, and one for what several halls share.

Each diagram has its objects in layers: their level in the power graph, sources above. A source that stands on another
diagram has a tag, as a connector to another sheet has in a drawing. Racks and plant stand at the bottom.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.web.layered import Box, Joint, Picture, Spacing, layered

OBJECT = (70.0, 44.0)
"""Width and height of an object."""
TAG = (100.0, 20.0)
LOAD = (70.0, 44.0)
SPACING = Spacing(between=6.0)
MOST_BESIDE = 4
"""Up to so many feeds stand beside each other above the racks that they feed."""


MOST_OBJECTS = 1_000
"""Up to so many objects, every sheet is drawn; otherwise sheets that are alike are drawn once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What stands on one sheet."""

    hall: str
    """Empty for what serves several halls, or none."""
    objects: tuple[int, ...]
    """Places in the graph."""
    loads: tuple[int, ...]
    """Numbers of load groups."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One diagram."""

    hall: str
    """Empty for what serves several halls, or none."""
    picture: Picture
    objects: Mapping[str, int]
    """Places in the graph by key of their boxes: objects of this sheet."""
    tags: Mapping[str, int]
    """Places of sources that stand on another sheet, by key of their tags."""
    loads: Mapping[str, int]
    """Numbers of load groups by key of their boxes."""
    alike: int = 0
    """Further sheets that would look the same."""


def sheets_of(graph: PowerGraph, percent: Sequence[float]) -> tuple[Sheet, ...]:
    """The diagrams of a power graph: what halls share first, then hall by hall in natural order.

    Of a large graph, sheets that are alike are drawn once; ``percent`` is the load of each object.
    """
    large = len(graph.nodes) > MOST_OBJECTS
    contents = contents_of(graph, apart=large)
    if not large:
        return tuple(_sheet(graph, one) for one in contents)
    found: dict[object, list[Contents]] = {}
    for one in contents:
        found.setdefault(_look(graph, one, percent), []).append(one)
    return tuple(replace(_sheet(graph, alike[0]), alike=len(alike) - 1) for alike in found.values())


def contents_of(graph: PowerGraph, *, apart: bool) -> tuple[Contents, ...]:
    """What stands on each sheet: what halls share, then each hall.

    ``apart`` gives objects that halls share and that nothing joins a sheet each.
    """
    homes = homes_of(graph)
    shared = _parts(graph, [place for place, home in enumerate(homes) if apart and not home])
    objects: dict[tuple[str, int], list[int]] = {}
    loads: dict[tuple[str, int], list[int]] = {}
    for place, home in enumerate(homes):
        objects.setdefault((home, shared.get(place, 0)), []).append(place)
    for number, group in enumerate(graph.load_groups):
        home = group.halls[0] if len(group.halls) == 1 else homes[group.feeds[0]] if group.feeds else ""
        part = shared.get(group.feeds[0], 0) if group.feeds and not home else 0
        loads.setdefault((home, part), []).append(number)
    return tuple(
        Contents(hall=key[0], objects=tuple(objects.get(key, ())), loads=tuple(loads.get(key, ())))
        for key in sorted({*objects, *loads}, key=lambda key: (natural(key[0]), key[1]))
    )


def _parts(graph: PowerGraph, places: Sequence[int]) -> dict[int, int]:
    """For each of some objects the first of those that it is joined to, directly or by way of others of them."""
    part = {place: place for place in places}

    def first(place: int) -> int:
        while part[place] != place:
            place = part[place]
        return place

    for place in places:
        for source in (*graph.upstream[place], *graph.standby[place]):
            if source in part:
                one, other = sorted((first(place), first(source)))
                part[other] = one
    return {place: first(place) for place in places}


def _look(graph: PowerGraph, contents: Contents, percent: Sequence[float]) -> object:
    """What a sheet shows, without names: equal for sheets that are alike."""

    def own(place: int) -> tuple[object, ...]:
        node = graph.nodes[place]
        loads = sorted((graph.load_groups[n].cabinets, graph.load_groups[n].power_kw) for n in graph.loads_on[place])
        return (
            type(node).__name__,
            node.units,
            str(node.side),
            graph.levels[place],
            round(percent[place], 6),
            str(loads),
        )

    def joined(place: int) -> tuple[object, ...]:
        sources = sorted(map(own, graph.upstream[place])), sorted(map(own, graph.standby[place]))
        return (*own(place), str(sources), str(sorted(map(own, graph.children[place]))))

    loads = sorted((graph.load_groups[n].cabinets, graph.load_groups[n].power_kw) for n in contents.loads)
    return bool(contents.hall), tuple(sorted(map(joined, contents.objects))), tuple(loads)


def homes_of(graph: PowerGraph) -> tuple[str, ...]:
    """The hall on whose sheet each object stands: the one that it serves, else the one of its sources; else empty."""
    homes: list[str] = []
    for place, halls in enumerate(graph.halls):
        found = halls or tuple(dict.fromkeys(homes[up] for up in (*graph.upstream[place], *graph.standby[place])))
        homes.append(found[0] if len(found) == 1 else "")
    return tuple(homes)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts names as people do: ``r2`` before ``r10``.

    >>> sorted(["r10", "r2", "a"], key=natural)
    ['a', 'r2', 'r10']
    """
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", name)
    return tuple(
        (0, int(part), "") if len(part) <= 18 and part.isascii() and part.isdigit() else (1, 0, part) for part in parts
    )


def _sheet(graph: PowerGraph, contents: Contents) -> Sheet:
    objects = {f"p{place}": place for place in contents.objects}
    loads = {f"g{number}": number for number in contents.loads}
    tags: dict[str, int] = {}
    joints = list(_joints(graph, objects, loads, tags))
    boxes = [*_objects(graph, objects), *_tags(graph, tags), *_loads(graph, loads)]
    picture = layered(boxes, joints, SPACING)
    return Sheet(hall=contents.hall, picture=picture, objects=objects, tags=tags, loads=loads)


def _joints(
    graph: PowerGraph, objects: Mapping[str, int], loads: Mapping[str, int], tags: dict[str, int]
) -> Iterator[Joint]:
    """Wires of a sheet; a source that stands on another sheet gets a tag."""
    here = set(objects.values())

    def upper(source: int) -> str:
        if source in here:
            return f"p{source}"
        tags[f"x{source}"] = source
        return f"x{source}"

    for key, place in objects.items():
        for source in dict.fromkeys(graph.upstream[place]):
            yield Joint(upper=upper(source), lower=key)
        for source in dict.fromkeys(graph.standby[place]):
            if source not in graph.upstream[place]:
                yield Joint(upper=upper(source), lower=key, dashed=True)
    for key, number in loads.items():
        for feed in graph.load_groups[number].feeds:
            yield Joint(upper=upper(feed), lower=key)


def _objects(graph: PowerGraph, objects: Mapping[str, int]) -> Iterator[Box]:
    for key, place in objects.items():
        width, height = OBJECT
        yield Box(key=key, layer=1 + graph.levels[place], width=width, height=height, order=_order(graph, place))


def _order(graph: PowerGraph, place: int) -> tuple[object, ...]:
    side = getattr(graph.nodes[place], "side", None)
    return (str(side or "~"), natural(graph.names[place]))


def _tags(graph: PowerGraph, tags: Mapping[str, int]) -> Iterator[Box]:
    for key, place in tags.items():
        yield Box(key=key, layer=0, width=TAG[0], height=TAG[1], order=_order(graph, place))


def _loads(graph: PowerGraph, loads: Mapping[str, int]) -> Iterator[Box]:
    """Racks from left to right in the order of their names, then plant."""
    for key, number in loads.items():
        group = graph.load_groups[number]
        feeds = natural(" ".join(graph.names[feed] for feed in group.feeds))
        beside = len(group.feeds) if group.cabinets and len(group.feeds) <= MOST_BESIDE else 1
        width = max(LOAD[0], beside * (OBJECT[0] + SPACING.between) - SPACING.between)
        yield Box(
            key=key,
            layer=1 + graph.depth,
            width=width,
            height=LOAD[1],
            order=("racks" if group.cabinets else "~", feeds),
        )
