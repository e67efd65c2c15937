"""PF-004, PF-005: delivered petaflops against the targets."""

from collections.abc import Iterator
from dataclasses import replace

from petaplan.capacity.claims import Claim, at_least, planned, unknown
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Sparsity
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.throughput.delivered import best_waterfall
from petaplan.capacity.throughput.factors import Waterfall
from petaplan.capacity.throughput.in_step import delivered_in_step


@plan_rule(
    "PF-004",
    "Delivered petaflops meet the target by its date, at the median",
    formula="pflops of the target <= peak x eligible x calibrated x available x networked x all together (x slowest "
    "over mean)",
    basis="a peak never meets a delivered target; docs/basis/throughput.md#peak-is-not-delivered",
)
def delivered_met(design: Design) -> Iterator[Claim]:
    """What the pods in service deliver at the median, before the losses within a job."""
    return (_delivered_claim(design, target, low=False) for target in _delivered_targets(design))


@plan_rule(
    "PF-005",
    "Delivered petaflops meet the target by its date, at the 5th percentile",
    severity=Verdict.REVIEW,
    formula="pflops of the target <= the same chain at its 5th percentile",
    basis="a median is missed in half of all cases; docs/basis/throughput.md#low-end-of-an-interval",
)
def delivered_surely(design: Design) -> Iterator[Claim]:
    """The same at the 5th percentile; evidence makes the interval narrower."""
    return (_delivered_claim(design, target, low=True) for target in _delivered_targets(design))


def _delivered_targets(design: Design) -> Iterator[Target]:
    return (target for target in design.hub.targets if target.measure is Measure.DELIVERED)


def _delivered_claim(design: Design, target: Target, *, low: bool) -> Claim:
    if target.sparsity is not Sparsity.DENSE or target.engine is not Engine.MATRIX:
        return unknown(target, "PFLOP/s", (f"what{target.kind_of_peak} engines deliver",))
    chain = best_waterfall(design, target)
    at = 0 if low else 1
    delivered, pace = (chain.delivered.low, chain.delivered.mid)[at], 1.0
    if target.synchronous_ranks is not None:
        rates, paces = delivered_in_step(chain, target.synchronous_ranks)
        delivered, pace = rates[at], paces[at]
    claim = at_least(
        target,
        delivered,
        target.pflops,
        chain.precision.rate_unit,
        inputs=(*_inputs(chain, target, delivered, pace, low=low), planned(target, "pflops")),
        hint=lambda short: _short_by(chain, short),
        note=f"{chain.precision}, delivered, {'5th percentile' if low else 'median'}, on {target.by}",
    )
    return replace(claim, at_best=Verdict.REVIEW) if target.unstated else claim


def _inputs(chain: Waterfall, target: Target, delivered: float, pace: float, *, low: bool) -> Iterator[Input]:
    yield Input("installed peak", chain.steps[0].mid, chain.precision.rate_unit, chain.steps[0].source)
    product = chain.steps[0].mid * pace
    for step in chain.steps[1:-1]:
        factor = step.factor_low if low else step.factor_mid
        product *= factor
        yield Input(step.name, factor, "fraction", step.source)
    if product:
        which = "5th percentile" if low else "median"
        yield Input(
            "all together", delivered / product, "ratio", f"{which} of the product over the product of the others"
        )
    if target.synchronous_ranks is not None:
        yield Input("slowest over mean", pace, "fraction", f"slowest of {target.synchronous_ranks:,}")


def _short_by(chain: Waterfall, short: float) -> str:
    peak = chain.steps[0].mid
    delivered = chain.delivered.mid / peak if peak else 0.0
    unmeasured = [share.model for share in chain.shares if not share.calibration.devices]
    if short <= 0:
        return "The statement names no precision: ask which one is meant"
    unit = chain.precision.rate_unit
    hint = f"Short by {number(short)} {unit}"
    if delivered:
        hint += f": {number(short / delivered)} {unit} of peak at {delivered:.0%} delivered"
    return f"{hint}; not measured here: {', '.join(unmeasured)}" if unmeasured else hint
