"""Edges of prices, restarts and power after a loss: what is late, dark, missing, or not needed."""

from datetime import date, timedelta

import pytest

from petaplan.capacity.electric.building import _plant_loads
from petaplan.capacity.electric.flow import flow, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.electric.loss import Loss, PostLossFlow, after
from petaplan.capacity.electric.outage import flow_on_generators, overloaded, start_seconds
from petaplan.capacity.electric.rating import Terms, derating
from petaplan.capacity.electric.reserve import storage_load_kw
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.findings import Input, made_of
from petaplan.capacity.money import Cost, Priced
from petaplan.capacity.power import Duty, Feed
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.bud.budgets import _capex_claim, _vintage_claim
from petaplan.capacity.rules.cool.energy import _heat_unknown
from petaplan.capacity.rules.cool.restart import restarts
from petaplan.capacity.rules.data.dates import _later_claim
from petaplan.capacity.rules.data.unread import _of_halls
from petaplan.capacity.rules.net.clos import _evenly_claim
from petaplan.capacity.rules.pf.targets import _other_rates, _part
from petaplan.capacity.rules.pwr.batteries import _shaved_energy_claim, _shaved_power_claim
from petaplan.capacity.rules.pwr.busways import _dc_claim
from petaplan.capacity.rules.pwr.circuits import Circuit
from petaplan.capacity.rules.pwr.current import currents
from petaplan.capacity.site import Jurisdiction
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget
from tests.chains import busway, chain, dc_busway, feed, generator, intake, load, rectifier, storage, transformer, ups
from tests.hubs import hub, target
from tests.scenario import FOLDER, scenario

TODAY = date(2026, 1, 1)


def test_the_worst_gain_takes_the_source_that_loses_most() -> None:
    poor, good = ups("poor", "intake", efficiency_fraction=0.8), ups("good", "intake", efficiency_fraction=0.99)
    graph = chain([intake("intake"), poor, good, busway("busway", "good", "poor"), ups("last", "busway")], [])
    assert graph.worst_loss_gain == pytest.approx(1 / 0.8 / 0.96)


def test_what_has_no_power_carries_nothing() -> None:
    graph = chain(
        [intake("intake"), busway("busway", "intake"), feed("feed", "busway")], [load("racks", "feed", power_kw=50)]
    )
    dead = flow(graph, frozenset({"intake"}))
    places = range(len(graph.nodes))
    assert [loading_kw(dead, place) for place in places] == [0.0, 0.0, 0.0]
    lost = PostLossFlow(
        normal_flow(graph), after(normal_flow(graph), Loss(graph.index["busway"], "busway", whole=True))
    )
    assert [lost.gives_kw(place) for place in places] == [0.0, 0.0, 0.0]
    assert [lost.draws_kw(place) for place in places] == [pytest.approx(0.0), 0.0, 0.0]


@pytest.mark.parametrize(("other_capex", "missing"), [(600_000.0, ()), (400_000.0, ("price of x",))])
def test_what_is_missing_matters_only_where_the_rest_is_within_the_budget(
    other_capex: float, missing: tuple[str, ...]
) -> None:
    (phase,) = resolve(hub(), catalogue()).phases[:1]
    part = Priced(model="y", count=5, each=100_000.0, vintage=TODAY, source="a test")
    cost = Cost(parts=(part,), missing=("price of x",))
    claim = _capex_claim(phase, Budget(currency="USD", other_capex=other_capex), cost, 1_000_000.0)
    assert claim.missing == missing
    assert claim.demand == (None if missing else pytest.approx(1.1))


@pytest.mark.parametrize(("days", "age"), [(30, 30.0), (1, 1.0), (0, 0.0), (-5, 0.0)])
def test_a_price_of_a_later_day_is_not_old(days: int, age: float) -> None:
    (phase,) = resolve(hub(), catalogue()).phases[:1]
    price = Priced(model="x", count=1, each=1.0, vintage=phase.starts - timedelta(days=days), source="a test", unit="")
    assert _vintage_claim(phase, Budget(currency="USD", oldest_price_days=10), price).demand == age


