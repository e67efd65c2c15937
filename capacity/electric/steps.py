"""The load step that all accelerators make together, at every object, with nothing lost and after any one loss.

A load step is carried through the power graph as power is. Losses of power are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import Flow, flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import Loss, after, generator_losses, limit_after, single_losses
from petaplan.capacity.memo import memoized
from petaplan.capacity.power import Generator, PowerObject, Rectifier, Ups
from petaplan.capacity.state import State


@dataclass(frozen=True, eq=False)
class LoadStepGraph(PowerGraph):
    """A power graph with the load steps of racks with accelerators as its loads."""

    @cached_property
    def losses(self) -> tuple[tuple[float, float], ...]:
        """None: a load step is counted where it arises."""
        return ((1.0, 0.0),) * len(self.nodes)

    @cached_property
    def above_ups(self) -> tuple[bool, ...]:
        """Whether a UPS or a rectifier is below each object, directly or through others."""
        found = [False] * len(self.nodes)
        for place in range(len(self.nodes) - 1, -1, -1):
            if found[place] or isinstance(self.nodes[place], Ups | Rectifier):
                for source in (*self.upstream[place], *self.standby[place]):
                    found[source] = True
        return tuple(found)

    @cached_property
    def ups_over(self) -> tuple[frozenset[int], ...]:
        """UPSes and rectifiers above each object, directly or through others, and the object itself if it is one."""
        found: list[frozenset[int]] = []
        for place, node in enumerate(self.nodes):
            over = [found[source] for source in (*self.upstream[place], *self.standby[place])]
            one = over[0] if len(over) == 1 else frozenset[int]().union(*over)
            found.append(one | {place} if isinstance(node, Ups | Rectifier) else one)
        return tuple(found)

    @cached_property
    def returning(self) -> frozenset[int]:
        """UPSes to which a load can return by another way when the one it came by is lost."""
        found: set[int] = set()
        ways = ((*fed, *standby) for fed, standby in zip(self.upstream, self.standby, strict=True))
        for several in (*ways, *(load_group.feeds for load_group in self.load_groups)):
            if len(several) > 1:
                over = [self.ups_over[place] for place in several]
                found.update(ups for ups in frozenset[int]().union(*over) if sum(ups in one for one in over) > 1)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class LoadStep:
    """Load step that an object carries after the loss that brings it nearest to its limit."""

    loss: Loss
    power_kw: float
    limit_kw: float

    @property
    def ratio(self) -> float:
        """Load step over limit."""
        return self.power_kw / self.limit_kw if self.limit_kw else float("inf")


@memoized
def load_steps_of(state: State) -> LoadStepGraph:
    """The load steps of a day."""
    return load_steps(power_graph_of(state))


def load_steps(graph: PowerGraph) -> LoadStepGraph:
    """The same objects with the load steps as loads."""
    loads = tuple(replace(load, power_kw=load.step_kw) for load in graph.loads if load.step_kw)
    made = LoadStepGraph(nodes=graph.nodes, loads=loads, terms=graph.terms)
    made.__dict__.update({name: getattr(graph, name) for name in _OF_THE_OBJECTS})
    return made


_OF_THE_OBJECTS = (
    "names",
    "index",
    "upstream",
    "standby",
    "origins",
    "single_source",
    "children",
    "levels",
    "depth",
    "ratings_kva",
    "limits_kw",
    "is_feed",
)
"""Members of a power graph that follow from its objects alone, whatever the loads."""


def worst_jumps(graph: LoadStepGraph) -> Mapping[int, LoadStep]:
    """The worst for each UPS that takes over in some single loss, and each generator that does without the utility.

    A loss is skipped if an object above it is lost whole as well, and if it is above no UPS. It then moves no more
    load to another UPS, and none to its own where nothing can come back.
    """
    worst: dict[int, LoadStep] = {}
    asked = (loss for loss in single_losses(graph) if not _covered(graph, loss))
    for kinds, base, losses in (
        ((Ups, Rectifier), normal_flow(graph), asked),
        ((Generator,), flow_without_utility(graph), generator_losses(graph)),
    ):
        for loss in losses:
            for place, step in _steps(base, loss, kinds):
                if place not in worst or step.ratio > worst[place].ratio:
                    worst[place] = step
    return worst


def _covered(graph: LoadStepGraph, loss: Loss) -> bool:
    alone = graph.single_source[loss.place]
    if not alone or graph.above_ups[alone[0][0]]:
        return False
    return graph.returning.isdisjoint(graph.ups_over[alone[0][0]])


def _steps(base: Flow, loss: Loss, kinds: tuple[type[PowerObject], ...]) -> Iterator[tuple[int, LoadStep]]:
    change = after(base, loss)
    for place, carries in change.output_kw.items():
        if not carries or not isinstance(base.graph.nodes[place], kinds):
            continue
        if place in change.left or carries > base.output_kw[place]:
            yield place, LoadStep(loss, carries, limit_after(base.graph, place, change.left))
