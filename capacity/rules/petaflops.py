"""PF: does the declared hardware give the petaflops that were promised?"""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hardware import Lifecycle
from petaplan.capacity.quantity import cited
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.throughput.counted import counted
from petaplan.capacity.throughput.delivered import best_waterfall
from petaplan.capacity.throughput.factors import Waterfall, pace_of
from petaplan.capacity.units import TFLOPS_PER_PFLOPS


@plan_rule(
    "PF-001",
    "Petaflops against the target, by date",
    formula="target_pflops <= sum over devices in service of packages x peak_tflops / 1000",
    basis=(
        "one precision at a time, no conversion; unknown counts for nothing; "
        "docs/basis/throughput.md#petaflops-are-typed"
    ),
)
def target_met(design: Design) -> Iterator[Claim]:
    """The peak in service on the day of each target, at the best single precision that satisfies it."""
    for target in design.hub.targets:
        if target.measure is Measure.PEAK:
            yield _peak_claim(design, target)


def _peak_claim(design: Design, target: Target) -> Claim:
    if target.engine is not Engine.MATRIX:
        return Claim(subject=target, unit="PFLOP/s", demand=target.pflops, missing=("vector peaks of accelerators",))
    packages = design.packages(counted(design, target))
    offers = [_offer(design, packages, target, precision) for precision in target.precisions]
    best = max(offers, key=lambda offer: offer[0])
    pflops, inputs, silent, precision = best
    lacking = target.pflops - pflops
    hint = ""
    if lacking > 0:
        hint = f"{number(lacking)} {precision.rate_unit} of {precision} are missing on {target.by}"
        hint += _in_pods(design, target, precision, lacking)
        if silent:
            hint += f"; no {precision} figure is published for {', '.join(silent)}, which counts for nothing"
    note = f"{precision}, {target.sparsity}, matrix, {target.counting}, on {target.by}"
    return Claim(
        subject=target,
        demand=target.pflops,
        capacity=pflops,
        unit=precision.rate_unit,
        inputs=inputs,
        hint=hint,
        note=note,
    )


def _offer(
    design: Design, packages: dict[str, int], target: Target, precision: Precision
) -> tuple[float, tuple[Input, ...], tuple[str, ...], Precision]:
    pflops, inputs, silent = 0.0, [], []
    for model, count in sorted(packages.items()):
        figure = design.accelerator(model).peak(precision, target.sparsity)
        if figure is None:
            silent.append(model)
            continue
        pflops += count * figure.value / TFLOPS_PER_PFLOPS
        inputs.append(Input(f"packages of {model}", count, "packages", "this plan"))
        inputs.append(Input(f"{model} {precision} peak", figure.value, figure.unit, cited(figure)))
    return pflops, tuple(inputs), tuple(silent), precision


def _in_pods(design: Design, target: Target, precision: Precision, lacking: float) -> str:
    """The gap in units of the pod, among those that the phase buys, of which one would close it; else the largest."""
    sizes = {
        placement.model or placement.name: design.peak(placement, precision, target.sparsity)[0] / TFLOPS_PER_PFLOPS
        for placement in design.placements
        if target.phase in (None, placement.phase)
    }
    giving = {model: size for model, size in sizes.items() if size}
    if not giving:
        return ""
    model, size = min(giving.items(), key=lambda item: (item[1] < lacking, abs(item[1] - lacking), item[0]))
    return f", {lacking / size:.2f} of a {model} of {number(size)}"


@plan_rule(
    "PF-002",
    "Petaflops that rest on products not yet shipping",
    severity=Verdict.REVIEW,
    formula="peak of announced products / target_pflops = 0",
    basis="an announced product can be late or change; docs/basis/throughput.md#announced-products",
)
def announced_share(design: Design) -> Iterator[Claim]:
    """The share of each target that only announced products give."""
    for target in design.hub.targets:
        packages = design.packages(counted(design, target))
        announced = {
            model: count
            for model, count in packages.items()
            if design.accelerator(model).lifecycle is Lifecycle.ANNOUNCED
        }
        offers = [_offer(design, announced, target, precision) for precision in target.precisions]
        pflops, _, _, precision = max(offers, key=lambda offer: offer[0])
        hint = f"{pflops / target.pflops:.0%} of the target waits for {', '.join(sorted(announced))}"
        yield Claim(subject=target, demand=pflops, capacity=0.0, unit=precision.rate_unit, hint=hint if pflops else "")


