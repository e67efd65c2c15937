"""A judgement of the gate: for people on a terminal, and as JSON of a versioned schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import to_json

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.check import assumption_sections, basis_sections, findings_section
from petaplan.capacity.report.difference import difference_sections, difference_values
from petaplan.capacity.report.findings import COLUMNS, TONE, comparison_of, finding_row, verdict_status
from petaplan.capacity.report.json import as_values
from petaplan.capacity.report.layers import layer_sections
from petaplan.capacity.report.phases import phase_table
from petaplan.capacity.report.words import acceptance_note, counted, counts_of, marks
from petaplan.capacity.verdict.causes import causes_of
from petaplan.capacity.verdict.difference import Difference
from petaplan.capacity.verdict.evidence import percent
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.capacity.verdict.rules import is_about_change
from petaplan.reporting.cells import Cell, Code, Number, Phrase, Several, Status, Text, Tone, text
from petaplan.reporting.document import Column, Document, Inline, Layout, Lines, Row, Section, Table, under
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import safe_json

if TYPE_CHECKING:
    from petaplan.capacity.verdict.weakening.result import Weakening

VERSION = 2
"""Version of the JSON that the gate writes: capacity/data/schemas/gate-2.json."""

MOST_ACCEPTED = 12
"""Accepted findings that are shown one by one; the rest are counted."""

MOST_FIRST = 3
"""Causes that stand above what a change weakens; all of them stand below it."""

ACCEPTED_COLUMNS = (
    *COLUMNS[:4],
    Column(key="finding", title="finding", inline=Inline(before=": ")),
    Column(key="accepted", title="accepted", inline=Inline(before="", own_line=True)),
)
ALL_COLUMNS = (
    Column(key="status", title="status", inline=Inline(after="")),
    *COLUMNS,
    Column(key="accepted", title="accepted", inline=Inline(before="", own_line=True)),
)
"""Columns of the table that has every finding."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GateResult:
    """What the gate found: the judgement, and what the change does where a base was named."""

    judgement: Judgement
    difference: Difference | None = None
    weakening: "Weakening | None" = None

    @property
    def judges_changed(self) -> bool:
        """Whether anything that judges the plan differs from the base, or a check is lost."""
        return self.weakening is not None and bool(self.weakening.judges or self.weakening.lost)


def write_gate_json(
    judgement: Judgement, difference: Difference | None = None, weakening: "Weakening | None" = None
) -> str:
    """The whole judgement; the same judgement gives the same bytes."""
    report = judgement.report
    fingerprints = {id(finding): mark for finding, mark in marks(report.findings)}
    values = as_values(report)
    for finding, written in zip(report.findings, values["findings"], strict=True):
        written["fingerprint"] = fingerprints[id(finding)]
        written["status"] = judgement.status(finding)
        written["fails"] = judgement.fails(finding)
        if note := acceptance_note(judgement, finding):
            written["accepted"] = note
    made: dict[str, object] = {
        "petaplan_gate": VERSION,
        "hub": report.hub,
        "verdict": judgement.verdict,
        "exit_code": judgement.exit_code,
        "cannot_tell": list(judgement.cannot_tell),
        "baseline": judgement.baseline,
        "counts": counts_of(judgement),
        "waivers": waivers_of(judgement),
        "evidence": {
            "required": judgement.evidence.required,
            "files": [{"name": name, "sha256": digest} for name, digest in judgement.evidence.files],
            "left_out": list(judgement.evidence.refusals),
        },
        "weakening": None if weakening is None else _weakening_values(weakening),
        "difference": None if difference is None else difference_values(difference),
        "report": values,
    }
    return safe_json(to_json(made, indent=2).decode()) + "\n"


def waivers_of(judgement: Judgement) -> list[dict[str, object]]:
    """The waivers in force as plain values, by the identity of the finding that each accepts."""
    return [
        {
            "finding": waiver.finding,
            "subject": waiver.subject,
            "phase": waiver.phase,
            "owner": waiver.owner,
            "reason": waiver.reason,
            "expires": waiver.expires.isoformat(),
            "limit": waiver.limit,
            "accepts": identity,
        }
        for identity, waiver in sorted(judgement.waivers.items())
    ]


def gate_document(result: GateResult, rendering: Rendering = PLAIN) -> Document:
    """The judgement: verdict, what changes, phases, findings, what was accepted; or every finding in one table."""
    judgement, everything = result.judgement, rendering.everything
    findings = (_every_finding(judgement),) if everything else tuple(_findings(judgement))
    sections = (
        verdict_section(judgement),
        *first_reasons(result),
        *weakened(result),
        *_difference(result),
        *under("/report", _phases(judgement)),
        *findings,
        *basis_sections(judgement.report.bases),
        *_measured(judgement),
        *under("/report", layer_sections(judgement.report)),
        *under("/report", assumption_sections(judgement.report, everything)),
    )
    return Document(key="gate", name=judgement.report.hub, sections=sections, main="findings")


def _weakening_values(weakening: "Weakening") -> dict[str, object]:
    """What a change weakens; it is loaded only where there is a base."""
    from petaplan.capacity.report.weakening import weakening_values

    return weakening_values(weakening)


