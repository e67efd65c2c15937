"""`petaplan fabric`: the bill of materials of a plan's networks."""

from typing import Annotated

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import FABRIC
from petaplan.reporting.options import TEXT, format_option


def fabric(
    plan: Plan,
    format: Annotated[str, format_option(FABRIC)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """List switches, modules, fibres and cables, by type and length."""
    from petaplan.capacity.fabrics.bill import bill_of
    from petaplan.capacity.resolving import read_design
    from petaplan.reporting.publishing import publish

    publish(
        FABRIC, bill_of(read_design(plan, catalogue)), format=format, output=output, reads=(plan, *(catalogue or ()))
    )
