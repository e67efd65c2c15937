"""Building blocks: what a plan made of them holds, and what they refuse."""

import pytest

from petaplan.capacity.blocks import LeafSpine, TwoSidedHall, joined, leaf_spine, network_row, two_sided_hall, units_for
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Hub
from petaplan.old_names import OldName

SHAPE = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)


def hall(name: str = "hall-a", power_kw: float = 13_000) -> TwoSidedHall:
    return two_sided_hall(
        name,
        site="site",
        phase="phase-1",
        grid=("grid-a", "grid-b"),
        it_power_limit_kw=power_kw,
        rows=7,
        racks_in_a_row=64,
        floor_area_m2=1_300,
    )


@pytest.mark.parametrize(("demand", "units"), [(0, 0), (1_249.9, 1), (1_250, 1), (1_250.1, 2), (2_500, 2)])
def test_units_are_the_fewest_that_carry_the_demand(demand: float, units: int) -> None:
    assert units_for(demand, 1_250) == units


@pytest.mark.parametrize("power_kw", [500, 5_000, 13_000, 17_000])
def test_each_side_carries_the_whole_hall_without_its_spare_unit(power_kw: float) -> None:
    block = hall(power_kw=power_kw)
    for ups in block.ups_systems:
        assert (ups.units - ups.spare_units) * ups.unit_rated_kw * 0.95 >= power_kw
    for transformer in block.transformers:
        assert (transformer.units - transformer.spare_units) * transformer.unit_rated_kva * 0.95 > power_kw
    for generator in block.generators:
        assert (generator.units - generator.spare_units) * generator.unit_rated_kw > power_kw


def test_every_row_has_a_feed_a_side_and_what_it_names_is_in_the_hall() -> None:
    block = hall()
    names = {feed.name for feed in block.feeds}
    assert {name for row in range(1, 8) for name in block.row_feeds(row)} == names
    assert {loop.name for loop in block.cooling_loops} == {block.liquid_loop, block.air_loop}


def test_halls_are_joined_to_what_the_hub_has() -> None:
    made = joined(Hub(name="two", sites=(), phases=()), [hall("hall-a"), hall("hall-b")])
    assert [one.name for one in made.halls] == ["hall-a", "hall-b"]
    assert len(made.busways) == 2 * 2 * 7


def test_findings_name_the_line_that_asked_for_a_block() -> None:
    block = hall()
    files = {str(noun.declared_at).rpartition(":")[0] for noun in (block.hall, *block.feeds, *block.chillers)}
    assert files == {"tests/capacity/test_blocks.py"}


def test_a_switch_that_is_not_in_the_catalogue_is_refused_with_the_nearest_one() -> None:
    shape = LeafSpine(switch="generic-switch-128x400", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
    with pytest.raises(PlanError, match="did you mean 'generic-switch-128x400g'"):
        leaf_spine("roce", shape, phase="phase-1", site="site", nodes=64)


def test_the_racks_of_fabrics_stand_side_by_side_and_hold_their_switches() -> None:
    fabrics = [leaf_spine(name, SHAPE, phase="phase-1", site="site", nodes=64) for name in ("one", "two")]
    first, second = network_row(hall(), 7, fabrics)
    assert (first.row, first.slot, first.fabrics) == (7, 1, ("one",))
    assert second.slot is not None and second.slot > first.count


def test_the_old_name_of_an_argument_is_read_with_one_notice() -> None:
    given = {"site": "s", "phase": "p", "grid": ("a", "b"), "it_power_limit_kw": 900, "rows": 1, "floor_area_m2": 90}
    with pytest.warns(OldName, match="cabinets_in_a_row is now racks_in_a_row") as notices:
        block = two_sided_hall("h", **given, cabinets_in_a_row=8)  # type: ignore[arg-type, call-arg]
    assert (len(notices), block.hall.rack_positions) == (1, 8)
    with pytest.raises(PlanError, match="drop 'cabinets_in_a_row'"):
        two_sided_hall("h", **given, cabinets_in_a_row=8, racks_in_a_row=8)  # type: ignore[arg-type, call-arg]
