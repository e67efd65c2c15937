"""`petaplan failover`: every single loss of the power chain, phase by phase."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.names import listed
from petaplan.capacity.report.kinds import FAILOVER
from petaplan.reporting.options import TEXT, format_option


def failover(
    plan: Plan,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="NAME", help="Only this phase (default: all).")
    ] = None,
    format: Annotated[str, format_option(FAILOVER)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """Show the effect of every single loss of the power chain.

    Exit codes: 0 every hall survives what it claims to survive, 1 one does not, 2 bad input.
    """
    from petaplan.capacity.failover.table import failover_tables
    from petaplan.capacity.resolving import read_design
    from petaplan.reporting.publishing import publish

    design = read_design(plan, catalogue)
    names = [one.name for one in design.phases]
    if phase is not None and phase not in names:
        advice = did_you_mean(phase, names) or f"phases: {listed(names)}"
        raise PlanError([Problem(where="--phase", found=repr(phase), expected="the name of a phase", advice=advice)])
    tables = failover_tables(design, phase)
    publish(FAILOVER, tables, format=format, output=output, reads=(plan, *(catalogue or ())))
    raise typer.Exit(1 if any(table.broken for table in tables) else 0)
