"""Findings of one rule on one subject as one result, whatever the phases in which they stand; worst first."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.words import acceptance_note, sentence
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement

MOST_PHASES = 12
"""Further phases that a result names; the rest are counted."""


Key = tuple[str, str, int]
"""Rule, subject, and its number among the findings of one phase."""


class Level(StrEnum):
    """How much a result asks for, in the words of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


LEVEL = {
    Verdict.SHORTFALL: Level.ERROR,
    Verdict.UNKNOWN: Level.WARNING,
    Verdict.WARNING: Level.WARNING,
    Verdict.REVIEW: Level.NOTE,
}

_ORDER = tuple(Level)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a rule says of a subject in all phases: the worst finding, and the others."""

    worst: Finding
    others: tuple[Finding, ...]
    level: Level
    mark: str
    """A fingerprint that stays when numbers, lines, phases or the order move; no two results have the same."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first."""
        return (self.worst, *self.others)


def results_of(judgement: Judgement) -> tuple[Result, ...]:
    """Every result that asks for something, worst first. What is accepted is never more than a note."""
    groups = folded(finding for finding in judgement.report.findings if not finding.holds)
    made = [_result(judgement, key, found) for key, found in groups.items()]
    return tuple(sorted(made, key=lambda one: _ORDER.index(one.level)))


def folded(findings: Iterable[Finding]) -> dict[Key, list[Finding]]:
    """Findings by rule and subject, in the order in which they come; two of one phase stay apart."""
    groups: dict[Key, list[Finding]] = {}
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.identity] += 1
        groups.setdefault((finding.rule, finding.subject, seen[finding.identity]), []).append(finding)
    return groups


def level_of(judgement: Judgement, finding: Finding) -> Level:
    """The level of one finding: an error only where it fails the plan, a note where it is accepted.

    A shortfall of a rule that is advisory, or of a soft failure, stops nothing: it is a warning.
    """
    if judgement.status(finding) in (FindingStatus.WAIVED, FindingStatus.KNOWN):
        return Level.NOTE
    if (judgement.fails(finding) or judgement.lacks(finding)) and not judgement.policy.soft_fail:
        return Level.ERROR
    level = LEVEL[finding.verdict]
    return Level.WARNING if level is Level.ERROR else level


def _result(judgement: Judgement, key: Key, found: list[Finding]) -> Result:
    worst, *others = sorted(found, key=lambda one: _ORDER.index(level_of(judgement, one)))
    rule, subject, again = key
    name = f"petaplan/1:{rule}:{subject}" + (f"#{again}" if again > 1 else "")
    mark = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]
    return Result(worst=worst, others=tuple(others), level=level_of(judgement, worst), mark=mark)


def told(judgement: Judgement, result: Result) -> str:
    """The worst finding in words, who accepted it, and in which other phases the rule says something."""
    note = acceptance_note(judgement, result.worst)
    parts = [sentence(result.worst) + (f" ({note})" if note else "")]
    if result.others:
        parts.append(f"Also in {_phases(result.others)}")
    return ". ".join(parts)


def _phases(findings: Iterable[Finding]) -> str:
    names = list(dict.fromkeys(finding.phase or "the plan as a whole" for finding in findings))
    more = f" and {len(names) - MOST_PHASES} more phases" if len(names) > MOST_PHASES else ""
    return ", ".join(names[:MOST_PHASES]) + more
