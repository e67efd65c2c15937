"""A plan beside published systems: like precision, sparsity and engine only, per megawatt and per rack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import UNPUBLISHED, Engine, Figure, Precision, Sparsity, Status, worst_of
from petaplan.capacity.hardware import Accelerator, Devices, PublishedSystem, RateKind, SystemRate
from petaplan.capacity.hub import Phase
from petaplan.capacity.quantity import total
from petaplan.capacity.throughput.counted import peaks
from petaplan.capacity.units import KW_PER_MW, TFLOPS_PER_PFLOPS

NEAR = 0.05
"""A headline over its devices that is within so much of a listed rate reads as that rate."""

Convention = tuple[Precision, Sparsity, Engine]
"""What two rates must share to be compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSide:
    """What of a plan is in service on the day of a phase."""

    hub: str
    phase: str
    day: date
    accelerators: int
    racks: int
    it_power_mw: float | None
    rates: Mapping[Convention, float]
    """PFLOP/s by convention; a device without such a figure counts for nothing."""
    partial: frozenset[Convention]
    """Those for which some device has no figure."""
    statuses: Mapping[Convention, Status]

    def per_mw(self, convention: Convention) -> float | None:
        """PFLOP/s of a MW of the racks; None where the power of one is unknown."""
        rate = self.rates.get(convention)
        return rate / self.it_power_mw if rate is not None and self.it_power_mw else None

    def per_rack(self, convention: Convention) -> float | None:
        """PFLOP/s of a rack, switch racks included."""
        rate = self.rates.get(convention)
        return rate / self.racks if rate is not None and self.racks else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedRate:
    """One rate of a published system, and the same rate of the plan where there is one."""

    system: PublishedSystem
    kind: RateKind
    derived: bool
    """Whether it is the sum of its devices' listed rates, and not a rate that somebody published."""
    precision: Precision
    sparsity: Sparsity | None
    engine: Engine
    pflops: float | None
    status: Status | None
    as_of: date | None
    source: str
    plan: float | None
    plan_partial: bool
    why_not: str
    """Why the plan is not compared; empty where it is."""
    note: str = ""
    """Further words of the source, or what the rate reads as."""

    @property
    def ratio(self) -> float | None:
        """The plan over the system; None where either is unknown, or where a part of the plan has no figure."""
        return self.plan / self.pflops if self.plan is not None and self.pflops and not self.plan_partial else None

    @property
    def per_mw(self) -> float | None:
        """PFLOP/s of a MW; what the MW includes differs from system to system."""
        power = self.system.power_kw
        return self.pflops / (power.value / KW_PER_MW) if self.pflops is not None and power is not None else None

    @property
    def per_rack(self) -> float | None:
        """PFLOP/s of a rack."""
        racks = self.system.racks
        return self.pflops / racks.value if self.pflops is not None and racks is not None else None

    @property
    def unverified(self) -> tuple[str, ...]:
        """Which of the figures of the row stand in no document."""
        power, racks = self.system.power_kw, self.system.racks
        statuses = {
            "rate": self.status,
            "power": power.status if power is not None else None,
            "racks": racks.status if racks is not None else None,
        }
        return tuple(name for name, status in statuses.items() if status in UNPUBLISHED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """A plan, and what stands beside it."""

    plan: PlanSide
    asked: tuple[Convention, ...]
    """Conventions in which the sum of the devices of each system is shown."""
    rates: tuple[ComparedRate, ...]


def in_service(design: Design, phase: Phase) -> tuple[Placement, ...]:
    """Pods and racks in service on the day of a phase."""
    return tuple(one for one in design.placements if design.in_service_on(one, phase.in_service))


def plan_side(design: Design, phase: Phase) -> PlanSide:
    """The plan on the day of a phase."""
    placements = in_service(design, phase)
    facts = [design.pod(placement) for placement in placements]
    power = total((1, one.it_power_kw) for one in facts).value
    packages = design.packages(placements)
    known: dict[Convention, float] = {}
    partial, statuses = set[Convention](), dict[Convention, Status]()
    for sparsity in Sparsity:
        for engine in Engine:
            for precision, value in peaks(design, placements, sparsity, engine):
                convention = (precision, sparsity, engine)
                figures = [design.accelerator(model).peak(*convention) for model in packages]
                known[convention] = value
                statuses[convention] = worst_of(*(one.status for one in figures if one is not None))
                if None in figures:
                    partial.add(convention)
    return PlanSide(
        hub=design.hub.name,
        phase=phase.name,
        day=phase.in_service,
        accelerators=sum(packages.values()),
        racks=sum(one.rack_count for one in facts),
        it_power_mw=None if power is None else power / KW_PER_MW,
        rates=known,
        partial=frozenset(partial),
        statuses=statuses,
    )


def beside(
    design: Design, phase: Phase, systems: Sequence[PublishedSystem], precision: Precision | None = None
) -> Beside:
    """The plan beside systems, rate by rate; further the dense sum of their devices at each precision of a target."""
    plan = plan_side(design, phase)
    asked = tuple((one, Sparsity.DENSE, Engine.MATRIX) for one in _asked(design, precision))
    rates = [rate for system in systems for rate in _rates(system, plan, asked, design.catalogue)]
    return Beside(plan=plan, asked=asked, rates=tuple(rates))


def _asked(design: Design, precision: Precision | None) -> tuple[Precision, ...]:
    """The precision that is asked for, else the first one of each target, else BF16."""
    if precision is not None:
        return (precision,)
    firsts = (target.precisions[0] for target in design.hub.targets)
    stated = (one for one in firsts if one is not Precision.UNSTATED)
    return tuple(dict.fromkeys(stated)) or (Precision.BF16,)


def _rates(
    system: PublishedSystem, plan: PlanSide, asked: Sequence[Convention], catalogue: Catalogue
) -> Iterator[ComparedRate]:
    """The published rates, then the sums of the devices that none of them says."""
    said = {(rate.precision, rate.sparsity, rate.engine) for rate in system.rates if rate.kind is RateKind.PEAK}
    for rate in system.rates:
        yield _published(system, rate, plan, catalogue)
    for convention in asked:
        if convention not in said and (system.devices or not system.rates):
            yield _summed(system, convention, plan, catalogue)


def _published(system: PublishedSystem, rate: SystemRate, plan: PlanSide, catalogue: Catalogue) -> ComparedRate:
    why = _why_not(rate, plan)
    convention = (rate.precision, rate.sparsity or Sparsity.DENSE, rate.engine)
    words = (rate.pflops.note or "", reading(system, rate, catalogue))
    return ComparedRate(
        system=system,
        kind=rate.kind,
        derived=False,
        precision=rate.precision,
        sparsity=rate.sparsity,
        engine=rate.engine,
        pflops=rate.pflops.value,
        status=rate.pflops.status,
        as_of=rate.pflops.as_of,
        source=rate.pflops.source,
        plan=None if why else plan.rates.get(convention),
        plan_partial=convention in plan.partial,
        why_not=why,
        note="; ".join(word for word in words if word),
    )


def _why_not(rate: SystemRate, plan: PlanSide) -> str:
    """Why a published rate is compared with nothing of the plan; empty where it is compared."""
    if rate.precision is Precision.UNSTATED or rate.sparsity is None:
        return "basis not stated"
    if rate.kind is not RateKind.PEAK:
        return "HPL is no peak"
    return _no_figure((rate.precision, rate.sparsity or Sparsity.DENSE, rate.engine), plan)


def _no_figure(convention: Convention, plan: PlanSide) -> str:
    return "" if convention in plan.rates else f"no {_words(convention)} figure"


def _words(convention: Convention) -> str:
    """A convention without its usual words.

    >>> _words((Precision.FP64, Sparsity.DENSE, Engine.VECTOR))
    'fp64 vector'
    """
    return " ".join(str(part) for part in convention if part not in {Sparsity.DENSE, Engine.MATRIX})


def _summed(system: PublishedSystem, convention: Convention, plan: PlanSide, catalogue: Catalogue) -> ComparedRate:
    """The listed rates of the devices of a system, added up; unknown where one of them has no count or no figure."""
    parts = [(one, _peak(one, convention, catalogue)) for one in system.devices]
    lacking = [_lack(one, peak, convention) for one, peak in parts]
    known = [(one.count, peak) for one, peak in parts if one.count is not None and peak is not None]
    whole = bool(parts) and len(known) == len(parts)
    statuses = [figure.status for pair in known for figure in pair]
    why = _no_figure(convention, plan) if whole else "their rate is unknown"
    return ComparedRate(
        system=system,
        kind=RateKind.PEAK,
        derived=True,
        precision=convention[0],
        sparsity=convention[1],
        engine=convention[2],
        pflops=sum(count.value * peak.value for count, peak in known) / TFLOPS_PER_PFLOPS if whole else None,
        status=worst_of(Status.DERIVED, *statuses) if whole else None,
        as_of=min(count.as_of for count, _ in known) if whole else None,
        source=", ".join(dict.fromkeys(count.source for count, _ in known)) if whole else "",
        plan=None if why else plan.rates[convention],
        plan_partial=convention in plan.partial,
        why_not=why,
        note=_told(system.devices) if whole else "; ".join(one for one in lacking if one) or "no devices are stated",
    )


def _peak(devices: Devices, convention: Convention, catalogue: Catalogue) -> Figure | None:
    chip = catalogue.find(Accelerator, devices.model) if devices.model else None
    return chip.peak(*convention) if chip is not None else None


def _lack(devices: Devices, peak: Figure | None, convention: Convention) -> str:
    if devices.count is None:
        return f"the number of {devices.name} is not stated"
    if devices.model is None:
        return f"{devices.name} is no model of the catalogue"
    return "" if peak is not None else f"no {_words(convention)} figure of {devices.model}"


def _told(devices: Sequence[Devices]) -> str:
    return " + ".join(f"{one.count.value:,.0f} x {one.model}" for one in devices if one.count is not None)


def reading(system: PublishedSystem, rate: SystemRate, catalogue: Catalogue) -> str:
    """The listed rates of its device that a headline without precision or sparsity is near; empty for any other rate.

    A listed rate from the document of the headline is left out: it may follow from the headline.
    """
    stated = rate.precision is not Precision.UNSTATED and rate.sparsity is not None
    if stated or len(system.devices) != 1 or system.devices[0].count is None:
        return ""
    count, model = system.devices[0].count, system.devices[0].model
    chip = catalogue.find(Accelerator, model) if model else None
    each = rate.pflops.value * TFLOPS_PER_PFLOPS / count.value
    near = [
        f"{_words((peak.precision, peak.sparsity, peak.engine))} ({peak.tflops.value:,.0f})"
        for peak in (chip.peaks if chip is not None else ())
        if peak.tflops is not None
        and peak.precision is not Precision.INT8
        and peak.tflops.source != rate.pflops.source
        and abs(each / peak.tflops.value - 1) <= NEAR
    ]
    words = f"{each:,.0f} TFLOP/s for each {model}"
    return f"{words}, near {' and '.join(near)}" if near else f"{words}, near none of its listed rates"
