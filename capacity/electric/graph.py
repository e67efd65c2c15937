"""The power graph of one day: racks and plant at the bottom, the utility at the top.

The objects are in an order in which every source comes before what it feeds, so no function here is recursive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from petaplan.capacity.electric.rating import Terms, is_single_phase, limit_kw, rated_kva
from petaplan.capacity.gaps import Gaps
from petaplan.capacity.memo import MemoOwner
from petaplan.capacity.power import Converter, Feed, Generator, Intake, PowerObject
from petaplan.capacity.references import POWER, names_in

Shares = tuple[tuple[int, float], ...]
"""Sources that an object draws from, each with its share of the draw."""


@dataclass(frozen=True, slots=True)
class Load:
    """Racks or plant that draw alike from the same feeds."""

    name: str
    feeds: tuple[str, ...]
    power_kw: float
    cabinets: int
    """0 for cooling plant."""
    owner: str
    halls: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Figures without which its power is not known."""
    unverified: tuple[str, ...] = ()
    """Figures of its power that nobody verified."""
    units: int = 1
    """Units of cooling plant in operation. Each has its own circuit, as each rack has."""
    step_kw: float = 0.0
    """Part of the power that belongs to racks with accelerators, which rise and fall together."""


@dataclass(frozen=True, slots=True)
class LoadGroup:
    """Loads with the same feeds, in the same halls: what one loss does to one, it does to all."""

    feeds: tuple[int, ...]
    """Places of the feeds in the graph, each once."""
    halls: tuple[str, ...]
    power_kw: float
    cabinets: int
    """0 for cooling plant."""
    heaviest_kw: float
    """Of one rack, or one unit of plant."""
    step_kw: float
    loads: tuple[int, ...]
    """Numbers of the loads in it."""


