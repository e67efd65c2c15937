"""What holds of cooling whatever the plan."""

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import RackGroup
from petaplan.capacity.cooling import Coolant
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.findings import Finding
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.state import State, states_of
from petaplan.capacity.thermal.heat import flow_l_per_min, heat_loads_of, heats_of, liquid_share
from petaplan.capacity.thermal.redundant_plant import redundant_plant_of
from petaplan.reporting.units import number
from tests.scenario import FOLDER, scenario


@pytest.fixture(scope="module")
def two_sided() -> Hub:
    return scenario(FOLDER / "bases" / "two-sided.yaml").hub


def _last(hub: Hub) -> State:
    return states_of(resolve(hub, catalogue()))[-1]


def _found(hub: Hub, rule: str, subject: str) -> Finding:
    return next(f for f in check(hub).findings if (f.rule, f.subject) == (rule, subject))


@pytest.mark.parametrize(("heat_kw", "rise_k", "litres"), [(102, 10, 146.4), (1, 10, 1.435), (1, 8, 1.794)])
def test_flow_is_as_worked_out_by_hand(heat_kw: float, rise_k: float, litres: float) -> None:
    assert flow_l_per_min(heat_kw, rise_k) == pytest.approx(litres, abs=0.05)


def test_half_the_rise_asks_for_twice_the_flow() -> None:
    assert flow_l_per_min(100, 5) == pytest.approx(2 * flow_l_per_min(100, 10))


def test_heat_in_is_heat_out(two_sided: Hub) -> None:
    state = _last(two_sided)
    heat_loads = heat_loads_of(state)
    it_kw = sum(state.design.pod(placement).it_power_kw.value or 0 for placement in state.placements)
    lost_kw = normal_flow(power_graph_of(state)).losses_kw
    assert lost_kw > 0
    assert heat_loads["liquid"].kw == pytest.approx(4 * 42.5 * 0.8)
    assert heat_loads["liquid"].kw + heat_loads["air"].kw == pytest.approx(it_kw + lost_kw)
    assert heat_loads["cdus"].kw == pytest.approx(heat_loads["liquid"].kw)
    assert heat_loads["chillers"].kw == pytest.approx(it_kw + lost_kw)


def test_losses_go_to_the_loops_that_name_what_loses_by_the_units_that_run(two_sided: Hub) -> None:
    loop = two_sided.cooling_loops[1]
    more = loop.replace(name="more-air", units=1, spare_units=0, unit_rated_kw=loop.unit_rated_kw)
    more = more.replace(unit_electrical_kw=0)
    alone, shared = (
        heat_loads_of(_last(two_sided.replace(cooling_loops=loops)))
        for loops in (two_sided.cooling_loops, (*two_sided.cooling_loops, more))
    )
    lost_kw = normal_flow(power_graph_of(_last(two_sided))).losses_kw
    assert shared["more-air"].kw == pytest.approx(lost_kw / 3)
    assert alone["air"].kw - shared["air"].kw == pytest.approx(lost_kw / 3)


def test_two_chiller_groups_share_the_heat_by_the_units_that_run(two_sided: Hub) -> None:
    second = two_sided.chillers[0].replace(name="more-chillers", units=1, spare_units=0, unit_rated_kw=160)
    loops = tuple(loop.replace(chillers=("chillers", "more-chillers")) for loop in two_sided.cooling_loops)
    heat_loads = heat_loads_of(_last(two_sided.replace(chillers=(*two_sided.chillers, second), cooling_loops=loops)))
    assert heat_loads["more-chillers"].kw == pytest.approx(heat_loads["chillers"].kw / 2)


def test_a_cabinet_without_a_figure_takes_the_liquid_share_of_its_nodes(two_sided: Hub) -> None:
    state = _last(two_sided)
    (_, facts) = state.design.pod(two_sided.pods[1]).rack_groups[0]
    assert facts.liquid_fraction.value is None
    assert liquid_share(facts).value == 0.0


def test_liquid_and_air_add_up_to_the_power_of_every_cabinet_of_the_catalogue_that_is_known(two_sided: Hub) -> None:
    state = _last(two_sided)
    for placement in state.placements:
        for heat, (_, facts) in zip(
            heats_of(state.design.pod(placement).rack_groups), state.design.pod(placement).rack_groups, strict=True
        ):
            assert heat.by(Coolant.LIQUID) + heat.by(Coolant.AIR) == pytest.approx(facts.it_power_kw.value)


def test_more_racks_never_lower_the_heat_on_a_piece_of_plant(two_sided: Hub) -> None:
    more = two_sided.replace(pods=(*two_sided.pods, two_sided.pods[0].replace(name="one-more")))
    before, now = heat_loads_of(_last(two_sided)), heat_loads_of(_last(more))
    assert all(now[name].kw >= burden.kw for name, burden in before.items())
    assert now["liquid"].kw == pytest.approx(2 * before["liquid"].kw)


