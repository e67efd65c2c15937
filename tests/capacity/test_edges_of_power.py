"""Edges of the load flow, of fuel, of load steps and of ratings, in power graphs of a few objects."""

import math
from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.electric.building import _plant_loads
from petaplan.capacity.electric.flow import flow, normal_flow, shares
from petaplan.capacity.electric.fuel import fuel_stages
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import LineCurrents, busway_lines
from petaplan.capacity.electric.loss import Loss, PostLossFlow, after
from petaplan.capacity.electric.outage import flow_on_generators, overloaded, start_seconds
from petaplan.capacity.electric.rating import Terms, derating, limit_kw, rated_kva
from petaplan.capacity.electric.reserve import bridge_seconds, storage_load_kw
from petaplan.capacity.electric.steps import load_steps, worst_jumps
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.contingencies import effects_of
from petaplan.capacity.power import PowerObject
from petaplan.capacity.resolving import resolve
from petaplan.capacity.site import Jurisdiction
from tests.chains import busway, chain, feed, generator, intake, load, rectifier, storage, transformer, ups
from tests.scenario import FOLDER, scenario


def sources_of(graph: PowerGraph, name: str, lost: tuple[str, ...] = ()) -> dict[str, float]:
    """Sources that an object draws from, with their shares."""
    found = flow(graph, frozenset(lost))
    return {graph.names[source]: share for source, share in found.given[graph.index[name]]}


def test_a_generator_never_runs_beside_another_stand_by_source() -> None:
    board = busway("board", "one", standby_from=("two", "set"))
    graph = chain([intake("one"), intake("two"), generator("set"), board], [load("racks", "board")])
    assert sources_of(graph, "board") == {"one": 1.0}
    assert sources_of(graph, "board", lost=("one",)) == {"two": 1.0}
    assert sources_of(graph, "board", lost=("one", "two")) == {"set": 1.0}
    assert sources_of(graph, "board", lost=("one", "two", "set")) == {}


def test_sources_share_by_rating_and_without_any_rating_evenly() -> None:
    large, small = intake("large", unit_rated_kva=3_000), intake("small", unit_rated_kva=1_000)
    graph = chain([large, small, busway("board", "large", "small")], [load("racks", "board")])
    assert sources_of(graph, "board") == {"large": 0.75, "small": 0.25}
    place, alive = graph.index["board"], [True] * 3
    sources = (graph.index["large"], graph.index["small"])
    assert dict(shares(graph, place, alive, frozenset(), dict.fromkeys(sources, 0.0))) == dict.fromkeys(sources, 0.5)
    weak = {sources[0]: 1 / 6_000, sources[1]: 0.0}
    assert dict(shares(graph, place, alive, frozenset(), weak)) == {sources[0]: 1.0, sources[1]: 0.0}


def test_losses_are_the_input_of_what_has_power_less_its_output() -> None:
    graph = chain(
        [intake("grid"), transformer("transformer", "grid"), ups("ups", "transformer"), feed("feed", "ups")],
        [load("racks", "feed", power_kw=100.0)],
    )
    drawn = 100.0 / 0.96 + 3.0
    whole = drawn / 0.99 + 2.0
    assert flow(graph).input_of("grid") == pytest.approx(whole)
    assert flow(graph).losses_kw == pytest.approx(whole - 100.0)
    assert flow(graph, frozenset({"ups"})).losses_kw == pytest.approx(2.0)
    assert flow(graph, frozenset({"grid"})).losses_kw == 0.0


def test_a_path_without_load_has_only_the_losses_of_its_units() -> None:
    graph = chain([intake("grid"), ups("ups", "grid", units=2), busway("board", "ups")], [])
    assert flow(graph).output_of("board") == flow(graph).output_of("ups") == 0.0
    assert flow(graph).input_of("grid") == pytest.approx(6.0)


