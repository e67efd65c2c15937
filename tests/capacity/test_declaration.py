"""What makes a hub built in Python no valid declaration: names, references, dates, shapes, rings."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.compute import DeclaredTotals, NodeGroup, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import Cdu, Coolant, CoolingLoop
from petaplan.capacity.document import plan
from petaplan.capacity.document.verified import in_order, typed
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Equipment, EquipmentKind
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.power import SupplyStep
from petaplan.capacity.resolving import models_told_too, resolve
from petaplan.capacity.site import CarbonFactor
from tests import hubs

AIR_LOOP = CoolingLoop(
    name="air",
    phase="first",
    hall="hall",
    coolant=Coolant.AIR,
    unit_rated_kw=100,
    unit_electrical_kw=2,
    supply_temperature_c=24,
    return_temperature_c=36,
)


def refusal(hub: Hub) -> str:
    """Everything that is said against a hub."""
    with pytest.raises(PlanError) as caught:
        resolve(plan.verify(hub), load())
    return str(caught.value)


def told_together(hub: Hub) -> list[str]:
    """What is said against a hub whose names and models are both wrong."""
    with pytest.raises(PlanError) as caught, models_told_too():
        plan.verify(hub)
    return [str(problem) for problem in caught.value.problems]


def test_wrong_names_dates_shapes_and_models_are_told_together() -> None:
    half = Assumption(
        name="half", statement="s", reason="r", as_of=date(2026, 1, 1), model="huawei-ascend-910c", quantity="power_w"
    )
    pod = hubs.pod(hall="nowhere", phase="never", model="huawei-cloud", retired=date(2026, 1, 1))
    told = told_together(hubs.hub(pods=(pod,), assumptions=(half,)))

    for words in ("hall 'nowhere'", "phase 'never'", "part of a figure", "the model 'huawei-cloud'"):
        assert [words in line for line in told].count(True) == 1, words


def test_a_ring_and_a_wrong_model_are_told_together() -> None:
    phases = (hubs.phase("first", after=("second",)), hubs.phase("second", after=("first",)))
    ring, model = told_together(hubs.hub(phases=phases, pods=(hubs.pod(model="huawei-cloud"),)))

    assert "a ring in the phase graph" in ring
    assert "the model 'huawei-cloud'" in model


def test_the_small_hub_is_valid() -> None:
    assert plan.verify(hubs.hub()) == hubs.hub()


def test_a_problem_names_the_line_of_python_that_declared_the_object() -> None:
    assert "tests/hubs.py:" in refusal(hubs.hub(pods=(hubs.pod(hall="nowhere"),)))


def test_a_wrong_type_is_reported_like_any_other_problem() -> None:
    wrong: Any = "many"

    assert 'pods[0].racks[0].count: found "many"; expected integer' in refusal(hubs.hub(pods=(hubs.pod(count=wrong),)))


def test_two_pods_of_one_name_are_refused() -> None:
    assert "found the name of a pod at" in refusal(hubs.hub(pods=(hubs.pod(), hubs.pod())))


def test_a_pod_and_a_hall_of_one_name_are_refused() -> None:
    assert "found the name of a hall at" in refusal(hubs.hub(pods=(hubs.pod("hall"),)))


def test_two_racks_of_one_name_in_a_pod_are_refused() -> None:
    rack = RackGroup(name="r", model="huawei-cloudmatrix384-compute-rack")

    assert "the name again in pod 'pod-1'" in refusal(hubs.hub(pods=(hubs.pod(racks=(rack, rack.replace(count=2))),)))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hall", "hal", "hall 'hal'; expected the name of a declared hall; did you mean 'hall'?"),
        ("phase", "frist", "phase 'frist'; expected the name of a declared phase; did you mean 'first'?"),
        ("feeds", ("feed-c",), "feeds 'feed-c'; expected the name of a declared feed; did you mean 'feed-b'"),
        ("liquid_loop", "loop", "liquid_loop 'loop'; expected the name of a declared cooling loop"),
        ("fabrics", ("roce",), "fabrics 'roce'; expected the name of a declared fabric"),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(field: str, value: object, said: str) -> None:
    assert said in refusal(hubs.hub(pods=(hubs.pod().replace(**{field: value}),)))


def test_a_loop_of_the_other_medium_is_refused() -> None:
    cdu = Cdu(name="cdus", phase="first", loop="air", unit_rated_kw=100, unit_electrical_kw=1)
    said = refusal(hubs.hub(cooling_loops=(AIR_LOOP,), cdus=(cdu,), pods=(hubs.pod(liquid_loop="air"),)))

    assert "liquid_loop 'air', a loop of air; expected a loop of liquid" in said
    assert "loop 'air', a loop of air; expected a loop of liquid" in said.partition("CDU 'cdus'")[2]


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    said = refusal(hubs.hub(pods=(hubs.pod(model="huawei-cloudmatrix38-compute-rack"),)))

    assert "did you mean 'huawei-cloudmatrix384-compute-rack'" in said


def test_an_unknown_model_is_told_once_with_every_place_that_names_it() -> None:
    pods = tuple(hubs.pod(f"pod-{n}", racks=(RackGroup(name=f"r{n}", model="huawei-cloud"),)) for n in range(3))

    (told,) = refusal(hubs.hub(pods=pods)).splitlines()
    assert "rack 'r0': found the model 'huawei-cloud', 3 times (also at " in told
    assert told.count("rack 'r1'") == told.count("rack 'r2'") == 1


def test_of_many_places_with_an_unknown_model_five_more_are_listed_and_the_rest_counted() -> None:
    racks = tuple(RackGroup(name=f"r{n}", model="huawei-cloud") for n in range(40))

    (told,) = refusal(hubs.hub(pods=(hubs.pod(racks=racks),))).splitlines()
    assert "found the model 'huawei-cloud', 40 times" in told
    assert "rack 'r5'; 34 more); expected a rack model of the catalogue" in told
    assert "rack 'r6'" not in told


def test_two_unknown_models_are_told_together() -> None:
    pod = hubs.pod(model="huawei-cloud").replace(model="huawei-pod")

    told = refusal(hubs.hub(pods=(pod,))).splitlines()
    assert [line.partition("; expected ")[2].partition(";")[0] for line in told] == [
        "a pod model of the catalogue",
        "a rack model of the catalogue",
    ]


def test_problems_speak_of_kinds_in_words_of_the_trade() -> None:
    hub = hubs.hub()
    ups_systems = tuple(ups.replace(model="no-such-ups") for ups in hub.ups_systems)
    loop = AIR_LOOP.replace(model="no-such-loop")
    said = refusal(hub.replace(ups_systems=ups_systems, cooling_loops=(loop,)))

    assert "UPS 'ups-a': found the model 'no-such-ups', 2 times (also at " in said
    assert "UPS 'ups-b'); expected equipment of the catalogue" in said
    assert "cooling loop 'air': found the model 'no-such-loop'; expected equipment of the catalogue" in said


def test_equipment_of_another_kind_is_told_once_with_both_kinds() -> None:
    hub = hubs.hub()
    rows = load().table(Equipment)
    model = next(row.model for row in rows if row.kind is EquipmentKind.TRANSFORMER)
    (told,) = refusal(hub.replace(ups_systems=tuple(ups.replace(model=model) for ups in hub.ups_systems))).splitlines()

    assert f"UPS 'ups-a': found the model '{model}', a transformer, 2 times (also at " in told
    assert "expected a UPS of the catalogue" in told


def test_an_unknown_node_in_a_rack_is_refused() -> None:
    rack = StandAloneRackGroup(
        name="r",
        phase="first",
        hall="hall",
        model="huawei-atlas-900-a2-rack",
        nodes=(NodeGroup(model="huawei-atlas-800t-a9", count=8),),
    )

    assert "did you mean 'huawei-atlas-800t-a" in refusal(hubs.hub(racks=(rack,)))


def test_a_phase_that_ends_before_it_starts_is_refused() -> None:
    assert "starts first" in refusal(hubs.hub(phases=(hubs.phase(in_service=date(2025, 1, 1)),)))


def test_a_retirement_before_service_is_refused() -> None:
    assert "a later day of retirement" in refusal(hubs.hub(pods=(hubs.pod(retired=date(2026, 1, 1)),)))


def test_supply_steps_out_of_order_are_refused() -> None:
    steps = (
        SupplyStep(from_date=date(2028, 1, 1), contracted_kva=10),
        SupplyStep(from_date=date(2027, 1, 1), contracted_kva=20),
    )
    intakes = tuple(intake.replace(supply=steps) for intake in hubs.hub().intakes)

    assert "supply steps out of order" in refusal(hubs.hub(intakes=intakes))


def test_a_feed_feeds_cabinets_and_plant_and_no_other_power_object() -> None:
    hub = hubs.hub()
    busways = (hub.busways[0].replace(fed_by=("feed-b",)), *hub.busways[1:])
    assert "the feed 'feed-b' as its source; expected a busway or what stands above it" in refusal(
        hub.replace(busways=busways)
    )


def test_two_carbon_factors_of_one_basis_and_day_are_refused() -> None:
    factor = CarbonFactor(from_date=date(2026, 1, 1), kg_per_kwh=0.4, source="a test")
    hub = hubs.hub()
    sites = (hub.sites[0].replace(carbon=(factor, replace(factor, kg_per_kwh=0.6))),)
    assert "two location carbon factors from 2026-01-01; expected one a basis and day" in refusal(
        hub.replace(sites=sites)
    )


def test_a_ring_in_the_power_graph_is_refused_and_drawn() -> None:
    hub = hubs.hub()
    first, second = hub.ups_systems

    said = refusal(hub.replace(ups_systems=(first.replace(fed_by=("ups-b",)), second.replace(fed_by=("ups-a",)))))
    assert "a ring in the power graph: ups-" in said
    assert "ups-a ← ups-b" in said or "ups-b ← ups-a" in said


def test_phases_that_wait_for_each_other_are_refused() -> None:
    phases = (hubs.phase("first", after=("second",)), hubs.phase("second", after=("first",)))

    assert "a ring in the phase graph" in refusal(hubs.hub(phases=phases))


def test_a_chain_of_ten_thousand_is_no_ring() -> None:
    hub = hubs.hub()
    chain = [hub.transformers[0].replace(name="t-0", fed_by=("intake-a",))]
    chain += [chain[0].replace(name=f"t-{i}", fed_by=(f"t-{i - 1}",)) for i in range(1, 10_000)]

    plan.verify(hub.replace(transformers=(*hub.transformers, *chain)))


def test_a_million_racks_are_refused() -> None:
    pods = tuple(hubs.pod(f"pod-{i}", count=10_000) for i in range(100))

    assert "1,000,000 racks; expected at most 500,000" in refusal(hubs.hub(pods=pods))


def test_a_feed_needs_one_voltage() -> None:
    hub = hubs.hub()
    none = tuple(feed.replace(voltage_ll_v=None) for feed in hub.feeds)
    both = tuple(feed.replace(voltage_ln_v=230) for feed in hub.feeds)

    assert "both or neither voltage" in refusal(hub.replace(feeds=none))
    assert "both or neither voltage" in refusal(hub.replace(feeds=both))


def test_half_an_assumed_figure_is_refused() -> None:
    half = Assumption(name="a", statement="s", reason="r", as_of=date(2026, 1, 1), model="nvidia-dgx-h100", value=3)

    assert "model, quantity, value and unit together" in refusal(hubs.hub(assumptions=(half,)))


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "said"),
    [
        ("powerkw", 3.0, "kW", "did you mean 'power_kw'"),
        ("power_kw", 3.0, "W", "found the unit 'W'; expected 'kW'"),
        ("power_kw", 9e9, "kW", "expected 0.05 to"),
    ],
)
def test_an_assumed_figure_must_fit_the_catalogue(quantity: str, value: float, unit: str, said: str) -> None:
    assumed = Assumption(
        name="a",
        statement="s",
        reason="r",
        as_of=date(2026, 1, 1),
        model="alibaba-yitian-node",
        quantity=quantity,
        value=value,
        unit=unit,
    )

    assert said in refusal(hubs.hub(assumptions=(assumed,)))


def test_an_assumption_replaces_no_figure_that_somebody_published() -> None:
    wishful = Assumption(
        name="wishful",
        statement="s",
        reason="r",
        as_of=date(2026, 1, 1),
        model="huawei-ascend-910c",
        quantity="peaks[0].tflops",
        value=2_000,
        unit="TFLOP/s",
    )

    said = refusal(hubs.hub(assumptions=(wishful,)))
    assert "expected a figure that nobody published; leave the assumption out" in said


def test_a_figure_is_assumed_once() -> None:
    first = Assumption(
        name="one-watt",
        statement="s",
        reason="r",
        as_of=date(2026, 1, 1),
        model="alibaba-yitian-node",
        quantity="power_kw",
        value=1,
        unit="kW",
    )

    assert "power_kw assumed twice" in refusal(hubs.hub(assumptions=(first, first.replace(name="another", value=2))))


def test_totals_of_a_hub_of_millions_of_accelerators_are_taken() -> None:
    totals = DeclaredTotals(accelerators=4_000_000)
    made = hubs.hub()
    first = made.phases[0].replace(declared=totals)
    assert typed(made.replace(phases=(first, *made.phases[1:]))).phases[0].declared == totals


def test_tables_are_put_in_order_once_for_a_hub() -> None:
    declared = hubs.hub(phases=(hubs.phase("second"), hubs.phase("first")))
    ordered = in_order(declared)

    assert in_order(declared) is ordered
    assert [phase.name for phase in ordered.phases] == ["first", "second"]


def test_a_faulty_hub_is_refused_at_each_check() -> None:
    faulty = hubs.hub(pods=(hubs.pod(hall="nowhere"),))

    told = [refusal(in_order(faulty)) for _ in range(2)]
    assert told[0] == told[1]
    assert "hall 'nowhere'" in told[0]
