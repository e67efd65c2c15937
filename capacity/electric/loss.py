"""The power flow after one loss: only what the loss reaches is computed again.

Downwards, objects that lose a source draw from others or lose power, and loads move to their live feeds. Upwards, the
change of every draw is carried to the utility. The cost is that of the objects and loads that the loss reaches, never
of the hub.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from petaplan.capacity.electric.flow import Flow, normal_flow, shares
from petaplan.capacity.electric.graph import PowerGraph, Shares
from petaplan.capacity.electric.lines import busway_lines, fullest_kw, line_currents, uneven_busways
from petaplan.capacity.electric.rating import limit_kw
from petaplan.capacity.power import Battery, Converter, Feed, Generator, Intake, PowerObject

NEGLIGIBLE_KW = 1e-9
NOTHING: Shares = ()
NO_PLACES: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Loss:
    """The loss of a whole object, or of one of its units."""

    place: int
    """Place of the object in the graph."""
    name: str
    whole: bool

    def __str__(self) -> str:
        return self.name if self.whole else f"one-unit-of-{self.name}"


@dataclass(slots=True)
class LossDelta:
    """What has changed after a loss; everything not named here carries what it carried before."""

    dead: set[int] = field(default_factory=set)
    left: dict[int, float] = field(default_factory=dict)
    """Share of the units that remains, of objects that lost some."""
    redrawn: dict[int, Shares] = field(default_factory=dict)
    """Objects that draw from other sources, or in other shares."""
    output_kw: dict[int, float] = field(default_factory=dict)
    """Output of each live object that the loss reached, kW."""
    input_kw: dict[int, float] = field(default_factory=dict)
    circuit_kw: dict[int, float] = field(default_factory=dict)
    """Heaviest circuit among those that took over, feed by feed."""
    dark: list[int] = field(default_factory=list)
    """Numbers of the load groups that lost their last feed."""


def capacity_piece(node: PowerObject) -> bool:
    """Whether an object makes or converts power; busways and feeds only carry it."""
    return isinstance(node, Intake | Converter | Generator)


def single_losses(graph: PowerGraph) -> Iterator[Loss]:
    """The loss of every object of the graph, and of one unit of each that has several and converts power.

    A generator that is only a stand-by source carries nothing while the utility is present, so its losses belong to the
    outage. One that supplies all the time is included. A battery is included only if other objects draw through it.
    """
    for place in range(len(graph.nodes)):
        yield from losses_of(graph, place)


def losses_of(graph: PowerGraph, place: int) -> Iterator[Loss]:
    """The single losses of one object."""
    node = graph.nodes[place]
    idle = isinstance(node, Generator) and not normal_flow(graph).output_kw[place]
    if idle or (isinstance(node, Battery) and not graph.children[place]):
        return
    yield Loss(place, node.name, whole=True)
    if node.units > 1 and not isinstance(node, Feed):
        yield Loss(place, node.name, whole=False)


def generator_losses(graph: PowerGraph) -> Iterator[Loss]:
    """One unit of each group of generators."""
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Generator):
            yield Loss(place, node.name, whole=node.units == 1)


def after(base: Flow, *losses: Loss) -> LossDelta:
    """The change that losses make to a situation."""
    change = LossDelta()
    units: dict[int, int] = {}
    for loss in losses:
        if base.alive[loss.place]:
            all_units = base.graph.nodes[loss.place].units
            units[loss.place] = all_units if loss.whole else units.get(loss.place, 0) + 1
    for place, gone in units.items():
        all_units = base.graph.nodes[place].units
        if gone >= all_units:
            change.dead.add(place)
        else:
            change.left[place] = (all_units - gone) / all_units
    _downwards(base, change)
    moved = _move_loads(base, change)
    _upwards(base, change, moved)
    return change


def _downwards(base: Flow, change: LossDelta) -> None:
    """Objects that find their sources dead or weaker, every source before what it feeds."""
    graph, seen = base.graph, set(change.dead)
    queue: list[int] = []
    fed, children, alive = graph.upstream, graph.children, base.alive
    for place in change.dead:
        queue.extend(children[place])
    for place in change.left:
        queue.extend(child for child in children[place] if len(base.given[child]) > 1)
    heapq.heapify(queue)
    while queue:
        place = heapq.heappop(queue)
        if place in seen or not alive[place]:
            continue
        seen.add(place)
        if graph.single_source[place]:
            drawn: Shares = () if fed[place][0] in change.dead else base.given[place]
        else:
            drawn = shares(graph, place, alive, change.dead, change.left)
        if not drawn:
            change.dead.add(place)
            for child in children[place]:
                heapq.heappush(queue, child)
        elif drawn != base.given[place]:
            change.redrawn[place] = drawn


def _move_loads(base: Flow, change: LossDelta) -> dict[int, float]:
    """Move the loads of lost feeds to the live ones; the change of output of these, kW."""
    graph, alive, dead = base.graph, base.alive, change.dead
    moved: dict[int, float] = {}
    for number in {number for place in dead for number in graph.loads_on[place]}:
        load_group = graph.load_groups[number]
        before = [feed for feed in load_group.feeds if alive[feed]]
        now = [feed for feed in before if feed not in dead]
        if not now:
            change.dark.append(number)
            continue
        extra = load_group.power_kw / len(now) - load_group.power_kw / len(before)
        circuit = load_group.heaviest_kw / len(now)
        for feed in now:
            moved[feed] = moved.get(feed, 0.0) + extra
            if graph.is_feed[feed]:
                change.circuit_kw[feed] = max(circuit, change.circuit_kw.get(feed, circuit))
    return moved


def _upwards(base: Flow, change: LossDelta, moved: dict[int, float]) -> None:
    """What every reached object draws now, everything before its sources."""
    graph, levels = base.graph, base.graph.levels
    uneven = uneven_busways(graph) if graph.any_single_phase else NO_PLACES
    inputs, given, dead, redrawn = base.input_kw, base.given, change.dead, change.redrawn
    losses, outputs = graph.losses, base.output_kw
    reached: list[dict[int, float]] = [{} for _ in range(graph.depth)]
    for place in (*moved, *change.dead, *change.redrawn, *change.left):
        reached[levels[place]][place] = moved.get(place, 0.0)
    for here in reversed(reached):
        for place, extra in here.items():
            more = -inputs[place]
            if place not in dead:
                slope, fixed = losses[place]
                output = change.output_kw[place] = outputs[place] + extra
                now = output * slope
                if fixed:
                    now += fixed * graph.nodes[place].units * change.left.get(place, 1.0)
                change.input_kw[place] = now
                if place in redrawn:
                    for source, share in redrawn[place]:
                        above = reached[levels[source]]
                        above[source] = above.get(source, 0.0) + share * now
                else:
                    more += now
                    if abs(more) < NEGLIGIBLE_KW and place not in uneven:
                        continue  # the lines of an uneven busway may have shifted though their sum has not
            for source, share in given[place]:
                above = reached[levels[source]]
                above[source] = above.get(source, 0.0) + share * more


def limit_after(graph: PowerGraph, place: int, left: Mapping[int, float]) -> float:
    """Active power that an object may give after losing some of its units, kW."""
    if place not in left:
        return graph.limits_kw[place]
    node = graph.nodes[place]
    return limit_kw(node, graph.terms_of(node), left[place])


@dataclass(frozen=True, slots=True)
class PostLossFlow:
    """Load of every object after a loss: the flow before it, and the change."""

    base: Flow
    change: LossDelta

    def lives(self, place: int) -> bool:
        """Whether an object has power."""
        return self.base.alive[place] and place not in self.change.dead

    def gives_kw(self, place: int) -> float:
        """Output of an object, kW."""
        return self.change.output_kw.get(place, self.base.output_kw[place]) if self.lives(place) else 0.0

    def draws_kw(self, place: int) -> float:
        """Input of an object, kW."""
        return self.change.input_kw.get(place, self.base.input_kw[place]) if self.lives(place) else 0.0

    def draws_from(self, place: int) -> Shares:
        """Sources of an object, with their shares."""
        return self.change.redrawn.get(place, self.base.given[place]) if self.lives(place) else NOTHING

    def fullest_kw(self) -> Mapping[int, float]:
        """Three times the most loaded line of each busway with single-phase circuits that the loss reached."""
        graph = self.base.graph
        if uneven_busways(graph).isdisjoint(self.change.output_kw):
            return {}
        lines = line_currents(graph, self, self.change.output_kw, busway_lines(self.base))
        uneven = uneven_busways(graph)
        return {place: fullest_kw(graph, place, currents) for place, currents in lines.items() if place in uneven}
