"""DATA-001, DATA-002: published and measured shares of the petaflops."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_least, at_most, planned
from petaplan.capacity.design import Design
from petaplan.capacity.figures import UNPUBLISHED, Precision, Status
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.counted import counted
from petaplan.capacity.throughput.delivered import best_waterfall

ASSUMED_LIMIT = 0.10
"""Share of a target that may rest on assumed peaks without a review."""


@plan_rule(
    "DATA-001",
    "At least 90 % of the petaflops rest on published figures",
    severity=Verdict.REVIEW,
    formula="petaflops whose peak is assumed or unverified / petaflops counted <= 0.10",
    basis="every figure has source, date and status; docs/basis/throughput.md#published-and-measured-shares",
)
def assumed_share(design: Design) -> Iterator[Claim]:
    """The share of each target that rests on assumed peaks, at the precision that counts."""
    for target in design.hub.targets:
        by_precision = {p: _by_status(design, target, p) for p in target.counted_precisions}
        precision, sums = max(by_precision.items(), key=lambda item: sum(item[1].values()))
        if sum(sums.values()):
            yield _assumed_claim(target, precision, sums)


def _assumed_claim(target: Target, precision: Precision, sums: dict[Status, float]) -> Claim:
    share = sum(sums.get(status, 0.0) for status in UNPUBLISHED) / sum(sums.values())
    return at_most(
        target,
        share,
        ASSUMED_LIMIT,
        "of the petaflops",
        inputs=tuple([Input(status, value, precision.rate_unit, "catalogue") for status, value in sums.items()]),
        hint=lambda _: f"{share:.0%} rest on assumed peaks: find a datasheet, or measure",
    )


def _by_status(design: Design, target: Target, precision: Precision) -> dict[Status, float]:
    return design.peak_by_status(counted(design, target), precision, target.sparsity, target.engine)


@plan_rule(
    "DATA-002",
    "The measured share of the petaflops is as large as asked",
    formula="minimum_measured_fraction <= peak of models with evidence of this hub's devices / peak counted",
    basis="a plan may ask for a measured share; docs/basis/throughput.md#published-and-measured-shares",
)
def measured_share(design: Design) -> Iterator[Claim]:
    """Targets that ask for a measured share, against the evidence."""
    for target in design.hub.targets:
        if target.minimum_measured_fraction is not None:
            yield _measured_claim(design, target, target.minimum_measured_fraction)


def _measured_claim(design: Design, target: Target, asked: float) -> Claim:
    chain = best_waterfall(design, target)
    unit = chain.precision.rate_unit
    unmeasured = [share.model for share in chain.shares if not share.calibration.devices]
    return at_least(
        target,
        chain.measured_fraction,
        asked,
        "of the petaflops",
        inputs=(
            planned(target, "minimum_measured_fraction"),
            *(
                given
                for s in chain.shares
                for given in (
                    Input(f"{s.model}, grade {s.calibration.grade}", s.peak_pflops, unit, s.calibration.source),
                    Input(f"measured share of {s.model}", s.measured_fraction, "fraction", "devices of the evidence"),
                )
            ),
        ),
        hint=lambda _: f"Measure {', '.join(unmeasured)} with petaplan-bench and give the files with --evidence",
    )
