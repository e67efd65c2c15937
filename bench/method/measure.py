"""One device at one precision in one process: choose, burst, load for the time that was given, verify."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as record

from petaplan.bench.devices.common.device import Batch, Device, Engine, Heat, Workload
from petaplan.bench.evidence.record import (
    Batches,
    Candidate,
    Compute,
    DeviceRecord,
    Peak,
    Shape,
    Telemetry,
    Verification,
)
from petaplan.bench.method.choosing import calls_for, choose, choose_all
from petaplan.bench.method.clocks import ClockWatch, soundly_timed
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.method.verify import Checker
from petaplan.bench.precision import Precision
from petaplan.bench.settling import Load, settle
from petaplan.bench.statistics import FEWEST, Samples, estimate

__all__ = ["MeasurementProgress", "MeasurementSettings", "ProcessResult", "choose", "measure"]

_BURST_BATCHES = 8
_BURST_SECONDS = 0.1
_REST_SECONDS = 0.4
_BATCH_SECONDS = 0.06
_MOST_BATCHES = 2000
"""Of a load; those of a longer one take more time each."""
_TELL_EVERY = 8
_TOLD_BATCHES = 100
"""Last batches behind the progress that is sent."""

Phase = Literal["choosing", "burst", "sustained", "verifying"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasurementProgress:
    """Progress of the measurement."""

    phase: Phase
    batches: int = 0
    median: float | None = None
    half_width_fraction: float | None = None
    clock_mhz: float | None = None
    temperature_c: float | None = None
    seconds: float = 0.0


@record(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class ProcessResult:
    """What one process measured."""

    device: DeviceRecord
    precision: Precision
    engine: Engine
    shape: Shape
    algorithm: int
    compute: Compute
    peak: Peak | None
    maximum_clock_mhz: float | None
    clock_how: str
    must_agree: dict[str, str]
    candidates: tuple[Candidate, ...]
    untried: int = 0
    """Kernels that were not tried because the time for choosing was over."""
    batches: Batches
    heat: Heat | None
    interrupted: bool
    verification: Verification
    telemetry: Telemetry


@dataclass(slots=True)
class _Series:
    """The batches up to now."""

    flop_per_call: int
    phases: list[Literal["burst", "settling", "sustained"]] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def add(self, phase: Literal["burst", "settling", "sustained"], batch: Batch) -> None:
        self.phases.append(phase)
        self.batches.append(batch)

    def after_burst(self) -> list[Batch]:
        return [b for b, phase in zip(self.batches, self.phases, strict=True) if phase != "burst"]

    def seconds_per_call(self, batch: Batch) -> float:
        """Of the first batch, or of this one before there is any."""
        first = self.batches[0] if self.batches else batch
        return first.seconds / first.calls

    def last_rates(self) -> Samples:
        """Tera-operations a second of the last batches after the burst."""
        return np.array([self.flop_per_call * b.calls / b.seconds / 1e12 for b in self.after_burst()[-_TOLD_BATCHES:]])

    def load(self) -> Load:
        """The batches after the burst, work in tera-operations."""
        found = self.after_burst()
        return Load(
            times=np.array([b.start_seconds for b in found]),
            seconds=np.array([b.seconds for b in found]),
            work=np.array([self.flop_per_call * b.calls / 1e12 for b in found]),
        )

    def mark_sustained(self, start: int) -> None:
        """The batches from this one on (counted after the burst) are reported."""
        first = self.phases.count("burst") + start
        for index in range(first, len(self.phases)):
            self.phases[index] = "sustained"

    def columns(self) -> Batches:
        origin = self.batches[0].start_seconds if self.batches else 0.0
        return Batches(
            process=(0,) * len(self.batches),
            phase=tuple(self.phases),
            start_seconds=tuple(b.start_seconds - origin for b in self.batches),
            seconds=tuple(b.seconds for b in self.batches),
            calls=tuple(b.calls for b in self.batches),
            clock_mhz=tuple(b.clock_mhz for b in self.batches),
            temperature_c=_known(tuple(b.temperature_c for b in self.batches)),
            processor_seconds=_known(tuple(b.processor_seconds for b in self.batches)),
        )


def _known(column: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """The column, or none where nothing is known."""
    return column if any(value is not None for value in column) else ()


def measure(
    device: Device, precision: Precision, plan: MeasurementSettings, tell: Callable[[MeasurementProgress], None]
) -> ProcessResult:
    """Measure in this process; a row joins the results of several."""
    tell(MeasurementProgress(phase="choosing"))
    chosen = choose_all(device, precision, plan)
    shape, algorithm = chosen.shape, chosen.algorithm
    workload = device.prepare(precision, shape, plan.data, plan.seed, algorithm)
    try:
        series = _Series(flop_per_call=shape.flop)
        checker = Checker(workload, precision, plan.seed)
        session = _Session(device=device, workload=workload, checker=checker, series=series, plan=plan, tell=tell)
        with device.watch() as watch:  # energy, load and throttling of the burst and the load alone
            interrupted = session.run()
            telemetry = watch.reading()
        tell(MeasurementProgress(phase="verifying", batches=len(series.batches)))
        verification = checker.conclude()
        compute = workload.compute
    finally:
        workload.close()
    return ProcessResult(
        device=device.record,
        precision=precision,
        engine=device.engine(precision),
        shape=shape,
        algorithm=algorithm,
        compute=compute,
        peak=device.peak(precision),
        maximum_clock_mhz=device.maximum_clock_mhz(),
        clock_how=device.clock_method(),
        must_agree=device.must_agree(precision),
        candidates=chosen.candidates,
        untried=chosen.untried,
        batches=series.columns(),
        heat=device.heat(),
        interrupted=interrupted,
        verification=verification,
        telemetry=telemetry,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Session:
    """The measurement of one workload, from its first product to the last."""

    device: Device
    workload: Workload
    checker: Checker
    series: _Series
    plan: MeasurementSettings
    tell: Callable[[MeasurementProgress], None]

    def run(self) -> bool:
        """Measure the burst, then the load; whether Ctrl-C ended it, with the batches up to now."""
        try:
            per_call = self._first_products()
            calls = calls_for(max(_BATCH_SECONDS, self._load_seconds / _MOST_BATCHES), per_call)
            self.workload.reserve(calls)
            self._burst(per_call)
            self._sustain(calls)
        except KeyboardInterrupt:
            self._rewrite()
            return True
        return False

    @property
    def _load_seconds(self) -> float:
        return max(self.plan.seconds, self.plan.soak_seconds)

    def _rewrite(self) -> None:
        """Multiply every set once more: an interruption between poison and product must not look like a fault."""
        sets = self.checker.arm(self.workload.set_count)
        self.workload.time_batch(self.workload.set_count)
        self.checker.compare(sets, "products after the interruption")

    def _first_products(self) -> float:
        """Multiply every set once, unreported: this gives the reference bits and the time of one call."""
        sets = self.checker.arm(self.workload.set_count)
        batch = soundly_timed(self.workload.time_batch(self.workload.set_count))
        self.checker.compare(sets, "first products")
        again = soundly_timed(self.workload.time_batch(1))
        return min(batch.seconds / batch.calls, again.seconds)

    def _burst(self, per_call: float) -> None:
        self.device.rest(_REST_SECONDS)
        self.tell(MeasurementProgress(phase="burst"))
        calls = calls_for(_BURST_SECONDS / _BURST_BATCHES, per_call)
        started, watch = self.device.seconds(), ClockWatch(self.device)
        clock = self.device.second_clock()
        for _ in range(_BURST_BATCHES):
            self._one("burst", calls, watch)
            if self.device.seconds() - started > 2.5 * _BURST_SECONDS:
                break
        busy = sum(batch.seconds for batch in self.series.batches)
        self.checker.keep_pace(busy, self.device.second_clock() - clock - busy)

    def _one(self, phase: Literal["burst", "settling"], calls: int, watch: ClockWatch) -> None:
        sets = self.checker.arm(calls)
        before = self.series.batches[-1] if self.series.batches else None
        batch = soundly_timed(self.workload.time_batch(calls), before)
        self.series.add(phase, watch.checked(batch, before, calls * self.series.seconds_per_call(batch)))
        self.checker.compare(sets, f"batch {len(self.series.batches) - 1}")

    def _sustain(self, calls: int) -> None:
        """Load for the time that was given: a load that ends when its interval is narrow has too narrow an interval."""
        started, elapsed, watch = self.device.seconds(), 0.0, ClockWatch(self.device)
        # On a slow or busy device the time may be over before there are enough batches for an interval.
        while elapsed < self._load_seconds or len(self.series.after_burst()) < FEWEST:
            self._one("settling", calls, watch)
            elapsed = self.device.seconds() - started
            if len(self.series.batches) % _TELL_EVERY == 0:
                self._tell_current(elapsed)
        watch.agree()
        self.series.mark_sustained(settle(self.series.load(), self._slowest_seconds()).first)

    def _slowest_seconds(self) -> float:
        heat = self.device.heat()
        return heat.slowest_seconds if heat else 0.0

    def _tell_current(self, elapsed: float) -> None:
        current = estimate(self.series.last_rates())
        self.tell(
            MeasurementProgress(
                phase="sustained",
                batches=len(self.series.batches),
                median=current.median,
                half_width_fraction=current.half_width_fraction,
                clock_mhz=self.series.batches[-1].clock_mhz,
                temperature_c=self.series.batches[-1].temperature_c,
                seconds=elapsed,
            )
        )
