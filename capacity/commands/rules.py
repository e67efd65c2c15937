"""`petaplan rules`: every rule."""

import sys

from petaplan.capacity.command_line.options import Format, Formatted
from petaplan.capacity.command_line.output import console


def rules(format: Formatted = Format.TEXT) -> None:
    """List every rule with its severity and formula."""
    from petaplan.capacity.report.listing import rules_json, rules_table

    if format is Format.JSON:
        sys.stdout.write(rules_json())
    else:
        console().print(rules_table())