@plan_rule(
    "PF-003",
    "Petaflops without a published figure",
    severity=Verdict.REVIEW,
    formula="packages without a figure at any precision of the target = 0",
    basis="a figure that nobody published is unknown; docs/basis/throughput.md#petaflops-are-typed",
)
def silent_packages(design: Design) -> Iterator[Claim]:
    """Devices that a target cannot count because nobody published what they do."""
    for target in design.hub.targets:
        packages = design.packages(counted(design, target))
        silent = {
            model: count
            for model, count in packages.items()
            if all(design.accelerator(model).peak(p, target.sparsity) is None for p in target.precisions)
        }
        names = ", ".join(f"{count} x {model}" for model, count in sorted(silent.items()))
        yield Claim(
            subject=target,
            demand=float(sum(silent.values())),
            capacity=0.0,
            unit="packages",
            hint=f"no figure at {' or '.join(target.precisions)} for {names}" if silent else "",
        )


@plan_rule(
    "PF-004",
    "Delivered petaflops against the target, by date",
    formula="target_pflops <= peak x eligible x calibrated x available x networked (x slowest of N), at the median",
    basis="a peak never meets a delivered target; docs/basis/throughput.md#peak-is-not-delivered",
)
def delivered_met(design: Design) -> Iterator[Claim]:
    """What the pods in service deliver at the median, before the losses of a job's own making."""
    for target in design.hub.targets:
        if target.measure is Measure.DELIVERED:
            yield _delivered_claim(design, target, low=False)


@plan_rule(
    "PF-005",
    "Delivered petaflops at the low end of what is known",
    severity=Verdict.REVIEW,
    formula="target_pflops <= the same chain at its 5th percentile",
    basis="a median is missed in half of all cases; docs/basis/throughput.md#low-end-of-an-interval",
)
def delivered_surely(design: Design) -> Iterator[Claim]:
    """The same at the 5th percentile: what evidence would have to narrow."""
    for target in design.hub.targets:
        if target.measure is Measure.DELIVERED:
            yield _delivered_claim(design, target, low=True)


def _delivered_claim(design: Design, target: Target, *, low: bool) -> Claim:
    if target.sparsity is not Sparsity.DENSE or target.engine is not Engine.MATRIX:
        missing = (f"what {target.sparsity} {target.engine} engines deliver",)
        return Claim(subject=target, demand=None, unit="PFLOP/s", missing=missing)
    chain = best_waterfall(design, target)
    pace = 1.0
    if target.synchronous_ranks is not None:
        pace = pace_of(chain, target.synchronous_ranks)
    offered = (chain.delivered.low if low else chain.delivered.mid) * pace
    lacking = target.pflops - offered
    inputs = [
        Input(step.name, step.factor_low if low else step.factor_mid, "fraction", step.source)
        for step in chain.steps[1:-1]
    ]
    if target.synchronous_ranks is not None:
        inputs.append(Input("slowest over mean", pace, "fraction", f"slowest of {target.synchronous_ranks:,}"))
    unit = chain.precision.rate_unit
    return Claim(
        subject=target,
        demand=target.pflops,
        capacity=offered,
        unit=unit,
        inputs=(Input("installed peak", chain.steps[0].mid, unit, chain.steps[0].source), *inputs),
        hint=_lacking_hint(chain, lacking) if lacking > 0 else "",
        note=f"{chain.precision}, delivered, {'5th percentile' if low else 'median'}, on {target.by}",
    )


def _lacking_hint(chain: Waterfall, lacking: float) -> str:
    whole = chain.delivered.mid / chain.steps[0].mid if chain.steps[0].mid else 0.0
    unmeasured = [share.model for share in chain.shares if not share.calibration.devices]
    hint = f"{number(lacking)} {chain.precision.rate_unit} are missing"
    if whole:
        hint += f", {number(lacking / whole)} of peak at {whole:.0%} delivered"
    return f"{hint}; nobody measured {', '.join(unmeasured)} here" if unmeasured else hint
