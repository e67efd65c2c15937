"""BUD: does a phase stay within its money, and how old are the prices?"""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import Cost, hardware_cost, state_of, tariff_on
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.supply import Budget
from petaplan.capacity.thermal.energy import year_of

MILLION = 1e6


@plan_rule(
    "BUD-001",
    "A phase costs no more than its budget",
    formula="sum of count x price of pods, cabinets or nodes + other_capex <= capex",
    basis="a price has a date and a currency; docs/basis/supply.md#prices-and-budgets",
)
def capex(design: Design) -> Iterator[Claim]:
    """Hardware that a phase brings, at its prices, for phases that have a budget."""
    for phase, budget in _budgets(design):
        if budget.capex is None:
            continue
        cost = _brought(design, phase, budget)
        demand = cost.amount + budget.other_capex
        over = demand - budget.capex
        yield Claim(
            subject=phase,
            part="capex",
            demand=None if cost.missing else demand / MILLION,
            capacity=budget.capex / MILLION,
            unit=f"million {budget.currency}",
            inputs=(
                *(
                    Input(f"{p.count} x {p.model}", p.each, f"{budget.currency} each, {p.vintage}", p.source)
                    for p in cost.parts
                ),
                Input("other_capex", budget.other_capex, budget.currency, "this plan"),
            ),
            hint=f"{number(over / MILLION)} million {budget.currency} over the budget" if over > 0 else "",
            missing=cost.missing,
        )


def _budgets(design: Design) -> Iterator[tuple[Phase, Budget]]:
    for phase in design.phases:
        if phase.budget is not None:
            yield phase, phase.budget


def _brought(design: Design, phase: Phase, budget: Budget) -> Cost:
    return hardware_cost(
        design, (placement for placement in design.placements if placement.phase == phase.name), budget
    )


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
        parts = _brought(design, phase, budget).parts
        if not parts:
            continue
        oldest = min(parts, key=lambda part: (part.vintage, part.model))
        days = max(0, (phase.starts - oldest.vintage).days)
        yield Claim(
            subject=phase,
            demand=float(days),
            capacity=float(budget.oldest_price_days),
            unit="days",
            inputs=(Input(f"{oldest.model}, {oldest.vintage}", oldest.each, budget.currency, oldest.source),),
            hint=f"ask again for the price of {oldest.model}, which is of {oldest.vintage}"
            if days > budget.oldest_price_days
            else "",
        )


@plan_rule(
    "BUD-003",
    "A year of service costs no more than its budget",
    formula="kWh drawn in a year x tariff + maintenance_fraction x hardware <= opex_per_year",
    basis="energy at the intake, losses and cooling included; docs/basis/supply.md#prices-and-budgets",
)
def opex(design: Design) -> Iterator[Claim]:
    """Energy and maintenance of a year of everything in service on the day of the phase."""
    for phase, budget in _budgets(design):
        if budget.opex_per_year is None:
            continue
        state = state_of(design, phase)
        energy, inputs, missing = 0.0, [], list(_unknown_power(state))
        for site in design.hub.sites:
            year = year_of(state, site)
            kwh = year.total_kwh
            if not kwh and not year.missing:
                continue  # nothing stands there yet
            missing.extend(year.missing)
            if (tariff := tariff_on(site, phase.in_service)) is None:
                missing.append(f"tariff of {site.name} on {phase.in_service}")
                continue
            rate, why = _exchanged(tariff[1], budget)
            missing.extend(why)
            energy += kwh * tariff[0] * rate
            inputs += [Input(f"energy of {site.name}", kwh, "kWh", "load flow of this plan")]
            inputs += [Input(f"tariff of {site.name}", tariff[0], f"{tariff[1]}/kWh", tariff[2])]
        maintained = _maintained(design, phase, budget)
        missing.extend(maintained.missing)
        demand = energy + budget.maintenance_fraction * maintained.amount
        over = demand - budget.opex_per_year
        yield Claim(
            subject=phase,
            part="opex",
            demand=None if missing else demand / MILLION,
            capacity=budget.opex_per_year / MILLION,
            unit=f"million {budget.currency} a year",
            inputs=(*inputs, Input("maintenance", demand - energy, f"{budget.currency} a year", "this plan")),
            hint=f"{number(over / MILLION)} million {budget.currency} a year over the budget" if over > 0 else "",
            missing=tuple(dict.fromkeys(missing)),
        )


def _unknown_power(state: object) -> tuple[str, ...]:
    loads = power_graph_of(state).loads  # type: ignore[arg-type]
    return tuple(dict.fromkeys(name for load in loads for name in load.missing))


def _maintained(design: Design, phase: Phase, budget: Budget) -> Cost:
    if not budget.maintenance_fraction:
        return Cost((), ())
    standing = (placement for placement in design.placements if design.stands_on(placement, phase.in_service))
    return hardware_cost(design, standing, budget)


def _exchanged(currency: str, budget: Budget) -> tuple[float, list[str]]:
    if currency == budget.currency:
        return 1.0, []
    rate = next((rate.rate for rate in budget.exchange if rate.currency == currency), None)
    return (0.0, [f"exchange rate {currency} to {budget.currency}"]) if rate is None else (rate, [])
