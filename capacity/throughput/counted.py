"""Which pods a target counts."""

from petaplan.capacity.design import Design, Placed
from petaplan.capacity.targets import Counting, Target


def counted(design: Design, target: Target) -> tuple[Placed, ...]:
    """The pods that a target counts."""
    standing = (placed for placed in design.placed if design.stands_on(placed, target.by))
    if target.counting is Counting.INCREMENTAL:
        return tuple(placed for placed in standing if placed.phase == target.phase)
    return tuple(standing)
