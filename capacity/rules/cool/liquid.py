"""COOL-003, COOL-004: flow, CDUs and temperatures of the loops."""

import math
from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import PLAN, Claim, at_most, must_be_zero, planned, planned_of
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.findings import Input, number
from petaplan.capacity.quantity import Quantity, from_catalogue
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import rule
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import HeatLoad, cdus_of, flow_l_per_min, heat_loads_of, heats_in

SMALLEST_RISE_K = 1.0
"""A loop whose coolant warms by less carries no useful heat."""


@rule(
    "COOL-003",
    "Coolant flow is sufficient and the return is warmer than the supply",
    formula="Q / (4.18 kJ/kgK x (return_temperature_c - supply_temperature_c)) <= flow_l_per_min; "
    "return_temperature_c - supply_temperature_c > 0 K, air loops too",
    basis="flow = Q / (c_p x dT), one litre a kilogram; docs/basis/cooling.md#flow",
)
def flows(state: State) -> Iterator[Claim]:
    """Flow that the heat load of each liquid loop needs; loops whose coolant does not warm up."""
    for loop in state.in_service(state.design.hub.cooling_loops):
        rise_k = loop.return_temperature_c - loop.supply_temperature_c
        if rise_k <= 0:
            yield _no_rise_claim(loop)
        elif loop.coolant is Coolant.LIQUID:
            yield _flow_claim(loop, heat_loads_of(state)[loop.name], rise_k)


def _flow_claim(loop: CoolingLoop, load: HeatLoad, rise_k: float) -> Claim:
    given = loop.flow_l_per_min
    claim = at_most(
        loop,
        flow_l_per_min(load.kw, rise_k),
        given,
        "L/min",
        inputs=(
            Input("Q", load.kw, "kW", "racks of this plan"),
            planned(loop, "return_temperature_c", "supply_temperature_c"),
            *(() if given is None else planned(loop, "flow_l_per_min")),
        ),
        hint=lambda over: (
            f"Short by {number(over)} L/min: increase the flow, or allow a rise of "
            f"{load.kw * 60 / 4.18 / (given or 1.0):.1f} K"
        ),
        missing=tuple(load.missing),
    )
    if given is None:
        claim.missing = (*claim.missing, f"flow_l_per_min of {loop.name}")
    return claim


def _no_rise_claim(loop: CoolingLoop) -> Claim:
    supply, back = loop.supply_temperature_c, loop.return_temperature_c
    return must_be_zero(
        loop,
        SMALLEST_RISE_K,
        "K of rise",
        part="rise",
        inputs=(
            planned(loop, "supply_temperature_c", "return_temperature_c"),
            Input("smallest rise", SMALLEST_RISE_K, "K", "a loop that warms up by less carries no useful heat"),
        ),
        hint=f"The return ({number(back)} C) is not warmer than the supply ({number(supply)} C): no heat is carried",
    )


@rule(
    "COOL-004",
    "CDUs have one spare unit, and the supply is cool enough on both sides",
    formula="Q <= (units - 1) x unit_rated_kw; supply_temperature_c - max_coolant_c of the hardware <= 0 K; "
    "supply_temperature_c of the chiller - supply_temperature_c of the loop <= 0 K, air loops too",
    basis="N+1 at the CDU; ASHRAE TC 9.9 water classes; docs/basis/cooling.md#spare-cdu-and-temperatures",
)
def coolant(state: State) -> Iterator[Claim]:
    """CDUs of each liquid loop, and the temperatures of each loop."""
    cdus: dict[str, list[Cdu]] = {}
    for cdu in state.in_service(state.design.hub.cdus):
        cdus.setdefault(cdu.loop, []).append(cdu)
    served = _hardware(state)
    chillers = {chiller.name: chiller for chiller in state.in_service(state.design.hub.chillers)}
    for loop in state.in_service(state.design.hub.cooling_loops):
        if loop.coolant is Coolant.LIQUID and loop.name in served:
            yield _cdu_claim(state, loop, cdus.get(loop.name, []))
            yield _supply_claim(loop, served[loop.name].values())
        for name in loop.chillers:
            if name in chillers:
                yield _chiller_claim(loop, chillers[name])


def _chiller_claim(loop: CoolingLoop, chiller: Chiller) -> Claim:
    return must_be_zero(
        loop,
        max(0.0, chiller.supply_temperature_c - loop.supply_temperature_c),
        "K too warm",
        part=f"from-{chiller.name}",
        inputs=(planned_of(chiller, "supply_temperature_c"), planned_of(loop, "supply_temperature_c")),
        hint=lambda over: f"Lower the supply of {chiller.name} by {number(over)} K",
    )


def _hardware(state: State) -> dict[str, dict[str, RackFacts]]:
    """Rack models on each liquid loop, of those that give heat to it."""
    served: dict[str, dict[str, RackFacts]] = {}
    for placement in state.placements:
        if placement.liquid_loop is None:
            continue
        runs = state.design.pod(placement).rack_groups
        for (_, facts), heat in zip(runs, heats_in(state.design, placement), strict=True):
            if heat.liquid_kw or heat.missing:
                served.setdefault(placement.liquid_loop, {})[facts.model.model] = facts
    return served


def _cdu_claim(state: State, loop: CoolingLoop, cdus: list[Cdu]) -> Claim:
    load = heat_loads_of(state)[loop.name]
    named = [cdu.name for cdu in cdus_of(state.design).get(loop.name, ())]
    largest_kw = max((cdu.unit_rated_kw for cdu in cdus), default=0.0)
    claim = at_most(
        loop,
        load.kw,
        sum(cdu.units * cdu.unit_rated_kw for cdu in cdus) - largest_kw if named else None,
        "kW",
        part="cdus",
        inputs=(
            Input("heat load", load.kw, "kW", "racks of this plan"),
            *(given for cdu in cdus for given in planned_of(cdu, "units", "unit_rated_kw")),
        ),
        hint=lambda over: (
            f"Over by {number(over)} kW with one CDU lost: add CDUs"
            if cdus
            else f"Not in service on that day: {', '.join(named)}; put CDUs into service before the loop"
        ),
        missing=tuple(load.missing),
    )
    if not named:
        claim.missing = (*claim.missing, f"CDUs of {loop.name}")
    return claim


def _supply_claim(loop: CoolingLoop, racks: Iterable[RackFacts]) -> Claim:
    limits = [_max_coolant(facts) for facts in racks]
    least = min((limit.value for limit in limits if limit.value is not None), default=math.inf)
    return must_be_zero(
        loop,
        max(0.0, loop.supply_temperature_c - least),
        "K too warm",
        part="supply",
        inputs=(
            Input("supply_temperature_c", loop.supply_temperature_c, "C", PLAN),
            *(given for limit in limits for given in limit.inputs),
        ),
        hint=lambda over: f"Lower the supply by {number(over)} K",
        missing=tuple([name for limit in limits for name in limit.missing]),
        note=f"supplied at {number(loop.supply_temperature_c)} C",
    )


def _max_coolant(facts: RackFacts) -> Quantity:
    """Warmest coolant that a rack accepts: its own figure, or the least of its nodes'."""
    own = from_catalogue(facts.model, "max_coolant_c")
    nodes = [from_catalogue(node, "max_coolant_c") for _, node in facts.nodes]
    if own.value is not None or not nodes or any(limit.value is None for limit in nodes):
        return own
    return min(nodes, key=lambda limit: limit.value or 0.0)
