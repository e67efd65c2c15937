"""`petaplan rules`: every rule."""

from typing import Annotated

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.report.kinds import RULES
from petaplan.reporting.options import TEXT, format_option


def rules(format: Annotated[str, format_option(RULES)] = TEXT, output: Output = None) -> None:
    """List every rule with its severity and formula."""
    from petaplan.capacity.report.rule_list import every_rule
    from petaplan.reporting.publishing import publish

    publish(RULES, every_rule(), format=format, output=output)
