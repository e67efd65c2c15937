"""Facts of the CPU from Linux and the processor: cores, caches, clocks, and the width of a core."""

import hashlib
import math
import re
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from petaplan.bench import system
from petaplan.bench.system import read_text

_SYS = Path("/sys/devices/system/cpu")


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """A processor core as its vendor specifies it."""

    name: str
    fma_pipes: int
    pipe_bits: int
    multiply_latency_cycles: int | None
    """Cycles of a 64-bit integer multiplication; None where it varies. The clock probe counts with it."""

    def flop_per_clock(self, element_bits: int) -> int:
        """A fused multiply-add is two operations in each lane of each pipe.

        >>> Core(name="Zen 4", fma_pipes=2, pipe_bits=256, multiply_latency_cycles=3).flop_per_clock(32)
        32
        """
        return self.fma_pipes * self.pipe_bits // element_bits * 2


def _core(name: str, fma_pipes: int, pipe_bits: int, latency: int | None = 3) -> Core:
    return Core(name=name, fma_pipes=fma_pipes, pipe_bits=pipe_bits, multiply_latency_cycles=latency)


# (vendor, family, first model, last model): the vendors' optimisation guides. A range that mixes one- and
# two-pipe parts (Skylake-SP) is left out: its peak stays unknown.
_X86: tuple[tuple[str, int, int, int, Core], ...] = (
    ("AuthenticAMD", 0x17, 0x00, 0x2F, _core("Zen", 2, 128)),
    ("AuthenticAMD", 0x17, 0x30, 0xFF, _core("Zen 2", 2, 256)),
    ("AuthenticAMD", 0x19, 0x00, 0x0F, _core("Zen 3", 2, 256)),
    ("AuthenticAMD", 0x19, 0x20, 0x5F, _core("Zen 3", 2, 256)),
    ("AuthenticAMD", 0x19, 0x10, 0x1F, _core("Zen 4, AVX-512 in two passes", 2, 256)),
    ("AuthenticAMD", 0x19, 0x60, 0xAF, _core("Zen 4, AVX-512 in two passes", 2, 256)),
    ("AuthenticAMD", 0x1A, 0x00, 0x1F, _core("Zen 5", 2, 512)),
    ("GenuineIntel", 6, 0x3F, 0x3F, _core("Haswell", 2, 256)),
    ("GenuineIntel", 6, 0x4F, 0x4F, _core("Broadwell", 2, 256)),
    ("GenuineIntel", 6, 0x6A, 0x6C, _core("Ice Lake-SP", 2, 512)),
    ("GenuineIntel", 6, 0x8F, 0x8F, _core("Sapphire Rapids", 2, 512)),
    ("GenuineIntel", 6, 0xCF, 0xCF, _core("Emerald Rapids", 2, 512)),
    ("GenuineIntel", 6, 0xAD, 0xAE, _core("Granite Rapids", 2, 512)),
)
_ARM: dict[str, Core] = {
    "0xd0c": _core("Neoverse N1", 2, 128, None),
    "0xd40": _core("Neoverse V1", 2, 256, None),
    "0xd49": _core("Neoverse N2", 2, 128, None),
    "0xd4f": _core("Neoverse V2", 4, 128, None),
}


def core() -> Core | None:
    """The core of this host, or None when the table does not know it."""
    return core_named(system.cpuinfo())


def core_named(info: dict[str, str]) -> Core | None:
    """The core that such a /proc/cpuinfo describes."""
    if "CPU part" in info:
        return _ARM.get(info["CPU part"]) if info.get("CPU implementer") == "0x41" else None
    try:
        key = (info["vendor_id"], int(info["cpu family"]), int(info["model"]))
    except (KeyError, ValueError):
        return None
    flags = info.get("flags", "").split()
    for vendor, family, first, last, found in _X86:
        if (vendor, family) == key[:2] and first <= key[2] <= last:
            wide_enough = found.pipe_bits < 512 or "avx512f" in flags
            return found if wide_enough and "fma" in flags else None
    return None


def instruction_sets() -> str:
    """Instruction sets that matter for a matmul."""
    flags = system.cpuinfo().get("flags", system.cpuinfo().get("Features", "")).split()
    return " ".join(f for f in flags if re.fullmatch(r"avx.*|fma|amx.*|asimd|sve2?|neon", f)) or "unknown"


def physical_cores(cpus: tuple[int, ...]) -> int:
    """Distinct cores among those logical processors, by the topology the system shows."""
    found = {
        (
            read_text(_SYS / f"cpu{cpu}/topology/physical_package_id"),
            read_text(_SYS / f"cpu{cpu}/topology/core_id"),
        )
        for cpu in cpus
    }
    if None in {identity for _, identity in found}:
        return min(psutil.cpu_count(logical=False) or len(cpus), len(cpus))
    return len(found)


def threads_to_use(cores: int, quota: float | None) -> int:
    """One thread for each core, and at most the CPU quota.

    >>> threads_to_use(8, None), threads_to_use(8, 3.5), threads_to_use(8, 0.5)
    (8, 3, 1)
    """
    return cores if quota is None else max(min(cores, math.floor(quota)), 1)


def cache_bytes(level: int) -> int | None:
    """Bytes of all distinct caches of a level that the allowed processors reach."""
    sizes: dict[str, int] = {}
    for cpu in system.allowed_cpus():
        for index in (_SYS / f"cpu{cpu}/cache").glob("index*"):
            size = read_text(index / "size")
            if size and read_text(index / "level") == str(level) and read_text(index / "type") != "Instruction":
                shared = read_text(index / "shared_cpu_list") or str(cpu)
                sizes[shared] = int(size.rstrip("KMG")) * {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[size[-1]]
    return sum(sizes.values()) or None


def last_level_cache_bytes() -> tuple[int, str]:
    """Size of the last-level cache, bytes, and how it is known."""
    for level in (3, 2):
        size = cache_bytes(level)
        if size:
            return size, f"L{level} of the allowed processors, from sysfs"
    return 32 << 20, "unknown; 32 MiB taken"


def highest_clock_mhz() -> float | None:
    """Highest clock the operating system allows; None where it does not say (most virtual machines)."""
    khz = read_text(_SYS / f"cpu{system.allowed_cpus()[0]}/cpufreq/cpuinfo_max_freq")
    return int(khz) / 1000.0 if khz else None


def current_clock_mhz() -> float | None:
    """Clock the operating system samples, mean over the allowed processors."""
    paths = [_SYS / f"cpu{cpu}/cpufreq/scaling_cur_freq" for cpu in system.allowed_cpus()]
    found = [int(text) / 1000.0 for path in paths if (text := read_text(path))]
    return sum(found) / len(found) if found else None


def governor() -> str | None:
    """Frequency governor of the first allowed processor."""
    return read_text(_SYS / f"cpu{system.allowed_cpus()[0]}/cpufreq/scaling_governor")


def identity() -> str:
    """A stable number in place of the serial number, which processors do not show."""
    machine = read_text(Path("/etc/machine-id")) or ""
    text = f"{socket.gethostname()}\n{machine}\n{system.cpu_model()}"
    return "cpu-" + hashlib.sha256(text.encode()).hexdigest()[:24]
