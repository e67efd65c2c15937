"""Training runs and services: device-hours, days, energy, carbon and cost; docs/basis/work.md.

Peak, delivered, MFU and goodput are four words. MFU is a share of the peak. A published MFU holds matrix products,
network and idle time already, so a training run takes nothing else of the throughput chain. Goodput is the share of the
time that interruptions and checkpoints leave.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petaplan.capacity.delivery import Delivery
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Phase
from petaplan.capacity.memo import memoized
from petaplan.capacity.throughput.losses import DEVICE_MTBF_HOURS, goodput_fraction
from petaplan.capacity.workloads import InferenceService, TrainingRun

FLOP_PER_PARAMETER_AND_TOKEN = 6.0
"""Forward and backward pass of a dense layer; docs/basis/work.md#training."""
FLOP_PER_GENERATED_TOKEN = 2.0
HOURS_PER_DAY = 24.0
SECONDS_PER_HOUR = 3_600.0
FLOP_PER_TFLOP = 1e12


@dataclass(frozen=True, kw_only=True, slots=True)
class RunNeed:
    """What one training run takes. ``days`` is None where the chip has no peak at the precision of the run."""

    phase: str
    run: TrainingRun
    flop: float
    peak_tflops: float | None
    goodput: float
    goodput_source: str
    days: float | None
    available: int
    """Accelerators of the model in service throughout the run, at the least."""

    @property
    def device_hours(self) -> float | None:
        """Accelerator-hours of the run."""
        return None if self.days is None else self.days * HOURS_PER_DAY * self.run.accelerators_in_step

    @property
    def days_given(self) -> int:
        """Days from its start to the day on which it must be done."""
        return (self.run.done_by - self.run.starts).days

    @property
    def ends(self) -> date | None:
        """Day on which it is done; None where that is not known, or beyond the calendar."""
        left = (date.max - self.run.starts).days
        if self.days is None or self.days > left:
            return None
        return self.run.starts + timedelta(days=math.ceil(self.days))


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceNeed:
    """What one service takes, in whole accelerators; None where a figure is not known."""

    phase: str
    service: InferenceService
    by_rate: int | None
    """Accelerators for its rate."""
    by_memory: int | None
    """Accelerators for its memory."""

    @property
    def accelerators(self) -> int | None:
        """The larger of both."""
        return None if self.by_rate is None or self.by_memory is None else max(self.by_rate, self.by_memory)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOfWork:
    """Accelerators of one model that are asked for on a day, by who asks."""

    day: date
    model: str
    in_service: int
    asked: tuple[tuple[str, int | None], ...]

    @property
    def whole(self) -> int | None:
        """All of them; None where one is not known."""
        counts = [count for _, count in self.asked]
        return None if None in counts else sum(count for count in counts if count is not None)


@memoized
def run_needs(design: Design) -> tuple[RunNeed, ...]:
    """Every training run of a plan."""
    return tuple([run_need(design, phase.name, run) for phase in design.phases for run in phase.training_runs])


def run_need(design: Design, phase: str, run: TrainingRun) -> RunNeed:
    """``days = 6 N D / (devices x peak x MFU x goodput)``."""
    delivery = design.hub.delivery or Delivery()
    hours = delivery.device_mtbf_hours or DEVICE_MTBF_HOURS
    kept = goodput_fraction(hours, run.accelerators_in_step, delivery.checkpoint_minutes, delivery.restart_minutes)
    who = "this plan" if delivery.device_mtbf_hours else "419 interruptions of 16,384 H100 in 54 days"
    flop = FLOP_PER_PARAMETER_AND_TOKEN * run.active_parameters * run.tokens
    peak = _peak_tflops(design, run.model, run.precision)
    rate = (peak or 0.0) * FLOP_PER_TFLOP * run.accelerators_in_step * run.mfu_fraction * kept
    return RunNeed(
        phase=phase,
        run=run,
        flop=flop,
        peak_tflops=peak,
        goodput=kept,
        goodput_source=f"{hours:,.0f} h between interruptions of one accelerator: {who}",
        days=flop / rate / SECONDS_PER_HOUR / HOURS_PER_DAY if rate else None,
        available=min(in_service(design, run.model, day) for day in _days_between(design, run.starts, run.done_by)),
    )


def _days_between(design: Design, first: date, last: date) -> list[date]:
    """The first day, and every day until the last on which something enters or leaves service."""
    return [first, *(day for day in design.change_dates if first < day <= last)]


