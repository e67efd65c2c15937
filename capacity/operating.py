"""A year of operation: energy at the tariffs of the sites, and the hardware that is maintained."""

from dataclasses import dataclass, field
from datetime import date

from petaplan.capacity.claims import LOAD_FLOW, PLAN
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.findings import Input
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import Cost, standing_cost, state_of, tariff_on
from petaplan.capacity.site import Site
from petaplan.capacity.state import State
from petaplan.capacity.supply import Budget
from petaplan.capacity.thermal.energy import Year, year_of


@dataclass(slots=True)
class EnergyBill:
    """Cost of the energy of a year, in the currency of a budget, with its inputs and with what is unknown."""

    amount: float = 0.0
    inputs: list[Input] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, site: Site, phase: Phase, year: Year, budget: Budget) -> None:
        """The energy of one site."""
        self.missing.extend(year.missing)
        if (tariff := tariff_on(site, phase.in_service)) is None:
            self.missing.append(f"tariff of {site.name} on {phase.in_service}")
            return
        per_kwh, currency, source = tariff
        rate = exchange_rate_of(currency, budget)
        if rate is None:
            self.missing.append(f"exchange rate {currency} to {budget.currency}")
        self.amount += year.total_kwh * per_kwh * (rate or 0.0)
        self.inputs.append(Input(f"energy of {site.name}", year.total_kwh, "kWh", LOAD_FLOW))
        self.inputs.append(Input(f"per_kwh of {site.name}", per_kwh, f"{currency}/kWh", source))
        if rate is not None and currency != budget.currency:
            source = f"{PLAN}, {_rate_of(currency, budget)}"
            self.inputs.append(Input(f"exchange rate of {site.name}", rate, f"{budget.currency}/{currency}", source))


def energy_bill(design: Design, phase: Phase, budget: Budget) -> EnergyBill:
    """Energy of a year of everything in service on the day of a phase, losses and cooling included."""
    state = state_of(design, phase)
    bill = EnergyBill(missing=list(_unknown_power(state)))
    for site in design.hub.sites:
        year = year_of(state, site)
        if year.total_kwh or year.missing:  # else nothing is in service there yet
            bill.add(site, phase, year, budget)
    return bill


def _unknown_power(state: State) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for load in power_graph_of(state).loads for name in load.missing))


def maintained_hardware(design: Design, phase: Phase, budget: Budget) -> Cost:
    """Hardware that maintenance, spare parts and staff are fractions of; none without such a fraction."""
    if not budget.yearly_fraction:
        return Cost((), ())
    return standing_cost(design, phase, budget)


def _rate_of(currency: str, budget: Budget) -> date | None:
    return next((rate.as_of for rate in budget.exchange if rate.currency == currency), None)


def exchange_rate_of(currency: str, budget: Budget) -> float | None:
    """Units of the budget's currency for one of another; None where the budget states none."""
    if currency == budget.currency:
        return 1.0
    return next((rate.rate for rate in budget.exchange if rate.currency == currency), None)
