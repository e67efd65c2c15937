"""The incremental engine of single losses against a second opinion, and against shapes that might break it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.electric.flow import Flow, flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import Load, PowerGraph
from petaplan.capacity.electric.loss import (
    Loss,
    LossDelta,
    after,
    generator_losses,
    single_losses,
)
from petaplan.capacity.failover.contingencies import (
    Effect,
    contingencies,
    effects_of,
)
from petaplan.capacity.power import PowerObject
from tests.chains import busway, chain, feed, generator, intake, load, random_chains, transformer, ups
from tests.oracles.power_flow import Answer, brute_force

Drawn = tuple[list[PowerObject], list[Load]]


def _agree(base: Flow, change: LossDelta, answer: Answer) -> None:
    names, before = base.graph.names, base.output_kw
    dead = {names[place] for place in range(len(names)) if not base.alive[place]} | {names[p] for p in change.dead}
    assert dead == answer.dead
    for place, name in enumerate(names):
        if name not in dead:
            assert change.output_kw.get(place, before[place]) == pytest.approx(answer.output_kw[name], abs=1e-6)
    load_groups = [base.graph.load_groups[number] for number in (*base.dark, *change.dark)]
    assert {base.graph.loads[number].name for load_group in load_groups for number in load_group.loads} == answer.dark


@given(random_chains())
def test_the_flow_with_nothing_lost_agrees_with_the_second_opinion(drawn: Drawn) -> None:
    made = chain(*drawn)
    _agree(normal_flow(made), LossDelta(), brute_force(*drawn, {}))


@given(random_chains())
def test_every_single_loss_agrees_with_working_everything_out_again(drawn: Drawn) -> None:
    made = chain(*drawn)
    for loss in single_losses(made):
        gone = made.nodes[loss.place].units if loss.whole else 1
        _agree(normal_flow(made), after(normal_flow(made), loss), brute_force(*drawn, {loss.name: gone}))


@given(random_chains())
def test_the_sweep_says_of_every_loss_what_the_engine_says_of_it_alone(drawn: Drawn) -> None:
    made = chain(*drawn)
    impact: dict[tuple[str, str], Effect] = {
        (effect.label, effect.hall): effect for effect in contingencies(made).effects
    }
    for loss in single_losses(made):
        for alone in effects_of(normal_flow(made), loss):
            same = impact[alone.label, alone.hall]
            assert (same.racks, same.survives) == (alone.racks, alone.survives)
            assert (same.dark_kw, same.plant_kw, same.ratio) == pytest.approx(
                (alone.dark_kw, alone.plant_kw, alone.ratio)
            )


@given(random_chains(), st.randoms(use_true_random=False))
def test_two_losses_at_once_agree_with_working_everything_out_again(drawn: Drawn, chance: object) -> None:
    made = chain(*drawn)
    losses = list(single_losses(made))
    one, two = chance.choice(losses), chance.choice(losses)  # type: ignore[attr-defined]
    gone: dict[str, int] = {}
    for loss in (one, two):
        units = made.nodes[loss.place].units
        gone[loss.name] = units if loss.whole else min(units, gone.get(loss.name, 0) + 1)
    _agree(normal_flow(made), after(normal_flow(made), one, two), brute_force(*drawn, gone))


@given(random_chains())
def test_a_generator_lost_while_the_utility_is_out_agrees_with_the_second_opinion(drawn: Drawn) -> None:
    made = chain(*drawn)
    outage = {node.name: node.units for node in drawn[0] if node.name.startswith("intake")}
    for loss in generator_losses(made):
        gone = outage | {loss.name: made.nodes[loss.place].units if loss.whole else 1}
        _agree(flow_without_utility(made), after(flow_without_utility(made), loss), brute_force(*drawn, gone))


@given(random_chains())
def test_the_order_of_declarations_changes_nothing(drawn: Drawn) -> None:
    nodes, loads = drawn
    one, two = chain(nodes, loads), chain(nodes[::-1], loads[::-1])
    assert one.names == two.names
    assert normal_flow(one).output_kw == pytest.approx(normal_flow(two).output_kw)
    impact = {(effect.label, effect.hall): effect for effect in contingencies(one).effects}
    for effect in contingencies(two).effects:
        same = impact[effect.label, effect.hall]
        assert (same.racks, same.survives) == (effect.racks, effect.survives)
        assert same.ratio == pytest.approx(effect.ratio)


@given(random_chains())
def test_twice_the_load_is_twice_the_power_where_nothing_is_lost_on_the_way(drawn: Drawn) -> None:
    nodes = [node.replace(no_load_loss_kw=0.0) if hasattr(node, "no_load_loss_kw") else node for node in drawn[0]]
    twice = [
        Load(name=one.name, feeds=one.feeds, power_kw=2 * one.power_kw, cabinets=one.cabinets, owner=one.owner)
        for one in drawn[1]
    ]
    single, double = normal_flow(chain(nodes, drawn[1])), normal_flow(chain(nodes, twice))
    assert double.output_kw == pytest.approx([2 * kw for kw in single.output_kw])


@given(random_chains(), st.integers(0, 7))
def test_removing_a_feed_from_a_load_never_relieves_the_feeds_that_stay(drawn: Drawn, pick: int) -> None:
    nodes, loads = drawn
    number = pick % len(loads)
    one = loads[number]
    if len(one.feeds) < 2:
        return
    fewer = Load(name=one.name, feeds=one.feeds[1:], power_kw=one.power_kw, cabinets=one.cabinets, owner=one.owner)
    before, now = chain(nodes, loads), chain(nodes, [*loads[:number], fewer, *loads[number + 1 :]])
    for name in fewer.feeds:
        place = before.index[name]
        assert normal_flow(now).circuit_kw(place) >= normal_flow(before).circuit_kw(place) - 1e-9
    assert len(_dark_names(now)) >= len(_dark_names(before))


def _dark_names(made: PowerGraph) -> set[str]:
    return {made.loads[n].name for load_group in normal_flow(made).dark for n in made.load_groups[load_group].loads}


def test_a_chain_a_thousand_and_more_deep_is_walked_without_recursion() -> None:
    nodes: list[PowerObject] = [intake("intake"), busway("b-0", "intake")]
    nodes += [busway(f"b-{depth}", f"b-{depth - 1}") for depth in range(1, 1_500)]
    made = chain(nodes, [load("racks", "b-1499")])
    assert normal_flow(made).output_of("intake") == pytest.approx(100.0)
    assert all(effect.racks == 4 for effect in contingencies(made).effects)


def test_a_load_with_three_feeds_draws_a_third_from_each_and_a_half_when_one_is_lost() -> None:
    nodes: list[PowerObject] = [intake("intake"), *(feed(f"feed-{letter}", "intake") for letter in "abc")]
    made = chain(nodes, [load("racks", "feed-a", "feed-b", "feed-c", power_kw=90)])
    assert normal_flow(made).output_of("feed-a") == pytest.approx(30)
    change = after(normal_flow(made), Loss(made.index["feed-a"], "feed-a", whole=True))
    assert change.output_kw[made.index["feed-b"]] == pytest.approx(45)


def test_an_object_whose_sources_are_not_in_service_is_dead_and_its_load_dark() -> None:
    made = chain([intake("intake"), feed("feed", "somewhere-else")], [load("racks", "feed")])
    assert _dark_names(made) == {"racks"}
    assert all(effect.survives for effect in contingencies(made).effects), "what is dark already cannot go dark"


def test_a_load_without_feeds_is_dark_and_breaks_nothing() -> None:
    made = chain([intake("intake")], [load("racks")])
    assert _dark_names(made) == {"racks"}


def test_an_empty_chain_has_no_losses() -> None:
    assert contingencies(chain([], [])).effects == ()


def test_a_shared_transformer_is_counted_once_for_two_halls() -> None:
    nodes: list[PowerObject] = [
        intake("intake"),
        transformer("shared", "intake"),
        feed("one", "shared"),
        feed("two", "shared"),
    ]
    made = chain(nodes, [load("first", "one", hall="hall"), load("second", "two", hall="other")])
    assert normal_flow(made).output_of("shared") == pytest.approx(200)
    impact = {
        effect.hall: effect.racks
        for effect in contingencies(made).effects
        if effect.loss and effect.loss.name == "shared"
    }
    assert impact == {"hall": 4, "other": 4}


def test_a_stand_by_source_takes_over_only_when_all_others_are_lost() -> None:
    nodes: list[PowerObject] = [
        intake("intake-a"),
        intake("intake-b"),
        generator("generator"),
        transformer("transformer", "intake-a", "intake-b", standby_from=("generator",)),
        feed("feed", "transformer"),
    ]
    made = chain(nodes, [load("racks", "feed")])
    assert normal_flow(made).output_of("generator") == 0
    one = after(normal_flow(made), Loss(made.index["intake-a"], "intake-a", whole=True))
    assert made.index["generator"] not in one.output_kw
    assert flow_without_utility(made).output_of("generator") == pytest.approx(100 / 0.99 + 2)


def test_a_generator_stands_by_behind_a_tie_to_the_other_side() -> None:
    nodes: list[PowerObject] = [
        intake("intake-a"),
        intake("intake-b"),
        generator("generator"),
        transformer("transformer", "intake-a", standby_from=("intake-b", "generator")),
        feed("feed", "transformer"),
    ]
    made = chain(nodes, [load("racks", "feed")])
    change = after(normal_flow(made), Loss(made.index["intake-a"], "intake-a", whole=True))
    assert change.output_kw[made.index["intake-b"]] == pytest.approx(100 / 0.99 + 2)
    assert made.index["generator"] not in change.output_kw


def test_a_generator_that_always_feeds_is_lost_like_any_other_piece() -> None:
    nodes: list[PowerObject] = [
        intake("intake", unit_rated_kva=110),
        generator("generator"),
        transformer("transformer", "intake", "generator"),
        feed("feed", "transformer"),
    ]
    made = chain(nodes, [load("racks", "feed", power_kw=150.0)])
    impact = [effect for effect in contingencies(made).effects if effect.label == "generator"]
    assert [made.names[effect.survivor] for effect in impact if effect.survivor is not None] == ["intake"]
    assert not any(effect.survives for effect in impact)


def test_a_hall_feels_the_loss_of_what_only_its_neighbour_hangs_on_where_that_overloads_what_both_share() -> None:
    nodes: list[PowerObject] = [intake("intake")]
    nodes += [ups(f"ups-{letter}", "intake", units=2) for letter in "abc"]
    nodes += [feed(f"feed-{letter}", f"ups-{letter}", units=40) for letter in "abc"]
    loads = [
        load("neighbour", "feed-a", "feed-b", power_kw=900.0, cabinets=18, hall="other"),
        load("own", "feed-b", "feed-c", power_kw=500.0, cabinets=10, hall="hall"),
    ]
    made = chain(nodes, loads)
    impact = {effect.hall: effect for effect in contingencies(made).effects if effect.label == "ups-a"}
    assert impact["hall"].carries_kw == pytest.approx(900 + 250)
    assert impact["hall"].limit_kw == pytest.approx(1_000)
    assert not impact["hall"].survives


def test_losing_one_module_moves_no_load_where_there_is_one_path() -> None:
    nodes: list[PowerObject] = [intake("intake"), ups("ups", "intake", units=4), feed("feed", "ups")]
    made = chain(nodes, [load("racks", "feed")])
    (effect,) = [e for e in contingencies(made).effects if e.label == "one unit of ups"]
    assert effect.carries_kw == pytest.approx(100)
    assert effect.limit_kw == pytest.approx(1_500)


def test_the_loss_of_a_row_reaches_its_own_path_and_not_the_other_rows() -> None:
    nodes: list[PowerObject] = [intake("intake-a"), intake("intake-b")]
    loads = []
    for row in range(200):
        nodes += [feed(f"feed-a-{row}", "intake-a"), feed(f"feed-b-{row}", "intake-b")]
        loads.append(load(f"row-{row}", f"feed-a-{row}", f"feed-b-{row}"))
    made = chain(nodes, loads)
    change = after(normal_flow(made), Loss(made.index["feed-a-7"], "feed-a-7", whole=True))
    reached = {made.names[place] for place in (*change.output_kw, *change.dead)}
    assert reached == {"feed-a-7", "feed-b-7", "intake-a", "intake-b"}


def test_each_row_lost_reaches_no_more_pieces_when_there_are_ten_times_as_many_rows() -> None:
    def reached(rows: int) -> set[int]:
        nodes: list[PowerObject] = [intake("intake-a"), intake("intake-b")]
        loads = []
        for row in range(rows):
            nodes += [feed(f"feed-a-{row}", "intake-a"), feed(f"feed-b-{row}", "intake-b")]
            loads.append(load(f"row-{row}", f"feed-a-{row}", f"feed-b-{row}"))
        made = chain(nodes, loads)
        changes = [after(normal_flow(made), loss) for loss in single_losses(made) if loss.name.startswith("feed")]
        return {len({*change.output_kw, *change.dead}) for change in changes}

    assert reached(20) == reached(200) == {4}


def test_a_survivor_that_also_feeds_what_nobody_knows_is_not_known_to_survive() -> None:
    nodes: list[PowerObject] = [intake("intake-a"), intake("intake-b"), feed("feed-a", "intake-a")]
    nodes.append(feed("feed-b", "intake-b"))
    unknown = replace(load("secret", "feed-b", power_kw=0), missing=("power of secret",))
    made = chain(nodes, [load("racks", "feed-a", "feed-b"), unknown])
    impact = {effect.loss.name: effect.missing for effect in contingencies(made).effects if effect.loss}
    assert impact["feed-a"] == impact["intake-a"] == ("power of secret",)
