"""A judgement as JUnit XML: a suite a rule family, a case for each rule and subject."""

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from capacity.findings import Finding, Verdict
from capacity.judgement import Judgement, Standing
from capacity.report.words import sentence, standing_note, workings

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(judgement: Judgement) -> str:
    """The same judgement gives the same bytes; no time is in it."""
    root = ET.Element("testsuites", name=f"petaplan {judgement.report.hub}")
    ordered = sorted(judgement.report.findings, key=lambda one: (_family(one), one.rule, one.phase, one.subject))
    totals = [0, 0, 0]
    for family, cases in groupby(ordered, key=_family):
        suite = ET.SubElement(root, "testsuite", name=family)
        counts = [0, 0, 0]
        for finding in cases:
            counts[0] += 1
            outcome = _case(suite, judgement, finding)
            counts[1] += outcome == "failure"
            counts[2] += outcome == "skipped"
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        _count(suite, counts)
    if judgement.cannot_tell:
        totals = [totals[0] + 1, totals[1], totals[2] + 1]
        _cannot_tell(root, judgement)
    _count(root, totals)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _family(finding: Finding) -> str:
    return finding.rule.partition("-")[0]


def _count(element: ET.Element, counts: list[int]) -> None:
    for name, count in zip(("tests", "failures", "skipped"), counts, strict=True):
        element.set(name, str(count))
    element.set("errors", "0")


def _case(suite: ET.Element, judgement: Judgement, finding: Finding) -> str:
    """The outcome that the added case has: passed, failure or skipped."""
    phase = f" [{finding.phase}]" if finding.phase else ""
    case = ET.SubElement(suite, "testcase", classname=finding.rule, name=_text(f"{finding.subject}{phase}"))
    if finding.place is not None and finding.place.line > 0:
        case.set("file", _text(finding.place.file))
        case.set("line", str(finding.place.line))
    outcome = "passed"
    if judgement.fails(finding):
        outcome = "failure"
        failure = ET.SubElement(case, outcome, type=finding.verdict, message=_text(sentence(finding)))
        failure.text = _text(workings(finding))
    elif finding.verdict is Verdict.UNKNOWN or judgement.standing(finding) in (Standing.WAIVED, Standing.KNOWN):
        outcome = "skipped"
        ET.SubElement(case, outcome, message=_text(standing_note(judgement, finding) or sentence(finding)))
    said = workings(finding) if finding.verdict is Verdict.PASS else f"{finding.verdict}\n{workings(finding)}"
    ET.SubElement(case, "system-out").text = _text(said)
    return outcome


def _cannot_tell(root: ET.Element, judgement: Judgement) -> None:
    suite = ET.SubElement(root, "testsuite", name="graph")
    _count(suite, [1, 0, 1])
    case = ET.SubElement(suite, "testcase", classname="graph", name="every value is known")
    ET.SubElement(case, "skipped", message=_text("cannot tell: " + "; ".join(judgement.cannot_tell)))


def _text(text: str) -> str:
    """Text without the characters that XML can't carry."""
    return _NOT_XML.sub("\ufffd", text)
