"""`petaplan doctor`: what a host and a project need, and what of it is missing."""

import os
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.problems import Problems
from petaplan.infra.report.kinds import DOCTOR
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def doctor(
    format: Annotated[str, format_option(DOCTOR)] = TEXT,
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Say what is missing for previews and updates.

    It looks at the packages, the Pulumi CLI, the plugin, the backend and the key.

    Exit codes: 0 nothing is missing, 1 something is, 2 a file of the project is not readable.
    """
    from petaplan.infra.doctor.examination import examined
    from petaplan.infra.doctor.part import Presence

    parts = examined(Path.cwd(), os.environ)
    publish(DOCTOR, parts, format=format, output=output)
    raise typer.Exit(1 if any(one.presence is Presence.MISSING for one in parts) else 0)
