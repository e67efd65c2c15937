"""Generators in an outage of the utility: which of them carry their load, and how long they take to do so."""

from collections.abc import Iterable

from petaplan.capacity.electric.flow import flow_without_utility
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import Loss, PostLossFlow, after
from petaplan.capacity.electric.reserve import generators_above, limit_without_spares_kw
from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.memo import memoized, memoized_by_value
from petaplan.capacity.power import Generator


def flow_on_generators(graph: PowerGraph, idle: Iterable[int] = ()) -> PostLossFlow:
    """Load of every object without any intake and without some groups of generators."""
    return _flow_on_generators(graph, frozenset(idle))


@memoized_by_value
def _flow_on_generators(graph: PowerGraph, idle: frozenset[int]) -> PostLossFlow:
    base = flow_without_utility(graph)
    return PostLossFlow(base, after(base, *(Loss(place, graph.names[place], whole=True) for place in sorted(idle))))


def overloaded(graph: PowerGraph, flow: PostLossFlow, generators: Iterable[int]) -> tuple[int, ...]:
    """Live groups of generators that give more than those of their units that are not spare may give.

    Groups that feed the same equipment are added.
    """
    live = (place for place in generators if flow.lives(place))
    return tuple(place for place in live if _gives_kw(graph, flow, place) > _may_kw(graph, flow, place))


def _gives_kw(graph: PowerGraph, flow: PostLossFlow, place: int) -> float:
    return sum(flow.gives_kw(other) for other in graph.parallel[place])


def _may_kw(graph: PowerGraph, flow: PostLossFlow, place: int) -> float:
    limits = (limit_without_spares_kw(graph, other) for other in graph.parallel[place] if flow.lives(other))
    return sum(limits) * (1 + TOLERANCE)


@memoized
def start_seconds(graph: PowerGraph) -> tuple[float | None, ...]:
    """Seconds after a loss of the utility until generators carry each object; None where none is above it.

    Groups that start later are waited for only where the load is too much for those that run before. Where it is too
    much for all of them, the slowest counts.
    """
    above = generators_above(graph)
    starts = {place: node.start_seconds for place, node in enumerate(graph.nodes) if isinstance(node, Generator)}
    found: list[float | None] = [max((starts[other] for other in places), default=None) for places in above]
    waiting = [place for place, places in enumerate(above) if len({starts[other] for other in places}) > 1]
    for seconds in sorted(set(starts.values())) if waiting else ():
        flow = flow_on_generators(graph, [place for place, start in starts.items() if start > seconds])
        weak = set(overloaded(graph, flow, starts))
        carried = [place for place in waiting if flow.lives(place) and weak.isdisjoint(above[place])]
        for place in carried:
            found[place] = seconds
        waiting = [place for place in waiting if place not in carried]
    return tuple(found)
