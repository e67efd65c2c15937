"""Floor plans: each rack has its place in the picture, and two share one only where the plan says so."""

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.layout import overlaps, places
from petaplan.capacity.fabrics.racks import RackLine, rack_lines
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.web.floor import LEFT, Floor, GroupMark, floor_of
from petaplan.infra.hong_kong import hub
from tests.hubs import hub as small_hub
from tests.hubs import pod
from tests.variants import examples


def _floors(design: Design) -> list[tuple[Sequence[RackLine], Floor]]:
    lines = rack_lines(design)
    return [
        (lines, floor_of(hall, [(at, line) for at, line in enumerate(lines) if line.hall == hall.name]))
        for hall in design.hub.halls
    ]


def _share(one: GroupMark, other: GroupMark) -> bool:
    return any(
        a.x < b.x + b.width - 1e-6
        and b.x < a.x + a.width - 1e-6
        and a.y < b.y + b.height - 1e-6
        and b.y < a.y + a.height - 1e-6
        for a in one.pieces
        for b in other.pieces
    )


def _check(design: Design) -> None:
    claimed = bool(list(overlaps(places(design, design.placements))))
    for lines, floor in _floors(design):
        for mark in floor.marks:
            assert sum(piece.racks for piece in mark.pieces) == lines[mark.at].count
            for piece in mark.pieces:
                assert piece.x >= LEFT
                assert piece.x + piece.width <= floor.width + 1e-6
                assert piece.y >= 0
                assert piece.y + piece.height <= floor.height
        assert claimed or not any(_share(one, other) for one, other in combinations(floor.marks, 2))


def _group(name: str, model: str, count: int, place: tuple[int, int] | None) -> RackGroup:
    row, slot = place or (None, None)
    return RackGroup(name=name, model=model, count=count, row=row, slot=slot)


@st.composite
def _plans(draw: DrawFn) -> Hub:
    """A hall with rack groups in any slots, or without a place."""
    models = ("huawei-cloudmatrix384-compute-rack", "generic-liquid-rack", "nvidia-dgx-h100-rack")
    spots = st.none() | st.tuples(st.integers(1, 40), st.integers(1, 200))
    pods = []
    for number in range(draw(st.integers(0, 6))):
        groups = tuple(
            _group(f"g{at}", draw(st.sampled_from(models)), draw(st.integers(1, 90)), draw(spots))
            for at in range(draw(st.integers(1, 3)))
        )
        pods.append(pod(f"pod-{number}", racks=groups))
    (hall,) = small_hub().halls
    rows, positions = draw(st.none() | st.integers(1, 30)), draw(st.integers(1, 3_000))
    return small_hub(pods=tuple(pods), halls=(hall.replace(rows=rows, rack_positions=positions),))


@settings(max_examples=examples(80))
@given(_plans())
def test_every_rack_of_any_plan_has_its_own_place(drawn: Hub) -> None:
    design = resolve(drawn, load())
    _check(design)
    marks = [mark for _, floor in _floors(design) for mark in floor.marks]
    assert sorted(mark.at for mark in marks) == list(range(len(rack_lines(design))))


def test_the_racks_of_the_hub_stand_in_their_slots() -> None:
    design = resolve(hub(), load())
    _check(design)
    for lines, floor in _floors(design):
        tops = {band.row: band.y for band in floor.bands}
        for mark in floor.marks:
            (piece,) = mark.pieces
            line = lines[mark.at]
            assert line.slot is not None
            assert piece.x == LEFT + (line.slot - 1) * floor.slot
            assert piece.y == tops[line.row]
            assert len(list(piece.cabinets())) == line.count


def test_a_hall_shows_its_empty_rows_too() -> None:
    design = resolve(hub(), load())
    for hall, (_, floor) in zip(design.hub.halls, _floors(design), strict=True):
        assert [band.row for band in floor.bands] == list(range(1, (hall.rows or 0) + 1))
        assert hall.rows is not None
        assert floor.slots == hall.rack_positions / hall.rows
