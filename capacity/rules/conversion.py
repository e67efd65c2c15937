"""PWR-007, 010, 012, 015, 017: transformers and UPSes, and how sudden their load is."""

import math
from collections.abc import Iterator
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import burden_kw
from petaplan.capacity.electric.loss import Loss
from petaplan.capacity.electric.reserve import limit_without_spares_kw, together
from petaplan.capacity.electric.steps import load_steps_of, worst_jumps
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.power import Battery, Generator, Transformer, Ups
from petaplan.capacity.quantity import cited
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@rule(
    "PWR-007",
    "Transformers carry what they pass on and what they lose",
    formula="(P_out / efficiency + units x no_load_loss) / pf <= units x unit_rated_kva",
    basis="chain efficiency stage by stage, rating at the primary side (IEC 60076-1); capacity reference 3.1, PWR-007",
)
def transformers(state: State) -> Iterator[Claim]:
    """Apparent power that each group of transformers takes in, with everything in order."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Transformer):
            taken, factor = normal_flow(graph).input_kw[place], graph.terms_of(node).power_factor
            demand, capacity = taken / factor, graph.ratings_kva[place]
            missing = graph.missing_inputs[place]
            yield Claim(
                subject=node,
                demand=None if missing else demand,
                capacity=capacity,
                unit="kVA",
                inputs=(
                    Input("P_out", normal_flow(graph).output_kw[place], "kW", "load flow of this plan"),
                    Input("efficiency", node.efficiency_fraction, "fraction", "this plan"),
                    Input("no_load_loss", node.no_load_loss_kw, "kW", "this plan"),
                    Input("unit_rated_kva", node.unit_rated_kva, "kVA", "this plan"),
                    Input("units", node.units, "transformers", "this plan"),
                    Input("pf", factor, "fraction", "site of this plan"),
                ),
                hint=_more_units(demand - capacity, node.unit_rated_kva, "kVA"),
                missing=missing,
            )


@rule(
    "PWR-015",
    "UPSes carry their load in kW and in kVA",
    formula="P_out <= units x min(unit_rated_kw, unit_rated_kva x pf)",
    basis="a UPS has two ratings, the lower one counts; capacity reference 3.1, PWR-007",
)
def ups_systems(state: State) -> Iterator[Claim]:
    """Output of each group of UPS modules with everything in order."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Ups):
            demand, capacity = normal_flow(graph).output_kw[place], graph.limits_kw[place]
            missing = graph.missing_inputs[place]
            yield Claim(
                subject=node,
                demand=None if missing else demand,
                capacity=capacity,
                unit="kW",
                inputs=(
                    Input("P_out", demand, "kW", "load flow of this plan"),
                    Input("unit_rated_kw", node.unit_rated_kw, "kW", "this plan"),
                    Input("unit_rated_kva", node.unit_rated_kva, "kVA", "this plan"),
                    Input("units", node.units, "modules", "this plan"),
                    Input("pf", graph.terms_of(node).power_factor, "fraction", "site of this plan"),
                ),
                hint=_more_units(demand - capacity, capacity / node.units, "kW"),
                missing=missing,
            )


def _more_units(over: float, unit: float, symbol: str) -> str:
    return (
        f"{number(over)} {symbol} too much: {math.ceil(over / unit)} units more, or racks elsewhere"
        if over > 0 and unit
        else ""
    )


