"""`petaplan catalog`: the hardware catalogue."""

import sys
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Format, Formatted
from petaplan.capacity.command_line.output import console


def catalog(
    model: Annotated[str | None, typer.Argument(help="A model to show in full.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="accelerators, cpus, nodes, racks, pods, switches, optics, equipment."),
    ] = None,
    format: Formatted = Format.TEXT,
) -> None:
    """Show the hardware catalogue with the source of every figure."""
    from petaplan.capacity.report.listing import catalogue_json, catalogue_view

    if format is Format.JSON:
        sys.stdout.write(catalogue_json(model, kind))
    else:
        console().print(catalogue_view(model, kind))
