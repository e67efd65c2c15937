"""What differs between the devices that PyTorch drives: names, memory, timing, switches, telemetry."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import NamedTuple

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.common.defaults import NoTelemetry
from petaplan.bench.devices.common.device import Batch, Engine, Heat, TelemetryWatch
from petaplan.bench.devices.gpu import emulation, nvml, shapes, sheet
from petaplan.bench.devices.gpu.packages import part_of_package
from petaplan.bench.devices.torch import formats
from petaplan.bench.devices.torch.formats import FORMS, Form, Layout, Multiply
from petaplan.bench.errors import InputError, NotMeasuredError
from petaplan.bench.evidence import host
from petaplan.bench.evidence.record import Peak, Shape
from petaplan.bench.precision import Precision

CACHE_BYTES = 64 << 20
"""Assumed where the driver does not say how large the last cache is: more buffers than needed, never fewer."""
_UNITS = 100
"""Assumed for the choice of shapes alone, where the driver does not say how many units there are."""


class Timed(NamedTuple):
    """How long some products took."""

    started: float
    """Reading of the performance counter before the first."""
    seconds: float
    clock_mhz: float | None = None
    processor_seconds: float | None = None
    """Of this process on all cores, where the processor multiplies."""


class Backend:
    """A device type of PyTorch; by default everything is asked of the module ``torch.<device type>``."""

    device_type = ""
    plug_in: str | None = None
    fast_accumulation: bool | None = None
    """Of fp8, where the library has such a switch."""
    checks_on_device = True
    """Whether the device adds float64 and 64-bit integers; otherwise products are checked on the host."""

    def __init__(self, torch: Library, name: str, index: int, dies: tuple[int, ...]) -> None:
        self.torch, self.name, self.index, self.dies = torch, name, index, dies
        self.api: Library = self.module_of(torch)
        self.devices: tuple[Library, ...] = tuple(torch.device(self.device_type, die) for die in dies)

    @classmethod
    def module_of(cls, torch: Library) -> Library:
        """The module of PyTorch that drives these devices."""
        return getattr(torch, cls.device_type)

    @classmethod
    def packages(cls, torch: Library) -> tuple[tuple[int, ...], ...]:
        """The indices of the dies of each package; one for most."""
        api = cls.module_of(torch)
        return tuple((index,) for index in range(int(api.device_count()))) if api.is_available() else ()

    @property
    def properties(self) -> Library:
        """What the driver says of the first die."""
        return self.api.get_device_properties(self.dies[0])

    def model(self) -> str:
        """The name that the driver gives."""
        return str(self.api.get_device_name(self.dies[0]))

    def units(self) -> int:
        """Units of all dies; 0 where the driver does not say."""
        return len(self.dies) * int(getattr(self.properties, "multi_processor_count", 0))

    def memory_bytes(self) -> int:
        """Memory of all dies."""
        return len(self.dies) * int(self.properties.total_memory)

    def free_bytes(self) -> int:
        """Memory that is free on every die, times their number."""
        return len(self.dies) * min(int(self.api.mem_get_info(die)[0]) for die in self.dies)

    def cache_bytes(self) -> int:
        """The last-level cache of one die."""
        return int(getattr(self.properties, "L2_cache_size", 0)) or CACHE_BYTES

    def uuid(self) -> tuple[str, str]:
        """An identity of the device, and how it is known."""
        return f"{host.describe().name}:{self.name}:{self.index}", "host name and index: the driver gave no UUID"

    def partition(self) -> str | None:
        """What part of a device this is; None for a whole one."""
        return None

    def facts(self) -> dict[str, str]:
        """Further facts for the record."""
        return {"dies": str(len(self.dies))}

    def versions(self) -> dict[str, str]:
        """PyTorch, and the libraries below it."""
        version = self.torch.version
        found = {"torch": str(self.torch.__version__), "cuda": version.cuda, "hip": getattr(version, "hip", None)}
        return {name: str(value) for name, value in found.items() if value}

    def settle(self, precision: Precision) -> None:
        """Set PyTorch's own switches, so that a precision is not computed from a lower one."""
        self.torch.set_float32_matmul_precision("high" if precision is Precision.TF32 else "highest")

    def operand(self, form: Form) -> str:
        """Name of the operand's type on this device."""
        return form.operand

    def layouts(self, precision: Precision) -> tuple[Layout, ...]:
        """Layouts of B to try."""
        return formats.layouts(precision)

    def laid_out(self, b: Library, layout: Layout) -> Library:  # noqa: ARG002 - Ascend overrides this
        """B in a layout that only this device has."""
        return b

    def refusal(self, precision: Precision) -> str | None:
        """Why the precision has no figure here, where that is known without a product."""
        if precision is Precision.TF32:
            return f"{self.name} has no tf32"
        return None

    def engine(self, precision: Precision) -> Engine:  # noqa: ARG002
        """The engine that multiplies."""
        return "matrix"

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        """Shapes whose two buffer sets fit in a third of the free memory; 8192 cubed leads."""
        found = shapes.candidates(self.units() // len(self.dies) or _UNITS)
        free = self.free_bytes() / len(self.dies)
        return tuple(s for s in found if 2 * set_bytes(FORMS[precision], s) < free / 3) or found[:1]

    def peak(self, precision: Precision) -> Peak | None:  # noqa: ARG002
        """No peak is known."""
        return None

    def maximum_clock_mhz(self) -> float | None:
        """No clock is known."""
        return None

    def clock_method(self) -> str:
        """How the clock is known."""
        return "none: PyTorch has no counter of the device's cycles in its stream"

    def batch(self, order: Sequence[Multiply]) -> Batch:
        """These products as a batch."""
        took = self.timed(order)
        return Batch(
            start_seconds=took.started,
            seconds=took.seconds,
            calls=len(order),
            clock_mhz=took.clock_mhz,
            temperature_c=self.temperature_c(),
            processor_seconds=took.processor_seconds,
        )

    def timed(self, order: Sequence[Multiply]) -> Timed:
        """The time of these products, between two events on each die; the slowest die counts."""
        before, after = ([self.event() for _ in self.dies] for _ in range(2))
        started = time.perf_counter()
        for die, event in zip(self.dies, before, strict=True):
            self.record(event, die)
        for multiply in order:
            multiply()
        for die, event in zip(self.dies, after, strict=True):
            self.record(event, die)
        self.synchronize()
        seconds = max(float(a.elapsed_time(b)) for a, b in zip(before, after, strict=True)) / 1e3
        return Timed(started, seconds)

    def event(self) -> Library:
        """An event that takes the time."""
        return self.api.Event(enable_timing=True)

    def record(self, event: Library, die: int) -> None:
        """Record the event in the stream of that die."""
        event.record(self.api.current_stream(die))

    def synchronize(self) -> None:
        """Wait for all dies."""
        for die in self.dies:
            self.api.synchronize(die)

    def heat(self) -> Heat | None:
        """Heat sinks of accelerators take up to two minutes (docs/bench.md)."""
        return Heat(load_seconds=30.0, slowest_seconds=120.0)

    def temperature_c(self) -> float | None:
        """Of the chip now, where one quick call tells it."""
        return None

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """Telemetry around a measurement."""
        return nullcontext(NoTelemetry())

    def foreign_processes(self) -> tuple[str, ...]:
        """Other processes that compute on the device."""
        return ()

    def power_limit_w(self) -> float | None:
        """Limit of the device's power."""
        return None

    def must_agree(self) -> dict[str, str]:
        """Facts that must be equal before two figures may be compared."""
        return {"units": str(self.units()), "dies": str(len(self.dies))}

    def release(self) -> None:
        """Give cached memory back."""
        self.synchronize()
        self.api.empty_cache()


class CudaBackend(Backend):
    """NVIDIA GPUs; clocks, power and other processes from NVML."""

    device_type = "cuda"
    fast_accumulation = True

    def __init__(self, torch: Library, name: str, index: int, dies: tuple[int, ...]) -> None:
        super().__init__(torch, name, index, dies)
        self.gpu = nvml.gpu_by(self._uuid(), "")

    def _uuid(self) -> str | None:
        found = getattr(self.properties, "uuid", None)
        return f"GPU-{found}" if found else None

    def uuid(self) -> tuple[str, str]:
        """The UUID of the driver."""
        found = self._uuid()
        return (found, "driver") if found else super().uuid()

    def partition(self) -> str | None:
        """A slice, by what NVML says of the GPU or by the unique id."""
        is_slice = "MIG" in (self._uuid() or "") or bool(self.gpu and self.gpu.facts().get("mig") == "on")
        return "MIG slice" if is_slice else None

    def facts(self) -> dict[str, str]:
        """What NVML says."""
        capability = f"{self.properties.major}.{self.properties.minor}"
        return super().facts() | {"compute_capability": capability} | (self.gpu.facts() if self.gpu else {})

    def settle(self, precision: Precision) -> None:
        """No reduced sums, no split sums in half precision; tf32 only where it is asked for."""
        matmul = self.torch.backends.cuda.matmul
        super().settle(precision)
        matmul.allow_fp16_reduced_precision_reduction = False
        matmul.allow_bf16_reduced_precision_reduction = False

    def refusal(self, precision: Precision) -> str | None:
        """TF32 begins with compute capability 8.0, fp8 with 8.9."""
        found = 10 * int(self.properties.major) + int(self.properties.minor)
        needed = {Precision.TF32: 80, Precision.BF16: 80, Precision.FP8: 89}.get(precision, 0)
        if found < needed:
            return f"this device (compute capability {found}) has no {precision}"
        return emulation.refusal(precision)

    def engine(self, precision: Precision) -> Engine:
        """As the data sheet has it."""
        return sheet.engine(precision, sheet.sheet_for(self.model(), self.units()))

    def peak(self, precision: Precision) -> Peak | None:
        """From the data sheet, for a whole device."""
        return sheet.peak(self.model(), self.units(), precision) if self.partition() is None else None

    def maximum_clock_mhz(self) -> float | None:
        """As NVML says it."""
        return self.gpu.maximum_clock_mhz() if self.gpu else None

    def temperature_c(self) -> float | None:
        """As NVML says it."""
        return self.gpu.temperature_c() if self.gpu else None

    def power_limit_w(self) -> float | None:
        """As NVML says it."""
        return self.gpu.power_limit_w() if self.gpu else None

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """NVML's readings."""
        return nvml.watching(self.gpu)

    def foreign_processes(self) -> tuple[str, ...]:
        """As NVML lists them."""
        return self.gpu.foreign_processes() if self.gpu else ()


class RocmBackend(Backend):
    """AMD GPUs, which PyTorch calls ``cuda`` too."""

    device_type = "cuda"

    def operand(self, form: Form) -> str:
        """CDNA 3 (gfx94x) has fp8 of another encoding, without negative zero."""
        is_cdna3 = str(getattr(self.properties, "gcnArchName", "")).startswith("gfx94")
        return f"{form.operand}uz" if is_cdna3 and form.operand == "float8_e4m3fn" else form.operand

    def engine(self, precision: Precision) -> Engine:
        """As the data sheet has it."""
        return sheet.engine(precision, sheet.sheet_for(self.model(), self.units()))

    def partition(self) -> str | None:
        """One die, where the driver shows each die of a package as a device."""
        return part_of_package(self.model())

    def peak(self, precision: Precision) -> Peak | None:
        """From the data sheet, for a whole package."""
        return sheet.peak(self.model(), self.units(), precision) if self.partition() is None else None


class XpuBackend(Backend):
    """Intel GPUs."""

    device_type = "xpu"

    def units(self) -> int:
        """Xe cores are counted as their vector engines by PyTorch."""
        return int(getattr(self.properties, "max_compute_units", 0))


def set_bytes(form: Form, shape: Shape) -> int:
    """Bytes of one A, B and C."""
    return (shape.m + shape.n) * shape.k * form.operand_bytes + shape.m * shape.n * form.product_bytes


def refuse_oversize(backend: Backend, shape: Shape, needed_bytes: int, precision: Precision) -> None:
    """Raise an InputError for a shape that does not fit, before anything is allocated."""
    buffers.refuse_oversize(shape, needed_bytes, backend.free_bytes(), f"{backend.name} {precision}")


def _types() -> dict[str, type[Backend]]:
    from petaplan.bench.devices.torch.apple import MpsBackend
    from petaplan.bench.devices.torch.ascend import AscendBackend
    from petaplan.bench.devices.torch.processor import ProcessorBackend

    return {
        "torch-cpu": ProcessorBackend,
        "torch-cuda": CudaBackend,
        "torch-rocm": RocmBackend,
        "torch-xpu": XpuBackend,
        "torch-mps": MpsBackend,
        "torch-npu": AscendBackend,
    }


def load(name: str) -> Library:
    """PyTorch, with the plug-in that the kind needs.

    Raises:
        NotMeasuredError: when one of them cannot be loaded; the text is what it said.
    """
    plug_in = _types()[name].plug_in
    try:
        torch = import_module("torch")
        if plug_in:
            import_module(plug_in)
    except Exception as error:
        raise NotMeasuredError(f"{name}: PyTorch cannot be loaded: {type(error).__name__}: {error}") from error
    return torch


def packages(name: str, torch: Library) -> tuple[tuple[int, ...], ...]:
    """The dies of each device of a kind that PyTorch shows; none where it was built for another maker's devices."""
    kind = _types()[name]
    is_amd = getattr(torch.version, "hip", None) is not None
    if kind.device_type == "cuda" and is_amd != (kind is RocmBackend):
        return ()
    return kind.packages(torch) if hasattr(torch, kind.device_type) else ()


def backend(name: str, index: int, threads: int | None) -> Backend:
    """The device of that index.

    Raises:
        InputError: when PyTorch shows fewer.
        NotMeasuredError: when it shows none.
    """
    torch = load(name)
    if name == "torch-cpu":
        from petaplan.bench.devices.torch.processor import ProcessorBackend

        return ProcessorBackend(torch, threads)
    found = packages(name, torch)
    if not found:
        raise NotMeasuredError(f"{name}: PyTorch {torch.__version__} shows no such device")
    if index >= len(found):
        raise InputError(f"--device {name}:{index}: this host shows {len(found)} of them, numbered from 0")
    return _types()[name](torch, name, index, found[index])
