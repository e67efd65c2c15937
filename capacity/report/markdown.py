"""A judgement as one Markdown comment: verdict first, what falls short, a table of the phases, the rest collapsed.

A hidden marker stands first, so that whoever posts the comment finds the old one and replaces it.
"""

from collections.abc import Iterable, Iterator, Sequence

from petaplan.capacity.check_report import Report
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Finding, Verdict, number
from petaplan.capacity.report.blocks import Block, code, fitted, plain_text, table
from petaplan.capacity.report.difference import difference_blocks
from petaplan.capacity.report.text import SHOWN_PRECISIONS
from petaplan.capacity.report.wanted import GITHUB_LIMIT_BYTES
from petaplan.capacity.report.words import counted, said
from petaplan.capacity.verdict.difference import Difference
from petaplan.capacity.verdict.evidence import percent
from petaplan.capacity.verdict.judgement import Judgement, Standing

HEADING = {
    Verdict.PASS: "✅ Pass",
    Verdict.SHORTFALL: "❌ Shortfall",
    Verdict.UNKNOWN: "❔ Cannot tell",
}


def marker(hub: str, stack: str = "") -> str:
    """The comment of HTML by which the one of this hub, and of this stack of it, is found again.

    >>> marker("hk-hub"), marker("hk-hub", "phase-1")
    ('<!-- petaplan-gate hk-hub -->', '<!-- petaplan-gate hk-hub phase-1 -->')
    """
    return f"<!-- petaplan-gate {' '.join(filter(None, (hub, stack)))} -->"


def write_markdown(
    judgement: Judgement, difference: Difference | None = None, *, limit_bytes: int = GITHUB_LIMIT_BYTES
) -> str:
    """The comment, never longer than the limit; the same judgement gives the same bytes."""
    blocks = [
        Block(lines=(marker(judgement.report.hub, judgement.stack),)),
        Block(lines=tuple(_verdict(judgement))),
        *_cannot_tell(judgement),
        *_reasons("What falls short", judgement.reasons),
        *_reasons("What is measured too little", judgement.lacking),
        *_what_to_do(judgement),
        *(difference_blocks(difference) if difference is not None else ()),
        Block(lines=("### Phases", "", *_phases(judgement))),
        *_by_phase(judgement),
        *_accepted(judgement),
        *_evidence(judgement),
        *_assumptions(judgement.report),
    ]
    return fitted(blocks, limit_bytes)


def _verdict(judgement: Judgement) -> Iterator[str]:
    yield f"## {_heading(judgement)}: {plain_text(judgement.report.hub)}"
    yield ""
    yield f"{counted(judgement)}."
    if judgement.basis:
        yield ""
        yield f"{plain_text(judgement.basis)}."


def _heading(judgement: Judgement) -> str:
    if judgement.verdict is Verdict.UNKNOWN and not judgement.cannot_tell:
        return "❔ Too little is measured"
    return HEADING[judgement.verdict]


def _cannot_tell(judgement: Judgement) -> Iterator[Block]:
    if judgement.cannot_tell:
        lines = tuple(f"- {plain_text(reason)}" for reason in judgement.cannot_tell)
        yield Block(head=("### What cannot be told yet", ""), lines=lines)


def _reasons(title: str, reasons: Sequence[Finding]) -> Iterator[Block]:
    if not reasons:
        return
    head, rows = table(("rule", "subject", "phase", "finding", "what would mend it", "declared at"), map(_row, reasons))
    yield Block(head=(f"### {title}", "", *head), lines=rows, noun="reasons")


def _what_to_do(judgement: Judgement) -> Iterator[Block]:
    """How a reader learns more of a finding, and how its owner can accept it."""
    for finding in (*judgement.reasons, *judgement.lacking)[:1]:
        told = f"What a rule asks: {code(f'petaplan explain {finding.rule}')}. "
        if ":" in finding.rule:
            told = ""  # another policy pack's, which only that pack explains
        accept = "To accept a finding for a while, its owner waives it by rule and subject."
        yield Block(lines=(told + accept,))


def _row(finding: Finding) -> Sequence[str]:
    hint = finding.hint or (f"not known: {', '.join(finding.missing)}" if finding.missing else "")
    return (
        code(finding.rule),
        plain_text(finding.subject),
        plain_text(finding.phase),
        plain_text(said(finding)),
        plain_text(hint),
        code(str(finding.place)) if finding.place else "",
    )


def _phases(judgement: Judgement) -> Iterable[str]:
    report = judgement.report
    precisions = [p for p in SHOWN_PRECISIONS if any(p in dict(phase.pflops) for phase in report.phases)]
    titles = (
        "phase",
        "in service",
        "target, PFLOP/s",
        *(f"{p}, PFLOP/s" for p in precisions),
        "IT, MW",
        "pods",
        "racks",
        "accelerators",
        "verdict",
    )
    head, rows = table(titles, _phase_rows(judgement, precisions), right=range(2, 7 + len(precisions)))
    return (*head, *rows)


