"""PWR-001, 002, 003, 008, 014, 023, 024, 025, 028: circuits and busways, from the breaker of a cabinet upwards."""

import math
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import in_order, sources
from petaplan.capacity.electric.lines import LineCurrents, busway_lines
from petaplan.capacity.electric.rating import SQRT3, circuit_kva, circuit_volts, rated_kva, three_phase_kva
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.memo import memoized_by_object
from petaplan.capacity.power import Busway, Feed, Intake, PowerObject, Transformer
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@rule(
    "PWR-001",
    "Busways carry the load of their rows",
    formula="sqrt(3) x V_LL x I of the fullest line <= units x sqrt(3) x V_LL x I_rated x derating; balanced: P / pf",
    basis="physics: sqrt(3) V_LL I = 3 V_LN I; capacity reference 3.1, PWR-001 and PWR-003",
)
def busways(state: State) -> Iterator[Claim]:
    """Apparent power through each busway with everything in order; single-phase circuits count on their line."""
    graph = power_graph_of(state)
    currents = lines_of(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Busway):
            missing = graph.missing_inputs[place]
            amps = currents[place].highest_a if place in currents else 0.0
            terms = graph.terms_of(node)
            factor = terms.power_factor
            demand, capacity = three_phase_kva(node.voltage_ll_v, amps), rated_kva(node) * terms.derating
            over_kw = (demand - capacity) * factor
            yield Claim(
                subject=node,
                demand=None if missing else demand,
                capacity=capacity,
                unit="kVA",
                inputs=(
                    Input("P", normal_flow(graph).output_kw[place], "kW", "racks of this plan"),
                    Input("pf", factor, "fraction", "site of this plan"),
                    Input("V_LL", node.voltage_ll_v, "V", "this plan"),
                    Input("I_rated", node.rated_current_a, "A", "this plan"),
                    Input("units", node.units, "busways", "this plan"),
                    Input("derating", terms.derating, "fraction", f"jurisdiction {terms.jurisdiction}"),
                ),
                hint=_relieved(currents.get(place), over_kw) if over_kw > 0 else "",
                missing=missing,
            )


def _relieved(lines: LineCurrents | None, over_kw: float) -> str:
    """What takes a busway back to its rating; where one line is too full, a third of three times that line."""
    if lines is not None and lines.single_phase:
        return f"move {number(over_kw / 3)} kW away from line {lines.fullest}, or to another busway"
    return f"move {number(over_kw)} kW of racks to another busway"


def lines_of(state: State) -> Mapping[int, LineCurrents]:
    """Currents of the lines of every busway on a day; worked out once a state."""
    return busway_lines(normal_flow(power_graph_of(state)))


def feeds_of(placement: Placement, rack: Any) -> tuple[str, ...]:
    """Names of the feeds of a run of cabinets: its own, or its pod's."""
    own = placement.feeds if isinstance(placement, Pod) else ()
    return tuple(dict.fromkeys(own if rack.feeds is None else rack.feeds))


@rule(
    "PWR-002",
    "Circuits carry the current of their cabinet",
    formula="P / feeds / (sqrt(3) x V_LL x pf) <= I_rated; one phase: P / feeds / (V_LN x pf), two lines: V_LL",
    basis="physics; capacity reference 3.1, PWR-002",
)
def circuits(state: State) -> Iterator[Claim]:
    """The current of the fullest circuit of each pod, all its feeds being live."""
    graph = power_graph_of(state)
    for placement in state.placements:
        named = dict.fromkeys(
            name for rack, _ in state.design.pod(placement).runs for name in feeds_of(placement, rack)
        )
        live = tuple(name for name in named if name in graph.index)
        if (claim := _fullest_circuit(state.design, placement, live)) is not None:
            yield claim


