"""`petaplan catalog`: the hardware catalogue."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.facts.catalog import TABLES
from petaplan.capacity.report.kinds import CATALOG
from petaplan.reporting.options import TEXT, format_option


def catalog(
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="Model to show in full (default: a list of all).")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help=f"Only products of this kind: {', '.join(TABLES)}."),
    ] = None,
    format: Annotated[str, format_option(CATALOG)] = TEXT,
    output: Output = None,
) -> None:
    """Show the hardware catalogue with the source of every figure."""
    from petaplan.capacity.report.listing import listing
    from petaplan.reporting.publishing import publish

    publish(CATALOG, listing(model, kind), format=format, output=output)
