"""GPUs through CuPy: cuBLAS gemmEx for most precisions, cublasLt for int8, fp8 and fp4."""

import time
from contextlib import AbstractContextManager
from importlib.util import find_spec

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.common.defaults import DeviceDefaults
from petaplan.bench.devices.common.device import USUAL, Data, Engine, Heat, TelemetryWatch
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.gpu import emulation, kernels, nvml, shapes, sheet
from petaplan.bench.devices.gpu.formats import FORMATS, HIP_PRECISIONS
from petaplan.bench.devices.gpu.packages import part_of_package
from petaplan.bench.devices.gpu.products import CupyProducts
from petaplan.bench.devices.gpu.workload import CupyWorkload, cublas, refuse_uneven, set_bytes
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import host, names
from petaplan.bench.evidence.record import DeviceRecord, Peak, Shape, Software
from petaplan.bench.precision import Precision

_CAPABILITY = {Precision.TF32: 80, Precision.BF16: 80, Precision.FP8: 89, Precision.FP4: 100, Precision.INT8: 75}


def visible_count() -> int:
    """Number of GPUs that the runtime shows."""
    import cupy

    return int(cupy.cuda.runtime.getDeviceCount())


def visible_kind() -> str:
    """``cuda`` or ``rocm``."""
    import cupy

    return "rocm" if cupy.cuda.runtime.is_hip else "cuda"


