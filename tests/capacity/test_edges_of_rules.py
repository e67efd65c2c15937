"""Edges of rules of work, space and power: nothing asked, exactly on a limit, two sites, and who is named."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from petaplan.capacity.claims import Claim
from petaplan.capacity.delivery import Delivery
from petaplan.capacity.design import Design
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.fuel import fuel_stages
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import Loss
from petaplan.capacity.electric.rating import Terms
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.contingencies import Effect
from petaplan.capacity.figures import Figure, Precision, Status
from petaplan.capacity.findings import made_of
from petaplan.capacity.hardware import RackModel
from petaplan.capacity.hub import Hub
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.pwr.batteries import _less_shaving, peak_shaving
from petaplan.capacity.rules.pwr.busways import _dc_claim, busways
from petaplan.capacity.rules.pwr.circuits import _circuit
from petaplan.capacity.rules.pwr.conversion import ups_systems
from petaplan.capacity.rules.pwr.current import meant
from petaplan.capacity.rules.pwr.generators import _fuel_inputs, _generator_claim, _without_generators
from petaplan.capacity.rules.pwr.redundancy import maintained_and_hit
from petaplan.capacity.rules.pwr.survivors import _relief
from petaplan.capacity.rules.spc.halls import footprints, room_for_next
from petaplan.capacity.rules.spc.rows import _deepest_of, places_once
from petaplan.capacity.rules.wrk.runs import accelerators_there, runs_in_time
from petaplan.capacity.site import Redundancy
from petaplan.capacity.state import State, states_of
from petaplan.capacity.workloads import ResearchReserve
from tests.chains import busway, chain, dc_busway, feed, generator, intake, load
from tests.hubs import SECOND, hub, phase, pod
from tests.scenario import FOLDER, scenario
from tests.workloads import ASCEND, run, service

TODAY = date(2026, 1, 1)


def base(name: str) -> Hub:
    """The plan of a scenario that others start from."""
    return scenario(FOLDER / "bases" / f"{name}.yaml").hub


def design_of(plan: Hub) -> Design:
    """A plan with what is known of its models."""
    return resolve(plan, catalogue())


def last_day_of(plan: Hub) -> State:
    """The last day on which a plan changes."""
    return states_of(design_of(plan))[-1]


def hint_of(claim: Claim, over: float) -> str:
    """What a claim says of so much over its limit."""
    return claim.hint(over) if callable(claim.hint) else claim.hint


def values_of(claim: Claim) -> dict[str, float]:
    """The inputs of a claim by name."""
    return {given.name: given.value for given in made_of(claim.inputs)}


def work(delivery: Delivery | None = None, **of_phase: Any) -> Design:
    """One pod of 384 accelerators, and work for it."""
    return design_of(hub(phases=(phase(**of_phase),), delivery=delivery))


def test_a_run_of_unknown_days_lacks_its_peak_or_its_goodput() -> None:
    (claim,) = runs_in_time.ask(work(training_runs=(run(precision=Precision.FP4),)))
    assert (claim.missing, claim.demand) == ((f"fp4 peak of {ASCEND}",), None)
    never = Delivery(device_mtbf_hours=1e-3, restart_minutes=1_000)
    (claim,) = runs_in_time.ask(work(never, training_runs=(run(),)))
    assert (claim.missing, claim.demand) == (("goodput of 128 in step",), None)


def test_an_unknown_need_counts_for_no_accelerators_beside_a_known_one() -> None:
    (claim,) = accelerators_there.ask(
        work(training_runs=(run(),), inference_services=(service(precision=Precision.FP4),))
    )
    assert (claim.missing, claim.demand) == (("accelerators of first/chat",), None)
    assert values_of(claim) == {"accelerators of first/run": 128, "in service": 384}


def test_a_reserve_of_nothing_asks_for_no_accelerators() -> None:
    (claim,) = accelerators_there.ask(
        work(research_reserves=(ResearchReserve(model=ASCEND, reserved_fraction=0, source="a test"),))
    )
    assert (claim.subject.name, claim.demand, claim.capacity) == ("first", 0.0, 384.0)


def test_the_day_that_lacks_the_most_is_not_the_day_with_the_most_accelerators() -> None:
    early = run(name="early", accelerators_in_step=500)
    late = run(name="late", accelerators_in_step=600, starts=date(2028, 7, 1), done_by=date(2028, 9, 1))
    plan = hub(
        phases=(phase(training_runs=(early, late)), phase("second", SECOND)),
        pods=(pod(), pod("pod-2", phase="second")),
    )
    (claim,) = accelerators_there.ask(design_of(plan))
    assert (claim.demand, claim.capacity) == (500.0, 384.0)


@pytest.mark.parametrize(("days", "racks"), [(0, 20.0), (1, 20.0 + 12.0)])
def test_racks_that_left_before_others_arrive_need_no_room(days: int, racks: float) -> None:
    old = pod("old", in_service=date(2027, 1, 1), retired=SECOND + timedelta(days=days - 1))
    new = pod("new", count=20, in_service=SECOND)
    claims = [one for one in room_for_next.ask(design_of(hub(pods=(old, new)))) if one.demand is not None]
    assert [(one.demand, one.capacity) for one in claims] == [(racks, 100.0)]


@pytest.mark.parametrize("side", ["width_mm", "depth_mm"])
def test_a_rack_of_one_unknown_side_has_no_known_footprint(side: str) -> None:
    known = catalogue()
    rack = known.require(RackModel, "baidu-p800-rack")
    blank: dict[str, None] = {side: None}
    products = MappingProxyType(dict(known.products) | {rack.model: replace(rack, **blank)})  # type: ignore[arg-type]
    design = resolve(base("two-sided"), replace(known, products=products))
    (claim,) = footprints.ask(states_of(design)[-1])
    assert claim.demand is None
    assert claim.missing == ("baidu-p800-rack.width_mm", "baidu-p800-rack.depth_mm")


@pytest.mark.parametrize(("groups", "told"), [(3, ""), (4, "; and 1 more")])
def test_three_racks_in_wrong_places_are_all_named(groups: int, told: str) -> None:
    plan = hub(halls=(hub().halls[0].replace(rows=1),))
    pods = tuple(pod(f"pod-{n}", racks=(pod().racks[0].replace(count=1, row=2, slot=n + 1),)) for n in range(groups))
    (claim,) = places_once.ask(last_day_of(plan.replace(pods=pods)))
    hint = hint_of(claim, 1.0)
    assert claim.demand == groups
    assert hint.count("is in row 2 of 1") == 3
    assert hint.partition("; and ")[2] == told.removeprefix("; and ")


def test_racks_of_the_last_row_are_in_a_row_of_the_hall() -> None:
    plan = hub(halls=(hub().halls[0].replace(rows=2, rack_positions=20),))
    (claim,) = places_once.ask(
        last_day_of(plan.replace(pods=(pod(racks=(pod().racks[0].replace(count=12, row=2, slot=1),)),)))
    )
    assert claim.demand == 2.0
    assert hint_of(claim, 2.0).endswith("needs 2 positions beyond the end of row 2")


def test_a_rack_of_unknown_depth_is_never_the_deepest() -> None:
    rack = catalogue().require(RackModel, "nvidia-dgx-h100-rack")
    thin = Figure(value=0.5, unit="mm", source="a test", as_of=TODAY, status=Status.ASSUMED)
    known, unknown = replace(rack, depth_mm=thin), replace(rack, depth_mm=None)
    assert _deepest_of((unknown, known)) is known


def test_a_battery_without_generators_shaves_with_all_its_energy() -> None:
    plan = base("two-sided")
    parts = tuple(one.replace(standby_from=()) for one in plan.transformers)
    (storage,) = plan.batteries
    found = {}
    for shaved in (50.0, 0.0):
        bare = plan.replace(generators=(), transformers=parts, batteries=(storage.replace(peak_shaving_kw=shaved),))
        found[shaved] = {one.part: one for one in peak_shaving.ask(last_day_of(bare))}
    assert found[50.0]["energy"].demand == 100.0
    assert (found[0.0]["power"].demand, found[0.0]["energy"].demand) == (0.0, 0.0)


def test_a_battery_that_shaves_nothing_is_not_told_to_shave_less() -> None:
    assert _less_shaving(2.0, 0.0, 100.0) == "Over by 2 kWh: add as much battery energy"
    assert _less_shaving(2.0, 4.0, 100.0) == "Over by 2 kWh: shave 30 minutes a day less, or add as much battery energy"


def test_amperes_of_direct_current_are_told_in_kilowatts() -> None:
    made = dc_busway("busway", "intake")
    graph = chain([intake("intake"), made], [load("racks", "busway", power_kw=1_000)])
    claim = _dc_claim(normal_flow(graph), graph.index["busway"], made)
    assert (claim.demand, claim.capacity) == (1_250.0, 1_000.0)
    assert hint_of(claim, 250.0) == "Move 200 kW of racks to another busway"


def test_a_busway_without_power_carries_no_current() -> None:
    plan = hub(phases=(phase(), phase("second", SECOND)))
    late = plan.ups_systems[0].replace(name="late", phase="second")
    dead = busway("dead", "late")
    state = states_of(design_of(plan.replace(busways=(*plan.busways, dead), ups_systems=(*plan.ups_systems, late))))[0]
    claims = {one.subject.name: one for one in busways.ask(state)}
    assert claims["dead"].demand == 0.0
    assert values_of(claims["dead"])["I_max"] == 0.0


def test_a_rack_that_draws_nothing_has_no_current() -> None:
    (site,) = hub().sites
    assert _circuit(feed("feed", "busway"), "racks", Quantity(0.0), 2, site).amps == 0.0


@pytest.mark.parametrize(("over", "units"), [(190.0, "1 unit"), (190.5, "2 units")])
def test_modules_to_add_are_counted_by_the_limit_of_one(over: float, units: str) -> None:
    claims = {one.subject.name: one for one in ups_systems.ask(last_day_of(base("two-sided")))}
    assert hint_of(claims["ups-a"], over) == f"Over by {over:g} kW: add {units}, or move racks"


@pytest.mark.parametrize(("volts", "asked"), [(724.5, []), (725.0, [1.0]), (949.0, [1.0]), (950.0, [0.0])])
def test_only_voltages_between_two_levels_are_unusual(volts: float, asked: list[float]) -> None:
    plan = hub()
    odd = plan.busways[0].replace(voltage_ll_v=volts)
    claims = list(meant.ask(design_of(plan.replace(busways=(odd, *plan.busways[1:])))))
    assert [one.demand for one in claims] == asked


def test_generators_to_add_are_counted_by_the_limit_of_one() -> None:
    sets = generator("sets", units=3, unit_rated_kw=400)
    graph = chain([sets, feed("feed", "sets")], [load("racks", "feed", power_kw=1_400)])
    claim = _generator_claim(graph, graph.index["sets"], sets)
    assert (claim.demand, claim.capacity) == (1_400.0, 1_200.0)
    assert hint_of(claim, 500.0) == "Over by 500 kW: add 2 units, or move racks"


def two_boards(power_kw: float, **third: Any) -> PowerGraph:
    """Two groups of generators behind one board, and a third that shares only an empty board with them."""
    sets = [generator(name, unit_rated_kw=1_000, fuel_hours=hours) for name, hours in (("one", 2), ("two", 4))]
    boards = [busway("full", "one", "two"), busway("empty", "two", "three")]
    racks = load("racks", "full", power_kw=power_kw)
    return chain([*sets, generator("three", **third), *boards], [racks])


def test_fuel_is_that_of_the_groups_that_carry_something_stage_by_stage() -> None:
    graph = two_boards(500.0)
    place = graph.index["one"]
    told = [given.name for given in _fuel_inputs(graph, place, fuel_stages(graph)[place])]
    assert [name for name in told if name.startswith("fuel_hours")] == ["fuel_hours of one", "fuel_hours of two"]
    assert [name for name in told if name.startswith("P_out")] == [
        "P_out of one in stage 1",
        "P_out of two in stage 1",
        "P_out of two in stage 2",
    ]


def test_an_empty_hall_of_a_site_with_promised_hours_has_no_dark_racks() -> None:
    plan = hub(sites=(hub().sites[0].replace(generator_autonomy_hours=8.0),))
    halls = (*plan.halls, plan.halls[0].replace(name="empty"))
    (claim,) = _without_generators(last_day_of(plan.replace(halls=halls)))
    assert (claim.demand, values_of(claim)) == (12.0, {"racks dark of hall": 12.0})


@pytest.mark.parametrize(("redundancy", "broken"), [(Redundancy.N_PLUS_1, 4.0), (Redundancy.TWO_N, 8.0)])
def test_whole_objects_are_lost_during_work_only_where_paths_are_claimed(redundancy: Redundancy, broken: float) -> None:
    plan = hub(halls=(hub().halls[0].replace(redundancy=redundancy, concurrently_maintainable=True),))
    shared = {
        "intakes": (plan.intakes[0].replace(units=4),),
        "transformers": (plan.transformers[0].replace(units=4),),
        "ups_systems": tuple(one.replace(fed_by=("transformer-a",)) for one in plan.ups_systems),
    }
    (claim,) = maintained_and_hit.ask(last_day_of(plan.replace(**shared)))
    assert (values_of(claim)["planned outages"], claim.demand) == (8.0, broken)


@pytest.mark.parametrize(
    ("contracted_kva", "told"),
    [
        (4_900.0, "contract 90 kVA more"),
        (4_910.0, "contract 90 kVA more"),
        (4_950.0, "contract 90 kVA more and use circuits rated 40 kVA higher"),
        (5_000.0, "contract 90 kVA more and use circuits rated 90 kVA higher"),
        (5_050.0, "contract 40 kVA more and use circuits rated 90 kVA higher"),
        (5_090.0, "use circuits rated 90 kVA higher"),
        (5_100.0, "use circuits rated 90 kVA higher"),
    ],
)
def test_kilowatts_over_an_intake_are_told_in_kva_of_each_limit(contracted_kva: float, told: str) -> None:
    terms = {"grid": Terms(power_factor=0.8, contracted_kva=contracted_kva, diversity=0.9)}
    graph = PowerGraph(nodes=(intake("grid"),), loads=(), terms=terms)
    effect = Effect(loss=None, hall="hall", survivor=0, carries_kw=4_080.0, limit_kw=4_000.0)
    assert _relief(graph, effect, 0, 80.0).endswith(f": {told}")


def test_a_lost_circuit_of_an_intake_counts_for_what_is_left() -> None:
    grid = intake("grid", units=2, unit_rated_kva=2_500)
    graph = PowerGraph(nodes=(grid,), loads=(), terms={"grid": Terms(contracted_kva=5_000.0)})
    lost = Effect(loss=Loss(0, "grid", whole=False), hall="hall", survivor=0, carries_kw=2_600.0, limit_kw=2_500.0)
    assert _relief(graph, lost, 0, 100.0).endswith(": use circuits rated 100 kVA higher")
