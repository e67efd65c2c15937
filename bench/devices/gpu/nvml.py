"""NVIDIA's management library, read only: each reading is optional and range-checked, devices are found by UUID."""

import functools
import operator
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Self, TypeVar

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.evidence.record import Telemetry

_T = TypeVar("_T")
_MPS_SERVER = "nvidia-cuda-mps-server"
_SAMPLE_SECONDS = 0.1
_IDLE = 0x1
_REASONS = {
    0x4: "software power cap",
    0x8: "hardware slowdown",
    0x10: "sync boost",
    0x20: "software thermal",
    0x40: "hardware thermal",
    0x80: "hardware power brake",
    0x200: "board limit",
    0x400: "reliability",
}
_COUNTERS = {
    74: "power",
    75: "thermal",
    76: "sync boost",
    77: "board limit",
    79: "reliability",
    269: "software thermal",
    270: "hardware thermal",
    271: "hardware power brake",
}
"""Field ids whose values count nanoseconds held back."""
_MEMORY_TEMPERATURE = 82
_YEAR_NANOSECONDS = 3.2e16


def within(value: object, low: float, high: float) -> float | None:
    """The value if it is plausible: drivers return numbers such as 2^64-1 for what they do not have.

    >>> within(700.0, 0, 5000), within(2**64 - 1, 0, 5000), within(None, 0, 1)
    (700.0, None, None)
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if low <= value <= high else None


def reasons_in(mask: int) -> tuple[str, ...]:
    """Causes in a bit mask; several may apply at once.

    >>> reasons_in(0x4 | 0x40)
    ('software power cap', 'hardware thermal')
    """
    return tuple(name for bit, name in _REASONS.items() if mask & bit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Readings of the device at one time."""

    seconds: float
    """On a monotonic clock."""
    energy_joule: float | None
    sm_clock_mhz: float | None
    memory_clock_mhz: float | None
    temperature_c: float | None
    memory_temperature_c: float | None
    reasons: int
    """Bit mask of the causes that limit the clock."""
    foreign: tuple[str, ...]

    @property
    def is_busy(self) -> bool:
        """Whether something ran: the driver gives idleness as a reason for a low clock."""
        return not self.reasons & _IDLE


