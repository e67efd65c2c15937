"""GPUs behind CuPy: cuBLAS gemmEx for what it reaches on tensor cores, cublasLt for int8, fp8 and fp4."""

import os
import time
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.device import Batch, Data, Engine, Operands, TelemetryWatch
from petaplan.bench.devices.common.parity import hash_of_parities
from petaplan.bench.devices.gpu import formats, kernels, nvml, shapes, sheet
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.lt_gemm import WORKSPACE_BYTES, LtGemm
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import host, names
from petaplan.bench.evidence.record import Compute, DeviceRecord, Peak, Shape, Software
from petaplan.bench.precision import Precision

_EMULATION = {
    Precision.FP64: ("CUBLAS_EMULATE_DOUBLE_PRECISION",),
    Precision.FP32: ("CUBLAS_EMULATE_SINGLE_PRECISION", "NVIDIA_TF32_OVERRIDE", "CUPY_TF32"),
}
"""Variables under which a plain precision would be made of lower ones."""
_SIDE_MULTIPLE = 32
"""Of every side: fp8 and int8 need 16, packed fp4 needs 32, and a row of any product then fills whole words."""
_CAPABILITY = {Precision.TF32: 80, Precision.BF16: 80, Precision.FP8: 89, Precision.FP4: 100, Precision.INT8: 75}
_LT_ALGORITHMS = 4
_GEMM_DEFAULT = -1


def visible_count() -> int:
    """GPUs the runtime shows."""
    import cupy

    return int(cupy.cuda.runtime.getDeviceCount())


def visible_kind() -> str:
    """``cuda`` or ``rocm``."""
    import cupy

    return "rocm" if cupy.cuda.runtime.is_hip else "cuda"


class CupyDevice:
    """One GPU, its stream and its kernels."""

    def __init__(self, index: int) -> None:
        import cupy

        count = visible_count()
        if index >= count:
            raise InputError(f"--device {visible_kind()}:{index}: this host shows {count} of them, numbered from 0")
        self.cp = cupy
        cupy.cuda.Device(index).use()
        self.properties: dict[str, Any] = cupy.cuda.runtime.getDeviceProperties(index)
        self.units = int(self.properties["multiProcessorCount"])
        self.cache_bytes = int(self.properties["l2CacheSize"]) or 64 << 20
        self.is_hip = bool(cupy.cuda.runtime.is_hip)
        self.name = _decoded(self.properties["name"])
        self.capability = 10 * int(self.properties["major"]) + int(self.properties["minor"])
        self.gpu = None if self.is_hip else nvml.gpu_by(_uuid(self.properties), _bus(cupy, index))
        self.stream = cupy.cuda.Stream(non_blocking=True)
        self.kernels = cupy.RawModule(code=kernels.SOURCE)
        self.probe = None if self.is_hip else cupy.RawModule(code=kernels.PROBE).get_function("clock_probe")
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
            partition="MIG slice" if is_slice else None,
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
        if self.is_hip and precision not in (Precision.FP64, Precision.FP32, Precision.FP16, Precision.BF16):
            return f"CuPy's hipBLAS path has no {precision}"
        if self.capability < _CAPABILITY.get(precision, 0) and not self.is_hip:
            return f"this device (compute capability {self.capability}) has no {precision}"
        if FORMATS[precision].call == "cublasLt" and find_spec("nvmath") is None:
            return f"{precision} needs cublasLt: install the extra cuda12 or cuda13 (nvmath-python)"
        for variable in _EMULATION.get(precision, ()):
            if os.environ.get(variable, "0") not in ("", "0"):
                return f"{variable} is set: the library would make {precision} of lower precisions; unset it"
        if precision is Precision.TF32 and os.environ.get("NVIDIA_TF32_OVERRIDE") == "0":
            return "NVIDIA_TF32_OVERRIDE is 0: the library would multiply in fp32 instead; unset it"
        return None

    def engine(self, precision: Precision) -> Engine:
        return sheet.engine(precision, sheet.sheet_for(self.name, self.units))

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        """The waves that fit in a third of the free memory with two buffer sets."""
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
    ) -> "CupyWorkload":  # fmt: skip
        refuse_uneven(shape, f"{self.record.key} {precision}")
        sets = buffers.set_count(set_bytes(precision, shape), self.cache_bytes)
        free = int(self.cp.cuda.runtime.memGetInfo()[0])
        where = f"{self.record.key} {precision}"
        buffers.refuse_oversize(shape, sets * set_bytes(precision, shape), free, where)
        return CupyWorkload(self, precision, shape, data, seed, algorithm=algorithm, sets=sets)

    def peak(self, precision: Precision) -> Peak | None:
        return sheet.peak(self.name, self.units, precision) if not self.record.partition else None

    def maximum_clock_mhz(self) -> float | None:
        return self.gpu.maximum_clock_mhz() if self.gpu else None

    def clock_method(self) -> str:
        if self.probe is None:
            return "none: no in-stream probe on this platform"
        return "in-stream probe: clock64 over globaltimer on one multiprocessor, around exactly the timed batch"

    def seconds(self) -> float:
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        self.stream.synchronize()
        time.sleep(seconds)

    def foreign_processes(self) -> tuple[str, ...]:
        """Who else computes here; the neighbours of a slice are listed with it and none of ours to refuse."""
        return self.gpu.foreign_processes() if self.gpu and not self.record.partition else ()

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        return nvml.watching(self.gpu)

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        return {"units": str(self.units), "ecc": self.record.facts.get("ecc", "unknown")}

    def close(self) -> None:
        self.stream.synchronize()
        self.cp.get_default_memory_pool().free_all_blocks()


