"""`petaplan explain`: one rule, and its numbers for one plan."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.output import console


def explain(
    rule: Annotated[str, typer.Argument(help="Rule id, such as PWR-011.")],
    plan: Annotated[str | None, typer.Option("--plan", help="Show what the rule says of this plan.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only subjects that contain this text.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every subject, not the nearest to its limit.")] = False,
) -> None:
    """Explain a rule, and its numbers for one plan."""
    from petaplan.capacity.report.explanation import explanation

    console().print(explanation(rule, plan, subject, everything))
