"""PWR-009, 011, 013, 026: the hall's and the utility's side."""

from collections.abc import Iterator
from datetime import date

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.rating import contracted_kva, rated_kva
from petaplan.capacity.findings import Input, number
from petaplan.capacity.power import Intake
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.state import State

LEAST_DIVERSITY = 0.9


@plan_rule(
    "PWR-009",
    "Diversity is near one, or measured",
    formula="0.9 <= diversity_fraction, unless a measured trace is named",
    basis="training in step peaks together; capacity reference 3.1, PWR-009",
)
def diversity(design: Design) -> Iterator[Claim]:
    """The diversity that each site counts on."""
    for site in design.hub.sites:
        short = site.diversity_fraction < LEAST_DIVERSITY and site.diversity_trace is None
        yield Claim(
            subject=site,
            demand=LEAST_DIVERSITY if site.diversity_trace is None else 0.0,
            capacity=site.diversity_fraction,
            unit="fraction",
            hint="name the measured trace in diversity_trace, or plan with 0.9 and more" if short else "",
        )


@rule(
    "PWR-011",
    "The utility supplies what the site draws",
    formula="(racks + cooling plant + losses of the chain) x diversity / pf <= min(contracted_kva on the day, rated)",
    basis="contracted supply by date; capacity reference 3.1, PWR-011",
    also_on_contract_changes=True,
)
def intakes(state: State) -> Iterator[Claim]:
    """Apparent power drawn from each intake against what is contracted on that day."""
    graph = power_graph_of(state)
    losses_kw = normal_flow(graph).losses_kw
    for place, intake in enumerate(graph.nodes):
        if not isinstance(intake, Intake):
            continue
        site = state.design.by_name[intake.site]
        drawn, missing = normal_flow(graph).input_kw[place], graph.missing_inputs[place]
        contracted = contracted_kva(intake, state.day)
        demand = drawn * site.diversity_fraction / site.load_power_factor
        capacity = min(contracted, rated_kva(intake))
        yield Claim(
            subject=intake,
            demand=None if missing else demand,
            capacity=capacity,
            unit="kVA",
            inputs=(
                Input("P", drawn, "kW", "load flow of this plan"),
                Input("losses of the whole chain", losses_kw, "kW", "load flow of this plan"),
                Input("diversity", site.diversity_fraction, "fraction", "site of this plan"),
                Input("pf", site.load_power_factor, "fraction", "site of this plan"),
                Input("contracted_kva", contracted, "kVA", "this plan"),
                Input("rated_kva", rated_kva(intake), "kVA", "this plan"),
            ),
            hint=_more_supply(intake, demand - capacity, contracted, state.day) if demand > capacity else "",
            missing=missing,
        )


def _more_supply(intake: Intake, over_kva: float, contracted_kva: float, day: date) -> str:
    if contracted_kva > rated_kva(intake):
        return f"circuits of {intake.name} that are rated for {number(over_kva)} kVA more by {day}"
    return f"{number(over_kva)} kVA more must be contracted by {day}{_later(intake, day)}"


def _later(intake: Intake, day: date) -> str:
    """The next step of a contract, where one is to come."""
    coming = [step for step in intake.supply if step.from_date > day]
    return f"; the contract of {number(coming[0].contracted_kva)} kVA begins on {coming[0].from_date}" if coming else ""


@rule(
    "PWR-013",
    "Halls have the power their racks draw",
    formula="sum of it_power_kw of the racks in the hall <= it_power_limit_kw",
    basis="what the room was built for",
    also_on_contract_changes=True,
)
def halls(state: State) -> Iterator[Claim]:
    """Nameplate IT power in each hall."""
    for hall in state.standing(state.design.hub.halls):
        powers = [state.design.pod(placement).it_power_kw for placement in state.placements_by_hall.get(hall.name, ())]
        missing = tuple(dict.fromkeys(name for power in powers for name in power.missing))
        demand = sum(power.value or 0.0 for power in powers)
        over = demand - hall.it_power_limit_kw
        yield Claim(
            subject=hall,
            demand=None if missing else demand,
            capacity=hall.it_power_limit_kw,
            unit="kW",
            inputs=(Input("it_power_limit_kw", hall.it_power_limit_kw, "kW", "this plan"),),
            hint=f"{number(over)} kW of racks must stand elsewhere" if over > 0 else "",
            missing=missing,
        )


@plan_rule(
    "PWR-026",
    "The load's power factor is what the contract asks",
    formula="minimum_power_factor <= load_power_factor",
    basis="capacity reference 3.1, PWR-011: power factor at least as contracted",
)
def power_factors(design: Design) -> Iterator[Claim]:
    """Each intake whose contract names a power factor."""
    for intake in design.hub.intakes:
        if (asked := intake.minimum_power_factor) is None:
            continue
        factor = design.by_name[intake.site].load_power_factor
        yield Claim(
            subject=intake,
            demand=asked,
            capacity=factor,
            unit="fraction",
            hint=f"compensate the load, or contract for {factor:g}" if asked > factor else "",
        )
