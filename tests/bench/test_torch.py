"""The PyTorch backend on PyTorch's own CPU kernels: values, faults, refusals, and rows through the command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.device import Data
from petaplan.bench.devices.torch.formats import BY_ROWS, Layout
from petaplan.bench.devices.torch.workload import TorchWorkload
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.verify import Checker, residual
from petaplan.bench.precision import Precision

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed: see make test-torch"),
]

SHAPE = Shape(m=224, n=160, k=352)
RUNS = (Precision.FP64, Precision.FP32, Precision.BF16, Precision.INT8, Precision.FP8)
TOLERANCE = {Precision.FP64: 1e-13, Precision.FP32: 1e-5, Precision.BF16: 2.0**-8, Precision.FP8: 2.0**-8}
"""Of an element's error, as a share of the largest element of the product."""


@pytest.fixture(scope="module")
def device() -> Iterator[Any]:
    found = registry.open_device("torch-cpu")
    yield found
    found.close()


@pytest.fixture(scope="module")
def torch() -> Any:
    return import_module("torch")


def prepared(device: Any, precision: Precision, layout: Layout, data: Data = "random", seed: int = 1) -> TorchWorkload:
    """Two sets: as many as the cache asks for would take long to fill."""
    return TorchWorkload(device.backend, precision, SHAPE, data, seed, layout=layout, sets=2)


def test_five_precisions_run_and_the_others_say_why_not(device: Any) -> None:
    assert tuple(p for p in Precision if device.why_not(p) is None) == RUNS
    assert "no native kernel" in device.why_not(Precision.FP16)


def test_a_variable_that_lowers_fp32_keeps_it_from_being_measured(device: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEDNN_DEFAULT_FPMATH_MODE", "BF16")
    assert "ONEDNN_DEFAULT_FPMATH_MODE is set" in device.why_not(Precision.FP32)
    assert device.why_not(Precision.BF16) is None
    monkeypatch.setenv("ONEDNN_DEFAULT_FPMATH_MODE", "strict")
    assert device.why_not(Precision.FP32) is None


@pytest.mark.parametrize("precision", RUNS)
@pytest.mark.parametrize("data", ["random", "integers", "zeros"])
def test_values_are_those_of_numpy_in_float64(device: Any, precision: Precision, data: Data) -> None:
    for layout in device.backend.layouts(precision):
        workload = prepared(device, precision, layout, data, 7)
        workload.time_batch(workload.set_count)
        a, b, c = (tensor.double().numpy() for tensor in workload.sets[1])
        wanted = a @ b
        worst = float(np.abs(c - wanted).max())
        assert worst <= TOLERANCE.get(precision, 0.0) * max(float(np.abs(wanted).max()), 1.0)
        assert residual(workload.operands(1), precision, 3).is_within
        workload.close()


@pytest.mark.parametrize("precision", RUNS)
def test_a_wrong_element_a_stale_buffer_and_a_flipped_bit_are_found(
    device: Any, torch: Any, precision: Precision
) -> None:
    workload = prepared(device, precision, device.backend.layouts(precision)[0])
    checker = Checker(workload, precision, 1)
    sets = checker.arm(workload.set_count)
    workload.time_batch(workload.set_count)
    checker.compare(sets, "first")
    product = workload.sets[0][2]
    clean = workload.result_hash(0)
    product.view(torch.uint8)[17, 33] ^= 4
    assert workload.result_hash(0) != clean
    product.view(torch.uint8)[17, 33] ^= 4
    assert workload.result_hash(0) == clean
    workload.poison(0)
    assert workload.result_hash(0) != clean
    workload.time_batch(workload.set_count)
    assert workload.result_hash(0) == clean
    product[5, 9] += 1 if precision is Precision.INT8 else 0.5 * float(product.double().std())
    assert not checker.conclude().passed
    workload.close()


def test_the_hash_on_a_device_sees_what_a_parity_does_not(torch: Any) -> None:
    from petaplan.bench.devices.torch.arrays import row_keys, words_hash

    product = torch.randn(96, 64, dtype=torch.float32)
    keys = row_keys(torch, 96, product.device)
    clean = words_hash(torch, product, keys)
    assert words_hash(torch, product.clone(), keys) == clean
    for bit in (0, 15, 22, 31):
        changed = product.clone()
        words = changed.view(torch.int32)
        for row in (3, 50):
            for column in (7, 20):
                words[row, column] ^= torch.tensor(1 << bit if bit < 31 else -(1 << 31), dtype=torch.int32)
        assert words_hash(torch, changed, keys) != clean, bit
    moved = product.clone()
    moved[[3, 50]] = product[[50, 3]]
    assert words_hash(torch, moved, keys) != clean


def test_each_call_of_a_batch_gets_a_product_of_its_own(device: Any) -> None:
    workload = prepared(device, Precision.FP32, BY_ROWS)
    before = workload.set_count
    workload.reserve(3 * before)
    assert workload.set_count >= 3 * before
    workload.time_batch(workload.set_count)
    assert workload.result_hash(before) == workload.result_hash(0)
    assert workload.sets[before][2].data_ptr() != workload.sets[0][2].data_ptr()
    workload.close()


def test_operands_that_are_not_contiguous_are_read_in_the_right_order(device: Any) -> None:
    by_rows, by_columns = (
        prepared(device, Precision.FP64, layout) for layout in device.backend.layouts(Precision.FP64)
    )
    assert by_rows.compute.algorithm == "B by rows"
    assert by_columns.sets[0][1].stride() == (1, SHAPE.k)
    for workload in (by_rows, by_columns):
        workload.time_batch(1)
        assert residual(workload.operands(0), Precision.FP64, 1).is_within
        workload.close()


def test_an_uneven_or_huge_shape_is_refused_before_anything_is_allocated(device: Any) -> None:
    with pytest.raises(InputError, match="expected multiples of 32"):
        device.prepare(Precision.BF16, Shape(m=100, n=64, k=64), "random", 1, 0)
    with pytest.raises(InputError, match="choose a smaller shape"):
        device.prepare(Precision.FP64, Shape(m=320000, n=320000, k=320000), "random", 1, 0)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "petaplan.bench", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=240, env=os.environ | {"COLUMNS": "200"}
    )


