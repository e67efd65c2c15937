"""`petaplan waterfall`: from installed peak to goodput, phase by phase."""

from dataclasses import replace
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Output,
    Plan,
    ScenarioOption,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.figures import Precision
from petaplan.capacity.report.kinds import WATERFALL
from petaplan.reporting.options import TEXT, format_option


def waterfall(
    plan: Plan,
    *,
    evidence: EvidenceFiles = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Precision to show (default: each with a target).")
    ] = None,
    format: Annotated[str, format_option(WATERFALL)] = TEXT,
    output: Output = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Show each step from installed peak to goodput, with intervals."""
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.report.waterfall import WaterfallReport
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.throughput.factors import phase_waterfalls, plan_waterfalls
    from petaplan.capacity.verdict.evidence import evidence_set
    from petaplan.reporting.publishing import publish

    design = taken_under(read_design(plan, catalogue), scenario, catalogue)
    hub = design.hub
    if evidence or trusted_keys:
        layers = catalogue_of(hub, catalogue or ())
        given = evidence_set(evidence or (), models=design.models, trusted_keys=trusted_keys, catalogue=layers)
        design = replace(design, evidence=given.evidence)
    chains = phase_waterfalls(design, precision) if precision else plan_waterfalls(design)
    report = WaterfallReport(hub=hub.name, chains=chains, evidence=design.evidence)
    publish(
        WATERFALL,
        report,
        format=format,
        output=output,
        reads=(plan, *(evidence or ()), *(catalogue or ()), *files_of(scenario)),
    )
