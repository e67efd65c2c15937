"""What was promised: petaflops of a stated kind, by a date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Len

from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared
from petaplan.capacity.references import PhaseName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import Count, Fraction, Pflops, Text


class Measure(StrEnum):
    """Which end of the throughput chain a target speaks of; neither satisfies the other."""

    PEAK = "peak"
    DELIVERED = "delivered"


class Counting(StrEnum):
    """All that is in service on the day, or what one phase adds."""

    CUMULATIVE = "cumulative"
    INCREMENTAL = "incremental"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target(Declared):
    """So many PFLOP/s of one kind by a date, and whose words they are."""

    name: Name
    pflops: Pflops
    precisions: Annotated[tuple[Precision, ...], Len(1, 8)]
    """Precisions of which any one, summed over all devices that have it, may satisfy the target."""
    sparsity: Sparsity = Sparsity.DENSE
    engine: Engine = Engine.MATRIX
    measure: Measure = Measure.PEAK
    counting: Counting = Counting.CUMULATIVE
    by: date
    phase: PhaseName | None = None
    """Phase that it belongs to; an incremental target must name one."""
    synchronous_ranks: Count | None = None
    """Accelerators of a job that wait for each other, where a delivered target means the pace of the slowest."""
    minimum_measured_fraction: Fraction | None = None
    """Share of the petaflops that must rest on measurements of this hub's own devices."""
    source: Annotated[Text, Was("words")]
    """Who said it, and how."""
