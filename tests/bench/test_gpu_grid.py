"""A grid through CuPy without a GPU: NumPy in the place of CuPy, and cuBLAS's definition in the place of cuBLAS.

The stand-in multiplies as the documentation of cublasGemmStridedBatchedEx says: column-major, by pointers, leading
dimensions and strides. So it shows that each layout, batch and gap is asked for rightly. What a GPU does is unproved.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Self

import ml_dtypes
import numpy as np
import pytest

from petaplan.bench.devices.common.products import LAYOUTS, Layout, Product
from petaplan.bench.devices.gpu import formats, workload
from petaplan.bench.devices.gpu.products import CupyProducts
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Shape, Telemetry
from petaplan.bench.method.grid import WRONG, Point, measure_points
from petaplan.bench.precision import Precision

SHAPE = Shape(m=24, n=40, k=56)
KINDS = {
    formats.R_64F: np.dtype(np.float64), formats.R_32F: np.dtype(np.float32), formats.R_16F: np.dtype(np.float16),
    formats.R_16BF: np.dtype(ml_dtypes.bfloat16),
}  # fmt: skip
FLOATING = [each for each in Precision if formats.FORMATS[each].call == "gemmEx"]
TOLERANCE = {Precision.FP64: 1e-13, Precision.BF16: 2.0**-7, Precision.FP16: 2.0**-10}


class OnDevice(np.ndarray):
    """An array with the pointer that arrays of CuPy have."""

    @property
    def data(self) -> Any:
        return SimpleNamespace(ptr=self.ctypes.data)


class Blas:
    """cuBLAS as its documentation defines it, for matrices in the memory of the host."""

    scale = 1.0
    """What each product is multiplied by: anything but 1 is a fault."""

    def setStream(self, *_: object) -> None:  # noqa: N802 - as CuPy names it
        """Nothing is queued."""

    def gemmEx(self, *given: int) -> None:  # noqa: N802
        handle, ta, tb, m, n, k, alpha, a, ka, lda, b, kb, ldb, beta, c, kc, ldc, compute, algorithm = given
        self.gemmStridedBatchedEx(
            handle, ta, tb, m, n, k, alpha, a, ka, lda, 0, b, kb, ldb, 0, beta, c, kc, ldc, 0, 1, compute, algorithm
        )

    def gemmStridedBatchedEx(self, *given: int) -> None:  # noqa: N802
        _, ta, tb, m, n, k, _, a, ka, lda, sa, b, kb, ldb, sb, _, c, kc, ldc, sc, batch, _, _ = given
        for at in range(batch):
            left = columns(a, KINDS[ka], at * sa, lda, (k, m) if ta else (m, k))
            right = columns(b, KINDS[kb], at * sb, ldb, (n, k) if tb else (k, n))
            exact = (left.T if ta else left).astype(np.float64) @ (right.T if tb else right).astype(np.float64)
            columns(c, KINDS[kc], at * sc, ldc, (m, n))[...] = (self.scale * exact).astype(KINDS[kc])


def columns(pointer: int, kind: np.dtype[Any], first: int, leading: int, sides: tuple[int, int]) -> np.ndarray:
    """A column-major matrix in memory: element (i, j) is ``first + i + j * leading`` elements behind the pointer."""
    assert leading >= sides[0], "a column of the matrix does not overlap the next"
    count = (first + leading * (sides[1] - 1) + sides[0]) * kind.itemsize
    words = np.frombuffer(memoryview((ctypes.c_char * count).from_address(pointer)), dtype=kind)
    return np.lib.stride_tricks.as_strided(
        words[first:], sides, (kind.itemsize, leading * kind.itemsize), writeable=True
    )


class Stream:
    ptr = 0

    def synchronize(self) -> None:
        """All is done already."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class Event:
    def record(self, _: Stream) -> None:
        """Nothing is queued."""

    def synchronize(self) -> None:
        """All is done already."""


