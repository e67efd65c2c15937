"""Reserve above an object: generators that can feed it, and stored energy."""

import math
from collections.abc import Iterator

from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.rating import limit_kw
from petaplan.capacity.memo import memoized
from petaplan.capacity.power import Battery, Duty, Generator, Rectifier, Ups
from petaplan.capacity.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE


@memoized
def generators_above(graph: PowerGraph) -> tuple[tuple[int, ...], ...]:
    """Generators that can come to feed each object, directly or through others."""
    above: list[dict[int, None]] = []
    for place, node in enumerate(graph.nodes):
        found: dict[int, None] = {place: None} if isinstance(node, Generator) else {}
        for source in (*graph.upstream[place], *graph.standby[place]):
            found.update(above[source])
        above.append(found)
    return tuple(tuple(found) for found in above)


def limit_without_spares_kw(graph: PowerGraph, place: int) -> float:
    """Active power that the units of an object may give that are not spare, kW."""
    node = graph.nodes[place]
    return limit_kw(node, graph.terms_of(node), (node.units - node.spare_units) / node.units)


def together(graph: PowerGraph, place: int) -> str:
    """Names of the other groups that feed the same objects, for a message; empty if there are none."""
    others = [graph.names[other] for other in graph.parallel[place] if other != place]
    return f"together with {', '.join(others)}" if others else ""


def storages_above(graph: PowerGraph, place: int) -> Iterator[int]:
    """Batteries for ride-through among the sources of an object, direct or indirect."""
    path, queue = {place}, [place]
    while queue:
        for source in graph.upstream[queue.pop()]:
            if source not in path:
                path.add(source)
                queue.append(source)
    for source in path:
        for child in graph.children[source]:
            if _rides_through(graph, child):
                yield child


def storage_load_kw(graph: PowerGraph, place: int) -> float:
    """What a storage has to carry of the output of the objects that it is connected to.

    Batteries for the same duties, beside peak shaving, on the same object share its output by their power.
    """
    own = graph.nodes[place]
    assert isinstance(own, Battery)
    load_kw = 0.0
    for source in graph.upstream[place]:
        beside = (graph.nodes[child] for child in graph.children[source])
        alike = [
            node for node in beside if isinstance(node, Battery) and _standing_duties(node) == _standing_duties(own)
        ]
        whole_kw = sum(storage_power_kw(node) for node in alike)
        share = storage_power_kw(own) / whole_kw if whole_kw else 1 / len(alike)
        load_kw += normal_flow(graph).output_kw[source] * share
    return load_kw


def _standing_duties(node: Battery) -> frozenset[Duty]:
    return frozenset(node.duties) - {Duty.PEAK_SHAVING}


def storage_energy_kwh(node: Battery) -> float:
    """What the units that aren't spare give at their terminals, one way of the round trip lost."""
    one_way = math.sqrt(node.round_trip_efficiency_fraction or 1.0)
    return (node.units - node.spare_units) * node.unit_energy_kwh * node.usable_fraction * one_way


def storage_power_kw(node: Battery) -> float:
    """What the units that aren't spare can give."""
    return (node.units - node.spare_units) * node.unit_rated_kw


def bridge_seconds(graph: PowerGraph, place: int) -> float:
    """How long a battery carries the loads connected to it; nothing where its power is too small."""
    node = graph.nodes[place]
    assert isinstance(node, Battery)
    load = storage_load_kw(graph, place)
    if load > storage_power_kw(node):
        return 0.0
    return storage_energy_kwh(node) / load * MINUTES_PER_HOUR * SECONDS_PER_MINUTE if load else math.inf


def ups_seconds(graph: PowerGraph, place: int) -> float:
    """How long the own batteries of a UPS or rectifier carry its load; stored energy is taken as proportional to it."""
    node, load = graph.nodes[place], normal_flow(graph).output_kw[place]
    assert isinstance(node, Ups | Rectifier)
    return node.autonomy_minutes * SECONDS_PER_MINUTE * graph.limits_kw[place] / load if load else math.inf


@memoized
def ride_through_seconds(graph: PowerGraph) -> tuple[float, ...]:
    """How long each object keeps its power when every intake is lost and no generator runs yet.

    One source that lasts is enough: what an object draws from others is then drawn from that one.
    """
    found: list[float] = []
    upstream, standby, children = graph.upstream, graph.standby, graph.children
    batteries = {place for place in range(len(graph.nodes)) if _rides_through(graph, place)}
    for place, node in enumerate(graph.nodes):
        seconds = 0.0
        for source in (*upstream[place], *standby[place]):
            seconds = max(seconds, found[source])
        if isinstance(node, (Ups, Rectifier)):
            seconds = max(seconds, ups_seconds(graph, place))
        for child in children[place] if batteries else ():
            if child in batteries:
                seconds = max(seconds, bridge_seconds(graph, child))
        found.append(seconds)
    return tuple(found)


def _rides_through(graph: PowerGraph, place: int) -> bool:
    node = graph.nodes[place]
    return isinstance(node, Battery) and Duty.RIDE_THROUGH in node.duties
