"""DATA: what do the petaflops rest on?"""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Precision, Status
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.counted import counted
from petaplan.capacity.throughput.delivered import best_waterfall

ASSUMED_LIMIT = 0.10
"""Share of a target that may rest on assumed peaks before somebody must ask."""


@plan_rule(
    "DATA-001",
    "Petaflops rest on figures that somebody published",
    severity=Verdict.REVIEW,
    formula="petaflops whose peak is assumed / petaflops counted <= 0.10",
    basis="every figure has source, date and status; docs/basis/throughput.md#published-and-measured-shares",
)
def assumed_share(design: Design) -> Iterator[Claim]:
    """The share of each target that assumed peaks give, at the precision that counts."""
    for target in design.hub.targets:
        by_precision = {p: _by_status(design, target, p) for p in target.precisions}
        precision, sums = max(by_precision.items(), key=lambda item: sum(item[1].values()))
        whole = sum(sums.values())
        if not whole:
            continue
        share = sums.get(Status.ASSUMED, 0.0) / whole
        yield Claim(
            subject=target,
            demand=share,
            capacity=ASSUMED_LIMIT,
            unit="of the petaflops",
            inputs=tuple(Input(status, value, precision.rate_unit, "catalogue") for status, value in sums.items()),
            hint=f"{share:.0%} rests on assumed peaks: find a sheet, or measure" if share > ASSUMED_LIMIT else "",
        )


def _by_status(design: Design, target: Target, precision: Precision) -> dict[Status, float]:
    return design.peak_by_status(counted(design, target), precision, target.sparsity)


@plan_rule(
    "DATA-002",
    "Enough of the petaflops is measured",
    formula="minimum_measured_fraction <= peak of models with evidence of this hub's own / peak counted",
    basis="a plan may ask for a measured share; docs/basis/throughput.md#published-and-measured-shares",
)
def measured_share(design: Design) -> Iterator[Claim]:
    """Targets that demand a measured share, against the evidence that was given."""
    for target in design.hub.targets:
        if target.minimum_measured_fraction is None:
            continue
        chain = best_waterfall(design, target)
        bare = [share.model for share in chain.shares if not share.calibration.devices]
        short = target.minimum_measured_fraction > chain.measured_fraction
        unit = chain.precision.rate_unit
        yield Claim(
            subject=target,
            demand=target.minimum_measured_fraction,
            capacity=chain.measured_fraction,
            unit="of the petaflops",
            inputs=tuple(
                Input(f"{s.model}, grade {s.calibration.grade}", s.peak_pflops, unit, s.calibration.source)
                for s in chain.shares
            ),
            hint=f"measure {', '.join(bare)} with petaplan-bench and give --evidence" if short else "",
        )
