"""The report on a plan: its verdict, its findings, and the sources of its figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.facts.assumptions import is_of_plan
from petaplan.capacity.facts.catalog import Layer, Overridden
from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.figures import UNPUBLISHED, Figure, Precision, Status
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Product
from petaplan.capacity.hub import Assumption, Phase
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.counted import peak_precision, peaks
from petaplan.capacity.throughput.measured import MeasuredShare
from petaplan.capacity.units import KW_PER_MW, TFLOPS_PER_PFLOPS


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseSummary:
    """What is in service on the day of a phase, all earlier phases included."""

    name: str
    in_service: date
    pods: int
    racks: int
    accelerators: int
    it_power_mw: float
    it_power_known: bool
    """Whether every rack's power is known; otherwise the sum is a lower bound."""
    pflops: tuple[tuple[Precision, float], ...]
    """Dense matrix peak by precision, PFLOP/s (POP/s for int8), where any device has a figure."""
    added_pflops: tuple[tuple[Precision, float], ...]
    pflops_per_mw: tuple[tuple[Precision, float], ...]
    """Dense matrix peak over IT power, PFLOP/s (POP/s for int8) per MW; empty where some power is not known."""
    targets: tuple[str, ...]
    target_pflops: tuple[float, ...]
    """What each of its peak targets asks for, PFLOP/s (POP/s for int8)."""
    delivered_pflops: tuple[float, ...]
    """What each of its targets of delivered petaflops asks for, PFLOP/s (POP/s for int8)."""
    verdict: Verdict
    """SHORTFALL, PASS, or REVIEW where a target of it names no precision or is met by unverified figures alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """PFLOP/s of one target by what is known of the figures behind them."""

    target: str
    precision: Precision
    shares: tuple[tuple[Status, float], ...]
    assumed_fillings: float
    """PFLOP/s that rest on an assumption of this very plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The verdict on a plan, and everything behind it."""

    hub: str
    verdict: Verdict
    """SHORTFALL or PASS; UNKNOWN where rules need a value that is hidden, and nothing else falls short."""
    strict: bool
    phases: tuple[PhaseSummary, ...]
    findings: tuple[Finding, ...]
    silent_rules: tuple[str, ...] = ()
    """Rules without a finding in this plan."""
    bases: tuple[Basis, ...]
    measured: tuple[MeasuredShare, ...] = ()
    """For each target, where evidence was given."""
    assumptions: tuple[Assumption, ...]
    assumed_figures: tuple[tuple[str, Figure], ...]
    """Figures of the catalogue in use that are assumed, with their place."""
    layers: tuple[Layer, ...] = ()
    """Layers of the catalogue over the shipped one, the last on top."""
    overridden: tuple[Overridden, ...] = ()
    """Each figure or product that a layer put in the place of another."""
    cannot_tell: tuple[str, ...] = ()
    """Each hidden value that rules need, with those rules: they were not judged."""
    untold_rules: tuple[str, ...] = ()
    """The rules that need a hidden value."""

    def of(self, *verdicts: Verdict) -> tuple[Finding, ...]:
        """The findings with one of these verdicts."""
        return tuple(finding for finding in self.findings if finding.verdict in verdicts)

    @property
    def exit_code(self) -> int:
        """0 pass, 1 shortfall, 4 where rules need a hidden value."""
        if self.cannot_tell and self.verdict is not Verdict.SHORTFALL:
            return 4
        return 0 if self.verdict is Verdict.PASS else 1


def phase_summary(design: Design, phase: Phase, verdict: Verdict) -> PhaseSummary:
    """What is in service on the day of a phase."""
    in_service = [placement for placement in design.placements if design.in_service_on(placement, phase.in_service)]
    added = [placement for placement in in_service if placement.phase == phase.name]
    installed = peaks(design, in_service)
    facts = [design.pod(placement) for placement in in_service]
    targets = [one for one in design.hub.targets if (one.phase or design.phase_on(one.by).name) == phase.name]
    megawatts = sum(f.it_power_kw.value or 0.0 for f in facts) / KW_PER_MW
    known = all(f.it_power_kw.value is not None for f in facts)
    return PhaseSummary(
        name=phase.name,
        in_service=phase.in_service,
        pods=sum(isinstance(placement, Pod) for placement in in_service),
        racks=sum(f.rack_count for f in facts),
        accelerators=sum(sum(f.accelerators.values()) for f in facts),
        it_power_mw=megawatts,
        it_power_known=known,
        pflops=installed,
        pflops_per_mw=tuple((one, value / megawatts) for one, value in installed if known and megawatts),
        added_pflops=peaks(design, added),
        targets=tuple(target.name for target in targets),
        target_pflops=tuple(target.pflops for target in targets if target.measure is Measure.PEAK),
        delivered_pflops=tuple(target.pflops for target in targets if target.measure is Measure.DELIVERED),
        verdict=verdict,
    )


def bases_of(design: Design) -> Iterator[Basis]:
    """What the PFLOP/s of each target rest on."""
    for target in design.hub.targets:
        precision = peak_precision(design, target)
        shares: dict[Status, float] = dict.fromkeys(Status, 0.0)
        fillings = 0.0
        in_service = [placement for placement in design.placements if design.in_service_on(placement, target.by)]
        for model, count in design.packages(in_service).items():
            figure = design.accelerator(model).peak(precision, target.sparsity, target.engine)
            if figure is not None:
                pflops = count * figure.value / TFLOPS_PER_PFLOPS
                shares[figure.status] += pflops
                fillings += pflops if is_of_plan(figure) else 0.0
        known = tuple((status, value) for status, value in shares.items() if value)
        yield Basis(target=target.name, precision=precision, shares=known, assumed_fillings=fillings)


def assumed_in_use(design: Design) -> Iterator[tuple[str, Figure]]:
    """Assumed catalogue figures of the hardware in the plan; the plan's own assumptions are listed separately."""
    for product in _in_use(design):
        for path, _, figure in figures_of(product):
            if figure is not None and figure.status in UNPUBLISHED and not is_of_plan(figure):
                yield f"{product.model}.{path}", figure


def _in_use(design: Design) -> Iterator[Product]:
    seen: dict[str, Product] = {}
    for placement in design.placements:
        for _, facts in design.pod(placement).rack_groups:
            seen.setdefault(facts.model.model, facts.model)
            for _, product in (*facts.nodes, *facts.switches):
                seen.setdefault(product.model, product)
            for model in facts.accelerators:
                seen.setdefault(model, design.accelerator(model))
    yield from (seen[model] for model in sorted(seen))
