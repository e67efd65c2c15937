"""What the GPU path knows without a GPU: sheets, shapes, block scales, the clock probe, and NVML with a stand-in."""

import sys
import time
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.gpu import formats, kernels, nvml, shapes, sheet
from petaplan.bench.devices.gpu.workload import refuse_uneven, set_bytes
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from tests.bench.test_gpu_calls import installed
from tests.patience import PATIENCE_SECONDS


def test_the_sheets_give_the_vendors_dense_figures() -> None:
    wanted = {
        ("NVIDIA A100-SXM4-80GB", 108, Precision.BF16): 311.9,
        ("NVIDIA H100 80GB HBM3", 132, Precision.BF16): 989.4,
        ("NVIDIA H100 80GB HBM3", 132, Precision.FP64): 66.9,
        ("NVIDIA H200", 132, Precision.FP8): 1978.9,
        ("NVIDIA H100 PCIe", 114, Precision.FP16): 756.4,
        ("AMD Instinct MI300X", 304, Precision.BF16): 1307.4,
    }
    for (name, units, precision), tera in wanted.items():
        peak = sheet.peak(name, units, precision)
        assert peak is not None
        assert peak.tera_per_second == pytest.approx(tera, abs=0.06)


@pytest.mark.parametrize(("name", "units"), [("NVIDIA H100 80GB HBM3", 66), ("NVIDIA Unheard-of 1", 132)])
def test_a_device_that_no_sheet_describes_has_no_peak(name: str, units: int) -> None:
    assert sheet.peak(name, units, Precision.BF16) is None


@pytest.mark.parametrize("units", [8, 78, 108, 114, 132, 144, 148, 149, 304])
def test_candidates_are_few_and_fit_what_fp8_demands(units: int) -> None:
    found = shapes.candidates(units)
    assert 6 <= len(found) <= 9
    assert Shape(m=8192, n=8192, k=8192) in found
    assert all(side % 16 == 0 for s in found for side in (s.m, s.n, s.k))
    assert all(set_bytes(Precision.FP64, s) < 8 << 30 for s in found)


