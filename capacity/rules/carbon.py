"""CO2: how much greenhouse gas does a year of service cause?"""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.findings import Input, number
from petaplan.capacity.rule import rule
from petaplan.capacity.site import CarbonBasis, CarbonFactor, Site
from petaplan.capacity.state import State
from petaplan.capacity.thermal.energy import year_of
from petaplan.capacity.units import HOURS_PER_YEAR

KG_PER_T = 1_000.0


@rule(
    "CO2-001",
    "A year's greenhouse gas stays within its budget",
    formula="kWh drawn in a year x kg_per_kwh on the day / 1000 <= carbon_budget_t_per_year, each basis by itself",
    basis="GHG Protocol Scope 2 Guidance: location and market apart; docs/basis/supply.md#greenhouse-gas",
    also_on_contract_changes=True,
)
def carbon(state: State) -> Iterator[Claim]:
    """Sites with a budget, by each basis for which a factor is declared."""
    if all(site.carbon_budget_t_per_year is None for site in state.design.hub.sites):
        return
    for site in state.design.hub.sites:
        budget_t = site.carbon_budget_t_per_year
        if budget_t is None:
            continue
        year = year_of(state, site)
        kwh, unknown = year.total_kwh, year.missing
        factors = _factors(site, state)
        if not factors:
            missing = (f"carbon factor of {site.name} on {state.day}", *unknown)
            yield Claim(subject=site, demand=None, capacity=budget_t, unit="tCO2e a year", missing=missing)
        for factor in factors:
            tonnes = kwh * factor.kg_per_kwh / KG_PER_T
            over_t = max(0.0, tonnes - budget_t)
            over_mw = over_t * KG_PER_T / factor.kg_per_kwh / HOURS_PER_YEAR / 1_000 if over_t else 0.0
            yield Claim(
                subject=site,
                part=factor.basis,
                demand=None if unknown else tonnes,
                capacity=budget_t,
                unit="tCO2e a year",
                inputs=(
                    Input("energy", kwh, "kWh", "load flow of this plan"),
                    Input(f"factor from {factor.from_date}", factor.kg_per_kwh, "kgCO2e/kWh", factor.source),
                ),
                hint=f"{number(tonnes - budget_t)} t too much: {number(over_mw)} MW less, or cleaner supply"
                if tonnes > budget_t
                else "",
                missing=unknown,
            )


def _factors(site: Site, state: State) -> tuple[CarbonFactor, ...]:
    """The factor in force for each basis."""
    found: dict[CarbonBasis, CarbonFactor] = {}
    for factor in sorted(site.carbon, key=lambda factor: factor.from_date):
        if factor.from_date <= state.day:
            found[factor.basis] = factor
    return tuple(found[basis] for basis in CarbonBasis if basis in found)
