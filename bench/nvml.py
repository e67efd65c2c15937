"""NVIDIA's management library, every reading optional and range-checked, devices mapped by UUID. Read only."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bench.evidence import Telemetry

_T = TypeVar("_T")
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


def within(value: Any, low: float, high: float) -> float | None:
    """The value when it is a plausible number: drivers return 2^64-1 and the like for what they lack.

    >>> within(700.0, 0, 5000), within(2**64 - 1, 0, 5000), within(None, 0, 1)
    (700.0, None, None)
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if low <= value <= high else None


def reasons_in(mask: int) -> tuple[str, ...]:
    """Causes in a bit mask; several may hold at once.

    >>> reasons_in(0x4 | 0x40)
    ('software power cap', 'hardware thermal')
    """
    return tuple(name for bit, name in _REASONS.items() if mask & bit)


class Gpu:
    """One GPU as NVML sees it; ``None`` wherever NVML has no answer."""

    def __init__(self, library: Any, handle: Any) -> None:
        self._nvml = library
        self._handle = handle

    def _read(self, call: Callable[[], _T]) -> _T | None:
        try:
            return call()
        except (self._nvml.NVMLError, UnicodeDecodeError, AttributeError, OSError):
            return None

    def _ranged(self, call: Callable[[], Any], low: float, high: float) -> float | None:
        return within(self._read(call), low, high)

    def uuid(self) -> str | None:
        return _text(self._read(lambda: self._nvml.nvmlDeviceGetUUID(self._handle)))

    def power_limit_w(self) -> float | None:
        milliwatts = self._ranged(lambda: self._nvml.nvmlDeviceGetEnforcedPowerLimit(self._handle), 1e3, 1e7)
        return milliwatts / 1e3 if milliwatts is not None else None

    def maximum_clock_mhz(self) -> float | None:
        kind = self._nvml.NVML_CLOCK_SM
        return self._ranged(lambda: self._nvml.nvmlDeviceGetMaxClockInfo(self._handle, kind), 100, 5000)

    def memory_clock_mhz(self) -> float | None:
        kind = self._nvml.NVML_CLOCK_MEM
        return self._ranged(lambda: self._nvml.nvmlDeviceGetClockInfo(self._handle, kind), 100, 20000)

    def energy_joule(self) -> float | None:
        millijoule = self._ranged(lambda: self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle), 0, 1e15)
        return millijoule / 1e3 if millijoule is not None else None

    def temperature_c(self) -> float | None:
        kind = self._nvml.NVML_TEMPERATURE_GPU
        return self._ranged(lambda: self._nvml.nvmlDeviceGetTemperature(self._handle, kind), -20, 150)

    def reasons(self) -> tuple[str, ...]:
        mask = self._read(lambda: self._nvml.nvmlDeviceGetCurrentClocksEventReasons(self._handle))
        return reasons_in(mask) if isinstance(mask, int) else ()

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

    def _field_number(self, entry: Any) -> float | int | None:
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

    def facts(self) -> dict[str, str]:
        """What identifies hardware and firmware."""
        nvml = self._nvml
        calls: dict[str, Callable[[], Any]] = {
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
        """
        listed = self._read(lambda: self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)) or ()
        pids = [int(entry.pid) for entry in listed]
        others = [pid for pid in pids if pid != os.getpid()]
        if os.getpid() not in pids:
            others = others[:-1]
        return tuple(f"{pid} {self._process_name(pid)}" for pid in others)

    def _process_name(self, pid: int) -> str:
        return _text(self._read(lambda: self._nvml.nvmlSystemGetProcessName(pid))) or "unnamed"

    def watch(self) -> "NvmlWatch":
        return NvmlWatch(self)


class NvmlWatch:
    """Counters at the start, and their differences at the end."""

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._started = time.monotonic()
        self._energy = gpu.energy_joule()
        self._counters = gpu.fields(tuple(_COUNTERS))
        self._ecc = {corrected: gpu.ecc_errors(corrected=corrected) for corrected in (True, False)}

    def reading(self) -> Telemetry:
        gpu, seconds = self._gpu, time.monotonic() - self._started
        energy, counters = gpu.energy_joule(), gpu.fields(tuple(_COUNTERS))
        has_energy = energy is not None and self._energy is not None and seconds >= 1.0
        power = (energy - self._energy) / seconds if has_energy else None  # type: ignore[operator]
        held = {
            name: (counters[field] - self._counters[field]) / 1e9
            for field, name in _COUNTERS.items()
            if field in counters and field in self._counters and counters[field] > self._counters[field]
        }
        return Telemetry(
            power_w=within(power, 0, 1e4),
            power_limit_w=gpu.power_limit_w(),
            temperature_c=gpu.temperature_c(),
            memory_temperature_c=within(gpu.fields((_MEMORY_TEMPERATURE,)).get(_MEMORY_TEMPERATURE), 1, 150),
            memory_clock_mhz=gpu.memory_clock_mhz(),
            throttle_seconds=held,
            throttle_reasons=gpu.reasons(),
            ecc_corrected=self._ecc_since(corrected=True),
            ecc_uncorrected=self._ecc_since(corrected=False),
            foreign_processes=gpu.foreign_processes(),
        )

    def _ecc_since(self, *, corrected: bool) -> int | None:
        before, now = self._ecc[corrected], self._gpu.ecc_errors(corrected=corrected)
        return max(now - before, 0) if before is not None and now is not None else None


class NoWatch:
    """Where there is no NVML, nothing is read."""

    def reading(self) -> Telemetry:
        return Telemetry()


def gpu_by(uuid: str | None, bus: str | None) -> Gpu | None:
    """The GPU with that UUID, or at that bus address where the UUID is not known; None without NVML."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
        if uuid:
            return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByUUID(uuid))
        return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByPciBusId(bus)) if bus else None
    except pynvml.NVMLError:
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) and value else None


@contextmanager
def watching(gpu: Gpu | None) -> Iterator[NvmlWatch | NoWatch]:
    """Telemetry around a measurement, empty where there is no NVML."""
    yield gpu.watch() if gpu else NoWatch()
