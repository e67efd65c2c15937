"""The power page: the same sweep as `petaplan failover`, each loss with what goes dark and who takes its load."""

import json
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.failover.single import SingleLoss
from petaplan.capacity.web import one_line
from petaplan.capacity.web.pages import power
from petaplan.capacity.web.power_sheets import PowerDay, drawing_of, marks_of, state_key
from petaplan.reporting.web.blocks import Choices, During, State
from petaplan.reporting.web.drawing import Drawing
from petaplan.reporting.web.paint import Paint
from petaplan.reporting.web.site import Page
from tests.commands import petaplan
from tests.web.pages import resolved, study_of

HUB = "infra.hong_kong:hub"
DAY = date(2028, 12, 31)


@pytest.fixture(scope="module")
def page() -> Page:
    found = power.build(study_of(HUB))
    assert found is not None
    return found


def _on(page: Page, day: date) -> tuple[Choices, Drawing]:
    """What the page shows on a day."""
    (shown,) = [
        block
        for block in page.blocks
        if isinstance(block, During)
        and (block.shown_from is None or block.shown_from <= day)
        and (block.shown_until is None or day < block.shown_until)
    ]
    (choices,) = [block for block in shown.blocks if isinstance(block, Choices)]
    (drawing,) = [block for block in shown.blocks if isinstance(block, Drawing)]
    assert choices.drawing == drawing.key
    return choices, drawing


def _days() -> list[tuple[PowerDay, tuple[SingleLoss, ...]]]:
    return [(day, day.table.single_losses) for day in power.days_of(study_of(HUB))]


def test_ups_a_of_hall_a_on_the_last_day_of_2028_is_as_the_command_says(page: Page) -> None:
    said = json.loads(petaplan("failover", HUB, "--format", "json").out)
    table = max((one for one in said["failover"] if one["day"] <= DAY.isoformat()), key=lambda one: one["day"])
    (told,) = [one for one in table["single_losses"] if one["object"] == "hall-a-ups-a" and one["whole"]]
    choices, drawing = _on(page, DAY)
    (day,) = [day for day, _ in _days() if day.table.day.isoformat() == table["day"]]
    place = day.graph.index["hall-a-ups-a"]
    (state,) = [one for one in choices.states if one.key == f"w{place}"]
    assert any(shape.selects == state.key for shape in drawing.every_shape()), "a click on it selects its loss"
    assert resolved(study_of(HUB).json, state.row) == told
    survivor = state.marks[f"t{day.graph.index[told['survivor']]}"]
    assert survivor.text == f"{told['after_percent']:.0f} % ◀"
    assert _dark_racks(day, state) == told["racks_dark"] == 0
    assert state.marks[f"p{place}"].paint is Paint.LOST
    assert state.marks[f"t{place}"].text == "✗"


def _dark_racks(day: PowerDay, state: State) -> int:
    groups = day.graph.load_groups
    return sum(
        groups[int(key[1:])].cabinets
        for key, mark in state.marks.items()
        if key.startswith("g") and mark.paint is Paint.DARK
    )


def test_every_single_loss_is_a_state_with_its_dark_racks_and_its_survivor(page: Page) -> None:
    for day, losses in _days():
        choices, _ = _on(page, day.table.day)
        rest, *states = choices.states
        assert not rest.marks
        assert len(states) == len(losses) == len({state.key for state in states})
        for state, told in zip(states, losses, strict=True):
            found: Any = resolved(study_of(HUB).json, state.row)
            assert (found["loss"], found["object"], found["utility"]) == (told.loss, told.object, told.utility)
            assert _dark_racks(day, state) == told.racks_dark
            nearest = {key for key, mark in state.marks.items() if (mark.text or "").endswith("◀")}
            assert nearest <= {f"t{day.graph.index[told.survivor]}" if told.survivor else ""}


def test_every_object_of_the_power_chain_can_be_selected(page: Page) -> None:
    for day, _ in _days():
        choices, drawing = _on(page, day.table.day)
        states = {state.key for state in choices.states}
        selected = {shape.selects for shape in drawing.every_shape() if shape.selects}
        assert selected <= states
        losses = {loss.place for _, (loss, _) in day.situations if loss is not None}
        assert {int(key.lstrip("wuo")) for key in selected} == losses


def test_marks_name_shapes_of_the_drawing(page: Page) -> None:
    for day, _ in _days():
        choices, drawing = _on(page, day.table.day)
        keys = [shape.key for shape in drawing.every_shape() if shape.key]
        assert len(keys) == len(set(keys))
        assert {key for state in choices.states for key in state.marks} <= set(keys)


def test_the_key_of_a_state_tells_unit_whole_and_utility_apart() -> None:
    for day, _ in _days():
        keys = [state_key(loss, utility=utility) for _, (loss, utility) in day.situations]
        assert len(keys) == len(set(keys))


def test_halls_that_are_alike_are_drawn_once_in_a_large_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [len(day.sheets) for day, _ in _days()]
    monkeypatch.setattr(one_line, "MOST_OBJECTS", 10)
    for (day, losses), count in zip(_days(), every, strict=True):
        assert sum(sheet.alike + 1 for sheet in day.sheets) >= count
        if day.table.day.year == 2030:
            assert [(sheet.hall, sheet.alike) for sheet in day.sheets if sheet.alike] == [("hall-d", 3)]
        shown = {losses[at].object for at, _ in day.situations}
        assert shown == {"", *(day.graph.names[place] for place in day.drawn)} & {one.object for one in losses}
        keys = {shape.key for shape in drawing_of(day, "x").every_shape()}
        for at, situation in day.situations:
            assert set(marks_of(day, situation, losses[at].survivor)) <= keys


def test_a_plan_without_a_power_chain_has_no_such_page() -> None:
    assert power.build(study_of("tests.web.plans:bare")) is None
