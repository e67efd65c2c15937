"""A judgement as SARIF 2.1.0 within the limits of GitHub: a result for each rule and subject that ask for something."""

import os
from collections.abc import Sequence
from urllib.parse import quote

from petaplan.capacity.findings import Finding
from petaplan.capacity.noun import Location
from petaplan.capacity.report.folding import LEVEL, Result, results_of, told
from petaplan.capacity.report.places import Checkout, places_in
from petaplan.capacity.report.words import rules_of, workings
from petaplan.capacity.rule import Rule
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.reporting.comment import message_text
from petaplan.reporting.safety import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

INFORMATION = "urn:petaplan:gate"
"""Names what the tool is; the schemas of petaplan have names of this kind."""

ROOT = "SRCROOT"

MOST_RESULTS = 25_000
"""Results that GitHub takes in one run; it rejects a file with more."""

SHOWN_RESULTS = 5_000
"""Results that GitHub stores and shows, the most severe first."""

MOST_TAGS = 20
"""Tags that GitHub takes for one rule."""

LONGEST_TEXT = 1_024
"""Characters that GitHub takes in the short and in the full description of a rule."""


def write_sarif(judgement: Judgement) -> str:
    """The same judgement gives the same bytes."""
    every = results_of(judgement)
    results = every[:MOST_RESULTS]
    rules = rules_of([result.worst for result in results])
    indexes = {id: at for at, id in enumerate(rules)}
    checkout, place = places_in(judgement)
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "petaplan",
                "semanticVersion": _version(),
                "informationUri": INFORMATION,
                "rules": [_rule(id, rule) for id, rule in rules.items()],
            }
        },
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                **_result(judgement, result, indexes[result.worst.rule]),
                "locations": [_location(result.worst, checkout, place(result.worst))],
            }
            for result in results
        ],
        "invocations": [
            {"executionSuccessful": True, "exitCode": judgement.process_exit_code, **_notes(judgement, len(every))}
        ],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _version() -> str:
    from importlib.metadata import version

    return version("petaplan")


def _notes(judgement: Judgement, count: int) -> dict[str, object]:
    """What a reader of the results has to know besides them."""
    said = [f"cannot tell: {reason}" for reason in judgement.cannot_tell]
    if count > MOST_RESULTS:
        said.append(
            f"{count:,} results; this file has the worst {MOST_RESULTS:,}, which is the most that GitHub takes. "
            f"GitHub shows {SHOWN_RESULTS:,}. The JSON output has all."
        )
    elif count > SHOWN_RESULTS:
        said.append(f"{count:,} results, worst first; GitHub shows {SHOWN_RESULTS:,}.")
    if not said:
        return {}
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}} for text in said]}


def _rule(id: str, rule: Rule | None) -> dict[str, object]:
    if rule is None:
        text = {"text": "A rule of another policy pack."}
        return {"id": id, "shortDescription": text, "fullDescription": text, "help": text}
    return {
        "id": id,
        "shortDescription": {"text": _within(rule.title)},
        "fullDescription": {"text": _within(f"{rule.title}: {rule.formula}")},
        "help": {"text": f"{rule.formula}\n\n{rule.basis}"},
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        "properties": {"tags": _tags([rule.family])},
    }


def _within(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _tags(tags: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(tags))[:MOST_TAGS]


def _result(judgement: Judgement, result: Result, rule_index: int) -> dict[str, object]:
    """A result without its location. The fingerprint that GitHub reads keeps results of one line apart."""
    made: dict[str, object] = {
        "ruleId": result.worst.rule,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": result.level,
        "message": {"text": message_text(told(judgement, result))},
        "partialFingerprints": {"petaplan/v1": result.mark, "primaryLocationLineHash": result.mark},
        "properties": {
            "phase": result.worst.phase,
            "phases": list(dict.fromkeys(one.phase for one in result.findings)),
            "workings": workings(result.worst),
        },
    }
    statuses = [judgement.status(one) for one in result.findings]
    if judgement.baseline is not None:
        known = all(one.identity in judgement.known for one in result.findings)
        made["baselineState"] = "unchanged" if known else "new"
    if all(status is FindingStatus.WAIVED for status in statuses):
        waiver = judgement.waivers[result.worst.identity]
        justification = f"{waiver.owner}, until {waiver.expires}: {waiver.reason}"
        made["suppressions"] = [{"kind": "external", "justification": justification}]
    return made


def _location(finding: Finding, checkout: Checkout, place: Location) -> dict[str, object]:
    """The line by its path from the root: hosts reject a file in which a result has none."""
    region = checkout.region(place)
    return {
        "logicalLocations": [{"fullyQualifiedName": f"{finding.kind}/{finding.subject}", "kind": "resource"}],
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(region.file)), "uriBaseId": ROOT},
            "region": {
                "startLine": region.line,
                "startColumn": region.start,
                "endLine": region.line,
                "endColumn": region.end,
            },
        },
    }
