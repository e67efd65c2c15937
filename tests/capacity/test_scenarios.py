"""Every scenario gives exactly its findings, and every rule has one that trips it and one that passes it."""

from pathlib import Path

import pytest

from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Verdict
from petaplan.capacity.rules import all_rules
from tests.scenario import Said, scenario, scenario_files

FILES = scenario_files()

pytestmark = pytest.mark.xdist_group("scenarios")
"""The reports of scenarios are worked out once in a process."""

STILL_WITHOUT_SCENARIOS: frozenset[str] = frozenset()
"""Families of rules that have no scenarios yet; this set only ever shrinks."""


def _given(path: Path) -> dict[Said, list[str]]:
    findings = scenario(path).report.findings
    given: dict[Said, list[str]] = {}
    for finding in findings:
        if finding.verdict is not Verdict.PASS and not finding.holds_unverified:
            words = f"{finding.phase}: {finding.demand} against {finding.capacity} {finding.unit}; {finding.hint}"
            given.setdefault((finding.rule, finding.subject, str(finding.verdict)), []).append(words)
    return given


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_gives_exactly_the_findings_that_it_names(path: Path) -> None:
    told = scenario(path)
    if told.refused is not None:
        with pytest.raises(PlanError) as refusal:
            _ = told.hub
        assert told.refused in "\n".join(str(problem) for problem in refusal.value.problems)
        return
    given = _given(path)
    missing = sorted(told.expected - set(given))
    surplus = {said: words for said, words in sorted(given.items()) if said not in told.expected}
    assert (missing, surplus) == ([], {}), f"{told.because}\nnot given: {missing}\nnot expected: {surplus}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_says_in_a_sentence_what_it_is_for(path: Path) -> None:
    assert len(scenario(path).because.split()) >= 5


def test_there_are_sixty_scenarios_or_more() -> None:
    assert len(FILES) >= 60


def _verdicts_by_rule() -> dict[str, set[str]]:
    seen: dict[str, set[str]] = {rule.id: set() for rule in all_rules()}
    for path in FILES:
        if scenario(path).refused is None:
            for finding in scenario(path).report.findings:
                seen[finding.rule].add("pass" if finding.holds_unverified else str(finding.verdict))
    return seen


def test_every_rule_has_a_scenario_that_trips_it_and_one_that_passes_it() -> None:
    severity = {rule.id: str(rule.severity) for rule in all_rules()}
    seen = _verdicts_by_rule()
    owing = [rule for rule in severity if rule.partition("-")[0] not in STILL_WITHOUT_SCENARIOS]
    never_tripped = [rule for rule in owing if severity[rule] not in seen[rule]]
    never_passed = [rule for rule in owing if "pass" not in seen[rule]]
    assert (never_tripped, never_passed) == ([], [])


def test_a_family_that_has_its_scenarios_is_no_longer_excused() -> None:
    severity = {rule.id: str(rule.severity) for rule in all_rules()}
    seen = _verdicts_by_rule()
    for family in STILL_WITHOUT_SCENARIOS:
        rules = [rule for rule in severity if rule.partition("-")[0] == family]
        assert rules, f"{family} is no family of rules"
        assert any(severity[rule] not in seen[rule] or "pass" not in seen[rule] for rule in rules), family
