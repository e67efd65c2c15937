"""One-line diagrams of a power chain: one for each hall, and one for what several halls share.

Each diagram has its objects in layers: their level in the power graph, sources above. A source that stands on another
diagram has a tag, as a connector to another sheet has in a drawing. Racks and plant stand at the bottom.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.web.layered import Box, Joint, Picture, Spacing, layered

OBJECT = (70.0, 44.0)
"""Width and height of an object."""
TAG = (100.0, 20.0)
LOAD = (70.0, 44.0)
SPACING = Spacing(between=6.0)
MOST_BESIDE = 4
"""Up to so many feeds stand beside each other above the racks that they feed."""


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


def sheets_of(graph: PowerGraph) -> tuple[Sheet, ...]:
    """The diagrams of a power graph: what halls share first, then hall by hall in natural order."""
    homes = homes_of(graph)
    halls = sorted(
        {*homes, *(_home_of_load(graph, homes, number) for number in range(len(graph.load_groups)))}, key=natural
    )
    return tuple(_sheet(graph, homes, hall) for hall in halls)


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


def _home_of_load(graph: PowerGraph, homes: Sequence[str], number: int) -> str:
    """The sheet of a load group: that of its hall, or of its first feed where several halls share it."""
    group = graph.load_groups[number]
    if len(group.halls) == 1:
        return group.halls[0]
    return homes[group.feeds[0]] if group.feeds else ""


def _sheet(graph: PowerGraph, homes: Sequence[str], hall: str) -> Sheet:
    objects = {f"p{place}": place for place, home in enumerate(homes) if home == hall}
    loads = {
        f"g{number}": number for number in range(len(graph.load_groups)) if _home_of_load(graph, homes, number) == hall
    }
    tags: dict[str, int] = {}
    joints = list(_joints(graph, objects, loads, tags))
    boxes = [*_objects(graph, objects), *_tags(graph, tags), *_loads(graph, loads)]
    return Sheet(hall=hall, picture=layered(boxes, joints, SPACING), objects=objects, tags=tags, loads=loads)


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
