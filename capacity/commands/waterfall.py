"""`petaplan waterfall`: from installed peak to goodput, phase by phase."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import EvidenceFiles, Output, Plan, TrustedKeyFile
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.figures import Precision
from petaplan.capacity.report.kinds import WATERFALL
from petaplan.reporting.options import TEXT, format_option


def waterfall(
    plan: Plan,
    *,
    evidence: EvidenceFiles = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Precision to show (default: the first of the last target).")
    ] = None,
    format: Annotated[str, format_option(WATERFALL)] = TEXT,
    output: Output = None,
    trusted_keys: TrustedKeyFile = None,
    _problems: Problems = None,
) -> None:
    """Show each step from installed peak to goodput, with intervals."""
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.waterfall import WaterfallReport
    from petaplan.capacity.resolving import read_design, resolve
    from petaplan.capacity.throughput.factors import phase_waterfalls, plan_waterfalls
    from petaplan.capacity.verdict.evidence import evidence_set
    from petaplan.reporting.publishing import publish

    design = read_design(plan, load())
    hub = design.hub
    if evidence or trusted_keys:
        given = evidence_set(evidence or (), models=design.models, trusted_keys=trusted_keys)
        design = resolve(hub, load(), given.evidence)
    chains = phase_waterfalls(design, precision) if precision else plan_waterfalls(design)
    report = WaterfallReport(hub=hub.name, chains=chains, evidence=design.evidence)
    publish(WATERFALL, report, format=format, output=output, reads=(plan, *(evidence or ())))