class Gpu:
    """One GPU as NVML sees it; ``None`` wherever NVML has no answer."""

    def __init__(self, library: Library, handle: Library) -> None:
        self._nvml = library
        self._handle = handle

    def _read(self, call: Callable[[], _T]) -> _T | None:
        try:
            return call()
        except (self._nvml.NVMLError, UnicodeDecodeError, AttributeError, OSError):
            return None

    def _ranged(self, call: Callable[[], object], low: float, high: float) -> float | None:
        return within(self._read(call), low, high)

    def uuid(self) -> str | None:
        return _text(self._read(lambda: self._nvml.nvmlDeviceGetUUID(self._handle)))

    def power_limit_w(self) -> float | None:
        milliwatts = self._ranged(lambda: self._nvml.nvmlDeviceGetEnforcedPowerLimit(self._handle), 1e3, 1e7)
        return milliwatts / 1e3 if milliwatts is not None else None

    def maximum_clock_mhz(self) -> float | None:
        kind = self._nvml.NVML_CLOCK_SM
        return self._ranged(lambda: self._nvml.nvmlDeviceGetMaxClockInfo(self._handle, kind), 100, 5000)

    def sm_clock_mhz(self) -> float | None:
        kind = self._nvml.NVML_CLOCK_SM
        return self._ranged(lambda: self._nvml.nvmlDeviceGetClockInfo(self._handle, kind), 50, 5000)

    def memory_clock_mhz(self) -> float | None:
        kind = self._nvml.NVML_CLOCK_MEM
        return self._ranged(lambda: self._nvml.nvmlDeviceGetClockInfo(self._handle, kind), 100, 20000)

    def energy_joule(self) -> float | None:
        millijoule = self._ranged(lambda: self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle), 0, 1e15)
        return millijoule / 1e3 if millijoule is not None else None

    def temperature_c(self) -> float | None:
        kind = self._nvml.NVML_TEMPERATURE_GPU
        return self._ranged(lambda: self._nvml.nvmlDeviceGetTemperature(self._handle, kind), -20, 150)

    def reasons(self) -> int:
        """Bit mask of the causes that limit the clock now; 0 where the driver gives none."""
        mask = self._read(lambda: self._nvml.nvmlDeviceGetCurrentClocksEventReasons(self._handle))
        return mask if isinstance(mask, int) else 0

    def fields(self, ids: tuple[int, ...]) -> dict[int, float]:
        """Values of those fields that the driver has."""
        values = self._read(lambda: self._nvml.nvmlDeviceGetFieldValues(self._handle, list(ids))) or ()
        found: dict[int, float] = {}
        for entry in values:
            if entry.nvmlReturn != self._nvml.NVML_SUCCESS:
                continue
            number = within(self._field_number(entry), 0, _YEAR_NANOSECONDS)
            if number is not None:
                found[int(entry.fieldId)] = number
        return found

    def _field_number(self, entry: Library) -> float | int | None:
        nvml = self._nvml
        members = {
            nvml.NVML_VALUE_TYPE_DOUBLE: "dVal",
            nvml.NVML_VALUE_TYPE_UNSIGNED_INT: "uiVal",
            nvml.NVML_VALUE_TYPE_UNSIGNED_LONG: "ulVal",
            nvml.NVML_VALUE_TYPE_UNSIGNED_LONG_LONG: "ullVal",
            nvml.NVML_VALUE_TYPE_SIGNED_LONG_LONG: "sllVal",
        }
        member = members.get(entry.valueType)
        return getattr(entry.value, member) if member else None

    def ecc_errors(self, *, corrected: bool) -> int | None:
        nvml = self._nvml
        kind = nvml.NVML_MEMORY_ERROR_TYPE_CORRECTED if corrected else nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED
        count = self._ranged(
            lambda: nvml.nvmlDeviceGetTotalEccErrors(self._handle, kind, nvml.NVML_VOLATILE_ECC), 0, 1e12
        )
        return int(count) if count is not None else None

    def sample(self, *, with_processes: bool) -> Sample:
        """Readings that change during a run."""
        return Sample(
            seconds=time.monotonic(),
            energy_joule=self.energy_joule(),
            sm_clock_mhz=self.sm_clock_mhz(),
            memory_clock_mhz=self.memory_clock_mhz(),
            temperature_c=self.temperature_c(),
            memory_temperature_c=within(self.fields((_MEMORY_TEMPERATURE,)).get(_MEMORY_TEMPERATURE), 1, 150),
            reasons=self.reasons(),
            foreign=self.foreign_processes() if with_processes else (),
        )

    def facts(self) -> dict[str, str]:
        """Facts that identify hardware and firmware."""
        nvml = self._nvml
        calls: dict[str, Callable[[], object]] = {
            "driver": nvml.nvmlSystemGetDriverVersion,
            "vbios": lambda: nvml.nvmlDeviceGetVbiosVersion(self._handle),
            "serial": lambda: nvml.nvmlDeviceGetSerial(self._handle),
            "ecc": lambda: "on" if nvml.nvmlDeviceGetEccMode(self._handle)[0] else "off",
            "persistence": lambda: "on" if nvml.nvmlDeviceGetPersistenceMode(self._handle) else "off",
            "mig": lambda: "on" if nvml.nvmlDeviceGetMigMode(self._handle)[0] else "off",
        }
        return {name: text for name, call in calls.items() if (text := _text(self._read(call)))}

    def foreign_processes(self) -> tuple[str, ...]:
        """Processes on the device that are not this one.

        In a container the driver knows this process by another number: when ours is not listed, one entry is ours.
        A server of MPS is always foreign: its clients are hidden behind it, and others may be among them.
        """
        listed = self._read(lambda: self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)) or ()
        named = {int(entry.pid): self._process_name(int(entry.pid)) for entry in listed}
        servers = [pid for pid, name in named.items() if _MPS_SERVER in name]
        others = [pid for pid in named if pid != os.getpid() and pid not in servers]
        if os.getpid() not in named and not servers:
            others = others[:-1]
        return tuple(f"{pid} {named[pid]}" for pid in (*others, *servers))

    def _process_name(self, pid: int) -> str:
        return _text(self._read(lambda: self._nvml.nvmlSystemGetProcessName(pid))) or "unnamed"

    def watch(self) -> "NvmlWatch":
        return NvmlWatch(self)


