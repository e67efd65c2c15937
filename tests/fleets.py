"""Measured devices of made-up fleets, for tests of the calibration."""

from datetime import date, timedelta
from random import Random
from typing import Any

from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import Measurement
from petaplan.capacity.throughput.calibration import (
    calibrate,
)
from petaplan.capacity.throughput.posterior import expit, logit

TODAY = date(2026, 11, 22)
BF16 = Precision.BF16
H20, H100, MI300X, ASCEND = "nvidia-h20", "nvidia-h100-sxm", "amd-mi300x", "huawei-ascend-910c"
ENDS = (0.05, 0.5, 0.95)


def measured(share: float, place: str, *, model: str = H100, years: float = 0.0, width: float = 0.001) -> Measurement:
    """A device; its place is ``host/device``."""
    return Measurement(
        model=model,
        precision=BF16,
        share=share,
        low=share - width,
        high=share + width,
        uuid=place,
        host=place.split("/", maxsplit=1)[0],
        as_of=TODAY - timedelta(days=round(365.25 * years)),
        software="x",
        steady=True,
        soak=True,
        source="example",
    )


def fleet(
    centre: float, *, hosts: int, devices: int, between: float, within: float, seed: int, model: str = H100
) -> list[Measurement]:
    """Devices around a share; spreads are of the log odds."""
    draw = Random(seed)  # noqa: S311 - a fleet, no secret
    made = []
    for host in range(hosts):
        common = logit(centre) + draw.gauss(0, between)
        shares = [expit(common + draw.gauss(0, within)) for _ in range(devices)]
        made += [measured(share, f"{host}/{place}", model=model) for place, share in enumerate(shares)]
    return made


def interval(rows: list[Measurement], model: str = H100, **options: Any) -> tuple[float, float, float]:
    found = calibrate(model, BF16, rows, TODAY, **options)
    return found.low, found.mid, found.high
