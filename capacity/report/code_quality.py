"""A judgement as GitLab's code quality report."""

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.words import acceptance_note, marks, place_in_source, sentence
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.reporting.safety import json_text

SEVERITY = {
    Verdict.SHORTFALL: "critical",
    Verdict.UNKNOWN: "major",
    Verdict.WARNING: "minor",
    Verdict.REVIEW: "info",
}

NOWHERE = "Pulumi.yaml"
"""GitLab shows nothing without a path; a finding of a graph that nobody's file declared is shown here."""


def write_code_quality(judgement: Judgement) -> str:
    """The same judgement gives the same bytes."""
    shown = [finding for finding in judgement.report.findings if finding.verdict is not Verdict.PASS]
    issues = [_issue(judgement, finding, mark) for finding, mark in marks(shown)]
    return json_text(issues)


def _issue(judgement: Judgement, finding: Finding, mark: str) -> dict[str, object]:
    place = place_in_source(finding, judgement.fallback)
    accepted = judgement.status(finding) in (FindingStatus.WAIVED, FindingStatus.KNOWN)
    note = acceptance_note(judgement, finding)
    return {
        "description": f"{sentence(finding)}" + (f" ({note})" if note else ""),
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": "info" if accepted else SEVERITY[finding.verdict],
        "location": {
            "path": place.file if place else NOWHERE,
            "lines": {"begin": place.line if place else 1},
        },
    }
