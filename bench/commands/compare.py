"""`petaplan-bench compare`: two records side by side."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.options import Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.errors import Exit
from petaplan.bench.evidence import compare as comparing
from petaplan.bench.evidence import evidence_file
from petaplan.bench.report.comparison import COMPARISON, Compared
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def compare(
    before: Annotated[Path, typer.Argument(help="Evidence file.")],
    after: Annotated[Path, typer.Argument(help="Evidence file.")],
    format: Annotated[str, format_option(COMPARISON)] = TEXT,
    output: Output = None,
) -> None:
    """Compare two records.

    Rows that must not be compared are refused with the field that differs.

    Exit codes: 0 no row differs, 1 one does, 2 bad input.
    """
    records = [evidence for _, evidence in evidence_file.read_all([before, after])]
    writable({"--output": output})
    compared = Compared(rows=comparing.compare(*records), unshared=comparing.unshared(*records))
    publish(COMPARISON, compared, format=format, output=output)
    raise typer.Exit(int(Exit.FOUND if any(each.is_different for each in compared.rows) else Exit.OK))
