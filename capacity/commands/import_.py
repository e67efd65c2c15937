"""`petaplan import`: tables into a plan, and device types of NetBox into a layer of the catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.output import write
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.kinds import PLAN
from petaplan.reporting.options import format_option
from petaplan.reporting.packing import ZIP

PLACE = "CSV file with a row for each rack group; or a folder or .zip file of all tables of a plan."


def import_(
    table: Annotated[Path | None, typer.Argument(metavar="TABLE", help=PLACE)] = None,
    *,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="PLAN", help="Plan with the halls, phases and feeds of the racks."),
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="Write a table of racks to start with.")] = False,
    format: Annotated[str, format_option(PLAN)] = "yaml",
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Read tables: racks into a plan, or a whole plan.

    The whole plan is written. Exit codes: 0 written, 2 bad input; then nothing is written.
    """
    from petaplan.capacity.document import rack_table

    if template:
        write(rack_table.template(), output)
    elif table is not None and (table.is_dir() or table.name.lower().endswith(ZIP)):
        _plan(table, into, format, output)
    else:
        _racks(table, into, format, output)


def _plan(tables: Path, into: str | None, format: str, output: Path | None) -> None:
    """All tables of a plan, as one document."""
    from petaplan.capacity.document.plan_tables import names_of_files, read_tables
    from petaplan.reporting.publishing import publish

    if into is not None:
        found, expected = f"--into beside {tables}", "--into with a table of racks alone"
        advice = "the tables are a whole plan: leave --into out"
        raise PlanError([Problem(where="import", found=found, expected=expected, advice=advice)])
    reads = (tables, *(tables / name for name in names_of_files()))
    publish(PLAN, read_tables(tables), format=format, output=output, reads=reads)


def _racks(table: Path | None, into: str | None, format: str, output: Path | None) -> None:
    """Racks of one table, added to a plan."""
    if table is None or into is None:
        found = "no TABLE" if table is None else "no --into"
        advice = "petaplan import --template writes a table to start with"
        raise PlanError([Problem(where="import", found=found, expected="TABLE and --into PLAN", advice=advice)])
    from petaplan.capacity.document.rack_table import with_racks
    from petaplan.capacity.document.source import read_hub
    from petaplan.reporting.publishing import publish

    publish(PLAN, with_racks(read_hub(into), table), format=format, output=output, reads=(table, into))
