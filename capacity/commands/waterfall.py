"""`petaplan waterfall`: from the sheet to the work, phase by phase."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from capacity.commands.cli import Format, Formatted, Plan, console
from capacity.figures import Precision

EvidenceFiles = Annotated[
    list[Path] | None,
    typer.Option("--evidence", help="File that petaplan-bench wrote; may be given many times."),
]


def waterfall(
    plan: Plan,
    evidence: EvidenceFiles = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="The last target's first precision unless given.")
    ] = None,
    format: Formatted = Format.TEXT,
) -> None:
    """Show what is installed, eligible, calibrated, available, networked and kept, with intervals and sources."""
    from capacity.design import models_told_too, resolve
    from capacity.document.source import read_hub
    from capacity.facts.catalog import load
    from capacity.report.waterfall import waterfall_view, write_waterfall
    from capacity.throughput.evidence import read_evidence
    from capacity.throughput.factors import phase_waterfalls, plan_waterfalls

    with models_told_too(load()):
        hub = read_hub(plan)
    design = resolve(hub, load())
    if evidence:
        design = resolve(hub, load(), read_evidence(evidence, load(), design.models))
    chains = phase_waterfalls(design, precision) if precision else plan_waterfalls(design)
    if format is Format.JSON:
        sys.stdout.write(write_waterfall(hub.name, chains, design.evidence))
    else:
        console().print(waterfall_view(hub.name, chains, design.evidence))
