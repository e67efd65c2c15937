"""A check of a hub with hidden values: each rule that reads none of them is judged, the others are named."""

from dataclasses import replace

from petaplan.capacity.check import findings_of, report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hidden import noting
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import Evidence
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules

MOST_RULES = 6
"""Rules that a reason names; the others it counts."""


def check_what_is_seen(hub: Hub, catalogue: Catalogue, *, evidence: Evidence, strict: bool) -> Report:
    """The report of the rules that need no hidden value, and the reason for each other rule."""
    hub = in_order(hub)
    needed_by: dict[str, list[str]] = {}
    judged: list[Rule] = []
    for rule in all_rules():
        if read := _read_by(rule, hub, catalogue, evidence):
            for label in sorted(read):
                needed_by.setdefault(label, []).append(rule.id)
        else:
            judged.append(rule)
    report = _report(judged, hub, catalogue, evidence, strict=strict)
    verdict = report.verdict if report.verdict is Verdict.SHORTFALL else Verdict.UNKNOWN
    reasons = tuple(f"{label} is a secret; {_named(rules)}" for label, rules in needed_by.items())
    return replace(
        report,
        verdict=verdict,
        cannot_tell=reasons or ("the figures of the phases need a secret",),
        untold_rules=tuple(sorted({rule for rules in needed_by.values() for rule in rules})),
    )


def _read_by(rule: Rule, hub: Hub, catalogue: Catalogue, evidence: Evidence) -> set[str]:
    """The hidden values that a rule reads. It shares no result with another rule: what one reads, all may need."""
    with noting() as read:
        try:
            findings_of(resolve(hub, catalogue, evidence), (rule,))
        except PlanError:
            if not read:
                raise
    return read


def _report(rules: list[Rule], hub: Hub, catalogue: Catalogue, evidence: Evidence, *, strict: bool) -> Report:
    """The report of some rules; without figures of the phases where those rest on a hidden value."""
    if not rules:
        return Report(
            hub=hub.name,
            verdict=Verdict.UNKNOWN,
            strict=strict,
            phases=(),
            findings=(),
            bases=(),
            assumptions=(),
            assumed_figures=(),
        )
    with noting() as read:
        report = report_on(resolve(hub, catalogue, evidence), strict=strict, rules=rules)
    return replace(report, phases=(), bases=()) if read else report


def _named(rules: list[str]) -> str:
    more = f" and {len(rules) - MOST_RULES} more" if len(rules) > MOST_RULES else ""
    return f"{', '.join(rules[:MOST_RULES])}{more} need{'s' * (len(rules) == 1)} it"
