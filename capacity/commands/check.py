"""`petaplan check`: a plan judged against its targets and every rule."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.exit_codes import ExitCode
from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Output,
    Plan,
    RequiredEvidence,
    ScenarioOption,
    Strict,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.output import complain
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import CHECK
from petaplan.reporting.options import TEXT, format_option

if TYPE_CHECKING:
    from petaplan.capacity.design import Design
    from petaplan.capacity.report.waterfall import EvidenceChange


def check(
    plan: Plan,
    *,
    format: Annotated[str, format_option(CHECK)] = TEXT,
    output: Output = None,
    strict: Strict = False,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, also those that pass.")] = False,
    evidence: EvidenceFiles = None,
    require_evidence: RequiredEvidence = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Judge a plan against its targets and every rule.

    Exit codes: 0 it passes, 1 it falls short, 2 bad input, 4 less is measured than --require-evidence asks.
    """
    from petaplan.capacity.check import report_on
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.report.check import CheckResult
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.verdict.evidence import evidence_set, lacking
    from petaplan.reporting.publishing import publish

    sheets = design = taken_under(read_design(plan, catalogue, as_checked=True), scenario, catalogue)
    if evidence or trusted_keys:
        layers = catalogue_of(sheets.hub, catalogue or ())
        given = evidence_set(evidence or (), models=sheets.models, trusted_keys=trusted_keys, catalogue=layers)
        design = replace(sheets, evidence=given.evidence)
    report = report_on(design, strict=strict)
    change = _change(sheets, design) if evidence else None
    result = CheckResult(report=report, change=change)
    publish(
        CHECK,
        result,
        format=format,
        output=output,
        everything=everything,
        reads=(plan, *(evidence or ()), *(catalogue or ()), *files_of(scenario)),
    )
    too_little = lacking(report, require_evidence)
    complain(too_little)
    raise typer.Exit(report.exit_code or (ExitCode.CANNOT_TELL if too_little else 0))


def _change(sheets: "Design", measured: "Design") -> "EvidenceChange":
    """What measurements change in the expected throughput."""
    from petaplan.capacity.report.waterfall import EvidenceChange
    from petaplan.capacity.throughput.factors import plan_waterfalls

    before, after = plan_waterfalls(sheets), plan_waterfalls(measured)
    return EvidenceChange(before=before, after=after, evidence=measured.evidence)
