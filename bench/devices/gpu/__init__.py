"""The GPUs of this host through CuPy: NVIDIA's with CUDA, AMD's with ROCm."""

import ctypes
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind, HostCheck


def driver_absence() -> str | None:
    """Why no GPU can be measured, found without touching one; None when it is worth asking CuPy."""
    if not any(_loads(name) for name in ("libcuda.so.1", "libamdhip64.so", "nvcuda.dll")):
        return "no GPU driver on this host (libcuda.so.1 and libamdhip64.so not found)"
    if find_spec("cupy") is None:
        return (
            "a GPU driver is here but CuPy is not: install the extra that fits it "
            "(cuda12, cuda13 or rocm); `make bench` picks it"
        )
    return None


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _visible(prefix: str) -> tuple[str, ...]:
    """Keys of the GPUs that CuPy sees. This opens the driver; one CuPy build supports one vendor."""
    from petaplan.bench.devices.gpu.device import visible_count, visible_kind

    return tuple(f"{prefix}:{index}" for index in range(visible_count())) if visible_kind() == prefix else ()


def _open(index: int, threads: int | None) -> Device:  # noqa: ARG001 - a GPU has no BLAS threads
    from petaplan.bench.devices.gpu.device import CupyDevice

    return CupyDevice(index)


def _examine() -> Iterator[HostCheck]:
    for module, package, purpose in (
        ("cupy", "cupy", "fp64, fp32, tf32, fp16, bf16 on a GPU"),
        ("nvmath", "nvmath-python", "int8, fp8 and fp4 through cublasLt"),
        ("pynvml", "nvidia-ml-py", "clocks, power, heat and errors of NVIDIA GPUs"),
    ):
        here = find_spec(module) is not None
        text = purpose if here else f"{purpose}; comes with the extra cuda12 or cuda13"
        yield HostCheck(what=package, state="good" if here else "absent", text=text)


def _kind(name: str, title: str) -> DeviceKind:
    return DeviceKind(
        name=name,
        title=title,
        open=_open,
        engine="matrix",
        seconds_to_start=4.0,
        processes=1,  # a GPU's driver takes too long to start three times in the time allowed
        seconds=75.0,  # a minute of load, for the heat
        family="gpu",
        is_default=True,
        absence=driver_absence,
        visible=partial(_visible, name),
        examine=_examine,
    )


CUDA = _kind("cuda", "NVIDIA GPU through CuPy")
ROCM = _kind("rocm", "AMD GPU through CuPy")
