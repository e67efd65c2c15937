"""`petaplan compare`: a plan beside published systems, and by convention."""

from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.figures import Precision
from petaplan.capacity.names import listed
from petaplan.capacity.report.kinds import COMPARE
from petaplan.reporting.options import TEXT, format_option

if TYPE_CHECKING:
    from petaplan.capacity.design import Design
    from petaplan.capacity.hub import Phase

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Published systems (default: all; `petaplan catalog --kind systems`)."),
]
Announced = Annotated[
    float | None,
    typer.Option("--announced", metavar="PFLOPS", min=0.1, max=1e9, help="Figure of the press to reconcile, PFLOP/s."),
]


def compare(
    plan: Plan,
    names: Names = None,
    *,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="NAME", help="Day of this phase (default: the last).")
    ] = None,
    precision: Annotated[
        Precision | None,
        typer.Option("--precision", help="Precision at which devices are added up (default: that of the targets)."),
    ] = None,
    announced: Announced = None,
    format: Annotated[str, format_option(COMPARE)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """Show a plan beside published systems, like with like."""
    from petaplan.capacity.facts.systems import selected, systems_of
    from petaplan.capacity.report.compare import CompareReport
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.throughput.beside import beside
    from petaplan.capacity.throughput.conventions import conventions
    from petaplan.reporting.publishing import publish

    if precision is Precision.UNSTATED:
        found, expected = repr(str(precision)), "a number format"
        raise PlanError([Problem(where="--precision", found=found, expected=expected, advice="name one, or none")])
    design = read_design(plan, catalogue)
    day = _phase(design, phase)
    systems = selected(systems_of(design.catalogue), names or ())
    report = CompareReport(
        beside=beside(design, day, systems, precision), conventions=conventions(design, day), announced=announced
    )
    publish(COMPARE, report, format=format, output=output, reads=(plan, *(catalogue or ())))


def _phase(design: "Design", name: str | None) -> "Phase":
    """The phase of that name; the last one where none is named.

    Raises:
        PlanError: when the plan has no such phase.
    """
    by_name = {phase.name: phase for phase in design.phases}
    if name is None:
        return design.phases[-1]
    if name not in by_name:
        advice = did_you_mean(name, by_name) or f"phases: {listed(list(by_name))}"
        raise PlanError([Problem(where="--phase", found=repr(name), expected="the name of a phase", advice=advice)])
    return by_name[name]
