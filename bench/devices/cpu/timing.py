"""The seconds of products on a processor, by the clock and of its cores, with nothing else in the window."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from petaplan.bench.devices.common.device import Batch

Sets = Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]
"""A, B and C of each product."""


def timed(order: Sets, read_clock: Callable[[], float | None]) -> Batch:
    """Products in order, as a batch."""
    before = read_clock()
    multiply = np.matmul
    had = time.process_time()
    started = time.perf_counter()
    for a, b, c in order:
        multiply(a, b, out=c)
    seconds = time.perf_counter() - started
    had = time.process_time() - had
    readings = [mhz for mhz in (before, read_clock()) if mhz is not None]
    return Batch(
        start_seconds=started,
        seconds=seconds,
        calls=len(order),
        clock_mhz=sum(readings) / len(readings) if readings else None,
        processor_seconds=had,
    )
