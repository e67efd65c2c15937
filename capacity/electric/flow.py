"""Load of every object of a power graph.

A load splits evenly over its live feeds. An object draws from its live sources in proportion to their rating. When
all of them are lost, it draws from its stand-by sources. Losses: ``P_in = P_out / efficiency + no-load loss``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.electric.graph import PowerGraph, Shares
from petaplan.capacity.memo import MemoOwner, memoized
from petaplan.capacity.power import Generator, Intake


@dataclass(frozen=True, eq=False)
class Flow(MemoOwner):
    """Load of every object of a power graph in one situation, in the order of the graph."""

    graph: PowerGraph
    alive: Sequence[bool]
    output_kw: Sequence[float]
    input_kw: Sequence[float]
    given: Sequence[Shares]
    """Sources of each live object, with their shares."""
    dark: tuple[int, ...]
    """Numbers of the load groups without a live feed."""

    def lives(self, place: int) -> bool:
        """Whether an object has power."""
        return self.alive[place]

    def gives_kw(self, place: int) -> float:
        """Output of an object, kW."""
        return self.output_kw[place]

    def draws_kw(self, place: int) -> float:
        """Input of an object, kW."""
        return self.input_kw[place]

    def draws_from(self, place: int) -> Shares:
        """Sources of an object, with their shares."""
        return self.given[place]

    def output_of(self, name: str) -> float:
        """Output of one object, kW."""
        return self.output_kw[self.graph.index[name]]

    def input_of(self, name: str) -> float:
        """Input of one object, kW."""
        return self.input_kw[self.graph.index[name]]

    @property
    def losses_kw(self) -> float:
        """Losses of all live objects, kW."""
        return sum(self.input_kw) - sum(self.output_kw)

    def circuit_kw(self, place: int) -> float:
        """Load of the most loaded circuit of a feed, kW."""
        graph, heaviest = self.graph, 0.0
        for number in graph.loads_on[place]:
            load_group = graph.load_groups[number]
            live = sum(self.alive[other] for other in load_group.feeds)
            heaviest = max(heaviest, load_group.heaviest_kw / live)
        return heaviest


def flow(graph: PowerGraph, lost: frozenset[str] = frozenset()) -> Flow:
    """Load of every object with some of them lost, computed from scratch."""
    alive = [False] * len(graph.nodes)
    given: list[Shares] = [()] * len(graph.nodes)
    for place, name in enumerate(graph.names):
        if name in lost:
            continue
        if graph.origins[place]:
            alive[place] = True
        elif alone := graph.single_source[place]:
            alive[place] = alive[alone[0][0]]
            given[place] = alone if alive[place] else ()
        else:
            given[place] = shares(graph, place, alive, frozenset(), {})
            alive[place] = bool(given[place])
    groups = enumerate(graph.load_groups)
    dark = tuple([number for number, group in groups if not any(alive[feed] for feed in group.feeds)])
    output, taken = carried(graph, alive, given, [group.power_kw for group in graph.load_groups])
    return Flow(graph, alive, output, taken, given, dark)


def carried(
    graph: PowerGraph, alive: Sequence[bool], given: Sequence[Shares], loads_kw: Iterable[float]
) -> tuple[list[float], list[float]]:
    """Output and input of every object, kW, for the power of each load group; sources and shares are as given."""
    output = [0.0] * len(graph.nodes)
    for load_group, power_kw in zip(graph.load_groups, loads_kw, strict=True):
        live = [feed for feed in load_group.feeds if alive[feed]]
        for feed in live:
            output[feed] += power_kw / len(live)
    taken = [0.0] * len(graph.nodes)
    for place in range(len(graph.nodes) - 1, -1, -1):
        if alive[place]:
            slope, fixed = graph.losses[place]
            taken[place] = output[place] * slope + fixed * graph.nodes[place].units
            for source, share in given[place]:
                output[source] += taken[place] * share
    return output, taken


def shares(
    graph: PowerGraph, place: int, alive: Sequence[bool], dead: frozenset[int] | set[int], left: Mapping[int, float]
) -> Shares:
    """Sources that an object draws from: its live sources by rating, else its stand-by sources, else none.

    A generator supplies only if no other stand-by source is live: it never runs in parallel with the utility.
    """
    live = [source for source in graph.upstream[place] if alive[source] and source not in dead]
    if not live:
        live = [source for source in graph.standby[place] if alive[source] and source not in dead]
        live = [source for source in live if not isinstance(graph.nodes[source], Generator)] or live
    ratings = [graph.ratings_kva[source] * left.get(source, 1.0) for source in live]
    whole = sum(ratings)
    if whole == 0:
        return tuple((source, 1 / len(live)) for source in live)
    return tuple((source, rating / whole) for source, rating in zip(live, ratings, strict=True))


@memoized
def normal_flow(graph: PowerGraph) -> Flow:
    """Load of every object with nothing lost."""
    return flow(graph)


@memoized
def flow_without_utility(graph: PowerGraph) -> Flow:
    """Load of every object during a utility outage, with all intakes lost."""
    return flow(graph, frozenset(node.name for node in graph.nodes if isinstance(node, Intake)))