def test_levels_begin_with_the_sources_and_the_depth_counts_them() -> None:
    graph = chain(
        [intake("grid"), generator("set"), ups("ups", "grid", standby_from=("set",)), feed("feed", "ups")], []
    )
    assert dict(zip(graph.names, graph.levels, strict=True)) == {"grid": 0, "set": 0, "ups": 1, "feed": 2}
    assert graph.depth == 3
    empty = chain([], [])
    assert (empty.depth, empty.worst_loss_gain) == (0, 1.0)
    assert chain([intake("grid")], []).losses == ((1.0, 0.0),)


def test_sources_are_in_parallel_only_where_they_take_over_alike() -> None:
    def parallel(*boards: PowerObject) -> set[str]:
        graph = chain([intake("grid"), ups("one", "grid"), ups("two", "grid"), *boards], [])
        return {graph.names[place] for place in graph.parallel[graph.index["one"]]}

    assert parallel(busway("board", "one", "two")) == {"one", "two"}
    assert parallel(busway("board", "one", standby_from=("two",))) == {"one"}
    assert parallel(busway("a", "one", standby_from=("two",)), busway("b", "two", standby_from=("one",))) == {"one"}


def test_an_object_with_loads_of_its_own_is_in_parallel_with_none() -> None:
    boards = busway("one", "grid"), busway("two", "grid"), ups("both", "one", "two")
    loads = [load("racks", "both"), load("a", "one"), load("b", "two")]
    graph = chain([intake("grid"), *boards], loads)
    assert graph.parallel[graph.index["one"]] == (graph.index["one"],)
    without = chain([intake("grid"), *boards], loads[:1])
    assert len(without.parallel[without.index["one"]]) == 2
    ends = chain([intake("grid"), busway("one", "grid"), busway("two", "grid")], [])
    assert ends.parallel[ends.index["one"]] == (ends.index["one"],)


def test_lines_above_shift_though_the_sum_of_the_circuits_stays() -> None:
    circuits = [feed(f"line-{n}", "low", voltage_ll_v=None, voltage_ln_v=230, line=n) for n in (1, 2)]
    boards = busway("top", "grid"), busway("low", "top")
    graph = chain([intake("grid"), *boards, *circuits], [load("racks", "line-1", "line-2", power_kw=23.0)])
    lost = Loss(graph.index["line-1"], "line-1", whole=True)
    flow_after = PostLossFlow(normal_flow(graph), after(normal_flow(graph), lost))
    in_line = math.sqrt(3) * 400 * 100 / 1_000
    assert flow_after.fullest_kw() == pytest.approx({graph.index["low"]: in_line, graph.index["top"]: in_line})


def test_the_slowest_group_counts_where_all_are_too_weak() -> None:
    sets = [generator(name, start_seconds=start, unit_rated_kw=10) for name, start in (("fast", 10), ("slow", 60))]
    graph = chain([*sets, busway("board", "fast", "slow")], [load("racks", "board", power_kw=1_000.0)])
    assert start_seconds(graph)[graph.index["board"]] == 60


def test_a_feed_is_rated_by_all_its_circuits_and_limited_by_one() -> None:
    circuits = feed("feed", "board", units=10)
    one_kva = math.sqrt(3) * 400 * 125 / 1_000
    assert rated_kva(circuits) == pytest.approx(10 * one_kva)
    assert limit_kw(circuits, Terms(derating=0.8, power_factor=0.9)) == pytest.approx(one_kva * 0.8 * 0.9)


def test_a_battery_at_its_power_still_bridges() -> None:
    def bridged(power_kw: float) -> float:
        battery = storage("battery", "board", unit_rated_kw=90, unit_energy_kwh=90, usable_fraction=1.0)
        graph = chain([intake("grid"), busway("board", "grid"), battery], [load("racks", "board", power_kw=power_kw)])
        return bridge_seconds(graph, graph.index["battery"])

    assert bridged(90.0) == pytest.approx(3_600.0)
    assert bridged(90.1) == 0.0


def test_a_load_step_has_only_the_loads_that_step() -> None:
    steps = load_steps(chain([intake("grid"), ups("ups", "grid")], [load("pumps", "ups"), load("fans", "ups")]))
    assert steps.loads == ()
    one = replace(load("racks", "ups"), step_kw=70.0)
    steps = load_steps(chain([intake("grid"), ups("ups", "grid")], [one, load("pumps", "ups")]))
    assert [(step.name, step.power_kw) for step in steps.loads] == [("racks", 70.0)]


