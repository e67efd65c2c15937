"""Energy of a site in a year: racks, losses of the power distribution, cooling plant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.electric.building import halls_of_plant, power_graph_of
from petaplan.capacity.electric.flow import carried, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.gaps import Gaps, joined, unverified_of
from petaplan.capacity.site import CarbonBasis, CarbonFactor, Site
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import plant_of
from petaplan.capacity.units import HOURS_PER_YEAR


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """Energy of a year, kWh, and the figures without which it isn't known."""

    it_kwh: float
    losses_kwh: float
    cooling_kwh: float
    missing: tuple[str, ...]

    @property
    def total_kwh(self) -> float:
        """What the site draws from its utility."""
        return self.it_kwh + self.losses_kwh + self.cooling_kwh


def year_of(state: State, site: Site) -> Year:
    """Racks at ``annual_it_load_fraction`` of their power, plant at ``annual_cooling_fraction`` of its rating.

    No-load losses run all year; the others follow the racks and the plant that cause them. Nothing is drawn, nor asked,
    where nothing stands.
    """
    halls = {hall.name for hall in state.design.hub.halls if hall.site == site.name}
    if not any(halls.intersection(load.halls) for load in power_graph_of(state).loads):
        return Year(it_kwh=0.0, losses_kwh=0.0, cooling_kwh=0.0, missing=())
    names = ("annual_it_load_fraction", "annual_cooling_fraction")
    unsaid = tuple(f"{name} of {site.name}" for name in names if getattr(site, name) is None)
    it_kw, fixed_kw, of_racks_kw, of_plant_kw, missing_inputs = _electrical(power_graph_of(state), halls)
    share, cooling = site.annual_it_load_fraction or 1.0, site.annual_cooling_fraction or 0.0
    return Year(
        it_kwh=it_kw * share * HOURS_PER_YEAR,
        losses_kwh=(fixed_kw + of_racks_kw * share + of_plant_kw * cooling) * HOURS_PER_YEAR,
        cooling_kwh=_plant_kw(state, halls) * cooling * HOURS_PER_YEAR,
        missing=Gaps((*unsaid, *missing_inputs), unverified_of(missing_inputs)),
    )


def _electrical(graph: PowerGraph, halls: set[str]) -> tuple[float, float, float, float, tuple[str, ...]]:
    """Power above some halls, kW, and the figures that are missing.

    Power of the racks, losses without any load, and what racks and plant at full load add to them.
    """
    loads = [load for load in graph.loads if not halls.isdisjoint(load.halls)]
    it_kw = sum(load.power_kw for load in loads if load.cabinets)
    missing = joined(Gaps(load.missing, load.unverified) for load in loads)
    powers_kw = [group.power_kw for group in graph.load_groups]
    alive = normal_flow(graph).alive
    above = [place for place in range(len(graph.nodes)) if alive[place] and not halls.isdisjoint(graph.halls[place])]
    whole_kw = _losses_kw(graph, powers_kw, above)
    racks_kw = [group.power_kw if group.cabinets else 0.0 for group in graph.load_groups]
    of_racks_kw = _losses_kw(graph, racks_kw, above)
    idle_kw = _losses_kw(graph, [0.0] * len(powers_kw), above)
    return it_kw, idle_kw, of_racks_kw - idle_kw, whole_kw - of_racks_kw, missing


def _losses_kw(graph: PowerGraph, loads_kw: list[float], places: Iterable[int]) -> float:
    """Losses of some live objects, for the power of each load group."""
    normal = normal_flow(graph)
    output, taken = carried(graph, normal.alive, normal.given, loads_kw)
    return sum([taken[place] - output[place] for place in places])


def _plant_kw(state: State, halls: set[str]) -> float:
    served = halls_of_plant(state.design)
    return sum(
        (piece.units - piece.spare_units) * piece.unit_electrical_kw
        for piece in plant_of(state)
        if halls.intersection(served.get(piece.name, ()))
    )


def carbon_factors(site: Site, day: date) -> tuple[CarbonFactor, ...]:
    """The factor in force for each basis."""
    found: dict[CarbonBasis, CarbonFactor] = {}
    for factor in sorted(site.carbon, key=lambda factor: factor.from_date):
        if factor.from_date <= day:
            found[factor.basis] = factor
    return tuple(found[basis] for basis in CarbonBasis if basis in found)
