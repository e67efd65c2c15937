"""The throughput chain: installed peak → eligible → calibrated → available → networked → goodput.

Each factor stands in it once, with an interval and a source. A measured rate already holds what throttling takes, and
a fleet's mean already holds its weak devices: neither is taken off again. Intervals are 90 %; they are multiplied draw
by draw, never end by end, and draws that belong together (one software stack) are drawn together.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from petaplan.capacity.delivery import Delivery
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.network import FabricKind
from petaplan.capacity.throughput.calibration import Calibration, Grade, calibrate, expected_minimum_share
from petaplan.capacity.throughput.counted import peak_precision
from petaplan.capacity.throughput.draws import SEED, Draws, Factor, normals, quantiles, ranked
from petaplan.capacity.throughput.losses import AS_OF, available, goodput, networked
from petaplan.capacity.throughput.training import mfu
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

SHARED_STACK = 0.5
"""Correlation of the calibrations of different models: compilers, libraries and drivers err together (assumed)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterfallStep:
    """What remains after one factor."""

    name: str
    low: float
    mid: float
    high: float
    """PFLOP/s at the 5th, 50th and 95th percentile."""
    factor_low: float
    factor_mid: float
    factor_high: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One model's part in a waterfall."""

    model: str
    packages: int
    hosts: int
    """Nodes that hold them."""
    peak_pflops: float
    calibration: Calibration

    @property
    def measured_fraction(self) -> float:
        """Measured devices over the packages of the plan, at most 1."""
        return min(1.0, self.calibration.devices / self.packages)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waterfall:
    """The throughput of everything in service on one day at one precision, from installed peak to goodput."""

    label: str
    day: date
    precision: Precision
    steps: tuple[WaterfallStep, ...]
    shares: tuple[Share, ...]
    without_a_figure: tuple[tuple[str, int], ...]
    """Packages of models that have no peak at this precision: they count for nothing."""
    job_accelerators: int
    slowest_fraction: float
    """Rate of a job of that size over its devices' mean, when every step waits for the slowest."""
    training: tuple[WaterfallStep, ...] = ()
    """Beside the chain: model FLOP/s of training by MFU, and what goodput leaves of them."""
    delivered_draws: Factor = field(default=0.0, compare=False, repr=False)
    """Draws of what counts as delivered."""

    def step(self, name: str) -> WaterfallStep:
        """One of the steps by its name."""
        return next(step for step in self.steps if step.name == name)

    @property
    def delivered(self) -> WaterfallStep:
        """What counts as delivered: everything but the losses of one job's own making."""
        return self.step("networked")

    @property
    def measured_fraction(self) -> float:
        """Share of the peak that was measured, device by device: one device of many is not its whole model."""
        whole = sum(share.peak_pflops for share in self.shares)
        measured = sum(share.peak_pflops * share.measured_fraction for share in self.shares)
        return measured / whole if whole else 0.0

    def by_grade(self) -> dict[Grade, float]:
        """PFLOP/s of peak by the grade of their calibration."""
        sums = dict.fromkeys(Grade, 0.0)
        for share in self.shares:
            sums[share.calibration.grade] += share.peak_pflops
        return {grade: value for grade, value in sums.items() if value}


def waterfall(
    design: Design, placements: Sequence[Placement], *, label: str, day: date, precision: Precision, seed: int = SEED
) -> Waterfall:
    """The throughput of some pods on a day at one precision, dense.

    ``seed`` decides only how the draws of different factors meet.
    """
    nodes = _nodes(design, placements)
    shares, without_a_figure = _shares(design, placements, precision, nodes)
    delivery = design.hub.delivery or Delivery()
    job = delivery.job_accelerators or largest_job(design, placements)
    rates: dict[str, Factor] = {}
    runs = [run for phase in design.phases for run in phase.training_runs if run.precision is precision]
    models = {share.model for share in shares}
    eligible = sum(share.peak_pflops for share in shares) * (1 - delivery.hot_spare_fraction)
    lost = goodput(delivery, job, seed)
    return Waterfall(
        label=label,
        day=day,
        precision=precision,
        steps=tuple(_steps(shares, delivery, job, sum(nodes.values()), seed, rates=rates)),
        shares=shares,
        without_a_figure=without_a_figure,
        job_accelerators=job,
        slowest_fraction=_slowest(shares, job),
        training=tuple(_training(eligible, mfu((run for run in runs if run.model in models), seed), lost)),
        delivered_draws=rates["networked"],
    )


def _steps(
    shares: Sequence[Share], delivery: Delivery, job: int, nodes: int, seed: int, *, rates: dict[str, Factor]
) -> Iterator[WaterfallStep]:
    """The steps of the chain; ``rates`` is given the draws of each."""
    peak = sum(share.peak_pflops for share in shares)
    yield _first(peak)
    kept = 1 - delivery.hot_spare_fraction
    spares = (
        f"{delivery.hot_spare_fraction:.1%} kept as hot spares: this plan" if kept < 1 else "no hot spares declared"
    )
    chain: list[tuple[str, Factor, str]] = [
        ("eligible", kept, spares),
        ("calibrated", _calibrated(shares, peak, seed), _calibration_source(shares)),
        ("available", *available(delivery, nodes, seed)),
        ("networked", *networked(delivery, job, seed)),
        ("goodput", *goodput(delivery, job, seed)),
    ]
    rate: Factor = peak
    for name, factor, source in chain:
        rate = rates[name] = rate * factor
        yield _step(name, rate, factor, source)


