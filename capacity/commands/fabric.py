"""`petaplan fabric`: the bill of materials of a plan's networks."""

import sys

from petaplan.capacity.command_line.options import Format, Formatted, Plan
from petaplan.capacity.command_line.output import console


def fabric(plan: Plan, format: Formatted = Format.TEXT) -> None:
    """List switches, modules, fibres and cables, by type and length."""
    from petaplan.capacity.fabrics.bill import bill_of
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.fabric import bill_view, write_bill
    from petaplan.capacity.resolving import read_design

    bill = bill_of(read_design(plan, load()))
    if format is Format.JSON:
        sys.stdout.write(write_bill(bill))
    else:
        console().print(bill_view(bill))
