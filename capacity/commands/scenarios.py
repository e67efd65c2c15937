"""`petaplan scenarios`: a plan as it is, and under named changes, side by side."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.kinds import GRID, SCENARIOS
from petaplan.reporting.options import TEXT, format_option

if TYPE_CHECKING:
    from petaplan.capacity.design import Design
    from petaplan.capacity.facts.catalog import Catalogue
    from petaplan.capacity.scenarios.grid import Grid

MOST_WORKERS = 256


def scenarios(
    plan: Plan,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Scenario files, YAML or JSON.")] = None,
    *,
    grid: Annotated[
        Path | None,
        typer.Option("--grid", metavar="FILE", help="Axes with choices: every combination is a scenario."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="NUMBER", min=1, max=MOST_WORKERS, help="Processes for a grid (default: 1)."),
    ] = None,
    ray: Annotated[bool, typer.Option("--ray", help="Compute a grid on the Ray cluster that runs.")] = False,
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

    _refuse(files or (), grid, workers, ray=ray)
    design = read_design(plan, catalogue, as_checked=True)
    whole = catalogue_of(design.hub, catalogue or ())
    reads = (plan, *(files or ()), *([grid] if grid else ()), *(catalogue or ()))
    if grid is not None:
        publish(
            GRID,
            _over(grid, design, whole, draws or CHECK_DRAWS, None if ray else workers or 1),
            format=format,
            output=output,
            reads=reads,
        )
        return
    found = compared(design, whole, read_scenarios(files or (), design), draws or CHECK_DRAWS)
    publish(SCENARIOS, found, format=format, output=output, reads=reads)


def _refuse(files: "list[Path] | tuple[()]", grid: Path | None, workers: int | None, *, ray: bool) -> None:
    """Refuse options that do not go together.

    Raises:
        PlanError: with each of them.
    """
    wrong = []
    if not files and grid is None:
        wrong.append(("FILE", "no scenario file", "a scenario file, or --grid FILE"))
    if files and grid is not None:
        wrong.append(("--grid", f"--grid and {files[0]}", "scenario files or a grid"))
    if grid is None and (workers is not None or ray):
        wrong.append(("--ray" if ray else "--workers", "no grid", "--grid FILE beside it"))
    if workers is not None and ray:
        wrong.append(("--workers", "--workers and --ray", "one of them"))
    if wrong:
        raise PlanError(Problem(where=where, found=found, expected=expected) for where, found, expected in wrong)


def _over(grid: Path, design: "Design", catalogue: "Catalogue", draws: int, workers: int | None) -> "Grid":
    """The grid by so many processes; on Ray where their number is None.

    Raises:
        PlanError: with every problem of the file; where no worker can be had, or one is lost.
    """
    from petaplan.capacity.scenarios.grid import grid_of, read_grid
    from petaplan.spread import SpreadError, spread, spread_by_ray

    axes = read_grid(grid, design)
    work = spread_by_ray if workers is None else partial(spread, workers=workers)
    try:
        return grid_of(design, catalogue, axes, draws, work)
    except SpreadError as error:
        where = "--ray" if workers is None else "--workers"
        raise PlanError([Problem(where=where, found=str(error), expected="workers to the end of the grid")]) from None
