"""`petaplan explain`: one rule, and its numbers for one plan."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.output import console


def explain(
    rule: Annotated[str, typer.Argument(help="Rule id, such as PWR-011.")],
    plan: Annotated[str | None, typer.Option("--plan", help="Show the numbers of this plan.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only subjects that contain this text.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print all subjects, not only the nearest to the limit.")
    ] = False,
) -> None:
    """Explain one rule, with the numbers of a plan."""
    from petaplan.capacity.report.explanation import explanation

    console().print(explanation(rule, plan, subject, everything))
