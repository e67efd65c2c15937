"""`petaplan diff --scenario`, and the probability of a target before and after a change."""

from datetime import timedelta
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.forecast.forecast import chance_of
from petaplan.capacity.hub import Hub
from petaplan.capacity.verdict.difference import Change, difference, side
from tests.capacity.forecast_hubs import SURE, design_of, slip, two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, target

LATE = """scenarios:
- name: late
  statement: The first phase is late.
  source: a test
  changes:
  - {change: late, object: first, weeks: 4}
"""
DOUBT = SURE | {"slip": slip(0.02, 0.1, 0.4, probability_late=0.9)}


def confident(confidence: float | None = 0.3, slack_days: int = 30) -> Hub:
    """Two phases in doubt, with a target that may ask for a confidence."""
    goal = target(1.0, by=FIRST + timedelta(days=slack_days), confidence=confidence)
    return two_phases(first=DOUBT, targets=(goal,))


def chances(old: Hub, new: Hub) -> list[Change]:
    """The changes of probabilities between two plans."""
    found = difference(side("old", old), side("new", new)).changes
    return [one for one in found if one.quantity.startswith("probability")]


def test_the_probability_of_a_target_stands_before_and_after_a_change() -> None:
    old, new = confident(), confident(slack_days=90)
    (change,) = chances(old, new)
    before, after = (100 * chance_of(design_of(plan), plan.targets[0])[0] for plan in (old, new))
    assert (change.quantity, change.unit) == ("probability of goal", "%")
    assert change.before == pytest.approx(before, abs=0.005)
    assert change.after == pytest.approx(after, abs=0.005)
    assert after > before


def test_a_target_without_a_confidence_has_no_probability_in_a_comparison() -> None:
    assert chances(confident(None), confident(None, slack_days=90)) == []


def test_the_same_plan_has_the_same_draws() -> None:
    assert chances(confident(), confident()) == []


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """Two plans and a scenario."""
    for name, plan in (("old", confident()), ("new", confident(slack_days=90))):
        (tmp_path / f"{name}.yaml").write_text(write_yaml(plan), encoding="utf-8")
    (tmp_path / "what.yaml").write_text(LATE, encoding="utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), str(tmp_path / "what.yaml")


def test_a_plan_is_compared_with_itself_under_a_scenario(files: tuple[str, str, str]) -> None:
    old, _, what = files
    said = petaplan("diff", old, "--scenario", what)
    assert said.code == 1, said.err
    assert "28 days later" in said.out
    assert "under late" in said.out
    assert "probability of goal" in said.out


def test_two_plans_are_both_taken_under_a_scenario(files: tuple[str, str, str]) -> None:
    old, new, what = files
    assert petaplan("diff", old, old, "--scenario", what).code == 0
    said = petaplan("diff", old, new, "--scenario", f"{what}:late")
    assert said.code == 1
    assert "28 days later" not in said.out
    assert "60 days later" in said.out


@pytest.mark.parametrize(
    ("old", "scenario", "words"),
    [
        ("main..HEAD", "what.yaml", "found the revisions main..HEAD"),
        ("old.yaml", "what.yaml:early", "expected one scenario"),
        ("old.yaml", "nowhere.yaml", "nowhere.yaml"),
    ],
)
def test_a_scenario_that_cannot_be_taken_is_refused(
    files: tuple[str, str, str], tmp_path: Path, old: str, scenario: str, words: str
) -> None:
    said = petaplan("diff", old, "--scenario", scenario, cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert words in " ".join(said.err.split())
