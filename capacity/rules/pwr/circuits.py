"""PWR-002, PWR-003, PWR-014: circuits, from the breaker of a rack upwards."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from petaplan.capacity.claims import PLAN, Claim, at_most, planned
from petaplan.capacity.design import Design, Placement, feeds_of
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import Flow, normal_flow
from petaplan.capacity.electric.rating import circuit_kva, circuit_volts, power_factor_of
from petaplan.capacity.findings import Given, Input, Later, count_of, later, number
from petaplan.capacity.memo import memoized_by_object, memoized_by_object_and_values
from petaplan.capacity.power import Feed, Supply
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.terms import derating, power_factor
from petaplan.capacity.site import Site
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit of a rack that draws from several alike."""

    feed: Feed
    racks: str
    """Name of the rack group."""
    power: Quantity
    feeds: int
    """Feeds of the rack, all live, that share its load."""
    power_factor: float
    amps: float

    @property
    def load_fraction(self) -> float:
        """Current over rated current; infinite where the rack's power is unknown."""
        return math.inf if self.power.value is None else self.amps / self.feed.rated_current_a


@rule(
    "PWR-002",
    "Circuit current is within the breaker's rating",
    formula="P of a rack / feeds / (V of one circuit x load_power_factor) <= rated_current_a; V of one circuit: "
    "three-phase sqrt(3) x voltage_ll_v, single-phase voltage_ln_v, between two lines voltage_ll_v; supply dc: "
    "P of a rack / feeds / voltage_dc_v <= rated_current_a",
    basis="I = P / (sqrt(3) V_LL pf); direct current I = P / U; docs/basis/power.md#apparent-power-of-circuits",
)
def circuits(state: State) -> Iterator[Claim]:
    """The circuit of each pod that is nearest to its rating, with all feeds live."""
    graph = power_graph_of(state)
    for placement in state.placements:
        live = tuple([name for name in _feeds_named(state.design, placement) if name in graph.index])
        if (claim := _nearest_circuit(state.design, placement, live)) is not None:
            yield claim


@memoized_by_object
def _feeds_named(design: Design, placement: Placement) -> tuple[str, ...]:
    """Names of the feeds of all rack groups of a pod, each once."""
    rack_groups = design.pod(placement).rack_groups
    return tuple(dict.fromkeys(name for rack, _ in rack_groups for name in feeds_of(placement, rack)))


@memoized_by_object_and_values
def _nearest_circuit(design: Design, placement: Placement, live: tuple[str, ...]) -> Claim | None:
    """The claim of the circuit of a pod that is nearest to its rating; None where no feed is live."""
    site = design.by_name[design.by_name[placement.hall].site]
    found = []
    for rack, facts in design.pod(placement).rack_groups:
        feeds = [name for name in feeds_of(placement, rack) if name in live]
        found += [_circuit(design.by_name[name], rack.name, facts.it_power_kw, len(feeds), site) for name in feeds]
    return _circuit_claim(placement, max(found, key=lambda circuit: circuit.load_fraction)) if found else None


def _circuit(feed: Feed, racks: str, power: Quantity, feeds: int, site: Site) -> Circuit:
    factor = power_factor_of(feed, site)
    amps = (power.value or 0.0) / feeds * W_PER_KW / (circuit_volts(feed) * factor)
    return Circuit(feed, racks, power, feeds, factor, amps)


def _power_unit(feed: Feed) -> str:
    """Unit of the power of a circuit: direct current has no apparent power."""
    return "kW" if feed.supply is Supply.DC else "kVA"


def _circuit_claim(placement: Placement, circuit: Circuit) -> Claim:
    feed = circuit.feed
    return at_most(
        placement,
        circuit.amps,
        feed.rated_current_a,
        "A",
        inputs=(
            *circuit.power.inputs,
            Input("P of a rack", circuit.power.value or 0.0, "kW", "its own figure, or the sum of its nodes"),
            _voltage_input(feed),
            Input("feeds", circuit.feeds, "feeds", PLAN),
            *((_declared_voltage(feed),) if feed.supply is Supply.AC else ()),
            *_factor_inputs(feed, circuit.power_factor),
            planned(feed, "rated_current_a"),
        ),
        hint=lambda over: (
            f"Over by {number(over)} A on a circuit of {number(circuit_kva(feed))} {_power_unit(feed)}: "
            "larger breaker or one more feed"
        ),
        missing=circuit.power.missing,
        note=f"a rack of {circuit.racks} on {feed.name}",
    )


