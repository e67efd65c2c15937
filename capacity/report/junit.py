"""A judgement as JUnit XML: a suite a rule family, a case for each rule and subject."""

from collections.abc import Iterator
from html import escape
from itertools import groupby

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.noun import Location
from petaplan.capacity.report.places import Checkout
from petaplan.capacity.report.words import acceptance_note, sentence, workings
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.reporting.safety import visible

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def write_junit(judgement: Judgement) -> str:
    """The same judgement gives the same bytes; no time is in it."""
    ordered = sorted(judgement.report.findings, key=lambda one: (_family(one), one.rule, one.phase, one.subject))
    checkout = Checkout.around(judgement.fallback)
    suites: list[str] = []
    totals = [0, 0, 0]
    for family, findings in groupby(ordered, key=_family):
        cases = [_case(judgement, finding, checkout.located(finding.place)) for finding in findings]
        counts = _counts([outcome for outcome, _ in cases])
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        suites += [f'  <testsuite name="{_text(family)}"{_numbers(counts)}>', *(case for _, case in cases)]
        suites.append("  </testsuite>")
    if judgement.cannot_tell:
        totals = [totals[0] + 1, totals[1], totals[2] + 1]
        suites.extend(_cannot_tell(judgement))
    name = _text(f"petaplan {judgement.report.hub}")
    return "\n".join([_HEAD, f'<testsuites name="{name}"{_numbers(totals)}>', *suites, "</testsuites>", ""])


def _text(words: str) -> str:
    """Text as XML carries it, in an attribute or between tags; what XML or a terminal would not show is spelt out."""
    return escape(visible(words))


def _family(finding: Finding) -> str:
    return finding.rule.partition("-")[0]


def _counts(outcomes: list[str]) -> list[int]:
    return [len(outcomes), outcomes.count("failure"), outcomes.count("skipped")]


def _numbers(counts: list[int]) -> str:
    tests, failures, skipped = counts
    return f' tests="{tests}" failures="{failures}" skipped="{skipped}" errors="0"'


def _case(judgement: Judgement, finding: Finding, at: Location | None) -> tuple[str, str]:
    """What became of a case (passed, failure or skipped), and the case."""
    phase = f" [{finding.phase}]" if finding.phase else ""
    place = "" if at is None else f' file="{_text(at.file)}" line="{at.line}"'
    worked = workings(finding)
    outcome, inside = "passed", ""
    if judgement.fails(finding) or judgement.lacks(finding):
        outcome = "failure"
        message = _text(sentence(finding))
        inside = f'\n      <failure type="{finding.verdict}" message="{message}">{_text(worked)}</failure>'
    elif finding.verdict is Verdict.UNKNOWN or judgement.status(finding) in (FindingStatus.WAIVED, FindingStatus.KNOWN):
        outcome = "skipped"
        inside = f'\n      <skipped message="{_text(acceptance_note(judgement, finding) or sentence(finding))}"/>'
    said = worked if finding.verdict is Verdict.PASS else f"{finding.verdict}\n{worked}"
    return outcome, (
        f'    <testcase classname="{_text(finding.rule)}" name="{_text(finding.subject + phase)}"{place}>'
        f"{inside}\n      <system-out>{_text(said)}</system-out>\n    </testcase>"
    )


def _cannot_tell(judgement: Judgement) -> Iterator[str]:
    message = _text("cannot tell: " + "; ".join(judgement.cannot_tell))
    yield f'  <testsuite name="graph"{_numbers([1, 0, 1])}>'
    yield f'    <testcase classname="graph" name="every value is known"><skipped message="{message}"/></testcase>'
    yield "  </testsuite>"
