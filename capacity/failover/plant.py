"""Single losses of cooling plant: the heat that nothing moves, the racks that it belongs to, and the load of the rest.

The heat of a loop splits over the pieces that take it by the capacity that they have left, spare units included.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.cooling import Coolant
from petaplan.capacity.failover.contingencies import ratio_of
from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.memo import memoized
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import Plant, handed_on, heat_loads_of, loop_of, plant_of, running_kw
from petaplan.capacity.thermal.redundant_plant import redundant_plant_of

PERCENT = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlantLoss:
    """The loss of one unit of a piece of plant."""

    object: str
    whole: bool
    """Whether the piece has no other unit."""
    left_over_kw: float
    """Heat that neither the rest of it nor the other pieces on its loops move, kW."""
    racks: int
    """Racks on the loops whose heat is left over; 0 where all of it is moved."""
    ride_through_seconds: float
    """Least time that those loops keep the hardware cool; 0 where all heat is moved."""
    survivor: str
    """The piece nearest to its limit among those that take over; empty if there is none."""
    before_percent: float
    """Load of that piece with nothing lost, of its units in operation."""
    after_percent: float
    """Load of that piece after the loss, of the units that it has left."""
    verdict: str
    """``survives`` or ``overload``."""


def plant_losses_of(state: State) -> Iterator[PlantLoss]:
    """One unit of each piece of plant: the whole of one that has a single unit."""
    for piece in plant_of(state):
        yield _loss(state, piece, piece.units - 1)


def all_units_kw(piece: Plant, units: int | None = None) -> float:
    """Heat that so many units of a piece move, all of them unless given, kW."""
    return (piece.units if units is None else units) * piece.unit_rated_kw


@memoized
def resting_plant_percent(state: State) -> Mapping[str, float]:
    """Heat load of each piece with nothing lost, in percent of its units in operation."""
    loads = heat_loads_of(state)
    return {piece.name: ratio_of(loads[piece.name].kw, running_kw(piece)) * PERCENT for piece in plant_of(state)}


def percent_after(state: State, lost: str, units_left: int) -> dict[str, float]:
    """Load of the piece and of its partners after a loss, in percent of the units that each has left."""
    pieces, exchanges = _pieces(state), _exchanges(state)
    reached = dict.fromkeys((lost, *(taker.name for _, takers in exchanges.get(lost, ()) for taker in takers)))
    carried = {name: 0.0 if name in exchanges else heat_loads_of(state)[name].kw for name in reached}

    def left_kw(piece: Plant) -> float:
        return all_units_kw(piece, units_left if piece.name == lost else None)

    for loop, takers in {key: one for name in reached for key, one in exchanges.get(name, ())}.items():
        whole = sum(map(left_kw, takers))
        for taker in takers:
            if taker.name in carried and whole:
                carried[taker.name] += heat_loads_of(state)[loop[0]].kw * left_kw(taker) / whole
    return {
        name: ratio_of(carried[name], left_kw(pieces[name])) * PERCENT for name in reached if name != lost or units_left
    }


@memoized
def _pieces(state: State) -> Mapping[str, Plant]:
    return {piece.name: piece for piece in plant_of(state)}


Stage = tuple[str, int]
"""A loop, and the number of the stage at which pieces take its heat."""


@memoized
def _exchanges(state: State) -> Mapping[str, Sequence[tuple[Stage, tuple[Plant, ...]]]]:
    """For each piece the loops whose heat it takes, with all that take it at the same stage: CDUs, then chillers."""
    found: dict[str, list[tuple[Stage, tuple[Plant, ...]]]] = {}
    for stage, (loop, takers) in enumerate(handed_on(plant_of(state))):
        for taker in takers:
            found.setdefault(taker.name, []).append(((loop.name, stage), takers))
    return found


def _loss(state: State, piece: Plant, units_left: int) -> PlantLoss:
    own_kw = redundant_plant_of(state).own_kw(piece.name)
    over = own_kw - all_units_kw(piece, units_left)
    left_over_kw = over if over > TOLERANCE * own_kw else 0.0
    loops = loops_behind(state).get(piece.name, ()) if left_over_kw else ()
    after = percent_after(state, piece.name, units_left)
    nearest = max(after, key=lambda name: (after[name], name), default="")
    return PlantLoss(
        object=piece.name,
        whole=units_left == 0,
        left_over_kw=left_over_kw,
        racks=racks_on(state, loops) if loops else 0,
        ride_through_seconds=min((state.design.by_name[loop].ride_through_seconds for loop in loops), default=0.0),
        survivor=nearest,
        before_percent=resting_plant_percent(state).get(nearest, 0.0),
        after_percent=after.get(nearest, 0.0),
        verdict="overload" if left_over_kw else "survives",
    )


def racks_on(state: State, loops: Collection[str]) -> int:
    """Racks whose heat goes to any of some loops."""
    return sum(
        state.design.pod(placement).rack_count
        for placement in state.placements
        if any(loop_of(placement, coolant) in loops for coolant in Coolant)
    )


@memoized
def loops_behind(state: State) -> Mapping[str, tuple[str, ...]]:
    """The loops that warm up when a piece of plant fails."""
    behind: dict[str, dict[str, None]] = {}
    for loop in state.in_service(state.design.hub.cooling_loops):
        for name in (loop.name, *loop.chillers):
            behind.setdefault(name, {})[loop.name] = None
    for cdu in state.in_service(state.design.hub.cdus):
        behind.setdefault(cdu.name, {}).update(behind.get(cdu.loop, {}))
    return {name: tuple(loops) for name, loops in behind.items()}
