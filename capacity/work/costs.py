"""Energy, carbon and cost of a training run: its share of racks, losses and cooling of its site."""

from dataclasses import dataclass

from petaplan.capacity.design import Design
from petaplan.capacity.money import tariff_on
from petaplan.capacity.site import CarbonBasis, Site
from petaplan.capacity.state import State
from petaplan.capacity.thermal.energy import carbon_factors, year_of
from petaplan.capacity.work.runs import RunNeed, kw_of_one

KG_PER_T = 1_000.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunCost:
    """Energy of a run with its part of rack, losses and cooling, and what that costs; None where not known."""

    energy_kwh: float | None
    carbon_t: float | None
    cost: float | None
    currency: str


def run_cost(design: Design, need: RunNeed) -> RunCost:
    """``energy = accelerator-hours x kW of one with its part of the rack x site energy over IT energy``.

    The ratio of energies is that of a year on the first day of the run. Tariff and carbon factor are those of that day
    at the site that holds the accelerators; where several sites do, nothing is known.
    """
    site = _site_of(design, need)
    power_kw = kw_of_one(design, need.run.model)
    if site is None or power_kw is None or need.device_hours is None:
        return RunCost(energy_kwh=None, carbon_t=None, cost=None, currency="")
    year = year_of(State(design=design, day=need.run.starts), site)
    if year.missing or not year.it_kwh:
        return RunCost(energy_kwh=None, carbon_t=None, cost=None, currency="")
    energy = need.device_hours * power_kw * year.total_kwh / year.it_kwh
    by_basis = {one.basis: one.kg_per_kwh for one in carbon_factors(site, need.run.starts)}
    factor = by_basis.get(CarbonBasis.LOCATION)
    tariff = tariff_on(site, need.run.starts)
    return RunCost(
        energy_kwh=energy,
        carbon_t=None if factor is None else energy * factor / KG_PER_T,
        cost=None if tariff is None else energy * tariff[0],
        currency="" if tariff is None else tariff[1],
    )


def _site_of(design: Design, need: RunNeed) -> Site | None:
    halls = {one.hall for one in design.placements if design.pod(one).accelerators.get(need.run.model)}
    sites = {design.by_name[hall].site for hall in halls}
    if len(sites) != 1:
        return None
    site: Site = design.by_name[sites.pop()]
    return site
