"""PF-006: the probability of a target against the confidence that it declares."""

from collections.abc import Iterator
from dataclasses import replace

from petaplan.capacity.claims import Claim, at_least, planned, unknown
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Target


@plan_rule(
    "PF-006",
    "The probability of meeting the target by its date is at least its confidence",
    formula="confidence <= share of draws in which the target is met on its date, unless they differ by less than "
    "2 x standard error",
    basis="a plan has one future only on paper; docs/basis/forecast.md#probability-of-a-target, "
    "docs/basis/forecast.md#dates-of-a-phase, docs/basis/forecast.md#three-percentiles, "
    "docs/basis/forecast.md#correlation, docs/basis/forecast.md#priors",
)
def confident(design: Design) -> Iterator[Claim]:
    """Targets that declare a confidence, from the draws of `petaplan forecast --draws 20000`."""
    for target in design.hub.targets:
        if target.confidence is not None:
            yield _claim(design, target, target.confidence)


def _claim(design: Design, target: Target, confidence: float) -> Claim:
    from petaplan.capacity.forecast.forecast import CHECK_DRAWS, chance_of
    from petaplan.capacity.forecast.probability import reached

    probability, error = chance_of(design, target)
    inputs = (
        Input("probability", probability, "fraction", f"{CHECK_DRAWS:,} draws of this plan's dates and rates"),
        Input("standard error", error, "fraction", f"{CHECK_DRAWS:,} draws"),
        *planned(target, "confidence"),
    )
    if reached(probability, confidence, error) is None:
        missing = (f"a probability further from {confidence:g} than the error of {CHECK_DRAWS:,} draws",)
        return replace(unknown(target, "fraction", missing, demand=confidence), inputs=inputs)
    claim = at_least(
        target,
        probability,
        confidence,
        "fraction",
        inputs=inputs,
        hint=lambda _: f"Met on {target.by} in {probability:.1%} of the draws; `petaplan forecast` says what decides",
        note=f"met on {target.by} in {probability:.1%} of {CHECK_DRAWS:,} draws",
    )
    return replace(claim, at_best=Verdict.REVIEW) if target.unstated else claim
