"""Throughput of a job whose ranks wait for each other: rate and pace drawn together.

The pace is the slowest of the job's devices over the mean of its model. It is drawn with that mean, and with a spread
of hosts and devices as likely as the measurements make it. So a low quantile of the product is one of both together. A
low rate times a median pace would be none.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

from petaplan.capacity.throughput.draws import DRAWS, SEED, Draws, Factor, normals, places_of, quantiles
from petaplan.capacity.throughput.factors import Share, Waterfall, fleet_draws

Quantiles = tuple[float, float, float]
"""5th, 50th and 95th percentile."""


def delivered_in_step(chain: Waterfall, ranks: int, seed: int = SEED) -> tuple[Quantiles, Quantiles]:
    """What is delivered in step, and the pace over the mean."""
    pace = _pace(chain.shares, ranks, seed)
    return quantiles(chain.delivered_draws * pace), quantiles(pace)


def _pace(shares: Sequence[Share], ranks: int, seed: int) -> Factor:
    """The slowest of all ranks over the mean of its model; each model has its part of the ranks."""
    whole = sum(share.packages for share in shares)
    if not whole or ranks <= 1:
        return 1.0
    import numpy as np

    found = [_of_model(share, ranks * share.packages / whole, seed) for share in shares]
    slowest: Draws = np.minimum.reduce(found)
    return slowest


def _of_model(share: Share, ranks: float, seed: int) -> Draws:
    """Slowest of so many devices of a model over their mean."""
    import numpy as np

    mean = fleet_draws(share, seed)
    lowest = _lowest(ranks)[places_of(normals(f"slowest of {share.model}", seed))]
    odds = np.log(mean / (1 - mean)) + _spreads(share, seed) * lowest
    return 1 / (1 + np.exp(-odds)) / mean


def _spreads(share: Share, seed: int) -> Draws:
    """Spread of a device of any host, as likely as the posterior makes it."""
    import numpy as np

    cells = sorted(share.calibration.posterior.cells, key=lambda cell: math.hypot(cell.host_spread, cell.device_spread))
    spreads = np.array([math.hypot(cell.host_spread, cell.device_spread) for cell in cells])
    ends = np.cumsum([cell.weight for cell in cells])
    at = (places_of(normals(f"spread of {share.model}", seed)) + 0.5) / DRAWS
    chosen: Draws = spreads[np.searchsorted(ends, at)]  # the last end is 1, and all places lie below it
    return chosen


@lru_cache(maxsize=64)
def _lowest(ranks: float) -> Draws:
    """Strata of the least of so many standard normal numbers, ascending."""
    import numpy as np

    inverse = NormalDist().inv_cdf
    below = ((at + 0.5) / DRAWS for at in range(DRAWS))
    return np.array([inverse(-math.expm1(math.log1p(-u) / ranks)) for u in below])