class CupyWorkload:
    """Raw device buffers and one planned library call."""

    def __init__(
        self,
        device: CupyDevice,
        precision: Precision,
        shape: Shape,
        data: Data,
        seed: int,
        *,
        algorithm: int,
        sets: int,
    ) -> None:
        self._device, self._precision, self._cp = device, precision, device.cp
        self._form = FORMATS[precision]
        self.shape, self.set_count = shape, sets
        self._cursor = 0
        with device.stream:
            self._clocks = self._cp.zeros(6, dtype=np.uint64)
            self._sets = self._filled(data, seed)
            self._scales = self._block_scales(data, seed) if precision is Precision.FP4 else None
            self._lt = self._planned() if self._form.call == "cublasLt" else None
            self._workspace = self._cp.empty(WORKSPACE_BYTES if self._lt else 0, dtype=np.uint8)
        device.stream.synchronize()
        self.algorithm_count = self._lt.algorithm_count if self._lt else 1
        self._algorithm = algorithm
        self._scalars = np.ones(1, dtype=self._scalar_kind()), np.zeros(1, dtype=self._scalar_kind())
        self.compute = self._described()

    def _scalar_kind(self) -> Any:
        return np.float64 if self._form.accumulate == "fp64" else np.float32

    def _filled(self, data: Data, seed: int) -> list[tuple[Any, Any, Any]]:
        cp, form, shape = self._cp, self._form, self.shape
        table = cp.asarray(formats.draw_table(self._precision, data, seed))
        kernel = self._device.kernels.get_function(kernels.PICKS[form.word_bytes])
        words = [rows * shape.k * form.operand_bits // (8 * form.word_bytes) for rows in (shape.m, shape.n)]
        found = []
        for index in range(self.set_count):
            pair = [cp.empty(count, dtype=table.dtype) for count in words]
            for side, buffer in enumerate(pair):
                stream_seed = np.uint64(((seed + 1) << 20) + 2 * index + side)
                kernel((4096,), (256,), (table, buffer, np.uint64(buffer.size), stream_seed))
            product = cp.empty(shape.m * shape.n * form.product_bytes // 2, dtype=np.uint16)
            found.append((pair[0], pair[1], product))
        return found

    def _planned(self) -> LtGemm:
        from nvmath.bindings import cublasLt

        scales = (int(self._scales[0].data.ptr), int(self._scales[1].data.ptr)) if self._scales else None
        return LtGemm(cublasLt, self._form, self.shape, most=_LT_ALGORITHMS, scales=scales)

    def _block_scales(self, data: Data, seed: int) -> tuple[Any, Any]:
        """The scales of A's and of B's blocks of sixteen, the same for every set."""
        found = [
            self._cp.asarray(formats.fp4_scales(rows, self.shape.k, data, seed + side))
            for side, rows in enumerate((self.shape.m, self.shape.n))
        ]
        return found[0], found[1]

    def _described(self) -> Compute:
        library = "hipBLAS" if self._device.is_hip else "cuBLAS"
        return Compute(
            call=f"{library} {self._form.call}",
            compute_type=self._form.compute_name,
            accumulate=self._form.accumulate,
            output=self._form.product,
            emulated=False,
            fast_accumulation=self._lt.fast_accumulation if self._lt else None,
            algorithm=f"heuristic {self._algorithm}" if self._lt else None,
            workspace_mib=WORKSPACE_BYTES / 2**20 if self._lt else None,
        )

    def time_batch(self, calls: int) -> Batch:
        cp, device = self._cp, self._device
        before, after = cp.cuda.Event(), cp.cuda.Event()
        started = time.perf_counter()
        with device.stream:
            self._clocks.fill(0)
            self._probe(0)
            before.record(device.stream)
            self._enqueue(calls)
            after.record(device.stream)
            self._probe(3)
        after.synchronize()
        device.stream.synchronize()
        self._cursor = (self._cursor + calls) % self.set_count
        return Batch(
            start_seconds=started,
            seconds=float(cp.cuda.get_elapsed_time(before, after)) / 1e3,
            calls=calls,
            clock_mhz=self._clock(),
        )

    def _probe(self, slot: int) -> None:
        if self._device.probe is not None:
            self._device.probe((2 * self._device.units,), (32,), (self._clocks[slot : slot + 3],))

    def _clock(self) -> float | None:
        if self._device.probe is None:
            return None
        found = [int(value) for value in self._cp.asnumpy(self._clocks)]
        return kernels.clock_mhz((found[0], found[1], found[2]), (found[3], found[4], found[5]))

    def _enqueue(self, calls: int) -> None:
        pointers = [tuple(int(array.data.ptr) for array in one) for one in self._sets]
        order = [pointers[(self._cursor + call) % self.set_count] for call in range(calls)]
        stream = int(self._device.stream.ptr)
        if self._lt is not None:
            algorithm = self._lt.algorithm_pointer(self._algorithm)
            workspace = int(self._workspace.data.ptr)
            for a, b, c in order:
                self._lt.enqueue((a, b, c), algorithm, workspace, stream)
            return
        self._gemm_ex(order, stream)

    def _gemm_ex(self, order: list[tuple[int, ...]], stream: int) -> None:
        """Row-major C = A B as the column-major product of the transposes."""
        cublas = _cublas()
        handle = self._cp.cuda.device.get_cublas_handle()
        cublas.setStream(handle, stream)
        form, m, n, k = self._form, self.shape.m, self.shape.n, self.shape.k
        alpha, beta = (scalar.ctypes.data for scalar in self._scalars)
        kind, product = form.operand_type, form.product_type
        for a, b, c in order:
            cublas.gemmEx(
                handle, 0, 0, n, m, k, alpha, b, kind, n, a, kind, k, beta, c, product, n,
                form.compute_type, _GEMM_DEFAULT,
            )  # fmt: skip

    def next_sets(self, calls: int) -> tuple[int, ...]:
        return buffers.sets_written(self._cursor, calls, self.set_count)

    def poison(self, index: int) -> None:
        product = self._sets[index][2]
        self._cp.cuda.runtime.memsetAsync(
            int(product.data.ptr), 0xFF, int(product.nbytes), int(self._device.stream.ptr)
        )

    def result_hash(self, index: int) -> str:
        cp = self._cp
        rows = self.shape.n if self._lt else self.shape.m
        words = self._sets[index][2].view(np.uint64).reshape(rows, -1)
        columns = int(words.shape[1])
        with self._device.stream:
            by_row, by_column = cp.zeros(rows, dtype=np.uint64), cp.zeros(columns, dtype=np.uint64)
            self._device.kernels.get_function("parity")(
                (-(-columns // 256), -(-rows // 64)),
                (256,),
                (words, np.uint64(rows), np.uint64(columns), by_row, by_column),
            )
            found = [cp.asnumpy(parity, stream=self._device.stream) for parity in (by_row, by_column)]
        self._device.stream.synchronize()
        return hash_of_parities(found[0].tobytes(), found[1].tobytes())

    def operands(self, index: int) -> Operands:
        cp, shape = self._cp, self.shape
        a, b, c = self._sets[index]
        if self._lt is None:
            left, right = a.reshape(shape.m, shape.k), b.reshape(shape.k, shape.n)
            product = self._product_words(c).reshape(shape.m, shape.n)
        else:
            left, right = a.reshape(shape.m, -1), b.reshape(shape.n, -1)
            if self._scales:
                left, right = (
                    formats.fp4_values(packed, scales, cp)
                    for packed, scales in zip((left, right), self._scales, strict=True)
                )
            right, product = right.T, self._product_words(c).reshape(shape.n, shape.m).T
        return Operands(
            xp=cp,
            a=left,
            b=right,
            c=product,
            decode_operand=_contiguous(cp, formats.operand_decoder(self._precision, cp)),
            decode_product=_contiguous(cp, formats.product_decoder(self._precision, cp)),
        )

    def _product_words(self, product: Any) -> Any:
        return product.view({2: np.uint16, 4: np.uint32, 8: np.uint64}[self._form.product_bytes])

    def close(self) -> None:
        self._device.stream.synchronize()
        if self._lt is not None:
            self._lt.close()
        self._sets = []
        self._cp.get_default_memory_pool().free_all_blocks()


def refuse_uneven(shape: Shape, where: str) -> None:
    """A side that the tensor cores' layouts cannot take is named before anything is allocated."""
    odd = [
        f"{name} {side}" for name, side in zip("mnk", (shape.m, shape.n, shape.k), strict=True) if side % _SIDE_MULTIPLE
    ]
    if odd:
        raise InputError(f"{where}: --shape {shape}: found {', '.join(odd)}; expected multiples of {_SIDE_MULTIPLE}")


def set_bytes(precision: Precision, shape: Shape) -> int:
    """Bytes of one A, B and C."""
    form = FORMATS[precision]
    operands = (shape.m + shape.n) * shape.k * form.operand_bits // 8
    return operands + shape.m * shape.n * form.product_bytes


def _contiguous(xp: Any, decode: Any) -> Any:
    """A transposed view cannot be read as other words until it is laid out anew."""
    return lambda block: decode(xp.ascontiguousarray(block))


def _decoded(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _uuid(properties: dict[str, Any]) -> str | None:
    raw = properties.get("uuid")
    if not isinstance(raw, (bytes, bytearray)) or len(raw) != 16 or not any(raw):
        return None
    text = bytes(raw).hex()
    return f"GPU-{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _cublas() -> Any:
    """CuPy's own entry to cuBLAS, where the compute type is explicit."""
    return import_module("cupy_backends.cuda.libs.cublas")


def _bus(cupy: Any, index: int) -> str:
    return str(cupy.cuda.runtime.deviceGetPCIBusId(index))


def _versions(cupy: Any) -> dict[str, str]:
    cublas = _cublas()
    runtime = cupy.cuda.runtime
    found = {
        "cupy": str(cupy.__version__),
        "numpy": np.__version__,
        "runtime": str(runtime.runtimeGetVersion()),
        "driver_api": str(runtime.driverGetVersion()),
        "blas_version": str(cublas.getVersion(cupy.cuda.device.get_cublas_handle())),
    }
    for package in ("nvmath-python", "nvidia-cublas-cu12", "nvidia-cublas", "nvidia-ml-py"):
        version = host.installed(package)
        if version:
            found[package] = version
    return found
