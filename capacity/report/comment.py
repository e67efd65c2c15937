"""A judgement as one Markdown comment: verdict first, what falls short, a table of the phases, the rest collapsed.

A hidden marker stands first, so that whoever posts the comment finds the old one and replaces it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from petaplan.capacity.check_report import Report
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.check import ASSUMPTION_COLUMNS, assumption_rows, basis_row
from petaplan.capacity.report.difference import comment_sections
from petaplan.capacity.report.findings import (
    DECLARED_AT,
    FINDING,
    PHASE,
    RULE,
    SUBJECT,
    VERDICT,
    explained_by,
    finding_row,
    of_causes,
)
from petaplan.capacity.report.gate import GateResult, first_reasons, weakened
from petaplan.capacity.report.layers import layer_sections
from petaplan.capacity.report.phases import BADGES, phase_table
from petaplan.capacity.report.words import counted as counted_findings
from petaplan.capacity.verdict.causes import Cause, causes_of
from petaplan.capacity.verdict.evidence import percent
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.capacity.verdict.rules import is_about_change
from petaplan.capacity.verdict.waivers import Waiver
from petaplan.reporting.cells import BLANK, MISSING, Cell, Code, Day, Number, Phrase, Several, Status, Text, text
from petaplan.reporting.document import Block, Column, Document, Lines, Row, Section, Table, under
from petaplan.reporting.registry import PLAIN, Rendering

REMEDY = Column(key="remedy", title="what would mend it")
REASON_COLUMNS = (RULE, SUBJECT, PHASE, FINDING, REMEDY, DECLARED_AT)
NOTED_COLUMNS = (VERDICT, RULE, SUBJECT, FINDING, Column(key="noted", title="note"))
MOST_OF_CHANGE = 3
"""Findings of one rule about the change that have a row each."""
MOST_SUBJECTS = 6
"""Subjects that a row of more findings names; the rest are counted."""
WAIVED_COLUMNS = (
    RULE,
    SUBJECT,
    PHASE,
    FINDING,
    Column(key="owner", title="owner"),
    Column(key="until", title="until"),
    Column(key="reason", title="reason"),
)


def marker(hub: str, stack: str = "") -> str:
    """The text by which the comment of this hub, and of this stack of it, is found again.

    >>> marker("hk-hub"), marker("hk-hub", "phase-1")
    ('petaplan-gate hk-hub', 'petaplan-gate hk-hub phase-1')
    """
    return " ".join(filter(None, ("petaplan-gate", hub, stack)))


def comment_document(result: GateResult, _rendering: Rendering = PLAIN) -> Document:
    """The comment; the same judgement gives the same document."""
    judgement = result.judgement
    report = judgement.report
    sections = (
        _verdict(result),
        *first_reasons(result),
        *weakened(result),
        *_cannot_tell(judgement),
        *_reasons("What falls short", judgement.reasons, _phase_names(judgement)),
        *_reasons("What is measured too little", judgement.lacking, _phase_names(judgement)),
        *_what_to_do(judgement),
        *_difference(result),
        *under("/report", [_phases(judgement)]),
        *_by_phase(judgement),
        *_accepted(judgement),
        *_evidence(judgement),
        *under("/report", layer_sections(report)),
        *under("/report", _assumptions(report)),
    )
    name = marker(report.hub, judgement.stack)
    return Document(key="gate", name=report.hub, sections=sections, main="reasons", marker=name)


def _difference(result: GateResult) -> Iterator[Section]:
    if result.difference is not None:
        yield from under("/difference", comment_sections(result.difference, judges_changed=result.judges_changed))


def _phases(judgement: Judgement) -> Section:
    table = phase_table(judgement.report, judgement.verdict_of)
    return Section(key="phases", title=Text("Phases"), blocks=(table,))


def _verdict(result: GateResult) -> Section:
    judgement = result.judgement
    lines: tuple[Cell, ...] = (Phrase("{counts}.", {"counts": counted_findings(judgement)}),)
    if judgement.basis:
        lines += (Phrase("{basis}.", {"basis": Text(judgement.basis)}),)
    cells: dict[str, Cell] = {"verdict": _heading(result), "hub": Text(judgement.report.hub)}
    return Section(key="verdict", title=Phrase("{verdict}: {hub}", cells), level=2, blocks=(Lines(cells=lines),))


def _heading(result: GateResult) -> Status:
    """The verdict; a pass of which less is asked than of the base is none without a remark."""
    judgement, weakening = result.judgement, result.weakening
    badge = BADGES[judgement.verdict]
    if judgement.verdict is Verdict.PASS and weakening is not None:
        if not weakening.compared:
            badge = "⚠ Pass, not compared"
        elif weakening.asks_for_less:
            badge = "⚠ Pass, and less is asked"
    if judgement.verdict is Verdict.UNKNOWN and not judgement.cannot_tell:
        badge = "❔ Too little is measured"
    return Status(key=str(judgement.verdict), badge=badge)


def _cannot_tell(judgement: Judgement) -> Iterator[Section]:
    if judgement.cannot_tell:
        lines = Lines(cells=tuple(Text(reason) for reason in judgement.cannot_tell), bullets=True)
        yield Section(key="cannot-tell", title=Text("What cannot be told yet"), blocks=(lines,))


def _reasons(title: str, reasons: Sequence[Finding], phases: Sequence[str]) -> Iterator[Section]:
    """What the plan itself lacks, then what the change takes away: many checks of one kind are one row."""
    if reasons:
        of_plan = [finding for finding in reasons if not is_about_change(finding)]
        rows = [*_rows(of_plan, phases), *_of_change([one for one in reasons if is_about_change(one)])]
        table = Table(key="reasons", columns=REASON_COLUMNS, rows=rows, noun="reasons")
        yield Section(key="reasons", title=Text(title), blocks=(table,))


def _of_change(findings: Sequence[Finding]) -> Iterator[Row]:
    """A row for each finding about the change; more than a few of one rule are one row, and stand above one by one."""
    for rule in dict.fromkeys(finding.rule for finding in findings):
        alike = [finding for finding in findings if finding.rule == rule]
        if len(alike) <= MOST_OF_CHANGE:
            yield from _rows(alike, ())
            continue
        demand = sum(finding.demand or 0.0 for finding in alike)
        whole = replace(alike[0], demand=demand, subject=f"{len(alike)} subjects")
        names = ", ".join(finding.subject for finding in alike[:MOST_SUBJECTS])
        more = f" and {len(alike) - MOST_SUBJECTS} more" if len(alike) > MOST_SUBJECTS else ""
        own: dict[str, Cell] = {"declared_at": BLANK, "remedy": Text(f"Listed above: {names}{more}")}
        yield Row(cells={**finding_row(whole).cells, **own})


def _phase_names(judgement: Judgement) -> list[str]:
    """The phases by their days."""
    return [phase.name for phase in judgement.report.phases]


def _rows(findings: Sequence[Finding], phases: Sequence[str]) -> list[Row]:
    """A row for each cause, with all its phases and what else it explains."""
    return [_row(cause) for cause in causes_of(findings, phases)]


def _row(cause: Cause) -> Row:
    finding = cause.lead
    cells = dict(finding_row(finding).cells)
    cells["phase"] = text(", ".join(cause.phases))
    explains = explained_by(cause)
    if explains != BLANK:
        cells["finding"] = Phrase("{finding} ({explains})", {"finding": cells["finding"], "explains": explains})
    cells["remedy"] = text(finding.hint) if finding.hint else _not_known(finding)
    return Row(cells=cells)


def _not_known(finding: Finding) -> Cell:
    if not finding.missing:
        return text("")
    return Phrase("not known: {names}", {"names": Several(tuple(Text(name) for name in finding.missing))})


def _what_to_do(judgement: Judgement) -> Iterator[Section]:
    """How a reader learns more of a finding, and how its owner can accept it."""
    for finding in [cause.lead for cause in causes_of((*judgement.reasons, *judgement.lacking))][:1]:
        told = "What a rule asks: {command}. "
        if ":" in finding.rule:
            told = ""  # another policy pack's, which only that pack explains
        once = (
            " A waiver of a finding about the change itself holds once the base has it."
            if is_about_change(finding)
            else ""
        )
        line = Phrase(
            f"{told}To accept a finding for a while, its owner waives it by rule and subject.{once}",
            {"command": Code(f"petaplan explain {finding.rule}")},
        )
        yield Section(key="what-to-do", blocks=(Lines(cells=(line,)),))


def _by_phase(judgement: Judgement) -> Iterator[Section]:
    """For each phase what else the rules say of it, collapsed."""
    phases = _phase_names(judgement)
    rest = [f for f in judgement.of(FindingStatus.OPEN) if not judgement.fails(f) and not judgement.lacks(f)]
    for phase in (*phases, ""):
        found = [f for f in rest if (f.phase if f.phase in phases else "") == phase]
        if not found:
            continue
        kinds = Several(
            tuple(
                of_causes(alike, verdict)
                for verdict in (Verdict.UNKNOWN, Verdict.WARNING, Verdict.REVIEW, Verdict.SHORTFALL)
                if (alike := [f for f in found if f.verdict is verdict])
            )
        )
        title = Phrase("{phase}: {kinds}", {"phase": Text(phase or "the plan as a whole"), "kinds": kinds})
        table = Table(
            key="others", columns=NOTED_COLUMNS, rows=[_noted(one) for one in causes_of(found)], noun="findings"
        )
        yield Section(key=f"others {phase}", title=title, blocks=(table,), folded=True)


def _noted(cause: Cause) -> Row:
    finding = cause.lead
    noted = _not_known(finding) if finding.missing else text(finding.hint or finding.note)
    explains = explained_by(cause)
    if explains != BLANK:
        noted = Phrase("{noted} ({explains})", {"noted": noted, "explains": explains})
    return Row(cells={**finding_row(finding).cells, "noted": noted})


def _accepted(judgement: Judgement) -> Iterator[Section]:
    waived = judgement.of(FindingStatus.WAIVED)
    if waived:
        rows = [_waived(finding, judgement.waivers[finding.identity]) for finding in waived]
        table = Table(key="waived", columns=WAIVED_COLUMNS, rows=rows, noun="waived findings")
        title = Phrase("Waived: {count}", {"count": Number(value=len(waived))})
        yield Section(key="waived", title=title, blocks=(table,), folded=True)
    known = judgement.of(FindingStatus.KNOWN)
    if known:
        table = Table(
            key="known", columns=REASON_COLUMNS, rows=_rows(known, _phase_names(judgement)), noun="known findings"
        )
        title = Phrase("Known from the baseline: {count}", {"count": Number(value=len(known))})
        yield Section(key="known", title=title, blocks=(table,), folded=True)


def _waived(finding: Finding, waiver: Waiver) -> Row:
    cells = dict(finding_row(finding).cells)
    if waiver.limit:
        limit = {"finding": cells["finding"], "limit": Number(value=waiver.limit)}
        cells["finding"] = Phrase("{finding} (up to {limit} ×)", limit)
    cells |= {"owner": Text(waiver.owner), "until": Day(waiver.expires), "reason": Text(waiver.reason)}
    return Row(cells=cells)


def _evidence(judgement: Judgement) -> Iterator[Section]:
    report = judgement.report
    if report.bases:
        title = Text("Evidence behind the petaflops")
        yield Section(key="evidence", title=title, blocks=(_bases(report),), folded=True)
    files = judgement.evidence.files
    if not files:
        return
    refusals = judgement.evidence.refusals
    more = ", {left_out} rows left out" if refusals else ""
    counts = {"count": Number(value=len(files)), "left_out": Number(value=len(refusals))}
    cells: tuple[Cell, ...] = (
        *(Phrase("{file}, SHA-256 {digest}", {"file": Code(name), "digest": Code(sha[:12])}) for name, sha in files),
        *(Phrase("left out: {refusal}", {"refusal": Text(refusal)}) for refusal in refusals),
    )
    lines = Lines(cells=cells, bullets=True, noun="files and rows")
    yield Section(
        key="evidence-files", title=Phrase(f"Evidence files: {{count}}{more}", counts), blocks=(lines,), folded=True
    )


def _bases(report: Report) -> Block:
    measured = {share.target: share for share in report.measured}
    rows = []
    for basis in report.bases:
        share = measured.get(basis.target)
        assumed = Number(value=basis.assumed_fillings, unit="PFLOP/s", at_most=3) if basis.assumed_fillings else MISSING
        here = Text(percent(share.fraction)) if share else MISSING
        rows.append(Row(cells={**basis_row(basis).cells, "assumed": assumed, "measured": here}))
    columns = (
        Column(key="target", title="target"),
        Column(key="precision", title="precision"),
        Column(key="figures", title="figures are"),
        Column(key="assumed", title="on assumptions of this plan", unit="PFLOP/s"),
        Column(key="measured", title="measured here", right=True),
    )
    return Table(key="bases", columns=columns, rows=rows, noun="targets")


def _assumptions(report: Report) -> Iterator[Section]:
    if report.assumptions:
        columns = tuple(column for column in ASSUMPTION_COLUMNS if column.key != "figure")
        table = Table(key="assumptions", columns=columns, rows=assumption_rows(report), noun="assumptions")
        title = Phrase("Assumptions: {count}", {"count": Number(value=len(report.assumptions))})
        yield Section(key="assumptions", title=title, blocks=(table,), folded=True)
