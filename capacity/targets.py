"""Targets: petaflops of a stated kind by a date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.figures import STATED, Engine, Precision, Sparsity
from petaplan.capacity.noun import Named
from petaplan.capacity.references import PhaseName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import Count, Fraction, Pflops, Text, Unit

Confidence = Annotated[float, Unit("fraction"), Ge(0.01), Le(0.99)]
"""A probability that a plan can be held to."""


class Measure(StrEnum):
    """Whether a target is about installed peak or delivered throughput. Meeting one never counts as meeting the
    other.
    """

    PEAK = "peak"
    """Installed peak of the devices in service."""
    DELIVERED = "delivered"
    """Matrix multiplication that is expected to be delivered."""


class Counting(StrEnum):
    """Whether a target counts everything in service on the day, or what one phase adds."""

    CUMULATIVE = "cumulative"
    """Everything in service on the day."""
    INCREMENTAL = "incremental"
    """What one phase adds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target(Named):
    """A number of PFLOP/s of one kind by a date, and the source of that statement."""

    pflops: Pflops
    """The number of PFLOP/s that is asked."""
    precisions: Annotated[tuple[Precision, ...], Len(1, 8)]
    """Any one of them satisfies the target, summed over all devices that have it.

    ``unstated`` alone, where the statement names none: the target is then a review at best, and never passes.
    """
    sparsity: Sparsity = Sparsity.DENSE
    """Kind of the peaks that count."""
    engine: Engine = Engine.MATRIX
    """Part of the chip whose peaks count."""
    measure: Measure = Measure.PEAK
    """Installed peak or delivered throughput."""
    counting: Counting = Counting.CUMULATIVE
    """Everything in service, or what one phase adds."""
    by: date
    """Day on which it must be met."""
    phase: PhaseName | None = None
    """Phase that it belongs to; required for an incremental target."""
    synchronous_ranks: Count | None = None
    """Accelerators of a synchronous job. A delivered target then counts the pace of the slowest."""
    minimum_measured_fraction: Fraction | None = None
    """Least share of the petaflops that is measured on this hub's own devices."""
    confidence: Confidence | None = None
    """Least probability that it is met by its date, as `petaplan forecast` finds it."""
    source: Annotated[Text, Was("words")]
    """Who stated the target, and how."""

    @property
    def unstated(self) -> bool:
        """Whether the statement names no precision."""
        return Precision.UNSTATED in self.precisions

    @property
    def counted_precisions(self) -> tuple[Precision, ...]:
        """The precisions at which it is judged: all of them, where it names none."""
        return STATED if self.unstated else self.precisions

    @property
    def kind_of_peak(self) -> str:
        """What a peak must be besides its precision, for a message; empty for a dense one of the matrix engine."""
        words = [str(self.sparsity)] * (self.sparsity is not Sparsity.DENSE)
        return "".join(f" {word}" for word in words + [str(self.engine)] * (self.engine is not Engine.MATRIX))
