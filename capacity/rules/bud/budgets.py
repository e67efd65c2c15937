"""BUD-001, BUD-002, BUD-003: capital and operating cost of a phase, and the age of its prices."""

from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim, at_most, on_day, planned
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import Cost, Priced, brought_cost
from petaplan.capacity.operating import energy_bill, maintained_hardware
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.supply import Budget

MILLION = 1e6


@plan_rule(
    "BUD-001",
    "Capital cost of a phase is within its budget",
    formula="sum of count x unit_price of pods, racks or nodes, switches, modules, cables, and plant and halls with a "
    "price + other_capex <= capex",
    basis="a price has a date and a currency; docs/basis/supply.md#prices-and-budgets",
)
def capex(design: Design) -> Iterator[Claim]:
    """Everything that a phase brings, at its prices, for phases that have a budget.

    Where a price is missing, the sum of the others may already be too much.
    """
    for phase, budget in _budgets(design):
        if budget.capex is not None:
            yield _capex_claim(phase, budget, brought_cost(design, phase, budget), budget.capex)


def _capex_claim(phase: Phase, budget: Budget, cost: Cost, limit: float) -> Claim:
    unit = f"million {budget.currency}"
    over = cost.amount + budget.other_capex > limit
    return at_most(
        phase,
        (cost.amount + budget.other_capex) / MILLION,
        limit / MILLION,
        unit,
        part="capex",
        inputs=(
            *_prices(cost, budget),
            *_ends(cost, budget),
            Input("other_capex", budget.other_capex, budget.currency, PLAN),
            Input("capex", limit, budget.currency, PLAN),
        ),
        hint=lambda over: f"Over by {number(over)} {unit}",
        missing=() if over else cost.missing,
        note=f"without the {', '.join(cost.missing)}" if over and cost.missing else "",
    )


def _prices(cost: Cost, budget: Budget) -> Iterator[Input]:
    """What is bought or maintained, at its prices."""
    for part in cost.parts:
        unit = f"{budget.currency} each, {part.vintage}"
        of = f" by {part.unit}" if part.unit else ""
        yield Input(f"{part.count} x {part.model}{of}", part.each, unit, part.source)


def _ends(cost: Cost, budget: Budget) -> Iterator[Input]:
    """The cost at the ends of the prices, where a price has a range."""
    for end, amount in zip(("lower", "upper"), cost.band or (), strict=False):
        yield Input(f"capital cost at the {end} ends", amount + budget.other_capex, budget.currency, "ranges of prices")


def _budgets(design: Design) -> Iterator[tuple[Phase, Budget]]:
    for phase in design.phases:
        if phase.budget is not None:
            yield phase, phase.budget


@plan_rule(
    "BUD-002",
    "Prices are recent",
    severity=Verdict.REVIEW,
    formula="days from the oldest price to the start of the phase <= oldest_price_days",
    basis="a price has a date and a currency; docs/basis/supply.md#prices-and-budgets",
)
def price_vintage(design: Design) -> Iterator[Claim]:
    """The oldest price behind each budget."""
    for phase, budget in _budgets(design):
        parts = brought_cost(design, phase, budget).parts
        if parts:
            yield _vintage_claim(phase, budget, min(parts, key=lambda part: (part.vintage, part.model)))


def _vintage_claim(phase: Phase, budget: Budget, oldest: Priced) -> Claim:
    return at_most(
        phase,
        float(max(0, (phase.starts - oldest.vintage).days)),
        float(budget.oldest_price_days),
        "days",
        inputs=(
            on_day(f"price of {oldest.model}", oldest.vintage, oldest.source),
            on_day(f"start of {phase.name}", phase.starts),
            planned(budget, "oldest_price_days"),
        ),
        hint=f"Renew the price of {oldest.model}, which is of {oldest.vintage}",
    )


@plan_rule(
    "BUD-003",
    "Annual operating cost is within its budget",
    formula="kWh drawn in a year x per_kwh x exchange rate + (maintenance_fraction + spares_fraction + staff_fraction) "
    "x hardware <= opex_per_year",
    basis="energy at the intake, losses and cooling included; docs/basis/supply.md#prices-and-budgets",
)
def opex(design: Design) -> Iterator[Claim]:
    """Energy, maintenance, spare parts and staff of a year of everything in service on the day of the phase."""
    for phase, budget in _budgets(design):
        if budget.opex_per_year is not None:
            yield _opex_claim(design, phase, budget, budget.opex_per_year)


def _opex_claim(design: Design, phase: Phase, budget: Budget, limit: float) -> Claim:
    energy = energy_bill(design, phase, budget)
    maintained = maintained_hardware(design, phase, budget)
    cost = energy.amount + budget.yearly_fraction * maintained.amount
    unit = f"million {budget.currency} a year"
    return at_most(
        phase,
        cost / MILLION,
        limit / MILLION,
        unit,
        part="opex",
        inputs=(
            *energy.inputs,
            *planned(budget, "maintenance_fraction", "spares_fraction", "staff_fraction"),
            *_prices(maintained, budget),
            Input("opex_per_year", limit, budget.currency, PLAN),
        ),
        hint=lambda over: f"Over by {number(over)} {unit}",
        missing=tuple(dict.fromkeys((*energy.missing, *maintained.missing))),
    )
