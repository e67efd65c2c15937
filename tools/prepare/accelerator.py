"""The GPU of this host by its driver, and the extra that the benchmark needs for it."""

import ctypes
from pathlib import Path

from tools.prepare.checkout import say

CUDA_DRIVER = "libcuda.so.1"
ROCM_VERSION = Path("/opt/rocm/.info/version")


def gpu_lock() -> str | None:
    """The lock to install beside the product on this host, or nothing, with the reason said."""
    version = cuda_version()
    if version >= 13000:
        return "cuda13"
    if version >= 12000:
        return "cuda12"
    if version:
        say(f"GPU: the NVIDIA driver here speaks CUDA {version // 1000}, but CuPy needs 12: update it")
        return None
    if ROCM_VERSION.is_file():
        found = ROCM_VERSION.read_text(encoding="utf-8").strip()
        if found.startswith("7."):
            return "rocm"
        say(f"GPU: ROCm {found} is installed, but CuPy's wheels need 7: update ROCm")
        return None
    say("GPU: no NVIDIA driver and no ROCm on this host, so the CPU alone is measured")
    return None


def cuda_version() -> int:
    """What the NVIDIA driver speaks, 12080 for CUDA 12.8; 0 without a driver."""
    try:
        driver = ctypes.CDLL(CUDA_DRIVER)
    except OSError:
        return 0
    version = ctypes.c_int(0)
    status: int = driver.cuDriverGetVersion(ctypes.byref(version))
    return 0 if status else version.value