class NvmlWatch:
    """Differences of counters between start and end, and ten samples a second."""

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._started = time.monotonic()
        self._energy = gpu.energy_joule()
        self._counters = gpu.fields(tuple(_COUNTERS))
        self._ecc = {corrected: gpu.ecc_errors(corrected=corrected) for corrected in (True, False)}
        self._samples: list[Sample] = []
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._keep_sampling, daemon=True)

    def __enter__(self) -> Self:
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sampler.join(_SAMPLE_SECONDS * 20)

    def _keep_sampling(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self.sample()

    def sample(self) -> None:
        """Take one sample. Other processes are read once a second, since that takes the driver longer."""
        is_whole_second = len(self._samples) % round(1.0 / _SAMPLE_SECONDS) == 0
        self._samples.append(self._gpu.sample(with_processes=is_whole_second))

    def reading(self) -> Telemetry:
        self.sample()
        gpu, energy, counters = self._gpu, self._gpu.energy_joule(), self._gpu.fields(tuple(_COUNTERS))
        used = energy - self._energy if energy is not None and self._energy is not None else None
        held = {
            name: (counters[field] - self._counters[field]) / 1e9
            for field, name in _COUNTERS.items()
            if field in counters and field in self._counters and counters[field] > self._counters[field]
        }
        samples = list(self._samples)
        busy = [sample for sample in samples if sample.is_busy] or samples
        mask = functools.reduce(operator.or_, (sample.reasons for sample in busy), 0)
        now_foreign = gpu.foreign_processes()
        return Telemetry(
            power_w=within(mean_power_w(samples), 0, 1e4),
            energy_j=within(used, 0, 1e12),
            power_limit_w=gpu.power_limit_w(),
            sm_clock_mhz=_middle(sample.sm_clock_mhz for sample in busy),
            temperature_c=_most(sample.temperature_c for sample in samples),
            memory_temperature_c=_most(sample.memory_temperature_c for sample in samples),
            memory_clock_mhz=_middle(sample.memory_clock_mhz for sample in busy),
            throttle_seconds=held,
            throttle_reasons=reasons_in(mask),
            ecc_corrected=self._ecc_since(corrected=True),
            ecc_uncorrected=self._ecc_since(corrected=False),
            foreign_processes=tuple(sorted({*now_foreign, *(name for s in samples for name in s.foreign)})),
        )

    def _ecc_since(self, *, corrected: bool) -> int | None:
        before, now = self._ecc[corrected], self._gpu.ecc_errors(corrected=corrected)
        return max(now - before, 0) if before is not None and now is not None else None


def mean_power_w(samples: Sequence[Sample]) -> float | None:
    """Median of the mean powers of stretches of a second or more, from the energy counter; none for less.

    The energy counter moves ten times a second. The rest before the burst is no part of the load, and the median of
    stretches leaves it out.
    """
    known = [(s.seconds, s.energy_joule) for s in samples if s.energy_joule is not None]
    found: list[float] = []
    begin = 0
    for end in range(1, len(known)):
        seconds = known[end][0] - known[begin][0]
        if seconds >= 1.0:
            found.append((known[end][1] - known[begin][1]) / seconds)
            begin = end
    return median(found) if found else None


def _middle(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


class NoWatch:
    """Telemetry without NVML: nothing is read."""

    def reading(self) -> Telemetry:
        return Telemetry()


def gpu_by(uuid: str | None, bus: str | None) -> Gpu | None:
    """The GPU with that UUID, else the one at that bus address; None without NVML.

    A slice of a GPU has a UUID of its own, which belongs to no GPU. The address leads to the whole GPU.
    """
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    for find, name in ((pynvml.nvmlDeviceGetHandleByUUID, uuid), (pynvml.nvmlDeviceGetHandleByPciBusId, bus)):
        try:
            if name:
                return Gpu(pynvml, find(name))
        except pynvml.NVMLError:
            continue
    return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) and value else None


@contextmanager
def watching(gpu: Gpu | None) -> Iterator[NvmlWatch | NoWatch]:
    """Telemetry around a measurement, empty where there is no NVML."""
    if gpu is None:
        yield NoWatch()
        return
    with gpu.watch() as watch:
        yield watch
