"""The clock of a CPU core, from a chain of multiplications whose latency in cycles is known.

Each multiplication waits for the one before: cycles = count × latency, whatever else the core could do. It
needs no permission that a container lacks; where pages may not be made executable there is no probe.
"""

import ctypes
import mmap
import time
from collections.abc import Callable

from petaplan.bench import system
from petaplan.bench.devices.cpu import facts

_UNROLLED = 32
_LOOPS = 600
_TRIES = 4
_PLAUSIBLE_MHZ = (400.0, 8000.0)


def _machine_code() -> bytes:
    """``void chain(uint64_t loops)`` in the System V convention of x86-64."""
    multiply = b"\x48\x0f\xaf\xc0"  # imul rax, rax
    body = multiply * _UNROLLED + b"\x48\xff\xcf"  # dec rdi
    back = -(len(body) + 6)
    return body + b"\x0f\x85" + back.to_bytes(4, "little", signed=True) + b"\xc3"  # jnz; ret


class ClockProbe:
    """A callable chain of multiplications on executable memory."""

    def __init__(self, latency_cycles: int) -> None:
        self._cycles = float(_UNROLLED * _LOOPS * latency_cycles)
        self._page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._page.write(_machine_code())
        self._anchor = ctypes.c_char.from_buffer(self._page)
        self._chain: Callable[[int], None] = ctypes.CFUNCTYPE(None, ctypes.c_uint64)(ctypes.addressof(self._anchor))
        self._chain(1)

    def mhz(self) -> float | None:
        """Clock of the core this thread is on, now; about 70 µs.

        The fastest of a few tries, since an interrupt can only slow one down.
        """
        fastest_ns = min(self._once() for _ in range(_TRIES))
        found = self._cycles / fastest_ns * 1e3
        return found if _PLAUSIBLE_MHZ[0] <= found <= _PLAUSIBLE_MHZ[1] else None

    def _once(self) -> int:
        started = time.perf_counter_ns()
        self._chain(_LOOPS)
        return max(time.perf_counter_ns() - started, 1)


def clock_source() -> tuple[Callable[[], float | None], str]:
    """The best clock reading this host permits, and how to name it."""
    core = facts.core()
    is_x86 = "vendor_id" in system.cpuinfo()
    if is_x86 and core and core.multiply_latency_cycles:
        try:
            probe = ClockProbe(core.multiply_latency_cycles)
        except (OSError, ValueError, PermissionError):
            probe = None
        if probe is not None:
            latency = core.multiply_latency_cycles
            return probe.mhz, (
                f"chain of {latency}-cycle multiplications ({core.name}) on one core, just before and after each batch"
            )
    if facts.current_clock_mhz() is not None:
        return facts.current_clock_mhz, "operating system's frequency sample, before and after each batch"
    return lambda: None, "none: no frequency in sysfs, and this core's latencies are not known"
