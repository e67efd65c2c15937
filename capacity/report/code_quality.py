"""A judgement as GitLab's code quality report: an issue for each rule and subject that ask for something."""

from petaplan.capacity.findings import Verdict
from petaplan.capacity.noun import Location
from petaplan.capacity.report.folding import Level, Result, results_of, told
from petaplan.capacity.report.places import places_in
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.reporting.safety import json_text

SEVERITY = {
    Verdict.SHORTFALL: "critical",
    Verdict.UNKNOWN: "major",
    Verdict.WARNING: "minor",
    Verdict.REVIEW: "info",
}


def write_code_quality(judgement: Judgement) -> str:
    """The same judgement gives the same bytes; the worst stand first."""
    _, place = places_in(judgement)
    return json_text([_issue(judgement, result, place(result.worst)) for result in results_of(judgement)])


def _issue(judgement: Judgement, result: Result, place: Location) -> dict[str, object]:
    return {
        "description": told(judgement, result),
        "check_name": result.worst.rule,
        "fingerprint": result.mark,
        "severity": _severity(result),
        "location": {"path": place.file, "lines": {"begin": place.line}},
    }


def _severity(result: Result) -> str:
    """What fails is critical; what is accepted is information."""
    by_level = {Level.ERROR: "critical", Level.NOTE: "info"}
    severity = by_level.get(result.level) or SEVERITY[result.worst.verdict]
    return severity if result.level is Level.ERROR or severity != "critical" else "major"
