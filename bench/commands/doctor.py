"""`petaplan-bench doctor`: what this host can measure."""

from rich.table import Table
from rich.text import Text

from petaplan.bench.report import show
from petaplan.bench.report.doctor import examine


def doctor() -> None:
    """Say what this host can measure, what it cannot, and why."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for sign in examine():
        table.add_row(sign.state, Text(sign.what), Text(sign.text))
    show.console().print(table)