def test_pue_is_energy_of_a_year_and_falls_when_the_plant_runs_less(two_sided: Hub) -> None:
    def pue(cooling: float) -> float:
        site = two_sided.sites[0].replace(pue_limit=2.0, annual_it_load_fraction=0.8, annual_cooling_fraction=cooling)
        return _found(two_sided.replace(sites=(site,)), "COOL-006", "site").demand or 0

    assert 1 < pue(0.3) < pue(0.9)
    it_kwh = (4 * 42.5 + 4 * 23.2) * 0.8 * 8_760
    at_intake_kw = ((2 + 6 + 2) / 0.96 + 80) / 0.99  # pumps, fans and CDUs through a UPS, chillers through transformers
    assert pue(0.9) - pue(0.3) == pytest.approx(0.6 * at_intake_kw * 8_760 / it_kwh)


def test_the_seconds_that_remain_grow_as_less_heat_is_left_over(two_sided: Hub) -> None:
    def hint(unit_rated_kw: float) -> str:
        loop = two_sided.cooling_loops[0].replace(unit_rated_kw=unit_rated_kw)
        hub = two_sided.replace(cooling_loops=(loop, two_sided.cooling_loops[1]))
        return _found(hub, "COOL-005", "liquid/one-unit").hint

    assert "36 kW of heat are not removed: 340 s remain" in hint(100)
    assert "68 kW of heat are not removed: 180 s remain" in hint(68)
    assert "not removed" not in hint(136)


def test_the_seconds_that_remain_are_those_of_the_loop_that_holds_least(two_sided: Hub) -> None:
    """Chillers behind a liquid loop that holds 90 s and an air loop that holds 60."""
    weak = two_sided.replace(chillers=(two_sided.chillers[0].replace(units=2, spare_units=0),))
    found = _found(weak, "COOL-005", "chillers/one-unit")
    (held,) = [given.value for given in found.inputs if given.name == "ride_through_seconds"]
    assert held == 60
    assert found.demand is not None
    assert f"{60 * found.demand / (found.demand - 160):.1f} s remain" in found.hint


def test_plant_is_spared_only_where_the_heat_is_known_and_something_else_moves_it(two_sided: Hub) -> None:
    second = two_sided.chillers[0].replace(name="second", units=4, spare_units=1)
    loops = tuple(loop.replace(chillers=("chillers", "second")) for loop in two_sided.cooling_loops)
    both = two_sided.replace(chillers=(*two_sided.chillers, second), cooling_loops=loops)
    plant = redundant_plant_of(_last(both))
    assert plant.not_missed(frozenset({"chillers"})) == {"chillers"}
    assert plant.not_missed(frozenset({"chillers", "second"})) == frozenset()
    assert plant.not_missed(frozenset({"liquid"})) == frozenset(), "of a loop's own pumps there is one group"
    unknown = RackGroup(name="secret", model="huawei-atlas-950-cabinet", count=1)
    missing_inputs = both.replace(pods=(both.pods[0].replace(racks=(*both.pods[0].racks, unknown)), both.pods[1]))
    assert redundant_plant_of(_last(missing_inputs)).not_missed(frozenset({"chillers"})) == frozenset()


def test_what_only_one_group_can_move_is_the_heat_less_what_all_units_of_the_others_move(two_sided: Hub) -> None:
    second = two_sided.chillers[0].replace(name="second")
    liquid, air = two_sided.cooling_loops
    of_both = liquid.replace(chillers=("chillers", "second"))
    plan = two_sided.replace(chillers=(*two_sided.chillers, second), cooling_loops=(of_both, air))
    state = _last(plan)
    plant, heat_loads = redundant_plant_of(state), heat_loads_of(state)
    assert plant.own_kw("second") == 0, "three units of the first group move the heat of both loops"
    assert plant.own_kw("chillers") == pytest.approx(heat_loads["air"].kw), "the other has no part in the air loop"
    assert plant.own_kw("liquid") == heat_loads["liquid"].kw


@pytest.mark.parametrize("other_kw", [100, 200])
def test_the_seconds_that_remain_are_the_same_however_groups_share_the_heat(two_sided: Hub, other_kw: float) -> None:
    """Two groups of one unit each: 100 kW are left of the lost one's, whatever its part was."""
    first = two_sided.chillers[0].replace(units=1, spare_units=0, unit_rated_kw=200)
    second = first.replace(name="second", unit_rated_kw=other_kw)
    loops = tuple(loop.replace(chillers=("chillers", "second")) for loop in two_sided.cooling_loops)
    plan = two_sided.replace(chillers=(first, second), cooling_loops=loops)
    heat_loads = heat_loads_of(_last(plan))
    whole_kw = heat_loads["liquid"].kw + heat_loads["air"].kw
    hint = _found(plan, "COOL-005", "second/one-unit").hint
    assert f"{number(60 * whole_kw / (whole_kw - 200))} s remain" in hint