def _voltage_input(feed: Feed) -> Given:
    """The voltage that a current is multiplied with."""
    if feed.supply is Supply.DC:
        return planned(feed, "voltage_dc_v")
    return Input("V of one circuit", circuit_volts(feed), "V", "this plan; three-phase: sqrt(3) x voltage_ll_v")


def _declared_voltage(feed: Feed) -> Later:
    return planned(feed, "voltage_ll_v" if feed.voltage_ll_v is not None else "voltage_ln_v")


def _factor_inputs(feed: Feed, factor: float) -> tuple[Input, ...]:
    """The power factor; direct current has none."""
    return (power_factor(factor),) if feed.supply is Supply.AC else ()


@rule(
    "PWR-003",
    "Continuous load is within the derated breaker",
    formula="I of the circuit with the highest load <= rated_current_a x derating",
    basis=(
        "NEC 210.20: 80 % in US practice; by IEC and in Hong Kong the device's own rating; "
        "docs/basis/power.md#continuous-load"
    ),
)
def continuous(state: State) -> Iterator[Claim]:
    """The circuit with the highest load of each feed, against its breaker as the site's jurisdiction derates it."""
    graph = power_graph_of(state)
    flow = normal_flow(graph)
    for place, feed in enumerate(graph.nodes):
        if isinstance(feed, Feed):
            yield _continuous_claim(flow, place, feed)


def _continuous_claim(flow: Flow, place: int, feed: Feed) -> Claim:
    graph = flow.graph
    terms, volts = graph.terms_of(feed), circuit_volts(feed)
    power_kw = flow.circuit_kw(place) if flow.alive[place] else 0.0
    kw_per_a = volts * terms.power_factor / W_PER_KW
    return at_most(
        feed,
        power_kw * W_PER_KW / (volts * terms.power_factor),
        feed.rated_current_a * terms.derating,
        "A",
        inputs=(
            Input("P", power_kw, "kW", "circuit with the highest load of this plan"),
            planned(feed, "rated_current_a"),
            _voltage_input(feed),
            *_factor_inputs(feed, terms.power_factor),
            derating(terms),
        ),
        hint=lambda over: (
            f"Over by {number(over * kw_per_a)} kW of continuous load: use a larger breaker or add a feed"
        ),
        missing=graph.missing_inputs[place],
    )


@rule(
    "PWR-014",
    "Each rack and each unit of plant has a circuit of its own",
    formula="racks + units of cooling plant that name the feed <= units of the feed",
    basis="one circuit serves one rack, or one unit of plant; docs/basis/power.md#one-circuit-for-each-rack",
)
def circuits_enough(state: State) -> Iterator[Claim]:
    """Racks and units of plant against circuits, feed by feed."""
    asked: dict[str, dict[str, int]] = {}
    for placement in state.placements:
        for rack, _ in state.design.pod(placement).rack_groups:
            for name in feeds_of(placement, rack):
                mine = asked.setdefault(name, {})
                mine[placement.name] = mine.get(placement.name, 0) + rack.count
    for piece in state.in_service(state.design.hub.cooling_nodes):
        if piece.unit_electrical_kw:
            for name in piece.fed_by:
                asked.setdefault(name, {})[piece.name] = piece.units
    for feed in state.in_service(state.design.hub.feeds):
        yield _enough_claim(feed, asked.get(feed.name, {}))


def _enough_claim(feed: Feed, asked: Mapping[str, int]) -> Claim:
    inputs = (later(_wanted, asked), planned(feed, "units"))
    return at_most(feed, float(sum(asked.values())), float(feed.units), "circuits", inputs=inputs, hint=_more_circuits)


def _wanted(asked: Mapping[str, int]) -> list[Input]:
    return [Input(f"circuits of {name}", count, "circuits", PLAN) for name, count in asked.items()]


def _more_circuits(short: float) -> str:
    return f"Add {count_of(short, 'circuit')}, or name other feeds for as many of its racks and units"
