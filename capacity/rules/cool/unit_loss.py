"""COOL-005: loss of one unit of the cooling plant, and of the utility."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.cooling import CoolingLoop
from petaplan.capacity.findings import TOLERANCE, Input, Verdict, number
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.cool.restart import restarts
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import Plant, after_one_unit, heat_loads_of, plant_of
from petaplan.capacity.thermal.redundant_plant import RedundantPlant, redundant_plant_of


def broken_by_one_unit(state: State) -> Iterator[tuple[Plant, float]]:
    """Pieces of plant that cannot carry their heat load without one unit, and the heat that is left over, kW."""
    others = redundant_plant_of(state)
    for piece in plant_of(state):
        left_over = others.own_kw(piece.name) - after_one_unit(piece)
        if left_over > TOLERANCE * others.own_kw(piece.name):
            yield piece, left_over


@rule(
    "COOL-005",
    "Cooling survives the loss of a pump, CDU or chiller",
    severity=Verdict.WARNING,
    formula="Q that the others on its loops cannot move <= (units - 1) x unit_rated_kw; "
    "start_seconds of the generators + restart_seconds of each group without ride-through <= ride_through_seconds; "
    "groups without a generator = 0 where the racks have one",
    basis="each unit of plant lost once, with the seconds that remain; docs/basis/cooling.md#loss-of-plant",
)
def unit_lost(state: State) -> Iterator[Claim]:
    """One unit of each piece of plant; and each loop while its plant waits for the generators."""
    behind, others = _loops_behind(state), redundant_plant_of(state)
    for piece in plant_of(state):
        yield _unit_claim(state, piece, behind.get(piece.name, []), others)
    yield from restarts(state)


def _unit_claim(state: State, piece: Plant, loops: list[CoolingLoop], others: RedundantPlant) -> Claim:
    load, own_kw = heat_loads_of(state)[piece.name], others.own_kw(piece.name)
    seconds = min((loop.ride_through_seconds for loop in loops), default=0.0)
    return at_most(
        piece,
        own_kw,
        after_one_unit(piece),
        "kW",
        part="one-unit",
        inputs=(
            Input("heat load", load.kw, "kW", "racks of this plan, and losses of cooled_equipment"),
            Input("Q that the others on its loops cannot move", own_kw, "kW", "most that the plant of its loops moves"),
            planned(piece, "units", "unit_rated_kw"),
            Input("ride_through_seconds", seconds, "s", "loops of this plan"),
        ),
        hint=lambda over: _time_left(over, seconds * sum(heat_loads_of(state)[loop.name].kw for loop in loops) / over),
        missing=load.gaps,
    )


def _time_left(over_kw: float, seconds: float) -> str:
    return (
        f"{number(over_kw)} kW of heat are not removed: {number(seconds)} s remain until as much load must be switched "
        "off; add a unit"
    )


def _loops_behind(state: State) -> Mapping[str, list[CoolingLoop]]:
    """The loops that warm up when a piece of plant fails."""
    behind: dict[str, list[CoolingLoop]] = {}
    for loop in state.in_service(state.design.hub.cooling_loops):
        for name in (loop.name, *loop.chillers):
            behind.setdefault(name, []).append(loop)
    for cdu in state.in_service(state.design.hub.cdus):
        behind.setdefault(cdu.name, []).extend(behind.get(cdu.loop, ()))
    return behind