@dataclass(frozen=True, eq=False)
class PowerGraph(MemoOwner):
    """The power objects in service on a day, and the loads connected to them."""

    nodes: tuple[PowerObject, ...]
    """Every source before what it feeds."""
    loads: tuple[Load, ...]
    terms: Mapping[str, Terms] = field(default_factory=dict)
    """Power factor, derating and contracted supply of each object."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the objects, in their order."""
        return tuple(node.name for node in self.nodes)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Place of each object: its position in the order."""
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def upstream(self) -> tuple[tuple[int, ...], ...]:
        """Places of the sources of each object."""
        return tuple(self._places(() if _origin(node) else node.fed_by) for node in self.nodes)  # type: ignore[union-attr]

    @cached_property
    def standby(self) -> tuple[tuple[int, ...], ...]:
        """Places of the stand-by sources of each object."""
        return tuple(self._places(getattr(node, "standby_from", ())) for node in self.nodes)

    @cached_property
    def origins(self) -> tuple[bool, ...]:
        """Whether an object needs no source."""
        return tuple(_origin(node) for node in self.nodes)

    @cached_property
    def single_source(self) -> tuple[Shares, ...]:
        """The single source of each object that has one and no stand-by source; empty for the others."""
        return tuple(
            ((fed[0], 1.0),) if len(fed) == 1 and not standby else ()
            for fed, standby in zip(self.upstream, self.standby, strict=True)
        )

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Places of the objects that each object feeds, normally or as stand-by."""
        below: list[list[int]] = [[] for _ in self.nodes]
        for place, (fed, standby) in enumerate(zip(self.upstream, self.standby, strict=True)):
            for source in (*fed, *standby):
                below[source].append(place)
        return tuple(tuple(places) for places in below)

    @cached_property
    def parallel(self) -> tuple[tuple[int, ...], ...]:
        """Places of the objects of one kind that feed the same objects, the object itself included: one group in
        parallel.

        An object to which racks or plant are connected directly is a group by itself, because loads split evenly and
        not by rating.
        """
        alike: dict[tuple[Any, ...], list[int]] = {}
        for place, (node, below) in enumerate(zip(self.nodes, self.children, strict=True)):
            first = tuple(child for child in below if place in self.upstream[child])
            alone = place if self.loads_on[place] or not below else None
            alike.setdefault((type(node), below, first, alone), []).append(place)
        groups = {place: tuple(places) for places in alike.values() for place in places}
        return tuple(groups[place] for place in range(len(self.nodes)))

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Level of each object: the longest path to it from an object without a source."""
        found: list[int] = []
        for fed, standby in zip(self.upstream, self.standby, strict=True):
            found.append(max((found[source] + 1 for source in (*fed, *standby)), default=0))
        return tuple(found)

    @cached_property
    def depth(self) -> int:
        """Number of levels."""
        return max(self.levels, default=-1) + 1

    @cached_property
    def ratings_kva(self) -> tuple[float, ...]:
        """Apparent power that all units of each object can pass together."""
        return tuple(rated_kva(node) for node in self.nodes)

    @cached_property
    def limits_kw(self) -> tuple[float, ...]:
        """Active power that each object may give, all its units at work; of feeds, one circuit."""
        return tuple(limit_kw(node, self.terms_of(node)) for node in self.nodes)

    @cached_property
    def any_single_phase(self) -> bool:
        """Whether any circuit leaves a line or two without load."""
        return any(isinstance(node, Feed) and is_single_phase(node) for node in self.nodes)

    @cached_property
    def is_feed(self) -> tuple[bool, ...]:
        """Whether an object is a feed, where the limit applies to each circuit."""
        return tuple(isinstance(node, Feed) for node in self.nodes)

    @cached_property
    def losses(self) -> tuple[tuple[float, float], ...]:
        """Input for each kilowatt of output, and the no-load loss of one unit, of each object."""
        return tuple(
            (1 / node.efficiency_fraction, node.no_load_loss_kw) if isinstance(node, Converter) else (1.0, 0.0)
            for node in self.nodes
        )

    @cached_property
    def worst_loss_gain(self) -> float:
        """The largest increase of input of any object for one more kilowatt below it, with all losses on the way."""
        rises: list[float] = []
        for place, (fed, standby) in enumerate(zip(self.upstream, self.standby, strict=True)):
            above = max((rises[source] for source in (*fed, *standby)), default=1.0)
            rises.append(above * self.losses[place][0])
        return max(rises, default=1.0)

    @cached_property
    def load_groups(self) -> tuple[LoadGroup, ...]:
        """The loads, those with the same feeds and halls taken together."""
        groups: dict[tuple[Any, ...], list[int]] = {}
        for number, load in enumerate(self.loads):
            feeds = self._places(dict.fromkeys(load.feeds))
            groups.setdefault((feeds, load.halls, load.cabinets > 0), []).append(number)
        return tuple(self._load_group(feeds, halls, numbers) for (feeds, halls, _), numbers in groups.items())

    def _load_group(self, feeds: tuple[int, ...], halls: tuple[str, ...], numbers: list[int]) -> LoadGroup:
        loads = [self.loads[number] for number in numbers]
        return LoadGroup(
            feeds=feeds,
            halls=halls,
            power_kw=sum(load.power_kw for load in loads),
            cabinets=sum(load.cabinets for load in loads),
            heaviest_kw=max(load.power_kw / (load.cabinets or load.units) for load in loads),
            step_kw=sum(load.step_kw for load in loads),
            loads=tuple(numbers),
        )

    @cached_property
    def loads_on(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the load groups that are connected to each object directly."""
        below: list[list[int]] = [[] for _ in self.nodes]
        for number, load_group in enumerate(self.load_groups):
            for place in load_group.feeds:
                below[place].append(number)
        return tuple(tuple(numbers) for numbers in below)

    @cached_property
    def halls(self) -> tuple[tuple[str, ...], ...]:
        """Names of the halls that each object serves, directly or through others."""
        return self._gathered(lambda load: load.halls)

    @cached_property
    def above(self) -> Mapping[str, tuple[int, ...]]:
        """Places of the objects that serve each hall."""
        found: dict[str, list[int]] = {}
        for place, halls in enumerate(self.halls):
            for hall in halls:
                found.setdefault(hall, []).append(place)
        return {hall: tuple(places) for hall, places in found.items()}

    @cached_property
    def any_missing(self) -> bool:
        """Whether the power of some load isn't known."""
        return any(load.missing for load in self.loads)

    @cached_property
    def missing_inputs(self) -> tuple[Gaps, ...]:
        """Figures that are missing of what each object carries, and those that nobody verified."""
        none: tuple[tuple[str, ...], ...] = ((),) * len(self.nodes)
        missing = self._gathered(lambda load: load.missing) if self.any_missing else none
        doubtful = any(load.unverified for load in self.loads)
        unverified = self._gathered(lambda load: load.unverified) if doubtful else none
        kept: dict[tuple[tuple[str, ...], tuple[str, ...]], Gaps] = {}
        return tuple(
            kept[both] if both in kept else kept.setdefault(both, Gaps(*both))
            for both in zip(missing, unverified, strict=True)
        )

    def terms_of(self, node: PowerObject) -> Terms:
        """Power factor, derating and contracted supply of an object."""
        return self.terms.get(node.name, Terms())

    def _places(self, names: Iterable[str]) -> tuple[int, ...]:
        index = self.index
        return tuple([index[name] for name in names if name in index])

    def _gathered(self, of: Any) -> tuple[tuple[str, ...], ...]:
        """Values of the loads below each object, each once; equal results share one tuple."""
        found: list[dict[str, None]] = [{} for _ in self.nodes]
        for load_group in self.load_groups:
            said = dict.fromkeys(word for number in load_group.loads for word in of(self.loads[number]))
            for place in load_group.feeds:
                found[place].update(said)
        kept: dict[tuple[str, ...], tuple[str, ...]] = {}
        for place in range(len(self.nodes) - 1, -1, -1):
            for source in (*self.upstream[place], *self.standby[place]):
                found[source].update(found[place])
        return tuple(kept.setdefault(key, key) for key in map(tuple, found))


def _origin(node: PowerObject) -> bool:
    return isinstance(node, Intake | Generator)


def sources(node: PowerObject) -> tuple[str, ...]:
    """Names of the sources of an object, normal and stand-by."""
    return names_in(node, POWER)


def in_order(nodes: Iterable[PowerObject]) -> tuple[PowerObject, ...]:
    """The objects with every source before what it feeds, else by name; objects in a ring are left out."""
    known = {node.name: node for node in sorted(nodes, key=lambda node: node.name, reverse=True)}
    waiting = {name: sum(source in known for source in sources(node)) for name, node in known.items()}
    below: dict[str, list[str]] = {name: [] for name in known}
    for name, node in known.items():
        for source in sources(node):
            if source in known:
                below[source].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    ordered: list[PowerObject] = []
    while ready:
        name = ready.pop()
        ordered.append(known[name])
        for child in below[name]:
            waiting[child] -= 1
            if waiting[child] == 0:
                ready.append(child)
    return tuple(ordered)
