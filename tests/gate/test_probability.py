"""The gate shows the probability of a target before and after a change, where the target declares a confidence."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.findings import Verdict
from petaplan.capacity.forecast.forecast import chance_of
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.difference import MOST_QUANTITIES
from petaplan.capacity.verdict.difference import Change, difference, side
from tests.capacity.forecast_hubs import SURE, design_of, slip, two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, phase, pod, target
from tests.web.pages import figures

DOUBT = SURE | {"slip": slip(0.02, 0.1, 0.4, probability_late=0.9)}


def plan(days: int, confidence: float | None = 0.3) -> Hub:
    """A target so many days after its phase, which is in doubt."""
    goal = target(1.0, by=FIRST + timedelta(days=days), confidence=confidence)
    return two_phases(first=DOUBT, targets=(goal,))


def percent(hub: Hub) -> float:
    """The probability of its target in percent, to two digits, as `petaplan forecast` finds it."""
    return round(100 * chance_of(design_of(hub), hub.targets[0])[0], 2)


def gated(folder: Path, old: Hub, new: Hub) -> dict[str, str]:
    """What the gate writes of a change, by form."""
    for name, hub in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(write_yaml(hub), encoding="utf-8")
    outputs = [word for form in ("json", "markdown", "html") for word in (f"--{form}", f"gate.{form}")]
    said = petaplan("gate", "new.yaml", "--base", "old.yaml", *outputs, cwd=folder)
    assert said.code in {0, 1, 4}, said.err
    written = {form: (folder / f"gate.{form}").read_text(encoding="utf-8") for form in ("json", "markdown", "html")}
    return written | {"text": said.out}


def test_comment_json_and_page_have_the_probability_before_and_after(tmp_path: Path) -> None:
    old, new = plan(30), plan(90)
    before, after = percent(old), percent(new)
    assert before < after
    said = gated(tmp_path, old, new)
    (change,) = (one for one in json.loads(said["json"])["difference"]["changes"] if "probability" in one["quantity"])
    assert (change["quantity"], change["before"], change["after"]) == ("probability of goal", before, after)
    (row,) = (line for line in said["markdown"].splitlines() if "probability of goal" in line)
    assert f"{before:g}" in row
    assert f"{after:g}" in row
    shown = {one.attributes["data-value"] for one in figures(said["html"]) if "data-value" in one.attributes}
    assert {json.dumps(before), json.dumps(after)} <= shown
    assert "probability of goal" in said["html"]
    assert "probability of goal" in said["text"]


def test_without_a_confidence_the_gate_draws_no_probability(tmp_path: Path) -> None:
    said = gated(tmp_path, plan(30, None), plan(90, None))
    assert not [form for form, text in said.items() if "probability of goal" in text]


def chances(old: Hub, new: Hub) -> list[Change]:
    found = difference(side("old", old), side("new", new)).changes
    return [one for one in found if one.quantity.startswith("probability")]


@pytest.mark.parametrize(("at_old", "at_new"), [(True, False), (False, True), (True, True)])
def test_a_probability_too_near_the_confidence_is_shown_as_well(at_old: bool, at_new: bool) -> None:
    """The verdict cannot tell, and the draws gave a probability nevertheless."""
    old, new = plan(30), plan(90)
    before, after = percent(old), percent(new)
    old = plan(30, before / 100 if at_old else 0.05)
    new = plan(90, after / 100 if at_new else 0.05)
    told = [one.verdict for hub in (old, new) for one in check(hub).findings if one.rule == "PF-006"]
    assert [verdict is Verdict.UNKNOWN for verdict in told] == [at_old, at_new]
    (change,) = chances(old, new)
    assert (change.before, change.after) == (before, after)


def test_a_comment_of_very_many_changes_still_shows_the_probability(tmp_path: Path) -> None:
    count = MOST_QUANTITIES // 4
    more = [phase(f"p{at}", FIRST + timedelta(days=at + 1)) for at in range(count)]
    pods = [pod(f"of-{one.name}", phase=one.name, count=1) for one in more]
    old, new = (
        hub.replace(phases=(*hub.phases, *more), pods=(*hub.pods, *placed))
        for hub, placed in ((plan(30), pods), (plan(90), pods[1:]))
    )
    comment = gated(tmp_path, old, new)["markdown"]
    assert "further quantities" in comment
    assert "probability of goal" in comment
