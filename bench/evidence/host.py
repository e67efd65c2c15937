"""The host of a run, as far as it affects the figures."""

import os
import platform
import socket
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from petaplan.bench import system
from petaplan.bench.evidence.record import Host

_ARITHMETIC_VARIABLES = (
    "CUPY_TF32", "NVIDIA_TF32_OVERRIDE", "CUDA_VISIBLE_DEVICES", "CUPY_ACCELERATORS", "HIP_VISIBLE_DEVICES",
    # The host waits for each call, or clients of MPS share the device.
    "CUDA_LAUNCH_BLOCKING", "HIP_LAUNCH_BLOCKING", "AMD_SERIALIZE_KERNEL", "CUDA_MPS_PIPE_DIRECTORY",
    "CUDA_MPS_LOG_DIRECTORY", "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "CUDA_DEVICE_MAX_CONNECTIONS",
    "ASCEND_RT_VISIBLE_DEVICES", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "TORCH_BLAS_PREFER_CUBLASLT",
    # A part of a device: no row with one of these calibrates a plan.
    "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "GPU_CORE_UTILIZATION_LIMIT", "HSA_CU_MASK", "ROC_GLOBAL_CU_MASK",
)  # fmt: skip
_ARITHMETIC_PREFIXES = (
    "CUBLAS",
    "OPENBLAS_",
    "MKL_",
    "OMP_",
    "BLIS_",
    "GOTO_",
    "ROCBLAS_",
    "HIPBLASLT_",
    "ONEDNN_",
    "DNNL_",
)


def tool() -> str:
    """This program and its version."""
    return f"petaplan-bench {installed('petaplan') or 'from a checkout'}"


def installed(package: str) -> str | None:
    """Version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def arithmetic_environment() -> dict[str, str]:
    """Variables that change arithmetic, threads or the choice of library."""
    chosen = (name for name in os.environ if name in _ARITHMETIC_VARIABLES or name.startswith(_ARITHMETIC_PREFIXES))
    return {name: os.environ[name] for name in sorted(chosen)}


def describe() -> Host:
    """This host."""
    return Host(
        name=node_name(),
        boot_id=boot_id(),
        os=_os_name(),
        kernel=f"{platform.system()} {platform.release()}",
        architecture=platform.machine(),
        cpu_model=system.cpu_model(),
        cpus_allowed=len(system.allowed_cpus()),
        memory_gib=psutil.virtual_memory().total / 2**30,
        cgroup_cpus=system.cgroup_cpus(),
        virtual=system.hypervisor(),
        container=system.container(),
    )


def node_name() -> str:
    """The name of the host in its scheduler, else its own host name: in a pod the two differ."""
    named = (os.environ.get(name) for name in ("PETAPLAN_BENCH_NODE", "SLURMD_NODENAME"))
    return next((name for name in named if name), socket.gethostname()) or "unnamed"


def boot_id() -> str | None:
    """The boot id of the system; None where it has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    except OSError:
        return platform.platform()
