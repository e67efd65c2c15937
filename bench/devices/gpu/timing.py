"""The seconds of a batch on a GPU, between two events of its stream, and the clock right around them."""

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from petaplan.bench.devices.common.arrays import ArrayLibrary, Library
from petaplan.bench.devices.common.device import Batch
from petaplan.bench.devices.gpu import kernels


class Timed(Protocol):
    """What a timer needs of its device."""

    cp: ArrayLibrary
    units: int
    stream: Library
    probe: Library | None

    def temperature_c(self) -> float | None: ...


class EventTimer:
    """Times what is enqueued on the stream of a device."""

    def __init__(self, device: Timed) -> None:
        self._device = device
        with device.stream:
            self._clocks = device.cp.zeros(6, dtype=np.uint64)
        device.stream.synchronize()

    def time(self, calls: int, enqueue: Callable[[], None]) -> Batch:
        """A batch of so many calls, which ``enqueue`` puts on the stream: all that Python can do before is done."""
        cp, stream = self._device.cp, self._device.stream
        before, after = cp.cuda.Event(), cp.cuda.Event()
        started = time.perf_counter()
        with stream:
            self._clocks.fill(0)
            self._probe(0)
            before.record(stream)
            enqueue()
            after.record(stream)
            self._probe(3)
        after.synchronize()
        stream.synchronize()
        return Batch(
            start_seconds=started,
            seconds=float(cp.cuda.get_elapsed_time(before, after)) / 1e3,
            calls=calls,
            clock_mhz=self._clock(),
            temperature_c=self._device.temperature_c(),
        )

    def _probe(self, slot: int) -> None:
        if self._device.probe is not None:
            self._device.probe((2 * self._device.units,), (32,), (self._clocks[slot : slot + 3],))

    def _clock(self) -> float | None:
        if self._device.probe is None:
            return None
        found = [int(value) for value in self._device.cp.asnumpy(self._clocks)]
        return kernels.clock_mhz((found[0], found[1], found[2]), (found[3], found[4], found[5]))
