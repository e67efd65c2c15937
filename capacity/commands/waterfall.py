"""`petaplan waterfall`: from installed peak to goodput, phase by phase."""

import sys
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import EvidenceFiles, Format, Formatted, Plan
from petaplan.capacity.command_line.output import console
from petaplan.capacity.figures import Precision


def waterfall(
    plan: Plan,
    evidence: EvidenceFiles = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Default: the first precision of the last target.")
    ] = None,
    format: Formatted = Format.TEXT,
) -> None:
    """Show each step from installed peak to goodput, with intervals."""
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.waterfall import waterfall_view, write_waterfall
    from petaplan.capacity.resolving import read_design, resolve
    from petaplan.capacity.throughput.evidence import read_evidence
    from petaplan.capacity.throughput.factors import phase_waterfalls, plan_waterfalls

    design = read_design(plan, load())
    hub = design.hub
    if evidence:
        design = resolve(hub, load(), read_evidence(evidence, load(), design.models))
    chains = phase_waterfalls(design, precision) if precision else plan_waterfalls(design)
    if format is Format.JSON:
        sys.stdout.write(write_waterfall(hub.name, chains, design.evidence))
    else:
        console().print(waterfall_view(hub.name, chains, design.evidence))
