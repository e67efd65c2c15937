"""`petaplan explain`: one rule, and its numbers for one plan."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import EXPLAIN
from petaplan.reporting.options import TEXT, format_option


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Rule id, such as PWR-011.")],
    *,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="Show the numbers of this plan.")] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="Only subjects that contain this text.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print all subjects, not only the nearest to the limit.")
    ] = False,
    format: Annotated[str, format_option(EXPLAIN)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """Explain one rule, with the numbers of a plan."""
    from petaplan.capacity.report.explanation import explanation
    from petaplan.reporting.publishing import publish

    found = explanation(rule, plan, subject, catalogue)
    publish(EXPLAIN, found, format=format, output=output, everything=everything, reads=(plan, *(catalogue or ())))
