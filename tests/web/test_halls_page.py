"""Pages of halls and racks: the marks are the racks of the plan, on any day and in any colour."""

from collections import Counter
from datetime import date

import pytest

from petaplan.capacity.fabrics.racks import rack_lines
from petaplan.capacity.web import halls as floors
from petaplan.capacity.web.halls import Halls, drawing_of
from petaplan.capacity.web.pages import halls, racks
from petaplan.capacity.web.rack_kinds import rack_kinds
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.blocks import Choices, DaySlider, During, Legend
from petaplan.reporting.web.drawing import Drawing, Group, Rect
from petaplan.reporting.web.markup import slug
from petaplan.reporting.web.site import Page
from tests.web.pages import page_of, resolved, study_of

PLANS = ("infra.hong_kong:hub", "infra.hong_kong:short", "infra.hong_kong:with_h100")
DAYS = (date(2026, 1, 1), date(2026, 12, 28), date(2027, 6, 30), date(2028, 12, 31), date(2031, 1, 1))


def _page(study: Study) -> Page:
    found = halls.build(study)
    assert found is not None
    return found


def _groups(page: Page) -> list[Group]:
    (drawing,) = [block for block in page.blocks if isinstance(block, Drawing)]
    return [shape for shape in drawing.every_shape() if isinstance(shape, Group) and "racks" in shape.classes]


def _racks_of(group: Group) -> int:
    return sum(isinstance(shape, Rect) for shape in group.shapes)


@pytest.mark.sample(5)
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("day", DAYS)
def test_the_marks_of_a_day_are_the_racks_of_the_plan(plan: str, day: date) -> None:
    study = study_of(plan)
    standing = [
        group
        for group in _groups(_page(study))
        if (group.shown_from is None or group.shown_from <= day)
        and (group.shown_until is None or day < group.shown_until)
    ]
    lines = rack_lines(study.design, on=day)
    assert Counter(map(_racks_of, standing)) == Counter(line.count for line in lines)
    assert sum(map(_racks_of, standing)) == sum(line.count for line in lines)


@pytest.mark.parametrize("plan", PLANS)
def test_each_colour_counts_every_rack_of_the_day_once(plan: str) -> None:
    study = study_of(plan)
    page = _page(study)
    (choices,) = [block for block in page.blocks if isinstance(block, Choices)]
    assert [state.key for state in choices.states] == ["power", "phase", "model"]
    for state in choices.states:
        for block in state.blocks:
            assert isinstance(block, During)
            assert block.shown_from is not None
            (legend,) = block.blocks
            assert isinstance(legend, Legend)
            counts = [resolved(study.json, entry.pointer) for entry in legend.entries]
            lines = rack_lines(study.design, on=block.shown_from)
            assert sum(int(str(count)) for count in counts) == sum(line.count for line in lines)
        assert all(len(set(state.paints) & set(group.classes)) == 1 for group in _groups(page))


def test_signs_tell_the_classes_of_a_colour_apart_without_colour() -> None:
    for colouring in Halls(study_of(PLANS[0]).design).colourings:
        signs = [one.sign for one in colouring.classes]
        assert len(signs) == len(set(signs))


def test_the_slider_has_each_day_on_which_racks_change() -> None:
    study = study_of(PLANS[0])
    (slider,) = [block for block in _page(study).blocks if isinstance(block, DaySlider)]
    assert [day for day, _ in slider.days] == sorted({line.in_service for line in rack_lines(study.design)})


def test_a_rack_on_the_floor_leads_to_the_front_of_its_kind() -> None:
    study = study_of(PLANS[0])
    fronts = racks.build(study)
    assert fronts is not None
    keys = {("racks", block.key) for block in fronts.blocks if isinstance(block, Drawing)}
    leads = {group.leads_to for group in _groups(_page(study))}
    assert leads == keys
    assert all(f'id="{slug(*key)}"' in page_of(PLANS[0]).text for key in keys)


def test_the_kinds_of_racks_are_all_racks_of_the_plan() -> None:
    for plan in PLANS:
        design = study_of(plan).design
        assert sum(kind.racks for kind in rack_kinds(design).kinds) == sum(line.count for line in rack_lines(design))


def test_halls_that_are_alike_are_drawn_once_in_a_large_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    design = study_of(PLANS[0]).design
    assert [len(numbers) for numbers in Halls(design).alike] == [1] * 7
    monkeypatch.setattr(floors, "MOST_GROUPS", 10)
    monkeypatch.setattr(floors, "MOST_RACKS", 10)
    large = Halls(design)
    alike = [[design.hub.halls[at].name for at in numbers] for numbers in large.alike]
    assert ["hall-d", "hall-e", "hall-f", "hall-g"] in alike
    drawn = [shape for shape in drawing_of(large, "x").every_shape() if isinstance(shape, Group) and shape.leads_to]
    first = {numbers[0] for numbers in large.alike}
    assert len(drawn) == sum(design.hub.halls[at].name == line.hall for at in first for line in large.lines)
    assert {_racks_of(group) for group in drawn} == {1}, "a group is one mark"


def test_a_plan_without_racks_has_no_page_of_halls_or_racks() -> None:
    assert halls.build(study_of("tests.web.plans:bare")) is None
    assert racks.build(study_of("tests.web.plans:bare")) is None
