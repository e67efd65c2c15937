"""PH-001, PH-004: order of the phases and of their targets."""

from collections.abc import Iterator
from itertools import pairwise

from petaplan.capacity.claims import Claim, at_most, on_day, planned_of
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.findings import count_of
from petaplan.capacity.hub import Phase
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Counting, Measure, Target
from petaplan.capacity.units import DAYS_PER_WEEK

Kind = tuple[tuple[Precision, ...], Sparsity, Engine, Measure]
"""What two targets must share to be compared."""


def in_weeks(days: float) -> str:
    """A number of days; from two weeks on, in weeks.

    >>> in_weeks(13), in_weeks(14), in_weeks(366)
    ('13 days', '2.0 weeks', '52.3 weeks')
    """
    return f"{days / DAYS_PER_WEEK:.1f} weeks" if days >= 14 else count_of(days, "day")


@plan_rule(
    "PH-001",
    "A phase is in service no earlier than the phases that it comes after",
    formula="in_service(earlier) - in_service(later) <= 0 days",
    basis="a phase follows the phases that it names; docs/basis/phases.md#order-of-phases",
)
def phases_in_order(design: Design) -> Iterator[Claim]:
    """Each phase against the phases that it comes after."""
    for phase in design.hub.phases:
        for name in phase.after:
            yield _order_claim(phase, design.by_name[name])


def _order_claim(phase: Phase, earlier: Phase) -> Claim:
    return at_most(
        phase,
        float((earlier.in_service - phase.in_service).days),
        0.0,
        "days",
        part=f"after {earlier.name}",
        inputs=(
            on_day(f"in_service of {earlier.name}", earlier.in_service),
            on_day(f"in_service of {phase.name}", phase.in_service),
        ),
        hint=lambda days: f"{phase.name} is in service {in_weeks(days)} before {earlier.name}, which it comes after",
    )


@plan_rule(
    "PH-004",
    "A cumulative target is at least the one before it",
    formula="pflops of the earlier date <= pflops of the later date",
    basis="cumulative petaflops fall only with a retirement; docs/basis/phases.md#cumulative-targets",
)
def targets_rise(design: Design) -> Iterator[Claim]:
    """Cumulative targets of one kind in the order of their dates."""
    kinds: dict[Kind, list[Target]] = {}
    for target in design.hub.targets:
        if target.counting is Counting.CUMULATIVE:
            kind = (target.precisions, target.sparsity, target.engine, target.measure)
            kinds.setdefault(kind, []).append(target)
    for targets in kinds.values():
        for earlier, later in pairwise(sorted(targets, key=lambda target: (target.by, target.pflops))):
            yield _rise_claim(earlier, later)


def _rise_claim(earlier: Target, later: Target) -> Claim:
    return at_most(
        later,
        earlier.pflops,
        later.pflops,
        "PFLOP/s",
        part=f"after {earlier.name}",
        inputs=(planned_of(earlier, "pflops"), planned_of(later, "pflops")),
        hint=lambda _: f"{later.name} asks for less than {earlier.name}, which is earlier: correct one of them",
    )
