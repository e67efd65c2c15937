"""One device at one precision in one process: choose, burst, sustain until steady and narrow, verify."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as record

from petaplan.bench.devices.common.device import Batch, Device, Engine, Workload
from petaplan.bench.evidence.record import (
    Batches,
    Candidate,
    Compute,
    DeviceRecord,
    NonNegative,
    Peak,
    Shape,
    Telemetry,
    Verification,
)
from petaplan.bench.method.choosing import calls_for, choose, choose_all
from petaplan.bench.method.clocks import soundly_timed
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.method.verify import Checker
from petaplan.bench.precision import Precision
from petaplan.bench.statistics import FEWEST, WINDOW, Estimate, Samples, estimate, steady_from

__all__ = ["MeasurementProgress", "MeasurementSettings", "ProcessResult", "choose", "measure"]

_BURST_BATCHES = 8
_BURST_SECONDS = 0.1
_REST_SECONDS = 0.4
_BATCH_SECONDS = 0.06
_CHECK_EVERY = 4

Phase = Literal["choosing", "burst", "sustained", "verifying"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasurementProgress:
    """Progress of the measurement."""

    phase: Phase
    batches: int = 0
    median: float | None = None
    half_width_fraction: float | None = None
    clock_mhz: float | None = None
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
    converged: bool
    interrupted: bool
    seconds_to_steady: NonNegative | None
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

    def rates(self) -> Samples:
        """Tera-operations a second of each batch after the burst."""
        return np.array([self.flop_per_call * b.calls / b.seconds / 1e12 for b in self.after_burst()])

    def times(self) -> Samples:
        return np.array([b.start_seconds for b in self.after_burst()])

    def clocks(self) -> Samples | None:
        found = [b.clock_mhz for b in self.after_burst()]
        return None if None in found else np.array(found, dtype=np.float64)

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
        )


def measure(
    device: Device, precision: Precision, plan: MeasurementSettings, tell: Callable[[MeasurementProgress], None]
) -> ProcessResult:
    """Measure in this process; a row joins the results of several."""
    with device.watch() as watch:
        tell(MeasurementProgress(phase="choosing"))
        chosen = choose_all(device, precision, plan)
        shape, algorithm = chosen.shape, chosen.algorithm
        workload = device.prepare(precision, shape, plan.data, plan.seed, algorithm)
        try:
            series = _Series(flop_per_call=shape.flop)
            checker = Checker(workload, precision, plan.seed)
            session = _Session(device=device, workload=workload, checker=checker, series=series, plan=plan, tell=tell)
            ended = session.run()
            tell(MeasurementProgress(phase="verifying", batches=len(series.batches)))
            verification = checker.conclude()
            telemetry = watch.reading()
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
        converged=ended.converged,
        interrupted=ended.interrupted,
        seconds_to_steady=ended.seconds_to_steady,
        verification=verification,
        telemetry=telemetry,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ending:
    converged: bool
    interrupted: bool
    seconds_to_steady: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Session:
    """The measurement of one workload, from its first product to the last."""

    device: Device
    workload: Workload
    checker: Checker
    series: _Series
    plan: MeasurementSettings
    tell: Callable[[MeasurementProgress], None]

    def run(self) -> _Ending:
        """Measure the burst, then the sustained rate. Ctrl-C ends it with the batches up to now."""
        try:
            per_call = self._first_products()
            self.workload.reserve(calls_for(_BATCH_SECONDS, per_call))
            self._burst(per_call)
            return self._sustain(calls_for(_BATCH_SECONDS, per_call))
        except KeyboardInterrupt:
            self._rewrite()
            return _Ending(converged=False, interrupted=True, seconds_to_steady=None)

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
        started = self.device.seconds()
        for _ in range(_BURST_BATCHES):
            self._one("burst", calls)
            if self.device.seconds() - started > 2.5 * _BURST_SECONDS:
                break

    def _one(self, phase: Literal["burst", "settling"], calls: int) -> None:
        sets = self.checker.arm(calls)
        before = self.series.batches[-1] if self.series.batches else None
        self.series.add(phase, soundly_timed(self.workload.time_batch(calls), before))
        self.checker.compare(sets, f"batch {len(self.series.batches) - 1}")

    def _sustain(self, calls: int) -> _Ending:
        started = self.device.seconds()
        elapsed = 0.0
        start: int | None = None
        converged = False
        # On a slow or busy device the cap may come before there are enough batches for an interval.
        while not converged and (elapsed < self.plan.seconds or len(self.series.after_burst()) < FEWEST):
            self._one("settling", calls)
            elapsed = self.device.seconds() - started
            if len(self.series.after_burst()) % _CHECK_EVERY and elapsed < self.plan.seconds:
                continue
            rates = self.series.rates()
            start = steady_from(self.series.times(), rates, self.series.clocks())
            current = estimate(rates[start or 0 :])
            narrow = current.half_width_fraction <= self.plan.half_width
            converged = start is not None and narrow and elapsed >= self.plan.soak_seconds
            self._tell_current(current, elapsed)
        return self._ended(start, converged=converged)

    def _tell_current(self, current: Estimate, elapsed: float) -> None:
        self.tell(
            MeasurementProgress(
                phase="sustained",
                batches=len(self.series.batches),
                median=current.median,
                half_width_fraction=current.half_width_fraction,
                clock_mhz=self.series.batches[-1].clock_mhz,
                seconds=elapsed,
            )
        )

    def _ended(self, start: int | None, *, converged: bool) -> _Ending:
        count = len(self.series.after_burst())
        # Without a steady stretch the later half is reported, marked as not steady.
        self.series.mark_sustained(start if start is not None else min(count // 2, max(count - WINDOW, 0)))
        times = self.series.times()
        to_steady = float(times[start] - times[0]) if start is not None else None
        return _Ending(converged=converged, interrupted=False, seconds_to_steady=to_steady)
