"""BEN-06 and BEN-16: what ROCm takes for a compute type, and the sheets of devices by the names that drivers give."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.gpu import formats, sheet, workload
from petaplan.bench.devices.gpu.device import CupyDevice
from petaplan.bench.devices.gpu.formats import FORMATS, HIP_PRECISIONS
from petaplan.bench.devices.gpu.packages import HALF, part_of_package
from petaplan.bench.devices.gpu.workload import CupyWorkload
from petaplan.bench.devices.torch.backends import RocmBackend
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.throughput.evidence import read_evidence
from tests.evidence_files import device, row, write

SHIM_DATA_TYPES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
"""What ``convert_hipblasDatatype_t`` of CuPy 14's cupy_hipblas.h takes; it throws for any other number."""
SHIM_COMPUTE_TYPES = {0, 1, 2, 4, 5, 10, 11, 14}
"""What ``convert_hipblasComputeType_t`` of the same file takes on ROCm 7; before, the set above."""


class HipBlas:
    """The entry of CuPy on ROCm, as far as its header says what it refuses."""

    def __init__(self) -> None:
        self.called = 0

    def setStream(self, *_: Any) -> None:  # noqa: N802 - as CuPy names it
        """Nothing is queued."""

    def gemmEx(self, *given: Any) -> None:  # noqa: N802
        """Throws for a number that the header does not convert."""
        kinds, compute = {given[8], given[11], given[15]}, given[17]
        if not kinds <= SHIM_DATA_TYPES or compute not in SHIM_COMPUTE_TYPES & SHIM_DATA_TYPES:
            raise RuntimeError("unrecognized type")
        self.called += 1


def call_of(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> HipBlas:
    entry = HipBlas()
    monkeypatch.setattr(workload, "cublas", lambda: entry)
    made: Any = object.__new__(CupyWorkload)
    handle = SimpleNamespace(device=SimpleNamespace(get_cublas_handle=lambda: 1))
    made._cp, made._form = SimpleNamespace(cuda=handle), FORMATS[precision]
    made._device, made.shape = SimpleNamespace(is_hip=True), Shape(m=64, n=64, k=64)
    made._scalars = np.array([1.0]), np.array([0.0])
    made._gemm_ex([(1, 2, 3)], 0)()
    return entry


@pytest.mark.parametrize("precision", [each for each in Precision if FORMATS[each].call == "gemmEx"])
def test_ben_06_every_precision_that_rocm_offers_has_codes_that_its_library_takes(
    precision: Precision, monkeypatch: pytest.MonkeyPatch
) -> None:
    if precision in HIP_PRECISIONS:
        assert call_of(precision, monkeypatch).called == 1
    elif precision is not Precision.TF32:  # its data types exist; hipBLAS would multiply in fp32
        with pytest.raises(RuntimeError):
            call_of(precision, monkeypatch)


def test_ben_06_a_precision_that_rocm_lacks_is_refused_before_anything_is_called() -> None:
    device: Any = object.__new__(CupyDevice)
    device.is_hip, device.capability = True, 0
    refused = {precision for precision in Precision if CupyDevice.why_not(device, precision)}
    assert refused == set(Precision) - set(HIP_PRECISIONS)


@pytest.mark.parametrize(
    ("name", "units", "tera", "fp64"),
    [
        ("NVIDIA A100-PCIE-40GB", 108, 311.9, "matrix"),
        ("NVIDIA A100 80GB PCIe", 108, 311.9, "matrix"),
        ("NVIDIA H100 NVL", 132, 835, "matrix"),
        ("NVIDIA H200 NVL", 132, 835, "matrix"),
        ("NVIDIA H800", 132, 989.4, "vector"),
        ("NVIDIA H20", 78, 148, "vector"),
        ("NVIDIA B300 SXM6 AC", 148, 2250, "vector"),
        ("NVIDIA GB300", 148, 2500, "vector"),
        ("NVIDIA GB300", 152, 2500, "vector"),
        ("NVIDIA GB200", 152, 2500, "matrix"),
        ("AMD Instinct MI325X", 304, 1307.4, "matrix"),
        ("NVIDIA B200", 148, 2250, "matrix"),
    ],
)
def test_ben_16_the_name_that_a_driver_gives_finds_its_sheet(name: str, units: int, tera: float, fp64: str) -> None:
    peak = sheet.peak(name, units, Precision.BF16)
    assert peak is not None
    assert peak.tera_per_second == pytest.approx(tera, rel=0.002)
    assert sheet.engine(Precision.FP64, sheet.sheet_for(name, units)) == fp64
    assert sheet.dense_peak(name, Precision.BF16) == pytest.approx(tera, rel=0.002)


@pytest.mark.parametrize("name", ["NVIDIA H800 PCIe", "NVIDIA H20-3e of another chip", "NVIDIA H2000"])
def test_ben_16_a_name_of_another_device_finds_no_sheet_of_a_like_one(name: str) -> None:
    assert sheet.peak(name, 132, Precision.BF16) is None


def test_ben_16_fp4_of_the_later_chip_is_more_than_that_of_the_first() -> None:
    first, later = (sheet.dense_peak(name, Precision.FP4) or 0.0 for name in ("NVIDIA B200", "NVIDIA B300"))
    assert later / first == pytest.approx(1.5, rel=0.01)
    assert sheet.dense_peak("NVIDIA B300", Precision.INT8) is None
    assert formats.COMPUTE_64F not in SHIM_DATA_TYPES


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("AMD Instinct MI250X", HALF),
        ("AMD Instinct MI250X / MI250", HALF),
        ("AMD INSTINCT MI250 (MCM) OAM AC MBA", HALF),
        ("AMD Instinct MI210", None),
        ("AMD Instinct MI300X", None),
    ],
)
def test_ben_06_a_die_of_an_mi250_is_half_a_package_and_calibrates_no_plan(name: str, part: str | None) -> None:
    backend: Any = object.__new__(RocmBackend)
    backend.model = lambda: name
    assert (part_of_package(name), backend.partition()) == (part, part)


def test_ben_06_a_row_of_half_a_package_is_left_out_of_a_plan(tmp_path: Path) -> None:
    half = device(model="AMD Instinct MI250X", aliases=("mi250x",), partition=HALF)
    with pytest.raises(EvidenceError, match="a slice of a device \\(one die of a package of two\\)"):
        read_evidence([write(tmp_path, [row(150)], [half])], load())
