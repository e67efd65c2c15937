"""Where cabinets stand, against a drawing of every pitch of every row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.fabrics.layout import Position, longest_run_m, overlaps, slots_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.resolving import resolve
from petaplan.capacity.site import Hall
from petaplan.infra.hong_kong import hub
from tests.hubs import hub as small
from tests.hubs import pod

HALL = Hall(
    name="hall",
    site="site",
    phase="first",
    floor_area_m2=500,
    floor_load_kpa=30,
    it_power_limit_kw=1_000,
    rack_positions=100,
)


def place(label: str, row: int, slot: int, slots: int) -> Position:
    return Position(pod(label), RackGroup(name="run", model="any-model"), HALL, row, slot, slots)


runs = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 20), st.integers(1, 6)), max_size=12)


@given(runs)
def test_rows_overlap_exactly_where_a_pitch_is_drawn_twice(rows: list[tuple[int, int, int]]) -> None:
    drawn: dict[tuple[int, int], int] = {}
    for row, slot, slots in rows:
        for pitch in range(slot, slot + slots):
            drawn[row, pitch] = drawn.get((row, pitch), 0) + 1
    found = list(overlaps(place(f"p-{i}", *run) for i, run in enumerate(rows)))
    assert bool(found) == any(count > 1 for count in drawn.values())


@given(runs, st.randoms())
def test_the_order_of_runs_does_not_change_what_overlaps(rows: list[tuple[int, int, int]], random: object) -> None:
    made = [place(f"p-{i}", *run) for i, run in enumerate(rows)]
    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(overlaps(made)) == list(overlaps(shuffled))


@given(st.integers(1, 3), st.integers(1, 20), st.integers(1, 3), st.integers(1, 20))
def test_a_cable_is_as_long_both_ways(row: int, slot: int, other_row: int, other_slot: int) -> None:
    one, other = place("a", row, slot, 2), place("b", other_row, other_slot, 3)
    assert longest_run_m(one, other) == longest_run_m(other, one)


def test_a_run_is_rows_and_pitches_and_the_drops_at_both_ends() -> None:
    assert longest_run_m(place("a", 1, 1, 4), place("b", 3, 10, 2)) == pytest.approx(2 * 3.0 + 10 * 0.6 + 8.0)


@given(st.integers(1, 100), st.sampled_from([600.0, 800.0, 700.0]))
def test_cabinets_side_by_side_fit_the_pitches_they_are_given(count: int, width_mm: float) -> None:
    slots = slots_of(count, width_mm, 0.6)
    assert (slots - 1) * 0.6 * 1_000 < count * width_mm <= slots * 600 + 1e-6


def test_between_two_halls_a_run_needs_the_way_to_their_entries() -> None:
    here = place("a", 1, 1, 4)
    there = Position(pod("b"), RackGroup(name="run", model="any-model"), HALL.replace(name="other"), 1, 1, 4)
    assert longest_run_m(here, there) is None
    entered = [
        Position(p.placement, p.rack, p.hall.replace(meet_me_room_cable_m=50.0), p.row, p.slot, p.slots)
        for p in (here, there)
    ]
    assert longest_run_m(*entered) == pytest.approx(2 * (50.0 + 3.0 + 4 * 0.6) + 8.0)


def test_nothing_in_the_hub_stands_in_one_place() -> None:
    from petaplan.capacity.check import report_on
    from petaplan.capacity.rules.spc.rows import places_once

    findings = report_on(resolve(hub(), load()), rules=(places_once,)).findings
    assert {finding.subject for finding in findings} == {hall.name for hall in hub().halls}
    assert {finding.demand for finding in findings} == {0.0}


def test_twice_the_cabinets_need_twice_the_places() -> None:
    from petaplan.capacity.check import report_on
    from petaplan.capacity.rules.spc.halls import positions

    def demand(count: int) -> float | None:
        plan = small(pods=(pod(count=count),))
        return report_on(resolve(plan, load()), rules=(positions,)).findings[0].demand

    assert demand(24) == 2 * (demand(12) or 0.0)
