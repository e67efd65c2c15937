"""The bisection of a fabric after every single loss, switch by switch and link by link, with networkx.

The switches and links come from ``Clos.pairs``, which is tested by itself. Nothing is taken as alike.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from petaplan.capacity.fabrics.fabric import Clos

Switch = tuple[int, int]


def plane(made: Clos) -> "nx.Graph[Any]":
    """The switches and links of one plane, links as capacities."""
    graph: nx.Graph[Any] = nx.Graph()
    for tier, level in enumerate(made.levels):
        graph.add_nodes_from((tier, index) for index in range(level.switches))
    for tier in range(len(made.levels) - 1):
        for lower, upper, links in made.pairs(tier):
            graph.add_edge((tier, lower), (tier + 1, upper), capacity=links * made.link_gbps(tier), links=links)
    return graph


def bisection(made: Clos, graph: "nx.Graph[Any]") -> float:
    """Maximum flow from the first half of the end points that are left to the others.

    With an odd number of leaves the one in the middle is cut in two, each half with half of its ports.
    """
    ends = made.levels[0].down * made.levels[0].down_gbps
    leaves = sorted(node for node in graph if node[0] == 0)
    whole = graph.to_directed()
    if len(leaves) % 2:
        middle = leaves[len(leaves) // 2]
        for side in ("first", "second"):
            for upper in graph[middle]:
                half = graph.edges[middle, upper]["capacity"] / 2
                whole.add_edge((*middle, side), upper, capacity=half)
                whole.add_edge(upper, (*middle, side), capacity=half)
        whole.add_edge("one half", (*middle, "first"), capacity=ends / 2)
        whole.add_edge((*middle, "second"), "other half", capacity=ends / 2)
        whole.remove_node(middle)
    whole.add_nodes_from(["one half", "other half"])
    for leaf in leaves[: len(leaves) // 2]:
        whole.add_edge("one half", leaf, capacity=ends)
    for leaf in leaves[(len(leaves) + 1) // 2 :]:
        whole.add_edge(leaf, "other half", capacity=ends)
    flow: float = nx.maximum_flow_value(whole, "one half", "other half")
    return flow


def after_every_loss(made: Clos) -> Iterator[tuple[str, float]]:
    """What each loss leaves of the bisection of all planes, with the name of its kind."""
    graph = plane(made)
    whole = bisection(made, graph)
    for name, left in _plane_losses(made, graph):
        remaining = min(whole, bisection(made, left))
        yield name, ((made.planes - 1) * whole + remaining) / (made.planes * whole) if whole else 0.0


def _plane_losses(made: Clos, graph: "nx.Graph[Any]") -> Iterator[tuple[str, "nx.Graph[Any]"]]:
    for node in list(graph):
        left = graph.copy()
        left.remove_node(node)
        yield f"switch of tier {node[0] + 1}", left
    for one, other in list(graph.edges):
        left = graph.copy()
        tier = min(one[0], other[0])
        left.edges[one, other]["capacity"] -= made.link_gbps(tier)
        yield f"link of tier {tier + 1}", left


def worst(losses: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The least that is left, by kind of loss."""
    found: dict[str, float] = {}
    for name, remaining in losses:
        found[name] = min(remaining, found.get(name, 1.0))
    return found
