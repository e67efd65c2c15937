"""Memoized results: each object gets its own, whatever was made and dropped before it."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.memo import MemoOwner, memoized, memoized_by_value
from petaplan.capacity.resolving import resolve
from petaplan.capacity.state import states_of
from petaplan.capacity.thermal.heat import heats_in
from petaplan.infra.hong_kong import hub


@pytest.fixture(scope="module")
def design() -> Design:
    return resolve(hub(), load())


def _racks_and_heat(design: Design, count: int) -> tuple[int, int, float]:
    """Racks of a what-if pod, those that its facts say, and the heat of one cabinet over its power."""
    pod = _what_if(design, count)
    facts, heats = design.pod(pod), heats_in(design, pod)
    cabinets = sum(heat.rack.count for heat in heats)
    return cabinets, facts.rack_count, facts.it_power_kw.value or 0.0


def _what_if(design: Design, count: int) -> Pod:
    model = design.hub.pods[0]
    return model.replace(racks=(model.racks[0].replace(count=count),))


def test_a_thousand_pods_that_are_made_and_dropped_never_see_the_facts_of_another(design: Design) -> None:
    for number in range(1_000):
        count = number % 97 + 1
        cabinets, racks, power_kw = _racks_and_heat(design, count)
        one_kw = design.pod(_what_if(design, 1)).it_power_kw.value
        assert one_kw is not None
        assert (cabinets, racks) == (count, count)
        assert power_kw == pytest.approx(count * one_kw)


def test_pods_of_several_threads_never_see_the_facts_of_another(design: Design) -> None:
    counts = [number % 89 + 1 for number in range(1_000)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda count: _racks_and_heat(design, count)[:2], counts))
    assert found == [(count, count) for count in counts]


def test_power_graphs_of_designs_that_are_made_and_dropped_are_their_own(design: Design) -> None:
    for number in range(1, 40):
        pods = design.hub.pods[:number]
        made = resolve(design.hub.replace(pods=pods), load())
        graph = power_graph_of(states_of(made)[-1])
        owners = {each.owner for each in graph.loads if each.cabinets}
        assert owners <= {*(pod.name for pod in pods), *(rack.name for rack in design.hub.racks)}
        del made, graph
        gc.collect(0)


class _Owner(MemoOwner):
    """Something with results."""


def test_a_result_is_worked_out_once_for_each_owner_and_key() -> None:
    calls: list[tuple[str, ...]] = []

    @memoized_by_value
    def joined(_owner: _Owner, one: str, two: str) -> str:
        calls.append((one, two))
        return one + two

    owner, other = _Owner(), _Owner()
    assert [joined(owner, "a", "b"), joined(owner, "a", "b"), joined(owner, "b", "a")] == ["ab", "ab", "ba"]
    assert joined(other, "a", "b") == "ab"
    assert calls == [("a", "b"), ("b", "a"), ("a", "b")]


def test_threads_that_work_out_the_same_are_given_one_object() -> None:
    @memoized
    def made(_owner: _Owner) -> list[int]:
        return []

    owner = _Owner()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: made(owner), range(200)))
    assert all(each is found[0] for each in found)


def test_the_results_go_when_their_owner_goes() -> None:
    class Witness:
        alive = 0

        def __init__(self) -> None:
            Witness.alive += 1

        def __del__(self) -> None:
            Witness.alive -= 1

    @memoized
    def witness(_owner: _Owner) -> Witness:
        return Witness()

    owner = _Owner()
    witness(owner)
    assert Witness.alive == 1
    del owner
    gc.collect()
    assert Witness.alive == 0


def test_a_result_that_is_none_or_an_error_is_kept_or_raised_again() -> None:
    calls: list[str] = []

    @memoized
    def nothing(_owner: _Owner) -> None:
        calls.append("nothing")

    @memoized
    def fails(_owner: _Owner) -> None:
        calls.append("fails")
        raise KeyError("inside")

    owner = _Owner()
    nothing(owner)
    nothing(owner)
    for _ in range(2):
        with pytest.raises(KeyError, match="inside"):
            fails(owner)
    assert calls == ["nothing", "fails", "fails"]
