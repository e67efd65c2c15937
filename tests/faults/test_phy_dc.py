"""PHY-10: direct current is computed as direct current, from the rectifier to the rack."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.cooling import Coolant, CoolingLoop
from petaplan.capacity.document.plan import read
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.site import Jurisdiction
from petaplan.capacity.state import states_of
from tests.faults.phy import PLANS, finding, findings, plan

RACK_KW = 42.5
VOLTS = 800.0
AMPS = 53.125
"""42.5 kW over 800 V, by hand: no power factor and no square root."""


@pytest.fixture(scope="module")
def hall() -> Hub:
    """One path of direct current: transformer, rectifiers, busway, circuits, four racks of 42.5 kW."""
    return plan("PHY-10")


def test_phy_10_a_circuit_of_800_v_carries_power_over_voltage(hall: Hub) -> None:
    breaker = finding(hall, "PWR-003", "feed-a")
    assert breaker.demand == pytest.approx(AMPS)
    assert finding(hall, "PWR-002", "liquid-pod").demand == pytest.approx(AMPS)
    assert breaker.capacity == pytest.approx(125)


def test_phy_10_a_circuit_that_is_too_small_is_told_in_kilowatts(hall: Hub) -> None:
    small = hall.replace(feeds=tuple(feed.replace(rated_current_a=50) for feed in hall.feeds))
    hint = finding(small, "PWR-002", "liquid-pod").hint
    assert "on a circuit of 40 kW" in hint
    assert "kVA" not in hint


def test_phy_10_a_busway_of_direct_current_carries_power_over_voltage(hall: Hub) -> None:
    busway = finding(hall, "PWR-001", "busway-a")
    assert (busway.demand, busway.capacity) == pytest.approx((4 * AMPS, 630))
    assert busway.unit == "A"


def test_phy_10_rectifiers_and_what_is_above_them_carry_the_racks_and_the_losses(hall: Hub) -> None:
    flow = normal_flow(power_graph_of(next(iter(states_of(resolve(hall, load()))))))
    drawn = 4 * RACK_KW / 0.97 + 3 * 0.5
    assert finding(hall, "PWR-029", "rectifier-a").demand == pytest.approx(4 * RACK_KW)
    assert flow.input_of("rectifier-a") == pytest.approx(drawn)
    assert flow.input_of("transformer-a") == pytest.approx(drawn / 0.99 + 1.2)
    assert finding(hall, "PWR-007", "transformer-a").demand == pytest.approx((drawn / 0.99 + 1.2) / 0.95)


@pytest.mark.parametrize("rule", ["PWR-001", "PWR-002", "PWR-003", "PWR-029"])
def test_phy_10_no_rule_asks_direct_current_for_a_power_factor_or_for_lines(hall: Hub, rule: str) -> None:
    for found in findings(hall, rule):
        names = {one.name for one in found.inputs}
        assert names.isdisjoint({"load_power_factor", "V of one circuit", "voltage_ll_v", "I_max"})
    assert not findings(hall, "PWR-008")
    assert not findings(hall, "PWR-025")


@given(st.floats(0.5, 1.0))
def test_phy_10_the_power_factor_of_the_site_changes_nothing_behind_the_rectifiers(factor: float) -> None:
    hub = plan("PHY-10")
    other = hub.replace(sites=(replace(hub.sites[0], load_power_factor=factor),))
    for rule in ("PWR-001", "PWR-002", "PWR-003", "PWR-029"):
        told = [[(one.subject, one.demand, one.capacity) for one in findings(each, rule)] for each in (hub, other)]
        assert told[0] == told[1]


def test_phy_10_practice_in_the_united_states_derates_direct_current_too(hall: Hub) -> None:
    there = hall.replace(sites=(replace(hall.sites[0], jurisdiction=Jurisdiction.US),))
    assert finding(there, "PWR-003", "feed-a").capacity == pytest.approx(100)
    assert finding(there, "PWR-001", "busway-a").capacity == pytest.approx(504)


def test_phy_10_losses_of_rectifiers_are_heat_of_the_room(hall: Hub) -> None:
    lost = 4 * RACK_KW / 0.97 + 3 * 0.5 - 4 * RACK_KW
    loop = CoolingLoop(
        name="air",
        phase="first",
        hall="hall",
        coolant=Coolant.AIR,
        unit_rated_kw=400,
        unit_electrical_kw=0,
        supply_temperature_c=20,
        return_temperature_c=35,
    )
    left = hall.replace(cooling_loops=(loop,))
    assert finding(left, "COOL-008", "rectifier-a").demand == pytest.approx(lost)
    taken = hall.replace(cooling_loops=(loop.replace(cooled_equipment=("rectifier-a",)),))
    assert finding(taken, "COOL-008", "rectifier-a").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("feeds", {"voltage_ll_v": 800}, "voltage_ll_v with supply: dc"),
        ("feeds", {"voltage_ln_v": 230, "line": 1}, "voltage_ln_v, line with supply: dc"),
        ("feeds", {"single_phase": True}, "single_phase with supply: dc"),
        ("feeds", {"voltage_dc_v": None}, "without voltage_dc_v"),
        ("feeds", {"supply": "ac"}, "voltage_dc_v with supply: ac"),
        ("busways", {"voltage_ll_v": 800}, "voltage_ll_v with supply: dc"),
        ("busways", {"voltage_dc_v": None}, "without voltage_dc_v"),
        ("busways", {"supply": "ac"}, "voltage_dc_v with supply: ac"),
        ("busways", {"supply": "ac", "voltage_dc_v": None}, "no voltage_ll_v"),
        ("busways", {"supply": "both"}, "'both'"),
    ],
)
def test_phy_10_what_contradicts_direct_current_is_refused(
    hall: Hub, table: str, change: dict[str, Any], words: str
) -> None:
    (row,) = getattr(hall, table)
    with pytest.raises(PlanError) as refused:
        check(hall.replace(**{table: (row.replace(**change),)}))
    assert words in "\n".join(str(problem) for problem in refused.value.problems)


def test_phy_10_a_document_says_the_same(tmp_path: Path) -> None:
    text = (PLANS / "PHY-10.yaml").read_text(encoding="utf-8").replace("supply: dc, voltage_dc_v", "voltage_dc_v")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        check(read(str(tmp_path / "plan.yaml")))
    assert len([one for one in refused.value.problems if "supply: ac" in str(one)]) == 2
