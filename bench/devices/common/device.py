"""The protocol that every device backend implements."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from petaplan.bench.devices.common.arrays import Array, ArrayLibrary
from petaplan.bench.evidence.record import Compute, DeviceRecord, Peak, Shape, Telemetry
from petaplan.bench.precision import Precision

Data = Literal["random", "zeros", "integers"]
Engine = Literal["vector", "matrix"]
Decode: TypeAlias = Callable[[Array], Array]
"""From values as they are stored to float64."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Products that were computed back to back and timed together."""

    start_seconds: float
    """On the device's own monotonic clock."""
    seconds: float
    calls: int
    clock_mhz: float | None
    """Mean clock within this window; None where the device has no such counter."""
    temperature_c: float | None = None
    """Right after this window; None where the device shows none."""
    processor_seconds: float | None = None
    """CPU: time of all cores that this process had within the window. A GPU is not shared within a batch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """How a kind of device warms up under load."""

    load_seconds: float
    """Shortest load after which a rate may be called sustained."""
    slowest_seconds: float
    """Slowest time constant of a change of the rate that the measurement looks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calling:
    """How the library is called. A device that offers a choice has one of these as its attribute ``calling``."""

    graph: bool = False
    """The calls of a batch are launched as one graph, recorded before the timed window."""
    fast_accumulation: bool = True
    """FP8 only: whether the accumulator may lose bits for speed."""


USUAL = Calling()


@dataclass(frozen=True, kw_only=True, slots=True)
class Operands:
    """One buffer set as logical matrices, with the functions to check them on the device."""

    xp: ArrayLibrary
    """The array library that holds them: numpy or cupy."""
    a: Array
    """(m, k), as stored."""
    b: Array
    """(k, n), as stored."""
    c: Array
    """(m, n), as stored."""
    decode_operand: Decode
    """A block of A or B as float64."""
    decode_product: Decode
    """A block of C as float64."""


class Workload(Protocol):
    """One shape at one precision, with filled rotating buffer sets."""

    @property
    def shape(self) -> Shape: ...

    @property
    def compute(self) -> Compute: ...

    @property
    def set_count(self) -> int: ...

    def time_batch(self, calls: int) -> Batch:
        """Run this number of products back to back over the rotating sets, with nothing else in the timed window."""
        ...

    def reserve(self, calls: int) -> None:
        """Add products, as far as memory allows, so that the calls of a batch each have a buffer of their own.

        The operands stay: set ``i`` has those of set ``i`` modulo the number of sets before.
        """
        ...

    def next_sets(self, calls: int) -> tuple[int, ...]:
        """The distinct sets that the next calls write, the last written one last."""
        ...

    def poison(self, index: int) -> None:
        """Fill rows of C of a set with a pattern that no product has: a product that was not written is then found."""
        ...

    def result_hash(self, index: int) -> str:
        """Hash of the bits of C in which each word is mixed with its position."""
        ...

    def operands(self, index: int) -> Operands:
        """The buffers of a set."""
        ...

    def close(self) -> None:
        """Release the memory."""
        ...


class TelemetryWatch(Protocol):
    """Readings taken around a measurement."""

    def reading(self) -> Telemetry:
        """What happened since the watch began."""
        ...


class Device(Protocol):
    """A device that multiplies matrices and describes itself."""

    @property
    def record(self) -> DeviceRecord: ...

    def why_not(self, precision: Precision) -> str | None:
        """Why this precision has no figure here, or None when it can be measured."""
        ...

    def engine(self, precision: Precision) -> Engine: ...

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        """Shapes worth trying, from the unit count or the cache sizes."""
        ...

    def algorithm_count(self, precision: Precision, shape: Shape) -> int:
        """Number of library algorithms to try for a shape; 1 where the library chooses itself."""
        ...

    def prepare(self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int) -> Workload: ...

    def peak(self, precision: Precision) -> Peak | None:
        """Dense peak, or None where it cannot be known."""
        ...

    def maximum_clock_mhz(self) -> float | None: ...

    def clock_method(self) -> str:
        """How the clock in the timed window is measured, or why it is not."""
        ...

    def seconds(self) -> float:
        """Monotonic time, s; the simulated device has its own."""
        ...

    def second_clock(self) -> float:
        """Time by another clock of the host, s, to hold ``seconds`` against; the simulated device has one clock."""
        ...

    def heat(self) -> Heat | None:
        """How it warms up; None where the load of a row is too short to tell."""
        ...

    def rest(self, seconds: float) -> None:
        """Leave the device idle."""
        ...

    def foreign_processes(self) -> tuple[str, ...]:
        """Other processes that compute on the device now; empty for a device that is always shared, such as a CPU."""
        ...

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """Telemetry around a measurement."""
        ...

    def must_agree(self, precision: Precision) -> dict[str, str]:
        """Further facts that must be equal before two figures of such devices may be compared."""
        ...

    def close(self) -> None: ...