def _training(eligible: float, share: tuple[Factor, str], lost: tuple[Factor, str]) -> Iterator[WaterfallStep]:
    """Model FLOP/s, and the useful part of them."""
    rate: Factor = eligible
    for name, (factor, source) in (("model FLOP/s", share), ("useful", lost)):
        rate = rate * factor
        yield _step(name, rate, factor, source)


def plan_waterfalls(design: Design) -> tuple[Waterfall, ...]:
    """The throughput of each phase at every precision with a target (BF16 without one), in the order of the targets.

    A phase is left out at a precision where it has neither devices with a peak nor a target.
    """
    targets = sorted(design.hub.targets, key=lambda target: (target.by, target.name))
    due = [(target.phase or design.phase_on(target.by).name, peak_precision(design, target)) for target in targets]
    precisions = tuple(dict.fromkeys(precision for _, precision in due)) or (Precision.BF16,)
    chains = [phase_waterfalls(design, precision) for precision in precisions]
    return tuple(
        chain
        for of_phase in zip(*chains, strict=True)
        for chain in of_phase
        if len(precisions) == 1 or chain.delivered.mid or (chain.label, chain.precision) in due
    )


def phase_waterfalls(design: Design, precision: Precision) -> tuple[Waterfall, ...]:
    """The throughput of everything in service on the day of each phase."""
    return tuple(
        waterfall(
            design,
            [placement for placement in design.placements if design.in_service_on(placement, phase.in_service)],
            label=phase.name,
            day=phase.in_service,
            precision=precision,
        )
        for phase in design.phases
    )


def reading_day(design: Design) -> date:
    """The day from which evidence is seen: that of this release, or of a newer assumption or measurement.

    It is never earlier than the release: what is old stays old in a plan whose own dates are old.
    """
    days = [assumption.as_of for assumption in design.hub.assumptions]
    days += [measurement.as_of for measurement in design.evidence.measurements]
    return max([AS_OF, *days])


def largest_job(design: Design, placements: Iterable[Placement]) -> int:
    """Accelerators on the fabric that joins most of them; without one, those of the largest pod."""
    by_fabric: dict[str, int] = {}
    largest = 1
    kinds = {fabric.name: fabric.kind for fabric in design.hub.fabrics}
    for one in placements:
        count = sum(design.pod(one).accelerators.values())
        largest = max(largest, count)
        for name in one.fabrics:
            if kinds.get(name) is FabricKind.SCALE_OUT:
                by_fabric[name] = by_fabric.get(name, 0) + count
    return max([largest, *by_fabric.values()])


def _nodes(design: Design, placements: Iterable[Placement]) -> dict[str, int]:
    """Nodes by the model of accelerator that they hold; a node of two models counts for the first."""
    nodes: dict[str, int] = {}
    for one in placements:
        for rack, facts in design.pod(one).rack_groups:
            for count, node in facts.nodes:
                if node.accelerators:
                    model = node.accelerators[0].model
                    nodes[model] = nodes.get(model, 0) + rack.count * count
    return nodes


def _shares(
    design: Design, placements: Iterable[Placement], precision: Precision, nodes: Mapping[str, int]
) -> tuple[tuple[Share, ...], tuple[tuple[str, int], ...]]:
    shares, without_a_figure = [], []
    for model, count in sorted(design.packages(placements).items()):
        figure = design.accelerator(model).peak(precision, Sparsity.DENSE)
        if figure is None:
            without_a_figure.append((model, count))
            continue
        hosts = nodes.get(model, count)
        measured = design.evidence.of(model, precision)
        found = calibrate(
            model,
            precision,
            measured,
            reading_day(design),
            figure.value,
            fleet_hosts=hosts,
            further=design.catalogue.measured,
            reported=design.evidence.reported_of(model, precision),
        )
        peak = count * figure.value / TFLOPS_PER_PFLOPS
        shares.append(Share(model=model, packages=count, hosts=hosts, peak_pflops=peak, calibration=found))
    return tuple(shares), tuple(without_a_figure)


def _first(peak: float) -> WaterfallStep:
    source = "packages x dense peak of the catalogue, in service on the day"
    return WaterfallStep(
        name="installed peak",
        low=peak,
        mid=peak,
        high=peak,
        factor_low=1.0,
        factor_mid=1.0,
        factor_high=1.0,
        source=source,
    )


def _step(name: str, rate: Factor, factor: Factor, source: str) -> WaterfallStep:
    low, mid, high = quantiles(rate)
    least, middle, most = quantiles(factor)
    return WaterfallStep(
        name=name,
        low=low,
        mid=mid,
        high=high,
        factor_low=least,
        factor_mid=middle,
        factor_high=most,
        source=source,
    )


def _calibrated(shares: Sequence[Share], peak: float, seed: int) -> Factor:
    """The mean share of peak over the whole fleet, drawn with the models' common part."""
    if not peak:
        return 1.0
    return sum((share.peak_pflops / peak) * fleet_draws(share, seed) for share in shares)


def fleet_draws(share: Share, seed: int) -> Draws:
    """Draws of the mean over this plan's devices of one model."""
    import numpy as np

    z = math.sqrt(SHARED_STACK) * normals("software stack", seed)
    z = ranked(z + math.sqrt(1 - SHARED_STACK) * normals(share.model, seed))
    return np.interp(z, *share.calibration.posterior.fleet(share.hosts, share.packages).table())


def _calibration_source(shares: Sequence[Share]) -> str:
    counted = [f"{share.model} {share.calibration.grade} ({share.calibration.source})" for share in shares]
    return "; ".join(counted) or "nothing to calibrate"


def _slowest(shares: Sequence[Share], ranks: int) -> float:
    """Pace of a synchronous job over the mean of its devices."""
    return expected_minimum_share([(share.packages, share.calibration) for share in shares], ranks)
