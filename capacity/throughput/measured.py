"""Measured share of what a target counts."""

from dataclasses import dataclass

from petaplan.capacity.design import Design
from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import NONE
from petaplan.capacity.throughput.delivered import best_waterfall


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredShare:
    """The part of a target's dense peak whose calibration rests on evidence that was given."""

    target: str
    precision: Precision
    """The one that delivers most of those that satisfy the target."""
    fraction: float
    """0 to 1."""


def measured_shares(design: Design) -> tuple[MeasuredShare, ...]:
    """One for each target; empty if no evidence was given."""
    if design.evidence == NONE:
        return ()
    chains = ((target, best_waterfall(design, target)) for target in design.hub.targets)
    return tuple(
        MeasuredShare(target=target.name, precision=chain.precision, fraction=chain.measured_fraction)
        for target, chain in chains
    )