def test_heat_is_asked_for_in_the_halls_of_a_site_alone() -> None:
    state = states_of(resolve(scenario(FOLDER / "bases" / "two-sided.yaml").hub, catalogue()))[-1]
    assert list(_heat_unknown(state, {"hall"})) == list(_heat_unknown(state, set())) == []
    plan = state.design.hub
    pods = tuple(one.replace(liquid_loop=None, air_loop=None) for one in plan.pods)
    bare = resolve(plan.replace(cooling_loops=(), cdus=(), chillers=(), pods=pods), catalogue())
    assert set(_heat_unknown(states_of(bare)[-1], {"hall"})) == {
        "air_loop of air-pod", "air_loop of liquid-pod", "liquid_loop of liquid-pod",
    }  # fmt: skip
    assert list(_heat_unknown(states_of(bare)[-1], {"elsewhere"})) == []


def test_a_loop_waits_for_no_plant_that_it_can_do_without() -> None:
    plan = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    pair = tuple(
        plan.chillers[0].replace(name=name, restart_seconds=seconds) for name, seconds in (("soon", 30), ("late", 300))
    )
    loops = tuple(loop.replace(chillers=("soon", "late")) for loop in plan.cooling_loops)
    both = plan.replace(batteries=(), chillers=pair, cooling_loops=loops)
    assert {claim.demand for claim in restarts(states_of(resolve(both, catalogue()))[-1])} == {15 + 30}
    loops = tuple(loop.replace(chillers=("late",)) for loop in loops)
    alone = both.replace(chillers=pair[1:], cooling_loops=loops)
    assert {claim.demand for claim in restarts(states_of(resolve(alone, catalogue()))[-1])} == {15 + 300}


@pytest.mark.parametrize(("later", "told"), [(1, "before one:"), (2, "before one and 1 more:"), (3, "and 2 more:")])
def test_assumptions_made_later_are_counted(later: int, told: str) -> None:
    (phase,) = resolve(hub(), catalogue()).phases[:1]
    claim = _later_claim(phase, ["one", "two", "three"][:later])
    assert callable(claim.hint)
    assert told in claim.hint(1.0)


def test_a_battery_without_generators_holds_no_energy_back_for_their_start() -> None:
    shaving = storage(
        "storage",
        "intake",
        duties=(Duty.PEAK_SHAVING, Duty.RIDE_THROUGH),
        peak_shaving_kw=100.0,
        peak_shaving_minutes_per_day=60.0,
    )
    graph = chain([intake("intake"), shaving, busway("busway", "storage")], [load("racks", "busway", power_kw=50)])
    place = graph.index["storage"]
    assert start_seconds(graph)[place] is None
    claim = _shaved_energy_claim(graph, place, shaving, start_seconds(graph)[place] or 0.0)
    assert claim.demand == pytest.approx(100.0)
    reserve = _shaved_energy_claim(graph, place, shaving, 36.0).demand
    assert reserve == pytest.approx(100.0 + storage_load_kw(graph, place) * 0.01)


def test_a_battery_that_does_not_say_how_much_it_shaves_is_unknown() -> None:
    claim = _shaved_power_claim(storage("storage", "intake", duties=(Duty.PEAK_SHAVING,)))
    assert claim.missing == ("peak_shaving_kw of storage",)
    assert isinstance(claim.inputs[0], Input) and claim.inputs[0].value == 0.0


@pytest.mark.parametrize(("share", "told"), [(0.5, "50%"), (1.0, "100% of the target depend"), (1.01, "and more")])
def test_what_depends_is_a_share_as_far_as_the_target(share: float, told: str) -> None:
    assert told in _part(share)


def test_equipment_of_one_unit_in_operation_is_one_unit() -> None:
    design = resolve(scenario(FOLDER / "bases" / "two-sided.yaml").hub, catalogue())
    plant = [one.replace(units=units, spare_units=spare) for one in design.hub.chillers[:1] for units, spare in SPARES]
    assert [made.units for made in _plant_loads(design, plant)] == [1, 2, 1]


SPARES = ((1, 0), (3, 1), (3, 2))


def test_a_dead_group_of_generators_beside_an_overloaded_one_carries_nothing() -> None:
    graph = chain(
        [
            intake("intake"),
            generator("left", unit_rated_kw=100, unit_rated_kva=125),
            generator("right", unit_rated_kw=100, unit_rated_kva=125),
            transformer("board", "intake", standby_from=("left", "right")),
            busway("busway", "board"),
        ],
        [load("racks", "busway", power_kw=500)],
    )
    left, right = graph.index["left"], graph.index["right"]
    assert overloaded(graph, flow_on_generators(graph, ()), (left, right)) == (left, right)
    assert overloaded(graph, flow_on_generators(graph, (left,)), (left, right)) == (right,)


