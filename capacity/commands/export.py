"""`petaplan export`: a plan as a document."""

from typing import Annotated

from petaplan.capacity.command_line.options import Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import PLAN
from petaplan.reporting.options import format_option


def export(
    plan: Plan, format: Annotated[str, format_option(PLAN)] = "yaml", output: Output = None, _problems: Problems = None
) -> None:
    """Write a plan as a document that reads back as the same plan."""
    from petaplan.capacity.command_line.plan_output import publish_plan
    from petaplan.capacity.document.source import read_hub

    publish_plan(read_hub(plan), format=format, output=output)
