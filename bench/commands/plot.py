"""`petaplan-bench plot`: a record as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.files import keep
from petaplan.bench.command_line.request import writable
from petaplan.bench.evidence import evidence_file
from petaplan.bench.fleet import worker


def plot(
    file: Annotated[Path, typer.Argument(help="Evidence file.")],
    out: Annotated[Path, typer.Argument(help="SVG to write.")],
) -> None:
    """Draw a record as an SVG picture.

    It shows throughput and clock over time, candidates, and the waterfall.
    """
    evidence = evidence_file.read(file)
    writable({"OUT": out})
    keep(worker.with_batches(evidence, file.parent), None, out)
