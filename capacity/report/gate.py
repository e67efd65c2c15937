"""A judgement for people on a terminal, and as JSON of a versioned schema."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

from pydantic_core import to_json
from rich.console import Console
from rich.text import Text

from petaplan.capacity.findings import Verdict
from petaplan.capacity.report.difference import difference_values, print_difference
from petaplan.capacity.report.json import as_values
from petaplan.capacity.report.text import STYLE, assumptions_part, evidence_part, findings_part, phase_table
from petaplan.capacity.report.words import counted, marks, said, standing_note
from petaplan.capacity.verdict.difference import Difference
from petaplan.capacity.verdict.evidence import percent
from petaplan.capacity.verdict.judgement import Judgement, Standing

VERSION = 2
"""Version of the JSON that the gate writes: capacity/data/schemas/gate-2.json."""

WIDTH = 110


def write_gate_json(judgement: Judgement, difference: Difference | None = None) -> str:
    """The whole judgement; the same judgement gives the same bytes."""
    report = judgement.report
    fingerprints = {id(finding): mark for finding, mark in marks(report.findings)}
    values = as_values(report)
    for finding, written in zip(report.findings, values["findings"], strict=True):
        written["fingerprint"] = fingerprints[id(finding)]
        written["standing"] = judgement.standing(finding)
        written["fails"] = judgement.fails(finding)
        if note := standing_note(judgement, finding):
            written["accepted"] = note
    made: dict[str, Any] = {
        "petaplan_gate": VERSION,
        "hub": report.hub,
        "verdict": judgement.verdict,
        "exit_code": judgement.exit_code,
        "cannot_tell": list(judgement.cannot_tell),
        "baseline": judgement.baseline,
        "waivers": [
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
        ],
        "evidence": {
            "required": judgement.evidence.required,
            "files": [{"name": name, "sha256": digest} for name, digest in judgement.evidence.files],
            "left_out": list(judgement.evidence.refusals),
        },
        "difference": None if difference is None else difference_values(difference),
        "report": values,
    }
    return to_json(made, indent=2).decode() + "\n"


def print_judgement(
    judgement: Judgement, console: Console, difference: Difference | None = None, *, everything: bool = False
) -> None:
    """The judgement on a console: verdict, phases, findings, what was accepted, what changes."""
    console.print(_verdict_line(judgement))
    for reason in judgement.cannot_tell:
        console.print(Text(f"  cannot tell: {reason}", style=STYLE[Verdict.UNKNOWN]))
    if difference is not None:
        console.print()
        print_difference(difference, console, everything=everything)
    phases = tuple(replace(phase, verdict=judgement.verdict_of(phase)) for phase in judgement.report.phases)
    still = tuple(f for f in judgement.report.findings if judgement.standing(f) in (Standing.HOLDS, Standing.OPEN))
    shown = replace(judgement.report, phases=phases, findings=still)
    if phases:
        console.print()
        console.print(phase_table(shown))
    console.print()
    for part in (
        *findings_part(shown, everything),
        *_accepted(judgement, everything),
        *evidence_part(shown.bases),
        *_measured(judgement),
        *assumptions_part(shown, everything),
    ):
        console.print(part)


def write_text(judgement: Judgement, difference: Difference | None = None) -> str:
    """What the terminal would show, plain and of fixed width."""
    page = StringIO()
    print_judgement(judgement, Console(file=page, highlight=False, width=WIDTH, soft_wrap=True), difference)
    return "\n".join(line.rstrip() for line in page.getvalue().split("\n"))


def _verdict_line(judgement: Judgement) -> Text:
    unknown = "CANNOT TELL" if judgement.cannot_tell else "TOO LITTLE IS MEASURED"
    words = {Verdict.PASS: "PASS", Verdict.SHORTFALL: "SHORTFALL", Verdict.UNKNOWN: unknown}
    line = Text(words[judgement.verdict], style=STYLE[judgement.verdict])
    return line.append(f"  {judgement.report.hub}: {counted(judgement)}", style="default")


def _measured(judgement: Judgement) -> Iterator[Text]:
    """How much of each target the evidence files cover, and what was left out of them."""
    if not judgement.evidence.files:
        return
    yield Text(f"Measured here ({len(judgement.evidence.files)} evidence files)", style="bold")
    for share in judgement.report.measured:
        yield Text(f"  {share.target} ({share.precision}): {percent(share.fraction)} of its petaflops")
    for refusal in judgement.evidence.refusals:
        yield Text(f"  left out: {refusal}")
    yield Text("")


def _accepted(judgement: Judgement, everything: bool) -> Iterator[Text]:
    found = (*judgement.of(Standing.WAIVED), *judgement.of(Standing.KNOWN))
    if not found:
        return
    most = None if everything else 12
    yield Text("Accepted", style="bold")
    for finding in found[:most]:
        phase = f" [{finding.phase}]" if finding.phase else ""
        yield Text(
            f"  {finding.verdict} {finding.rule} {finding.subject}{phase}: {said(finding)}\n"
            f"      {standing_note(judgement, finding)}"
        )
    if len(found[:most]) < len(found):
        yield Text(f"  … and {len(found) - len(found[:most])} more (--all prints them)")
    yield Text("")
