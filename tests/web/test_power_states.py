"""Differences of single losses: the same loads as a flow from scratch, and the same survivors as the sweep."""

import pytest

from petaplan.capacity.electric.flow import flow, normal_flow
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.failover.contingencies import Contingencies, contingencies_of, ratio_of
from petaplan.capacity.failover.single import single_losses_of
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.state import states_of
from petaplan.capacity.web.power_states import Change, change_of, resting_percent, situations_of
from petaplan.infra.hong_kong import hub
from tests.scenario import FOLDER, scenario

CASES = ("no-generators", "one-transformer", "plant-on-one-side", "survivor-overloaded", "three-make-two")


def _sweeps(plan: Hub) -> list[Contingencies]:
    return [contingencies_of(state) for state in states_of(resolve(plan, load())) if state.placements]


@pytest.fixture(scope="module")
def sweeps() -> list[Contingencies]:
    plans = [hub(), *(scenario(FOLDER / f"failover-{case}.yaml").hub for case in CASES)]
    return [sweep for plan in plans for sweep in _sweeps(plan)]


def test_loads_after_a_loss_are_those_of_a_flow_from_scratch(sweeps: list[Contingencies]) -> None:
    for sweep in sweeps:
        graph, rest = sweep.graph, resting_percent(sweep.graph)
        for loss, utility in situations_of(sweep):
            if loss is None or not loss.whole or not utility:
                continue
            change = change_of(sweep, (loss, utility), rest)
            gone = flow(graph, frozenset({loss.name}))
            for place in range(len(graph.nodes)):
                percent = 100 * ratio_of(loading_kw(gone, place), graph.limits_kw[place])
                if gone.alive[place]:
                    assert change.percent.get(place, rest[place]) == pytest.approx(percent, abs=1)
                elif place != loss.place and normal_flow(graph).alive[place]:
                    assert place in change.dead
            assert set(change.dark) == set(gone.dark) - set(normal_flow(graph).dark)


def test_the_survivor_of_the_sweep_has_its_load(sweeps: list[Contingencies]) -> None:
    held = 0
    for sweep in sweeps:
        graph, rest = sweep.graph, resting_percent(sweep.graph)
        for told, situation in zip(single_losses_of(sweep), situations_of(sweep), strict=True):
            change = change_of(sweep, situation, rest)
            if told.survivor:
                place = graph.index[told.survivor]
                assert change.percent.get(place, rest[place]) == pytest.approx(told.after_percent, abs=1)
                held += 1
            assert _racks(sweep, change) == told.racks_dark
    assert held


def _racks(sweep: Contingencies, change: Change) -> int:
    return sum(sweep.graph.load_groups[number].cabinets for number in change.dark)
