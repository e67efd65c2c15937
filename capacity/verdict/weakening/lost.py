"""Checks that held before a change and do not hold after it, although nothing falls short."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from petaplan.capacity.findings import RANK, Finding, Verdict
from petaplan.capacity.verdict.difference import Values
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.capacity.verdict.policy import NO_POLICY, Level, Policy

MOST_SUBJECTS = 3
"""Subjects that are named of each kind; the rest are counted."""


HOLDING = (Verdict.PASS, Verdict.WARNING, Verdict.REVIEW)
"""Verdicts of a check that has an answer, and does not fail. A warning that goes is no loss."""


class How(StrEnum):
    """How a check that held was lost."""

    UNKNOWN = "now unknown"
    NOT_ASKED = "no longer asked"
    ACCEPTED = "now waived, or known from the baseline"
    UNVERIFIED = "now held by unverified figures alone"


@dataclass(frozen=True, kw_only=True, slots=True)
class LostChecks:
    """The checks of one rule that were lost in one way."""

    rule: str
    how: How
    count: int
    held_before: int
    """Checks of the rule that held in the base."""
    held_after: int
    subjects: tuple[str, ...]
    """The first of them."""


def lost_checks(
    base: Iterable[Values], judgement: Judgement, untold: Container[str] = (), policy: Policy = NO_POLICY
) -> tuple[LostChecks, ...]:
    """What was lost, by rule and kind; rules that need a hidden value, or that the base disabled, are left out."""
    before = _worst(base, lambda one: (f"{one['rule']}:{one['subject']}:{one['phase']}", Verdict(one["verdict"])))
    after = {one.identity: one for one in sorted(judgement.report.findings, key=_best_first)}
    lost: dict[tuple[str, How], list[str]] = {}
    held_before: dict[str, int] = {}
    for identity, verdict in before.items():
        rule, _, subject = identity.partition(":")
        if verdict not in HOLDING or rule in untold or policy.level(rule) is Level.DISABLED:
            continue
        held_before[rule] = held_before.get(rule, 0) + 1
        how = _how(judgement, after.get(identity), verdict)
        if how is How.UNKNOWN or (how is not None and verdict is not Verdict.WARNING):
            lost.setdefault((rule, how), []).append(subject.rstrip(":"))
    held_after = _held(judgement)
    return tuple(
        LostChecks(
            rule=rule,
            how=how,
            count=len(subjects),
            held_before=held_before[rule],
            held_after=held_after.get(rule, 0),
            subjects=tuple(sorted(subjects)[:MOST_SUBJECTS]),
        )
        for (rule, how), subjects in sorted(lost.items())
    )


def _best_first(finding: Finding) -> int:
    return -RANK[finding.verdict]


def _worst(findings: Iterable[Values], read: Callable[[Values], tuple[str, Verdict]]) -> Mapping[str, Verdict]:
    """The worst verdict of each check."""
    found: dict[str, Verdict] = {}
    for one in findings:
        identity, verdict = read(one)
        known = found.get(identity)
        if known is None or RANK[verdict] < RANK[known]:
            found[identity] = verdict
    return found


def _how(judgement: Judgement, finding: Finding | None, before: Verdict) -> How | None:
    """How a check that held was lost; None where it holds as before, or where it is a finding that is open."""
    if finding is None:
        return How.NOT_ASKED
    if judgement.status(finding) in (FindingStatus.WAIVED, FindingStatus.KNOWN):
        return How.ACCEPTED
    if finding.holds_unverified:
        return How.UNVERIFIED if before is Verdict.PASS else None
    return How.UNKNOWN if finding.verdict is Verdict.UNKNOWN else None


def _held(judgement: Judgement) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in judgement.report.findings:
        if finding.verdict in HOLDING and judgement.status(finding) in (FindingStatus.HOLDS, FindingStatus.OPEN):
            found[finding.rule] = found.get(finding.rule, 0) + 1
    return found


def by_kind(lost: Iterable[LostChecks]) -> Iterator[tuple[How, int]]:
    """How many checks were lost in each way."""
    counts: dict[How, int] = {}
    for one in lost:
        counts[one.how] = counts.get(one.how, 0) + one.count
    yield from ((how, counts[how]) for how in How if how in counts)
