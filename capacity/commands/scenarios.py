"""`petaplan scenarios`: a plan as it is, and under named changes, side by side."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import SCENARIOS
from petaplan.reporting.options import TEXT, format_option


def scenarios(
    plan: Plan,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files, YAML or JSON.")],
    *,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="NUMBER", min=1_000, max=500_000, help="Number of draws (default: 20000)."),
    ] = None,
    format: Annotated[str, format_option(SCENARIOS)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """Compare a plan with itself under named changes."""
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.forecast.forecast import CHECK_DRAWS
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.scenarios.comparison import compared
    from petaplan.capacity.scenarios.reading import read_scenarios
    from petaplan.reporting.publishing import publish

    design = read_design(plan, catalogue, as_checked=True)
    found = compared(
        design, catalogue_of(design.hub, catalogue or ()), read_scenarios(files, design), draws or CHECK_DRAWS
    )
    publish(SCENARIOS, found, format=format, output=output, reads=(plan, *files, *(catalogue or ())))
