"""Facts about this host and its processor from the operating system (/proc, /sys)."""

import os
import platform
from functools import cache
from pathlib import Path


@cache
def cpuinfo() -> dict[str, str]:
    """The first processor of /proc/cpuinfo; empty elsewhere than on Linux."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.split("\n\n")[0].splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def cpu_model() -> str:
    """Name of the processor, such as ``AMD EPYC 9654 96-Core Processor``."""
    return cpuinfo().get("model name") or platform.processor() or platform.machine()


def hypervisor() -> str | None:
    """Hypervisor, where the processor says that it runs under one."""
    if "hypervisor" not in cpuinfo().get("flags", "").split():
        return None
    vendor = Path("/sys/class/dmi/id/sys_vendor")
    try:
        return vendor.read_text(encoding="utf-8").strip() or "unnamed"
    except OSError:
        return "unnamed"


def container() -> str | None:
    """Container runtime, as far as the usual marks tell."""
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    return os.environ.get("container")  # noqa: SIM112 - systemd spells it so


def allowed_cpus() -> tuple[int, ...]:
    """Logical processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def cgroup_cpus() -> float | None:
    """CPU quota of the control group in cores; None when there is none."""
    unified = (read_text(Path("/sys/fs/cgroup/cpu.max")) or "max").split()
    if unified[0] != "max" and len(unified) == 2:
        return int(unified[0]) / int(unified[1])
    quota = read_text(Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
    period = read_text(Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    if quota and period and int(quota) > 0:
        return int(quota) / int(period)
    return None


def read_text(path: Path) -> str | None:
    """Text of a small system file without white space at its ends; None where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
