"""A grid of products on PyTorch's own CPU kernels: layouts, batches and gaps, against NumPy in float64."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.products import LAYOUTS, Layout, Product
from petaplan.bench.devices.torch.products import TorchProducts
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.grid import Point, measure_points
from petaplan.bench.precision import Precision

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed: see make test-torch"),
]

SHAPE = Shape(m=24, n=40, k=56)
TOLERANCE = {Precision.FP64: 1e-13, Precision.FP32: 1e-5, Precision.BF16: 2.0**-8}


@pytest.fixture(scope="module")
def device() -> Iterator[Any]:
    found: Any = registry.open_device("torch-cpu")
    found.backend.cache_bytes = lambda: 1 << 14  # a few sets: as many as the cache asks for take long to fill
    yield found
    found.close()


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("batch", "pad"), [(1, 0), (1, 8), (3, 0), (3, 8)])
def test_values_are_those_of_numpy(device: Any, precision: Precision, layout: Layout, batch: int, pad: int) -> None:
    product = Product(shape=SHAPE, layout=layout, batch=batch, pad=pad)
    made = TorchProducts(device.backend, precision, product, "random", 3)
    made.poison()
    made.time_batch(made.set_count)
    found = list(made.written())
    assert len(found) == made.set_count * batch
    for one in found:
        a, b = (np.asarray(one.decode_operand(each)) for each in (one.a, one.b))
        exact, given = a @ b, np.asarray(one.decode_product(one.c))
        assert (a.shape, b.shape) == ((24, 56), (56, 40))
        assert float(np.abs(given - exact).max()) <= TOLERANCE[precision] * float(np.abs(exact).max())
    made.close()


def test_points_are_verified_and_a_call_with_one_layout_says_so(device: Any) -> None:
    points = tuple(Point(precision=p, shape=SHAPE, layout="NT") for p in (Precision.BF16, Precision.INT8))
    rated, refused = measure_points(device, points, seconds=0.001, data="random", seed=1)
    busy = "other processes took" in (rated.reason or "")  # a busy machine is told, and no rate of it
    assert rated.verified and bool(rated.tera_per_second) is not busy
    assert "torch._int_mm has one layout" in (refused.reason or "")
