"""PWR-016, 018, 019, 020, 027: how long the hub lives without the utility, and on what."""

import math
from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.reserve import (
    bridge_seconds,
    generators_above,
    limit_without_spares_kw,
    storage_energy_kwh,
    storage_load_kw,
    storage_power_kw,
    storages_above,
    together,
)
from petaplan.capacity.failover.contingencies import contingencies_of
from petaplan.capacity.findings import Input, number
from petaplan.capacity.power import Battery, Duty, Generator, PowerObject, Ups
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.failover import SURVIVOR, effect_claim
from petaplan.capacity.state import State
from petaplan.capacity.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE


@rule(
    "PWR-016",
    "Generators carry the site without the utility",
    formula="P_out without any intake <= (units - spare_units) x min(unit_rated_kw, unit_rated_kva x pf), groups that "
    "feed the same taken together; "
    f"below them: {SURVIVOR}",
    basis="an outage of the utility takes all its intakes; capacity reference 3.1, PWR-005",
    also_on_contract_changes=True,
)
def generators(state: State) -> Iterator[Claim]:
    """Each group of generators that takes over when every intake is out, and each hall that they are to carry."""
    graph = power_graph_of(state)
    yield from _outages(state)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Generator):
            continue
        group = graph.parallel[place]
        flow, missing = flow_without_utility(graph), graph.missing_inputs[place]
        demand = sum(flow.output_kw[other] for other in group)
        capacity = sum(limit_without_spares_kw(graph, other) for other in group)
        over, unit_kw = demand - capacity, graph.limits_kw[place] / node.units
        yield Claim(
            subject=node,
            demand=None if missing else demand,
            capacity=capacity,
            unit="kW",
            inputs=(
                Input("P_out", demand, "kW", "load flow of this plan without any intake"),
                Input("limit of one unit", unit_kw, "kW", "lower of kW and kVA x pf"),
                Input("units", node.units, "generators", "this plan"),
                Input("spare_units", node.spare_units, "generators", "this plan"),
                Input("unit_rated_kw", node.unit_rated_kw, "kW", "this plan"),
                Input("unit_rated_kva", node.unit_rated_kva, "kVA", "this plan"),
            ),
            hint=f"{number(over)} kW too much: {math.ceil(over / unit_kw)} generators more" if over > 0 else "",
            missing=missing,
            note=together(graph, place),
        )


def _outages(state: State) -> Iterator[Claim]:
    """Each hall with generators above it: nothing dark, and no piece between generator and rack overloaded."""
    found = contingencies_of(state)
    halls = {hall.name: hall for hall in state.standing(state.design.hub.halls)}
    for effect in found.outage:
        if effect.hall in found.backed and effect.hall in halls:
            yield effect_claim(found.graph, halls[effect.hall], effect, "without-utility")


@rule(
    "PWR-018",
    "Batteries bridge the start of the generators",
    formula="start_seconds <= autonomy_minutes x 60 x limit / P_out, or the ride-through of storage above",
    basis="stored energy shrinks with the load it carries; taken as proportional, which is on the safe side",
    also_on_contract_changes=True,
)
def bridges(state: State) -> Iterator[Claim]:
    """Each UPS below generators that take over: seconds on battery at the present load against their start."""
    graph = power_graph_of(state)
    above = generators_above(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Ups) or not above[place]:
            continue
        start = max(graph.nodes[other].start_seconds for other in above[place])  # type: ignore[union-attr]
        load, missing = normal_flow(graph).output_kw[place], graph.missing_inputs[place]
        battery = node.autonomy_minutes * SECONDS_PER_MINUTE * graph.limits_kw[place] / load if load else math.inf
        storage = max((bridge_seconds(graph, other) for other in storages_above(graph, place)), default=0.0)
        seconds = max(battery, storage)
        capacity = start if math.isinf(seconds) else seconds
        yield Claim(
            subject=node,
            demand=None if missing else start,
            capacity=capacity,
            unit="s",
            inputs=(
                Input("autonomy_minutes", node.autonomy_minutes, "min", "this plan"),
                Input("P_out", load, "kW", "load flow of this plan"),
                Input("start_seconds", start, "s", "generators of this plan"),
                *(
                    (Input("ride-through of storage above", storage, "s", "energy that the load leaves"),)
                    if storage
                    else ()
                ),
            ),
            hint=f"{number((start - seconds) / SECONDS_PER_MINUTE)} minutes of battery are missing"
            if start > seconds
            else "",
            missing=missing,
        )