@memoized_by_object
def _fullest_circuit(design: Design, placement: Placement, live: tuple[str, ...]) -> Claim | None:
    """The claim of the circuit of a pod that is nearest to its rating; None where no feed is live."""
    factor = design.by_name[design.by_name[placement.hall].site].load_power_factor
    circuits = []
    for rack, facts in design.pod(placement).runs:
        feeds = [name for name in feeds_of(placement, rack) if name in live]
        circuits += [_circuit(design.by_name[name], rack.name, facts.it_power_kw, len(feeds), factor) for name in feeds]
    return _circuit_claim(placement, max(circuits, key=lambda circuit: circuit.fullness)) if circuits else None


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit of a cabinet that draws from several alike."""

    feed: Feed
    run: str
    power: Quantity
    feeds: int
    factor: float
    amps: float

    @property
    def fullness(self) -> float:
        """Current over rated current; what isn't known comes first."""
        return math.inf if self.power.value is None else self.amps / self.feed.rated_current_a


def _circuit(feed: Feed, run: str, power: Quantity, feeds: int, factor: float) -> Circuit:
    amps = (power.value or 0.0) / feeds * W_PER_KW / (circuit_volts(feed) * factor)
    return Circuit(feed, run, power, feeds, factor, amps)


def _circuit_claim(placement: Placement, circuit: Circuit) -> Claim:
    feed, over = circuit.feed, circuit.amps - circuit.feed.rated_current_a
    hint = (
        f"{number(over)} A too many for a circuit of {number(circuit_kva(feed))} kVA: a larger breaker or one more feed"
    )
    return Claim(
        subject=placement,
        demand=None if circuit.power.value is None else circuit.amps,
        capacity=feed.rated_current_a,
        unit="A",
        inputs=(
            *circuit.power.inputs,
            Input("feeds", circuit.feeds, "feeds", "this plan"),
            Input("V", feed.voltage_ll_v or feed.voltage_ln_v or 0.0, "V", "this plan"),
            Input("pf", circuit.factor, "fraction", "site of this plan"),
        ),
        hint=hint if over > 0 else "",
        missing=circuit.power.missing,
        note=f"a cabinet of {circuit.run} on {feed.name}",
    )


@rule(
    "PWR-003",
    "Continuous load stays within the derated breaker",
    formula="I of the fullest circuit <= I_rated x derating",
    basis="80 % in US practice, the device's own rating by IEC and in Hong Kong; capacity reference 3.1, PWR-003",
)
def continuous(state: State) -> Iterator[Claim]:
    """The fullest circuit of each feed against its breaker, derated as the site's jurisdiction has it."""
    graph = power_graph_of(state)
    for place, feed in enumerate(graph.nodes):
        if not isinstance(feed, Feed):
            continue
        terms, missing = graph.terms_of(feed), graph.missing_inputs[place]
        power_kw = normal_flow(graph).circuit_kw(place) if normal_flow(graph).alive[place] else 0.0
        amps = power_kw * W_PER_KW / (circuit_volts(feed) * terms.power_factor)
        capacity = feed.rated_current_a * terms.derating
        over = (amps - capacity) * circuit_volts(feed) * terms.power_factor / W_PER_KW
        yield Claim(
            subject=feed,
            demand=None if missing else amps,
            capacity=capacity,
            unit="A",
            inputs=(
                Input("P", power_kw, "kW", "fullest circuit of this plan"),
                Input("I_rated", feed.rated_current_a, "A", "this plan"),
                Input("V of one circuit", circuit_volts(feed), "V", "this plan; three-phase: sqrt(3) x V_LL"),
                Input("pf", terms.power_factor, "fraction", "site of this plan"),
                Input("derating", terms.derating, "fraction", f"jurisdiction {terms.jurisdiction}"),
            ),
            hint=f"{number(over)} kW too much for good: a larger breaker or one more feed" if over > 0 else "",
            missing=missing,
        )


NOTED, REFUSED = 0.10, 0.20
"""Imbalance of the lines that is worth a warning, and that is refused: engineering knowledge, docs/adr/0005."""


