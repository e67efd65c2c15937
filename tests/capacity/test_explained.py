"""What a finding says follows from the inputs that it prints, by the formula that its rule prints.

Every rule has its formula a second time in ``tests/oracles``; there is no exception.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.gaps import UNVERIFIED
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.alike import alike_findings
from petaplan.capacity.verdict.baseline import Baseline
from petaplan.capacity.verdict.evidence import EvidenceSet
from petaplan.capacity.verdict.judgement import judge_report
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from petaplan.capacity.verdict.waivers import Waiver
from petaplan.capacity.verdict.weakening.judges import judge_changes
from petaplan.capacity.verdict.weakening.lost import How, LostChecks
from petaplan.capacity.verdict.weakening.result import Weakening, judged_with
from petaplan.infra.hong_kong import hub as hong_kong
from tests.faults.phy import plan
from tests.hubs import hub, pod, target
from tests.oracles.formulas import FORMULAS
from tests.oracles.formulas_of_reports import REPORTS
from tests.oracles.printed import given
from tests.scenario import scenario, scenario_files

pytestmark = pytest.mark.xdist_group("scenarios")
"""The reports of scenarios are worked out once in a process."""


def _findings() -> Iterator[Finding]:
    for path in scenario_files():
        told = scenario(path)
        if told.refused is None:
            yield from told.report.findings
    for name in ("PHY-02", "PHY-03", "PHY-04", "PHY-05", "PHY-06", "PHY-07", "PHY-08"):
        yield from check(plan(name)).findings
    yield from check(hong_kong()).findings
    yield from _about_reports()


def _about_reports() -> Iterator[Finding]:
    """Findings of the rules about waivers, a baseline and required evidence, on a hub that falls short."""
    report = check(hub(targets=(target(10_000, phase="first"),)))
    (short,) = (one for one in report.findings if one.rule == "PF-001")
    ends = date(2027, 3, 31)
    common = Waiver(finding="PF-001", subject="goal", owner="board", reason="ordered", expires=ends)
    unneeded = replace(common, subject="nothing")
    evidence = EvidenceSet(required=0.5)
    for waivers, today in (((common, unneeded), date(2027, 4, 3)), ((replace(common, limit=1.5),), ends)):
        judged = judge_report(report, waivers=waivers, evidence=evidence, today=today)
        yield from (one for one in judged.report.findings if one.rule in REPORTS)
    before = Baseline(source="before", hub="hub", ratios={short.identity: 1.25, "PF-001:gone:first": 2.0})
    judged = judge_report(report, baseline=before)
    yield from (one for one in judged.report.findings if one.rule in REPORTS)
    lost = [LostChecks(rule="PF-001", how=how, count=3, held_before=5, held_after=2, subjects=("goal",)) for how in How]
    weaker, _ = judge_changes(*(hub(targets=(target(asked, phase="first"),)) for asked in (10_000, 1)))
    change = Weakening(base="before", judges=weaker, lost=tuple(lost))
    judged = judged_with(judge_report(report), change, refuse=True)
    yield from (one for one in judged.report.findings if one.rule in REPORTS)
    yield from alike_findings(hub(pods=(pod("pod-1"), pod("pod-l"))), None)


@pytest.fixture(scope="module")
def by_rule() -> dict[str, list[Finding]]:
    """All findings with numbers, by rule."""
    found: dict[str, list[Finding]] = {rule.id: [] for rule in (*all_rules(), *ABOUT_REPORTS)}
    for finding in _findings():
        if finding.demand is not None and finding.capacity is not None:
            found[finding.rule].append(finding)
    return found


def test_every_rule_has_a_formula_of_its_own_here() -> None:
    """No rule prints a demand and a capacity that nothing works out again."""
    assert set(FORMULAS) == {rule.id for rule in (*all_rules(), *ABOUT_REPORTS)}


def test_nothing_passes_by_an_input_that_nobody_verified(by_rule: dict[str, list[Finding]]) -> None:
    """Inputs that are made when they are read decide no verdict, so none of them may be an unverified figure."""
    passed = [one for found in by_rule.values() for one in found if one.verdict is Verdict.PASS]
    assert [str(one) for finding in passed for one in finding.inputs if one.source.startswith(UNVERIFIED)] == []


def test_all_together_is_the_rest_of_the_chain(by_rule: dict[str, list[Finding]]) -> None:
    """The ratio that PF-004 and PF-005 print beside the factors is what percentiles of products allow.

    The median of a product is near the product of the medians. Factors are not all low at once, so the 5th percentile
    of their product is above the product of their 5th percentiles, and below that of their medians.
    """
    for rule, least, most in (("PF-004", 0.97, 1.03), ("PF-005", 1.0, 1.3)):
        for finding in by_rule[rule]:
            assert least <= given(finding).get("all together", 1.0) <= most


@pytest.mark.parametrize("rule", FORMULAS)
def test_demand_and_capacity_follow_from_the_printed_inputs(rule: str, by_rule: dict[str, list[Finding]]) -> None:
    """The numbers of a finding are those that its rule's formula gives, worked out again from what is printed."""
    assert by_rule[rule], "no scenario asks it"
    for finding in by_rule[rule]:
        said = (finding.demand, finding.capacity)
        expected = FORMULAS[rule](finding)
        assert said == pytest.approx(expected, rel=1e-9, abs=1e-9), f"{finding.subject}: {finding.inputs}"