@rule(
    "PWR-019",
    "Fuel lasts as long as promised",
    formula="generator_autonomy_hours <= fuel_hours x (units - spare_units) x unit_rated_kw / P_out without any "
    "intake, groups that feed the same taken together; racks dark without any intake = 0",
    basis="fuel burns with the load; capacity reference 3.1",
    also_on_contract_changes=True,
)
def fuel(state: State) -> Iterator[Claim]:
    """Hours of each group of generators at the load of the site, where the site promises some; racks without any."""
    graph = power_graph_of(state)
    yield from _without_generators(state)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Generator):
            continue
        promised = state.design.by_name[node.site].generator_autonomy_hours
        group = graph.parallel[place]
        flow, missing = flow_without_utility(graph), graph.missing_inputs[place]
        load = sum(flow.output_kw[other] for other in group)
        if promised is None or not load:
            continue
        hours = sum(_fuel_kwh(graph.nodes[other]) for other in group) / load
        yield Claim(
            subject=node,
            demand=None if missing else promised,
            capacity=hours,
            unit="h",
            inputs=(
                Input("fuel_hours", node.fuel_hours, "h", "this plan"),
                Input("units not spare", node.units - node.spare_units, "generators", "this plan"),
                Input("unit_rated_kw", node.unit_rated_kw, "kW", "this plan"),
                Input("P_out", load, "kW", "load flow of this plan"),
            ),
            hint=f"fuel for {number(promised - hours)} hours more" if promised > hours else "",
            missing=missing,
            note=together(graph, place),
        )


def _fuel_kwh(node: PowerObject) -> float:
    assert isinstance(node, Generator)
    return node.fuel_hours * (node.units - node.spare_units) * node.unit_rated_kw


def _without_generators(state: State) -> Iterator[Claim]:
    """Racks of each site that promises hours, and that no generator reaches."""
    dark = {effect.hall: effect for effect in contingencies_of(state).outage}
    for site in state.design.hub.sites:
        if not site.generator_autonomy_hours:
            continue
        halls = [hall for hall in state.standing(state.design.hub.halls) if hall.site == site.name]
        impact = [dark[hall.name] for hall in halls if hall.name in dark]
        racks, power_kw = sum(effect.racks for effect in impact), sum(effect.dark_kw for effect in impact)
        if impact:
            yield Claim(
                subject=site,
                part="without-utility",
                demand=float(racks),
                capacity=0.0,
                unit="racks dark",
                hint=f"{racks} racks ({number(power_kw)} kW) have no generator above them" if racks else "",
            )


@rule(
    "PWR-027",
    "Storage carries what hangs on it, and long enough",
    formula="P of its objects <= units not spare x unit_rated_kw; minutes asked <= usable energy / P; P through it <= "
    "units x unit_rated_kw where others draw from it",
    basis="ride-through until the generators carry, or backup_minutes; one way of the round trip lost",
    also_on_contract_changes=True,
)
def batteries(state: State) -> Iterator[Claim]:
    """Power and minutes of each storage that rides through or backs up."""
    graph = power_graph_of(state)
    above = generators_above(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Battery):
            continue
        if graph.children[place]:
            yield _passing_claim(graph, place, node)
        if set(node.duties) == {Duty.PEAK_SHAVING}:
            continue
        load, power, missing = storage_load_kw(graph, place), storage_power_kw(node), _clouded_load(graph, place)
        given = (
            Input("P", load, "kW", "load flow of this plan"),
            Input("units not spare", node.units - node.spare_units, "units", "this plan"),
            Input("usable energy", storage_energy_kwh(node), "kWh", "this plan"),
        )
        yield Claim(
            subject=node,
            part="power",
            demand=None if missing else load,
            capacity=power,
            unit="kW",
            inputs=given,
            hint=f"{number(load - power)} kW too much: {math.ceil((load - power) / node.unit_rated_kw)} units more"
            if load > power
            else "",
            missing=missing,
        )
        if load:
            yield _minutes_claim(graph, node, load, above=above[place], given=given, missing=missing)


def _passing_claim(graph: PowerGraph, place: int, node: Battery) -> Claim:
    """What flows through a storage that others draw from, against what it passes."""
    load, limit, missing = normal_flow(graph).output_kw[place], graph.limits_kw[place], graph.missing_inputs[place]
    return Claim(
        subject=node,
        part="passes",
        demand=None if missing else load,
        capacity=limit,
        unit="kW",
        inputs=(
            Input("P_out", load, "kW", "load flow of this plan"),
            Input("unit_rated_kw", node.unit_rated_kw, "kW", "this plan"),
            Input("units", node.units, "units", "this plan"),
        ),
        hint=f"{number(load - limit)} kW more than it passes on" if load > limit else "",
        missing=missing,
    )


