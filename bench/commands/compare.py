"""`petaplan-bench compare`: two records side by side."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from petaplan.bench.errors import Exit
from petaplan.bench.evidence import compare as comparison
from petaplan.bench.evidence import evidence_file
from petaplan.bench.report import show


def compare(
    before: Annotated[Path, typer.Argument(help="Evidence file.")],
    after: Annotated[Path, typer.Argument(help="Evidence file.")],
) -> None:
    """Compare two records. Rows that must not be compared are refused with the field that differs."""
    records = [evidence for _, evidence in evidence_file.read_all([before, after])]
    found = comparison.compare(*records)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("device", "precision", "first", "second", "ratio", "kernel ratio", "verdict"):
        table.add_column(heading)
    for each in found:
        kernel = f"{each.kernel_ratio:.4f}" if each.kernel_ratio else "unknown"
        first, second = show.rate(each.before.sustained), show.rate(each.after.sustained)
        table.add_row(each.device, each.precision, first, second, f"{each.ratio:.4f}", kernel, each.verdict)
    show.console().print(table)
    for line in comparison.unshared(*records):
        show.console().print(line)
    raise typer.Exit(int(Exit.FOUND if any(each.is_different for each in found) else Exit.OK))
