"""Which pods a target counts."""

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.targets import Counting, Target


def counted(design: Design, target: Target) -> tuple[Placement, ...]:
    """The pods that a target counts."""
    in_service = (placement for placement in design.placements if design.in_service_on(placement, target.by))
    if target.counting is Counting.INCREMENTAL:
        return tuple(placement for placement in in_service if placement.phase == target.phase)
    return tuple(in_service)
