"""Rack elevations: what the catalogue says a rack holds, in rack units."""

from dataclasses import replace

import pytest

from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Node, RackModel, SwitchModel
from petaplan.capacity.rack_facts import rack_facts
from petaplan.capacity.web.elevation import MOST_UNITS, elevation_of

MODELS = [one.model for one in load().table(RackModel)]


@pytest.mark.sample(8)
@pytest.mark.parametrize("model", MODELS)
def test_a_rack_of_the_catalogue_shows_each_of_its_boxes_once(model: str) -> None:
    facts = rack_facts(load(), model, (), None)
    front = elevation_of(facts)
    held = sum(count for count, _ in (*facts.nodes, *facts.switches))
    apart = sum(count for count, _ in (*front.without_height, *front.left_out))
    assert len(front.boxes) + apart == held
    if facts.used_u.value is not None and not front.left_out:
        assert front.used_u == pytest.approx(facts.used_u.value)
    level = 0.0
    for box in front.boxes:
        assert box.bottom_u == pytest.approx(level)
        level += box.height_u
    assert level <= front.shown_u <= MOST_UNITS
    assert front.frame_u is None or front.shown_u >= min(front.frame_u, MOST_UNITS)


def test_switches_stand_above_the_nodes() -> None:
    node = next(one for one in load().table(Node) if one.height_u is not None)
    switch = next(one for one in load().table(SwitchModel) if one.height_u is not None)
    facts = rack_facts(load(), MODELS[0], (NodeGroup(model=node.model, count=2),), None)
    front = elevation_of(replace(facts, switches=((3, switch),)))
    switches = [box.bottom_u for box in front.boxes if box.is_switch]
    assert len(switches) == 3
    assert max(box.bottom_u for box in front.boxes if not box.is_switch) < min(switches)
