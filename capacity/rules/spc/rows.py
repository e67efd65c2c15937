"""SPC-005, SPC-006, SPC-007: rows, aisles and the way in."""

from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import PLAN, Claim, at_least, at_most, must_be_zero, planned
from petaplan.capacity.fabrics.layout import Position, overlaps, places
from petaplan.capacity.findings import Input, Verdict, count_of, number
from petaplan.capacity.hardware import RackModel
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rule import rule
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State

MM_PER_M = 1_000.0


@rule(
    "SPC-005",
    "No two racks share a position",
    formula="positions that two racks of a row claim, or that are beyond its end, = 0",
    basis="a rack takes width_mm / rack_pitch_m positions of its row; docs/basis/space.md#positions-in-a-row",
)
def places_once(state: State) -> Iterator[Claim]:
    """Rack groups with a declared row and slot, hall by hall."""
    halls: dict[str, list[Position]] = {}
    for place in places(state.design, state.placements):
        halls.setdefault(place.hall.name, []).append(place)
    for here in halls.values():
        yield _places_claim(here[0].hall, here)


def _places_claim(hall: Hall, here: list[Position]) -> Claim:
    shared = list(overlaps(here))
    outside = [(place, many) for place in here if (many := _beyond(hall, place)) > 0]
    return must_be_zero(
        hall,
        sum(many for *_, many in shared) + sum(many for _, many in outside),
        "positions",
        inputs=(
            planned(hall, "rack_pitch_m"),
            *(Input(f"shared by {a.label} and {b.label}", many, "positions", PLAN) for a, b, many in shared),
            *(Input(f"beyond row {a.row} for {a.label}", many, "positions", PLAN) for a, many in outside),
        ),
        hint=lambda _: _clashes(hall, shared, outside),
    )


def _clashes(hall: Hall, shared: list[tuple[Position, Position, int]], outside: list[tuple[Position, int]]) -> str:
    clashes = [f"{one.label} and {other.label} share {count_of(many, 'position')}" for one, other, many in shared]
    clashes += [_outside(hall, place, many) for place, many in outside]
    return "; ".join(clashes[:3]) + (f"; and {len(clashes) - 3} more" if len(clashes) > 3 else "")


def _outside(hall: Hall, place: Position, many: int) -> str:
    if hall.rows is not None and place.row > hall.rows:
        return f"{place.label} is in row {place.row} of {hall.rows}"
    return f"{place.label} needs {count_of(many, 'position')} beyond the end of row {place.row}"


def _beyond(hall: Hall, place: Position) -> int:
    """Positions that a rack group needs beyond the end of its row, or in a row that the hall does not have."""
    if hall.rows is None:
        return 0
    if place.row > hall.rows:
        return place.slots
    return max(0, min(place.slots, place.last_slot - hall.rack_positions // hall.rows))


@rule(
    "SPC-006",
    "Racks are no deeper than the pitch of the rows",
    formula="depth_mm / 1000 <= row_pitch_m",
    basis="a row and its aisle share the pitch; docs/basis/space.md#positions-in-a-row",
)
def depth(state: State) -> Iterator[Claim]:
    """The deepest rack of each hall against the pitch of its rows."""
    for hall, deepest_m, inputs in _deepest(state):
        yield at_most(
            hall,
            deepest_m,
            hall.row_pitch_m,
            "m",
            inputs=(*inputs, planned(hall, "row_pitch_m")),
            hint=lambda over: f"Over by {number(over * MM_PER_M)} mm: increase the pitch of the rows",
        )


@rule(
    "SPC-007",
    "Aisles and the way in are large enough",
    severity=Verdict.REVIEW,
    formula="minimum_aisle_m <= row_pitch_m - depth_mm / 1000; weight_kg of the heaviest rack <= access_route_load_kg",
    basis="aisle, service clearance, lift and door; docs/basis/space.md#aisles-and-access",
)
def access(state: State) -> Iterator[Claim]:
    """The aisle beside the deepest rack, and the way in for the heaviest rack where it is declared."""
    for hall, deepest_m, inputs in _deepest(state):
        yield at_least(
            hall,
            max(0.0, hall.row_pitch_m - deepest_m),
            hall.minimum_aisle_m,
            "m",
            part="aisle",
            inputs=(*inputs, planned(hall, "row_pitch_m", "minimum_aisle_m")),
            hint=lambda short: f"Short by {number(short)} m: increase the pitch of the rows",
        )
    for hall in state.in_service(state.design.hub.halls):
        if hall.access_route_load_kg is not None and hall.name in state.placements_by_hall:
            yield _way_in_claim(state, hall, hall.access_route_load_kg)


def _way_in_claim(state: State, hall: Hall, limit_kg: float) -> Claim:
    runs = [facts for one in state.placements_by_hall[hall.name] for _, facts in state.design.pod(one).rack_groups]
    heaviest = max(runs, key=lambda facts: facts.weight_kg.value or 0.0)
    return at_most(
        hall,
        heaviest.weight_kg.value,
        limit_kg,
        "kg",
        part="way in",
        inputs=(*heaviest.weight_kg.inputs, planned(hall, "access_route_load_kg")),
        hint=lambda over: f"Over by {number(over)} kg: deliver racks empty, or use another way in",
        missing=tuple(dict.fromkeys(name for facts in runs for name in facts.weight_kg.missing)),
    )


def _deepest_of(models: Iterable[RackModel]) -> RackModel:
    """The deepest of some models of racks; one of unknown depth comes last."""
    return max(models, key=lambda model: model.depth_mm.value if model.depth_mm else 0.0)


def _deepest(state: State) -> Iterator[tuple[Hall, float, tuple[Input, ...]]]:
    """Each hall with racks of known depth, the depth of the deepest, m, and its figure."""
    for hall in state.in_service(state.design.hub.halls):
        placed = state.placements_by_hall.get(hall.name, ())
        models = [facts.model for one in placed for _, facts in state.design.pod(one).rack_groups]
        deepest = _deepest_of(models) if models else None
        if deepest is not None and deepest.depth_mm is not None:
            yield hall, deepest.depth_mm.value / MM_PER_M, from_catalogue(deepest, "depth_mm").inputs