@memoized
def service_needs(design: Design) -> tuple[ServiceNeed, ...]:
    """Every service of a plan."""
    services = ((phase, service) for phase in design.phases for service in phase.inference_services)
    return tuple([service_need(design, phase.name, service) for phase, service in services])


def service_need(design: Design, phase: str, service: InferenceService) -> ServiceNeed:
    """The larger of ``2 N tokens/s / (peak x utilisation)`` and memory over the memory of one."""
    peak = _peak_tflops(design, service.model, service.precision)
    memory = design.accelerator(service.model).memory_gb
    asked = FLOP_PER_GENERATED_TOKEN * service.active_parameters * service.tokens_per_s
    each = (peak or 0.0) * FLOP_PER_TFLOP * service.utilisation_fraction
    return ServiceNeed(
        phase=phase,
        service=service,
        by_rate=math.ceil(asked / each) if each else None,
        by_memory=None if memory is None else math.ceil(service.memory_gb / memory.value),
    )


def days_of_work(design: Design) -> Iterator[DayOfWork]:
    """Each model on each day on which what is asked of it, or in service, changes; only models with work."""
    for model in sorted({each.model for each in _bookings(design)}):
        booked = [each for each in _bookings(design) if each.model == model]
        for day in _days_of(design, booked):
            there = in_service(design, model, day)
            asked = tuple([(each.name, each.accelerators(there)) for each in booked if each.holds(day)])
            if asked:
                yield DayOfWork(day=day, model=model, in_service=there, asked=asked)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Booking:
    """Accelerators of one model that are asked for from a day on: so many, or a share of those in service."""

    name: str
    model: str
    starts: date
    ends: date | None = None
    """First day on which they are free again."""
    count: int | None = None
    """None where it is not known, or a share."""
    fraction: float | None = None

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def accelerators(self, in_service: int) -> int | None:
        return self.count if self.fraction is None else math.ceil(self.fraction * in_service - 1e-9)


@memoized
def _bookings(design: Design) -> tuple[_Booking, ...]:
    return tuple(booking for phase in design.phases for booking in _of_phase(design, phase))


def _of_phase(design: Design, phase: Phase) -> Iterator[_Booking]:
    for need in run_needs(design):
        if need.phase == phase.name:
            run, ends = need.run, need.ends or need.run.done_by
            name, count = f"{phase.name}/{run.name}", run.accelerators_in_step
            yield _Booking(name=name, model=run.model, starts=run.starts, ends=ends, count=count)
    for wanted in service_needs(design):
        if wanted.phase == phase.name:
            one, name = wanted.service, f"{phase.name}/{wanted.service.name}"
            known = wanted.accelerators
            yield _Booking(name=name, model=one.model, starts=one.starts, ends=one.ends, count=known)
    for reserve in phase.research_reserves:
        name, share = f"{phase.name}/research", reserve.reserved_fraction
        yield _Booking(name=name, model=reserve.model, starts=phase.in_service, fraction=share)


def _days_of(design: Design, booked: Sequence[_Booking]) -> list[date]:
    """The days on which bookings begin or end, and the later ones on which something enters or leaves service."""
    days = {day for each in booked for day in (each.starts, each.ends) if day is not None}
    first = min(days)
    return sorted(days | {day for day in design.change_dates if day > first})


def in_service(design: Design, model: str, day: date) -> int:
    """Accelerators of a model in service on a day."""
    return sum(
        design.pod(one).accelerators.get(model, 0) for one in design.placements if design.in_service_on(one, day)
    )


def kw_of_one(design: Design, model: str) -> float | None:
    """IT power of one accelerator with its part of the rack, kW: the mean over its racks; None where not known."""
    power_kw, count = 0.0, 0
    for one in design.placements:
        facts = design.pod(one)
        if facts.accelerators.get(model):
            if facts.it_power_kw.value is None:
                return None
            power_kw += facts.it_power_kw.value * _part(design, one, model)
            count += facts.accelerators[model]
    return power_kw / count if count else None


def _part(design: Design, placement: Placement, model: str) -> float:
    """Share of a pod's accelerators that are of one model."""
    accelerators = design.pod(placement).accelerators
    return accelerators[model] / sum(accelerators.values())


def _peak_tflops(design: Design, model: str, precision: Precision) -> float | None:
    figure = design.accelerator(model).peak(precision)
    return None if figure is None else figure.value
