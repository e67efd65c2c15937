"""COOL: does the heat go away, also when a piece of the plant fails?"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.cooling import Cdu, Coolant, CoolingLoop
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import halls_of_plant, power_graph_of
from petaplan.capacity.electric.flow import flow_without_utility
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.reserve import bridge_seconds, generators_above, storages_above
from petaplan.capacity.failover.contingencies import contingencies_of
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.power import Ups
from petaplan.capacity.quantity import from_figure
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.state import State
from petaplan.capacity.thermal.energy import year_of
from petaplan.capacity.thermal.heat import (
    Plant,
    after_one_unit,
    cdus_of,
    flow_l_per_min,
    heat_loads_of,
    heats_in,
    loop_of,
    losses_of,
    plant_of,
    running_kw,
)
from petaplan.capacity.thermal.redundant_plant import redundant_plant_of


@rule(
    "COOL-001",
    "The plant moves the heat, liquid and air apart",
    formula="sum of it_power_kw x liquid_fraction (air: the rest) + losses of what it cools <= (units - spare_units) x "
    "unit_rated_kw",
    basis="electrical power in is heat out; capacity reference 3.2, COOL-001",
)
def heat_moved(state: State) -> Iterator[Claim]:
    """Heat on each loop, CDU group and chiller group; heat that has no loop to go to, or none to leave it by."""
    for piece in plant_of(state):
        burden = heat_loads_of(state)[piece.name]
        capacity = running_kw(piece)
        over = burden.kw - capacity
        yield Claim(
            subject=piece,
            demand=None if burden.missing else burden.kw,
            capacity=capacity,
            unit="kW",
            inputs=(
                Input("heat", burden.kw, "kW", "racks of this plan, and losses of what it cools"),
                Input("unit_rated_kw", piece.unit_rated_kw, "kW", "this plan"),
                Input("units", piece.units, "units", "this plan"),
                Input("spare_units", piece.spare_units, "units", "this plan"),
            ),
            hint=f"{number(over)} kW too much: {math.ceil(over / piece.unit_rated_kw)} units more, or racks elsewhere"
            if over > 0
            else "",
            missing=tuple(burden.missing),
        )
    yield from _homeless(state)
    yield from _trapped(state)


def _trapped(state: State) -> Iterator[Claim]:
    """Heat of loops without chillers: where none are named it is unknown how it leaves, where none stand it stays."""
    standing = {chiller.name for chiller in state.standing(state.design.hub.chillers)}
    for loop in state.standing(state.design.hub.cooling_loops):
        burden = heat_loads_of(state)[loop.name]
        if burden.kw and standing.isdisjoint(loop.chillers):
            named = ", ".join(loop.chillers)
            yield Claim(
                subject=loop,
                part="outdoors",
                demand=burden.kw,
                capacity=0.0 if named else None,
                unit="kW",
                hint=f"{named} do not stand on that day: nothing takes {number(burden.kw)} kW out of the building"
                if named
                else "",
                missing=() if named else (f"chillers of {loop.name}: chillers, dry coolers or towers",),
            )


def _homeless(state: State) -> Iterator[Claim]:
    """Heat without a loop: unknown where the hall has no such loop at all, short where it has one or names one."""
    loops = {loop.name: loop for loop in state.standing(state.design.hub.cooling_loops)}
    present = {(loop.hall, loop.coolant) for loop in loops.values()}
    for placement in state.placements:
        for coolant in Coolant:
            named = loop_of(placement, coolant)
            if named in loops:
                continue
            heat_kw = sum(heat.rack.count * heat.by(coolant) for heat in heats_in(state.design, placement))
            if not heat_kw:
                continue
            modelled = named is not None or (placement.hall, coolant) in present
            why = f"no {coolant}_loop is named" if named is None else f"{named} does not stand on that day"
            yield Claim(
                subject=placement,
                part=coolant,
                demand=heat_kw,
                capacity=0.0 if modelled else None,
                unit="kW",
                hint=f"{number(heat_kw)} kW leave by {coolant} and {why}",
                missing=() if modelled else (f"{coolant}_loop of {placement.name}",),
            )


def _air_claims(design: Design, field: str) -> Iterator[Claim]:
    for placement in design.placements:
        limit = getattr(design.by_name[design.by_name[placement.hall].site], field)
        heats = heats_in(design, placement)
        hottest = max(heats, key=lambda heat: heat.air_kw)
        missing = tuple(dict.fromkeys(name for heat in heats for name in heat.missing))
        over = hottest.air_kw - limit
        yield Claim(
            subject=placement,
            demand=None if missing else hottest.air_kw,
            capacity=limit,
            unit="kW",
            inputs=(Input(field, limit, "kW", "site of this plan"),),
            hint=f"{number(over)} kW of each cabinet {hottest.rack.name} must leave by liquid or a rear door"
            if over > 0
            else "",
            missing=missing,
            note=f"a cabinet of {hottest.rack.name}",
        )


@plan_rule(
    "COOL-002",
    "Air takes no more from a cabinet than it can",
    formula="it_power_kw x (1 - liquid_fraction) of one cabinet <= air_limit_kw",
    basis="guidance differs from 25 to 40 kW, so the site says; capacity reference 3.2, COOL-002",
)
def air_limit(design: Design) -> Iterator[Claim]:
    """The cabinet of each pod that gives most heat to the air."""
    return _air_claims(design, "air_limit_kw")


@plan_rule(
    "COOL-007",
    "Air takes no more from a cabinet than most rooms manage",
    severity=Verdict.WARNING,
    formula="it_power_kw x (1 - liquid_fraction) of one cabinet <= air_warning_kw",
    basis="guidance differs from 25 to 40 kW, so the site says; capacity reference 3.2, COOL-002",
)
def air_warning(design: Design) -> Iterator[Claim]:
    """The cabinet of each pod that gives most heat to the air, against the point where care begins."""
    return (claim for claim in _air_claims(design, "air_warning_kw") if not claim.missing)


@rule(
    "COOL-008",
    "The heat of transformers and UPSes has somewhere to go",
    severity=Verdict.REVIEW,
    formula="P_in - P_out of what stands indoors, and no loop names in `cooled_equipment` = 0",
    basis="every loss is heat; a twentieth of the IT power is lost on its way; capacity reference 3.2, COOL-001",
)
def losses_moved(state: State) -> Iterator[Claim]:
    """Losses of each group of transformers and UPS modules that stands indoors and serves a hall with loops."""
    graph = power_graph_of(state)
    cooled = {loop.hall for loop in state.standing(state.design.hub.cooling_loops)}
    for loss in losses_of(state):
        place = graph.index[loss.node.name]
        if getattr(loss.node, "outdoors", False) or not cooled.intersection(graph.halls[place]):
            continue
        left_kw = 0.0 if loss.loops else loss.kw
        yield Claim(
            subject=loss.node,
            demand=None if loss.missing and not loss.loops else left_kw,
            capacity=0.0,
            unit="kW",
            inputs=(Input("P_in - P_out", loss.kw, "kW", "load flow of this plan"),),
            hint=f"{number(left_kw)} kW of losses warm a room: name {loss.node.name} in a loop's `cooled_equipment`"
            if left_kw
            else "",
            missing=loss.missing if not loss.loops else (),
        )


@rule(
    "COOL-003",
    "Liquid flows fast enough, and what flows warms up",
    formula="Q / (4.18 kJ/kgK x (return - supply)) <= flow_l_per_min; return - supply > 0 K, of air too",
    basis="m = Q / (cp dT), a litre a kilogram; capacity reference 3.2, COOL-003",
)
def flows(state: State) -> Iterator[Claim]:
    """Litres a minute that the heat on each liquid loop asks for; loops that carry nothing away."""
    for loop in state.standing(state.design.hub.cooling_loops):
        burden = heat_loads_of(state)[loop.name]
        rise = loop.return_temperature_c - loop.supply_temperature_c
        if rise <= 0:
            yield _no_rise(loop)
            continue
        if loop.coolant is not Coolant.LIQUID:
            continue
        wanted, given = flow_l_per_min(burden.kw, rise), loop.flow_l_per_min
        missing = tuple(burden.missing) + (() if given is not None else (f"flow_l_per_min of {loop.name}",))
        over = wanted - (given or 0.0)
        yield Claim(
            subject=loop,
            demand=None if burden.missing else wanted,
            capacity=given,
            unit="L/min",
            inputs=(
                Input("Q", burden.kw, "kW", "racks of this plan"),
                Input("return - supply", rise, "K", "this plan"),
            ),
            hint=f"{number(over)} L/min more, or a rise of {burden.kw * 60 / 4.18 / given:.1f} K"
            if given and over > 0
            else "",
            missing=missing,
        )


def _no_rise(loop: CoolingLoop) -> Claim:
    supply, back = loop.supply_temperature_c, loop.return_temperature_c
    return Claim(
        subject=loop,
        part="rise",
        demand=SMALLEST_RISE_K,
        capacity=0.0,
        unit="K of rise",
        inputs=(Input("supply", supply, "C", "this plan"), Input("return", back, "C", "this plan")),
        hint=f"a return of {number(back)} C is no warmer than a supply of {number(supply)} C: nothing is carried away",
    )


SMALLEST_RISE_K = 1.0
"""A loop that warms by less moves heat in name only."""


@rule(
    "COOL-004",
    "CDUs have one to spare, and the water is cool enough on both sides",
    formula="Q <= (units - 1) x unit_rated_kw; supply - max_coolant_c of the hardware <= 0 K; "
    "chiller supply - loop supply <= 0 K, air loops too",
    basis="N+1 at the CDU, facility water class; capacity reference 3.2, COOL-004",
)
def coolant(state: State) -> Iterator[Claim]:
    """CDUs of each liquid loop, and the temperatures of every loop."""
    cdus: dict[str, list[Cdu]] = {}
    for cdu in state.standing(state.design.hub.cdus):
        cdus.setdefault(cdu.loop, []).append(cdu)
    served = _hardware(state)
    chillers = {chiller.name: chiller for chiller in state.standing(state.design.hub.chillers)}
    for loop in state.standing(state.design.hub.cooling_loops):
        if loop.coolant is Coolant.LIQUID and loop.name in served:
            yield _cdu_claim(state, loop, cdus.get(loop.name, []))
            yield _supply_claim(loop, served[loop.name])
        for name in loop.chillers:
            if (chiller := chillers.get(name)) is None:
                continue
            warm = chiller.supply_temperature_c - loop.supply_temperature_c
            yield Claim(
                subject=loop,
                part=f"from-{name}",
                demand=max(0.0, warm),
                capacity=0.0,
                unit="K too warm",
                inputs=(
                    Input("chiller supply", chiller.supply_temperature_c, "C", "this plan"),
                    Input("loop supply", loop.supply_temperature_c, "C", "this plan"),
                ),
                hint=f"{name} must supply {number(warm)} K colder water" if warm > 0 else "",
            )


def _hardware(state: State) -> dict[str, dict[str, Any]]:
    """Rack models on each liquid loop, of those that give heat to it."""
    served: dict[str, dict[str, Any]] = {}
    for placement in state.placements:
        if placement.liquid_loop is None:
            continue
        runs = state.design.pod(placement).runs
        for (_, facts), heat in zip(runs, heats_in(state.design, placement), strict=True):
            if heat.liquid_kw or heat.missing:
                served.setdefault(placement.liquid_loop, {})[facts.model.model] = facts
    return served


def _cdu_claim(state: State, loop: CoolingLoop, cdus: list[Cdu]) -> Claim:
    burden = heat_loads_of(state)[loop.name]
    whole = sum(cdu.units * cdu.unit_rated_kw for cdu in cdus)
    capacity = whole - max((cdu.unit_rated_kw for cdu in cdus), default=0.0)
    named = [cdu.name for cdu in cdus_of(state.design).get(loop.name, ())]
    missing = tuple(burden.missing) + (() if named else (f"CDUs of {loop.name}",))
    over = burden.kw - capacity
    short = f"{number(over)} kW too much with one CDU lost" if cdus else f"{', '.join(named)} do not stand on that day"
    return Claim(
        subject=loop,
        part="cdus",
        demand=None if burden.missing else burden.kw,
        capacity=capacity if named else None,
        unit="kW",
        inputs=(
            Input("heat", burden.kw, "kW", "racks of this plan"),
            *(
                given
                for cdu in cdus
                for given in (
                    Input(f"units of {cdu.name}", cdu.units, "CDUs", "this plan"),
                    Input(f"unit_rated_kw of {cdu.name}", cdu.unit_rated_kw, "kW", "this plan"),
                )
            ),
        ),
        hint=short if named and over > 0 else "",
        missing=missing,
    )


def _supply_claim(loop: CoolingLoop, models: Mapping[str, Any]) -> Claim:
    limits = [_max_coolant(facts) for facts in models.values()]
    missing = tuple(name for limit in limits for name in limit.missing)
    least = min((limit.value for limit in limits if limit.value is not None), default=None)
    over = loop.supply_temperature_c - least if least is not None else 0.0
    return Claim(
        subject=loop,
        part="supply",
        demand=None if missing else max(0.0, over),
        capacity=0.0,
        unit="K too warm",
        inputs=(
            Input("loop supply", loop.supply_temperature_c, "C", "this plan"),
            *(given for limit in limits for given in limit.inputs),
        ),
        hint=f"supply {number(over)} K colder" if over > 0 and not missing else "",
        missing=missing,
        note=f"supplied at {number(loop.supply_temperature_c)} C",
    )


def _max_coolant(facts: Any) -> Any:
    """What a cabinet takes: its own figure, else the least of its nodes'."""
    own = from_figure(
        f"{facts.model.model}.max_coolant_c", facts.model.max_coolant_c, f"{facts.model.model}.max_coolant_c"
    )
    figures = [node.max_coolant_c for _, node in facts.nodes]
    if own.value is not None or not figures or any(figure is None for figure in figures):
        return own
    coldest = min(facts.nodes, key=lambda pair: pair[1].max_coolant_c.value)[1]
    return from_figure(f"{coldest.model}.max_coolant_c", coldest.max_coolant_c, "")


