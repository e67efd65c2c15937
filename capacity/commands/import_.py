"""`petaplan import`: racks that stand already, from a table into a plan."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.output import write
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.kinds import PLAN
from petaplan.reporting.options import format_option


def import_(
    table: Annotated[
        Path | None, typer.Argument(metavar="TABLE", help="CSV file with a row for each rack group.")
    ] = None,
    *,
    into: Annotated[
        str | None, typer.Option("--into", metavar="PLAN", help="Plan that has the halls, phases and feeds.")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="Write the head of the table and an example.")] = False,
    format: Annotated[str, format_option(PLAN)] = "yaml",
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Add racks of a CSV table to a plan, and write the whole plan."""
    from petaplan.capacity.document import rack_table

    if template:
        write(rack_table.template(), output)
        return
    if table is None or into is None:
        found = "no TABLE" if table is None else "no --into"
        advice = "petaplan import --template writes a table to start with"
        raise PlanError([Problem(where="import", found=found, expected="TABLE and --into PLAN", advice=advice)])
    from petaplan.capacity.document.source import read_hub
    from petaplan.reporting.publishing import publish

    publish(PLAN, rack_table.with_racks(read_hub(into), table), format=format, output=output, reads=(table, into))
