"""Default answers of a device: a backend inherits them and overrides what it knows."""

import time
from contextlib import AbstractContextManager, nullcontext

from petaplan.bench.devices.common.device import Heat, TelemetryWatch
from petaplan.bench.evidence.record import Peak, Shape, Telemetry
from petaplan.bench.precision import Precision


class NoTelemetry:
    """A watch over a device without telemetry."""

    def reading(self) -> Telemetry:
        return Telemetry()


class DeviceDefaults:
    """Defaults for the ``Device`` protocol: no peak, no clock, no telemetry."""

    def algorithm_count(self, precision: Precision, shape: Shape) -> int:  # noqa: ARG002
        """The library chooses its algorithm."""
        return 1

    def peak(self, precision: Precision) -> Peak | None:  # noqa: ARG002
        """No peak is known."""
        return None

    def maximum_clock_mhz(self) -> float | None:
        """No clock is known."""
        return None

    def clock_method(self) -> str:
        """No clock is measured."""
        return "none: this kind of device shows no clock"

    def seconds(self) -> float:
        """The host's monotonic clock, s."""
        return time.perf_counter()

    def second_clock(self) -> float:
        """The kernel's monotonic clock, s."""
        return time.monotonic()

    def heat(self) -> Heat | None:
        """Nothing is known."""
        return None

    def rest(self, seconds: float) -> None:
        """Sleep on the host."""
        time.sleep(seconds)

    def foreign_processes(self) -> tuple[str, ...]:
        """The device names no other process."""
        return ()

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """A watch that reads nothing."""
        return nullcontext(NoTelemetry())

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        """Nothing more than model, software and precision."""
        return {}

    def close(self) -> None:
        """There is nothing to release."""
