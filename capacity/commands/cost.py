"""`petaplan cost`: investment by phase and quarter, and a year of operation."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan, ScenarioOption
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError
from petaplan.capacity.report.kinds import COST
from petaplan.reporting.options import TEXT, format_option


def cost(
    plan: Plan,
    *,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Day of committed and paid (default: today)."),
    ] = None,
    discount: Annotated[
        float | None,
        typer.Option("--discount", metavar="FRACTION", min=0, max=1, help="Rate a year for the present cost."),
    ] = None,
    lifetime: Annotated[
        float | None,
        typer.Option("--lifetime", metavar="YEARS", min=0.5, max=50, help="Years of service, for cost an hour."),
    ] = None,
    format: Annotated[str, format_option(COST)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Show what each phase costs, and when the money is due.

    A price that nobody states is named, and the sum is then a lower bound.
    """
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.costing import costs_of, price_problems
    from petaplan.capacity.report.cost import CostReport
    from petaplan.capacity.resolving import read_design
    from petaplan.reporting.publishing import publish

    design = taken_under(read_design(plan, catalogue), scenario, catalogue)
    if problems := list(price_problems(design)):
        raise PlanError(problems)
    day = datetime.now(UTC).date() if on is None else on.date()
    found = CostReport(hub=design.hub.name, on=day, costs=costs_of(design), discount=discount, lifetime_years=lifetime)
    publish(COST, found, format=format, output=output, reads=(plan, *(catalogue or ()), *files_of(scenario)))
