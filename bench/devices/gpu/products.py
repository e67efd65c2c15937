"""Products of a grid through CuPy: cuBLAS's gemmEx, or gemmStridedBatchedEx for many at once, on raw device buffers.

No GPU has run this. The order of the arguments is that of the installed CuPy, and their meaning that of cuBLAS.
"""

from collections.abc import Callable, Iterator

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Array
from petaplan.bench.devices.common.device import Batch, Data, Operands
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.gpu import formats, kernels, workload
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.timing import EventTimer
from petaplan.bench.devices.gpu.workload import Gpu
from petaplan.bench.errors import InputError
from petaplan.bench.precision import Precision

_AS_STORED, _TRANSPOSED = 0, 1
"""cublasOperation_t."""
_GEMM_DEFAULT = -1
_WORDS = {2: np.uint16, 4: np.uint32, 8: np.uint64}


class CupyProducts:
    """Rotating sets of A, B and C; one call multiplies every product of a set."""

    def __init__(self, device: Gpu, precision: Precision, product: Product, data: Data, seed: int) -> None:
        self._device, self._cp, self._precision, self._product = device, device.cp, precision, product
        self._form = FORMATS[precision]
        if self._form.call != "gemmEx":
            found = f"{precision} through CuPy: {self._form.call} has one layout"
            raise InputError(f"{found}; expected a floating format of 16 bits or more")
        one_set = product.elements * self._form.word_bytes
        self.set_count = buffers.set_count(one_set, device.cache_bytes)
        free = int(self._cp.cuda.runtime.memGetInfo()[0])
        buffers.refuse_oversize(product.shape, self.set_count * one_set, free, f"{precision}, {product}")
        kind = np.float64 if self._form.accumulate == "fp64" else np.float32
        self._scalars = np.array([1.0], dtype=kind), np.array([0.0], dtype=kind)
        self._cursor = 0
        self._timer = EventTimer(device)
        with device.stream:
            self._sets = list(self._filled(data, seed))
        device.stream.synchronize()

    def _filled(self, data: Data, seed: int) -> Iterator[tuple[Array, Array, Array]]:
        """Words of A and B as they are stored, gaps included, and of C."""
        cp, product = self._cp, self._product
        table = cp.asarray(formats.draw_table(self._precision, data, seed))
        kernel = self._device.kernels.get_function(kernels.PICKS[self._form.word_bytes])
        stored = [product.batch * rows * (columns + product.pad) for rows, columns in self._stored()]
        for index in range(self.set_count):
            pair = [cp.empty(count, dtype=table.dtype) for count in stored]
            for side, buffer in enumerate(pair):
                stream_seed = np.uint64(((seed + 1) << 20) + 2 * index + side)
                kernel((4096,), (256,), (table, buffer, np.uint64(buffer.size), stream_seed))
            words = product.batch * product.shape.m * product.shape.n
            yield pair[0], pair[1], cp.empty(words, dtype=_WORDS[self._form.product_bytes])

    def _stored(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and columns of one A and one B as they are stored."""
        m, n, k = self._product.shape.m, self._product.shape.n, self._product.shape.k
        return (k, m) if self._product.layout == "TN" else (m, k), (n, k) if self._product.layout == "NT" else (k, n)

    def time_batch(self, calls: int) -> Batch:
        """Calls back to back between two events of the stream."""
        batch = self._timer.time(calls, self._calls(calls))
        self._cursor = (self._cursor + calls) % self.set_count
        return batch

    def _calls(self, calls: int) -> Callable[[], None]:
        """What enqueues the products: a row-major C = A B is the column-major product of the transposes."""
        entry, form, product = workload.cublas(), self._form, self._product
        handle = self._cp.cuda.device.get_cublas_handle()
        entry.setStream(handle, int(self._device.stream.ptr))
        pointers = [tuple(int(array.data.ptr) for array in one) for one in self._sets]
        order = [pointers[(self._cursor + call) % self.set_count] for call in range(calls)]
        m, n, k, batch = product.shape.m, product.shape.n, product.shape.k, product.batch
        alpha, beta = (scalar.ctypes.data for scalar in self._scalars)
        kind, out = form.operand_type, form.product_type
        compute = form.hip_compute_type if self._device.is_hip else form.compute_type
        (rows_a, lda), (rows_b, ldb) = ((rows, columns + product.pad) for rows, columns in self._stored())
        of_a = _TRANSPOSED if product.layout == "TN" else _AS_STORED
        of_b = _TRANSPOSED if product.layout == "NT" else _AS_STORED

        def products() -> None:
            for a, b, c in order:
                if batch == 1:
                    entry.gemmEx(
                        handle, of_b, of_a, n, m, k, alpha, b, kind, ldb, a, kind, lda, beta, c, out, n, compute,
                        _GEMM_DEFAULT,
                    )  # fmt: skip
                else:
                    entry.gemmStridedBatchedEx(
                        handle, of_b, of_a, n, m, k, alpha, b, kind, ldb, rows_b * ldb, a, kind, lda, rows_a * lda,
                        beta, c, out, n, m * n, batch, compute, _GEMM_DEFAULT,
                    )  # fmt: skip

        return products

    def poison(self) -> None:
        """All bits set: NaN in every floating format."""
        with self._device.stream:
            for _, _, c in self._sets:
                c.fill(np.iinfo(c.dtype).max)

    def written(self) -> Iterator[Operands]:
        """Each product of each set, as logical matrices on the device."""
        cp, m, n = self._cp, self._product.shape.m, self._product.shape.n
        of_operand = workload.contiguous(cp, formats.operand_decoder(self._precision, cp))
        of_product = workload.contiguous(cp, formats.product_decoder(self._precision, cp))
        self._device.stream.synchronize()
        for a, b, c in self._sets:
            left, right = (self._rows(buffer, sides) for buffer, sides in zip((a, b), self._stored(), strict=True))
            left = left.swapaxes(-1, -2) if self._product.layout == "TN" else left
            right = right.swapaxes(-1, -2) if self._product.layout == "NT" else right
            for one in zip(left, right, c.reshape(self._product.batch, m, n), strict=True):
                yield Operands(
                    xp=cp, a=one[0], b=one[1], c=one[2], decode_operand=of_operand, decode_product=of_product
                )  # fmt: skip

    def _rows(self, buffer: Array, sides: tuple[int, int]) -> Array:
        """The operands of a buffer without the gaps behind their rows."""
        rows, columns = sides
        return buffer.reshape(self._product.batch, rows, columns + self._product.pad)[:, :, :columns]

    def close(self) -> None:
        """Release the memory."""
        self._device.stream.synchronize()
        self._sets = []
        self._cp.get_default_memory_pool().free_all_blocks()
