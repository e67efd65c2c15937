"""A hub up to one of its phases: what must be in service for it, and nothing later."""

from datetime import date

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.document.verified import typed, with_tables
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.capacity.names import listed


def up_to(hub: Hub, phase: str) -> Hub:
    """The hub without everything that comes after a phase; targets of later days go too.

    Raises:
        PlanError: when the hub has no phase of that name.
    """
    hub = typed(hub)
    names = {row.name: row for row in hub.phases}
    if phase not in names:
        advice = did_you_mean(phase, names) or f"the phases are {listed(names)}"
        raise PlanError(
            [
                Problem(
                    where=f"hub {hub.name!r}",
                    found=f"no phase {phase!r}",
                    expected="one of its phases",
                    advice=advice,
                )
            ]
        )
    last = names[phase].in_service
    next_day = min((row.in_service for row in hub.phases if row.in_service > last), default=date.max)
    kept = {row.name for row in hub.phases if row.in_service <= last}
    tables = {}
    for table, rows in hub.tables():
        if table == "phases":
            tables[table] = tuple(row for row in rows if row.name in kept)
        else:
            tables[table] = tuple(
                row
                for row in rows
                if getattr(row, "phase", None) in (*kept, None) and getattr(row, "by", last) < next_day
            )
    return with_tables(hub, tables)