def test_a_ups_that_carries_no_more_than_before_takes_no_step() -> None:
    racks = replace(load("racks", "feed-a", "feed-b"), step_kw=100.0)
    other = replace(load("other", "feed-c"), step_kw=50.0)
    parts = [part for side in "abc" for part in (ups(f"ups-{side}", "grid"), feed(f"feed-{side}", f"ups-{side}"))]
    graph = load_steps(chain([intake("grid"), *parts], [racks, other]))
    assert {graph.names[place] for place in worst_jumps(graph)} == {"ups-a", "ups-b"}


def test_a_generator_that_carries_nothing_burns_nothing() -> None:
    sets = generator("busy"), generator("idle")
    boards = busway("board", "busy"), busway("empty", "busy", "idle"), busway("other", "idle")
    graph = chain([*sets, *boards], [load("racks", "board", power_kw=800.0)])
    busy, idle = graph.index["busy"], graph.index["idle"]
    (stage,) = fuel_stages(graph)[busy]
    assert stage.carries_kw == pytest.approx({busy: 800.0, idle: 0.0})
    assert stage.hours == pytest.approx(24 * 1_600 / 800)
    alone = chain([generator("idle"), busway("empty", "idle")], [])
    (stage,) = fuel_stages(alone)[alone.index["idle"]]
    assert stage.hours == math.inf


def test_an_overloaded_group_fails_those_that_share_an_object_with_it() -> None:
    sets = [generator(name, unit_rated_kva=100, unit_rated_kw=100) for name in ("a", "b", "c", "d")]
    boards = [busway("ab", "a", "b"), busway("bc", "b", "c"), busway("cd", "c", "d")]
    loads = [load("heavy", "ab", power_kw=300.0), load("light", "bc", power_kw=2.0), load("small", "cd", power_kw=2.0)]
    graph = chain([*sets, *boards], loads)
    stage = fuel_stages(graph)[graph.index["d"]][0]
    assert {graph.names[place] for place in stage.fails} == {"a", "b", "c"}
    assert fuel_stages(graph)[graph.index["a"]] == ()


@pytest.mark.parametrize(("power_kw", "over"), [(1_600.0, ()), (1_600.001, ("set",))])
def test_a_group_at_its_rating_is_not_overloaded(power_kw: float, over: tuple[str, ...]) -> None:
    graph = chain([generator("set"), busway("board", "set")], [load("racks", "board", power_kw=power_kw)])
    found = overloaded(graph, flow_on_generators(graph), [graph.index["set"]])
    assert tuple(graph.names[place] for place in found) == over


def test_nothing_waits_for_a_group_that_starts_with_all_others() -> None:
    sets = generator("fast", start_seconds=10), generator("slow", start_seconds=60)
    boards = busway("both", "fast", "slow"), busway("one", "fast"), busway("late", "slow")
    loads = [load("a", "both", power_kw=10.0), load("b", "one", power_kw=10.0), load("c", "late", power_kw=10.0)]
    graph = chain([*sets, *boards], loads)
    found = dict(zip(graph.names, start_seconds(graph), strict=True))
    assert found == {"fast": 10, "slow": 60, "both": 10, "one": 10, "late": 60}


def test_the_most_loaded_circuit_of_all_lost_feeds_counts() -> None:
    feeds = feed("a", "grid"), feed("b", "grid"), feed("left", "grid")
    loads = [
        load("heavy", "a", "left", power_kw=90.0, cabinets=1),
        load("light", "b", "left", power_kw=10.0, cabinets=1),
    ]
    graph = chain([intake("grid"), *feeds], loads)
    for lost in (("a", "b"), ("b", "a")):
        losses = [Loss(graph.index[name], name, whole=True) for name in lost]
        change = after(normal_flow(graph), *losses)
        assert change.circuit_kw == {graph.index["left"]: 90.0}


