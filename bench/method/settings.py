"""What one process is asked to measure."""

from dataclasses import dataclass

from petaplan.bench.devices.common.device import Data
from petaplan.bench.evidence.record import Shape

DEFAULT_HALF_WIDTH = 0.003
"""Half of the 95 % interval that is asked for, as a share of the rate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasurementSettings:
    """What one process measures, and how long."""

    seconds: float
    """Length of the load."""
    choosing_seconds: float
    half_width: float
    data: Data
    seed: int
    soak_seconds: float
    shape: Shape | None
    """Chosen from the device's candidates when None."""
    algorithm: int = 0
