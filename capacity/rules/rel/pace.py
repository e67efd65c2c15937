"""REL-004: pace of the slowest device."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_least, planned
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Sparsity
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.throughput.delivered import best_waterfall


@plan_rule(
    "REL-004",
    "Delivered petaflops meet the target at the pace of the slowest device",
    severity=Verdict.REVIEW,
    formula="pflops of the target <= delivered x expected slowest of N / mean, N the devices of the largest job",
    basis="a synchronous step waits for its slowest rank; docs/basis/throughput.md#slowest-device",
)
def slowest(design: Design) -> Iterator[Claim]:
    """Delivered targets without synchronous_ranks, at the pace of the largest job."""
    for target in design.hub.targets:
        delivered = target.measure is Measure.DELIVERED and target.synchronous_ranks is None
        if delivered and target.sparsity is Sparsity.DENSE and target.engine is Engine.MATRIX:
            yield _pace_claim(design, target)  # PF-004 reports that the delivered throughput is unknown


def _pace_claim(design: Design, target: Target) -> Claim:
    chain = best_waterfall(design, target)
    unit, devices = chain.precision.rate_unit, f"{chain.job_accelerators:,}"
    return at_least(
        target,
        chain.delivered.mid * chain.slowest_fraction,
        target.pflops,
        unit,
        inputs=(
            Input("delivered, median", chain.delivered.mid, unit, "throughput chain"),
            Input("slowest over mean", chain.slowest_fraction, "fraction", f"slowest of {devices}"),
            planned(target, "pflops"),
        ),
        hint=lambda short: (
            f"Short by {number(short)} {unit} for one synchronous job of {devices} devices: declare "
            "synchronous_ranks if the target means such a job"
        ),
    )