def test_a_loss_of_one_unit_redraws_what_has_several_sources_alone() -> None:
    graph = chain(
        [
            intake("grid"),
            ups("one", "grid", units=2),
            ups("two", "grid"),
            busway("both", "one", "two"),
            busway("own", "one"),
        ],
        [load("a", "both"), load("b", "own")],
    )
    change = after(normal_flow(graph), Loss(graph.index["one"], "one", whole=False))
    assert set(change.redrawn) == {graph.index["both"]}


def test_a_rectifier_or_battery_is_rated_by_all_its_units() -> None:
    assert rated_kva(storage("storage", "grid", units=3)) == 3_000.0


def test_a_limit_is_that_of_the_units_that_are_left_derated() -> None:
    terms = Terms(derating=0.8, power_factor=0.9)
    board = busway("board", "grid", units=2)
    assert limit_kw(board, terms, 0.5) == pytest.approx(math.sqrt(3) * 400 * 1_000 / 1_000 * 0.8 * 0.9)
    lossy = transformer("transformer", "grid", unit_rated_kva=10, no_load_loss_kw=20)
    assert limit_kw(lossy, Terms()) == 0.0


def test_terms_without_a_site_limit_nothing() -> None:
    assert limit_kw(intake("grid"), Terms()) == 5_000.0
    assert limit_kw(busway("board", "grid"), Terms()) == pytest.approx(math.sqrt(3) * 400)
    assert limit_kw(ups("ups", "grid", unit_rated_kva=400), Terms()) == 400.0


def test_an_intake_alone_has_a_contract_and_diversity() -> None:
    site = scenario(FOLDER / "bases" / "two-sided.yaml").hub.sites[0].replace(diversity_fraction=0.8)
    day = date(2026, 6, 1)
    contract = Terms(
        power_factor=site.load_power_factor, contracted_kva=5_000.0, diversity=0.8, jurisdiction=site.jurisdiction
    )
    assert Terms.at(site, intake("grid"), day) == contract
    assert Terms.at(site, ups("ups", "grid"), day) == replace(contract, contracted_kva=math.inf, diversity=1.0)
    assert Terms.at(site, rectifier("dc", "grid"), day) == replace(
        contract, power_factor=1.0, contracted_kva=math.inf, diversity=1.0
    )


@pytest.mark.parametrize(("jurisdiction", "share"), [("HK", 1.0), ("IEC", 1.0), ("CN", 1.0), ("US", 0.8)])
def test_a_breaker_may_carry_its_rating_for_good_but_in_the_united_states(jurisdiction: str, share: float) -> None:
    site = scenario(FOLDER / "bases" / "two-sided.yaml").hub.sites[0].replace(jurisdiction=Jurisdiction(jurisdiction))
    assert derating(busway("board", "grid"), site) == derating(feed("feed", "board"), site) == share


def test_batteries_without_power_share_their_load_evenly() -> None:
    def load_kw(*kw: float) -> float:
        batteries = [storage(f"battery-{number}", "board", unit_rated_kw=each) for number, each in enumerate(kw)]
        graph = chain([intake("grid"), busway("board", "grid"), *batteries], [load("racks", "board", power_kw=90.0)])
        return storage_load_kw(graph, graph.index["battery-0"])

    assert load_kw(1_000.0) == pytest.approx(90.0)
    assert load_kw(1_000.0, 500.0) == pytest.approx(60.0)
    assert load_kw(0.0, 0.0) == pytest.approx(45.0)


def test_a_busway_on_a_busway_adds_its_share_of_the_lines() -> None:
    below = busway("below", "one", "two", units=1)
    circuits = feed("circuits", "below", voltage_ll_v=None, voltage_ln_v=230, line=1)
    boards = busway("one", "grid"), busway("two", "grid", rated_current_a=3_000)
    graph = chain([intake("grid"), *boards, below, circuits], [load("racks", "circuits", power_kw=23.0)])
    lines = busway_lines(normal_flow(graph))
    assert lines[graph.index["below"]].magnitudes == pytest.approx((100.0, 0.0, 0.0), abs=1e-9)
    assert lines[graph.index["one"]].magnitudes == pytest.approx((25.0, 0.0, 0.0), abs=1e-9)
    assert lines[graph.index["two"]].magnitudes == pytest.approx((75.0, 0.0, 0.0), abs=1e-9)


