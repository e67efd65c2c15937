"""Where a rule is found, and what each finding that fails says."""

import re
import sys
from collections import defaultdict

import pytest

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from tests.scenario import scenario, scenario_files

ID = re.compile(r"\b[A-Z0-9]{2,4}-\d{3}\b")


def _by_module() -> dict[str, list[Rule]]:
    modules: dict[str, list[Rule]] = defaultdict(list)
    for rule in all_rules():
        modules[rule.ask.__module__].append(rule)
    return modules


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_is_in_the_folder_of_its_family(rule: Rule) -> None:
    assert rule.ask.__module__.rpartition(".rules.")[2].split(".")[0] == rule.family.lower()


@pytest.mark.parametrize("module", _by_module(), ids=lambda name: name.rpartition(".rules.")[2])
def test_the_first_line_of_a_module_names_its_rules(module: str) -> None:
    first_line = (sys.modules[module].__doc__ or "").splitlines()[0]
    assert sorted(ID.findall(first_line.partition(":")[0])) == [rule.id for rule in _by_module()[module]]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_says_in_one_sentence_what_holds(rule: Rule) -> None:
    assert rule.title[0].isupper() or rule.title[0].isdigit()
    assert not rule.title.endswith(".")
    assert len(rule.title.split()) <= 14
    assert rule.ask.__doc__


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    """The findings of all scenarios."""
    told = [scenario(path) for path in scenario_files()]
    return [finding for one in told if one.refused is None for finding in one.report.findings]


def test_a_finding_that_fails_says_what_would_mend_it(findings: list[Finding]) -> None:
    failing = [one for one in findings if one.verdict not in {Verdict.PASS, Verdict.UNKNOWN}]
    assert {one.rule for one in failing if not one.hint} == set()


def test_a_finding_that_passes_gives_no_hint(findings: list[Finding]) -> None:
    assert {one.rule for one in findings if one.verdict is Verdict.PASS and one.hint} == set()


def test_a_finding_that_is_unknown_names_what_is_missing(findings: list[Finding]) -> None:
    assert {one.rule for one in findings if one.verdict is Verdict.UNKNOWN and not one.missing} == set()


def test_a_hint_is_one_or_two_short_sentences(findings: list[Finding]) -> None:
    hints = {one.hint for one in findings if one.hint and not one.rule.startswith("EXP")}
    assert [hint for hint in hints if len(hint.split()) > 45] == []
    assert [hint for hint in hints if hint.endswith(".")] == []