def broken_by_one_unit(state: State) -> Iterator[tuple[Plant, float]]:
    """Pieces of plant that cannot do without one unit, and the heat that is left over, kW."""
    others = redundant_plant_of(state)
    for piece in plant_of(state):
        capacity = after_one_unit(piece) + others.free_kw(piece.name)
        left_over = heat_loads_of(state)[piece.name].kw - capacity
        if left_over > 1e-9 * capacity:
            yield piece, left_over


@rule(
    "COOL-005",
    "The loss of a pump, CDU or chiller is survived",
    severity=Verdict.WARNING,
    formula="Q <= (units - 1) x unit_rated_kw + what the others of its loops can take; "
    "generator start + chiller restart <= ride_through_seconds; "
    "chillers that are missed without a generator = 0 where the racks have one",
    basis="simulated like a loss of power, with the seconds that remain; capacity reference 3.2, COOL-005",
)
def unit_lost(state: State) -> Iterator[Claim]:
    """One unit of each piece of plant; and each loop while its chillers wait for the generators."""
    behind, others = _loops_behind(state), redundant_plant_of(state)
    for piece in plant_of(state):
        burden, free_kw = heat_loads_of(state)[piece.name], others.free_kw(piece.name)
        capacity = after_one_unit(piece) + free_kw
        over = burden.kw - capacity
        loops = behind.get(piece.name, ())
        seconds = min((loop.ride_through_seconds for loop in loops), default=0.0)
        whole_kw = sum(heat_loads_of(state)[loop.name].kw for loop in loops)
        remain = seconds * whole_kw / over if over > 0 else 0.0
        yield Claim(
            subject=piece,
            part="one-unit",
            demand=None if burden.missing else burden.kw,
            capacity=capacity,
            unit="kW",
            inputs=(
                Input("heat", burden.kw, "kW", "racks of this plan, and losses of what it cools"),
                Input("units", piece.units, "units", "this plan"),
                Input("unit_rated_kw", piece.unit_rated_kw, "kW", "this plan"),
                Input("what others of its loops can take", free_kw, "kW", "plant of this plan"),
                Input("ride_through_seconds", seconds, "s", "loops of this plan"),
            ),
            hint=f"{number(over)} kW stay in the racks: {number(remain)} s remain, then that much must be switched off"
            if over > 0
            else "",
            missing=tuple(burden.missing),
        )
    yield from _restarts(state)


