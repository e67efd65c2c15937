"""Edges of prices, restarts and power after a loss: what is late, dark, missing, or not needed."""

from datetime import date, timedelta

import pytest

from petaplan.capacity.electric.flow import flow, normal_flow
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.electric.loss import Loss, PostLossFlow, after
from petaplan.capacity.electric.outage import start_seconds
from petaplan.capacity.electric.reserve import storage_load_kw
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.findings import Input
from petaplan.capacity.money import Cost, Priced
from petaplan.capacity.power import Duty
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.bud.budgets import _capex_claim, _vintage_claim
from petaplan.capacity.rules.cool.energy import _heat_unknown
from petaplan.capacity.rules.cool.restart import restarts
from petaplan.capacity.rules.data.dates import _later_claim
from petaplan.capacity.rules.pf.targets import _part
from petaplan.capacity.rules.pwr.batteries import _shaved_energy_claim, _shaved_power_claim
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget
from tests.chains import busway, chain, feed, intake, load, storage, ups
from tests.hubs import hub
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
