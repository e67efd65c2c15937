"""Ascend NPUs through torch_npu. No device has run this: the calls follow the signatures of its wheel.

One package may hold two dies, which the runtime shows as two devices. They multiply together and count as one device.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from statistics import median

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.gpu.packages import HALF
from petaplan.bench.devices.torch import npu_smi
from petaplan.bench.devices.torch.backends import Backend
from petaplan.bench.devices.torch.formats import BY_COLUMNS, FORMS, Layout
from petaplan.bench.devices.torch.npu_smi import Die, Reading
from petaplan.bench.evidence.record import Peak, Telemetry
from petaplan.bench.precision import Precision

FRACTAL_NZ = 29
"""torch_npu.Format.FRACTAL_NZ: blocks of 16 × 16, as the matrix units read them."""
_OPERATIONS = {Precision.FP16: 2 * 16**3, Precision.BF16: 2 * 16**3}
"""A clock a core: one product of 16 × 16 × 16 (facts of the 910B; other chips have no peak here)."""
_CHIPS_OF_THAT_CUBE = ("910B", "Ascend910_93", "910C")
_TWO_DIES = "910_93"
"""In the name of a chip with two dies in a package (910C): a plan counts packages."""
_CACHE_BYTES = 192 << 20
_SAMPLE_SECONDS = 1.0


class AscendBackend(Backend):
    """The dies of one package."""

    device_type = "npu"
    plug_in: str | None = "torch_npu"
    checks_on_device = False

    def __init__(self, torch: Library, name: str, index: int, dies: tuple[int, ...]) -> None:
        super().__init__(torch, name, index, dies)
        self.plugged: Library = import_module("torch_npu") if self.plug_in else None
        self._listed = {die.logic: die for die in npu_smi.dies_in(npu_smi.asked("info", "-m") or "")}

    @classmethod
    def packages(cls, torch: Library) -> tuple[tuple[int, ...], ...]:
        """Devices of the runtime, two to a package where npu-smi says so."""
        api = cls.module_of(torch)
        shown = int(api.device_count()) if api.is_available() else 0
        return npu_smi.packages_of(npu_smi.dies_in(npu_smi.asked("info", "-m") or ""), shown)

    @property
    def _dies(self) -> tuple[Die, ...]:
        return tuple(self._listed[die] for die in self.dies if die in self._listed)

    def readings(self) -> tuple[Reading, ...]:
        """What npu-smi says of each die now; empty without it."""
        found: list[Reading] = []
        for package in dict.fromkeys(die.package for die in self._dies):
            chips = npu_smi.readings_in(npu_smi.asked("info", "-t", "common", "-i", str(package)) or "")
            found += [chips[die.chip] for die in self._dies if die.package == package and die.chip in chips]
        return tuple(found)

    def units(self) -> int:
        """AI cores of all dies; 0 where npu-smi does not say."""
        return sum(reading.cores or 0 for reading in self.readings())

    def partition(self) -> str | None:
        """One die, where the chip has two in a package and npu-smi did not show both."""
        is_half = _TWO_DIES in self.model() and len(self.dies) == 1
        return HALF if is_half else None

    def memory_bytes(self) -> int:
        """Memory of all dies."""
        return sum(int(self.api.mem_get_info(die)[1]) for die in self.dies)

    def cache_bytes(self) -> int:
        """Not told by torch_npu: more buffers than needed are harmless."""
        return _CACHE_BYTES

    def facts(self) -> dict[str, str]:
        known = "npu-smi" if self._dies else "not known: npu-smi gave no list"
        return super().facts() | {"dies_known_by": known, "state_of_proof": "unproved: no Ascend device has run this"}

    def versions(self) -> dict[str, str]:
        return super().versions() | {"torch_npu": str(self.plugged.__version__)}

    def settle(self, precision: Precision) -> None:
        """No HF32, the same order of sums each time, and blocked formats allowed."""
        super().settle(precision)
        self.api.matmul.allow_hf32 = False
        self.api.config.allow_internal_format = True
        self.torch.use_deterministic_algorithms(mode=True)

    def refusal(self, precision: Precision) -> str | None:
        if precision is Precision.INT8:
            return "torch_npu multiplies int8 into a new buffer with scales: no exact product into a given one"
        return super().refusal(precision)

    def layouts(self, precision: Precision) -> tuple[Layout, ...]:
        if FORMS[precision].call != "torch.mm":
            return (BY_COLUMNS,)
        return Layout(name="ND"), Layout(name="NZ", is_fractal=True)

    def laid_out(self, b: Library, layout: Layout) -> Library:
        """B as it is, or in the blocked format."""
        return self.plugged.npu_format_cast(b, FRACTAL_NZ) if layout.is_fractal else b

    def peak(self, precision: Precision) -> Peak | None:
        """From the cores and the rated clock that npu-smi reads; None where it reads none."""
        found = self.readings()
        operations = _OPERATIONS.get(precision) if any(c in self.model() for c in _CHIPS_OF_THAT_CUBE) else None
        clocks = {reading.rated_mhz for reading in found}
        cores = [reading.cores for reading in found]
        clock = next(iter(clocks), None)
        if operations is None or len(found) != len(self.dies) or len(clocks) != 1 or clock is None or None in cores:
            return None
        units = sum(count or 0 for count in cores)
        return Peak(
            tera_per_second=units * operations * clock / 1e6,
            units=units,
            flop_per_clock_per_unit=float(operations),
            clock_mhz=clock,
            clock_known_by="npu-smi, Aicore Freq",
            how=f"{units} AI cores × {operations} operations a clock × {clock:.0f} MHz, cores and clock from npu-smi",
        )

    def maximum_clock_mhz(self) -> float | None:
        return max((reading.rated_mhz for reading in self.readings() if reading.rated_mhz), default=None)

    def clock_method(self) -> str:
        return "none in the stream; npu-smi's samples are in the telemetry"

    def foreign_processes(self) -> tuple[str, ...]:
        """As npu-smi lists them; in a container it may list none."""
        own = (os.getpid(), os.getppid())
        packages = tuple(dict.fromkeys(die.package for die in self._dies))
        return npu_smi.processes_in(npu_smi.asked("info") or "", packages, own)

    @contextmanager
    def watch(self) -> Iterator["AscendWatch"]:
        watch = AscendWatch(self)
        watch.start()
        try:
            yield watch
        finally:
            watch.stop()


class AscendWatch(threading.Thread):
    """Samples of npu-smi once a second, from another thread."""

    def __init__(self, backend: AscendBackend) -> None:
        super().__init__(daemon=True)
        self._backend, self._ended = backend, threading.Event()
        self._samples: list[tuple[Reading, ...]] = []

    def run(self) -> None:
        """Read until stopped."""
        while not self._ended.is_set():
            self._samples.append(self._backend.readings())
            self._ended.wait(_SAMPLE_SECONDS)

    def stop(self) -> None:
        """Take no further sample."""
        self._ended.set()
        self.join(2.0 * _SAMPLE_SECONDS)

    def reading(self) -> Telemetry:
        """Power of the package and clock: medians; the highest temperature."""
        samples = [sample for sample in self._samples if sample]
        powers = [sum(known) for sample in samples if (known := [r.power_w for r in sample if r.power_w is not None])]
        clocks = [reading.clock_mhz for sample in samples for reading in sample if reading.clock_mhz is not None]
        heats = [reading.temperature_c for sample in samples for reading in sample if reading.temperature_c is not None]
        return Telemetry(
            power_w=median(powers) if powers else None,
            sm_clock_mhz=median(clocks) if clocks else None,
            temperature_c=max(heats, default=None),
            foreign_processes=self._backend.foreign_processes(),
        )
