"""A simulated device with clock, heat, noise and faults, for fast tests of the decision logic.

Records of kind ``simulated`` may not calibrate a plan.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.defaults import DeviceDefaults
from petaplan.bench.devices.common.device import Batch, Data, Engine, Heat
from petaplan.bench.devices.simulated.faults import Fault, FaultKind, corrupt
from petaplan.bench.evidence import host
from petaplan.bench.evidence.record import Compute, DeviceRecord, Peak, Shape, Software, Telemetry
from petaplan.bench.precision import Precision

_DTYPE = np.dtype(np.float32)
_PEAK_TFLOPS = 0.001
_UNITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """How the simulated device behaves."""

    boost_mhz: float = 1980.0
    settled_mhz: float = 1500.0
    settling_seconds: float = 1.0
    """Time constant from the first clock to the second."""
    drift_per_second: float = 0.0
    """Relative change of the clock each second; with any drift it never settles."""
    throttle_at_seconds: float | None = None
    """From then on the clock is at 60 %."""
    noise: float = 0.001
    """Relative standard deviation of a batch's time."""
    noise_correlation: float = 0.0
    """Correlation of that noise with the batch before."""
    foreign_share: float = 0.0
    """Share of the batches beside others, who take half of the cores."""
    slow_share: float = 0.0
    """Share of the time that the device spends at a second, lower rate."""
    slow_rate: float = 0.7
    """That rate, as a share of the first."""
    slow_seconds: float = 1.0
    """Mean time until it changes between the two, were both as likely."""
    kernel_efficiency: float = 0.9
    probe_works: bool = True
    faults: tuple[Fault, ...] = ()
    dies_at_batch: int | None = None
    """The batch at which the driver fails."""
    hangs_at_batch: int | None = None
    foreign_processes: tuple[str, ...] = ()
    precisions: frozenset[Precision] = frozenset({Precision.FP32})
    seed: int = 1


@dataclass(slots=True)
class _State:
    now: float = 0.0
    awake_seconds: float = 0.0
    noise: float = 0.0
    batches: int = 0
    is_slow: bool = False
    foreign_seconds: float = 0.0


class SimulatedWorkload(buffers.HostSets):
    """Small products in real buffers; only the time is simulated."""

    def __init__(self, device: "SimulatedDevice", shape: Shape, data: Data, seed: int) -> None:
        super().__init__(shape, _DTYPE, data, seed, count=2)
        self.shape = shape
        self.compute = Compute(
            call="simulated", compute_type="simulated", accumulate="fp32", output="fp32", emulated=False,
            fast_accumulation=None, algorithm=None, workspace_mib=0.0,
        )  # fmt: skip
        self._device = device
        self._batch = -1

    def time_batch(self, calls: int) -> Batch:
        self._batch += 1
        sets = self.next_sets(calls)
        for index in sets:
            self._multiply(index, is_last=index == sets[-1])
        self.advance(calls)
        return self._device.advance(self.shape, calls)

    def reserve(self, calls: int) -> None:
        """Nothing: only the last product of each set is made, so further buffers would hold none."""

    def _multiply(self, index: int, *, is_last: bool) -> None:
        a, b, c = self.sets[index]
        striking = [f for f in self._device.behaviour.faults if f.strikes(self._batch)]
        if is_last and any(fault.kind is FaultKind.STALE for fault in striking):
            return
        np.matmul(a, b, out=c)
        for fault in striking:
            if is_last or fault.kind in (FaultKind.CONSISTENT, FaultKind.CONSTANT):
                corrupt(c, fault.kind, self._device.rng)


class SimulatedWatch:
    """Telemetry from the simulated behaviour."""

    def __init__(self, device: "SimulatedDevice") -> None:
        self._device = device

    def reading(self) -> Telemetry:
        behaviour = self._device.behaviour
        return Telemetry(
            foreign_processes=behaviour.foreign_processes,
            foreign_load_fraction=self._device.foreign_load() if behaviour.foreign_share else None,
        )