@pytest.mark.parametrize(
    ("jurisdiction", "share"),
    [(Jurisdiction.HK, 1.0), (Jurisdiction.IEC, 1.0), (Jurisdiction.CN, 1.0), (Jurisdiction.US, 0.8)],
)
def test_the_share_of_a_breaker_that_may_flow_for_good_is_that_of_the_jurisdiction(
    jurisdiction: Jurisdiction, share: float
) -> None:
    (site,) = hub().sites
    placed = site.replace(jurisdiction=jurisdiction)
    whole, board = busway("busway", "intake"), busway("busway", "intake", rated_diversity_fraction=0.5)
    assert (derating(whole, placed), derating(board, placed)) == (share, 0.5)


def test_a_length_to_the_meet_me_room_is_unread_only_where_no_link_leaves_the_hall() -> None:
    plan = scenario(FOLDER / "bases" / "networked.yaml").hub
    here, there = (plan.halls[0].replace(name=name, rows=4, meet_me_room_cable_m=20.0) for name in ("hall", "there"))
    moved = tuple(one.replace(hall="there") for one in plan.racks)
    linked = resolve(plan.replace(halls=(here, there), racks=moved), catalogue())
    assert list(_of_halls(linked)) == []
    alone = resolve(plan.replace(halls=(here,)), catalogue())
    assert list(_of_halls(alone)) == ["meet_me_room_cable_m of hall"]
    silent = resolve(plan.replace(halls=(here.replace(meet_me_room_cable_m=None),)), catalogue())
    assert list(_of_halls(silent)) == []


def test_each_tier_spreads_over_the_one_above_it() -> None:
    plan = scenario(FOLDER / "bases" / "networked.yaml").hub
    (fabric,) = plan.fabrics
    leaf, spine = fabric.tiers
    middle = spine.replace(name="middle", up=leaf.up, switches=4)
    made = fabric.replace(tiers=(leaf, middle, spine.replace(switches=3)))
    clos = clos_of(made)
    parts = [_evenly_claim(made, clos, index) for index in (0, 1)]
    assert [one.part for one in parts] == ["leaf to middle, evenly", "middle to spine, evenly"]
    assert [made_of(one.inputs)[1].name for one in parts] == ["middle switches it reaches", "spine switches it reaches"]


def test_a_busway_of_direct_current_may_carry_the_share_of_its_terms() -> None:
    made = dc_busway("busway", "intake")
    graph = PowerGraph(nodes=(intake("intake"), made), loads=(), terms={"busway": Terms(derating=0.5)})
    claim = _dc_claim(normal_flow(graph), graph.index["busway"], made)
    assert (claim.demand, claim.capacity) == (0.0, 500.0)


def test_the_circuit_nearest_to_its_rating_may_carry_less_current_than_another() -> None:
    weak, strong = feed("weak", "busway", rated_current_a=32), feed("strong", "busway", rated_current_a=125)
    known = Quantity(value=20.0)
    near, far = (Circuit(one, "racks", known, 1, 1.0, amps) for one, amps in ((weak, 30.0), (strong, 60.0)))
    assert max(near, far, key=lambda circuit: circuit.load_fraction) is near
    assert near.load_fraction == pytest.approx(30 / 32)


@pytest.mark.parametrize(("model", "told"), [("moore-threads-s5000", ""), ("nvidia-h100-sxm", "matrix ")])
def test_a_rate_that_is_not_public_is_no_rate_of_another_kind(model: str, told: str) -> None:
    design = resolve(hub(), catalogue())
    vector = [one for one in design.accelerator(model).peaks if one.engine is Engine.VECTOR]
    assert Precision.FP64 in {one.precision for one in vector}
    assert _other_rates(design, (model,), (Precision.FP64,), target(1.0)) == told


def test_a_battery_that_one_source_of_direct_current_charges_gives_direct_current() -> None:
    plan = hub()
    tables = {
        "rectifiers": (rectifier("rectifier", plan.intakes[0].name),),
        "batteries": (storage("battery", plan.transformers[0].name, "rectifier"),),
        "feeds": (*plan.feeds, feed("feed", "battery")),
    }
    asked = currents.ask(resolve(plan.replace(**tables), catalogue()))
    told = {claim.subject.name: claim.demand for claim in asked if isinstance(claim.subject, Feed)}
    assert told["feed"] == 1.0
