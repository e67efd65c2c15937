"""Text and mark of one finding, for the outputs of machines and hosts."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from petaplan.capacity.findings import Finding, Input, Verdict
from petaplan.capacity.report.findings import comparison_of, held_unverified, of_causes
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.causes import counts
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from petaplan.reporting.cells import Cell, Number, Phrase, Several
from petaplan.reporting.units import number, two_amounts
from petaplan.reporting.web.views import pointed
from petaplan.reporting.wording import words as words_of


def said(finding: Finding) -> str:
    """Demand and capacity as text, or the message of a rule of another pack without numbers."""
    return words_of(comparison_of(finding))


def sentence(finding: Finding) -> str:
    """Subject, amounts and remedy on one line."""
    phase = f" [{finding.phase}]" if finding.phase and finding.phase != finding.subject else ""
    parts = [f"{finding.subject}{phase}: {said(finding)}", finding.hint]
    if finding.missing:
        parts.append(f"not known: {', '.join(finding.missing)}")
    return ". ".join(part for part in parts if part)


def workings(finding: Finding) -> str:
    """The formula with its numbers, one a line."""
    lines = [f"formula: {finding.formula}" if finding.formula else "", *(input_line(one) for one in finding.inputs)]
    demand, capacity = two_amounts(finding.demand, finding.capacity, finding.unit)
    lines.append(f"demand {demand}, capacity {capacity}")
    if finding.ratio is not None and finding.ratio != float("inf"):
        lines.append(f"ratio {number(finding.ratio)}")
    lines += [finding.note, finding.hint]
    if finding.missing:
        lines.append(f"not known: {', '.join(finding.missing)}")
    if finding.place is not None:
        lines.append(f"declared at {finding.place}")
    return "\n".join(line for line in lines if line)


def input_line(one: Input) -> str:
    """One number of a formula, with its source."""
    return f"  {one}"


def acceptance_note(judgement: Judgement, finding: Finding) -> str:
    """Who accepted a finding, or that it was there before; empty for an open one."""
    match judgement.status(finding):
        case FindingStatus.WAIVED:
            waiver = judgement.waivers[finding.identity]
            limit = f", up to {number(waiver.limit)} times the capacity" if waiver.limit else ""
            return f"waived by {waiver.owner} until {waiver.expires}{limit}: {waiver.reason}"
        case FindingStatus.KNOWN:
            return f"known: in the baseline {judgement.baseline}"
        case _:
            return ""


def marks(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with a fingerprint that stays when numbers, lines or the order move; no two are the same."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.identity] += 1
        again = f"#{seen[finding.identity]}" if seen[finding.identity] > 1 else ""
        yield finding, hashlib.sha256(f"petaplan/1:{finding.identity}{again}".encode()).hexdigest()[:32]


def rules_of(findings: Iterable[Finding]) -> dict[str, Rule | None]:
    """The rules of the findings, by id; None for one of another policy pack."""
    known = rules_by_id()
    return {id: known.get(id) for id in sorted({finding.rule for finding in findings})}


def title_of_rule(id: str) -> str:
    """What a rule asks, in the words of its title; empty for one that this version lacks."""
    rule = rules_by_id().get(id)
    return "" if rule is None else rule.title


@cache
def rules_by_id() -> dict[str, Rule]:
    """Every rule, those about reports included."""
    return {rule.id: rule for rule in (*all_rules(), *ABOUT_REPORTS)}


KINDS = (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING, Verdict.REVIEW)
"""Kinds of findings that ask for something, as their counts are said."""


def counts_of(judgement: Judgement) -> Mapping[str, int | Mapping[str, int]]:
    """The numbers of the verdict line: checks that hold, causes and findings of each kind, and what was accepted."""
    asked = {kind: counts(judgement.of(FindingStatus.OPEN, kind)) for kind in KINDS}
    return {
        "holds": len(judgement.of(FindingStatus.HOLDS)),
        **{str(kind): {"causes": causes, "findings": found} for kind, (causes, found) in asked.items()},
        "unverified": sum(finding.holds_unverified for finding in judgement.report.findings),
        "waived": len(judgement.of(FindingStatus.WAIVED)),
        "known": len(judgement.of(FindingStatus.KNOWN)),
    }


def counted(judgement: Judgement) -> Phrase:
    """How many findings there are of each kind; each number has its place in the JSON of the gate."""
    said_of: list[Cell] = [_count("checks hold", len(judgement.of(FindingStatus.HOLDS)), "holds")]
    for kind in KINDS:
        places = {"count": f"/counts/{kind}/causes", "found": f"/counts/{kind}/findings"}
        said_of.append(pointed(of_causes(judgement.of(FindingStatus.OPEN, kind), str(kind)), places))
    unverified = {"count": "/counts/unverified"}
    said_of += [pointed(cell, unverified) for cell in held_unverified(judgement.report.findings)]
    waived = len(judgement.of(FindingStatus.WAIVED))
    if waived:
        said_of.append(_count("waived", waived, "waived"))
    if judgement.baseline is not None:
        known = len(judgement.of(FindingStatus.KNOWN))
        said_of.append(_count("known from the baseline", known, "known"))
    return Phrase("{counts}", {"counts": Several(tuple(said_of))})


def _count(words: str, count: int, key: str) -> Phrase:
    return Phrase(f"{{count}} {words}", {"count": Number(value=count, pointer=f"/counts/{key}")})