def test_the_command_writes_a_row_of_each_precision_and_names_those_that_are_missing(tmp_path: Path) -> None:
    quick = ("--seconds", "2", "--half-width", "0.4", "--processes", "1", "--threads", "1", "--shape", "256")
    done = bench("run", "--device", "torch-cpu", *quick, "--json", str(tmp_path / "out.json"))
    record = json.loads((tmp_path / "out.json").read_text())
    rows = {row["precision"]: row for row in record["rows"]}
    assert set(rows) == set(RUNS), done.stderr
    # On a host that is slow for a while a row may say so; a wrong product is never such a case.
    measured = {precision: row for precision, row in rows.items() if row["status"] == "measured"}
    assert {row["status"] for row in rows.values()} <= {"measured", "timed-out", "not-measured"}
    assert all(row["verified"] and row["compute"]["call"].startswith("torch.") for row in measured.values())
    assert done.returncode == (0 if len(measured) == len(rows) else 4), done.stdout + done.stderr
    assert record["devices"][0]["software"]["versions"]["torch"]
    assert {gap["what"] for gap in record["missing"]} == {"torch-cpu tf32", "torch-cpu fp16", "torch-cpu fp4"}


def test_a_device_that_pytorch_does_not_show_ends_with_code_4_and_its_words() -> None:
    done = bench("run", "--device", "torch", "--device", "torch-cuda:0", "--device", "torch-npu", "--seconds", "2")
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "torch_npu is not" in done.stdout


def test_ben_08_a_batch_on_the_processor_says_how_long_the_cores_worked(device: Any) -> None:
    workload = prepared(device, Precision.FP32, device.backend.layouts(Precision.FP32)[0])
    assert (workload.time_batch(4).processor_seconds or 0.0) > 0.0
    workload.close()
