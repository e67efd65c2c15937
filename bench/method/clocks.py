"""Refuse batches that a clock timed which went back, stood still, jumped or ran at a wrong speed."""

import math

from petaplan.bench.devices.common.device import Batch, Device
from petaplan.bench.errors import NotMeasuredError

_SLACK_SECONDS = 1e-3
"""Between the end of a batch by one counter and the start of the next by another."""


def soundly_timed(batch: Batch, before: Batch | None = None) -> Batch:
    """The batch itself.

    Raises:
        NotMeasuredError: when it took no time, or began before the batch before it.
    """
    if not (math.isfinite(batch.seconds) and batch.seconds > 0.0):
        raise NotMeasuredError(
            f"the clock went back or stood still: found {batch.seconds:g} s for {batch.calls} products; "
            "expected a monotonic clock; measure again"
        )
    if before is not None and batch.start_seconds < before.start_seconds - _SLACK_SECONDS:
        back = before.start_seconds - batch.start_seconds
        raise NotMeasuredError(
            f"the clock went back: a batch began {back:.3g} s before the one before it; "
            "expected a monotonic clock; measure again"
        )
    return batch


_JUMP_SECONDS = 15.0
"""Longest pause between two batches, and longest excess of one batch: a busy host takes less."""
_SPEED = 0.05
"""Share by which two clocks of a host may differ."""
_LEAST_SECONDS = 1.0
"""By which they may differ over any time: they are not read in the same instant."""


class ClockWatch:
    """Holds the clock that ends a load against the times of its batches, and against a second clock of the host."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._started = device.seconds(), device.second_clock()
        self._busy_seconds = 0.0

    def checked(self, batch: Batch, before: Batch | None, usual_seconds: float) -> Batch:
        """The batch itself.

        Raises:
            NotMeasuredError: when the clocks contradict each other, or the batch came or lasted much too long.
        """
        self._busy_seconds += batch.seconds
        pause = batch.start_seconds - before.start_seconds - before.seconds if before else 0.0
        excess = batch.seconds - 100.0 * usual_seconds
        if max(pause, excess) > _JUMP_SECONDS:
            raise _jumped(max(pause, excess), "between two batches" if pause >= excess else "within a batch")
        self.agree()
        return batch

    def agree(self) -> None:
        """Nothing, where the clocks agree.

        Raises:
            NotMeasuredError: when they contradict each other, or the time of the batches.
        """
        elapsed = self._device.seconds() - self._started[0]
        other = self._device.second_clock() - self._started[1]
        apart = max(_LEAST_SECONDS, _SPEED * max(elapsed, other))
        if abs(elapsed - other) > apart:
            raise _differs(elapsed, f"{other:.3g} s by the host's second clock")
        if self._busy_seconds - elapsed > apart:
            raise _differs(elapsed, f"{self._busy_seconds:.3g} s in its batches")


def _jumped(seconds: float, where: str) -> NotMeasuredError:
    return NotMeasuredError(
        f"the clock jumped by {seconds:.3g} s {where}, or the process was stopped; "
        "expected a steady clock and no stop; measure again"
    )


def _differs(elapsed: float, other: str) -> NotMeasuredError:
    return NotMeasuredError(
        f"the clock stood still, jumped or runs at a wrong speed: found {elapsed:.3g} s where there were {other}; "
        "expected a steady clock; measure again"
    )