class Garbage:
    """What drivers give for what they lack: an error, or 2^64-1."""

    class NVMLError(Exception):
        """As in pynvml."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("NVML_"):
            return 0
        if name in ("nvmlDeviceGetTemperature", "nvmlDeviceGetTotalEnergyConsumption"):
            return lambda *_: 2**64 - 1

        def refuse(*_: Any) -> Any:
            raise self.NVMLError

        return refuse


def test_telemetry_that_the_driver_lacks_is_null_and_nothing_fails() -> None:
    gpu = nvml.Gpu(Garbage(), handle=1)
    read = gpu.watch().reading()
    assert read.temperature_c is None
    assert read.power_w is None
    assert read.ecc_uncorrected is None
    assert read.throttle_seconds == {}
    assert gpu.facts() == {}


def test_without_a_driver_there_is_no_gpu_and_no_exception() -> None:
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this host has a GPU driver")
    assert nvml.gpu_by("GPU-0", None) is None


def test_a_probe_that_was_not_taken_or_is_absurd_gives_no_clock() -> None:
    before, after = (1000, 5000, 1), (60_001_000, 90_005_000, 1)
    assert kernels.clock_mhz(before, after) == 1500.0
    assert kernels.clock_mhz((1000, 5000, 0), after) is None
    assert kernels.clock_mhz(before, (1000, 80_000, 1)) is None
    assert kernels.clock_mhz((0, 0, 1), (6_000_000, 10**9, 1)) is None


def test_a_window_too_short_for_the_timer_s_steps_gives_no_clock() -> None:
    assert kernels.clock_mhz((0, 0, 1), (4_900_000, 7_350_000, 1)) is None


def test_a_block_s_scale_is_found_where_the_library_lays_it() -> None:
    """Against the loop of the cuBLAS documentation, tile by tile, for sides that fill no whole tile."""
    rows, k = 160, 192
    places = formats.scale_places(rows, k, np)
    blocks_padded = -(-k // 64) * 4
    for outer in range(rows):
        for inner in range(k // 16):
            tile = (outer // 128 * blocks_padded + inner // 4 * 4) * 128
            assert places[outer, inner] == tile + (outer % 128 % 32) * 16 + (outer % 128) // 32 * 4 + inner % 4
    assert len(np.unique(places)) == places.size
    assert places.max() < formats.fp4_scales(rows, k, "random", 1).size


def test_the_place_of_a_scale_is_the_one_the_installed_nvmath_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = installed("nvmath.linalg.advanced.helpers.matmul")
    torch = types.ModuleType("torch")  # it is asked only whether an index is a tensor
    torch.Tensor = type("Tensor", (), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    shape, form = (384, 512), helpers.BlockScalingFormat.NVFP4
    places = formats.scale_places(*shape, np)
    for row in range(0, 384, 7):
        for block in range(32):
            assert helpers.get_block_scale_offset((row, block), shape, form, axis=-1) == places[row, block]


def test_fp4_values_are_codes_times_their_block_s_scale() -> None:
    packed = np.full((32, 32), 0x22, dtype=np.uint8)  # every code is 2, which is 1.0
    scales = formats.fp4_scales(32, 64, "zeros", 1)
    places = formats.scale_places(32, 64, np)
    scales[places[3, 2]] = 0x40  # 2.0
    values = formats.fp4_values(packed, scales, np).astype(np.float64)
    assert (values[3, 32:48] == 2.0).all()
    values[3, 32:48] = 1.0
    assert (values == 1.0).all()


def test_random_block_scales_toggle_bits_and_the_labelled_patterns_do_not() -> None:
    drawn = formats.fp4_scales(256, 1024, "random", 1)
    assert len(np.unique(drawn)) == 32
    assert np.unique(formats.fp4_scales(256, 1024, "zeros", 1)).tolist() == [0x38]


@pytest.mark.parametrize(("shape", "words"), [((100, 64, 64), "m 100"), ((64, 33, 48), "n 33, k 48")])
def test_a_side_that_no_tensor_core_layout_takes_is_named(shape: tuple[int, int, int], words: str) -> None:
    m, n, k = shape
    with pytest.raises(InputError, match=f"found {words}; expected multiples of 32"):
        refuse_uneven(Shape(m=m, n=n, k=k), "cuda:0 fp8")
    refuse_uneven(Shape(m=64, n=96, k=8320), "cuda:0 fp8")


class Driver:
    """A driver that answers: 700 W under load, a foreign process for a while, and causes as a bit mask."""

    class NVMLError(Exception):
        """As in pynvml."""

    def __init__(self) -> None:
        self.now = 0.0
        self.masks = [0x1, 0x4, 0x4 | 0x40, 0x4]
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("NVML_"):
            return 0
        answers: dict[str, Any] = {
            "nvmlDeviceGetTotalEnergyConsumption": lambda *_: int(1e6 + 700_000 * self.now),
            "nvmlDeviceGetTemperature": lambda *_: 60 + int(10 * self.now),
            "nvmlDeviceGetClockInfo": lambda *_: 1500,
            "nvmlDeviceGetCurrentClocksEventReasons": lambda *_: self.masks[min(self.asked, 3)],
            "nvmlDeviceGetComputeRunningProcesses": lambda *_: [],
        }
        if name in answers:
            return answers[name]

        def refuse(*_: Any) -> Any:
            raise self.NVMLError

        return refuse


def test_power_clock_heat_and_causes_are_those_under_load(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    monkeypatch.setattr("petaplan.bench.devices.gpu.nvml.time.monotonic", lambda: driver.now)
    watch = nvml.Gpu(driver, handle=1).watch()
    for turn in range(40):
        driver.now, driver.asked = turn * 0.1, min(turn // 8, 3)
        watch.sample()
    read = watch.reading()
    assert read.power_w == pytest.approx(700.0)
    assert read.energy_j == pytest.approx(700.0 * driver.now)
    assert read.sm_clock_mhz == 1500.0
    assert read.temperature_c == 99.0
    assert read.throttle_reasons == ("software power cap", "hardware thermal")


def test_a_process_that_came_and_went_in_the_middle_is_remembered() -> None:
    driver = Driver()
    gpu = nvml.Gpu(driver, handle=1)
    watch = gpu.watch()
    gpu.foreign_processes = lambda: ("4711 python",)  # type: ignore[method-assign]
    watch.sample()
    gpu.foreign_processes = lambda: ()  # type: ignore[method-assign]
    assert watch.reading().foreign_processes == ("4711 python",)


def test_the_sampler_runs_beside_the_measurement_and_ends_with_it() -> None:
    with nvml.watching(nvml.Gpu(Driver(), handle=1)) as watch:
        assert isinstance(watch, nvml.NvmlWatch)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(watch._samples) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(watch._samples) >= 3
    assert not watch._sampler.is_alive()


def test_the_gpu_of_a_slice_is_found_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sliced(Driver):
        def nvmlInit(self) -> None:  # noqa: N802 - as in pynvml
            """As in pynvml."""

        def nvmlDeviceGetHandleByUUID(self, uuid: str) -> int:  # noqa: N802
            raise self.NVMLError(uuid)

        def nvmlDeviceGetHandleByPciBusId(self, bus: str) -> str:  # noqa: N802
            return bus

    monkeypatch.setitem(sys.modules, "pynvml", Sliced())
    gpu = nvml.gpu_by("GPU-of-a-slice", "0000:17:00.0")
    assert gpu is not None
    assert gpu._handle == "0000:17:00.0"
    assert nvml.gpu_by("GPU-of-a-slice", None) is None
