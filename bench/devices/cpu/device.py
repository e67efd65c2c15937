"""The CPU, driven through NumPy's BLAS."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psutil
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from petaplan.bench import system
from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.defaults import DeviceDefaults
from petaplan.bench.devices.common.device import Batch, Data, Engine
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.cpu import facts, shapes
from petaplan.bench.devices.cpu.clock import clock_source
from petaplan.bench.devices.cpu.products import NumpyProducts
from petaplan.bench.devices.cpu.timing import timed
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import host, names
from petaplan.bench.evidence.record import Compute, DeviceRecord, Peak, Shape, Software, Telemetry
from petaplan.bench.precision import Precision

_DTYPES: dict[Precision, np.dtype[np.generic]] = {
    Precision.FP64: np.dtype(np.float64),
    Precision.FP32: np.dtype(np.float32),
}
_ROUTINES = {Precision.FP64: "dgemm", Precision.FP32: "sgemm"}


class NumpyWorkload(buffers.HostSets):
    """Products by ``numpy.matmul`` into preallocated buffers."""

    def __init__(self, device: "NumpyDevice", precision: Precision, shape: Shape, data: Data, seed: int) -> None:
        dtype = _DTYPES[precision]
        set_bytes = (shape.m * shape.k + shape.k * shape.n + shape.m * shape.n) * dtype.itemsize
        count = buffers.set_count(set_bytes, device.cache_bytes)
        buffers.refuse_oversize(shape, count * set_bytes, buffers.available_bytes(), f"cpu {precision}")
        super().__init__(shape, dtype, data, seed, count)
        self.shape = shape
        self.compute = Compute(
            call="numpy.matmul",
            compute_type=_ROUTINES[precision],
            accumulate=str(precision),
            output=str(precision),
            emulated=False,
            fast_accumulation=None,
            algorithm=None,
            workspace_mib=0.0,
        )
        self._read_clock = device.read_clock

    def time_batch(self, calls: int) -> Batch:
        order = [self.sets[(self.cursor + call) % self.set_count] for call in range(calls)]
        batch = timed(order, self._read_clock)
        self.advance(calls)
        return batch


class CpuWatch:
    """Load of other processes on the allowed processors, and the frequency governor."""

    def __init__(self) -> None:
        self._cpus = system.allowed_cpus()
        self._own = psutil.Process()
        self._started = (time.perf_counter(), self._busy(), self._own_seconds())

    def _busy(self) -> float:
        every = psutil.cpu_times(percpu=True)
        times = [every[cpu] for cpu in self._cpus if cpu < len(every)]
        return sum(sum(t) - t.idle - getattr(t, "iowait", 0.0) - getattr(t, "guest", 0.0) for t in times)

    def _own_seconds(self) -> float:
        used = self._own.cpu_times()
        return float(used.user + used.system)

    def reading(self) -> Telemetry:
        seconds = time.perf_counter() - self._started[0]
        foreign = (self._busy() - self._started[1]) - (self._own_seconds() - self._started[2])
        share = min(max(foreign / max(seconds * len(self._cpus), 1e-9), 0.0), 1.0)
        return Telemetry(
            foreign_load_fraction=share if seconds >= 0.5 else None,
            governor=facts.governor(),
        )


class NumpyDevice(DeviceDefaults):
    """All allowed cores of this host, one BLAS thread each.

    Other processes are not named: a CPU is shared by nature. The telemetry has the share that they take.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._allowed = system.allowed_cpus()
        self._cores = facts.physical_cores(self._allowed)
        self.threads = threads or facts.threads_to_use(self._cores, system.cgroup_cpus())
        if self.threads > len(self._allowed):
            raise InputError(
                f"--threads {self.threads}: this process may use {len(self._allowed)} processors; "
                f"expected 1 to {len(self._allowed)}"
            )
        self._controller = ThreadpoolController()
        self._limit = self._controller.limit(limits=self.threads, user_api="blas")
        self.cache_bytes, self._cache_known_by = facts.last_level_cache_bytes()
        self._read_clock, self._clock_method = clock_source()
        self._highest_probed_mhz: float | None = None
        for _ in range(20):
            self.read_clock()
        self.record = self._describe()

    def read_clock(self) -> float | None:
        """Current clock, MHz; the highest reading is kept."""
        mhz = self._read_clock()
        if mhz is not None:
            self._highest_probed_mhz = max(mhz, self._highest_probed_mhz or 0.0)
        return mhz

    def _describe(self) -> DeviceRecord:
        blas = blas_facts(self._controller)
        model = system.cpu_model()
        core = facts.core()
        quota = system.cgroup_cpus()
        return DeviceRecord(
            key="cpu",
            kind="cpu",
            model=model,
            aliases=names.aliases(model),
            uuid=facts.identity(),
            uuid_known_by="hash of host name, machine id and processor name; there is no serial number",
            units=min(self.threads, self._cores),
            memory_gib=psutil.virtual_memory().total / 2**30,
            facts={
                "core": core.name if core else "not in the table of cores",
                "cores": f"{self._cores} by the topology the system shows{self._doubt()}",
                "affinity": ",".join(map(str, self._allowed)),
                "cgroup_cpus": f"{quota:g}" if quota else "no quota",
                "instruction_sets": facts.instruction_sets(),
                "last_level_cache": f"{self.cache_bytes / 2**20:g} MiB ({self._cache_known_by})",
            },
            software=Software(
                identity=f"{blas['name']} {blas['version']} {blas['kernel']}, {self.threads} threads",
                versions={
                    "numpy": np.__version__,
                    "blas": blas["name"],
                    "blas_version": blas["version"],
                    "blas_kernel": blas["kernel"],
                    "blas_threading": blas["threading"],
                    "blas_threads": str(self.threads),
                },
                environment=host.arithmetic_environment(),
            ),
        )

    def _doubt(self) -> str:
        return ", which a hypervisor may have made of threads" if system.hypervisor() else ""

    def why_not(self, precision: Precision) -> str | None:
        if precision in _DTYPES:
            return None
        return f"no BLAS path: NumPy multiplies {precision} in a plain loop, which does not measure the processor"

    def engine(self, precision: Precision) -> Engine:  # noqa: ARG002
        return "vector"

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        return shapes.candidates(self.cache_bytes, _DTYPES[precision].itemsize)

    def prepare(
        self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int  # noqa: ARG002
    ) -> NumpyWorkload:  # fmt: skip
        return NumpyWorkload(self, precision, shape, data, seed)

    def products(self, precision: Precision, product: Product, data: Data, seed: int) -> NumpyProducts:
        """Buffers of a product of a grid."""
        dtype = _DTYPES[precision]
        return NumpyProducts(product, dtype, data, seed, cache_bytes=self.cache_bytes, read_clock=self.read_clock)

    def peak(self, precision: Precision) -> Peak | None:
        core, clock = facts.core(), self.maximum_clock_mhz()
        if core is None or clock is None:
            return None
        flop = core.flop_per_clock(_DTYPES[precision].itemsize * 8)
        units = self.record.units
        known_by = "operating system" if facts.highest_clock_mhz() else "highest clock probed on this host"
        return Peak(
            tera_per_second=units * flop * clock / 1e6,
            units=units,
            flop_per_clock_per_unit=float(flop),
            clock_mhz=clock,
            clock_known_by=known_by,
            how=(
                f"{units} cores × {core.fma_pipes} FMA pipes × {core.pipe_bits} bit ({core.name}) × "
                f"{clock:.0f} MHz ({known_by})"
            ),
        )

    def maximum_clock_mhz(self) -> float | None:
        return facts.highest_clock_mhz() or self._highest_probed_mhz

    def clock_method(self) -> str:
        return self._clock_method

    @contextmanager
    def watch(self) -> Iterator[CpuWatch]:
        yield CpuWatch()

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        return {"threads": str(self.threads), "cores": str(self.record.units)}

    def close(self) -> None:
        self._limit.restore_original_limits()


def blas_facts(controller: ThreadpoolController | None = None) -> dict[str, str]:
    """Name, version, kernel and threading of the BLAS behind NumPy."""
    libraries = [
        entry
        for entry in (controller or ThreadpoolController()).info()
        if entry.get("user_api") == "blas" and "numpy" in str(entry.get("filepath", ""))
    ] or [entry for entry in (controller or ThreadpoolController()).info() if entry.get("user_api") == "blas"]
    if not libraries:
        return {
            "name": "BLAS not recognised",
            "version": "unknown",
            "kernel": "unknown",
            "threading": "unknown",
        }
    found = libraries[0]
    return {
        "name": str(found.get("internal_api", "blas")),
        "version": str(found.get("version") or "unknown"),
        "kernel": str(found.get("architecture") or "unknown"),
        "threading": str(found.get("threading_layer") or "unknown"),
    }
