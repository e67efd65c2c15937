"""The processor of this host through PyTorch: oneDNN and MKL, with the clock, load and peak of the CPU backend."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from petaplan.bench import system
from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.common.device import Engine, Heat
from petaplan.bench.devices.cpu import facts, shapes
from petaplan.bench.devices.cpu.clock import clock_source
from petaplan.bench.devices.cpu.device import CpuWatch
from petaplan.bench.devices.torch.backends import Backend, Timed
from petaplan.bench.devices.torch.formats import FORMS, Multiply
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Peak, Shape
from petaplan.bench.precision import Precision

_HALF_FLAGS = {"avx512_fp16", "amx_fp16", "asimdhp"}
"""Instruction sets with products of fp16; without one PyTorch multiplies it in a plain loop or widened."""
_LOWERING = ("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE")
_PROBES = 20


class ProcessorBackend(Backend):
    """All allowed cores of this host, one thread each."""

    device_type = "cpu"

    def __init__(self, torch: Library, threads: int | None) -> None:
        self.torch, self.name, self.index, self.dies, self.api = torch, "torch-cpu", 0, (0,), torch.cpu
        self.devices = (torch.device("cpu"),)
        allowed = system.allowed_cpus()
        self._cores = facts.physical_cores(allowed)
        self.threads = threads or facts.threads_to_use(self._cores, system.cgroup_cpus())
        if self.threads > len(allowed):
            raise InputError(
                f"--threads {self.threads}: this process may use {len(allowed)} processors; "
                f"expected 1 to {len(allowed)}"
            )
        torch.set_num_threads(self.threads)
        self._cache, self._cache_known_by = facts.last_level_cache_bytes()
        self._read_clock, self._clock_how = clock_source()
        self._highest_mhz = max((mhz for _ in range(_PROBES) if (mhz := self._read_clock())), default=None)

    def model(self) -> str:
        return system.cpu_model()

    def units(self) -> int:
        return min(self.threads, self._cores)

    def memory_bytes(self) -> int:
        return int(psutil.virtual_memory().total)

    def free_bytes(self) -> int:
        return buffers.available_bytes()

    def cache_bytes(self) -> int:
        return self._cache

    def uuid(self) -> tuple[str, str]:
        return facts.identity(), "hash of host name, machine id and processor name; there is no serial number"

    def facts(self) -> dict[str, str]:
        core = facts.core()
        return {
            "core": core.name if core else "not in the table of cores",
            "instruction_sets": facts.instruction_sets(),
            "last_level_cache": f"{self._cache / 2**20:g} MiB ({self._cache_known_by})",
            "kernels": str(self.torch.backends.cpu.get_cpu_capability()),
        }

    def versions(self) -> dict[str, str]:
        lines = [line.strip(" -") for line in str(self.torch.__config__.show()).splitlines()]
        libraries = {name: line for line in lines for name in ("MKL-DNN", "Math Kernel", "OpenBLAS") if name in line}
        names = {"MKL-DNN": "onednn", "Math Kernel": "mkl", "OpenBLAS": "openblas"}
        found = {names[name]: line for name, line in libraries.items()}
        return {"torch": str(self.torch.__version__), "threads": str(self.threads)} | found

    def refusal(self, precision: Precision) -> str | None:
        if precision is Precision.TF32:
            return "a processor has no tf32"
        for variable in _LOWERING if precision is Precision.FP32 else ():
            if os.environ.get(variable, "").upper() not in ("", "STRICT"):
                return f"{variable} is set: oneDNN would compute fp32 from lower precisions; unset it"
        if precision is Precision.FP16:
            flags = system.cpuinfo().get("flags", system.cpuinfo().get("Features", "")).split()
            if not _HALF_FLAGS & set(flags):
                return "no native kernel: this processor multiplies no half precision, and PyTorch widens or loops"
        return None

    def engine(self, precision: Precision) -> Engine:  # noqa: ARG002
        return "vector"

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        return shapes.candidates(self._cache, FORMS[precision].operand_bytes)

    def peak(self, precision: Precision) -> Peak | None:
        core, clock = facts.core(), self.maximum_clock_mhz()
        if core is None or clock is None or precision not in (Precision.FP32, Precision.FP64):
            return None
        flop = core.flop_per_clock(8 * FORMS[precision].operand_bytes)
        known_by = "operating system" if facts.highest_clock_mhz() else "highest clock probed on this host"
        return Peak(
            tera_per_second=self.units() * flop * clock / 1e6,
            units=self.units(),
            flop_per_clock_per_unit=float(flop),
            clock_mhz=clock,
            clock_known_by=known_by,
            how=f"{self.units()} cores × {flop} operations a clock ({core.name}) × {clock:.0f} MHz ({known_by})",
        )

    def maximum_clock_mhz(self) -> float | None:
        return facts.highest_clock_mhz() or self._highest_mhz

    def clock_method(self) -> str:
        return self._clock_how

    def _clock(self) -> float | None:
        mhz = self._read_clock()
        if mhz is not None:
            self._highest_mhz = max(mhz, self._highest_mhz or 0.0)
        return mhz

    def timed(self, order: Sequence[Multiply]) -> Timed:
        """The time of these products, and how long the cores worked for them."""
        before = self._clock()
        had = time.process_time()
        started = time.perf_counter()
        for multiply in order:
            multiply()
        seconds = time.perf_counter() - started
        had = time.process_time() - had
        readings = [mhz for mhz in (before, self._clock()) if mhz is not None]
        return Timed(started, seconds, sum(readings) / len(readings) if readings else None, had)

    def heat(self) -> Heat | None:
        """As on the CPU through NumPy: not known."""
        return None

    @contextmanager
    def watch(self) -> Iterator[CpuWatch]:
        yield CpuWatch()

    def must_agree(self) -> dict[str, str]:
        return {"threads": str(self.threads), "cores": str(self.units())}

    def synchronize(self) -> None:
        """A product is done when its call returns."""

    def release(self) -> None:
        """Memory goes back when the tensors go."""
