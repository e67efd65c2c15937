"""CO2-001: greenhouse gas of a year."""

from collections.abc import Iterator

from petaplan.capacity.claims import LOAD_FLOW, Claim, at_most, planned, unknown
from petaplan.capacity.findings import Input, number
from petaplan.capacity.rule import rule
from petaplan.capacity.site import CarbonFactor, Site
from petaplan.capacity.state import State
from petaplan.capacity.thermal.energy import Year, carbon_factors, year_of
from petaplan.capacity.units import HOURS_PER_YEAR, KW_PER_MW

KG_PER_T = 1_000.0
UNIT = "tCO2e a year"


@rule(
    "CO2-001",
    "Annual greenhouse gas is within its budget",
    formula="kWh drawn in a year x kg_per_kwh on the day / 1000 <= carbon_budget_t_per_year, each basis by itself",
    basis="GHG Protocol Scope 2 Guidance: location and market apart; docs/basis/supply.md#greenhouse-gas",
    also_on_contract_changes=True,
)
def carbon(state: State) -> Iterator[Claim]:
    """Sites with a budget, by each basis for which a factor is declared."""
    for site in state.design.hub.sites:
        if site.carbon_budget_t_per_year is not None:
            yield from _site_claims(state, site, site.carbon_budget_t_per_year)


def _site_claims(state: State, site: Site, budget_t: float) -> Iterator[Claim]:
    year = year_of(state, site)
    factors = carbon_factors(site, state.day)
    if not factors:
        missing = (f"carbon factor of {site.name} on {state.day}", *year.missing)
        yield unknown(site, UNIT, missing, capacity=budget_t)
    for factor in factors:
        yield _factor_claim(site, budget_t, year, factor)


def _factor_claim(site: Site, budget_t: float, year: Year, factor: CarbonFactor) -> Claim:
    return at_most(
        site,
        year.total_kwh * factor.kg_per_kwh / KG_PER_T,
        budget_t,
        UNIT,
        part=factor.basis,
        inputs=(
            Input("energy", year.total_kwh, "kWh", LOAD_FLOW),
            Input(f"kg_per_kwh from {factor.from_date}", factor.kg_per_kwh, "kgCO2e/kWh", factor.source),
            planned(site, "carbon_budget_t_per_year"),
        ),
        hint=lambda over_t: (
            f"Over by {number(over_t)} t: reduce the load by "
            f"{number(over_t * KG_PER_T / factor.kg_per_kwh / HOURS_PER_YEAR / KW_PER_MW)} MW, or use a cleaner supply"
        ),
        missing=year.missing,
    )
