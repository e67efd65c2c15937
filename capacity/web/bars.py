"""Bars of a plan over time: phases, long items and orders, with the days on which each begins and ends."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petaplan.capacity.design import Design
from petaplan.capacity.forecast.forecast import Forecast, PhaseForecast
from petaplan.capacity.forecast.inputs import Item, PhaseInputs, inputs_of
from petaplan.capacity.hub import Phase
from petaplan.capacity.supply import Order
from petaplan.capacity.units import DAYS_PER_WEEK


class BarKind(StrEnum):
    """Kind of a bar."""

    PHASE = "phase"
    """From the start of its work to its day, by plan."""
    ITEM = "long item"
    """From order to installation, at the median."""
    ORDER = "order"
    """From order to acceptance, as the plan states it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One row of the chart."""

    kind: BarKind
    name: str
    phase: str
    begins: date
    delivered: date | None
    """Delivery of an item or an order; at the median for a long item."""
    ends: date
    early: date | None = None
    """5th percentile of the last day that is drawn: acceptance of a phase, delivery of an item."""
    likely: date | None = None
    """80th percentile of the acceptance of a phase."""
    late: date | None = None
    """95th percentile."""
    is_prior: bool = False
    """Whether its times are a prior, because the plan states none."""


def bars_of(design: Design, forecast: Forecast | None) -> tuple[Bar, ...]:
    """Every phase in order, each with its long items and its orders."""
    found = {one.name: one for one in forecast.phases} if forecast is not None else {}
    inputs = {each.phase.name: each for each in inputs_of(design).phases}
    return tuple(bar for phase in design.phases for bar in _of_phase(phase, found.get(phase.name), inputs[phase.name]))


def _of_phase(phase: Phase, found: PhaseForecast | None, inputs: PhaseInputs) -> Iterator[Bar]:
    early, _, likely, late = found.accepted if found is not None else (None, None, None, None)
    yield Bar(
        kind=BarKind.PHASE,
        name=phase.name,
        phase=phase.name,
        begins=phase.starts,
        delivered=None,
        ends=phase.in_service,
        early=early,
        likely=likely,
        late=late,
        is_prior=inputs.slip.is_prior,
    )
    yield from (_item(inputs, item) for item in inputs.items)
    yield from (_order(phase, order) for order in phase.orders)


def _item(inputs: PhaseInputs, item: Item) -> Bar:
    """A long item; without a day of its order, the order is placed so that the median delivery is in time."""
    times, phase = item.lead_time, inputs.phase
    ramp = min(math.ceil(inputs.ramp_median_weeks * DAYS_PER_WEEK), (phase.in_service - phase.starts).days)
    needed = _after(phase.in_service, -ramp / DAYS_PER_WEEK - times.installation_weeks)
    ordered = times.ordered or _after(needed, -times.weeks_p50)
    return Bar(
        kind=BarKind.ITEM,
        name=times.item,
        phase=phase.name,
        begins=ordered,
        delivered=_after(ordered, times.weeks_p50),
        ends=_after(ordered, times.weeks_p50 + times.installation_weeks),
        early=_after(ordered, times.weeks_p5),
        late=_after(ordered, times.weeks_p95),
        is_prior=item.weeks.is_prior,
    )


def _order(phase: Phase, order: Order) -> Bar:
    delivered = _after(order.ordered, order.lead_weeks)
    return Bar(
        kind=BarKind.ORDER,
        name=order.item,
        phase=phase.name,
        begins=order.ordered,
        delivered=delivered,
        ends=_after(delivered, order.commissioning_weeks),
    )


def _after(day: date, weeks: float) -> date:
    """So many weeks after a day, in whole days; no day is outside the calendar."""
    ordinal = day.toordinal() + math.ceil(weeks * DAYS_PER_WEEK - 1e-9)
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def bar_values(bar: Bar) -> Mapping[str, object]:
    """A bar as plain values."""
    days = {key: getattr(bar, key) for key in ("begins", "delivered", "ends", "early", "likely", "late")}
    return {
        "kind": str(bar.kind),
        "name": bar.name,
        "phase": bar.phase,
        **{key: None if day is None else day.isoformat() for key, day in days.items()},
        "is_prior": bar.is_prior,
    }
