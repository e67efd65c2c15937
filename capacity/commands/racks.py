"""`petaplan racks`: where the racks of a plan will stand."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output, Plan
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.kinds import RACKS
from petaplan.reporting.options import TEXT, format_option

if TYPE_CHECKING:
    from petaplan.capacity.design import Design

MOST_NAMES = 12
"""Known names in an error message."""


def racks(
    plan: Plan,
    *,
    hall: Annotated[str | None, typer.Option("--hall", metavar="NAME", help="Only this hall (default: all).")] = None,
    row: Annotated[
        int | None, typer.Option("--row", metavar="NUMBER", min=1, help="Only this row of the hall.")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Only what is in service on this date."),
    ] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="NAME", help="Only what this phase brings (default: all).")
    ] = None,
    format: Annotated[str, format_option(RACKS)] = TEXT,
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """List where the racks of a plan stand, by hall, row and slot."""
    from petaplan.capacity.fabrics.racks import rack_lines
    from petaplan.capacity.report.racks import RackList
    from petaplan.capacity.resolving import read_design
    from petaplan.reporting.publishing import publish

    design = read_design(plan, catalogue)
    _refuse_unknown(design, hall, row, phase)
    day = None if on is None else _day_of(design, on)
    lines = rack_lines(design, hall=hall, row=row, phase=phase, on=day)
    given = {"hall": hall, "row": row, "on": None if day is None else day.isoformat(), "phase": phase}
    asked = {option: value for option, value in given.items() if value is not None}
    found = RackList(hub=design.hub.name, asked=asked, lines=lines)
    publish(RACKS, found, format=format, output=output, reads=(plan, *(catalogue or ())))


def _refuse_unknown(design: "Design", hall: str | None, row: int | None, phase: str | None) -> None:
    """A filter that can match nothing is a mistake, not an empty answer.

    Raises:
        PlanError: for a hall, row or phase that the plan does not have.
    """
    if hall is not None:
        _refuse_other("--hall", hall, "a hall of the plan", [one.name for one in design.hub.halls])
    if phase is not None:
        _refuse_other("--phase", phase, "a phase of the plan", [one.name for one in design.phases])
    if row is not None:
        if hall is None:
            _refuse("--row", f"{row} without --hall", "the hall that has the row", "add --hall NAME")
        _refuse_other_row(design, hall, row)


def _refuse_other_row(design: "Design", hall: str, row: int) -> None:
    from petaplan.capacity.fabrics.racks import rack_lines

    rows: int | None = design.by_name[hall].rows
    if rows is not None and row > rows:
        _refuse("--row", str(row), f"a row of {hall}", f"it has the rows 1 to {rows}")
    if rows is None:
        known = sorted({line.row for line in rack_lines(design, hall=hall) if line.row is not None})
        if row not in known:
            _refuse("--row", str(row), f"a row of {hall} with racks", f"there are {_listed(map(str, known))}")


def _day_of(design: "Design", on: datetime) -> date:
    """The day, once the plan has racks on it or before it.

    Raises:
        PlanError: for a day before the first racks are in service.
    """
    day = on.date()
    first = min((design.service_date(one) for one in design.placements), default=day)
    if day < first:
        _refuse("--on", day.isoformat(), f"a date from {first} on", "on that day the first racks are in service")
    return day


def _refuse_other(option: str, name: str, expected: str, known: list[str]) -> None:
    from petaplan.capacity.document.strict import did_you_mean

    if name not in known:
        _refuse(option, repr(name), expected, did_you_mean(name, known) or f"there are {_listed(known)}")


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = f" and {len(known) - MOST_NAMES:,} more" if len(known) > MOST_NAMES else ""
    return f"{', '.join(known[:MOST_NAMES]) or 'none'}{more}"


def _refuse(where: str, found: str, expected: str, advice: str) -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