def weakened(result: GateResult) -> Iterator[Section]:
    """What the change weakens against its base, or that it could not be compared."""
    if result.weakening is not None:
        from petaplan.capacity.report.weakening import weakening_sections

        yield from weakening_sections(result.weakening, result.judgement.report.hub)


def first_reasons(result: GateResult) -> Iterator[Section]:
    """The first causes for which the plan itself is refused, in a line above what a change weakens."""
    reasons = [finding for finding in result.judgement.reasons if not is_about_change(finding)]
    if result.weakening is None or not reasons:
        return
    causes = causes_of(reasons, [phase.name for phase in result.judgement.report.phases])
    told: list[Cell] = [
        Phrase(
            "{rule} {subject}: {finding}",
            {"rule": Code(one.lead.rule), "subject": Text(one.lead.subject), "finding": comparison_of(one.lead)},
        )
        for one in causes[:MOST_FIRST]
    ]
    if len(causes) > MOST_FIRST:
        told.append(Phrase("and {count} more below", {"count": Number(value=len(causes) - MOST_FIRST)}))
    line = Phrase("Falls short: {causes}.", {"causes": Several(tuple(told), "; ")}, Tone.STRONG)
    yield Section(key="first-reasons", blocks=(Lines(cells=(line,)),))


def _difference(result: GateResult) -> Iterator[Section]:
    if result.difference is not None:
        yield from under("/difference", difference_sections(result.difference, judges_changed=result.judges_changed))


def verdict_section(judgement: Judgement) -> Section:
    """The verdict on one line, then what cannot be told."""
    unknown = "CANNOT TELL" if judgement.cannot_tell else "TOO LITTLE IS MEASURED"
    labels = {Verdict.PASS: "PASS", Verdict.SHORTFALL: "SHORTFALL", Verdict.UNKNOWN: unknown}
    status = Status(key=str(judgement.verdict), label=labels[judgement.verdict], tone=TONE[judgement.verdict])
    cells: dict[str, Cell] = {"verdict": status, "hub": Text(judgement.report.hub), "counts": counted(judgement)}
    reasons = tuple(
        Phrase("  cannot tell: {reason}", {"reason": Text(reason)}, TONE[Verdict.UNKNOWN])
        for reason in judgement.cannot_tell
    )
    return Section(key="verdict", blocks=(Lines(cells=(Phrase("{verdict}  {hub}: {counts}", cells), *reasons)),))


def _phases(judgement: Judgement) -> Iterator[Section]:
    if judgement.report.phases:
        yield Section(key="phases", blocks=(phase_table(judgement.report, judgement.verdict_of),))


def _findings(judgement: Judgement) -> Iterator[Section]:
    section = findings_section(judgement.of(FindingStatus.OPEN), everything=False, report=judgement.report)
    yield from under("/report", [section])
    accepted = (*judgement.of(FindingStatus.WAIVED), *judgement.of(FindingStatus.KNOWN))
    if not accepted:
        return
    rows = [_accepted_row(judgement, finding) for finding in accepted[:MOST_ACCEPTED]]
    notes: dict[int, Cell] = {}
    if len(accepted) > len(rows):
        notes[len(rows)] = Phrase("… and {count} more", {"count": Number(value=len(accepted) - len(rows))})
    table = Table(key="accepted", columns=ACCEPTED_COLUMNS, rows=rows, layout=Layout.LINES, notes=notes)
    yield Section(key="accepted", title=Text("Accepted"), blocks=(table,))


def _accepted_row(judgement: Judgement, finding: Finding) -> Row:
    return Row(
        cells={
            "verdict": verdict_status(finding.verdict),
            "rule": Code(finding.rule),
            "subject": Text(finding.subject),
            "phase": text(finding.phase),
            "finding": comparison_of(finding),
            "accepted": text(acceptance_note(judgement, finding)),
        }
    )


def _every_finding(judgement: Judgement) -> Section:
    rows = []
    for at, finding in enumerate(judgement.report.findings):
        row = finding_row(finding, f"/report/findings/{at}")
        more = {
            "status": Status(key=str(judgement.status(finding))),
            "accepted": text(acceptance_note(judgement, finding)),
        }
        rows.append(Row(cells={**row.cells, **more}, pointer=row.pointer))
    table = Table(key="findings", columns=ALL_COLUMNS, rows=rows, layout=Layout.LINES, noun="findings")
    return Section(key="findings", title=Text("Findings"), blocks=(table,))


def _measured(judgement: Judgement) -> Iterator[Section]:
    """How much of each target the evidence files cover, and what was left out of them."""
    if not judgement.evidence.files:
        return
    shares = tuple(
        Phrase(
            "{target} ({precision}): {share} of its petaflops",
            {
                "target": Text(share.target),
                "precision": Text(str(share.precision)),
                "share": Text(percent(share.fraction)),
            },
        )
        for share in judgement.report.measured
    )
    left_out = tuple(Phrase("left out: {refusal}", {"refusal": Text(one)}) for one in judgement.evidence.refusals)
    count = Number(value=len(judgement.evidence.files))
    title = Phrase("Measured here ({count} evidence files)", {"count": count})
    yield Section(key="measured", title=title, blocks=(Lines(cells=(*shares, *left_out), indent=2, bullets=True),))
