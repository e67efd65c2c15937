"""`petaplan-bench show`: the result table of a record."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.options import Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.evidence import evidence_file
from petaplan.bench.report.results import RESULTS
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def show(
    file: Annotated[Path, typer.Argument(help="Evidence file.")],
    format: Annotated[str, format_option(RESULTS)] = TEXT,
    output: Output = None,
) -> None:
    """Print the result table of a record."""
    evidence = evidence_file.read(file)
    writable({"--output": output})
    publish(RESULTS, evidence, format=format, output=output)
