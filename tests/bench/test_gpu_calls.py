"""The GPU path, held to what is installed where no GPU is: the compiler, the libraries' signatures, the layouts."""

import ast
import ctypes
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from petaplan.bench.devices.gpu import formats, kernels
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.lt_gemm import LtGemm
from petaplan.bench.devices.gpu.workload import CupyWorkload
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.verify import residual
from petaplan.bench.precision import Precision

GPU = Path(__file__).parents[2] / "bench" / "devices" / "gpu"


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


def parts_of_the_backend() -> Iterator[ast.AST]:
    """Every node of every module of the GPU backend."""
    for path in sorted(GPU.glob("*.py")):
        yield from ast.walk(ast.parse(path.read_text()))


def calls_of(roots: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """(module, attribute, positional arguments) of each call through one of those names."""
    for node in parts_of_the_backend():
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
    found = list(calls_of({"entry": "cublas", "cublas()": "cublas"}))
    assert {name for _, name, _ in found} == {"setStream", "gemmEx", "gemmStridedBatchedEx", "getVersion"}
    for _, name, count in found:
        assert len(signatures[name].split(",")) == count, (name, signatures[name])


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("gemmEx", "handle transa transb m n k alpha A Atype lda B Btype ldb beta C Ctype ldc computeType algo"),
        (
            "gemmStridedBatchedEx",
            (
                "handle transa transb m n k alpha A Atype lda strideA B Btype ldb strideB beta C Ctype ldc strideC "
                "batchCount computeType algo"
            ),
        ),
    ],
)
def test_the_arguments_of_a_product_stand_in_the_order_we_give_them(call: str, wanted: str) -> None:
    signature = extension_signatures("cupy_backends.cuda.libs.cublas")[call]
    assert " ".join(part.split()[-1] for part in signature.split(",")) == wanted


def test_every_runtime_call_has_the_arguments_the_installed_cupy_wants() -> None:
    signatures = extension_signatures("cupy_backends.cuda.api.runtime")
    roots = dict.fromkeys(("cupy.cuda.runtime", "self.cp.cuda.runtime", "self._cp.cuda.runtime", "runtime"), "runtime")
    found = list(calls_of(roots))
    assert {"memGetInfo", "getDeviceProperties", "getDeviceCount"} <= {n for _, n, _ in found}
    for _, name, count in found:
        wanted = [part for part in signatures[name].split(",") if part.strip()]
        assert len(wanted) == count, (name, signatures[name])


def test_every_cupy_name_we_use_exists() -> None:
    cupy = installed("cupy")
    missing = []
    for node in parts_of_the_backend():
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
    found = [call for call in calls_of(roots) if call[1].startswith("nvml")]
    assert len(found) >= 15
    for _, name, count in found:
        inspect.signature(getattr(library, name)).bind(*range(count))
    text = (GPU / "nvml.py").read_text()
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