class CupyDevice(DeviceDefaults):
    """One GPU, its stream and its kernels."""

    def __init__(self, index: int) -> None:
        import cupy

        count = visible_count()
        if index >= count:
            raise InputError(f"--device {visible_kind()}:{index}: this host shows {count} of them, numbered from 0")
        self.cp = cupy
        cupy.cuda.Device(index).use()
        self.properties: Library = cupy.cuda.runtime.getDeviceProperties(index)
        self.units = int(self.properties["multiProcessorCount"])
        self.cache_bytes = int(self.properties["l2CacheSize"]) or 64 << 20
        self.is_hip = bool(cupy.cuda.runtime.is_hip)
        self.name = _decoded(self.properties["name"])
        self.capability = 10 * int(self.properties["major"]) + int(self.properties["minor"])
        self.gpu = None if self.is_hip else nvml.gpu_by(_uuid(self.properties), _bus(cupy, index))
        self.stream = cupy.cuda.Stream(non_blocking=True)
        self.kernels = cupy.RawModule(code=kernels.SOURCE)
        self.probe = None if self.is_hip else cupy.RawModule(code=kernels.PROBE).get_function("clock_probe")
        self.calling = USUAL
        self._record = self._describe(index)

    @property
    def record(self) -> DeviceRecord:
        return self._record

    def _describe(self, index: int) -> DeviceRecord:
        facts = self.gpu.facts() if self.gpu else {}
        is_slice = facts.get("mig") == "on"
        # A slice has a UUID of its own; NVML's handle is that of the GPU it was cut from.
        uuid = (self.gpu.uuid() if self.gpu and not is_slice else None) or _uuid(self.properties)
        if is_slice and uuid:
            uuid = uuid.replace("GPU-", "MIG-", 1)
        versions = _versions(self.cp)
        libraries = f"{'hipblas' if self.is_hip else 'cublas'} {versions['blas_version']}"
        if "cublaslt" in versions:
            libraries += f", cublasLt {versions['cublaslt']}"
        return DeviceRecord(
            key=f"{visible_kind()}:{index}",
            kind="rocm" if self.is_hip else "cuda",
            model=self.name,
            aliases=names.aliases(self.name),
            uuid=uuid or f"{host.describe().name}:{_bus(self.cp, index)}",
            uuid_known_by="driver" if uuid else "host name and bus address: the driver gave no UUID",
            units=self.units,
            memory_gib=int(self.properties["totalGlobalMem"]) / 2**30,
            power_limit_w=self.gpu.power_limit_w() if self.gpu else None,
            partition="MIG slice" if is_slice else part_of_package(self.name) if self.is_hip else None,
            facts=facts
            | {
                "bus": _bus(self.cp, index),
                "compute_capability": str(self.capability),
                "last_level_cache": f"{self.cache_bytes / 2**20:g} MiB",
            },
            software=Software(
                identity=f"{libraries}, driver {facts.get('driver') or versions['driver_api']}",
                versions=versions,
                environment=host.arithmetic_environment(),
            ),
        )

    def why_not(self, precision: Precision) -> str | None:
        if self.is_hip and precision not in HIP_PRECISIONS:
            return f"CuPy's hipBLAS path has no {precision}"
        if self.capability < _CAPABILITY.get(precision, 0) and not self.is_hip:
            return f"this device (compute capability {self.capability}) has no {precision}"
        if FORMATS[precision].call == "cublasLt" and find_spec("nvmath") is None:
            return f"{precision} needs cublasLt: install the extra cuda12 or cuda13 (nvmath-python)"
        return emulation.refusal(precision)

    def engine(self, precision: Precision) -> Engine:
        return sheet.engine(precision, sheet.sheet_for(self.name, self.units))

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        """Shapes whose two buffer sets fit in a third of the free memory; 8192 cubed leads wherever it fits."""
        free = int(self.cp.cuda.runtime.memGetInfo()[0])
        found = shapes.candidates(self.units)
        return tuple(s for s in found if 2 * set_bytes(precision, s) < free / 3) or found[:1]

    def algorithm_count(self, precision: Precision, shape: Shape) -> int:
        if FORMATS[precision].call == "gemmEx":
            return 1
        workload = CupyWorkload(self, precision, shape, "zeros", 0, algorithm=0, sets=1)
        try:
            return workload.algorithm_count
        finally:
            workload.close()

    def prepare(
        self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int
    ) -> CupyWorkload:  # fmt: skip
        refuse_uneven(shape, f"{self.record.key} {precision}")
        sets = buffers.set_count(set_bytes(precision, shape), self.cache_bytes)
        free = int(self.cp.cuda.runtime.memGetInfo()[0])
        where = f"{self.record.key} {precision}"
        buffers.refuse_oversize(shape, sets * set_bytes(precision, shape), free, where)
        return CupyWorkload(self, precision, shape, data, seed, algorithm=algorithm, sets=sets)

    def products(self, precision: Precision, product: Product, data: Data, seed: int) -> CupyProducts:
        """Buffers of a product of a grid."""
        return CupyProducts(self, precision, product, data, seed)

    def peak(self, precision: Precision) -> Peak | None:
        return sheet.peak(self.name, self.units, precision) if not self.record.partition else None

    def maximum_clock_mhz(self) -> float | None:
        return self.gpu.maximum_clock_mhz() if self.gpu else None

    def clock_method(self) -> str:
        if self.probe is None:
            return "none: no in-stream probe on this platform"
        return "in-stream probe: clock64 over globaltimer on one multiprocessor, around exactly the timed batch"

    def heat(self) -> Heat:
        """Heat sinks of GPUs take up to two minutes (docs/bench.md)."""
        return Heat(load_seconds=30.0, slowest_seconds=120.0)

    def temperature_c(self) -> float | None:
        """Of the chip, as NVML shows it now."""
        return self.gpu.temperature_c() if self.gpu else None

    def rest(self, seconds: float) -> None:
        self.stream.synchronize()
        time.sleep(seconds)

    def foreign_processes(self) -> tuple[str, ...]:
        """Other processes on the GPU; empty for a slice, since the driver lists the processes of its neighbours too."""
        return self.gpu.foreign_processes() if self.gpu and not self.record.partition else ()

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        return nvml.watching(self.gpu)

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        return {"units": str(self.units), "ecc": self.record.facts.get("ecc", "unknown")}

    def close(self) -> None:
        self.stream.synchronize()
        self.cp.get_default_memory_pool().free_all_blocks()


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _uuid(properties: dict[str, object]) -> str | None:
    raw = properties.get("uuid")
    if not isinstance(raw, (bytes, bytearray)) or len(raw) != 16 or not any(raw):
        return None
    text = bytes(raw).hex()
    return f"GPU-{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _bus(cupy: Library, index: int) -> str:
    return str(cupy.cuda.runtime.deviceGetPCIBusId(index))


def _versions(cupy: Library) -> dict[str, str]:
    runtime = cupy.cuda.runtime
    found = {
        "cupy": str(cupy.__version__),
        "numpy": np.__version__,
        "runtime": str(runtime.runtimeGetVersion()),
        "driver_api": str(runtime.driverGetVersion()),
        "blas_version": str(cublas().getVersion(cupy.cuda.device.get_cublas_handle())),
    }
    if find_spec("nvmath") is not None and not runtime.is_hip:
        from nvmath.bindings import cublasLt

        found["cublaslt"] = str(cublasLt.get_version())
    for package in ("nvmath-python", "nvidia-cublas-cu12", "nvidia-cublas", "nvidia-ml-py"):
        version = host.installed(package)
        if version:
            found[package] = version
    return found
