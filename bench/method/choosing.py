"""Choose a shape and an algorithm for the reported samples, by trials that are never reported."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from petaplan.bench.devices.common.device import Batch, Device
from petaplan.bench.evidence.record import Candidate, Shape
from petaplan.bench.method.clocks import soundly_timed
from petaplan.bench.method.settings import MeasurementSettings
from petaplan.bench.precision import Precision

_TRIAL_SECONDS = 0.04
_TRIAL_BATCHES = 2
_LATE_SECONDS = 0.01
"""Of a trial for which there is no time left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The kernel that was chosen, the trials behind the choice, and how many were left out."""

    shape: Shape
    algorithm: int
    candidates: tuple[Candidate, ...] = ()
    untried: int = 0
    """Kernels that were not tried because the time for choosing was over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Trial:
    shape: Shape
    algorithm: int
    name: str | None
    seconds_per_flop: float
    clock_mhz: float | None

    @property
    def cycles_per_flop(self) -> float | None:
        return self.clock_mhz * 1e6 * self.seconds_per_flop if self.clock_mhz else None


def choose(device: Device, precision: Precision, plan: MeasurementSettings) -> tuple[Shape, int, tuple[Candidate, ...]]:
    """The shape and algorithm of the best trial, with all trials; see ``choose_all``."""
    found = choose_all(device, precision, plan)
    return found.shape, found.algorithm, found.candidates


def choose_all(device: Device, precision: Precision, plan: MeasurementSettings) -> Choice:
    """The kernel with the fewest cycles per operation, or the least time where any trial has no clock.

    Each shape has a trial, shorter ones when the time for choosing is over. Further algorithms follow while there
    is time, those of the best shapes first.
    """
    if plan.shape is not None:
        return Choice(shape=plan.shape, algorithm=plan.algorithm)
    started = device.seconds()

    def is_late() -> bool:
        return device.seconds() - started > plan.choosing_seconds

    trials = [_trial(device, precision, (s, 0), plan, is_late=is_late()) for s in device.candidates(precision)]
    ranked = [trial.shape for trial in sorted(trials, key=_key_of(trials))]
    untried = 0
    for shape in ranked:
        for algorithm in range(1, device.algorithm_count(precision, shape)):
            if is_late():
                untried += 1
            else:
                trials.append(_trial(device, precision, (shape, algorithm), plan, is_late=False))
    return _best(trials, untried)


def _best(trials: list[_Trial], untried: int) -> Choice:
    best = min(trials, key=_key_of(trials))
    candidates = tuple(replace(_candidate(trial), chosen=trial is best) for trial in trials)
    return Choice(shape=best.shape, algorithm=best.algorithm, candidates=candidates, untried=untried)


def _key_of(trials: list[_Trial]) -> Callable[[_Trial], float]:
    """One unit for all trials: cycles, or time where one of them has no clock."""
    if all(trial.clock_mhz for trial in trials):
        return lambda trial: trial.cycles_per_flop or 0.0
    return lambda trial: trial.seconds_per_flop


def _candidate(trial: _Trial) -> Candidate:
    return Candidate(
        shape=trial.shape,
        algorithm=trial.name,
        tera_per_second=1e-12 / trial.seconds_per_flop,
        cycles_per_flop=trial.cycles_per_flop,
        chosen=False,
    )


def _trial(
    device: Device, precision: Precision, kernel: tuple[Shape, int], plan: MeasurementSettings, *, is_late: bool
) -> _Trial:
    """The better of two batches, one short batch when late; the first product, which loads code, is left out."""
    shape, algorithm = kernel
    workload = device.prepare(precision, shape, plan.data, plan.seed, algorithm)
    try:
        workload.time_batch(1)
        calls = calls_for(_LATE_SECONDS if is_late else _TRIAL_SECONDS, soundly_timed(workload.time_batch(1)).seconds)
        batches: list[Batch] = [
            soundly_timed(workload.time_batch(calls)) for _ in range(1 if is_late else _TRIAL_BATCHES)
        ]
        name = workload.compute.algorithm
    finally:
        workload.close()
    best = min(batches, key=lambda batch: batch.seconds)
    return _Trial(
        shape=shape,
        algorithm=algorithm,
        name=name,
        seconds_per_flop=best.seconds / (calls * shape.flop),
        clock_mhz=best.clock_mhz,
    )


def calls_for(seconds: float, seconds_per_call: float) -> int:
    """Calls that fill this time, one at least."""
    return max(round(seconds / max(seconds_per_call, 1e-9)), 1)