def _clouded_load(graph: PowerGraph, place: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for source in graph.upstream[place] for name in graph.missing_inputs[source]))


def _minutes_claim(
    graph: PowerGraph,
    node: Battery,
    load: float,
    *,
    above: tuple[int, ...],
    given: tuple[Input, ...],
    missing: tuple[str, ...],
) -> Claim:
    starts = [graph.nodes[other].start_seconds / SECONDS_PER_MINUTE for other in above]  # type: ignore[union-attr]
    asked = [minutes for minutes in (*starts, node.backup_minutes) if minutes is not None]
    if Duty.BACKUP in node.duties and node.backup_minutes is None:
        missing = (*missing, f"backup_minutes of {node.name}")
    elif not asked:
        missing = (*missing, f"backup_minutes of {node.name}, or generators above it")
    minutes = storage_energy_kwh(node) / load * MINUTES_PER_HOUR
    wanted = max(asked, default=0.0)
    short_kwh = (wanted - minutes) * load / MINUTES_PER_HOUR
    return Claim(
        subject=node,
        part="minutes",
        demand=None if missing else wanted,
        capacity=minutes,
        unit="min",
        inputs=given,
        hint=f"{number(wanted - minutes)} minutes short: {number(short_kwh)} kWh more" if wanted > minutes else "",
        missing=missing,
    )


@rule(
    "PWR-020",
    "Storage has the power and the energy to shave the peak",
    formula="peak_shaving_kw <= units not spare x unit_rated_kw; "
    "peak_shaving_kw x minutes + ride-through reserve <= usable energy",
    basis="energy storage of the announced hub; what rides through must stay in the battery",
    also_on_contract_changes=True,
)
def peak_shaving(state: State) -> Iterator[Claim]:
    """Power and energy of each storage that shaves peaks."""
    graph = power_graph_of(state)
    above = generators_above(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Battery) or Duty.PEAK_SHAVING not in node.duties:
            continue
        missing = tuple(
            f"{name} of {node.name}"
            for name in ("peak_shaving_kw", "peak_shaving_minutes_per_day")
            if getattr(node, name) is None
        )
        shaved, minutes = node.peak_shaving_kw or 0.0, node.peak_shaving_minutes_per_day or 0.0
        power, energy = storage_power_kw(node), storage_energy_kwh(node)
        yield Claim(
            subject=node,
            part="power",
            demand=None if node.peak_shaving_kw is None else shaved,
            capacity=power,
            unit="kW",
            inputs=(
                Input("units not spare", node.units - node.spare_units, "units", "this plan"),
                Input("unit_rated_kw", node.unit_rated_kw, "kW", "this plan"),
            ),
            hint=f"{number(shaved - power)} kW too much" if shaved > power else "",
            missing=missing[:1] if node.peak_shaving_kw is None else (),
        )
        reserve = 0.0
        if Duty.RIDE_THROUGH in node.duties:
            seconds = max((graph.nodes[other].start_seconds for other in above[place]), default=0.0)  # type: ignore[union-attr]
            reserve = storage_load_kw(graph, place) * seconds / SECONDS_PER_MINUTE / MINUTES_PER_HOUR
        wanted = shaved * minutes / MINUTES_PER_HOUR + reserve
        missing = (*missing, *_clouded_load(graph, place))
        over = wanted - energy
        minutes_less = over / (shaved or 1.0) * MINUTES_PER_HOUR
        less = f"{number(minutes_less)} minutes a day less, or " if minutes_less < minutes else ""
        yield Claim(
            subject=node,
            part="energy",
            demand=None if missing else wanted,
            capacity=energy,
            unit="kWh",
            inputs=(
                Input("peak_shaving_kw", shaved, "kW", "this plan"),
                Input("peak_shaving_minutes_per_day", minutes, "min", "this plan"),
                Input("reserve", reserve, "kWh", "start of the generators at the present load"),
                Input("usable energy", energy, "kWh", "units not spare, usable_fraction, one way of the round trip"),
            ),
            hint=f"{number(over)} kWh too much: {less}batteries of so much more" if over > 0 else "",
            missing=missing,
        )
