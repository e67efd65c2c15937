"""A judgement: the report on a plan with waivers and baseline applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from petaplan.capacity.check_report import PhaseSummary, Report
from petaplan.capacity.findings import WORST_FIRST, Finding, Verdict
from petaplan.capacity.noun import Location
from petaplan.capacity.verdict.baseline import Baseline, grown, stale
from petaplan.capacity.verdict.evidence import NO_EVIDENCE, EvidenceSet, measured_findings
from petaplan.capacity.verdict.policy import NO_POLICY, Level, Policy
from petaplan.capacity.verdict.rules import MEASURED, is_about_change
from petaplan.capacity.verdict.waivers import Waiver, waived


class FindingStatus(StrEnum):
    """What became of a finding."""

    HOLDS = "holds"
    """The claim holds."""
    OPEN = "open"
    """It asks for something."""
    WAIVED = "waived"
    """Its owner accepted it, for a reason and until a day."""
    KNOWN = "known"
    """The baseline has it already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict of the gate, and everything behind it."""

    report: Report
    """With the findings about waivers, the baseline and other policy packs."""
    waivers: Mapping[str, Waiver] = field(default_factory=lambda: MappingProxyType({}))
    """The waiver of each accepted finding, by identity."""
    known: frozenset[str] = frozenset()
    """Identities of the findings that the baseline has."""
    baseline: str | None = None
    """Where the baseline came from."""
    cannot_tell: tuple[str, ...] = ()
    """Values without which the plan can't be judged at all."""
    fallback: Location | None = None
    """Where findings without a place of their own are shown."""
    evidence: EvidenceSet = NO_EVIDENCE
    """The evidence that it was given with, and how much of it was asked for."""
    stack: str = ""
    """The stack whose graph was judged; empty for a plan."""
    basis: str = ""
    """What was judged, and with what, in words."""
    policy: Policy = NO_POLICY
    """Levels of the rules."""
    policy_of_change: Policy = NO_POLICY
    """Levels of the rules about the change: those of the base, because no change accepts itself."""

    def level(self, finding: Finding) -> Level:
        """What a finding does."""
        policy = self.policy_of_change if is_about_change(finding) else self.policy
        return policy.level(finding.rule)

    @property
    def failing(self) -> frozenset[Verdict]:
        """Verdicts that fail the plan unless they are accepted."""
        return frozenset({Verdict.SHORTFALL, Verdict.UNKNOWN} if self.report.strict else {Verdict.SHORTFALL})

    def status(self, finding: Finding) -> FindingStatus:
        """What became of a finding."""
        if finding.holds:
            return FindingStatus.HOLDS
        if finding.identity in self.waivers:
            return FindingStatus.WAIVED
        return FindingStatus.KNOWN if finding.identity in self.known else FindingStatus.OPEN

    def fails(self, finding: Finding) -> bool:
        """Whether this finding is a reason to refuse the plan."""
        return (
            finding.verdict in self.failing
            and self.level(finding) is Level.MANDATORY
            and finding.rule != MEASURED.id
            and self.status(finding) is FindingStatus.OPEN
        )

    def lacks(self, finding: Finding) -> bool:
        """Whether this finding says that less is measured than was required."""
        unmet = finding.rule == MEASURED.id and finding.verdict is not Verdict.PASS
        return unmet and self.status(finding) is FindingStatus.OPEN

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings for which the plan is refused."""
        return tuple(finding for finding in self.report.findings if self.fails(finding))

    @property
    def lacking(self) -> tuple[Finding, ...]:
        """The targets of which too little is measured."""
        return tuple(finding for finding in self.report.findings if self.lacks(finding))

    def of(self, status: FindingStatus, *verdicts: Verdict) -> tuple[Finding, ...]:
        """The findings of which this became, with one of these verdicts where some are given."""
        return tuple(
            finding
            for finding in self.report.findings
            if self.status(finding) is status and (not verdicts or finding.verdict in verdicts)
        )

    @property
    def verdict(self) -> Verdict:
        """SHORTFALL, PASS, or UNKNOWN where nobody can tell."""
        if self.reasons:
            return Verdict.SHORTFALL
        return Verdict.UNKNOWN if self.cannot_tell or self.lacking else Verdict.PASS

    def verdict_of(self, phase: PhaseSummary) -> Verdict:
        """The verdict on one phase, and on the targets that are due in it."""
        if any(_concerns(finding, phase) for finding in self.reasons):
            return Verdict.SHORTFALL
        if any(_concerns(finding, phase) for finding in self.lacking):
            return Verdict.UNKNOWN
        return Verdict.REVIEW if phase.verdict is Verdict.REVIEW else Verdict.PASS

    @property
    def exit_code(self) -> int:
        """0 pass, 1 shortfall, 4 where nobody can tell or too little is measured."""
        return {Verdict.PASS: 0, Verdict.SHORTFALL: 1}.get(self.verdict, 4)

    @property
    def process_exit_code(self) -> int:
        """The exit code with which the gate ends: 0 for a shortfall where the policy only shows it."""
        return 0 if self.policy.soft_fail and self.verdict is Verdict.SHORTFALL else self.exit_code


def _concerns(finding: Finding, phase: PhaseSummary) -> bool:
    """Whether a finding is about a phase; one about a target that names no phase is about that of its day."""
    return finding.phase == phase.name or (not finding.phase and finding.subject in phase.targets)


def judge_report(
    report: Report,
    *,
    waivers: Iterable[Waiver] = (),
    today: date | None = None,
    baseline: Baseline | None = None,
    others: Iterable[Finding] = (),
    fallback: Location | None = None,
    evidence: EvidenceSet = NO_EVIDENCE,
    policy: Policy = NO_POLICY,
) -> Judgement:
    """The judgement on a report; ``others`` are findings of other policy packs. Disabled rules have no findings.

    Raises:
        ValueError: for waivers without a date to hold them against.
    """
    given = tuple(waivers)
    if given and today is None:
        raise ValueError("waivers end on a day: say which day it is")
    every = (*report.findings, *measured_findings(report, evidence.required), *others)
    findings = every if not policy.levels else tuple(filter(policy.asks, every))
    accepted, said = waived(findings, given, today) if today is not None else ({}, ())
    known = frozenset(
        finding.identity for finding in findings if finding.verdict is not Verdict.PASS and _known(baseline, finding)
    )
    worse = [grown(baseline, one) for one in findings if one.identity in known and baseline and baseline.has_grown(one)]
    more = filter(policy.asks, (*said, *worse, *_stale(baseline, findings)))
    whole = sorted((*findings, *more), key=_order)
    return Judgement(
        report=replace(report, findings=tuple(whole)),
        waivers=MappingProxyType(accepted),
        known=known - accepted.keys(),
        baseline=None if baseline is None else baseline.source,
        cannot_tell=report.cannot_tell,
        fallback=fallback,
        evidence=evidence,
        policy=policy,
    )


def merged(judgement: Judgement, findings: Iterable[Finding], accepted: Mapping[str, Waiver]) -> Judgement:
    """The judgement with more findings, and with the waivers of some of them."""
    asked = (one for one in findings if judgement.level(one) is not Level.DISABLED)
    whole = sorted((*judgement.report.findings, *asked), key=_order)
    return replace(
        judgement,
        report=replace(judgement.report, findings=tuple(whole)),
        waivers=MappingProxyType({**judgement.waivers, **accepted}),
    )


def _known(baseline: Baseline | None, finding: Finding) -> bool:
    return baseline is not None and baseline.knows(finding)


def _stale(baseline: Baseline | None, findings: Iterable[Finding]) -> Iterable[Finding]:
    """What is said of each entry of the baseline that no finding needs."""
    return () if baseline is None else stale(baseline, findings)


TARGETS = "PF-"
"""Beginning of the ids of the rules about targets."""


def _order(finding: Finding) -> tuple[int, int, str, str, str]:
    """Worst first; of one verdict targets first, then the rest of the plan, then what is said of the change."""
    place = 0 if finding.rule.startswith(TARGETS) else 2 if is_about_change(finding) else 1
    return (WORST_FIRST.index(finding.verdict), place, finding.rule, finding.phase, finding.subject)
