"""`petaplan-bench show`: the result table of a record."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.evidence import evidence_file
from petaplan.bench.report import show as tables


def show(file: Annotated[Path, typer.Argument(help="Evidence file.")]) -> None:
    """Print the result table of a record."""
    tables.console().print(tables.results(evidence_file.read(file)))
