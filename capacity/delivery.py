"""Expected availability, network efficiency and goodput of a hub."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Gt, Le

from petaplan.capacity.noun import Noun
from petaplan.capacity.units import TINY, Count, Fraction, Minutes, Text, Unit

Share = Annotated[float, Unit("fraction"), Gt(0), Le(1)]
"""A share that no rule divides by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation(Noun):
    """A share with its 90 % interval and its source."""

    low: Share
    """5th percentile."""
    mid: Share
    """Median."""
    high: Share
    """95th percentile."""
    source: Text
    """Who stated it, and where."""
    as_of: date
    """Day of the source."""

    def __post_init__(self) -> None:
        if not self.low <= self.mid <= self.high:
            raise ValueError("a mid between its low and its high")


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery(Noun):
    """Factors of the throughput chain that hold for the whole hub. A factor without a value has the default."""

    availability: Expectation | None = None
    """Share of the accelerators that are up, with repairs and maintenance."""
    network: Expectation | None = None
    """Share of the rate that remains when devices work together over the fabric."""
    job_accelerators: Count | None = None
    """Accelerators of the job that goodput is about; without a number, those of the largest fabric."""
    device_mtbf_hours: Annotated[float, Unit("h"), Gt(TINY), Le(10_000_000)] | None = None
    """Mean time between interruptions of a job for each of its accelerators, h."""
    checkpoint_minutes: Minutes = 1.0
    """Stall of one checkpoint, min."""
    restart_minutes: Minutes = 10.0
    """From an interruption until work continues, min."""
    hot_spare_fraction: Fraction = 0.0
    """Share of the accelerators that are powered but kept out of jobs."""