def _loops_behind(state: State) -> Mapping[str, list[CoolingLoop]]:
    """The loops that warm up when a piece of plant fails."""
    behind: dict[str, list[CoolingLoop]] = {}
    for loop in state.standing(state.design.hub.cooling_loops):
        for name in (loop.name, *loop.chillers):
            behind.setdefault(name, []).append(loop)
    for cdu in state.standing(state.design.hub.cdus):
        behind.setdefault(cdu.name, []).extend(behind.get(cdu.loop, ()))
    return behind


def _restarts(state: State) -> Iterator[Claim]:
    """Seconds without chillers after the utility is lost, against those that each loop's water holds."""
    found = contingencies_of(state)
    gaps, not_missed = dict(_gaps(found.graph, state)), found.not_missed(flow_without_utility(found.graph))
    for loop in state.standing(state.design.hub.cooling_loops):
        standing = [state.design.by_name[name] for name in loop.chillers if name in gaps]
        stopped = [
            chiller.name for chiller in standing if math.isinf(gaps[chiller.name]) and chiller.name not in not_missed
        ]
        if loop.hall in found.backed and stopped:
            yield Claim(
                subject=loop,
                part="restart",
                demand=float(len(stopped)),
                capacity=0.0,
                unit="chiller groups without a generator",
                hint=f"{', '.join(stopped)} stand still while the generators carry the racks: feed them from these too",
            )
        chillers = [chiller for chiller in standing if not math.isinf(gaps[chiller.name])]
        waits = [(gaps[chiller.name], chiller) for chiller in chillers]
        if not waits:
            continue
        missing = tuple(f"restart_seconds of {c.name}" for gap, c in waits if gap and c.restart_seconds is None)
        longest = max(gap + (chiller.restart_seconds or 0.0) if gap else 0.0 for gap, chiller in waits)
        over = longest - loop.ride_through_seconds
        yield Claim(
            subject=loop,
            part="restart",
            demand=None if missing else longest,
            capacity=loop.ride_through_seconds,
            unit="s",
            inputs=tuple(
                given
                for gap, chiller in waits
                for given in (
                    Input(f"start of the generators for {chiller.name}", gap, "s", "this plan"),
                    Input(f"restart_seconds of {chiller.name}", chiller.restart_seconds or 0.0, "s", "this plan"),
                )
            ),
            hint=f"{number(over)} s too long: a buffer tank, storage, or pumps and chillers on the UPS"
            if over > 0
            else "",
            missing=missing,
        )


