"""`petaplan waterfall`: from installed peak to goodput, phase by phase."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import EvidenceFiles, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.figures import Precision
from petaplan.capacity.report.kinds import WATERFALL
from petaplan.reporting.options import TEXT, format_option


def waterfall(
    plan: Plan,
    evidence: EvidenceFiles = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Precision to show (default: the first of the last target).")
    ] = None,
    format: Annotated[str, format_option(WATERFALL)] = TEXT,
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Show each step from installed peak to goodput, with intervals."""
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.waterfall import WaterfallReport
    from petaplan.capacity.resolving import read_design, resolve
    from petaplan.capacity.throughput.evidence import read_evidence
    from petaplan.capacity.throughput.factors import phase_waterfalls, plan_waterfalls
    from petaplan.reporting.publishing import publish

    design = read_design(plan, load())
    hub = design.hub
    if evidence:
        design = resolve(hub, load(), read_evidence(evidence, load(), design.models))
    chains = phase_waterfalls(design, precision) if precision else plan_waterfalls(design)
    report = WaterfallReport(hub=hub.name, chains=chains, evidence=design.evidence)
    publish(WATERFALL, report, format=format, output=output, reads=(plan, *(evidence or ())))
