"""Edges of rules that no whole plan shows: equalities, unknown figures, and what is named where several are alike."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from petaplan.capacity.claims import PLAN, Claim
from petaplan.capacity.design import Design
from petaplan.capacity.electric.fuel import fuel_stages
from petaplan.capacity.electric.steps import load_steps
from petaplan.capacity.fabrics.attachment import cabinets_of
from petaplan.capacity.fabrics.routes import NATIONAL_LIMIT_MS, Path
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.contingencies import Effect
from petaplan.capacity.figures import Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import made_of
from petaplan.capacity.hardware import Node, RackModel
from petaplan.capacity.operating import EnergyBill, exchange_rate_of
from petaplan.capacity.power import PowerObject
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.cnt.catalogue import _optics_claim
from petaplan.capacity.rules.cool.liquid import _max_coolant, _supply_claim
from petaplan.capacity.rules.data.dates import _released, released_first
from petaplan.capacity.rules.data.unread import _currencies, _linked_halls, _of_fabrics
from petaplan.capacity.rules.net.clos import _fitting
from petaplan.capacity.rules.net.ports import _ends, _speed_claims
from petaplan.capacity.rules.net.sites import NATIONAL_LIMIT, _delay_claim
from petaplan.capacity.rules.pf.delivered import _delivered_claim, _short_by
from petaplan.capacity.rules.pf.targets import _depends, _in_units, _offer
from petaplan.capacity.rules.ph.prerequisites import _days
from petaplan.capacity.rules.pwr.circuits import circuits
from petaplan.capacity.rules.pwr.generators import _without_generators
from petaplan.capacity.rules.pwr.load_steps import _are_air_cooled_eights
from petaplan.capacity.rules.pwr.redundancy import _exposure_claim
from petaplan.capacity.rules.spc.rows import _deepest_of, places_once
from petaplan.capacity.rules.spc.switches import _height_claim
from petaplan.capacity.site import Tariff
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget, ExchangeRate
from petaplan.capacity.targets import Measure
from petaplan.capacity.thermal.energy import _plant_kw, year_of
from petaplan.capacity.thermal.redundant_plant import redundant_plant_of
from petaplan.capacity.throughput.calibration import (
    CONFLICT,
    FAIR,
    NARROW,
    Grade,
    _grade,
    calibrate,
    expected_minimum_share,
)
from petaplan.capacity.throughput.delivered import best_waterfall
from tests.chains import busway, chain, feed, generator, intake, load, ups
from tests.hubs import hub, pod, target
from tests.scenario import FOLDER, scenario

TODAY = date(2026, 1, 1)
KNOWN = calibrate("nvidia-h100-sxm", Precision.BF16, (), TODAY)
TARIFF = Tariff(from_date=TODAY, per_kwh=0.12, currency="USD", source="a test")


def figure(value: float, unit: str) -> Figure:
    return Figure(value=value, unit=unit, source="a test", as_of=TODAY, status=Status.ASSUMED)


def design_of(name: str) -> Design:
    """The plan of a scenario, with what is known of its models."""
    return resolve(scenario(FOLDER / f"{name}.yaml").hub, catalogue())


@pytest.mark.parametrize("power_kw", [97.0, 313.7, 1_000 / 3, 2_718.281828])
def test_a_group_is_empty_when_it_has_given_all_its_fuel(power_kw: float) -> None:
    names = ("first", "second", "third")
    sources = [generator(name, unit_rated_kw=4_000, fuel_hours=7.7 * number) for number, name in enumerate(names, 1)]
    feeds = [feed(f"feed-{name}", name) for name in names]
    graph = chain([*sources, *feeds], [load("racks", *(one.name for one in feeds), power_kw=power_kw)])
    stages = fuel_stages(graph)[graph.index["first"]]
    assert [stage.hours for stage in stages if stage.hours < 1e-6] == []
    assert len(stages) <= len(names) + 1


@pytest.mark.parametrize(
    ("uplinks", "reached", "told"), [(3, 5, "3 or 6"), (3, 8, "6 or 9"), (4, 9, "8 or 12"), (12, 13, "12 or 24")]
)
def test_spines_may_be_a_multiple_of_the_uplinks(uplinks: int, reached: int, told: str) -> None:
    assert _fitting(uplinks, reached) == told


def effects(*loads_kw: float) -> list[tuple[str, Effect]]:
    """A planned outage for each load of a survivor, whose limit is 100 kW."""
    return [
        (f"out-{kw:g}", Effect(loss=None, hall="hall", survivor=0, carries_kw=kw, limit_kw=100.0)) for kw in loads_kw
    ]


def test_the_outage_that_leaves_the_worst_survivor_is_named() -> None:
    (hall,) = hub().halls
    claim = _exposure_claim(hall, effects(90.0, 120.0, 180.0, 150.0))
    assert (claim.demand, claim.missing) == (3.0, ())
    assert callable(claim.hint)
    assert "With out-180 out of service" in claim.hint(3.0)


def test_an_unknown_load_matters_to_an_exposure_only_where_nothing_breaks_without_it() -> None:
    (hall,) = hub().halls
    unknown = ("out-x", replace(effects(50.0)[0][1], missing=("power of racks",)))
    assert _exposure_claim(hall, [*effects(90.0), unknown]).missing == ("power of racks",)
    assert _exposure_claim(hall, [*effects(150.0), unknown]).missing == ()


def test_a_rate_of_exchange_is_that_of_its_currency() -> None:
    rates = tuple(ExchangeRate(currency=name, rate=rate, as_of=TODAY) for name, rate in (("USD", 7.8), ("EUR", 9.1)))
    budget = Budget(currency="HKD", exchange=rates)
    assert [exchange_rate_of(name, budget) for name in ("USD", "EUR", "HKD", "CNY")] == [7.8, 9.1, 1.0, None]


def test_modules_of_links_without_known_ports_can_not_be_counted() -> None:
    design = design_of("network-ports-unknown")
    (pod,) = [one for one in design.hub.pods if one.name == "liquid-pod"]
    claim = _optics_claim(design, pod, figure(400, "modules"))
    assert claim.demand is None
    assert any(name.startswith("huawei-atlas-950") for name in claim.missing), claim.missing


def test_a_link_is_as_fast_as_its_slower_end() -> None:
    design = design_of("bases/networked")
    (fabric,) = design.hub.fabrics
    leaf, spine = fabric.tiers
    assert leaf.up is not None
    slow = spine.replace(down=spine.down.replace(gbps=200.0))
    assert [gbps for _, gbps, _, _ in _ends(design, fabric.replace(tiers=(leaf, slow)))] == [200.0]
    fast = leaf.replace(up=leaf.up.replace(gbps=800.0))
    assert [gbps for _, gbps, _, _ in _ends(design, fabric.replace(tiers=(fast, spine)))] == [400.0]


def test_a_port_and_a_module_of_one_speed_are_both_too_slow() -> None:
    design = design_of("bases/networked")
    (fabric,) = design.hub.fabrics
    leaf = fabric.tiers[0]
    (claim,) = _speed_claims(design, fabric, leaf, "down", leaf.down.replace(gbps=800.0))
    assert callable(claim.hint)
    assert claim.hint(400.0).startswith("Limited to 400 Gb/s by generic-switch-64x400g and lpo-dr4-400g:")


def test_plant_of_no_hall_draws_nothing() -> None:
    state = states_of(design_of("bases/two-sided"))[-1]
    assert _plant_kw(state, set()) == 0.0
    assert _plant_kw(state, {"hall"}) == 2 * 40 + 2 + 2 + 2 * 3, "chillers, CDUs and loops without their spare units"


def test_plant_that_has_no_heat_to_move_is_not_missed() -> None:
    plan = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    pair = tuple(plan.chillers[0].replace(name=name, units=1, spare_units=0) for name in ("one", "two"))
    loops = tuple(loop.replace(chillers=("one", "two"), cooled_equipment=()) for loop in plan.cooling_loops)
    idle = plan.replace(pods=(), chillers=pair, cooling_loops=loops)
    plant = redundant_plant_of(states_of(resolve(idle, catalogue()))[-1])
    assert plant.not_missed(frozenset({"one"})) == {"one"}


def test_a_chiller_that_a_loop_has_alone_is_missed() -> None:
    plan = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    pair = tuple(plan.chillers[0].replace(name=name, units=1, spare_units=0) for name in ("one", "two"))
    liquid, air = plan.cooling_loops
    loops = (liquid.replace(chillers=("one",)), air.replace(chillers=("one", "two"), cooled_equipment=()))
    idle = plan.replace(pods=(), chillers=pair, cooling_loops=loops)
    plant = redundant_plant_of(states_of(resolve(idle, catalogue()))[-1])
    assert plant.not_missed(frozenset({"one"})) == frozenset()
    assert plant.not_missed(frozenset({"two"})) == {"two"}


def test_servers_without_accelerators_change_no_estimate_of_the_others() -> None:
    eight = catalogue().require(Node, "nvidia-dgx-h100")
    host = replace(eight, model="host", accelerators=())
    assert _are_air_cooled_eights(((4, eight),)) and _are_air_cooled_eights(((4, eight), (2, host)))
    assert not _are_air_cooled_eights(((2, host),))


def test_a_job_on_one_device_has_the_pace_of_its_model() -> None:
    assert expected_minimum_share([], 4_096) == expected_minimum_share([(1.0, KNOWN)], 1) == 1.0
    assert 0.5 < expected_minimum_share([(1.0, KNOWN)], 2) < 1.0


def test_a_bill_in_a_currency_without_a_rate_adds_nothing() -> None:
    state = states_of(design_of("money-tariff-unknown"))[-1]
    site = state.design.hub.sites[0].replace(tariff=(TARIFF,))
    bill = EnergyBill()
    bill.add(site, state.design.hub.phases[0], year_of(state, site), Budget(currency="HKD"))
    assert (bill.amount, bill.missing[-1]) == (0.0, "exchange rate USD to HKD")


@pytest.mark.parametrize(
    ("width", "reservations", "conflict", "grade"),
    [
        (NARROW, 0, 1.0, Grade.A),
        (NARROW * 1.001, 0, 1.0, Grade.B),
        (FAIR, 0, 1.0, Grade.B),
        (FAIR * 1.001, 0, 1.0, Grade.C),
        (NARROW, 1, 1.0, Grade.B),
        (NARROW, 2, 1.0, Grade.C),
        (FAIR, 5, 1.0, Grade.C),
        (NARROW, 0, CONFLICT, Grade.A),
        (NARROW, 0, CONFLICT * 0.999, Grade.C),
    ],
)
def test_a_grade_is_lowered_only_beyond_its_limits(
    width: float, reservations: int, conflict: float, grade: Grade
) -> None:
    assert _grade(width, reservations, conflict) is grade


def test_a_rack_takes_water_as_warm_as_its_most_delicate_node() -> None:
    design = design_of("bases/two-sided")
    ((_, facts),) = design.pod(design.placements[0]).rack_groups
    rack, (_, node) = replace(facts.model, max_coolant_c=None), facts.nodes[0]
    warm, cool = (replace(node, max_coolant_c=figure(limit, "C")) for limit in (40.0, 32.0))
    silent = replace(node, max_coolant_c=None)
    assert _max_coolant(replace(facts, model=rack, nodes=((1, warm), (1, cool)))).value == 32.0
    assert _max_coolant(replace(facts, model=rack, nodes=((1, warm), (1, silent)))).value is None
    own = replace(rack, max_coolant_c=figure(45.0, "C"))
    assert _max_coolant(replace(facts, model=own, nodes=((1, cool),))).value == 45.0


def test_every_ups_above_an_object_is_over_it() -> None:
    nodes: list[PowerObject] = [
        intake("grid"),
        ups("ups-a", "grid"),
        ups("ups-b", "grid"),
        busway("one", "ups-a"),
        busway("both", "ups-a", "ups-b"),
        feed("feed-one", "one"),
        feed("feed-both", "both"),
    ]
    graph = load_steps(chain(nodes, [replace(load("racks", "feed-one", "feed-both"), step_kw=1)]))
    over = {name: {graph.names[place] for place in graph.ups_over[graph.index[name]]} for name in graph.names}
    assert over["feed-one"] == {"ups-a"}
    assert over["both"] == over["feed-both"] == {"ups-a", "ups-b"}
    assert over["grid"] == set()


def test_the_water_of_a_loop_suits_its_most_delicate_rack() -> None:
    design = design_of("bases/two-sided")
    ((_, facts),) = design.pod(design.placements[0]).rack_groups
    racks = [
        replace(facts, model=replace(facts.model, max_coolant_c=figure(limit, "C"))) for limit in (40.0, 27.0, 35.0)
    ]
    (loop,) = [one for one in design.hub.cooling_loops if one.name == "liquid"]
    assert _supply_claim(loop, racks).demand == loop.supply_temperature_c - 27.0


def test_halls_are_linked_by_nodes_in_one_and_switches_in_the_other() -> None:
    plan = scenario(FOLDER / "bases" / "networked.yaml").hub
    there = plan.halls[0].replace(name="there", rows=4)
    here = plan.halls[0].replace(rows=4)
    moved = tuple(one.replace(hall="there") for one in plan.racks)
    assert _linked_halls(resolve(plan.replace(halls=(here,)), catalogue())) == set()
    assert _linked_halls(resolve(plan.replace(halls=(here, there), racks=moved), catalogue())) == {"hall", "there"}


def test_nothing_reads_the_oversubscription_of_a_top_tier() -> None:
    plan = scenario(FOLDER / "bases" / "networked.yaml").hub
    (fabric,) = plan.fabrics
    leaf, spine = (tier.replace(oversubscription=2.0) for tier in fabric.tiers)
    for top in (spine, spine.replace(up=leaf.up)):
        made = plan.replace(fabrics=(fabric.replace(tiers=(leaf, top)),))
        assert list(_of_fabrics(resolve(made, catalogue()))) == ["oversubscription of roce/spine"]


def test_a_delay_is_held_against_what_was_promised_or_the_national_limit() -> None:
    site = scenario(FOLDER / "bases" / "two-sided.yaml").hub.sites[0]
    path = Path(origin="site", destination="there", via=(), fibre_km=100.0, equipment_ms=0.1)
    for promised_ms, limit_ms, source in ((5.0, 5.0, PLAN), (None, NATIONAL_LIMIT_MS, NATIONAL_LIMIT)):
        claim = _delay_claim(site, path, promised_ms)
        assert (claim.capacity, made_of(claim.inputs)[-1].source) == (limit_ms, source)


def test_a_delivered_target_is_held_against_the_low_end_and_the_median() -> None:
    plan = hub(pods=(pod(count=12),), targets=(target(1.0, measure=Measure.DELIVERED),))
    design = resolve(plan, catalogue())
    chain = best_waterfall(design, plan.targets[0])
    claims = [_delivered_claim(design, plan.targets[0], low=low) for low in (True, False)]
    assert [claim.capacity for claim in claims] == [chain.delivered.low, chain.delivered.mid]
    assert chain.delivered.low < chain.delivered.mid


def test_a_target_met_exactly_is_not_missed() -> None:
    design, packages = design_of("bases/two-sided"), {"huawei-ascend-910c": 1_000}
    goal = target(1.0, precisions=(Precision.UNSTATED,))
    offer = _offer(design, packages, goal, Precision.BF16)
    told = _depends(design, packages, goal.replace(pflops=offer.pflops))
    assert "BF16" in told.partition(", missed at")[0]
    assert "BF16" not in told.partition(", missed at")[2].partition(". Ask")[0]


def test_a_gap_is_told_in_single_racks_of_a_run() -> None:
    plan = scenario(FOLDER / "bases" / "networked.yaml").hub
    run = plan.racks[0].replace(model="huawei-cloudmatrix384-compute-rack", count=4, fabrics=())
    design = resolve(plan.replace(pods=(), racks=(run,)), catalogue())
    whole = design.peak(design.placements[0], Precision.BF16, Sparsity.DENSE)[0] / 1_000
    assert _in_units(design, target(1_000), Precision.BF16, 2.5 * whole / 4).startswith(
        ": 3 racks huawei-cloudmatrix384"
    )


def test_an_object_that_outlives_its_source_by_no_day_needs_none() -> None:
    claim = Claim(hub().halls[0], "", 0.0, 0.0, "days")
    assert (_days(claim), _days(replace(claim, demand=None)), _days(replace(claim, demand=3.0))) == (0.0, 0.0, 3.0)


def test_the_circuit_that_is_there_alone_carries_all() -> None:
    plan = scenario(FOLDER / "bases" / "two-phases.yaml").hub
    later = tuple(one.replace(phase="second") if one.name == "feed-b" else one for one in plan.feeds)
    whole, alone = (
        {claim.subject: claim.demand for claim in circuits.ask(states_of(resolve(hub_of, catalogue()))[0])}
        for hub_of in (plan, plan.replace(feeds=later))
    )
    amps = [(whole[pod_of], alone[pod_of]) for pod_of in whole]
    assert amps and all(single == pytest.approx(2 * shared) for shared, single in amps if shared and single)


def test_a_hall_without_racks_needs_no_generators() -> None:
    plan = scenario(FOLDER / "phases-hall-still-empty-at-the-change.yaml").hub
    plan = plan.replace(sites=(plan.sites[0].replace(generator_autonomy_hours=8.0),))
    (claim,) = _without_generators(states_of(resolve(plan, catalogue()))[0])
    assert claim.demand == 0.0


def test_one_position_beyond_a_row_is_one_too_many() -> None:
    plan = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    hall = plan.halls[0].replace(rows=2)
    moved = tuple(
        one.replace(racks=(one.racks[0].replace(slot=2),)) if one.name == "air-pod" else one for one in plan.pods
    )
    (claim,) = places_once.ask(states_of(resolve(plan.replace(halls=(hall,), pods=moved), catalogue()))[-1])
    assert claim.demand == 1.0


def test_aisles_are_held_against_the_deepest_rack() -> None:
    rack = catalogue().require(RackModel, "nvidia-dgx-h100-rack")
    models = [replace(rack, model=f"{mm:g}", depth_mm=figure(mm, "mm")) for mm in (1_000, 1_400, 1_200)]
    unknown = replace(rack, model="unknown", depth_mm=None)
    assert [_deepest_of(order).model for order in (models, models[::-1], (unknown, models[0]))] == [
        "1400",
        "1400",
        "1000",
    ]


def test_unknown_power_of_racks_leaves_their_height_known() -> None:
    state = states_of(design_of("bases/networked"))[-1]
    (fabric,) = state.design.hub.fabrics
    pool = replace(cabinets_of(state, {"roce": 1.0})["roce"], missing=("rack.power_kw", "rack.height_u"))
    assert list(_height_claim(fabric, pool, Quantity(3.0, (), ())).missing) == ["rack.height_u"]


def test_the_day_of_its_release_is_not_before_it() -> None:
    plan = hub()
    design = resolve(plan, catalogue())
    groups = design.pod(design.placements[0]).rack_groups
    latest = max(day for _, facts in groups for _, day in _released(design, facts))
    for in_service, early in ((latest, 0.0), (latest - timedelta(days=1), 1.0)):
        moved = plan.replace(phases=(plan.phases[0].replace(starts=date(2020, 1, 1), in_service=in_service),))
        (claim,) = released_first.ask(resolve(moved, catalogue()))
        assert claim.demand is not None and min(claim.demand, 1.0) == early


def test_a_site_without_a_tariff_has_no_currency() -> None:
    design = design_of("money-tariff-unknown")
    (phase,) = [one for one in design.hub.phases if one.budget is not None]
    assert phase.budget is not None and phase.budget.opex_per_year is not None
    assert _currencies(design, phase, phase.budget) <= {"USD", phase.budget.currency}


def test_a_target_that_states_no_precision_is_short_of_nothing_by_its_median() -> None:
    design = resolve(hub(pods=(pod(count=12),)), catalogue())
    made = best_waterfall(design, target(1.0, measure=Measure.DELIVERED))
    assert _short_by(made, 0.0).endswith("ask which one is meant")
    assert _short_by(made, 0.1).startswith("Short by 0.1 PFLOP/s")
