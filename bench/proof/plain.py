"""Plain loops over the libraries that people use by hand, for a comparison at the same shape."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from petaplan.bench.devices.common.arrays import Array, Library
from petaplan.bench.evidence.record import Compute, Shape
from petaplan.bench.precision import Precision

Loop = Callable[[int], None]
"""Multiplies so many times, and waits for the end."""
_TORCH_DEVICES = {
    "torch-cpu": "cpu", "cuda": "cuda", "rocm": "cuda", "torch-cuda": "cuda", "torch-rocm": "cuda",
    "torch-xpu": "xpu", "torch-mps": "mps", "torch-npu": "npu",
}  # fmt: skip
_FLOATS = {
    Precision.FP64: "float64", Precision.FP32: "float32", Precision.TF32: "float32",
    Precision.FP16: "float16", Precision.BF16: "bfloat16",
}  # fmt: skip


def torch_loop(key: str, precision: Precision, shape: Shape, compute: Compute) -> Loop | None:
    """A loop over ``torch.mm`` or its sisters with one set of operands; None where PyTorch or a call is missing."""
    kind, _, index = key.partition(":")
    if find_spec("torch") is None or kind not in _TORCH_DEVICES or precision is Precision.FP4:
        return None
    torch = import_module("torch")
    place = _TORCH_DEVICES[kind]
    if place == "cuda" and not torch.cuda.is_available():
        return None
    device = torch.device(place, int(index or 0)) if place != "cpu" else torch.device("cpu")
    torch.set_float32_matmul_precision("high" if precision is Precision.TF32 else "highest")
    call = _torch_call(torch, device, precision, shape, by_columns=compute.algorithm == "B by columns")
    wait = getattr(getattr(torch, place), "synchronize", lambda: None)

    def loop(calls: int) -> None:
        for _ in range(calls):
            call()
        wait()

    return loop


def _torch_call(
    torch: Library, device: Library, precision: Precision, shape: Shape, *, by_columns: bool
) -> Callable[[], object]:
    m, n, k = shape.m, shape.n, shape.k
    if precision in _FLOATS:
        kind = getattr(torch, _FLOATS[precision])
        a = torch.randn((m, k), device=device).to(kind)
        b = (
            torch.randn((n, k), device=device).to(kind).t()
            if by_columns
            else torch.randn((k, n), device=device).to(kind)
        )
        c = torch.empty((m, n), device=device, dtype=kind)
        return lambda: torch.mm(a, b, out=c)
    if precision is Precision.INT8:
        a, b = (torch.randint(-127, 128, size, device=device, dtype=torch.int8) for size in ((m, k), (n, k)))
        c = torch.empty((m, n), device=device, dtype=torch.int32)
        return lambda: torch._int_mm(a, b.t(), out=c)  # noqa: SLF001 - its only entry
    a, b = (torch.randn(size, device=device).to(torch.float8_e4m3fn) for size in ((m, k), (n, k)))
    one, c = torch.ones((), device=device), torch.empty((m, n), device=device, dtype=torch.bfloat16)
    options = {"use_fast_accum": True} if device.type == "cuda" else {}
    return lambda: torch._scaled_mm(  # noqa: SLF001
        a, b.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16, out=c, **options
    )


def cupy_loop(key: str, precision: Precision, shape: Shape) -> Loop | None:
    """A loop over ``cupy.matmul``; None where CuPy is missing or has no such type."""
    kind, _, index = key.partition(":")
    types: dict[Precision, type[np.floating[Any]]] = {
        Precision.FP64: np.float64,
        Precision.FP32: np.float32,
        Precision.FP16: np.float16,
    }
    if kind not in ("cuda", "rocm", "torch-cuda", "torch-rocm") or find_spec("cupy") is None or precision not in types:
        return None
    cupy: Library = import_module("cupy")
    if cupy.cuda.runtime.getDeviceCount() <= int(index or 0):
        return None
    with cupy.cuda.Device(int(index or 0)):
        a, b = (_drawn(cupy, size, types[precision]) for size in ((shape.m, shape.k), (shape.k, shape.n)))
        c = cupy.empty((shape.m, shape.n), dtype=types[precision])

    def loop(calls: int) -> None:
        for _ in range(calls):
            cupy.matmul(a, b, out=c)
        cupy.cuda.get_current_stream().synchronize()

    return loop


def _drawn(cupy: Library, size: tuple[int, int], kind: type[np.floating[Any]]) -> Array:
    return cupy.random.standard_normal(size, dtype=np.float32).astype(kind)
