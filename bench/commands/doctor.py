"""`petaplan-bench doctor`: what this host can measure."""

from typing import Annotated

from petaplan.bench.command_line.options import Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.report.doctor import DOCTOR, examine
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def doctor(format: Annotated[str, format_option(DOCTOR)] = TEXT, output: Output = None) -> None:
    """Say what this host can measure, and why not more."""
    writable({"--output": output})
    publish(DOCTOR, tuple(examine()), format=format, output=output)