def kernel(_: object, __: object, given: tuple[Any, ...]) -> None:
    table, buffer, size, seed = given
    buffer[...] = table[np.random.default_rng(int(seed)).integers(0, table.size, int(size))]


class Device:
    """A GPU as far as products ask for it."""

    record = SimpleNamespace(key="cuda:0", kind="cuda")
    units, is_hip, cache_bytes, probe, stream = 1, False, 1 << 14, None, Stream()
    kernels = SimpleNamespace(get_function=lambda _: kernel)

    def __init__(self) -> None:
        def made(*given: Any, **how: Any) -> Any:
            return np.empty(*given, **how).view(OnDevice)

        cuda = SimpleNamespace(
            runtime=SimpleNamespace(memGetInfo=lambda: (1 << 40, 1 << 40)), Event=Event,
            device=SimpleNamespace(get_cublas_handle=lambda: 1), get_elapsed_time=lambda *_: 1.0,
        )  # fmt: skip
        pool = SimpleNamespace(free_all_blocks=lambda: None)
        own = {"empty": made, "cuda": cuda, "get_default_memory_pool": lambda: pool, "asnumpy": np.asarray}
        self.cp = SimpleNamespace(**{name: getattr(np, name) for name in dir(np) if name[0] != "_"} | own)

    @contextmanager
    def watch(self) -> Iterator[Any]:
        """No driver."""
        yield SimpleNamespace(reading=Telemetry)

    def temperature_c(self) -> float | None:
        """As a sensor shows it."""
        return 61.0

    def why_not(self, _: Precision) -> None:
        """It has every precision."""

    def products(self, precision: Precision, product: Product, data: Any, seed: int) -> CupyProducts:
        return CupyProducts(self, precision, product, data, seed)  # type: ignore[arg-type]


@pytest.fixture
def blas(monkeypatch: pytest.MonkeyPatch) -> Blas:
    entry = Blas()
    monkeypatch.setattr(workload, "cublas", lambda: entry)
    return entry


@pytest.mark.usefixtures("blas")
@pytest.mark.parametrize("precision", FLOATING)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("batch", "pad"), [(1, 0), (1, 8), (3, 0), (3, 8)])
def test_every_layout_batch_and_gap_is_the_product_that_it_says(
    precision: Precision, layout: Layout, batch: int, pad: int
) -> None:
    made = Device().products(precision, Product(shape=SHAPE, layout=layout, batch=batch, pad=pad), "random", 7)
    made.poison()
    unwritten = next(made.written())
    assert np.isnan(unwritten.decode_product(unwritten.c)).all()
    made.time_batch(made.set_count)
    found = list(made.written())
    assert len(found) == made.set_count * batch > batch
    for one in found:
        a, b, c = one.decode_operand(one.a), one.decode_operand(one.b), one.decode_product(one.c)
        assert (a.shape, b.shape, c.shape) == ((24, 56), (56, 40), (24, 40))
        exact = a @ b
        assert np.abs(c - exact).max() <= TOLERANCE.get(precision, 1e-5) * np.abs(exact).max()
    made.close()


def test_the_grid_measures_it_and_verifies_it(blas: Blas) -> None:
    device: Any = Device()
    point = Point(precision=Precision.FP32, shape=SHAPE, layout="TN", batch=2, pad=8)
    (rate,) = measure_points(device, (point,), seconds=0.01, data="random", seed=1)
    assert rate.verified, rate.reason
    blas.scale = 1.01
    (rate,) = measure_points(device, (point,), seconds=0.01, data="random", seed=1)
    assert (rate.verified, rate.reason) == (False, WRONG)


@pytest.mark.parametrize("precision", [each for each in Precision if each not in FLOATING])
def test_precisions_with_one_layout_are_refused(precision: Precision) -> None:
    with pytest.raises(InputError, match="cublasLt has one layout"):
        Device().products(precision, Product(shape=SHAPE), "random", 1)