@rule(
    "PWR-017",
    "Spare units are spare",
    formula="P_out (of busways, three times the fullest line) <= limit of units - spare_units, groups that feed the "
    "same taken together",
    basis="what a plan calls spare must not be needed while nothing is lost",
)
def spares(state: State) -> Iterator[Claim]:
    """Objects that declare spare units, against the limit of the others."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        aside = isinstance(node, Generator) or (isinstance(node, Battery) and not graph.children[place])
        if not node.spare_units or aside or graph.is_feed[place]:
            continue
        group = graph.parallel[place]
        demand = sum(burden_kw(normal_flow(graph), other) for other in group)
        own_kw = limit_without_spares_kw(graph, place)
        capacity = sum(limit_without_spares_kw(graph, other) for other in group)
        missing = graph.missing_inputs[place]
        yield Claim(
            subject=node,
            demand=None if missing else demand,
            capacity=capacity,
            unit="kW",
            inputs=(
                Input("P_out", demand, "kW", "load flow of this plan"),
                Input("limit of one unit", own_kw / max(1, node.units - node.spare_units), "kW", "rating, at pf"),
                Input("units", node.units, "units", "this plan"),
                Input("spare_units", node.spare_units, "units", "this plan"),
            ),
            hint=f"{number(demand - capacity)} kW rest on units that are called spare" if demand > capacity else "",
            missing=missing,
            note=together(graph, place),
        )


@rule(
    "PWR-010",
    "Steps of synchronous training are taken",
    severity=Verdict.WARNING,
    formula="P of cabinets with accelerators x training_step_fraction <= step_load_fraction x limit, with nothing lost "
    "and after the single loss that leaves least",
    basis="about 1.4 of the steady state while gradients are exchanged, NVL72 class; capacity reference 3.1, PWR-010",
)
def steps(state: State) -> Iterator[Claim]:
    """The jump that all accelerators make together, at each UPS, and at each generator without the utility."""
    graph, missing_inputs = load_steps_of(state), power_graph_of(state).missing_inputs
    worst = worst_jumps(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Ups | Generator):
            continue
        flow = flow_without_utility(graph) if isinstance(node, Generator) else normal_flow(graph)
        if flow.output_kw[place]:
            yield _step_claim(state, graph, place, stepping_kw=flow.output_kw[place], limit_kw=graph.limits_kw[place])
        if place in worst and node.step_load_fraction is not None and not missing_inputs[place]:
            jump = worst[place]
            yield _step_claim(state, graph, place, stepping_kw=jump.power_kw, limit_kw=jump.limit_kw, loss=jump.loss)


def _step_claim(
    state: State,
    graph: PowerGraph,
    place: int,
    *,
    stepping_kw: float,
    limit_kw: float,
    loss: Loss | None = None,
) -> Claim:
    node = graph.nodes[place]
    assert isinstance(node, Ups | Generator)
    share, missing_inputs = node.step_load_fraction, power_graph_of(state).missing_inputs[place]
    fraction = _site_of(state, graph, place).training_step_fraction
    demand = stepping_kw * fraction
    capacity = None if share is None else share * limit_kw
    over = demand - (capacity or 0.0)
    missing = (() if share is not None else (f"step_load_fraction of {node.name}",)) + missing_inputs
    lost = "" if loss is None else f" without {loss.name if loss.whole else f'one unit of {loss.name}'}"
    return Claim(
        subject=node,
        part="" if loss is None else "one-loss",
        demand=None if missing_inputs else demand,
        capacity=capacity,
        unit="kW",
        inputs=(
            Input("P", stepping_kw, "kW", "cabinets with accelerators of this plan"),
            Input("training_step_fraction", fraction, "fraction", "site of this plan"),
            Input("limit", limit_kw, "kW", f"units of {node.name} that are left, at pf"),
            *((Input("step_load_fraction", share, "fraction", "this plan"),) if share is not None else ()),
        ),
        hint=f"a jump of {number(over)} kW too much{lost}: storage beside it, or jobs that ramp"
        if not missing and over > 0
        else "",
        missing=missing,
        note=f"the worst single loss:{lost}" if lost else "",
    )


def _site_of(state: State, graph: PowerGraph, place: int) -> Any:
    """The site of an object: that of the first hall it serves."""
    return state.design.by_name[state.design.by_name[graph.halls[place][0]].site]


AIR_COOLED_OVERHEAD = 1.82
"""Power of an air-cooled server with eight accelerators over that of the accelerators alone (Epoch AI's estimate)."""
EIGHT = 8
CLOSE = 0.20


@plan_rule(
    "PWR-012",
    "IT power agrees with the accelerators' own",
    severity=Verdict.REVIEW,
    formula="|P - n x power_w x 1.82| / (n x power_w x 1.82) <= 0.20",
    basis="air-cooled servers with eight accelerators only; capacity reference 3.1, PWR-012",
)
def cross_check(design: Design) -> Iterator[Claim]:
    """Power of each run of air-cooled eight-accelerator servers against a second way to know it."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).runs:
            groups = [(count, node) for count, node in facts.nodes if node.accelerators]
            if not groups or not all(_air_cooled_eight(node) for _, node in groups):
                continue
            parts = [(count * part.count, part.model) for count, node in groups for part in node.accelerators]
            powers = [(n, design.accelerator(model).power_w, model) for n, model in parts]
            missing = facts.it_power_kw.missing + tuple(
                f"{model}.power_w" for _, watts, model in powers if watts is None
            )
            known = [(n, watts, model) for n, watts, model in powers if watts is not None]
            estimate = sum(n * watts.value for n, watts, _ in known) * AIR_COOLED_OVERHEAD / W_PER_KW
            power = facts.it_power_kw.value or 0.0
            apart = abs(power - estimate) / estimate if estimate else None
            yield Claim(
                subject=placement,
                part="" if placement is rack else rack.name,
                demand=None if missing else apart,
                capacity=CLOSE,
                unit="fraction",
                inputs=(
                    *facts.it_power_kw.inputs,
                    *(Input(f"{model}.power_w", watts.value, "W", cited(watts)) for _, watts, model in known),
                ),
                hint=f"{number(power)} kW a cabinet, its accelerators suggest {number(estimate)} kW"
                if apart and apart > CLOSE
                else "",
                missing=missing,
            )


def _air_cooled_eight(node: Any) -> bool:
    return sum(part.count for part in node.accelerators) == EIGHT and not (
        node.liquid_fraction and node.liquid_fraction.value
    )
