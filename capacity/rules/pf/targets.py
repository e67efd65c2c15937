"""PF-001, PF-002, PF-003: peak petaflops against the targets."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from petaplan.capacity.claims import PLAN, Claim, at_least, must_be_zero, planned
from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.findings import TOLERANCE, Input, Verdict, count_of, number
from petaplan.capacity.hardware import Lifecycle
from petaplan.capacity.quantity import cited
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.throughput.counted import counted
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

LEAST_PART = 0.01
"""Part of a pod below which the hint says "less than"."""


@plan_rule(
    "PF-001",
    "Peak petaflops meet the target by its date",
    formula="pflops of the target <= sum over devices in service of packages x peak_tflops / 1000",
    basis=(
        "one precision at a time, no conversion; unknown counts for nothing; "
        "docs/basis/throughput.md#petaflops-are-typed"
    ),
)
def target_met(design: Design) -> Iterator[Claim]:
    """The peak in service on the day of each target, at the single precision that gives the most."""
    for target in design.hub.targets:
        if target.measure is Measure.PEAK:
            yield _peak_claim(design, target)


def _peak_claim(design: Design, target: Target) -> Claim:
    packages = design.packages(counted(design, target))
    best = _best_offer(design, packages, target)
    named = "the best, because none is stated" if target.unstated else ""
    note = f"{best.precision}, {target.sparsity}, {target.engine}, {target.counting}, on {target.by}"
    claim = at_least(
        target,
        best.pflops,
        target.pflops,
        best.precision.rate_unit,
        inputs=(*best.inputs, planned(target, "pflops")),
        hint=lambda short: _short_by(design, target, best, short) if short > 0 else _depends(design, packages, target),
        note=f"{note} ({named})" if named else note,
    )
    return replace(claim, at_best=Verdict.REVIEW) if target.unstated else claim


def _depends(design: Design, packages: Mapping[str, int], target: Target) -> str:
    """At which precisions a target that states none is met, and at which it is not."""
    offers = [_offer(design, packages, target, precision) for precision in target.counted_precisions]
    enough = target.pflops * (1 - TOLERANCE)
    met = [offer.precision.upper() for offer in offers if offer.pflops >= enough]
    missed = [offer.precision.upper() for offer in offers if 0 < offer.pflops < enough]
    other = f", missed at {', '.join(missed)}" if missed else ""
    return f"The statement names no precision: met at {', '.join(met)}{other}. Ask which one is meant"


@dataclass(frozen=True, slots=True)
class Offer:
    """Peak of some devices at one precision, PFLOP/s, and the models without a published figure."""

    precision: Precision
    pflops: float
    inputs: tuple[Input, ...]
    unpublished: tuple[str, ...]


def _best_offer(design: Design, packages: Mapping[str, int], target: Target) -> Offer:
    """The offer at the precision of the target that gives the most."""
    offers = [_offer(design, packages, target, precision) for precision in target.counted_precisions]
    return max(offers, key=lambda offer: offer.pflops)


def _offer(design: Design, packages: Mapping[str, int], target: Target, precision: Precision) -> Offer:
    pflops, inputs, unpublished = 0.0, [], []
    for model, count in sorted(packages.items()):
        figure = design.accelerator(model).peak(precision, target.sparsity, target.engine)
        if figure is None:
            unpublished.append(model)
            continue
        pflops += count * figure.value / TFLOPS_PER_PFLOPS
        inputs.append(Input(f"packages of {model}", count, "packages", PLAN))
        inputs.append(Input(f"{model} {precision} peak", figure.value, figure.unit, cited(figure)))
    return Offer(precision, pflops, tuple(inputs), tuple(unpublished))


def _short_by(design: Design, target: Target, offer: Offer, short: float) -> str:
    precision = offer.precision
    if target.unstated and not offer.pflops:
        short_by = f"Short by {number(short)} {precision.rate_unit} on {target.by}"
        models = f" for {', '.join(offer.unpublished)}, which counts as zero" if offer.unpublished else ""
        return f"{short_by}: no{target.kind_of_peak} figure at any precision is published{models}"
    kind = f"{precision.upper()}{target.kind_of_peak}"
    best = ", the best, because none is stated" if target.unstated else ""
    hint = f"Short by {number(short)} {precision.rate_unit} ({kind}{best}) on {target.by}"
    hint += _in_units(design, target, precision, short)
    if offer.unpublished:
        other = _other_rates(design, offer.unpublished, (precision,), target)
        hint += f"; no {other}{kind} figure is published for {', '.join(offer.unpublished)}, which counts as zero"
    return hint


def _other_rates(design: Design, models: Iterable[str], precisions: Iterable[Precision], target: Target) -> str:
    """The words that a figure of the usual kind needs where a device has one of another kind at the same precision."""
    peaks = [peak for model in models for peak in design.accelerator(model).peaks if peak.tflops is not None]
    others = [peak for peak in peaks if peak.precision in set(precisions)]
    engine = target.engine is Engine.MATRIX and any(peak.engine is not Engine.MATRIX for peak in others)
    dense = target.sparsity is Sparsity.DENSE and any(peak.sparsity is not Sparsity.DENSE for peak in others)
    return ("dense " if dense else "") + ("matrix " if engine else "")


def _in_units(design: Design, target: Target, precision: Precision, short: float) -> str:
    """The gap in pods or racks of the phase: of the smallest that would close it, else of the largest.

    A group of racks is counted rack by rack, because one of them can be added.
    """
    units = {}
    for placement in design.placements:
        if target.phase in (None, placement.phase):
            pflops = design.peak(placement, precision, target.sparsity, target.engine)[0] / TFLOPS_PER_PFLOPS
            if isinstance(placement, Pod):
                units[placement.model or placement.name] = (pflops, "pod", "pods")
            else:
                units[placement.model] = (pflops / placement.count, "rack", "racks")
    giving = {model: unit for model, unit in units.items() if unit[0]}
    if not giving:
        return ""
    model, (size, one, many) = min(
        giving.items(), key=lambda item: (item[1][0] < short, abs(item[1][0] - short), item[0])
    )
    if one == "rack":
        return f": {count_of(math.ceil(short / size), one, many)} {model} of {number(size)} {precision.rate_unit}"
    part = f"{short / size:,.2f}" if short / size >= LEAST_PART else f"less than {LEAST_PART}"
    return f": {part} of one {model} pod ({number(size)} {precision.rate_unit})"


@plan_rule(
    "PF-002",
    "No petaflops rest on announced products",
    severity=Verdict.REVIEW,
    formula="peak of announced products = 0",
    basis="an announced product can be late or change; docs/basis/throughput.md#announced-products",
)
def announced_share(design: Design) -> Iterator[Claim]:
    """The petaflops of each target that only announced products give."""
    for target in design.hub.targets:
        packages = design.packages(counted(design, target))
        announced = {
            model: count
            for model, count in packages.items()
            if design.accelerator(model).lifecycle is Lifecycle.ANNOUNCED
        }
        yield _announced_claim(target, _best_offer(design, announced, target), sorted(announced))


def _announced_claim(target: Target, offer: Offer, models: list[str]) -> Claim:
    return must_be_zero(
        target,
        offer.pflops,
        offer.precision.rate_unit,
        inputs=offer.inputs,
        hint=lambda pflops: f"{_part(pflops / target.pflops)} on announced {', '.join(models)}",
    )


def _part(share: float) -> str:
    """How much of a target depends on something, in words; more than all of it is said so.

    >>> _part(0.25), _part(31.1)
    ('25% of the target depend', 'all of the target and more depend')
    """
    return f"{share:.0%} of the target depend" if share <= 1 else "all of the target and more depend"


@plan_rule(
    "PF-003",
    "All devices have a published figure at a precision of the target",
    severity=Verdict.REVIEW,
    formula="packages without a figure at any precision of the target = 0",
    basis="a figure that nobody published is unknown; docs/basis/throughput.md#petaflops-are-typed",
)
def unpublished_packages(design: Design) -> Iterator[Claim]:
    """Devices that a target cannot count because no figure is published."""
    for target in design.hub.targets:
        packages = design.packages(counted(design, target))
        unpublished = {
            model: count
            for model, count in packages.items()
            if all(
                design.accelerator(model).peak(p, target.sparsity, target.engine) is None
                for p in target.counted_precisions
            )
        }
        yield _unpublished_claim(design, target, unpublished)


def _unpublished_claim(design: Design, target: Target, unpublished: Mapping[str, int]) -> Claim:
    return must_be_zero(
        target,
        sum(unpublished.values()),
        "packages",
        inputs=tuple([Input(f"packages of {model}", count, "packages", PLAN) for model, count in unpublished.items()]),
        hint=lambda _: (
            f"No{target.kind_of_peak} {_other_rates(design, unpublished, target.counted_precisions, target)}figure "
            f"at {_precisions(target)} is published for "
            + ", ".join(f"{count} x {model}" for model, count in sorted(unpublished.items()))
        ),
    )


def _precisions(target: Target) -> str:
    return "any precision" if target.unstated else " or ".join(p.upper() for p in target.precisions)