@rule(
    "PWR-008",
    "Lines are loaded alike",
    severity=Verdict.WARNING,
    formula="max |I_line - mean| / mean <= 0.10",
    basis="only where every single-phase circuit names its line; capacity reference 3.1, PWR-008",
)
def balance(state: State) -> Iterator[Claim]:
    """Imbalance of each busway that has single-phase circuits."""
    return _balance(state, NOTED)


@rule(
    "PWR-025",
    "No line carries far more than the others",
    formula="max |I_line - mean| / mean <= 0.20",
    basis="only where every single-phase circuit names its line; capacity reference 3.1, PWR-008",
)
def far_out_of_balance(state: State) -> Iterator[Claim]:
    """Imbalance of each busway that has single-phase circuits, against what no transformer should see."""
    return (claim for claim in _balance(state, REFUSED) if not claim.missing)


def _balance(state: State, limit: float) -> Iterator[Claim]:
    graph = power_graph_of(state)
    for place, currents in lines_of(state).items():
        if not currents.single_phase:
            continue
        missing = tuple(f"line of {name}" for name in currents.nameless) + graph.missing_inputs[place]
        one, two, three = currents.magnitudes
        node = graph.nodes[place]
        assert isinstance(node, Busway)
        excess = (currents.highest_a - (one + two + three) / 3) * node.voltage_ll_v / SQRT3 / W_PER_KW
        yield Claim(
            subject=node,
            demand=None if missing else currents.imbalance,
            capacity=limit,
            unit="fraction",
            inputs=tuple(
                Input(f"I_{k}", amps, "A", "load flow of this plan") for k, amps in enumerate((one, two, three), 1)
            ),
            hint=f"move {number(excess)} kVA away from line {currents.fullest}" if currents.imbalance > limit else "",
            missing=missing,
        )


@rule(
    "PWR-014",
    "Every cabinet and every unit of plant has a circuit of its own",
    formula="cabinets and units of cooling plant that name the feed <= circuits of the feed",
    basis="one circuit serves one cabinet, or one unit of plant",
)
def circuits_enough(state: State) -> Iterator[Claim]:
    """Cabinets and units of plant against circuits, feed by feed."""
    wanted: dict[str, int] = {}
    for placement in state.placements:
        for rack, _ in state.design.pod(placement).runs:
            for name in feeds_of(placement, rack):
                wanted[name] = wanted.get(name, 0) + rack.count
    for piece in state.standing(state.design.hub.cooling_nodes):
        if piece.unit_electrical_kw:
            for name in piece.fed_by:
                wanted[name] = wanted.get(name, 0) + piece.units
    for feed in state.standing(state.design.hub.feeds):
        short = wanted.get(feed.name, 0) - feed.units
        yield Claim(
            subject=feed,
            demand=float(wanted.get(feed.name, 0)),
            capacity=float(feed.units),
            unit="circuits",
            hint=f"{short} circuits more, or other feeds for {short} of what hangs on it" if short > 0 else "",
        )


@rule(
    "PWR-023",
    "Every rack, and every unit of plant, has power while nothing is lost",
    formula="cabinets without a path to an intake or a generator = 0; kW of cooling plant without one = 0",
    basis="an island without a source, or a rack without a feed, is dark",
)
def sources_reached(state: State) -> Iterator[Claim]:
    """Cabinets of each hall, and pieces of cooling plant, that no source reaches."""
    graph = power_graph_of(state)
    dark: dict[str, list[Any]] = {}
    still: set[str] = set()
    for load in (graph.loads[place] for bundle in normal_flow(graph).dark for place in graph.load_groups[bundle].loads):
        if not load.cabinets:
            still.add(load.name)
        for hall in load.halls if load.cabinets else ():
            dark.setdefault(hall, []).append(load)
    yield from _plant_claims(state, still)
    for hall in state.standing(state.design.hub.halls):
        loads = dark.get(hall.name, [])
        racks, power_kw = sum(load.cabinets for load in loads), sum(load.power_kw for load in loads)
        names = ", ".join(load.name for load in loads[:3]) + (" …" if len(loads) > 3 else "")
        yield Claim(
            subject=hall,
            demand=float(racks),
            capacity=0.0,
            unit="racks dark",
            hint=f"{racks} racks ({number(power_kw)} kW) have no source: {names}; name live feeds for them"
            if racks
            else "",
        )


