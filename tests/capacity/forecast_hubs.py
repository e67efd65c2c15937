"""Hubs of two phases for forecasts: pods of CloudMatrix384 compute racks, and doubt that a test can state."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip
from tests.hubs import FIRST, SECOND, hub, phase, pod, target

SAID: dict[str, Any] = {"source": "a test", "as_of": date(2026, 1, 1)}


def slip(low: float, mid: float, high: float, probability_late: float = 1.0, **changes: Any) -> Slip:
    """A slip of a test."""
    return Slip(
        probability_late=probability_late, late_fraction_p5=low, late_fraction_p50=mid, late_fraction_p95=high, **SAID
    ).replace(**changes)


def ramp(low: float, mid: float, high: float, **changes: Any) -> Ramp:
    """A ramp of a test."""
    return Ramp(weeks_p5=low, weeks_p50=mid, weeks_p95=high, **SAID).replace(**changes)


def lead_time(item: str, low: float, mid: float, high: float, **changes: Any) -> LeadTime:
    """A lead time of a test."""
    return LeadTime(item=item, weeks_p5=low, weeks_p50=mid, weeks_p95=high, **SAID).replace(**changes)


def group(name: str, correlation: float) -> CorrelationGroup:
    """A correlation group of a test."""
    return CorrelationGroup(name=name, correlation=correlation, **SAID)


SURE: dict[str, Any] = {
    "slip": slip(0, 0, 0, probability_late=0.0),
    "ramp": ramp(0, 0, 0),
    "lead_times": (lead_time("nothing", 0, 0, 0),),
}
"""A phase without any doubt."""


def two_phases(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None, **changes: Any) -> Hub:
    """Two phases, the second after the first, with a target at the end of each."""
    phases = (
        phase(**(SURE if first is None else first)),
        phase("second", SECOND, starts=FIRST, after=("first",), **(SURE if second is None else second)),
    )
    pods = (pod("pod-1"), pod("pod-2"), pod("pod-3", phase="second"), pod("pod-4", phase="second"))
    return hub(phases=phases, pods=pods, targets=(target(1.0), target(1.0, "later", SECOND))).replace(**changes)


def known(days: Sequence[date | None]) -> tuple[date, ...]:
    """Days of a phase, none of which lies after the calendar."""
    held = tuple(day for day in days if day is not None)
    assert len(held) == len(days)
    return held


def design_of(plan: Hub) -> Design:
    """The plan looked up in the shipped catalogue."""
    return resolve(plan, load())
