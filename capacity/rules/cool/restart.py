"""Claims of COOL-005 about a loss of the utility: how long each loop is without flow or without chillers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.capacity.claims import PLAN, Claim, at_most, each_of, must_be_zero, planned
from petaplan.capacity.cooling import Cdu, Chiller, CoolingLoop
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.outage import start_seconds
from petaplan.capacity.electric.reserve import ride_through_seconds
from petaplan.capacity.failover.contingencies import contingencies_of
from petaplan.capacity.findings import Input, later, number
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import Plant, plant_of
from petaplan.capacity.thermal.redundant_plant import redundant_plant_of


@dataclass(frozen=True, slots=True)
class Wait:
    """A group of plant after a loss of the utility: seconds until it has power, and until it works again."""

    piece: Plant
    power_s: float
    """0 where a source rides through; infinite where no generator carries it."""

    @property
    def restart_s(self) -> float | None:
        """Seconds to start again; only chillers take any, and 0 where the power never fails."""
        again = self.piece.restart_seconds if isinstance(self.piece, Chiller) else 0.0
        return again if self.power_s else 0.0

    @property
    def seconds(self) -> float:
        """Seconds until it works again; infinite where they are not known."""
        return math.inf if self.restart_s is None else self.power_s + self.restart_s


def restarts(state: State) -> Iterator[Claim]:
    """Seconds without flow, or without chillers, after a loss of the utility; and plant that stays without power."""
    waits = {wait.piece.name: wait for wait in _waits(power_graph_of(state), state)}
    backed = contingencies_of(state).backed
    never = frozenset(name for name, wait in waits.items() if math.isinf(wait.power_s))
    for loop in state.in_service(state.design.hub.cooling_loops):
        path = [waits[piece.name] for piece in _path(state, loop) if piece.name in waits]
        stopped = [wait for wait in path if wait.piece.name in never and _missed(state, wait, never)]
        if loop.hall in backed and stopped:
            yield _stopped_claim(loop, [wait.piece.name for wait in stopped])
        coming = [wait for wait in path if not math.isinf(wait.power_s)]
        if coming:
            yield _restart_claim(loop, [wait for wait in coming if _needed(state, waits, wait)])


def _waits(graph: PowerGraph, state: State) -> Iterator[Wait]:
    """The groups of plant that draw power, each with its time without any."""
    starts, held = start_seconds(graph), ride_through_seconds(graph)
    for piece in plant_of(state):
        places = [graph.index[name] for name in piece.fed_by if name in graph.index]
        power_s = min((math.inf if (start := starts[place]) is None else start for place in places), default=math.inf)
        if math.isinf(power_s):
            if piece.unit_electrical_kw and piece.fed_by:
                yield Wait(piece, power_s)
        else:
            yield Wait(piece, 0.0 if any(held[place] >= power_s for place in places) else power_s)


def _path(state: State, loop: CoolingLoop) -> Iterator[Plant]:
    """The plant that the heat of a loop passes: its pumps or fans, its CDUs, its chillers."""
    for piece in plant_of(state):
        of_loop = piece is loop or (isinstance(piece, Cdu) and piece.loop == loop.name)
        if of_loop or (isinstance(piece, Chiller) and piece.name in loop.chillers):
            yield piece


def _needed(state: State, waits: dict[str, Wait], wait: Wait) -> bool:
    """Whether the plant that works before a group does cannot do without it."""
    later = (name for name, other in waits.items() if other.seconds >= wait.seconds)
    return not wait.seconds or _missed(state, wait, frozenset(later))


def _missed(state: State, wait: Wait, dark: frozenset[str]) -> bool:
    """Whether a group is missed while some groups, itself among them, do not work."""
    return wait.piece.name not in redundant_plant_of(state).not_missed(dark)


def _stopped_claim(loop: CoolingLoop, stopped: list[str]) -> Claim:
    return must_be_zero(
        loop,
        len(stopped),
        "groups of plant without a generator",
        inputs=(each_of(stopped, "without a generator:", "groups of plant without a generator", "power graph"),),
        part="restart",
        hint=f"{', '.join(stopped)} stop while the generators carry the racks: feed them from these generators too",
    )


def _restart_claim(loop: CoolingLoop, waits: list[Wait]) -> Claim:
    return at_most(
        loop,
        max((wait.power_s + (wait.restart_s or 0.0) for wait in waits), default=0.0),
        loop.ride_through_seconds,
        "s",
        part="restart",
        inputs=(later(_restart_inputs, waits), planned(loop, "ride_through_seconds")),
        hint=lambda over: (
            f"Over by {number(over)} s: add a buffer tank or a battery, or feed pumps, CDUs and chillers from the UPS"
        ),
        missing=tuple(f"restart_seconds of {wait.piece.name}" for wait in waits if wait.restart_s is None),
    )


def _restart_inputs(waits: list[Wait]) -> Iterator[Input]:
    for wait in waits:
        name = wait.piece.name
        yield Input(f"start of the generators for {name}", wait.power_s, "s", "0 where a source rides through")
        if isinstance(wait.piece, Chiller) and wait.restart_s is not None:
            yield Input(f"restart_seconds of {name}", wait.restart_s, "s", PLAN)