def _plant_claims(state: State, dark: Container[str]) -> Iterator[Claim]:
    """Cooling plant that draws power: unfed where it names no source, dark where none of its sources has one."""
    for piece in state.standing(state.design.hub.cooling_nodes):
        power_kw = (piece.units - piece.spare_units) * piece.unit_electrical_kw
        if not power_kw:
            continue
        without = not piece.fed_by or piece.name in dark
        yield Claim(
            subject=piece,
            demand=power_kw if without else 0.0,
            capacity=0.0,
            unit="kW of plant dark",
            hint=f"{number(power_kw)} kW have no source: "
            + ("what it is fed by has none" if piece.fed_by else "name live power objects in its fed_by")
            if without
            else "",
        )


CLOSE_VOLTS = 0.05
"""Nominal voltages that differ by less are one level (230 and 400 / sqrt(3), 380 and 400)."""


@plan_rule(
    "PWR-024",
    "What hangs together has one voltage",
    formula="|V - V of the source| / V of the source <= 0.05, line to line",
    basis="nominal voltage of busway and circuit against the nearest transformer, busway or intake above",
)
def voltages(design: Design) -> Iterator[Claim]:
    """Each busway and feed against what feeds it."""
    levels: dict[str, set[float]] = {}
    for node in in_order(design.hub.power_nodes):
        above = {volts for name in sources(node) for volts in levels.get(name, ())}
        own = _voltage(node)
        levels[node.name] = above if own is None else {own}
        if own is None or not above or not isinstance(node, Busway | Feed):
            continue
        apart = max(abs(own - volts) / volts for volts in above)
        shown = ", ".join(number(volts) for volts in sorted(above))
        yield Claim(
            subject=node,
            demand=apart,
            capacity=CLOSE_VOLTS,
            unit="fraction",
            inputs=(Input("V_LL", own, "V", "this plan"),),
            hint=f"{number(own)} V on a source of {shown} V: a transformer is missing or a voltage is wrong"
            if apart > CLOSE_VOLTS
            else "",
        )


@plan_rule(
    "PWR-028",
    "Sides stay apart",
    severity=Verdict.REVIEW,
    formula="sources of another side, where none is of its own, = 0; what takes over (standby_from) is not asked",
    basis="a side that hangs on the other one falls with it; 2N is two whole paths",
)
def sides(design: Design) -> Iterator[Claim]:
    """Each object with a side against the sides of what feeds it, as far as they have one."""
    known = {node.name: node.side for node in design.hub.power_nodes}
    for node in design.hub.power_nodes:
        named = [name for name in getattr(node, "fed_by", ()) if known.get(name) is not None]
        if node.side is None or not named:
            continue
        others = [] if any(known[name] is node.side for name in named) else named
        yield Claim(
            subject=node,
            demand=float(len(others)),
            capacity=0.0,
            unit="sources of another side",
            hint=f"side {node.side} is fed by {', '.join(others)}" if others else "",
        )


def _voltage(node: PowerObject) -> float | None:
    """Nominal voltage at the output, line to line; None for what passes its source's voltage on."""
    match node:
        case Intake() | Busway():
            return node.voltage_ll_v
        case Transformer():
            return node.secondary_voltage_ll_v
        case Feed():
            return node.voltage_ll_v if node.voltage_ln_v is None else node.voltage_ln_v * SQRT3
        case _:
            return None
