"""Fuel of generators without the utility: groups burn out one after another, for no fuel is shared between groups.

Each group burns fuel in proportion to what it carries. When a group is empty, the load flow without it says what the
others carry. The hours of a group end when something below it has no power, or when it or what takes its load over is
overloaded.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import PostLossFlow
from petaplan.capacity.electric.outage import flow_on_generators, overloaded
from petaplan.capacity.electric.reserve import generators_above
from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.memo import memoized
from petaplan.capacity.power import Generator


@dataclass(frozen=True, slots=True)
class Stage:
    """A time in which no group runs empty: what each live group carries, and how long it lasts."""

    carries_kw: Mapping[int, float]
    """Output of each group that has fuel, by its place."""
    hours: float
    """Hours until the next group is empty; infinite where none carries anything."""
    fails: frozenset[int]
    """Groups that are overloaded in this stage, or that have a load below them without power."""


@memoized
def fuel_stages(graph: PowerGraph) -> Mapping[int, tuple[Stage, ...]]:
    """For each group of generators the stages until its hours end; those that share an object burn together."""
    found: dict[int, tuple[Stage, ...]] = {}
    for joined in _joined(graph):
        stages = tuple(_stages(graph, joined))
        for place in joined:
            count = next((n for n, stage in enumerate(stages) if place in stage.fails), len(stages))
            found[place] = stages[:count]
    return found


def fuel_kwh(graph: PowerGraph, place: int) -> float:
    """Energy in the fuel of the units of a group that are not spare, kWh."""
    node = graph.nodes[place]
    assert isinstance(node, Generator)
    return node.fuel_hours * (node.units - node.spare_units) * node.unit_rated_kw


def _joined(graph: PowerGraph) -> tuple[tuple[int, ...], ...]:
    """Groups of generators that can feed a common object, directly or by way of others that do."""
    kin = {place: {place} for place, node in enumerate(graph.nodes) if isinstance(node, Generator)}
    for fed, standby in zip(graph.upstream, graph.standby, strict=True):
        union = set[int]().union(*(kin[source] for source in (*fed, *standby) if source in kin))
        kin |= dict.fromkeys(union, union)
    return tuple(dict.fromkeys(tuple(sorted(union)) for union in kin.values()))


def _stages(graph: PowerGraph, joined: Sequence[int]) -> Iterator[Stage]:
    """Every stage until each of some groups has failed or is empty with nothing left to carry."""
    left = {place: fuel_kwh(graph, place) for place in joined}
    ended: set[int] = set()
    while True:
        empty = [place for place in joined if not left[place]]
        flow = flow_on_generators(graph, empty)
        carries = {place: flow.gives_kw(place) for place in joined if left[place]}
        fails = _failing(graph, joined, flow)
        ended |= fails
        hours = min((left[place] / kw for place, kw in carries.items() if kw), default=math.inf)
        yield Stage(carries, hours, fails)
        if math.isinf(hours) or ended.issuperset(joined):
            return
        for place, kw in carries.items():
            spent = left[place] - kw * hours
            left[place] = spent if spent > TOLERANCE * fuel_kwh(graph, place) else 0.0


def _failing(graph: PowerGraph, joined: Sequence[int], flow: PostLossFlow) -> frozenset[int]:
    """Groups with a load below them that has lost power, and groups that share an object with an overloaded one.

    A load with a second feed may be below groups that are not joined with these.
    """
    fails: set[int] = set()
    unfed = {place for number in flow.change.dark for place in graph.load_groups[number].feeds}
    above = generators_above(graph)
    fails.update(other for place in unfed for other in above[place])
    for place in overloaded(graph, flow, joined):
        fails.update(other for other in joined if not set(graph.children[other]).isdisjoint(graph.children[place]))
    return frozenset(fails)
