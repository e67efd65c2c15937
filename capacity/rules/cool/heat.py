"""COOL-001, COOL-008: heat of racks, transformers and UPSes against the cooling plant."""

from collections.abc import Iterator

from petaplan.capacity.claims import LOAD_FLOW, Claim, at_most, must_be_zero, planned, unknown
from petaplan.capacity.cooling import Coolant, CoolingLoop
from petaplan.capacity.design import Placement
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.quantity import times_of
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.terms import more_units
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import (
    ConversionLoss,
    Plant,
    conversion_losses_of,
    heat_loads_of,
    heats_in,
    loop_of,
    plant_of,
    running_kw,
)


@rule(
    "COOL-001",
    "Cooling plant carries the heat load, liquid and air apart",
    formula="sum of it_power_kw x liquid_fraction (air: the rest) + losses of cooled_equipment <= "
    "(units - spare_units) x unit_rated_kw",
    basis="electrical power becomes heat; docs/basis/cooling.md#heat-balance",
)
def heat_removed(state: State) -> Iterator[Claim]:
    """Heat load of each loop, CDU group and chiller group; heat without a loop, and loops without chillers."""
    for piece in plant_of(state):
        yield _plant_claim(state, piece)
    for placement, coolant, heat_kw in heat_without_loop(state):
        yield _without_loop_claim(state, placement, coolant, heat_kw)
    yield from _without_chillers(state)


def _plant_claim(state: State, piece: Plant) -> Claim:
    load = heat_loads_of(state)[piece.name]
    return at_most(
        piece,
        load.kw,
        running_kw(piece),
        "kW",
        inputs=(
            Input("heat load", load.kw, "kW", "racks of this plan, and losses of cooled_equipment"),
            planned(piece, "unit_rated_kw", "units", "spare_units"),
        ),
        hint=more_units(piece.unit_rated_kw, "kW"),
        missing=load.gaps,
    )


def _without_chillers(state: State) -> Iterator[Claim]:
    """Heat of loops without chillers: unknown where the loop names none, short where none of them is in service."""
    in_service = {chiller.name for chiller in state.in_service(state.design.hub.chillers)}
    for loop in state.in_service(state.design.hub.cooling_loops):
        heat_kw = heat_loads_of(state)[loop.name].kw
        if heat_kw and in_service.isdisjoint(loop.chillers):
            yield _without_chillers_claim(loop, heat_kw)


def _without_chillers_claim(loop: CoolingLoop, heat_kw: float) -> Claim:
    if not loop.chillers:
        missing = (f"chillers of {loop.name}: chillers, dry coolers or towers",)
        return unknown(loop, "kW", missing, part="outdoors", demand=heat_kw)
    return must_be_zero(
        loop,
        heat_kw,
        "kW",
        part="outdoors",
        inputs=(Input("heat load", heat_kw, "kW", "racks of this plan, and losses of cooled_equipment"),),
        hint=lambda over: (
            f"{number(over)} kW do not leave the building: not in service on that day: {', '.join(loop.chillers)}"
        ),
    )


def heat_without_loop(state: State) -> Iterator[tuple[Placement, Coolant, float]]:
    """Heat, kW, of each pod or rack group by a coolant for which it names no loop in service."""
    in_service = {loop.name for loop in state.in_service(state.design.hub.cooling_loops)}
    for placement in state.placements:
        for coolant in Coolant:
            if loop_of(placement, coolant) not in in_service:
                heat_kw = sum(heat.rack.count * heat.by(coolant) for heat in heats_in(state.design, placement))
                if heat_kw:
                    yield placement, coolant, heat_kw


def loop_declared(state: State, placement: Placement, coolant: Coolant) -> bool:
    """Whether the plan declares where the heat should go: a loop by name, or such a loop in the hall."""
    in_hall = any(
        loop.hall == placement.hall and loop.coolant is coolant
        for loop in state.in_service(state.design.hub.cooling_loops)
    )
    return in_hall or loop_of(placement, coolant) is not None


def _without_loop_claim(state: State, placement: Placement, coolant: Coolant, heat_kw: float) -> Claim:
    if not loop_declared(state, placement, coolant):
        missing = (f"{coolant}_loop of {placement.name}",)
        return unknown(placement, "kW", missing, part=coolant, demand=heat_kw)
    named = loop_of(placement, coolant)
    why = f"no {coolant}_loop is named" if named is None else f"{named} is not in service on that day"
    return must_be_zero(
        placement,
        heat_kw,
        "kW",
        part=coolant,
        inputs=tuple(_by_racks(state, placement, coolant)),
        hint=lambda over: f"{number(over)} kW leave by {coolant}, and {why}: name a loop in service",
    )


def _by_racks(state: State, placement: Placement, coolant: Coolant) -> Iterator[Input]:
    for heat in heats_in(state.design, placement):
        if kw := heat.by(coolant):
            given = Input(
                f"{coolant} heat of {heat.rack.name}", kw, "kW", "it_power_kw and liquid_fraction of one rack"
            )
            yield times_of(heat.rack.count, given)


@rule(
    "COOL-008",
    "Losses of transformers, UPSes and rectifiers go to a loop",
    severity=Verdict.REVIEW,
    formula="P_in - P_out of equipment that stands indoors, and that no loop names in cooled_equipment, = 0",
    basis="losses are about 5 % of the IT power; docs/basis/cooling.md#heat-balance",
)
def losses_removed(state: State) -> Iterator[Claim]:
    """Losses of each group of converting equipment that stands indoors and serves a hall with loops."""
    graph = power_graph_of(state)
    cooled = {loop.hall for loop in state.in_service(state.design.hub.cooling_loops)}
    for loss in conversion_losses_of(state):
        place = graph.index[loss.node.name]
        if not getattr(loss.node, "outdoors", False) and cooled.intersection(graph.halls[place]):
            yield _loss_claim(loss)


def _loss_claim(loss: ConversionLoss) -> Claim:
    return must_be_zero(
        loss.node,
        0.0 if loss.loops else loss.kw,
        "kW",
        inputs=(
            Input("P_in - P_out", loss.kw, "kW", LOAD_FLOW),
            Input("loops that take it", len(loss.loops), "loops", "cooled_equipment of this plan"),
        ),
        hint=lambda over: (
            f"{number(over)} kW of losses heat the room: name {loss.node.name} in the cooled_equipment of a loop"
        ),
        missing=() if loss.loops else loss.missing,
    )
