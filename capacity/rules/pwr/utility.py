"""PWR-009, PWR-011, PWR-013, PWR-026: supply of the utility, and power limit of a hall."""

from collections.abc import Iterator
from datetime import date

from petaplan.capacity.claims import LOAD_FLOW, PLAN, Claim, at_least, at_most, planned
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.rating import contracted_kva, rated_kva
from petaplan.capacity.findings import Input, number
from petaplan.capacity.power import Intake
from petaplan.capacity.quantity import total
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.rules.pwr.terms import power_factor
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State

LEAST_DIVERSITY = 0.9


@plan_rule(
    "PWR-009",
    "Diversity is at least 0.9, or measured",
    formula="0.9 <= diversity_fraction, unless diversity_trace names a measured trace",
    basis="synchronous training peaks together; docs/basis/power.md#demand-of-the-site",
)
def diversity(design: Design) -> Iterator[Claim]:
    """The diversity of each site."""
    for site in design.hub.sites:
        yield at_least(
            site,
            site.diversity_fraction,
            LEAST_DIVERSITY if site.diversity_trace is None else 0.0,
            "fraction",
            inputs=(
                planned(site, "diversity_fraction"),
                Input("measured traces", float(site.diversity_trace is not None), "traces", PLAN),
            ),
            hint="Name the measured trace in diversity_trace, or plan with at least 0.9",
        )


@rule(
    "PWR-011",
    "Utility supply covers the site's demand",
    formula="P_in of racks, cooling plant and losses x diversity_fraction / load_power_factor <= "
    "min(contracted_kva on the day, rated_kva)",
    basis="contracted supply by date; docs/basis/power.md#demand-of-the-site",
    also_on_contract_changes=True,
)
def intakes(state: State) -> Iterator[Claim]:
    """Apparent power drawn from each intake against what is contracted on that day."""
    graph = power_graph_of(state)
    for place, intake in enumerate(graph.nodes):
        if isinstance(intake, Intake):
            yield _intake_claim(state, graph, place)


def _intake_claim(state: State, graph: PowerGraph, place: int) -> Claim:
    intake = graph.nodes[place]
    assert isinstance(intake, Intake)
    site, drawn_kw = state.design.by_name[intake.site], normal_flow(graph).input_kw[place]
    contracted, rated = contracted_kva(intake, state.day), rated_kva(intake)
    return at_most(
        intake,
        drawn_kw * site.diversity_fraction / site.load_power_factor,
        min(contracted, rated),
        "kVA",
        inputs=(
            Input("P_in", drawn_kw, "kW", f"{LOAD_FLOW}, losses included"),
            planned(site, "diversity_fraction"),
            power_factor(site.load_power_factor),
            Input("contracted_kva", contracted, "kVA", PLAN),
            Input("rated_kva", rated, "kVA", PLAN),
        ),
        hint=lambda over: _more_supply(intake, over, state.day),
        missing=graph.missing_inputs[place],
    )


def _more_supply(intake: Intake, over_kva: float, day: date) -> str:
    contracted, rated = contracted_kva(intake, day), rated_kva(intake)
    needed = min(contracted, rated) + over_kva
    more = [f"contract for more{_next_step(intake, day)}"] if needed > contracted else []
    more += [f"{intake.name} needs circuits of a higher rating"] if needed > rated else []
    return f"Short by {number(over_kva)} kVA on {day}: {' and '.join(more)}"


def _next_step(intake: Intake, day: date) -> str:
    """The next step of a contract, where one is to come."""
    coming = [step for step in intake.supply if step.from_date > day]
    return f" ({number(coming[0].contracted_kva)} kVA begin on {coming[0].from_date})" if coming else ""


@rule(
    "PWR-013",
    "IT load is within the power limit of the hall",
    formula="sum of it_power_kw of the racks in the hall <= it_power_limit_kw",
    basis="electrical design of the room; docs/basis/power.md#power-of-a-hall",
    also_on_contract_changes=True,
)
def halls(state: State) -> Iterator[Claim]:
    """Nameplate IT power in each hall."""
    for hall in state.in_service(state.design.hub.halls):
        yield _hall_claim(state, hall)


def _hall_claim(state: State, hall: Hall) -> Claim:
    powers = [state.design.pod(placement).it_power_kw for placement in state.placements_by_hall.get(hall.name, ())]
    whole = total((1, power) for power in powers)
    return at_most(
        hall,
        whole.value,
        hall.it_power_limit_kw,
        "kW",
        inputs=(*whole.inputs, planned(hall, "it_power_limit_kw")),
        hint=lambda over: f"Over by {number(over)} kW: move racks to another hall",
        missing=whole.missing,
    )


@plan_rule(
    "PWR-026",
    "Power factor of the load meets the utility contract",
    formula="minimum_power_factor <= load_power_factor",
    basis="power factor at least as contracted; docs/basis/power.md#demand-of-the-site",
)
def power_factors(design: Design) -> Iterator[Claim]:
    """Each intake whose contract names a power factor."""
    for intake in design.hub.intakes:
        if (asked := intake.minimum_power_factor) is not None:
            factor = design.by_name[intake.site].load_power_factor
            inputs = (power_factor(factor), planned(intake, "minimum_power_factor"))
            hint = f"Compensate reactive power, or contract for {factor:g}"
            yield at_least(intake, factor, asked, "fraction", inputs=inputs, hint=hint)
