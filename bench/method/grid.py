"""Rates of a grid of products: short trials, each verified, that calibrate nothing."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from typing import cast

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from petaplan.bench.devices.common.device import Data, Device
from petaplan.bench.devices.common.products import GridDevice, Layout, Product, Products
from petaplan.bench.errors import BenchError, NotMeasuredError
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method import foreign_load
from petaplan.bench.method.choosing import calls_for
from petaplan.bench.method.clocks import soundly_timed
from petaplan.bench.method.verify import residual
from petaplan.bench.precision import Precision

BATCHES = 5
"""Timed batches of a point; the rate is their median."""
MOST_CHECKED = 64
"""Products of a point that are compared."""
WRONG = "a wrong product"
WATCHED_SECONDS = 0.5
"""Shortest time over which the load of others is read; counters of processors move in steps of 10 ms."""


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class Point:
    """One product of the grid."""

    precision: Precision
    shape: Shape
    layout: Layout = "NN"
    batch: int = 1
    pad: int = 0

    @property
    def product(self) -> Product:
        """What a device multiplies."""
        return Product(shape=self.shape, layout=self.layout, batch=self.batch, pad=self.pad)


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class PointRate:
    """What one point gave."""

    point: Point
    tera_per_second: float | None = None
    """Median of the batches; None without a verified product, and beside others who took too much of the cores."""
    low: float | None = None
    high: float | None = None
    clock_mhz: float | None = None
    calls: int = 0
    """Calls of one batch."""
    verified: bool = False
    one_in: int = 1
    """One in this many products was compared."""
    reason: str | None = None
    """Why there is no rate, or what it suffers from."""


def measure_points(
    device: Device, points: tuple[Point, ...], *, seconds: float, data: Data, seed: int
) -> Iterator[PointRate]:
    """Each point in turn; ``seconds`` is the time of its batches together.

    Points of half a second share one reading of what others had of the cores: it takes so long.
    """
    left = deque(points)
    while left:
        together: list[PointRate] = []
        with device.watch() as watch:
            ends = time.perf_counter() + WATCHED_SECONDS
            while left and time.perf_counter() < ends:
                together.append(_tried(device, left.popleft(), seconds=seconds, data=data, seed=seed))
            if any(one.tera_per_second for one in together):
                time.sleep(max(ends - time.perf_counter(), 0.0))
            load = watch.reading().foreign_load_fraction
        yield from (_beside_others(one, load or 0.0) for one in together)


def _tried(device: Device, point: Point, *, seconds: float, data: Data, seed: int) -> PointRate:
    try:
        return _measured(device, point, seconds=seconds, data=data, seed=seed)
    except NotMeasuredError:
        raise
    except BenchError as error:
        return PointRate(point=point, reason=str(error))


def _beside_others(one: PointRate, load: float) -> PointRate:
    """A rate with what others took of the cores meanwhile; none where that was too much."""
    if one.tera_per_second is None:
        return one
    if (reason := foreign_load.too_heavy(load)) is not None:
        return replace(one, tera_per_second=None, low=None, high=None, reason=reason)
    return replace(one, reason=foreign_load.warning(load))


def _measured(device: Device, point: Point, *, seconds: float, data: Data, seed: int) -> PointRate:
    if (reason := device.why_not(point.precision)) is not None:
        return PointRate(point=point, reason=reason)
    if not hasattr(device, "products"):
        found = device.record
        told = f"devices of the kind {found.kind} have no grid"
        raise NotMeasuredError(f"{found.key}: {told}; expected cpu, a CUDA or a torch device")
    work = cast("GridDevice", device).products(point.precision, point.product, data, seed)
    try:
        return _timed(work, point, seconds, seed)
    finally:
        work.close()


def _timed(work: Products, point: Point, seconds: float, seed: int) -> PointRate:
    work.time_batch(1)
    calls = calls_for(seconds / BATCHES, soundly_timed(work.time_batch(1)).seconds)
    work.poison()
    batches = [soundly_timed(work.time_batch(calls)) for _ in range(BATCHES)]
    work.time_batch(max(0, work.set_count - BATCHES * calls) or 1)  # every buffer is written
    products = list(work.written())
    checked = products[-1 :: -max(1, -(-len(products) // MOST_CHECKED))]
    if not all(residual(one, point.precision, seed).is_within for one in checked):
        return PointRate(point=point, calls=calls, reason=WRONG)
    rates = [calls * point.product.flop / batch.seconds / 1e12 for batch in batches]
    clocks = [batch.clock_mhz for batch in batches if batch.clock_mhz]
    return PointRate(
        point=point,
        tera_per_second=median(rates),
        low=min(rates),
        high=max(rates),
        clock_mhz=median(clocks) if clocks else None,
        calls=calls,
        verified=True,
        one_in=-(-len(products) // len(checked)),
    )
