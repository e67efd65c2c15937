"""The fabric page: tiers and links as the plan declares them, and the bill of `petaplan fabric`."""

import json
from collections import Counter
from itertools import combinations

import pytest

from petaplan.capacity.fabrics.bill import Item, bill_of
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.web import tiers
from petaplan.capacity.web.pages import fabric
from petaplan.capacity.web.tiers import Fabrics, drawing_of
from petaplan.reporting.web.drawing import Drawing, Group
from tests.commands import petaplan
from tests.web.pages import study_of

PLANS = ("infra.hong_kong:hub", "infra.hong_kong:with_h100")


@pytest.mark.parametrize("plan", PLANS)
def test_switches_of_the_tiers_are_those_of_the_bill(plan: str) -> None:
    design = study_of(plan).design
    drawn: Counter[str] = Counter()
    for view in Fabrics(design).views:
        for tier, count in zip(view.fabric.tiers, view.switches, strict=True):
            drawn[tier.switch] += count
    billed: Counter[str] = Counter()
    for line in bill_of(design).lines:
        if line.item is Item.SWITCH:
            billed[line.model] += line.count
    assert drawn == billed


@pytest.mark.parametrize("plan", PLANS)
def test_links_and_oversubscription_are_those_that_the_rules_count(plan: str) -> None:
    design = study_of(plan).design
    found = [finding for finding in study_of(plan).report.findings if finding.rule == "NET-002"]
    claimed = {finding.subject: finding.demand for finding in found}
    seen = 0
    for view in Fabrics(design).views:
        copies = view.fabric.planes * view.fabric.domains
        for lower, between in enumerate(view.between):
            assert between is not None
            assert between.links == copies * sum(links for _, _, links in clos_of(view.fabric).pairs(lower))
            assert claimed[f"{view.fabric.name}/{view.fabric.tiers[lower].name}"] == pytest.approx(
                between.oversubscription
            )
            seen += 1
    assert seen == len(claimed)


def test_the_bill_is_that_of_the_command() -> None:
    said = json.loads(petaplan("fabric", PLANS[0], "--format", "json").out)
    assert study_of(PLANS[0]).json["fabric"] == said


def test_no_two_fabrics_overlap() -> None:
    page = fabric.build(study_of(PLANS[0]))
    assert page is not None
    (drawing,) = [block for block in page.blocks if isinstance(block, Drawing)]
    cards = [shape for shape in drawing.shapes if isinstance(shape, Group)]
    views = Fabrics(study_of(PLANS[0]).design).views
    assert len(cards) == len(views)
    spans = [(card.x, card.y, card.y + tiers.height_of(view.fabric)) for card, view in zip(cards, views, strict=True)]
    for (x, top, foot), (other_x, other_top, other_foot) in combinations(spans, 2):
        assert abs(x - other_x) >= tiers.CARD or foot <= other_top or other_foot <= top
    assert all(x + tiers.CARD <= drawing.width and foot <= drawing.height for x, _, foot in spans)


def test_fabrics_that_are_alike_are_drawn_once_in_a_large_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "MOST_FABRICS", 5)
    large = Fabrics(study_of(PLANS[0]).design)
    alike = [{view.fabric.name for view in views} for views in large.alike]
    assert {"hall-d-roce", "hall-e-roce", "hall-f-roce", "hall-g-roce"} in alike
    assert sum(len(views) for views in large.alike) == len(large.views)
    assert len(drawing_of(large, "x").shapes) == min(5, len(large.alike))


def test_a_plan_without_a_fabric_has_no_such_page() -> None:
    assert fabric.build(study_of("tests.web.plans:bare")) is None
