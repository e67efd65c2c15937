"""One-line diagrams: every object and load of any power chain has its place, and every connection its wire."""

from itertools import combinations

from hypothesis import given, settings

from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.graph import Load, PowerGraph
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.power import PowerObject
from petaplan.capacity.resolving import resolve
from petaplan.capacity.state import states_of
from petaplan.capacity.web.one_line import Sheet, natural, sheets_of
from petaplan.capacity.web.power_states import resting_percent
from petaplan.infra.hong_kong import hub
from tests.chains import chain, random_chains
from tests.variants import examples


def _check(graph: PowerGraph) -> tuple[Sheet, ...]:
    sheets = sheets_of(graph, resting_percent(graph))
    places = sorted(place for sheet in sheets for place in sheet.objects.values())
    assert places == list(range(len(graph.nodes)))
    numbers = sorted(number for sheet in sheets for number in sheet.loads.values())
    assert numbers == list(range(len(graph.load_groups)))
    wires: set[tuple[int, int, bool]] = set()
    for sheet in sheets:
        assert not set(sheet.tags.values()) & set(sheet.objects.values())
        boxes = sheet.picture.boxes
        assert set(boxes) == {*sheet.objects, *sheet.tags, *sheet.loads}
        for one, other in combinations(boxes.values(), 2):
            across = one.x < other.x + other.width - 1e-6 and other.x < one.x + one.width - 1e-6
            assert not across or one.y + one.height <= other.y or other.y + other.height <= one.y
        sources = {**sheet.objects, **sheet.tags}
        for wire in sheet.picture.wires:
            lower = wire.joint.lower
            target = sheet.objects[lower] if lower in sheet.objects else -1 - sheet.loads[lower]
            wires.add((sources[wire.joint.upper], target, wire.joint.dashed))
    declared = {(up, place, False) for place, fed in enumerate(graph.upstream) for up in fed}
    standby = {
        (up, place, True) for place, ups in enumerate(graph.standby) for up in ups if up not in graph.upstream[place]
    }
    to_loads = {(feed, -1 - number, False) for number, group in enumerate(graph.load_groups) for feed in group.feeds}
    assert wires == declared | standby | to_loads
    return sheets


@settings(max_examples=examples(60))
@given(random_chains())
def test_any_power_chain_has_each_object_once_and_each_connection(
    drawn: tuple[list[PowerObject], list[Load]],
) -> None:
    _check(chain(*drawn))


def test_the_hub_has_a_sheet_a_hall_and_one_of_what_they_share() -> None:
    last = states_of(resolve(hub(), load()))[-1]
    graph = power_graph_of(last)
    sheets = _check(graph)
    assert [sheet.hall for sheet in sheets] == ["", *(hall.name for hall in last.design.hub.halls)]
    shared = {graph.names[place] for place in sheets[0].objects.values()}
    assert {"intake-a", "intake-b"} <= shared
    for sheet in sheets[1:]:
        rows = {key: number for key, number in sheet.loads.items() if graph.load_groups[number].cabinets}
        named = sorted(rows, key=lambda key: natural(graph.names[graph.load_groups[rows[key]].feeds[0]]))
        lefts = [sheet.picture.boxes[key].x for key in named]
        assert lefts == sorted(lefts), "rows stand from left to right"
        assert sheet.picture.width < 2_400
