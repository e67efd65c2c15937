"""Findings by what causes them: one lack that many rules, phases or losses find is shown once, with their number.

A cause of a shortfall or a warning is the object that is short. An overloaded transformer is found for every loss, in
every phase, and by several rules. A cause of an unknown is the value that is missing. A cause of a review is one text.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from petaplan.capacity.findings import Finding, Verdict

POWER = frozenset(("kW", "kVA", "A"))
"""Units of one quantity, as far as its cause goes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one cause, in the order of the report."""

    findings: tuple[Finding, ...]
    in_order: tuple[str, ...] = ()
    """The phases of the plan by their days."""

    @property
    def lead(self) -> Finding:
        """The finding that says most of the cause: one about the object that is short, else the first."""
        short = {finding.culprit for finding in self.findings} - {""}
        return next((one for one in self.findings if one.subject in short), self.findings[0])

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases of the findings, by their days where those are known."""
        found = dict.fromkeys(finding.phase for finding in self.findings if finding.phase)
        return tuple(dict.fromkeys((*(phase for phase in self.in_order if phase in found), *found)))

    @property
    def rules(self) -> tuple[tuple[str, int], ...]:
        """The rules with their numbers of findings."""
        return tuple(Counter(finding.rule for finding in self.findings).items())

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects of the findings."""
        return tuple(dict.fromkeys(finding.subject for finding in self.findings))


def causes_of(findings: Iterable[Finding], phases: Iterable[str] = ()) -> tuple[Cause, ...]:
    """The causes, in the order of their first findings; ``phases`` are those of the plan by their days."""
    in_order = tuple(phases)
    given = tuple(findings)
    missing = Counter(name for finding in given for name in finding.missing)
    overloaded = {finding.culprit for finding in given} - {""}
    groups: dict[Hashable, list[Finding]] = {}
    for finding in given:
        groups.setdefault(_key(finding, missing, overloaded), []).append(finding)
    return tuple(Cause(tuple(group), in_order) for group in groups.values())


def _key(finding: Finding, missing: Counter[str], overloaded: set[str]) -> Hashable:
    """What the findings of one cause have in common."""
    verdict, rule = finding.verdict, finding.rule
    if verdict is Verdict.PASS:
        return verdict, id(finding)
    if finding.missing:
        return verdict, "missing", max(finding.missing, key=lambda name: (missing[name], name))
    if verdict is Verdict.REVIEW:
        return verdict, rule, finding.hint or finding.subject
    if finding.culprit:
        return verdict, "overload", finding.culprit
    if finding.subject in overloaded and finding.unit in POWER:
        return verdict, "overload", finding.subject
    return verdict, rule, finding.subject


def counts(findings: Sequence[Finding]) -> tuple[int, int]:
    """How many causes there are, and how many findings."""
    return len(causes_of(findings)), len(findings)