def _gaps(graph: PowerGraph, state: State) -> Iterator[tuple[str, float]]:
    """Seconds that each chiller group stands still until generators carry it: 0 where bridged, infinite without any."""
    above, behind_ups = generators_above(graph), _behind_ups(graph)
    for chiller in state.standing(state.design.hub.chillers):
        places = [graph.index[name] for name in chiller.fed_by if name in graph.index]
        starts = [graph.nodes[g].start_seconds for place in places for g in above[place]]  # type: ignore[union-attr]
        if not starts:
            if chiller.unit_electrical_kw and chiller.fed_by:
                yield chiller.name, math.inf
            continue
        bridged = all(behind_ups[place] or _bridged(graph, place, max(starts)) for place in places)
        yield chiller.name, 0.0 if bridged else max(starts)


def _behind_ups(graph: PowerGraph) -> list[bool]:
    """Whether every way from an object upwards passes a UPS."""
    found: list[bool] = []
    for node, fed in zip(graph.nodes, graph.upstream, strict=True):
        found.append(isinstance(node, Ups) or (bool(fed) and all(found[source] for source in fed)))
    return found


def _bridged(graph: PowerGraph, place: int, seconds: float) -> bool:
    return any(bridge_seconds(graph, storage) >= seconds for storage in storages_above(graph, place))


