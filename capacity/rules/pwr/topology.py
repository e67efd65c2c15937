"""PWR-023, PWR-024, PWR-028: connections, nominal voltages and sides."""

from collections.abc import Container, Iterable, Iterator

from petaplan.capacity.claims import LOAD_FLOW, PLAN, Claim, at_most, each_of, must_be_zero, planned
from petaplan.capacity.cooling import CoolingNode
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of, power_order
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import Load, sources
from petaplan.capacity.electric.rating import SQRT3
from petaplan.capacity.findings import Input, Verdict, count_of, later, number
from petaplan.capacity.power import Busway, Feed, Intake, PowerObject, Rectifier, Transformer, is_dc
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State


@rule(
    "PWR-023",
    "Each rack and each unit of plant has a power source with nothing lost",
    formula="racks without a path to an intake or a generator = 0; kW of cooling plant without one = 0",
    basis="a rack without a path to a source has no power; docs/basis/power.md#power-of-every-rack",
)
def sources_reached(state: State) -> Iterator[Claim]:
    """Racks of each hall, and pieces of cooling plant, without a path to a source."""
    graph = power_graph_of(state)
    dark: dict[str, list[Load]] = {}
    plant: set[str] = set()
    for load in (graph.loads[place] for group in normal_flow(graph).dark for place in graph.load_groups[group].loads):
        if not load.cabinets:
            plant.add(load.name)
        for name in load.halls if load.cabinets else ():
            dark.setdefault(name, []).append(load)
    for piece in state.in_service(state.design.hub.cooling_nodes):
        if piece.unit_electrical_kw:
            yield _plant_claim(piece, plant)
    for hall in state.in_service(state.design.hub.halls):
        yield _hall_claim(hall, dark.get(hall.name, ()))


def _hall_claim(hall: Hall, loads: Iterable[Load]) -> Claim:
    racks = sum(load.cabinets for load in loads)
    inputs = tuple([Input(f"without a source: {load.name}", load.cabinets, "racks dark", LOAD_FLOW) for load in loads])
    return must_be_zero(hall, racks, "racks dark", inputs=inputs, hint=lambda _: _dark_racks(racks, list(loads)))


def _dark_racks(racks: int, loads: list[Load]) -> str:
    names = ", ".join(load.name for load in loads[:3]) + (" …" if len(loads) > 3 else "")
    power_kw = sum(load.power_kw for load in loads)
    return f"No power source for {count_of(racks, 'rack')} ({number(power_kw)} kW): name live feeds for {names}"


def _plant_claim(piece: CoolingNode, dark: Container[str]) -> Claim:
    """Cooling plant that draws power: dark where it names no source, or where none of its sources is live."""
    power_kw = (piece.units - piece.spare_units) * piece.unit_electrical_kw
    live = bool(piece.fed_by) and piece.name not in dark
    remedy = "none of its sources is live" if piece.fed_by else "name live power objects in its fed_by"
    return must_be_zero(
        piece,
        0.0 if live else power_kw,
        "kW of plant dark",
        inputs=(
            planned(piece, "units", "spare_units", "unit_electrical_kw"),
            Input("has a live source", float(live), "1 = yes", LOAD_FLOW),
        ),
        hint=lambda over: f"{number(over)} kW have no power source: {remedy}",
    )


Level = tuple[bool, float]
"""Whether it is direct current, and its nominal voltage, V."""

CLOSE_VOLTS = 0.05
"""Nominal voltages that differ by less are one level (230 and 400 / sqrt(3), 380 and 400)."""


@plan_rule(
    "PWR-024",
    "Connected equipment has the same nominal voltage",
    formula="|V - V_source| / V_source <= 0.05, line to line or, with supply dc, between the poles; V_source of the "
    "nearest transformer, rectifier, busway or intake of the same supply",
    basis="IEC 60038: connected equipment has one nominal voltage; docs/basis/power.md#nominal-voltage",
)
def voltages(design: Design) -> Iterator[Claim]:
    """Each busway and feed against its sources."""
    levels: dict[str, set[Level]] = {}
    for node in power_order(design):
        above = {level for name in sources(node) for level in levels.get(name, ())}
        own = _voltage(node)
        levels[node.name] = above if own is None else {(is_dc(node), own)}
        alike = {volts for dc, volts in above if dc == is_dc(node)}
        if own is not None and alike and isinstance(node, Busway | Feed):
            yield _voltage_claim(node, own, alike)


def _voltage_claim(node: PowerObject, own: float, above: set[float]) -> Claim:
    return at_most(
        node,
        max(abs(own - volts) / volts for volts in above),
        CLOSE_VOLTS,
        "fraction",
        inputs=(later(_volts, own, sorted(above)),),
        hint=lambda _: (
            f"{number(own)} V is fed from {', '.join(number(volts) for volts in sorted(above))} V: "
            f"add a {'rectifier' if is_dc(node) else 'transformer'} or correct a voltage"
        ),
    )


def _volts(own: float, above: list[float]) -> list[Input]:
    return [Input("V", own, "V", PLAN), *(Input("V_source", volts, "V", PLAN) for volts in above)]


def _voltage(node: PowerObject) -> float | None:
    """Nominal voltage at the output, line to line or between the poles; None for equipment that passes it on."""
    match node:
        case Intake():
            return node.voltage_ll_v
        case Rectifier():
            return node.output_voltage_dc_v
        case Busway() | Feed() if is_dc(node):
            return node.voltage_dc_v
        case Busway():
            return node.voltage_ll_v
        case Transformer():
            return node.secondary_voltage_ll_v
        case Feed():
            return node.voltage_ll_v if node.voltage_ln_v is None else node.voltage_ln_v * SQRT3
        case _:
            return None


@plan_rule(
    "PWR-028",
    "Sides A and B are separate",
    severity=Verdict.REVIEW,
    formula="sources of another side, where none is of its own side, = 0; standby_from is not counted",
    basis="2N is two whole paths; docs/basis/power.md#separate-sides",
)
def sides(design: Design) -> Iterator[Claim]:
    """Each object with a side against the sides of its sources, as far as they have one."""
    known = {node.name: node.side for node in design.hub.power_nodes}
    for node in design.hub.power_nodes:
        named = [name for name in getattr(node, "fed_by", ()) if known.get(name) is not None]
        if node.side is not None and named:
            own = any(known[name] is node.side for name in named)
            yield _side_claim(node, [] if own else named)


def _side_claim(node: PowerObject, others: list[str]) -> Claim:
    return must_be_zero(
        node,
        len(others),
        "sources of another side",
        inputs=(each_of(others, "of another side:", "sources of another side"),),
        hint=lambda _: f"Side {node.side} is fed by {', '.join(others)}: name a source of side {node.side}",
    )
