"""Fibre between sites: the fastest path between each two, and its delay."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import rustworkx as rx

from petaplan.capacity.site import Route

DELAY_MS_PER_KM = 0.0049
"""One way, in glass of refractive index 1.47."""
NATIONAL_LIMIT_MS = 20.0
"""China's target between national hubs, one way; for pairs of sites without a limit of their own."""


@dataclass(frozen=True, slots=True)
class Path:
    """The fastest way between two sites; without a delay where there is none."""

    origin: str
    destination: str
    via: tuple[str, ...]
    fibre_km: float
    equipment_ms: float

    connected: bool = True

    @property
    def delay_ms(self) -> float | None:
        """One-way delay of the whole path."""
        return self.fibre_km * DELAY_MS_PER_KM + self.equipment_ms if self.connected else None


def delay_ms(route: Route) -> float:
    """One-way delay of one route."""
    return route.route_km * route.detour * DELAY_MS_PER_KM + route.equipment_ms


def fastest_paths(sites: Iterable[str], routes: Iterable[tuple[str, Route]]) -> Iterator[Path]:
    """The fastest path between every two sites, each pair once, in the order of their names."""
    names = sorted(sites)
    graph: rx.PyGraph[str, Route] = rx.PyGraph(multigraph=True)
    index = dict(zip(names, graph.add_nodes_from(names), strict=True))
    for site, route in routes:
        graph.add_edge(index[site], index[route.to], route)
    for origin, destination in itertools.combinations(names, 2):
        ways = rx.dijkstra_shortest_paths(graph, index[origin], index[destination], weight_fn=delay_ms)
        if index[destination] not in ways:
            yield Path(origin, destination, (), 0.0, 0.0, connected=False)
            continue
        nodes = list(ways[index[destination]])
        taken = [min(graph.get_all_edge_data(one, other), key=delay_ms) for one, other in itertools.pairwise(nodes)]
        yield Path(
            origin,
            destination,
            tuple(names[node] for node in nodes[1:-1]),
            sum(route.route_km * route.detour for route in taken),
            sum(route.equipment_ms for route in taken),
        )
