"""Default answers of a device; a backend inherits them and adds its own."""

import time
from contextlib import AbstractContextManager, nullcontext

from petaplan.bench.devices.common.device import TelemetryWatch
from petaplan.bench.evidence.record import Peak, Shape, Telemetry
from petaplan.bench.precision import Precision


class NoTelemetry:
    """A watch over a device that tells nothing of itself."""

    def reading(self) -> Telemetry:
        return Telemetry()


class DeviceDefaults:
    """The part of the ``Device`` protocol that most devices answer alike: no peak, no clock, no telemetry."""

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

    def rest(self, seconds: float) -> None:
        """The host waits."""
        time.sleep(seconds)

    def foreign_processes(self) -> tuple[str, ...]:
        """None that the device names."""
        return ()

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        """A watch that reads nothing."""
        return nullcontext(NoTelemetry())

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        """Nothing beyond model, software and precision."""
        return {}

    def close(self) -> None:
        """Nothing to give back."""
