"""`petaplan report`: a plan as pages for a browser, in one file."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Output,
    Plan,
    ScenarioOption,
    Strict,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.web.options import LanguageOption
from petaplan.capacity.web.report import REPORT
from petaplan.reporting.options import format_option


def report(
    plan: Plan,
    *,
    format: Annotated[str, format_option(REPORT)] = "html",
    output: Output = None,
    lang: LanguageOption = "en",
    waivers: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Day of waivers and money (default: today)."),
    ] = None,
    strict: Strict = False,
    evidence: EvidenceFiles = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Write a plan as pages for a browser, in one file.

    The file needs no network and no other file. A shortfall is shown, and does not fail the command.
    """
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.verdict.evidence import evidence_set
    from petaplan.capacity.verdict.waivers import of_plans, read_waivers
    from petaplan.capacity.web.report import WebReport
    from petaplan.capacity.web.study import Study
    from petaplan.reporting.publishing import publish

    accepted = of_plans(read_waivers(waivers)) if waivers is not None else ()
    design = taken_under(read_design(plan, catalogue, as_checked=True), scenario, catalogue)
    if evidence or trusted_keys:
        layers = catalogue_of(design.hub, catalogue or ())
        given = evidence_set(evidence or (), models=design.models, trusted_keys=trusted_keys, catalogue=layers)
        design = replace(design, evidence=given.evidence)
    day = datetime.now(UTC).date() if on is None else on.date()
    found = WebReport(study=Study(design, day, strict=strict, waivers=accepted), language=lang, place=plan)
    reads = (plan, *(evidence or ()), *(catalogue or ()), *files_of(scenario), *([waivers] if waivers else ()))
    publish(REPORT, found, format=format, output=output, reads=reads)
