"""One timer serves the rows and the grid of a GPU: the same calls to the stream, in the same order.

NumPy is in the place of CuPy. What a GPU does is unproved.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
import pytest

from petaplan.bench.devices.common.device import USUAL, Batch
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.gpu import workload
from petaplan.bench.devices.gpu.workload import CupyWorkload
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from tests.bench.test_gpu_grid import Device

SHAPE = Shape(m=32, n=32, k=32)
WINDOW_NS = 10_000_000


class Told(Device):
    """A GPU that tells what is put on its stream; its clock runs at 1,500 MHz."""

    calling = USUAL

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.stream: Any = self
        self.probe: Any = self._probe
        self.cp.cuda.Event = self._event
        self._probes = 0

    ptr = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def synchronize(self) -> None:
        self.said.append("the stream has ended")

    def _event(self) -> Any:
        return SimpleNamespace(
            record=lambda stream: self.said.append(f"event on {'the stream' if stream is self else 'another'}"),
            synchronize=lambda: self.said.append("the event has passed"),
        )

    def _probe(self, blocks: object, threads: object, given: tuple[Any, ...]) -> None:
        self.said.append("probe")
        assert (blocks, threads) == ((2 * self.units,), (32,))
        given[0][:] = (self._probes * WINDOW_NS, self._probes * WINDOW_NS * 1.5, 1)
        self._probes += 1


def row(device: Any) -> Callable[[int], Batch]:
    return CupyWorkload(device, Precision.FP32, SHAPE, "random", 1, algorithm=0, sets=2).time_batch


def grid(device: Any) -> Callable[[int], Batch]:
    return device.products(Precision.FP32, Product(shape=SHAPE), "random", 1).time_batch  # type: ignore[no-any-return]


@pytest.mark.parametrize("made", [row, grid])
def test_rows_and_grids_time_a_batch_by_the_same_calls(
    made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Told()
    entry = SimpleNamespace(setStream=lambda *_: None, gemmEx=lambda *_: device.said.append("product"))
    monkeypatch.setattr(workload, "cublas", lambda: entry)
    time_batch = made(device)
    device.said.clear()
    batch = time_batch(3)
    event = "event on the stream"
    ended = ["the event has passed", "the stream has ended"]
    assert device.said == ["probe", event, *["product"] * 3, event, "probe", *ended]
    assert (batch.seconds, batch.calls, batch.clock_mhz, batch.temperature_c) == (1e-3, 3, 1500.0, 61.0)
    assert np.isfinite(batch.start_seconds)
