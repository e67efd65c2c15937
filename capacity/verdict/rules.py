"""Rules about reports: waivers, baseline and required evidence. They are not asked of a plan alone."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.findings import Verdict
from petaplan.capacity.rule import Rule


def _said_elsewhere(_: object) -> Iterator[Claim]:
    """Asked of a report, where it meets waivers, a baseline or a required share of evidence."""
    return iter(())


def _about_reports(id: str, title: str, formula: str, basis: str, severity: Verdict = Verdict.WARNING) -> Rule:
    return Rule(
        id=id, title=title, severity=severity, formula=formula, basis=basis, by_state=False, ask=_said_elsewhere
    )


_ACCEPTED = "an accepted shortfall has an owner, a reason and an end"

EXPIRED = _about_reports("WVR-001", "Waivers that have run out", "today <= expires", _ACCEPTED)
UNMATCHED = _about_reports("WVR-002", "Waivers that no finding needs", "findings waived >= 1", _ACCEPTED)
EXCEEDED = _about_reports(
    "WVR-003", "Findings beyond what their waiver allows", "demand / capacity <= limit", _ACCEPTED
)
GROWN = _about_reports(
    "BSL-001", "Known shortfalls that have grown", "demand / capacity <= that of the baseline", _ACCEPTED
)
MEASURED = _about_reports(
    "EVD-001",
    "Targets of which too little is measured",
    "required share <= peak PFLOP/s of models that evidence files measured / peak PFLOP/s that the target counts",
    "a rate that nobody measured is an expectation",
    Verdict.UNKNOWN,
)

ABOUT_REPORTS = (GROWN, MEASURED, EXPIRED, UNMATCHED, EXCEEDED)
"""By id."""
