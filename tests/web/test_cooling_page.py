"""The cooling page: each loss of a unit as COOL-005 judges it, and heat that adds up from racks to chillers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from petaplan.capacity.cooling import Cdu, Chiller, CoolingLoop
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.failover.plant import percent_after, plant_losses_of
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.cool.unit_loss import broken_by_one_unit
from petaplan.capacity.state import State, states_of
from petaplan.capacity.thermal.heat import heat_loads_of, plant_of
from petaplan.capacity.web import cooling_sheets
from petaplan.capacity.web.cooling_sheets import CoolingDay
from petaplan.capacity.web.pages import cooling
from petaplan.reporting.web.blocks import Choices, During
from petaplan.reporting.web.drawing import Drawing
from tests.scenario import scenario, scenario_files
from tests.web.pages import resolved, study_of

HUB = "infra.hong_kong:hub"
COOLED = [path for path in scenario_files() if path.stem.startswith(("cool", "failover-c"))]


def _states() -> Iterator[State]:
    yield from states_of(study_of(HUB).design)
    for path in COOLED:
        found = scenario(path)
        if found.refused is None:
            yield from states_of(resolve(found.hub, load()))


def test_a_loss_leaves_the_heat_over_that_its_rule_finds() -> None:
    seen = set()
    for state in _states():
        broken = {piece.name: over for piece, over in broken_by_one_unit(state)}
        told = {lost.object: lost for lost in plant_losses_of(state)}
        assert set(told) == {piece.name for piece in plant_of(state)}
        for name, lost in told.items():
            assert lost.left_over_kw == pytest.approx(broken.get(name, 0.0))
            assert (lost.verdict == "overload") == (name in broken)
            seen.add(lost.verdict)
    assert seen == {"survives", "overload"}


def test_heat_after_a_loss_is_the_heat_before_it() -> None:
    for state in _states():
        loads, pieces = heat_loads_of(state), {piece.name: piece for piece in plant_of(state)}
        for lost in plant_losses_of(state):
            piece = pieces[lost.object]
            after = percent_after(state, lost.object, piece.units - 1)
            left = {name: one.units * one.unit_rated_kw for name, one in pieces.items()}
            left[lost.object] = (piece.units - 1) * piece.unit_rated_kw
            alone = all(
                not isinstance(piece, kind) or piece.name == other.name
                for kind in (Cdu, Chiller)
                for other in pieces.values()
                if isinstance(other, kind)
            )
            if piece.units > 1 and (alone or isinstance(piece, CoolingLoop)):
                assert after[lost.object] * left[lost.object] / 100 == pytest.approx(loads[lost.object].kw)


def test_the_heat_of_the_loops_is_that_of_racks_and_equipment() -> None:
    for day in cooling.days_of(study_of(HUB)):
        loads = heat_loads_of(day.state)
        for one in day.heat:
            assert one.rack_kw + one.equipment_kw == pytest.approx(loads[one.loop].kw)
        chillers = sum(loads[name].kw for name, piece in day.pieces.items() if isinstance(piece, Chiller))
        assert sum(one.rack_kw + one.equipment_kw for one in day.heat) == pytest.approx(chillers)


def test_every_piece_of_plant_is_drawn_once_and_selects_its_loss() -> None:
    page = cooling.build(study_of(HUB))
    assert page is not None
    during = [block for block in page.blocks if isinstance(block, During)]
    for day, shown in zip(cooling.days_of(study_of(HUB)), during, strict=True):
        (choices,) = [block for block in shown.blocks if isinstance(block, Choices)]
        (drawing,) = [block for block in shown.blocks if isinstance(block, Drawing)]
        shapes = list(drawing.every_shape())
        keys = [shape.key for shape in shapes if shape.key]
        assert len(keys) == len(set(keys))
        assert {key for state in choices.states for key in state.marks} <= set(keys)
        selected = [shape.selects for shape in shapes if shape.selects]
        assert sorted(selected) == sorted(state.key for state in choices.states[1:])
        assert len(selected) == len(day.pieces)
        for state, lost in zip(choices.states[1:], day.losses, strict=True):
            found = resolved(study_of(HUB).json, state.row)
            assert isinstance(found, dict)
            assert found["object"] == lost.object


@pytest.mark.sample(4)
@pytest.mark.parametrize("path", COOLED[:12], ids=lambda path: path.stem)
def test_plant_that_shares_loops_stands_in_one_picture(path: Path) -> None:
    found = scenario(path)
    if found.refused is None:
        for state in states_of(resolve(found.hub, load())):
            day = CoolingDay(state, 0)
            names = [name for picture, _ in day.pictures for name in picture.boxes if name in day.pieces]
            assert sorted(names) == sorted(day.pieces)


def test_plant_that_is_alike_is_drawn_once_in_a_large_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooling_sheets, "MOST_PIECES", 5)
    for day in cooling.days_of(study_of(HUB)):
        drawn = [name for picture, _ in day.pictures for name in picture.boxes if name in day.pieces]
        assert sum((alike + 1) * sum(name in day.pieces for name in one.boxes) for one, alike in day.pictures) == len(
            day.pieces
        )
        assert {lost.object for _, lost in day.shown} == set(drawn)
        assert all(day.losses[at] is lost for at, lost in day.shown)
        if day.state.day.year == 2030:
            assert [alike for _, alike in day.pictures] == [0, 0, 0, 3]


def test_a_plan_without_plant_has_no_such_page() -> None:
    assert cooling.build(study_of("tests.web.plans:bare")) is None
