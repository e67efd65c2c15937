"""`petaplan fabric`: the bill of materials of a plan's networks."""

import sys

from capacity.commands.cli import Format, Formatted, Plan, console


def fabric(plan: Plan, format: Formatted = Format.TEXT) -> None:
    """List what the fabrics of a plan are made of: switches, modules, fibres and cables, by type and length."""
    from capacity.design import models_told_too, resolve
    from capacity.document.source import read_hub
    from capacity.fabrics.bill import bill_of
    from capacity.facts.catalog import load
    from capacity.report.fabric import bill_view, write_bill

    with models_told_too(load()):
        hub = read_hub(plan)
    bill = bill_of(resolve(hub, load()))
    if format is Format.JSON:
        sys.stdout.write(write_bill(bill))
    else:
        console().print(bill_view(bill))