def _phase_rows(judgement: Judgement, precisions: Sequence[Precision]) -> Iterator[Sequence[str]]:
    wanted = {f.subject: f.demand for f in judgement.report.findings if f.rule == "PF-001"}
    for phase in judgement.report.phases:
        peaks = dict(phase.pflops)
        targets = [demand for name in phase.targets if (demand := wanted.get(name)) is not None]
        power = f"{phase.it_power_mw:,.2f}"
        yield (
            plain_text(phase.name),
            phase.in_service.isoformat(),
            ", ".join(number(value) for value in targets) or "–",
            *(number(peaks[p]) if p in peaks else "–" for p in precisions),
            power if phase.it_power_known else f"≥ {power}",
            f"{phase.pods:,}",
            f"{phase.racks:,}",
            f"{phase.accelerators:,}",
            HEADING[judgement.verdict_of(phase)],
        )


def _by_phase(judgement: Judgement) -> Iterator[Block]:
    """For each phase what else the rules say of it, collapsed."""
    phases = [phase.name for phase in judgement.report.phases]
    rest = [f for f in judgement.of(Standing.OPEN) if not judgement.fails(f) and not judgement.lacks(f)]
    for phase in (*phases, ""):
        found = [f for f in rest if (f.phase if f.phase in phases else "") == phase]
        if not found:
            continue
        title = f"{phase}: " if phase else "the plan as a whole: "
        kinds = ", ".join(
            f"{count:,} {verdict}{'s' * (count != 1)}"
            for verdict in (Verdict.UNKNOWN, Verdict.WARNING, Verdict.REVIEW, Verdict.SHORTFALL)
            if (count := sum(f.verdict is verdict for f in found))
        )
        head, rows = table(("", "rule", "subject", "finding", "note"), ((str(f.verdict), *_noted(f)) for f in found))
        yield Block(summary=f"{title}{kinds}", head=head, lines=rows, noun="findings")


def _noted(finding: Finding) -> Sequence[str]:
    hint = finding.hint or finding.note
    if finding.missing:
        hint = f"not known: {', '.join(finding.missing)}"
    return code(finding.rule), plain_text(finding.subject), plain_text(said(finding)), plain_text(hint)


def _accepted(judgement: Judgement) -> Iterator[Block]:
    waived = judgement.of(Standing.WAIVED)
    if waived:
        titles = ("rule", "subject", "phase", "finding", "owner", "until", "reason")
        head, rows = table(titles, (_waived(judgement, finding) for finding in waived))
        yield Block(summary=f"Waived: {len(waived):,}", head=head, lines=rows, noun="waived findings")
    known = judgement.of(Standing.KNOWN)
    if known:
        head, rows = table(
            ("rule", "subject", "phase", "finding", "what would mend it", "declared at"), map(_row, known)
        )
        summary = f"Known from the baseline: {len(known):,}"
        yield Block(summary=summary, head=head, lines=rows, noun="known findings")


def _waived(judgement: Judgement, finding: Finding) -> Sequence[str]:
    waiver = judgement.waivers[finding.identity]
    limit = f" (up to {number(waiver.limit)} ×)" if waiver.limit else ""
    words = plain_text(said(finding) + limit)
    subject = (code(finding.rule), plain_text(finding.subject), plain_text(finding.phase), words)
    return (*subject, plain_text(waiver.owner), waiver.expires.isoformat(), plain_text(waiver.reason))


def _evidence(judgement: Judgement) -> Iterator[Block]:
    report = judgement.report
    measured = {share.target: share for share in report.measured}
    rows = []
    for basis in report.bases:
        whole = sum(value for _, value in basis.shares)
        shares = ", ".join(f"{value / whole:.0%} {status}" for status, value in basis.shares) if whole else "none"
        assumed = f"{number(round(basis.assumed_fillings, 3))}" if basis.assumed_fillings else "–"
        share = measured.get(basis.target)
        here = percent(share.fraction) if share else "–"
        rows.append((plain_text(basis.target), str(basis.precision), shares, assumed, here))
    if rows:
        titles = ("target", "precision", "figures are", "on assumptions of this plan, PFLOP/s", "measured here")
        head, lines = table(titles, rows, right=(4,))
        yield Block(summary="Evidence behind the petaflops", head=head, lines=lines, noun="targets")
    if judgement.evidence.files:
        files = tuple(f"- {code(name)}, SHA-256 {code(digest[:12])}" for name, digest in judgement.evidence.files)
        left_out = tuple(f"- left out: {plain_text(refusal)}" for refusal in judgement.evidence.refusals)
        summary = f"Evidence files: {len(files):,}" + (f", {len(left_out):,} rows left out" if left_out else "")
        yield Block(summary=summary, lines=(*files, *left_out), noun="files and rows")


def _assumptions(report: Report) -> Iterator[Block]:
    if not report.assumptions:
        return
    rows = ((plain_text(a.name), plain_text(a.statement), plain_text(a.reason)) for a in report.assumptions)
    head, lines = table(("assumption", "statement", "because"), rows)
    yield Block(summary=f"Assumptions: {len(report.assumptions):,}", head=head, lines=lines, noun="assumptions")
