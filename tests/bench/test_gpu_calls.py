"""The GPU path, held to what is installed where no GPU is: the compiler, the libraries' signatures, the layouts."""

import ast
import ctypes
import importlib
import inspect
import re
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.gpu import formats, kernels, nvml, shapes, sheet
from petaplan.bench.devices.gpu.device import CupyWorkload, refuse_uneven, set_bytes
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.lt_gemm import LtGemm
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.verify import residual
from petaplan.bench.precision import Precision

BENCH = Path(__file__).parents[2] / "bench"


def installed(name: str) -> Any:
    """The module, or a skip that says how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        pytest.skip(f"{name} is not here ({error}); requirements-gpu-check.lock installs it")


def extension_signatures(module: str) -> dict[str, str]:
    """Signatures a Cython extension carries in its own file; reading it loads no driver and no cuBLAS."""
    package, _, stem = module.rpartition(".")
    folder = Path(next(iter(installed(package).__path__)))
    (binary,) = folder.glob(f"{stem}.*.so")
    text = binary.read_bytes().decode("latin-1")
    return dict(re.findall(r"(?<![\w.])([A-Za-z_]\w*)\(([^()\x00]*)\)(?=\x00| -> |\n\n)", text))


def calls_in(file: str, roots: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """(module, attribute, positional arguments) of each call through one of those names."""
    for node in ast.walk(ast.parse((BENCH / file).read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        base = ast.unparse(node.func.value)
        if base in roots and not any(isinstance(a, ast.Starred) for a in node.args):
            yield roots[base], node.func.attr, len(node.args) + len(node.keywords)


# ---------------------------------------------------------------- the compiler


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90", "sm_100"])
@pytest.mark.parametrize("source", ["SOURCE", "PROBE"])
def test_the_kernels_compile_for(architecture: str, source: str) -> None:
    nvrtc = installed("cupy_backends.cuda.libs.nvrtc")
    program = nvrtc.createProgram(getattr(kernels, source), f"{source}.cu", (), ())
    try:
        nvrtc.compileProgram(program, (f"--gpu-architecture={architecture}", "--std=c++17"))
        binary = nvrtc.getCUBIN(program)
    except nvrtc.NVRTCError:
        pytest.fail(nvrtc.getProgramLog(program))
    finally:
        nvrtc.destroyProgram(program)
    names = ("clock_probe",) if source == "PROBE" else (*kernels.PICKS.values(), "parity")
    assert len(binary) > 1000
    assert all(name.encode() in binary for name in names)


def test_the_probe_reads_cycles_and_time_of_one_multiprocessor() -> None:
    nvrtc = installed("cupy_backends.cuda.libs.nvrtc")
    program = nvrtc.createProgram(kernels.PROBE, "probe.cu", (), ())
    nvrtc.compileProgram(program, ("--gpu-architecture=compute_90",))
    ptx = nvrtc.getPTX(program)
    ptx = ptx.decode() if isinstance(ptx, bytes) else ptx
    nvrtc.destroyProgram(program)
    assert "%smid" in ptx
    assert "%globaltimer" in ptx
    assert "%clock64" in ptx


# -------------------------------------------------------------- the signatures


def test_every_cublas_call_has_the_arguments_the_installed_cupy_wants() -> None:
    signatures = extension_signatures("cupy_backends.cuda.libs.cublas")
    found = list(calls_in("cupy_device.py", {"cublas": "cublas"}))
    assert {name for _, name, _ in found} == {"setStream", "gemmEx", "getVersion"}
    for _, name, count in found:
        assert len(signatures[name].split(",")) == count, (name, signatures[name])


def test_the_arguments_of_gemm_ex_stand_in_the_order_we_give_them() -> None:
    signature = extension_signatures("cupy_backends.cuda.libs.cublas")["gemmEx"]
    names = " ".join(part.split()[-1] for part in signature.split(","))
    assert names == ("handle transa transb m n k alpha A Atype lda B Btype ldb beta C Ctype ldc computeType algo")


def test_every_runtime_call_has_the_arguments_the_installed_cupy_wants() -> None:
    signatures = extension_signatures("cupy_backends.cuda.api.runtime")
    roots = dict.fromkeys(("cupy.cuda.runtime", "self.cp.cuda.runtime", "self._cp.cuda.runtime", "runtime"), "runtime")
    found = list(calls_in("cupy_device.py", roots))
    assert {"memsetAsync", "memGetInfo", "getDeviceProperties", "getDeviceCount"} <= {n for _, n, _ in found}
    for _, name, count in found:
        wanted = [part for part in signatures[name].split(",") if part.strip()]
        assert len(wanted) == count, (name, signatures[name])


def test_every_cupy_name_we_use_exists() -> None:
    cupy = installed("cupy")
    missing = []
    for node in ast.walk(ast.parse((BENCH / "cupy_device.py").read_text())):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            found = re.fullmatch(r"(?:self\.)?_?(?:cp|cupy)\.([\w.]+)", text)
            if found and not _reachable(cupy, found[1]):
                missing.append(text)
    assert missing == []


def _reachable(root: Any, dotted: str) -> bool:
    for part in dotted.split("."):
        if not hasattr(root, part):
            return False
        root = getattr(root, part)
    return True


def test_every_nvml_call_exists_and_takes_the_arguments_we_give() -> None:
    library = installed("pynvml")
    roots = {"self._nvml": "nvml", "nvml": "nvml", "pynvml": "nvml"}
    found = [call for call in calls_in("nvml.py", roots) if call[1].startswith("nvml")]
    assert len(found) >= 15
    for _, name, count in found:
        inspect.signature(getattr(library, name)).bind(*range(count))
    text = (BENCH / "nvml.py").read_text()
    for constant in set(re.findall(r"NVML_[A-Z_]+", text)):
        assert hasattr(library, constant), constant


def test_the_throttle_bits_and_field_numbers_are_those_of_the_installed_library() -> None:
    library = installed("pynvml")
    assert library.nvmlClocksThrottleReasonSwPowerCap == 0x4
    assert library.nvmlClocksThrottleReasonHwThermalSlowdown == 0x40
    assert library.nvmlClocksThrottleReasonHwPowerBrakeSlowdown == 0x80
    assert library.NVML_FI_DEV_PERF_POLICY_POWER == 74
    assert library.NVML_FI_DEV_PERF_POLICY_THERMAL == 75
    assert library.NVML_FI_DEV_MEMORY_TEMP == 82
    assert library.NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN == 271


def test_the_type_and_compute_codes_are_those_of_the_installed_bindings() -> None:
    nvmath = installed("nvmath")
    cublas = installed("nvmath.bindings.cublas")
    types, compute = nvmath.CudaDataType, cublas.ComputeType
    assert types.CUDA_R_16BF == formats.R_16BF
    assert types.CUDA_R_8I == formats.R_8I
    assert types.CUDA_R_32I == formats.R_32I
    assert types.CUDA_R_8F_E4M3 == formats.R_8F_E4M3
    assert types.CUDA_R_4F_E2M1 == formats.R_4F_E2M1
    assert compute.COMPUTE_32F == formats.COMPUTE_32F
    assert compute.COMPUTE_64F == formats.COMPUTE_64F
    assert compute.COMPUTE_32I == formats.COMPUTE_32I
    assert compute.COMPUTE_32F_FAST_TF32 == formats.COMPUTE_32F_FAST_TF32


class SignatureCheckedLt:
    """The installed cublasLt bindings: enums, dtypes and buffers real, calls checked against their signatures."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.called: list[str] = []
        self.asked_workspace = 0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        is_device_call = callable(value) and name.islower() and not name.startswith("get_")
        return self._checked(name, value.__doc__) if is_device_call else value

    def _checked(self, name: str, doc: str) -> Any:
        wanted = re.match(rf"{name}\((.*?)\)", doc)
        assert wanted, doc
        parameters = [part.strip() for part in wanted[1].split(",") if part.strip()]

        def call(*given: Any) -> int:
            assert len(given) == len(parameters), (name, parameters)
            assert all(isinstance(value, int) for value in given), (name, given)
            self.called.append(name)
            if name == "matmul_algo_get_heuristic":
                ctypes.c_int32.from_address(given[-1]).value = 3
            if name == "matmul_preference_set_attribute":
                self.asked_workspace = ctypes.c_uint64.from_address(given[2]).value
            return 1000 + len(self.called)

        return call


