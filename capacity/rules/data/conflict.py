"""DATA-003: measurements that contradict what was expected before."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_least
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.calibration import CONFLICT
from petaplan.capacity.throughput.delivered import best_waterfall
from petaplan.capacity.throughput.factors import Share


@plan_rule(
    "DATA-003",
    "Measurements agree with what was expected before them",
    severity=Verdict.REVIEW,
    formula="probability of such measurements by the prior >= 0.01",
    basis="a conflict is reported, not averaged away; docs/basis/throughput.md#conflict",
)
def agreement(design: Design) -> Iterator[Claim]:
    """Each measured model of each target; both figures are named where they disagree."""
    if not design.evidence.measurements:
        return
    for target in design.hub.targets:
        for share in best_waterfall(design, target).shares:
            if (measured := share.calibration.posterior.measured) is not None:
                yield _claim(target, share, measured)


def _claim(target: Target, share: Share, measured: float) -> Claim:
    found = share.calibration
    return at_least(
        target,
        found.conflict,
        CONFLICT,
        "probability",
        part=share.model,
        inputs=(
            Input("measured share of peak", measured, "fraction", found.source),
            Input("expected share of peak", found.prior_mid, "fraction", found.prior_source),
            Input("probability of such measurements by the prior", found.conflict, "fraction", "calibration"),
        ),
        hint=(
            f"{share.model} was measured at {measured:.3f} of its peak, where {found.prior_mid:.3f} was expected "
            f"({found.prior_source}): check the devices, the benchmark's set-up and the peak of the catalogue"
        ),
    )
