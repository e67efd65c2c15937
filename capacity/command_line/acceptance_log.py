"""The options ``--accepted FILE`` and ``--on DATE``: an acceptance log, and the last day that it is true for."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.errors import PlanError, Problem

AcceptanceLogFile = Annotated[
    Path | None,
    typer.Option(
        "--accepted",
        metavar="FILE",
        help="Acceptance log, CSV or YAML: object, delivered, energised, accepted, evidence.",
    ),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Last day of the log (default: today)."),
]


def day_of_log(on: datetime | None, accepted: Path | None) -> date:
    """The last day of the log.

    Raises:
        PlanError: for a day that has not been, or without a log.
    """
    now = today()
    if on is None:
        return now
    found = None
    if on.date() > now:
        found = (f"{on.date()}, after {now}", "a day that has been")
    elif accepted is None:
        found = (f"{on.date()} without --accepted", "the acceptance log that is true until that day")
    if found is not None:
        raise PlanError([Problem(where="--on", found=found[0], expected=found[1], advice="")])
    return on.date()


def today() -> date:
    """The day of now in UTC."""
    return datetime.now(UTC).date()
