"""Every loss and every pair of losses: lines of a busway, steps of load, exposure while work is done."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.electric.flow import flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import Load, PowerGraph
from petaplan.capacity.electric.lines import busway_lines, fullest_kw, loading_kw
from petaplan.capacity.electric.loss import (
    Loss,
    PostLossFlow,
    after,
    generator_losses,
    limit_after,
    single_losses,
)
from petaplan.capacity.electric.steps import load_steps, worst_jumps
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.contingencies import (
    UTILITY,
    Contingencies,
    Effect,
    backed_halls,
    contingencies,
    contingencies_of,
    effects_of,
)
from petaplan.capacity.failover.exposure import Pairs, candidate_losses, maintenance_n_minus_2, pieces
from petaplan.capacity.power import Busway, Generator, PowerObject, Rectifier, Ups
from petaplan.capacity.resolving import resolve
from petaplan.capacity.state import states_of
from tests.chains import busway, chain, feed, generator, intake, load, random_chains, transformer, ups
from tests.scenario import FOLDER, scenario
from tests.variants import examples

Drawn = tuple[list[PowerObject], list[Load]]


Phases = tuple[list[PowerObject], list[Load]]


@st.composite
def busways_with_single_phase_circuits(draw: st.DrawFn) -> Phases:
    """Two intakes, two busways with a tap each, and feeds of one, two and three lines on them."""
    nodes: list[PowerObject] = [intake("intake-a"), intake("intake-b")]
    nodes += [busway("busway-a", "intake-a"), busway("busway-b", "intake-b", standby_from=("intake-a",))]
    nodes += [busway("tap-a", "busway-a"), busway("tap-b", "busway-b", "busway-a")]
    kinds: dict[str, dict[str, object]] = {
        "three": {},
        "neutral": {"voltage_ll_v": None, "voltage_ln_v": 230.0},
        "between": {"single_phase": True},
    }
    for number in range(draw(st.integers(2, 7))):
        kind = draw(st.sampled_from(sorted(kinds)))
        line = {} if kind == "three" else {"line": draw(st.sampled_from((None, 1, 2, 3)))}
        source = draw(st.sampled_from(("busway-a", "busway-b", "tap-a", "tap-b")))
        nodes.append(feed(f"feed-{number}", source, **kinds[kind], **line))
    feeds = [node.name for node in nodes if node.name.startswith("feed")]
    loads = [
        load(f"load-{n}", *draw(st.lists(st.sampled_from(feeds), min_size=1, max_size=3, unique=True)), power_kw=kw)
        for n, kw in enumerate(draw(st.lists(st.floats(1, 90), min_size=1, max_size=6)))
    ]
    return nodes, loads


@given(busways_with_single_phase_circuits())
def test_the_lines_of_a_busway_after_a_loss_agree_with_a_chain_built_without_what_is_lost(drawn: Phases) -> None:
    nodes, loads = drawn
    made = chain(nodes, loads)
    for loss in single_losses(made):
        if not loss.whole:
            continue
        change = after(normal_flow(made), loss)
        rest = chain([node for node in nodes if node.name != loss.name], loads)
        for place, kw in PostLossFlow(normal_flow(made), change).fullest_kw().items():
            there = rest.index[made.names[place]]
            assert kw == pytest.approx(fullest_kw(rest, there, busway_lines(normal_flow(rest))[there]), abs=1e-6)


def test_the_line_that_takes_over_decides_even_where_a_busway_was_in_balance() -> None:
    """Three circuits of 10 kW on three lines; losing the other side brings 10 kW more to line 1 alone."""
    neutral = {"voltage_ll_v": None, "voltage_ln_v": 400 / 3**0.5}
    nodes: list[PowerObject] = [
        intake("intake-a"),
        intake("intake-b"),
        busway("a", "intake-a"),
        busway("b", "intake-b"),
    ]
    nodes += [feed(f"a-{line}", "a", line=line, **neutral) for line in (1, 2, 3)]
    nodes += [feed("b-1", "b", line=1, **neutral)]
    loads = [load(f"one-{line}", f"a-{line}", power_kw=10) for line in (2, 3)]
    loads.append(load("both", "a-1", "b-1", power_kw=20))
    made = chain(nodes, loads)
    place = made.index["a"]
    assert loading_kw(normal_flow(made), place) == pytest.approx(30)
    change = after(normal_flow(made), Loss(made.index["b"], "b", whole=True))
    assert change.output_kw[place] == pytest.approx(40)
    assert PostLossFlow(normal_flow(made), change).fullest_kw()[place] == pytest.approx(60)


@given(random_chains())
def test_the_worst_jumps_are_those_of_asking_every_loss(drawn: Drawn) -> None:
    nodes, loads = drawn
    stepped = [replace(one, step_kw=one.power_kw if one.cabinets % 2 else 0.0) for one in loads]
    made = load_steps(chain(nodes, stepped))
    every: dict[str, float] = {}
    for base, losses, kind in (
        (normal_flow(made), single_losses(made), Ups | Rectifier),
        (flow_without_utility(made), generator_losses(made), Generator),
    ):
        for loss in losses:
            change = after(base, loss)
            for place, kw in change.output_kw.items():
                if kw and isinstance(made.nodes[place], kind) and (place in change.left or kw > base.output_kw[place]):
                    share = kw / limit_after(made, place, change.left)
                    every[made.names[place]] = max(every.get(made.names[place], 0.0), share)
    assert {made.names[place]: jump.ratio for place, jump in worst_jumps(made).items()} == pytest.approx(every)


def test_a_feed_is_out_for_work_as_a_whole_however_many_circuits_it_has() -> None:
    nodes: list[PowerObject] = [intake("intake-a"), intake("intake-b")]
    nodes += [feed("a", "intake-a", units=4), feed("b", "intake-b", units=4)]
    swept = contingencies(chain(nodes, [load("racks", "a", "b")]))
    outcomes = {out.name: effect for out, effect in maintenance_n_minus_2(swept, "hall", whole=False)}
    assert outcomes["a"].racks == outcomes["b"].racks == 4


def test_work_on_a_piece_is_asked_together_with_the_loss_of_the_utility() -> None:
    nodes: list[PowerObject] = [intake("intake"), generator("generator-a"), generator("generator-b")]
    nodes += [transformer("one", "intake", standby_from=("generator-a",))]
    nodes += [transformer("two", "intake", standby_from=("generator-b",)), feed("a", "one"), feed("b", "two")]
    made = chain(nodes, [load("racks", "a", "b")])
    outcomes = {out.name: effect for out, effect in maintenance_n_minus_2(contingencies(made), "hall", whole=False)}
    assert {"generator-a", "generator-b"} <= set(outcomes)
    assert outcomes["generator-a"].label == UTILITY
    assert outcomes["generator-a"].survives
    lone = chain([node for node in nodes if node.name != "generator-b"], [load("racks", "a", "b")])
    impact = {out.name: effect for out, effect in maintenance_n_minus_2(contingencies(lone), "hall", whole=False)}
    assert impact["generator-a"].racks == 4


def _asked_one_by_one(found: Contingencies, hall: str, *, whole: bool) -> dict[str, list[Effect]]:
    """Every pair of a piece and of any single loss anywhere in the chain, each worked out by itself."""
    made, cooling = found.graph, found.cooling
    can_fail, backed = pieces(made, hall), hall in backed_halls(made)
    serving = (loss for loss in single_losses(made) if made.halls[loss.place])
    any_loss = [loss for loss in serving if whole or loss in can_fail or _is_piece(made, loss)]
    asked: dict[str, list[Effect]] = {}
    for out in dict.fromkeys((*can_fail, *(generator_losses(made) if backed else ()))):
        impact: list[Effect] = []
        if out in can_fail:
            impact += effects_of(normal_flow(made), out, cooling=cooling)
        for loss in any_loss if out in can_fail else ():
            if loss != out or not out.whole:
                impact += effects_of(normal_flow(made), out, loss, cooling=cooling)
        if backed:
            impact += effects_of(flow_without_utility(made), out, utility=False, cooling=cooling)
        if impact := [effect for effect in impact if effect.hall == hall]:
            asked[str(out)] = impact
    return asked


def _is_piece(made: PowerGraph, loss: Loss) -> bool:
    return not loss.whole or made.nodes[loss.place].units == 1 or made.is_feed[loss.place]


def _same_exposure(swept: Contingencies) -> None:
    for hall, whole in itertools.product(("hall", "other"), (False, True)):
        one_by_one = _asked_one_by_one(swept, hall, whole=whole)
        outcomes = list(maintenance_n_minus_2(swept, hall, whole=whole))
        found = {str(out): effect for out, effect in outcomes}
        assert found.keys() == one_by_one.keys()
        assert len(found) == len(outcomes)
        for name, effect in found.items():
            other = max(one_by_one[name], key=lambda effect: effect.badness)
            assert (effect.racks, effect.survives, effect.missing) == (other.racks, other.survives, other.missing)
            assert effect.plant_kw == pytest.approx(other.plant_kw)
            if max(effect.ratio, other.ratio) > 1:
                assert effect.ratio == pytest.approx(other.ratio)


def _adds_up(swept: Contingencies) -> None:
    """Of every two losses that do not meet, the sum is what the engine says of the pair."""
    base, cooling = normal_flow(swept.graph), swept.cooling
    for hall in ("hall", "other"):
        pairs = Pairs(swept, hall, candidate_losses(swept, hall, whole=True))
        for number, out in enumerate(pieces(swept.graph, hall)):
            apart, _ = pairs.sorted_out(number)
            for other, racks, plant_kw, ratio in zip(apart, *pairs.sums.together(number, apart), strict=True):
                impact = effects_of(base, out, pairs.losses[other], cooling=cooling)
                (engine,) = (effect for effect in impact if effect.hall == hall)
                assert (racks, plant_kw) == pytest.approx((engine.racks, engine.plant_kw))
                assert ratio == pytest.approx(engine.ratio), (out.name, pairs.losses[other].name)


@settings(max_examples=examples(300), deadline=None)
@given(random_chains())
def test_losses_that_do_not_meet_add_up(drawn: Drawn) -> None:
    _adds_up(contingencies(chain(*drawn)))


@settings(max_examples=examples(300), deadline=None)
@given(busways_with_single_phase_circuits())
def test_losses_that_do_not_meet_add_up_on_uneven_lines_too(drawn: Phases) -> None:
    nodes, loads = drawn
    narrow = [node.replace(rated_current_a=20) if isinstance(node, Busway) else node for node in nodes]
    _adds_up(contingencies(chain(narrow, loads)))


@settings(max_examples=examples(300), deadline=None)
@given(random_chains())
def test_adding_up_losses_that_do_not_meet_finds_the_worst_of_every_pair(drawn: Drawn) -> None:
    _same_exposure(contingencies(chain(*drawn)))


@settings(max_examples=examples(100), deadline=None)
@given(random_chains(), st.integers(0, 7))
def test_a_missing_figure_is_missing_of_every_pair_that_it_clouds(drawn: Drawn, pick: int) -> None:
    nodes, loads = drawn
    number = pick % len(loads)
    loads[number] = replace(loads[number], missing=("unmeasured.power_kw",))
    _same_exposure(contingencies(chain(nodes, loads)))


@settings(max_examples=examples(200), deadline=None)
@given(busways_with_single_phase_circuits())
def test_currents_of_lines_are_not_added_up_across_losses(drawn: Phases) -> None:
    nodes, loads = drawn
    narrow = [node.replace(rated_current_a=20) if isinstance(node, Busway) else node for node in nodes]
    _same_exposure(contingencies(chain(narrow, loads)))


@pytest.mark.parametrize(("rated_kw", "missed"), [(330, False), (230, True)])
def test_chillers_on_two_paths_stand_in_for_each_other_once(rated_kw: float, missed: bool) -> None:
    """Each group on a transformer of its own: one group is enough of 330 kW, too little of 230, and both is none."""
    hub = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    groups, paths = [], []
    for letter, side in zip("ab", hub.transformers, strict=True):
        paths.append(side.replace(name=f"plant-{letter}", standby_from=()))
        group = hub.chillers[0].replace(name=f"chillers-{letter}", units=1, spare_units=0, unit_rated_kw=rated_kw)
        groups.append(group.replace(fed_by=(f"plant-{letter}",)))
    loops = tuple(loop.replace(chillers=("chillers-a", "chillers-b")) for loop in hub.cooling_loops)
    hub = hub.replace(transformers=(*hub.transformers, *paths), chillers=tuple(groups), cooling_loops=loops)
    swept = contingencies_of(states_of(resolve(hub, catalogue()))[-1])
    one = [effect.plant_kw for effect in swept.effects if effect.label == "plant-a"]
    assert one == [40 if missed else 0]
    outcomes = {out.name: effect for out, effect in maintenance_n_minus_2(swept, "hall", whole=True)}
    assert outcomes["plant-a"].plant_kw == 80
    _same_exposure(swept)
    _adds_up(swept)


def test_load_steps_are_those_loads_alone_that_step() -> None:
    nodes: list[PowerObject] = [intake("intake-a"), ups("ups-a", "intake-a"), feed("feed-a", "ups-a")]
    stepping = replace(load("stepping", "feed-a"), step_kw=4)
    graph = chain(nodes, [load("steady", "feed-a"), stepping])
    steps = load_steps(graph)
    assert [(each.name, each.power_kw) for each in steps.loads] == [("stepping", 4)]


def test_what_is_above_a_ups_is_known_where_the_ups_is_the_last_object() -> None:
    steps = load_steps(chain([intake("intake-a"), ups("ups-a", "intake-a")], []))
    assert dict(zip(steps.names, steps.above_ups, strict=True)) == {"intake-a": True, "ups-a": False}
