"""A judgement as SARIF 2.1.0: a result for each finding that asks for something, at the line that declared it."""

from urllib.parse import quote

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.words import marks, place_in_source, rules_of, sentence, workings
from petaplan.capacity.rule import Rule
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.reporting.safety import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVEL = {
    Verdict.SHORTFALL: "error",
    Verdict.UNKNOWN: "warning",
    Verdict.WARNING: "warning",
    Verdict.REVIEW: "note",
}

ROOT = "SRCROOT"


def write_sarif(judgement: Judgement) -> str:
    """The same judgement gives the same bytes."""
    shown = [finding for finding in judgement.report.findings if finding.verdict is not Verdict.PASS]
    rules = rules_of(shown)
    places = {id: at for at, id in enumerate(rules)}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "petaplan",
                "semanticVersion": _version(),
                "rules": [_rule(id, rule) for id, rule in rules.items()],
            }
        },
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the checkout."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(judgement, finding, mark, places[finding.rule]) for finding, mark in marks(shown)],
        "invocations": [{"executionSuccessful": True, "exitCode": judgement.exit_code, **_notes(judgement)}],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _version() -> str:
    from importlib.metadata import version

    return version("petaplan")


def _notes(judgement: Judgement) -> dict[str, object]:
    if not judgement.cannot_tell:
        return {}
    return {
        "toolExecutionNotifications": [
            {"level": "warning", "message": {"text": f"cannot tell: {reason}"}} for reason in judgement.cannot_tell
        ]
    }


def _rule(id: str, rule: Rule | None) -> dict[str, object]:
    if rule is None:
        return {"id": id, "shortDescription": {"text": "A rule of another policy pack."}}
    return {
        "id": id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}: {rule.formula}"},
        "help": {"text": f"{rule.formula}\n\n{rule.basis}"},
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _result(judgement: Judgement, finding: Finding, mark: str, rule_index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": LEVEL[finding.verdict],
        "message": {"text": sentence(finding)},
        "locations": [_location(finding, judgement)],
        "partialFingerprints": {"petaplan/v1": mark},
        "properties": {"phase": finding.phase, "workings": workings(finding)},
    }
    status = judgement.status(finding)
    if judgement.baseline is not None:
        result["baselineState"] = "unchanged" if finding.identity in judgement.known else "new"
    if status is FindingStatus.WAIVED:
        waiver = judgement.waivers[finding.identity]
        justification = f"{waiver.owner}, until {waiver.expires}: {waiver.reason}"
        result["suppressions"] = [{"kind": "external", "justification": justification}]
    return result


def _location(finding: Finding, judgement: Judgement) -> dict[str, object]:
    name = f"{finding.kind}/{finding.subject}"
    location: dict[str, object] = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]}
    place = place_in_source(finding, judgement.fallback)
    if place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(place.file), "uriBaseId": ROOT},
            "region": {"startLine": place.line},
        }
    return location
