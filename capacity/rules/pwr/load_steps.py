"""PWR-010, PWR-012: load steps of synchronous training, and plausibility of the IT power."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import Loss
from petaplan.capacity.electric.steps import load_steps_of, worst_jumps
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hardware import Node
from petaplan.capacity.power import Generator, Rectifier, Ups
from petaplan.capacity.quantity import cited, times_of
from petaplan.capacity.rack_facts import Nodes, RackFacts
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.site import Site
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@rule(
    "PWR-010",
    "Load steps of synchronous training are within the step capability",
    severity=Verdict.WARNING,
    formula="P of racks with accelerators x training_step_fraction <= step_load_fraction x limit, with nothing lost "
    "and after the single loss that leaves the smallest margin",
    basis="about 1.4 x the steady state during gradient exchange; docs/basis/power.md#load-steps",
)
def steps(state: State) -> Iterator[Claim]:
    """The load step of all accelerators together, at each UPS or rectifier, and at each generator without utility."""
    graph, missing_inputs = load_steps_of(state), power_graph_of(state).missing_inputs
    worst = worst_jumps(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Ups | Rectifier | Generator):
            continue
        flow = flow_without_utility(graph) if isinstance(node, Generator) else normal_flow(graph)
        missing = missing_inputs[place]
        if power_kw := flow.output_kw[place]:
            yield _step_claim(node, _site_of(state, graph, place), power_kw, graph.limits_kw[place], missing=missing)
        if place in worst and node.step_load_fraction is not None and not missing:
            step = worst[place]
            yield _step_claim(
                node, _site_of(state, graph, place), step.power_kw, step.limit_kw, loss=step.loss, missing=missing
            )


def _step_claim(
    node: Ups | Rectifier | Generator,
    site: Site,
    power_kw: float,
    limit_kw: float,
    *,
    loss: Loss | None = None,
    missing: tuple[str, ...] = (),
) -> Claim:
    share = node.step_load_fraction
    named = "" if loss is None else loss.name if loss.whole else f"one unit of {loss.name}"
    claim = at_most(
        node,
        power_kw * site.training_step_fraction,
        None if share is None else share * limit_kw,
        "kW",
        part="" if loss is None else "one-loss",
        inputs=(
            Input("P", power_kw, "kW", "racks with accelerators of this plan"),
            planned(site, "training_step_fraction"),
            Input("limit", limit_kw, "kW", f"units of {node.name} that are left, at the power factor"),
            *(planned(node, "step_load_fraction") if share is not None else ()),
        ),
        hint=lambda over: (
            f"Load step is {number(over)} kW over the capability{f' without {named}' if named else ''}: "
            "add a battery or ramp the jobs"
        ),
        missing=missing,
        note=f"the worst single loss: without {named}" if named else "",
    )
    if share is None:
        claim.missing = (f"step_load_fraction of {node.name}", *missing)
    return claim


def _site_of(state: State, graph: PowerGraph, place: int) -> Site:
    """The site of an object: that of the first hall that it serves."""
    site: Site = state.design.by_name[state.design.by_name[graph.halls[place][0]].site]
    return site


AIR_COOLED_OVERHEAD = 1.82
"""Power of an air-cooled server with eight accelerators over that of the accelerators alone (Epoch AI)."""
EIGHT = 8
CLOSE = 0.20


@plan_rule(
    "PWR-012",
    "IT power agrees with the power of the accelerators",
    severity=Verdict.REVIEW,
    formula="|P - n x power_w x 1.82| / (n x power_w x 1.82) <= 0.20; air-cooled servers with eight accelerators",
    basis="air-cooled servers with eight accelerators only; docs/basis/power.md#power-of-accelerators",
)
def cross_check(design: Design) -> Iterator[Claim]:
    """Power of each group of air-cooled eight-accelerator servers against an estimate from the accelerators."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).rack_groups:
            if _are_air_cooled_eights(facts.nodes):
                yield _estimate_claim(design, placement, rack, facts)


def _estimate_claim(design: Design, placement: Placement, rack: RackGroup, facts: RackFacts) -> Claim:
    parts = [(count * part.count, part.model) for count, node in facts.nodes for part in node.accelerators]
    powers = [(n, design.accelerator(model).power_w, model) for n, model in parts]
    silent = tuple([f"{model}.power_w" for _, watts, model in powers if watts is None])
    known = [(n, watts, model) for n, watts, model in powers if watts is not None]
    estimate = sum(n * watts.value for n, watts, _ in known) * AIR_COOLED_OVERHEAD / W_PER_KW
    power = facts.it_power_kw.value or 0.0
    missing = facts.it_power_kw.missing + silent
    return Claim(
        placement,
        "" if placement is rack else rack.name,
        abs(power - estimate) / estimate if estimate and not missing else None,
        CLOSE,
        "fraction",
        (
            *facts.it_power_kw.inputs,
            *(times_of(n, Input(f"{model}.power_w", watts.value, "W", cited(watts))) for n, watts, model in known),
            Input("overhead", AIR_COOLED_OVERHEAD, "ratio", "docs/basis/power.md#power-of-accelerators"),
        ),
        lambda _: f"{number(power)} kW per rack, while its accelerators suggest {number(estimate)} kW: check both",
        missing,
    )


def _are_air_cooled_eights(nodes: Nodes) -> bool:
    """Whether a rack has servers with accelerators, all of them air-cooled with eight."""
    servers = [node for _, node in nodes if node.accelerators]
    return bool(servers) and all(map(_air_cooled_eight, servers))


def _air_cooled_eight(node: Node) -> bool:
    accelerators = sum(part.count for part in node.accelerators)
    return accelerators == EIGHT and not (node.liquid_fraction and node.liquid_fraction.value)
