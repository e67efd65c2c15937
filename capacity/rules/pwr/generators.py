"""PWR-016, PWR-019: load and fuel of generators without the utility."""

from collections.abc import Iterator, Sequence

from petaplan.capacity.claims import PLAN, Claim, at_least, at_most, must_be_zero, planned, planned_of
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import flow_without_utility
from petaplan.capacity.electric.fuel import Stage, fuel_stages
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.reserve import limit_without_spares_kw, together
from petaplan.capacity.failover.contingencies import Effect, contingencies_of
from petaplan.capacity.findings import Input, count_of, later, number
from petaplan.capacity.power import Generator
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.survivors import LOSS, SURVIVOR, effect_claim
from petaplan.capacity.rules.pwr.terms import limits_of_groups, more_units
from petaplan.capacity.site import Site
from petaplan.capacity.state import State

WITHOUT_INTAKE = "load flow of this plan without any intake"


@rule(
    "PWR-016",
    "Generators carry the site without the utility",
    formula="P_out without any intake <= (units - spare_units) x min(unit_rated_kw, unit_rated_kva x "
    f"load_power_factor); groups that feed the same equipment are added; below them: {SURVIVOR}",
    basis="an outage of the utility takes all its intakes; docs/basis/power.md#without-the-utility",
    also_on_contract_changes=True,
)
def generators(state: State) -> Iterator[Claim]:
    """Each group of generators that takes over when all intakes are lost, and each hall that they are to carry."""
    graph = power_graph_of(state)
    yield from _outages(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Generator):
            yield _generator_claim(graph, place, node)


def _generator_claim(graph: PowerGraph, place: int, node: Generator) -> Claim:
    group, unit_kw = graph.parallel[place], graph.limits_kw[place] / node.units
    demand = sum(flow_without_utility(graph).output_kw[other] for other in group)
    return at_most(
        node,
        demand,
        sum(limit_without_spares_kw(graph, other) for other in group),
        "kW",
        inputs=(
            Input("P_out", demand, "kW", f"{WITHOUT_INTAKE}, of all these groups"),
            later(limits_of_groups, graph, group),
            planned(node, "unit_rated_kw", "unit_rated_kva"),
        ),
        hint=more_units(unit_kw, "kW"),
        missing=graph.missing_inputs[place],
        note=together(graph, place),
    )


def _outages(state: State) -> Iterator[Claim]:
    """Each hall with generators above it: nothing dark, and no object between generator and rack overloaded."""
    found = contingencies_of(state)
    halls = {hall.name: hall for hall in state.in_service(state.design.hub.halls)}
    for effect in found.outage:
        if effect.hall in found.backed and effect.hall in halls:
            yield effect_claim(found.graph, halls[effect.hall], effect, "without-utility")


@rule(
    "PWR-019",
    "Fuel lasts for the promised autonomy",
    formula="generator_autonomy_hours <= hours until an empty group leaves too much load to the others; "
    "fuel_hours x (units - spare_units) x unit_rated_kw of each group = sum of P_out x hours of its stages; "
    "racks dark without any intake = 0",
    basis="fuel lasts in proportion to the load, and no group takes that of another; "
    "docs/basis/power.md#without-the-utility",
    also_on_contract_changes=True,
)
def fuel(state: State) -> Iterator[Claim]:
    """Hours of each group of generators at the site's load, against those that the site promises, if any.

    Where the site promises some, racks without a generator above them are reported too.
    """
    graph = power_graph_of(state)
    yield from _without_generators(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Generator):
            promised = state.design.by_name[node.site].generator_autonomy_hours
            load_kw = sum(flow_without_utility(graph).output_kw[other] for other in graph.parallel[place])
            if load_kw:
                yield _fuel_claim(graph, place, node, promised or 0.0)


def _fuel_claim(graph: PowerGraph, place: int, node: Generator, promised_h: float) -> Claim:
    stages = fuel_stages(graph)[place]
    return at_least(
        node,
        sum(stage.hours for stage in stages),
        promised_h,
        "h",
        inputs=(
            later(_fuel_inputs, graph, place, stages),
            Input("generator_autonomy_hours", promised_h, "h", PLAN),
        ),
        hint=lambda short: f"Short by {number(short)} hours of fuel at this load",
        missing=graph.missing_inputs[place],
        note=_fuel_note(graph, place, stages),
    )


def _fuel_inputs(graph: PowerGraph, place: int, stages: Sequence[Stage]) -> Iterator[Input]:
    """Fuel of each group that carries something, and what it carries stage by stage."""
    burning = dict.fromkeys((place, *(other for stage in stages for other, kw in stage.carries_kw.items() if kw)))
    for other in burning:
        node = graph.nodes[other]
        assert isinstance(node, Generator)
        yield from planned_of(node, "fuel_hours", "units", "spare_units", "unit_rated_kw")
    for number_of, stage in enumerate(stages):
        when = f" in stage {number_of + 1}" if len(stages) > 1 else ""
        for other in burning:
            if kw := stage.carries_kw.get(other):
                yield Input(f"P_out of {graph.names[other]}{when}", kw, "kW", WITHOUT_INTAKE)


def _fuel_note(graph: PowerGraph, place: int, stages: Sequence[Stage]) -> str:
    """The groups that burn fuel together, or why there are no hours at all."""
    if not stages:
        return "the groups are overloaded from the start"
    beside = [graph.names[other] for other, kw in stages[0].carries_kw.items() if kw and other != place]
    return f"together with {', '.join(beside)}; fuel is not shared" if beside else ""


def _without_generators(state: State) -> Iterator[Claim]:
    """Racks of each site that promises hours, and that no generator reaches."""
    dark = {effect.hall: effect for effect in contingencies_of(state).outage}
    for site in state.design.hub.sites:
        if site.generator_autonomy_hours:
            halls = [hall for hall in state.in_service(state.design.hub.halls) if hall.site == site.name]
            effects = [dark[hall.name] for hall in halls if hall.name in dark]
            if effects:
                yield _dark_claim(site, effects)


def _dark_claim(site: Site, effects: list[Effect]) -> Claim:
    power_kw = sum(effect.dark_kw for effect in effects)
    return must_be_zero(
        site,
        sum(effect.racks for effect in effects),
        "racks dark",
        part="without-utility",
        inputs=tuple([Input(f"racks dark of {effect.hall}", effect.racks, "racks dark", LOSS) for effect in effects]),
        hint=lambda racks: f"No generator above {count_of(racks, 'rack')} ({number(power_kw)} kW): feed them from one",
    )
