"""Load flow through the power chain: from the racks up to the utility, stage by stage.

A load splits evenly over its live feeds; an object draws from its live sources in proportion to their rating; when
all of them are lost it turns to its stand-by sources. Losses: ``P_in = P_out / efficiency + no-load loss``.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from capacity.compute import Pod
from capacity.design import State
from capacity.power import Busway, Feed, Generator, Intake, PowerObject, Storage, Transformer, Ups
from capacity.units import W_PER_KW

SQRT3 = math.sqrt(3.0)


@dataclass(frozen=True, slots=True)
class Load:
    """Cabinets or plant that draw alike from the same feeds."""

    name: str
    feeds: tuple[str, ...]
    power_kw: float
    cabinets: int
    """0 for cooling plant."""
    owner: str


def rated_kva(node: PowerObject) -> float:
    """Apparent power that all units together can pass, kVA: ``S = sqrt(3) V_LL I = 3 V_LN I`` for circuits."""
    match node:
        case Busway():
            return node.units * SQRT3 * node.voltage_ll_v * node.rated_current_a / W_PER_KW
        case Feed():
            return node.units * circuit_kva(node)
        case Storage():
            return node.units * node.unit_rated_kw
        case _:
            return node.units * node.unit_rated_kva


def circuit_kva(feed: Feed) -> float:
    """Apparent power of one circuit, kVA.

    Three-phase: ``sqrt(3) V_LL I``; one phase to neutral: ``V_LN I``.
    """
    if feed.voltage_ll_v is not None:
        return SQRT3 * feed.voltage_ll_v * feed.rated_current_a / W_PER_KW
    assert feed.voltage_ln_v is not None
    return feed.voltage_ln_v * feed.rated_current_a / W_PER_KW


def input_kw(node: PowerObject, output_kw: float) -> float:
    """What a stage draws to give ``output_kw``: losses under load plus those that are always there."""
    if isinstance(node, Transformer | Ups):
        return output_kw / node.efficiency_fraction + node.units * node.no_load_loss_kw
    return output_kw


@dataclass(frozen=True, eq=False)
class Chain:
    """The power objects in service on a day, and what hangs on them."""

    nodes: Mapping[str, PowerObject]
    loads: tuple[Load, ...]
    missing: tuple[str, ...] = ()
    """Figures without which the load is not known."""

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Names with every source before what it feeds."""
        waiting = {name: sum(s in self.nodes for s in sources(node)) for name, node in self.nodes.items()}
        children: dict[str, list[str]] = {name: [] for name in self.nodes}
        for name, node in self.nodes.items():
            for source in sources(node):
                if source in self.nodes:
                    children[source].append(name)
        ready = [name for name, count in waiting.items() if count == 0]
        ordered: list[str] = []
        while ready:
            name = ready.pop()
            ordered.append(name)
            for child in children[name]:
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
        return tuple(ordered)

    @cached_property
    def normal(self) -> "Flow":
        """What every object carries with nothing lost."""
        return self.flow()

    def live(self, lost: frozenset[str] = frozenset()) -> frozenset[str]:
        """Names of the objects that still have power."""
        alive: set[str] = set()
        for name in self.order:
            node = self.nodes[name]
            if name in lost:
                continue
            origin = isinstance(node, Intake | Generator)
            if origin or any(source in alive for source in sources(node)):
                alive.add(name)
        return frozenset(alive)

    def flow(self, lost: frozenset[str] = frozenset()) -> "Flow":
        """What every object carries with some of them lost."""
        alive = self.live(lost)
        output = dict.fromkeys(self.nodes, 0.0)
        dark: list[Load] = []
        for load in self.loads:
            feeds = [feed for feed in load.feeds if feed in alive]
            if not feeds:
                dark.append(load)
            for feed in feeds:
                output[feed] += load.power_kw / len(feeds)
        for name in reversed(self.order):
            if name in alive:
                self._draw(name, alive, output)
        return Flow(output_kw=output, dark=tuple(dark), live=alive)

    def _draw(self, name: str, alive: frozenset[str], output: dict[str, float]) -> None:
        node = self.nodes[name]
        if isinstance(node, Intake | Generator | Storage):
            return
        given = [source for source in node.fed_by if source in alive]
        if not given:
            given = [source for source in node.standby_from if source in alive]
        ratings = [rated_kva(self.nodes[source]) for source in given]
        whole = sum(ratings)
        demand = input_kw(node, output[name])
        for source, rating in zip(given, ratings, strict=True):
            output[source] += demand * rating / whole


@dataclass(frozen=True, slots=True)
class Flow:
    """What the chain carries in one situation."""

    output_kw: Mapping[str, float]
    dark: tuple[Load, ...]
    """Loads without a live feed."""
    live: frozenset[str]


def sources(node: PowerObject) -> tuple[str, ...]:
    """Names of everything that can feed an object."""
    if isinstance(node, Intake | Generator):
        return ()
    return (*node.fed_by, *getattr(node, "standby_from", ()))


def chain_of(state: State) -> Chain:
    """The power chain on a day, with the racks and the cooling plant that stand then; built once a state."""
    if "chain" not in state.memo:
        state.memo["chain"] = _build(state)
    chain: Chain = state.memo["chain"]
    return chain


def _build(state: State) -> Chain:
    missing: dict[str, None] = {}
    loads = [*_rack_loads(state, missing), *_plant_loads(state)]
    nodes = {node.name: node for node in state.standing(state.design.hub.power_nodes)}
    return Chain(nodes=nodes, loads=tuple(loads), missing=tuple(missing))


def _rack_loads(state: State, missing: dict[str, None]) -> Iterable[Load]:
    for placed in state.placed:
        own = placed.feeds if isinstance(placed, Pod) else ()
        for rack, facts in state.design.pod(placed).runs:
            missing.update(dict.fromkeys(facts.it_power_kw.missing))
            power_kw = rack.count * (facts.it_power_kw.value or 0.0)
            feeds = own if rack.feeds is None else rack.feeds
            name = f"{placed.name}/{rack.name}" if isinstance(placed, Pod) else placed.name
            yield Load(name=name, feeds=feeds, power_kw=power_kw, cabinets=rack.count, owner=placed.name)


def _plant_loads(state: State) -> Iterable[Load]:
    for plant in state.standing(state.design.hub.cooling_nodes):
        running = plant.units - plant.spare_units
        if plant.fed_by and plant.unit_electrical_kw:
            power_kw = running * plant.unit_electrical_kw
            yield Load(name=plant.name, feeds=plant.fed_by, power_kw=power_kw, cabinets=0, owner=plant.name)
