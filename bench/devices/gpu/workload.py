"""One matmul on a GPU: raw device buffers, and cuBLAS gemmEx or cublasLt planned for them."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Protocol

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Array, ArrayLibrary, Library
from petaplan.bench.devices.common.device import Batch, Calling, Data, Decode, Operands
from petaplan.bench.devices.common.parity import hash_of_parities
from petaplan.bench.devices.gpu import formats, kernels
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.lt_gemm import WORKSPACE_BYTES, LtGemm
from petaplan.bench.devices.gpu.timing import EventTimer, Timed
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Compute, Shape
from petaplan.bench.precision import Precision

_SIDE_MULTIPLE = 32
"""Of every side: fp8 and int8 need 16, packed fp4 needs 32, and a row of any product then fills whole words."""
_LT_ALGORITHMS = 4
_GEMM_DEFAULT = -1
_MOST_GRAPHS = 64


class Gpu(Timed, Protocol):
    """What a workload needs of its device."""

    cache_bytes: int
    is_hip: bool
    kernels: Library
    calling: Calling


class CupyWorkload:
    """Raw device buffers and one planned library call."""

    def __init__(
        self,
        device: Gpu,
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
        self._cursor = self._poisoned = 0
        self._graphs: dict[tuple[int, int], Library] = {}
        self._timer = EventTimer(device)
        with device.stream:
            self._sets = self._filled(data, seed)
            self._scales = self._block_scales(data, seed) if precision is Precision.FP4 else None
            self._lt = self._planned() if self._form.call == "cublasLt" else None
            self._workspace = self._cp.empty(WORKSPACE_BYTES if self._lt else 0, dtype=np.uint8)
        device.stream.synchronize()
        self.algorithm_count = self._lt.algorithm_count if self._lt else 1
        self._algorithm = algorithm
        self._scalars = np.ones(1, dtype=self._scalar_kind()), np.zeros(1, dtype=self._scalar_kind())
        self.compute = self._described()

    def _scalar_kind(self) -> type[np.floating]:
        return np.float64 if self._form.accumulate == "fp64" else np.float32

    def _filled(self, data: Data, seed: int) -> list[tuple[Array, Array, Array]]:
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
        return LtGemm(
            cublasLt, self._form, self.shape, most=_LT_ALGORITHMS, scales=scales,
            fast_accumulation=self._device.calling.fast_accumulation,
        )  # fmt: skip

    def _block_scales(self, data: Data, seed: int) -> tuple[Array, Array]:
        """The scales of A's and of B's blocks of sixteen, the same for every set."""
        found = [
            self._cp.asarray(formats.fp4_scales(rows, self.shape.k, data, seed + side))
            for side, rows in enumerate((self.shape.m, self.shape.n))
        ]
        return found[0], found[1]

    def _described(self) -> Compute:
        library = "hipBLAS" if self._device.is_hip else "cuBLAS"
        return Compute(
            call=f"{library} {self._form.call}{' in a CUDA graph' if self._device.calling.graph else ''}",
            compute_type=self._form.hip_compute_name if self._device.is_hip else self._form.compute_name,
            accumulate=self._form.accumulate,
            output=self._form.product,
            emulated=False,
            fast_accumulation=self._lt.fast_accumulation if self._lt else None,
            algorithm=f"heuristic {self._algorithm}" if self._lt else None,
            workspace_mib=WORKSPACE_BYTES / 2**20 if self._lt else None,
        )

    def time_batch(self, calls: int) -> Batch:
        stream, is_graph = self._device.stream, self._device.calling.graph
        batch = self._timer.time(
            calls, partial(self._recorded(calls).launch, stream) if is_graph else self._calls(calls)
        )
        self._cursor = (self._cursor + calls) % self.set_count
        return batch

    def _recorded(self, calls: int) -> Library:
        """The next calls as a graph, recorded once for each place in the rotation and uploaded before it is timed."""
        key, stream = (self._cursor, calls), self._device.stream
        if key not in self._graphs:
            if len(self._graphs) >= _MOST_GRAPHS:
                self._graphs.clear()
            enqueue = self._calls(calls)
            with stream:
                stream.begin_capture()
                enqueue()
                self._graphs[key] = stream.end_capture()
                self._graphs[key].upload(stream)
            stream.synchronize()
        return self._graphs[key]

    def _calls(self, calls: int) -> Callable[[], None]:
        """What enqueues the products; all that Python can do before is done before the first event."""
        pointers = [tuple(int(array.data.ptr) for array in one) for one in self._sets]
        order = [pointers[(self._cursor + call) % self.set_count] for call in range(calls)]
        stream = int(self._device.stream.ptr)
        if self._lt is not None:
            algorithm = self._lt.algorithm_pointer(self._algorithm)
            workspace = int(self._workspace.data.ptr)
            enqueue = self._lt.enqueue

            def products() -> None:
                for a, b, c in order:
                    enqueue((a, b, c), algorithm, workspace, stream)

            return products
        return self._gemm_ex(order, stream)

    def _gemm_ex(self, order: list[tuple[int, ...]], stream: int) -> Callable[[], None]:
        """Row-major C = A B as the column-major product of the transposes."""
        entry = cublas()
        handle = self._cp.cuda.device.get_cublas_handle()
        entry.setStream(handle, stream)
        form, m, n, k = self._form, self.shape.m, self.shape.n, self.shape.k
        alpha, beta = (scalar.ctypes.data for scalar in self._scalars)
        kind, product = form.operand_type, form.product_type
        compute = form.hip_compute_type if self._device.is_hip else form.compute_type

        def products() -> None:
            for a, b, c in order:
                entry.gemmEx(
                    handle, 0, 0, n, m, k, alpha, b, kind, n, a, kind, k, beta, c, product, n,
                    compute, _GEMM_DEFAULT,
                )  # fmt: skip

        return products

    def reserve(self, calls: int) -> None:
        """More products, so that the calls of a batch each have their own."""
        cp, first = self._cp, self._sets[: self.set_count]
        free = int(cp.cuda.runtime.memGetInfo()[0])
        more = buffers.more_products(calls, self.set_count, int(first[0][2].nbytes), free)
        with self._device.stream:
            for index in range(more):
                a, b, c = first[index % len(first)]
                self._sets.append((a, b, cp.empty(c.size, dtype=c.dtype)))
        self._device.stream.synchronize()
        self.set_count = len(self._sets)
        self._graphs.clear()

    def next_sets(self, calls: int) -> tuple[int, ...]:
        return buffers.sets_written(self._cursor, calls, self.set_count)

    def poison(self, index: int) -> None:
        rows = self.shape.n if self._lt else self.shape.m
        product = self._sets[index][2].reshape(rows, -1)
        with self._device.stream:
            product[self._poisoned % buffers.POISON_ROWS :: buffers.POISON_ROWS].fill(0xFFFF)
        self._poisoned += 1

    def result_hash(self, index: int) -> str:
        cp = self._cp
        rows = self.shape.n if self._lt else self.shape.m
        words = self._sets[index][2].view(np.uint64).reshape(rows, -1)
        columns = int(words.shape[1])
        with self._device.stream:
            by_column = cp.zeros(columns, dtype=np.uint64)
            self._device.kernels.get_function("parity")(
                (-(-columns // 256), -(-rows // 64)),
                (256,),
                (words, np.uint64(rows), np.uint64(columns), by_column),
            )
            found = cp.asnumpy(by_column, stream=self._device.stream)
        self._device.stream.synchronize()
        return hash_of_parities(found.tobytes())

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
            decode_operand=contiguous(cp, formats.operand_decoder(self._precision, cp)),
            decode_product=contiguous(cp, formats.product_decoder(self._precision, cp)),
        )

    def _product_words(self, product: Array) -> Array:
        return product.view({2: np.uint16, 4: np.uint32, 8: np.uint64}[self._form.product_bytes])

    def close(self) -> None:
        self._device.stream.synchronize()
        self._graphs.clear()
        if self._lt is not None:
            self._lt.close()
        self._sets = []
        self._cp.get_default_memory_pool().free_all_blocks()


def refuse_uneven(shape: Shape, where: str) -> None:
    """Raise an InputError for a side that tensor-core layouts do not support, before anything is allocated."""
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


def contiguous(xp: ArrayLibrary, decode: Decode) -> Decode:
    """Decode a copy in row order: a transposed view cannot be read as other words."""
    return lambda block: decode(xp.ascontiguousarray(block))


def cublas() -> Library:
    """CuPy's own entry to cuBLAS, where the compute type is explicit."""
    return import_module("cupy_backends.cuda.libs.cublas")
