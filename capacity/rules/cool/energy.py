"""COOL-006: energy of a year."""

from collections.abc import Iterator

from petaplan.capacity.claims import LOAD_FLOW, Claim, at_most, planned
from petaplan.capacity.electric.building import halls_of_plant
from petaplan.capacity.findings import Input, number
from petaplan.capacity.gaps import joined
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.cool.heat import heat_without_loop, loop_declared
from petaplan.capacity.site import Site
from petaplan.capacity.state import State
from petaplan.capacity.thermal.energy import Year, year_of
from petaplan.capacity.thermal.heat import heat_loads_of, plant_of


@rule(
    "COOL-006",
    "Annual PUE is within the promised one",
    formula="(E_IT + E_losses + E_cooling) / E_IT <= pue_limit, all in kWh of a year",
    basis="ISO/IEC 30134-2: energy of a year; docs/basis/cooling.md#energy-of-a-year",
)
def pue(state: State) -> Iterator[Claim]:
    """Energy of each site that promises a PUE, over the year that begins on that day."""
    for site in state.design.hub.sites:
        if site.pue_limit is not None:
            year = year_of(state, site)
            if year.it_kwh:
                yield _pue_claim(state, site, year, site.pue_limit)


def _pue_claim(state: State, site: Site, year: Year, limit: float) -> Claim:
    halls = {hall.name for hall in state.design.hub.halls if hall.site == site.name}
    return at_most(
        site,
        year.total_kwh / year.it_kwh,
        limit,
        "kWh/kWh",
        inputs=(
            Input("E_IT", year.it_kwh, "kWh", "racks of this plan, annual_it_load_fraction"),
            Input("E_losses", year.losses_kwh, "kWh", LOAD_FLOW),
            Input("E_cooling", year.cooling_kwh, "kWh", "plant of this plan, annual_cooling_fraction"),
            planned(site, "pue_limit"),
        ),
        hint=lambda over: f"Over by {number(over * year.it_kwh)} kWh a year of losses and cooling",
        missing=joined((year.missing, tuple(_heat_unknown(state, halls)))),
    )


def _heat_unknown(state: State, halls: set[str]) -> Iterator[str]:
    """Values without which the heat load of some halls, and so the energy of their plant, is unknown."""
    served, heat_loads = halls_of_plant(state.design), heat_loads_of(state)
    for piece in plant_of(state):
        if halls.intersection(served.get(piece.name, ())):
            yield from heat_loads[piece.name].missing
    for placement, coolant, _ in heat_without_loop(state):
        if placement.hall in halls and not loop_declared(state, placement, coolant):
            yield f"{coolant}_loop of {placement.name}"
