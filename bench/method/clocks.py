"""Refuse batches that a clock timed which went back or stood still: no figure follows from them."""

import math

from petaplan.bench.devices.common.device import Batch
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