def test_a_busway_that_only_stands_by_carries_no_circuit() -> None:
    circuits = feed("circuits", "main", standby_from=("spare",), voltage_ll_v=None, voltage_ln_v=230, line=2)
    graph = chain(
        [intake("grid"), busway("main", "grid"), busway("spare", "grid"), circuits],
        [load("racks", "circuits", power_kw=23.0)],
    )
    lines = busway_lines(normal_flow(graph))
    assert lines[graph.index["main"]].magnitudes == pytest.approx((0.0, 100.0, 0.0), abs=1e-9)
    assert lines[graph.index["spare"]].magnitudes == (0.0, 0.0, 0.0)
    assert not lines[graph.index["spare"]].any_single_phase


def test_lines_without_current_are_balanced() -> None:
    assert LineCurrents([0j, 0j, 0j]).imbalance == 0.0
    assert LineCurrents([3 + 0j, 0j, 0j]).imbalance == pytest.approx(2.0)


def test_plant_without_a_source_or_without_power_is_no_load() -> None:
    design = resolve(scenario(FOLDER / "bases" / "two-sided.yaml").hub, catalogue())
    chiller = design.hub.chillers[0]
    (one,) = _plant_loads(design, [chiller])
    assert (one.power_kw, one.units) == (80.0, 2)
    assert list(_plant_loads(design, [chiller.replace(unit_electrical_kw=0.0)])) == []
    assert list(_plant_loads(design, [chiller.replace(fed_by=())])) == []


def test_a_load_step_has_no_losses_and_passes_the_units_once() -> None:
    racks = load("racks", "feed-a", "feed-b", power_kw=200.0)
    sides = [part for side in ("a", "b") for part in (ups(f"ups-{side}", "grid"), feed(f"feed-{side}", f"ups-{side}"))]
    graph = load_steps(chain([intake("grid"), *sides], [replace(racks, step_kw=200.0)]))
    assert set(graph.losses) == {(1.0, 0.0)}
    assert graph.above_ups[graph.index["grid"]]
    assert not graph.above_ups[graph.index["ups-a"]]
    assert not graph.above_ups[graph.index["feed-a"]]
    assert {graph.names[place]: step.power_kw for place, step in worst_jumps(graph).items()} == {
        "ups-a": 200.0, "ups-b": 200.0,
    }  # fmt: skip


def test_plant_and_racks_on_the_same_feed_are_groups_of_their_own() -> None:
    loads = [load("racks", "grid"), load("pumps", "grid", cabinets=0), load("more", "grid")]
    graph = chain([intake("grid")], loads)
    assert [group.power_kw for group in graph.load_groups] == [200.0, 100.0]


def test_of_equal_survivors_the_doubtful_one_is_named() -> None:
    def named(**gaps: str) -> str:
        racks = [
            replace(
                load(name, f"feed-{name}-a", f"feed-{name}-b", power_kw=50.0, cabinets=1),
                missing=("x",) if gaps.get(name) == "missing" else (),
                unverified=("x",) if gaps.get(name) == "unverified" else (),
            )
            for name in ("r1", "r2", "r3")
        ]
        feeds = [feed(f"feed-{name}-{side}", f"board-{side}") for name in ("r1", "r2", "r3") for side in ("a", "b")]
        graph = chain([intake("grid"), busway("board-a", "grid"), busway("board-b", "grid"), *feeds], racks)
        (effect,) = effects_of(normal_flow(graph), Loss(graph.index["board-a"], "board-a", whole=True))
        assert effect.survivor is not None
        return graph.names[effect.survivor]

    assert named() == "feed-r1-b"
    assert named(r2="unverified", r3="unverified") == "feed-r2-b"
    assert named(r2="unverified", r3="missing") == "feed-r3-b"
