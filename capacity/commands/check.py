"""`petaplan check`: a plan judged against its targets and every rule."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import EvidenceFiles, Format, Formatted, Plan, RequiredEvidence, Strict
from petaplan.capacity.command_line.output import complain, console
from petaplan.capacity.command_line.running import INSUFFICIENT

if TYPE_CHECKING:
    from petaplan.capacity.design import Design


def check(
    plan: Plan,
    *,
    format: Formatted = Format.TEXT,
    strict: Strict = False,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, also those that pass.")] = False,
    evidence: EvidenceFiles = None,
    require_evidence: RequiredEvidence = None,
) -> None:
    """Judge a plan against its targets and every rule.

    Exit codes: 0 it passes, 1 it falls short, 2 bad input, 4 less is measured than --require-evidence asks.
    """
    from petaplan.capacity.check import report_on
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.json import write_json
    from petaplan.capacity.report.text import print_report
    from petaplan.capacity.resolving import read_design, resolve
    from petaplan.capacity.verdict.evidence import lacking, used

    sheets = design = read_design(plan, load())
    if evidence:
        design = resolve(sheets.hub, load(), used(evidence, models=sheets.models).evidence)
    report = report_on(design, strict=strict)
    if format is Format.JSON:
        sys.stdout.write(write_json(report))
    else:
        print_report(report, console(), everything=everything)
        if evidence:
            _print_what_evidence_changes(sheets, design)
    too_little = lacking(report, require_evidence)
    complain(too_little)
    raise typer.Exit(report.exit_code or (INSUFFICIENT if too_little else 0))


def _print_what_evidence_changes(sheets: "Design", measured: "Design") -> None:
    from petaplan.capacity.report.waterfall import change_view
    from petaplan.capacity.throughput.factors import plan_waterfalls

    console().print(change_view(plan_waterfalls(sheets), plan_waterfalls(measured), measured.evidence))