@pytest.mark.parametrize("precision", [Precision.INT8, Precision.FP8, Precision.FP4])
def test_cublas_lt_is_called_as_the_installed_bindings_want(precision: Precision) -> None:
    lt = SignatureCheckedLt(installed("nvmath.bindings.cublasLt"))
    scales = (4096, 8192) if precision is Precision.FP4 else None
    gemm = LtGemm(lt, FORMATS[precision], Shape(m=256, n=512, k=1024), most=4, scales=scales)
    assert gemm.algorithm_count == 3
    gemm.enqueue((1, 2, 3), gemm.algorithm_pointer(1), 4, 5)
    assert gemm.algorithm_pointer(9) == gemm.algorithm_pointer(2)
    gemm.close()
    assert lt.asked_workspace == 32 << 20
    assert lt.called.count("matrix_layout_create") == lt.called.count("matrix_layout_destroy") == 3
    assert "matmul" in lt.called
    assert "destroy" in lt.called


# ----------------------------------------------------------------- the layouts


def host_workload(precision: Precision, shape: Shape) -> CupyWorkload:
    """A workload whose buffers lie in host memory, filled as the kernel fills them, multiplied by NumPy."""
    form = FORMATS[precision]
    rng = np.random.default_rng(1)
    table = formats.draw_table(precision, "random", 1)
    words = [rows * shape.k * form.operand_bits // (8 * form.word_bytes) for rows in (shape.m, shape.n)]
    a, b = (table[rng.integers(0, table.size, count)] for count in words)
    workload = object.__new__(CupyWorkload)
    workload._cp, workload._form, workload._precision = np, form, precision
    workload.shape, workload.set_count = shape, 1
    workload._lt = object() if form.call == "cublasLt" else None  # type: ignore[assignment]
    workload._scales = None
    if precision is Precision.FP4:
        a_scales, b_scales = (formats.fp4_scales(rows, shape.k, "random", rows) for rows in (shape.m, shape.n))
        workload._scales = a_scales, b_scales
    workload._sets = [(a, b, np.zeros(shape.m * shape.n * form.product_bytes // 2, dtype=np.uint16))]
    seen = workload.operands(0)
    exact = seen.decode_operand(seen.a) @ seen.decode_operand(seen.b)
    assert exact.shape == (shape.m, shape.n)
    stored = exact if workload._lt is None else exact.T
    import ml_dtypes

    kind = {"bf16": ml_dtypes.bfloat16, "fp16": np.float16, "int32": np.int32, "fp32": np.float32}.get(
        form.product, np.float64
    )
    workload._sets[0][2][:] = np.ascontiguousarray(stored.astype(kind)).reshape(-1).view(np.uint16)
    return workload


@pytest.mark.parametrize("precision", list(Precision))
def test_the_layout_the_library_writes_is_the_one_verification_reads(precision: Precision) -> None:
    workload = host_workload(precision, Shape(m=96, n=64, k=128))
    assert residual(workload.operands(0), precision, 1).is_within
    product = workload._sets[0][2]
    product[6 * FORMATS[precision].product_bytes // 2 - 1] ^= 0x4100  # the upper half of one element
    assert not residual(workload.operands(0), precision, 1).is_within


@pytest.mark.parametrize("precision", list(Precision))
def test_random_operands_have_entropy_and_no_nan(precision: Precision) -> None:
    workload = host_workload(precision, Shape(m=64, n=64, k=256))
    seen = workload.operands(0)
    values = seen.decode_operand(seen.a)
    assert np.isfinite(values).all()
    assert abs(float(values.mean())) < 0.1 * float(values.std())
    fewest = {Precision.FP4: 12, Precision.FP8: 80, Precision.INT8: 250, Precision.BF16: 1500}
    assert len(np.unique(values)) >= fewest.get(precision, 3000)


# ------------------------------------------------------- sheets, shapes, NVML


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
        deadline = time.monotonic() + 5.0
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
