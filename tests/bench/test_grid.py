"""A grid of products: every layout, batch and gap is the product that it says, verified, and bounded."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from petaplan.bench.command_line.grid import MOST_POINTS, exit_code, grid_of
from petaplan.bench.devices.common.device import Operands
from petaplan.bench.devices.common.products import LAYOUTS, Product
from petaplan.bench.devices.cpu.products import NumpyProducts
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence.record import Shape, Telemetry
from petaplan.bench.method.grid import MOST_CHECKED, WRONG, Point, measure_points
from petaplan.bench.precision import Precision
from petaplan.bench.report.grid import Grid
from tests.commands import petaplan_bench

SHAPE = Shape(m=24, n=40, k=56)


def products(product: Product, cache_bytes: int = 1 << 18) -> NumpyProducts:
    return NumpyProducts(
        product, np.dtype(np.float64), "random", 7, cache_bytes=cache_bytes, read_clock=lambda: 1_000.0
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("pad", [0, 5])
def test_every_layout_batch_and_gap_is_the_product_that_it_says(layout: Any, batch: int, pad: int) -> None:
    made = products(Product(shape=SHAPE, layout=layout, batch=batch, pad=pad))
    made.poison()
    made.time_batch(made.set_count)
    found = list(made.written())
    assert len(found) == made.set_count * batch
    for one in found:
        assert (one.a.shape, one.b.shape, one.c.shape) == ((24, 56), (56, 40), (24, 40))
        assert np.allclose(one.c, np.asarray(one.a) @ np.asarray(one.b))
        rows = (one.a.T if layout == "TN" else one.a, one.b.T if layout == "NT" else one.b)
        for stored in rows:
            assert stored.strides == ((stored.shape[1] + pad) * 8, 8), "rows are contiguous, with the gap between them"


def test_elements_are_those_of_the_buffers() -> None:
    for layout in LAYOUTS:
        product = Product(shape=SHAPE, layout=layout, batch=3, pad=5)
        a, b, c = products(product)._sets[0]
        stored = 0
        for each in (a, b):
            whole = each
            while whole.base is not None:
                whole = whole.base
            stored += whole.size
        assert product.elements == stored + c.size
        assert product.flop == 3 * 2 * 24 * 40 * 56


class Spoiled:
    """A device with one wrong element in one of its products."""

    def __init__(self, wrong: int | None, load: float | None = None) -> None:
        self.wrong, self.load = wrong, load

    @contextmanager
    def watch(self) -> Iterator[Any]:
        yield SimpleNamespace(reading=lambda: Telemetry(foreign_load_fraction=self.load))

    def why_not(self, precision: Precision) -> str | None:
        return "no BLAS path" if precision is Precision.FP8 else None

    def products(self, precision: Precision, product: Product, data: Any, seed: int) -> NumpyProducts:
        wrong = self.wrong

        class Wrong(NumpyProducts):
            def written(self) -> Iterator[Operands]:
                for index, one in enumerate(super().written()):
                    if index == wrong:
                        one.c[3, 4] *= 1.5
                    yield one

        return Wrong(product, np.dtype(np.float64), data, seed, cache_bytes=1 << 16, read_clock=lambda: None)


def rates(wrong: int | None, *points: Point) -> list[Any]:
    device: Any = Spoiled(wrong)
    return list(measure_points(device, points, seconds=0.001, data="random", seed=1))


def test_a_wrong_element_of_one_product_leaves_the_point_without_a_rate() -> None:
    point = Point(precision=Precision.FP64, shape=SHAPE)
    (good,), (bad,) = rates(None, point), rates(2, point)
    assert good.verified and 0 < good.low <= good.tera_per_second <= good.high
    assert (bad.verified, bad.tera_per_second, bad.reason) == (False, None, WRONG)


@pytest.mark.parametrize(
    ("load", "has_rate", "words"),
    [
        (None, True, None),
        (0.05, True, None),
        (0.06, True, "used 6%"),
        (0.25, True, "used 25%"),
        (0.26, False, "took 26%"),
    ],
)
def test_ben_08_a_point_says_what_others_took_and_has_no_rate_where_that_was_much(
    load: float | None, has_rate: bool, words: str | None
) -> None:
    device: Any = Spoiled(None, load)
    points = tuple(Point(precision=precision, shape=SHAPE) for precision in (Precision.FP8, Precision.FP64))
    lacking, found = measure_points(device, points, seconds=0.001, data="random", seed=1)
    assert lacking.reason == "no BLAS path"
    assert found.verified, "its products were right"
    assert [each is not None for each in (found.tera_per_second, found.low, found.high)] == [has_rate] * 3
    assert found.reason is None if words is None else words in (found.reason or "")
    expected = Exit.NOT_MEASURED
    assert exit_code(Grid(device="x", points=(found, lacking))) is expected
    assert exit_code(Grid(device="x", points=(found,))) is (Exit.OK if has_rate else expected)


def test_a_precision_that_the_device_lacks_is_said_and_the_others_follow() -> None:
    points = (Point(precision=precision, shape=SHAPE) for precision in (Precision.FP8, Precision.FP64))
    assert [each.reason for each in rates(None, *points)] == ["no BLAS path", None]


def test_only_so_many_products_are_compared_and_the_row_says_how_many() -> None:
    (found,) = rates(None, Point(precision=Precision.FP64, shape=Shape(m=8, n=8, k=8), batch=500))
    assert found.verified
    assert found.one_in > 500 // MOST_CHECKED


def test_the_command_writes_a_row_for_each_point_as_csv() -> None:
    done = petaplan_bench(
        "grid", "--m", "32:96:32", "--n", "48", "--layout", "NN", "--layout", "NT", "--dtype", "fp64",
        "--seconds", "0.01", "--format", "csv",
    )  # fmt: skip
    assert done.code in (0, 4), done.err
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["m"], row["n"], row["k"], row["layout"]) for row in rows] == [
        (m, "48", m, layout) for m in ("32", "64", "96") for layout in ("NN", "NT")
    ]
    assert all(row["unit"] == "TFLOP/s" and row["verified"] != "no" for row in rows)
    without = [row for row in rows if "of the cores, more than" in row["reason"]]  # this machine is used by others
    assert all(float(row["rate"]) > 0 for row in rows if row not in without)
    assert done.code == (4 if without else 0)


def test_a_device_without_a_grid_and_a_precision_without_a_path_are_exit_4() -> None:
    done = petaplan_bench("grid", "--device", "sim", "--dtype", "fp32", "--m", "8")
    assert done.code == 4
    assert "have no grid; expected cpu, a CUDA or a torch device" in done.err
    done = petaplan_bench("grid", "--dtype", "int8", "--m", "8", "--seconds", "0.01")
    assert done.code == 4
    assert "no BLAS path" in done.out


def asked(**changes: Any) -> Any:
    usual: dict[str, Any] = {
        "device": "cpu", "dtype": [], "sides": ("64", None, None), "layout": [], "batch": "1", "pad": "0",
        "seconds": 0.1, "data": "random", "seed": 1, "threads": None,
    }  # fmt: skip
    return grid_of(**{**usual, **changes})


def test_everything_wrong_with_a_grid_is_said_at_once() -> None:
    with pytest.raises(InputError) as told:
        asked(device="tpu", dtype=["fp17"], sides=("0", "9:1:1", "x"), layout=["TT"], batch="1:9:0", pad="-1",
              seconds=-1.0, data="ones", seed=-1)  # fmt: skip
    for words in ("--dtype fp17", "--m 0", "--n 9:1:1", "--k x", "--layout TT", "--batch 1:9:0", "--pad -1",
                  "--seconds -1", "--data ones", "--seed -1", "tpu"):  # fmt: skip
        assert words in str(told.value), words


def test_a_grid_is_bounded_before_it_is_built() -> None:
    with pytest.raises(InputError, match=f"expected at most {MOST_POINTS:,}"):
        asked(sides=("1:1000000:1", None, None))
    assert len(asked(sides=("1:2500:1", None, None)).points) == MOST_POINTS
