"""REL-005: lead times of orders."""

from collections.abc import Iterator
from datetime import timedelta

from petaplan.capacity.claims import PLAN, Claim, at_most, on_day
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input
from petaplan.capacity.hub import Phase
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.ph.order import in_weeks
from petaplan.capacity.supply import Order
from petaplan.capacity.units import DAYS_PER_WEEK


@plan_rule(
    "REL-005",
    "Orders are delivered and commissioned before the phase is in service",
    formula="ordered + lead_weeks + commissioning_weeks - in_service <= 0 days",
    basis="the longest lead time is the critical path; docs/basis/supply.md#orders",
)
def lead_times(design: Design) -> Iterator[Claim]:
    """Each order of a phase against the day on which the phase is in service."""
    return (_order_claim(phase, order) for phase in design.phases for order in phase.orders)


def _order_claim(phase: Phase, order: Order) -> Claim:
    weeks = order.lead_weeks + order.commissioning_weeks
    ready = order.ordered + timedelta(days=round(weeks * DAYS_PER_WEEK))
    late = (ready - phase.in_service).days
    return at_most(
        phase,
        float(late),
        0.0,
        "days",
        part=order.item,
        inputs=(
            on_day("ordered", order.ordered),
            on_day(f"in_service of {phase.name}", phase.in_service),
            Input("lead_weeks", order.lead_weeks, "weeks", order.source),
            Input("commissioning_weeks", order.commissioning_weeks, "weeks", PLAN),
        ),
        hint=lambda days: (
            f"{order.item} is ready on {ready}, {in_weeks(days)} late: order by {order.ordered - timedelta(days=late)}"
        ),
    )
