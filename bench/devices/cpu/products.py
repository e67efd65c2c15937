"""Products of a grid by NumPy's BLAS: transposed operands are views, as a program would hand them over."""

from collections.abc import Callable, Iterator

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.device import Batch, Data, Operands
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.cpu.timing import timed

Array = np.ndarray


class NumpyProducts:
    """Rotating sets of A, B and C; one call multiplies every product of a set."""

    def __init__(
        self,
        product: Product,
        dtype: np.dtype[np.generic],
        data: Data,
        seed: int,
        *,
        cache_bytes: int,
        read_clock: Callable[[], float | None],
    ) -> None:
        set_bytes = product.elements * dtype.itemsize
        self.set_count = buffers.set_count(set_bytes, cache_bytes)
        needed = self.set_count * set_bytes
        buffers.refuse_oversize(product.shape, needed, buffers.available_bytes(), f"cpu, {product}")
        rng = np.random.default_rng(seed)
        self._sets = [_filled(product, rng, dtype, data) for _ in range(self.set_count)]
        self._cursor = 0
        self._read_clock = read_clock

    def time_batch(self, calls: int) -> Batch:
        """Calls back to back, with nothing else in the window."""
        order = [self._sets[(self._cursor + call) % self.set_count] for call in range(calls)]
        batch = timed(order, self._read_clock)
        self._cursor = (self._cursor + calls) % self.set_count
        return batch

    def poison(self) -> None:
        """All bits set: NaN in every IEEE format."""
        for _, _, c in self._sets:
            c.view(np.uint8)[...] = 0xFF

    def written(self) -> Iterator[Operands]:
        """Each product of each set."""
        for a, b, c in self._sets:
            for index in range(len(c) if c.ndim == 3 else 1):
                one = (a[index], b[index], c[index]) if c.ndim == 3 else (a, b, c)
                yield Operands(xp=np, a=one[0], b=one[1], c=one[2], decode_operand=_float64, decode_product=_float64)

    def close(self) -> None:
        """Forget the buffers."""
        self._sets = []


def _filled(
    product: Product, rng: np.random.Generator, dtype: np.dtype[np.generic], data: Data
) -> tuple[Array, Array, Array]:
    """A, B as logical matrices over what is stored, and C."""
    m, n, k = product.shape.m, product.shape.n, product.shape.k
    a = _stored(product, rng, (k, m) if product.layout == "TN" else (m, k), dtype, data)
    b = _stored(product, rng, (n, k) if product.layout == "NT" else (k, n), dtype, data)
    c = np.empty((product.batch, m, n) if product.batch > 1 else (m, n), dtype=dtype)
    a = a.swapaxes(-1, -2) if product.layout == "TN" else a
    b = b.swapaxes(-1, -2) if product.layout == "NT" else b
    return a, b, c


def _stored(
    product: Product, rng: np.random.Generator, sides: tuple[int, int], dtype: np.dtype[np.generic], data: Data
) -> Array:
    """One operand as it is stored: rows of its columns and the gap behind them."""
    rows, columns = sides
    whole = buffers.filled(rng, (product.batch * rows, columns + product.pad), dtype, data)
    shaped = whole.reshape(product.batch, rows, columns + product.pad)[:, :, :columns]
    return shaped if product.batch > 1 else shaped[0]


def _float64(block: Array) -> Array:
    return block.astype(np.float64, copy=False)
