"""COOL-005: loss of one unit of the cooling plant, and of the utility."""

import math
from collections.abc import Iterator, Mapping

from petaplan.capacity.claims import PLAN, Claim, at_most, must_be_zero
from petaplan.capacity.cooling import Chiller, CoolingLoop
from petaplan.capacity.electric.flow import flow_without_utility
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.reserve import bridge_seconds, generators_above, storages_above
from petaplan.capacity.failover.contingencies import contingencies_of
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.power import Generator, Ups
from petaplan.capacity.rule import rule
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import Plant, after_one_unit, heat_loads_of, plant_of
from petaplan.capacity.thermal.redundant_plant import RedundantPlant, redundant_plant_of


def broken_by_one_unit(state: State) -> Iterator[tuple[Plant, float]]:
    """Pieces of plant that cannot carry their heat load without one unit, and the heat that is left over, kW."""
    others = redundant_plant_of(state)
    for piece in plant_of(state):
        capacity = after_one_unit(piece) + others.free_kw(piece.name)
        left_over = heat_loads_of(state)[piece.name].kw - capacity
        if left_over > 1e-9 * capacity:
            yield piece, left_over


@rule(
    "COOL-005",
    "Cooling survives the loss of a pump, CDU or chiller",
    severity=Verdict.WARNING,
    formula="Q <= (units - 1) x unit_rated_kw + free capacity of the others on its loops; "
    "start_seconds of the generators + restart_seconds of the chillers <= ride_through_seconds; "
    "chillers without a generator = 0 where the racks have one",
    basis="each unit of plant lost once, with the seconds that remain; docs/basis/cooling.md#loss-of-plant",
)
def unit_lost(state: State) -> Iterator[Claim]:
    """One unit of each piece of plant; and each loop while its chillers wait for the generators."""
    behind, others = _loops_behind(state), redundant_plant_of(state)
    for piece in plant_of(state):
        yield _unit_claim(state, piece, behind.get(piece.name, []), others)
    yield from _restarts(state)


def _unit_claim(state: State, piece: Plant, loops: list[CoolingLoop], others: RedundantPlant) -> Claim:
    load, free_kw = heat_loads_of(state)[piece.name], others.free_kw(piece.name)
    seconds = min((loop.ride_through_seconds for loop in loops), default=0.0)
    return at_most(
        piece,
        load.kw,
        after_one_unit(piece) + free_kw,
        "kW",
        part="one-unit",
        inputs=(
            Input("heat load", load.kw, "kW", "racks of this plan, and losses of cooled_equipment"),
            Input("units", piece.units, "units", PLAN),
            Input("unit_rated_kw", piece.unit_rated_kw, "kW", PLAN),
            Input("free capacity of the others on its loops", free_kw, "kW", "plant of this plan"),
            Input("ride_through_seconds", seconds, "s", "loops of this plan"),
        ),
        hint=lambda over: _time_left(over, seconds * sum(heat_loads_of(state)[loop.name].kw for loop in loops) / over),
        missing=tuple(load.missing),
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


def _restarts(state: State) -> Iterator[Claim]:
    """Seconds without chillers after the loss of the utility, against the ride-through of each loop."""
    found = contingencies_of(state)
    gaps, not_missed = dict(_gaps(found.graph, state)), found.not_missed(flow_without_utility(found.graph))
    for loop in state.in_service(state.design.hub.cooling_loops):
        known = [name for name in loop.chillers if name in gaps]
        stopped = [name for name in known if math.isinf(gaps[name]) and name not in not_missed]
        if loop.hall in found.backed and stopped:
            yield _stopped_claim(loop, stopped)
        waits = [(gaps[name], state.design.by_name[name]) for name in known if not math.isinf(gaps[name])]
        if waits:
            yield _restart_claim(loop, waits)


def _stopped_claim(loop: CoolingLoop, stopped: list[str]) -> Claim:
    return must_be_zero(
        loop,
        len(stopped),
        "chiller groups without a generator",
        part="restart",
        hint=f"{', '.join(stopped)} stop while the generators carry the racks: feed them from these generators too",
    )


def _restart_claim(loop: CoolingLoop, waits: list[tuple[float, Chiller]]) -> Claim:
    return at_most(
        loop,
        max(gap_s + (chiller.restart_seconds or 0.0) if gap_s else 0.0 for gap_s, chiller in waits),
        loop.ride_through_seconds,
        "s",
        part="restart",
        inputs=tuple([given for gap_s, chiller in waits for given in _restart_inputs(gap_s, chiller)]),
        hint=lambda over: (
            f"Over by {number(over)} s: add a buffer tank or a battery, or feed pumps and chillers from the UPS"
        ),
        missing=tuple([f"restart_seconds of {c.name}" for gap_s, c in waits if gap_s and c.restart_seconds is None]),
    )


def _restart_inputs(gap_s: float, chiller: Chiller) -> tuple[Input, Input]:
    return (
        Input(f"start of the generators for {chiller.name}", gap_s, "s", PLAN),
        Input(f"restart_seconds of {chiller.name}", chiller.restart_seconds or 0.0, "s", PLAN),
    )


def _gaps(graph: PowerGraph, state: State) -> Iterator[tuple[str, float]]:
    """Seconds until generators carry each chiller group: 0 where bridged, infinite without any generator."""
    above, behind_ups = generators_above(graph), _behind_ups(graph)
    for chiller in state.in_service(state.design.hub.chillers):
        places = [graph.index[name] for name in chiller.fed_by if name in graph.index]
        starts = [_start_seconds(graph, other) for place in places for other in above[place]]
        if not starts:
            if chiller.unit_electrical_kw and chiller.fed_by:
                yield chiller.name, math.inf
            continue
        bridged = all(behind_ups[place] or _bridged(graph, place, max(starts)) for place in places)
        yield chiller.name, 0.0 if bridged else max(starts)


def _start_seconds(graph: PowerGraph, place: int) -> float:
    node = graph.nodes[place]
    assert isinstance(node, Generator)
    return node.start_seconds


def _behind_ups(graph: PowerGraph) -> list[bool]:
    """Whether each path from an object to a source passes a UPS."""
    found: list[bool] = []
    for node, upstream in zip(graph.nodes, graph.upstream, strict=True):
        found.append(isinstance(node, Ups) or (bool(upstream) and all(found[source] for source in upstream)))
    return found


def _bridged(graph: PowerGraph, place: int, seconds: float) -> bool:
    return any(bridge_seconds(graph, battery) >= seconds for battery in storages_above(graph, place))
