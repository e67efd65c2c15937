"""Rules about reports: waivers, baseline and required evidence. They are not asked of a plan alone."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.findings import Finding, Input, Verdict
from petaplan.capacity.rule import Rule


def _no_claims(_: object) -> Iterator[Claim]:
    """Asked of a report, against waivers, a baseline or a required share of evidence."""
    return iter(())


def _about_reports(id: str, title: str, formula: str, basis: str, severity: Verdict = Verdict.WARNING) -> Rule:
    return Rule(id=id, title=title, severity=severity, formula=formula, basis=basis, by_state=False, ask=_no_claims)


WAIVERS = "a waiver has an owner, a reason and an end; docs/gate.md#waivers"

EXPIRED = _about_reports("WVR-001", "A waiver has not expired", "today <= expires", WAIVERS)
UNMATCHED = _about_reports("WVR-002", "A waiver has a finding", "findings of the waiver >= 1", WAIVERS)
EXCEEDED = _about_reports(
    "WVR-003", "A waived finding is within the waiver's limit", "demand / capacity <= limit", WAIVERS
)
GROWN = _about_reports(
    "BSL-001",
    "A finding of the baseline has not grown",
    "demand / capacity <= demand / capacity of the baseline",
    "the baseline accepts a finding at its size; docs/gate.md#baseline",
)
MEASURED = _about_reports(
    "EVD-001",
    "The measured share of a target is as large as required",
    "required share <= peak PFLOP/s of models that evidence files measured / peak PFLOP/s that the target counts",
    "a share that evidence files prove; docs/gate.md#measurements",
    Verdict.UNKNOWN,
)

CHANGES = "no change takes away what judged it; docs/gate.md#weakening"

LOST_KNOWN = _about_reports("CHG-001", "A check that held is still known", "checks that are now unknown = 0", CHANGES)
LOST_ASKED = _about_reports(
    "CHG-002", "A check that held is still asked", "checks that are no longer asked = 0", CHANGES
)
LOST_ACCEPTED = _about_reports(
    "CHG-003", "A check that held needs no waiver", "checks that are now waived or in the baseline = 0", CHANGES
)
WEAKER_JUDGE = _about_reports(
    "CHG-004", "A target, claim, limit, rule or setting asks for no less", "weaker judges = 0", CHANGES
)
STALE = _about_reports(
    "BSL-002", "An entry of the baseline has a finding", "findings of the entry >= 1", "docs/gate.md#baseline"
)
LOST_VERIFIED = _about_reports(
    "CHG-005",
    "A check that held by verified figures still does",
    "checks that now rest on unverified figures = 0",
    CHANGES,
)

ALIKE = _about_reports(
    "NAM-001",
    "No two names look alike",
    "names that differ only in 1, l and I, in 0 and o, or in rn and m = 0",
    "whoever reads one name may take it for the other; docs/gate.md#names-that-look-alike",
)

CHANGE_RULES = (LOST_KNOWN, LOST_ASKED, LOST_ACCEPTED, WEAKER_JUDGE, LOST_VERIFIED)
"""Rules about a change against its base."""

_CHANGE_IDS = frozenset(rule.id for rule in CHANGE_RULES)


def is_about_change(finding: Finding) -> bool:
    """Whether a finding is about a change against its base, and not about the plan."""
    return finding.rule in _CHANGE_IDS


ABOUT_REPORTS = (GROWN, STALE, *CHANGE_RULES, MEASURED, ALIKE, EXPIRED, UNMATCHED, EXCEEDED)
"""By id."""


def amounts(finding: Finding) -> Iterator[Input]:
    """Demand and capacity of a finding, as far as they are known, as inputs of a rule about the finding."""
    for name, value in (("demand", finding.demand), ("capacity", finding.capacity)):
        if value is not None:
            yield Input(name, value, finding.unit, f"{finding.rule} of {finding.subject}")