class SimulatedDevice(DeviceDefaults):
    """A device with simulated time and heat, and real arithmetic."""

    def __init__(self, behaviour: Behaviour | None = None, *, key: str = "sim:0") -> None:
        self.behaviour = behaviour or Behaviour()
        self.rng = np.random.default_rng(self.behaviour.seed)
        self._state = _State()
        self.record = DeviceRecord(
            key=key,
            kind="simulated",
            model="Simulated device",
            aliases=("simulated",),
            uuid=f"simulated-{key}",
            uuid_known_by="made up",
            units=_UNITS,
            memory_gib=1.0,
            software=Software(
                identity="simulated", versions={}, environment=host.arithmetic_environment()
            ),
        )  # fmt: skip

    def advance(self, shape: Shape, calls: int) -> Batch:
        """Advance the simulated time by one batch."""
        how, state = self.behaviour, self._state
        if how.dies_at_batch is not None and state.batches >= how.dies_at_batch:
            raise RuntimeError("simulated driver: the device has fallen off the bus")
        while how.hangs_at_batch is not None and state.batches >= how.hangs_at_batch:
            Event().wait(3600)
        state.batches += 1
        clock = self.clock_mhz()
        state.noise = how.noise_correlation * state.noise + (
            (1.0 - how.noise_correlation**2) ** 0.5 * how.noise * float(self.rng.standard_normal())
        )
        # Middling shapes do best, so that there is something to choose.
        fit = 1.0 - 0.1 * abs(shape.n - 96) / 96
        rate = _PEAK_TFLOPS * 1e12 * clock / how.boost_mhz * how.kernel_efficiency * fit
        seconds = calls * shape.flop / rate * (1.0 + state.noise)
        if how.slow_share:
            seconds = self._in_two_states(seconds)
        had = _UNITS * seconds
        if how.foreign_share and self.rng.random() < how.foreign_share:
            seconds *= 2.0
        state.foreign_seconds += _UNITS * seconds - had
        batch = Batch(
            start_seconds=state.now,
            seconds=seconds,
            calls=calls,
            clock_mhz=clock if how.probe_works else None,
            temperature_c=self.temperature_c(),
            processor_seconds=had if how.foreign_share else None,
        )
        state.now += seconds
        state.awake_seconds += seconds
        return batch

    def foreign_load(self) -> float:
        """Share of the cores that others took."""
        return self._state.foreign_seconds / (_UNITS * max(self._state.now, 1e-9))

    def _in_two_states(self, seconds: float) -> float:
        """The time of work that takes so long in the first state, in small steps of a chain with two states."""
        how, state, taken = self.behaviour, self._state, 0.0
        step = min(0.01, how.slow_seconds / 8.0)
        while seconds > 0.0:
            rate = how.slow_rate if state.is_slow else 1.0
            part = min(step, seconds / rate)
            taken, seconds = taken + part, seconds - part * rate
            leaving = (1.0 - how.slow_share) if state.is_slow else how.slow_share
            if self.rng.random() < part / how.slow_seconds * leaving:
                state.is_slow = not state.is_slow
        return taken

    def temperature_c(self) -> float:
        """Temperature at the current simulated time, in whole degrees as drivers show it."""
        warming = 1.0 - float(np.exp(-self._state.awake_seconds / self.behaviour.settling_seconds))
        return float(round(40.0 + 30.0 * warming))

    def clock_mhz(self) -> float:
        """Clock at the current simulated time."""
        how, awake = self.behaviour, self._state.awake_seconds
        settled = how.settled_mhz * (1.0 + how.drift_per_second * awake)
        clock = settled + (how.boost_mhz - how.settled_mhz) * float(np.exp(-awake / how.settling_seconds))
        is_hot = how.throttle_at_seconds is not None and awake >= how.throttle_at_seconds
        return 0.6 * clock if is_hot else clock

    def why_not(self, precision: Precision) -> str | None:
        return None if precision in self.behaviour.precisions else f"the simulated device has no {precision}"

    def engine(self, precision: Precision) -> Engine:  # noqa: ARG002
        return "matrix"

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:  # noqa: ARG002
        return tuple(Shape(m=side, n=side, k=side) for side in (64, 96, 128))

    def prepare(
        self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int  # noqa: ARG002
    ) -> SimulatedWorkload:  # fmt: skip
        return SimulatedWorkload(self, shape, data, seed)

    def peak(self, precision: Precision) -> Peak | None:  # noqa: ARG002
        return Peak(
            tera_per_second=_PEAK_TFLOPS,
            units=_UNITS,
            flop_per_clock_per_unit=_PEAK_TFLOPS * 1e6 / self.behaviour.boost_mhz / _UNITS,
            clock_mhz=self.behaviour.boost_mhz,
            clock_known_by="made up",
            how="made up",
        )

    def maximum_clock_mhz(self) -> float | None:
        return self.behaviour.boost_mhz

    def clock_method(self) -> str:
        return "simulated" if self.behaviour.probe_works else "none: the simulated probe is off"

    def seconds(self) -> float:
        return self._state.now

    def second_clock(self) -> float:
        """The simulated time: what it simulates takes no time of the host."""
        return self._state.now

    def heat(self) -> Heat:
        """As a GPU."""
        return Heat(load_seconds=30.0, slowest_seconds=120.0)

    def rest(self, seconds: float) -> None:
        self._state.now += seconds
        self._state.awake_seconds = 0.0

    def foreign_processes(self) -> tuple[str, ...]:
        return self.behaviour.foreign_processes

    @contextmanager
    def watch(self) -> Iterator[SimulatedWatch]:
        yield SimulatedWatch(self)
