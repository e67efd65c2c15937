"""The protocol of devices: NumPy, CuPy and the simulated device implement it."""

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
    """Products made back to back, timed as one."""

    start_seconds: float
    """On the device's own monotonic clock."""
    seconds: float
    calls: int
    clock_mhz: float | None
    """Mean clock in exactly this window, where the device can tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operands:
    """One buffer set as logical matrices, with the arithmetic needed to check them where they lie."""

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
    """One shape at one precision, with its rotating buffer sets filled and ready to run."""

    @property
    def shape(self) -> Shape: ...

    @property
    def compute(self) -> Compute: ...

    @property
    def set_count(self) -> int: ...

    def time_batch(self, calls: int) -> Batch:
        """Run so many products back to back over the rotating sets, nothing else in the window."""
        ...

    def next_sets(self, calls: int) -> tuple[int, ...]:
        """The distinct sets that hold a product of the next so many calls, last written last."""
        ...

    def poison(self, index: int) -> None:
        """Fill C of a set with a pattern no product has, so that a product not written shows."""
        ...

    def result_hash(self, index: int) -> str:
        """Hash of C's bits, sensitive to position."""
        ...

    def operands(self, index: int) -> Operands:
        """The buffers of a set."""
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


class TelemetryWatch(Protocol):
    """Readings taken around a measurement."""

    def reading(self) -> Telemetry:
        """What happened since the watch began."""
        ...


class Device(Protocol):
    """Something that multiplies matrices and can say what it is."""

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
        """Library algorithms to try for a shape; 1 where the library chooses."""
        ...

    def prepare(self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int) -> Workload: ...

    def peak(self, precision: Precision) -> Peak | None:
        """Dense peak, or None where it cannot be known."""
        ...

    def maximum_clock_mhz(self) -> float | None: ...

    def clock_method(self) -> str:
        """How the clock in the window is known, or why it is not."""
        ...

    def seconds(self) -> float:
        """Monotonic time, s; the simulated device has its own."""
        ...

    def rest(self, seconds: float) -> None:
        """Leave the device idle."""
        ...

    def foreign_processes(self) -> tuple[str, ...]:
        """Who else computes on the device now; a device that many share by nature has none."""
        ...

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """Telemetry around a measurement."""
        ...

    def must_agree(self, precision: Precision) -> dict[str, str]:
        """What else has to be equal before two figures of such devices may be compared."""
        ...

    def close(self) -> None: ...