@rule(
    "COOL-006",
    "The year's energy stays within the PUE that is promised",
    formula="(E_IT + E_losses + E_cooling) / E_IT <= pue_limit, all kWh of a year",
    basis="annual energy, category 1, not a ratio of powers at one instant; capacity reference 3.2, COOL-006",
)
def pue(state: State) -> Iterator[Claim]:
    """Energy of each site that promises a PUE, over the year that begins that day."""
    for site in state.design.hub.sites:
        if site.pue_limit is None:
            continue
        halls = {hall.name for hall in state.design.hub.halls if hall.site == site.name}
        year = year_of(state, site)
        if not year.it_kwh:
            continue
        missing = (*year.missing, *_heat_unknown(state, halls))
        ratio = year.total_kwh / year.it_kwh
        over = (ratio - site.pue_limit) * year.it_kwh
        yield Claim(
            subject=site,
            demand=None if missing else ratio,
            capacity=site.pue_limit,
            unit="kWh/kWh",
            inputs=(
                Input("E_IT", year.it_kwh, "kWh", "racks of this plan, annual_it_load_fraction"),
                Input("E_losses", year.losses_kwh, "kWh", "load flow of this plan"),
                Input("E_cooling", year.cooling_kwh, "kWh", "plant of this plan, annual_cooling_fraction"),
            ),
            hint=f"{number(over)} kWh a year too much" if over > 0 else "",
            missing=tuple(dict.fromkeys(missing)),
        )


def _heat_unknown(state: State, halls: set[str]) -> tuple[str, ...]:
    """What isn't known of the heat in some halls, so that no plant can be said to move it."""
    served, heat_loads = halls_of_plant(state.design), heat_loads_of(state)
    pieces = (piece.name for piece in plant_of(state) if halls.intersection(served.get(piece.name, ())))
    homeless = (claim for claim in _homeless(state) if state.design.by_name[claim.subject.name].hall in halls)
    return tuple(
        dict.fromkeys(
            [name for piece in pieces for name in heat_loads[piece].missing]
            + [name for claim in homeless for name in claim.missing]
        )
    )
