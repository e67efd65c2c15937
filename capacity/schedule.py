"""Doubt about dates: slips of phases, lead times of long items, ramps to acceptance, and groups that vary together."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge, Le

from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.references import PartRef
from petaplan.capacity.supply import Weeks
from petaplan.capacity.units import Fraction, Text, Unit

GroupName = Annotated[Text, PartRef("correlation_groups")]

LateFraction = Annotated[float, Unit("fraction"), Ge(0), Le(20)]
"""Days late over the planned days of the work."""


def check_three_points(low: float, mid: float, high: float) -> None:
    """Refuse three points that no distribution with two halves has.

    Raises:
        ValueError: where they are out of order, or where one half has no width and the other has.
    """
    if not low <= mid <= high:
        raise ValueError("a 50th percentile between the 5th and the 95th")
    if (low == mid) != (mid == high):
        raise ValueError("two halves with a width, or none: else half of all outcomes stand on one value")


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrelationGroup(Noun):
    """Inputs of a forecast that vary together: slips, lead times and ramps name it."""

    name: Name
    """Its name in the plan."""
    correlation: Fraction
    """Correlation of any two members; 0 draws each alone, 1 draws all as one."""
    source: Text
    """Source of the correlation."""
    as_of: date
    """Day of the source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip(Noun):
    """Lateness of the work of a phase from its start to first power, over the planned time of that work."""

    probability_late: Fraction
    """Share of such phases that are late at all; the others are in time."""
    late_fraction_p5: LateFraction
    """5th percentile of the lateness of those that are late."""
    late_fraction_p50: LateFraction
    """Median of the same."""
    late_fraction_p95: LateFraction
    """95th percentile of the same."""
    group: GroupName | None = None
    """Correlation group that it belongs to."""
    source: Text
    """Source of the percentiles."""
    as_of: date
    """Day of the source."""

    def __post_init__(self) -> None:
        check_three_points(self.late_fraction_p5, self.late_fraction_p50, self.late_fraction_p95)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadTime(Noun):
    """A long item that a phase waits for: first power is not before it is delivered and installed."""

    item: Text
    """What is ordered: transformers, switchgear, a model of accelerator."""
    ordered: date | None = None
    """Day of the order. Without one, the order is placed so early that the median delivery is in time."""
    weeks_p5: Weeks
    """5th percentile of the time from order to delivery, weeks."""
    weeks_p50: Weeks
    """Median of the same, weeks."""
    weeks_p95: Weeks
    """95th percentile of the same, weeks."""
    installation_weeks: Weeks = 0.0
    """From delivery to first power, weeks."""
    group: GroupName | None = None
    """Correlation group that it belongs to."""
    source: Text
    """Source of the percentiles."""
    as_of: date
    """Day of the source."""

    def __post_init__(self) -> None:
        check_three_points(self.weeks_p5, self.weeks_p50, self.weeks_p95)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ramp(Noun):
    """Time from the first power of a phase to the acceptance of its last pod; pods are accepted one after another."""

    weeks_p5: Weeks
    """5th percentile, weeks."""
    weeks_p50: Weeks
    """Median, weeks: the plan holds so much time before the day of the phase."""
    weeks_p95: Weeks
    """95th percentile, weeks."""
    group: GroupName | None = None
    """Correlation group that it belongs to."""
    source: Text
    """Source of the percentiles."""
    as_of: date
    """Day of the source."""

    def __post_init__(self) -> None:
        check_three_points(self.weeks_p5, self.weeks_p50, self.weeks_p95)
