"""`petaplan work`: the declared training runs and services of a plan."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.exit_codes import ExitCode
from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan, ScenarioOption
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError
from petaplan.capacity.report.kinds import WORK
from petaplan.reporting.options import TEXT, format_option


def work(
    plan: Plan,
    *,
    format: Annotated[str, format_option(WORK)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Show what declared training runs and services take.

    Exit codes: 0 the work fits, 1 a run is late or a day has too few accelerators, 2 bad input, 4 a figure is missing.
    """
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.report.work import work_report
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.work.problems import work_problems
    from petaplan.reporting.publishing import publish

    declared = read_design(plan, catalogue)
    if problems := list(work_problems(declared)):
        raise PlanError(problems)
    design = taken_under(declared, scenario, catalogue)
    found = work_report(design)
    reads = (plan, *(catalogue or ()), *files_of(scenario))
    publish(WORK, found, format=format, output=output, reads=reads)
    late = any(need.days is not None and need.days > need.days_given for need, _ in found.runs)
    short = any(each.whole is not None and each.whole > each.in_service for each in found.days)
    if late or short:
        raise typer.Exit(1)
    if any(need.days is None for need, _ in found.runs) or any(each.whole is None for each in found.days):
        raise typer.Exit(ExitCode.CANNOT_TELL)
