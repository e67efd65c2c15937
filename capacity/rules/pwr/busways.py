"""PWR-001, PWR-008, PWR-025: load and balance of busways."""

from collections.abc import Iterator

from petaplan.capacity.claims import LOAD_FLOW, Claim, at_most, planned
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import Flow, normal_flow
from petaplan.capacity.electric.lines import LineCurrents, busway_lines
from petaplan.capacity.electric.rating import SQRT3, busway_volts, line_volts, rated_kva, three_phase_kva
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.gaps import joined
from petaplan.capacity.power import Busway, Supply
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.terms import derating, power_factor
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@rule(
    "PWR-001",
    "Busway load is within the busway's rating",
    formula="sqrt(3) x voltage_ll_v x I_max <= units x sqrt(3) x voltage_ll_v x rated_current_a x derating; "
    "I_max = current of the line with the highest load; balanced: P / load_power_factor; supply dc: "
    "P / voltage_dc_v <= units x rated_current_a x derating",
    basis="S = sqrt(3) V_LL I = 3 V_LN I; direct current P = U I; docs/basis/power.md#apparent-power-of-circuits",
)
def busways(state: State) -> Iterator[Claim]:
    """Load of each busway with nothing lost; a single-phase circuit loads its own line."""
    flow = normal_flow(power_graph_of(state))
    lines = busway_lines(flow)
    for place, node in enumerate(flow.graph.nodes):
        if isinstance(node, Busway) and node.supply is Supply.DC:
            yield _dc_claim(flow, place, node)
        elif isinstance(node, Busway):
            yield _busway_claim(flow, place, node, lines.get(place))


def _dc_claim(flow: Flow, place: int, node: Busway) -> Claim:
    terms, volts = flow.graph.terms_of(node), busway_volts(node)
    return at_most(
        node,
        flow.output_kw[place] * W_PER_KW / volts,
        node.units * node.rated_current_a * terms.derating,
        "A",
        inputs=(
            Input("P", flow.output_kw[place], "kW", "racks of this plan"),
            planned(node, "voltage_dc_v", "rated_current_a", "units"),
            derating(terms),
        ),
        hint=lambda over: _relief(None, over * volts / W_PER_KW),
        missing=flow.graph.missing_inputs[place],
    )


def _busway_claim(flow: Flow, place: int, node: Busway, lines: LineCurrents | None) -> Claim:
    terms = flow.graph.terms_of(node)
    return at_most(
        node,
        three_phase_kva(line_volts(node), lines.highest_a if lines is not None else 0.0),
        rated_kva(node) * terms.derating,
        "kVA",
        inputs=(
            Input("P", flow.output_kw[place], "kW", "racks of this plan"),
            power_factor(terms.power_factor),
            Input("I_max", lines.highest_a if lines is not None else 0.0, "A", "line with the highest load"),
            planned(node, "voltage_ll_v", "rated_current_a", "units"),
            derating(terms),
        ),
        hint=lambda over: _relief(lines, over * terms.power_factor),
        missing=flow.graph.missing_inputs[place],
    )


def _relief(lines: LineCurrents | None, over_kw: float) -> str:
    """What takes a busway back to its rating; where one line is over it, a third of three times that line."""
    if lines is not None and lines.any_single_phase:
        return f"Move {number(over_kw / 3)} kW from line {lines.fullest} to another line or another busway"
    return f"Move {number(over_kw)} kW of racks to another busway"


WARNING_IMBALANCE, LARGEST_IMBALANCE = 0.10, 0.20
"""Imbalance of the lines that gives a warning, and that gives a shortfall: docs/adr/0005."""


@rule(
    "PWR-008",
    "Lines of a busway are balanced",
    severity=Verdict.WARNING,
    formula="max |I_line - mean| / mean <= 0.10, where every single-phase circuit names its line",
    basis="asked only where every single-phase circuit names its line; docs/basis/power.md#balance-of-lines",
)
def balance(state: State) -> Iterator[Claim]:
    """Imbalance of each busway with single-phase circuits."""
    return _balance(state, WARNING_IMBALANCE)


@rule(
    "PWR-025",
    "Imbalance of a busway is below 20 %",
    formula="max |I_line - mean| / mean <= 0.20, where every single-phase circuit names its line",
    basis="asked only where every single-phase circuit names its line; docs/basis/power.md#balance-of-lines",
)
def largest_imbalance(state: State) -> Iterator[Claim]:
    """Imbalance of each busway with single-phase circuits, against the largest that is accepted."""
    return (claim for claim in _balance(state, LARGEST_IMBALANCE) if not claim.missing)


def _balance(state: State, limit: float) -> Iterator[Claim]:
    graph = power_graph_of(state)
    for place, lines in busway_lines(normal_flow(graph)).items():
        if lines.any_single_phase:
            node = graph.nodes[place]
            assert isinstance(node, Busway)
            missing = joined((tuple(f"line of {name}" for name in lines.nameless), graph.missing_inputs[place]))
            yield _balance_claim(node, lines, limit, missing)


def _balance_claim(node: Busway, lines: LineCurrents, limit: float, missing: tuple[str, ...]) -> Claim:
    excess_a = lines.highest_a - sum(lines.magnitudes) / 3
    return at_most(
        node,
        lines.imbalance,
        limit,
        "fraction",
        inputs=tuple([Input(f"I_{line}", amps, "A", LOAD_FLOW) for line, amps in enumerate(lines.magnitudes, 1)]),
        hint=lambda _: (
            f"Move {number(excess_a * line_volts(node) / SQRT3 / W_PER_KW)} kVA from line {lines.fullest} "
            "to the other lines"
        ),
        missing=missing,
    )
