"""Draws of uncertain numbers: stratified, named, and the same bytes on every machine.

Each of 20,000 equal strata of a normal distribution is drawn once, in an order that belongs to the name. So every
quantile of one input is exact, and only the order, that is how inputs meet, is left to chance. The order comes from a
hash, whose bits no version of a library changes.
"""

import hashlib
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # numpy is loaded where something is drawn
    import numpy as np
    from numpy.typing import NDArray

Draws: TypeAlias = "NDArray[np.float64]"
Factor: TypeAlias = "float | NDArray[np.float64]"
"""A number that is known, or draws of one that is not."""
Order: TypeAlias = "NDArray[np.int64]"
"""Places in an order, from 0."""

DRAWS = 20_000
SEED = 20_301_231


@lru_cache(maxsize=4)
def strata(count: int = DRAWS) -> Draws:
    """The middle of each stratum of a standard normal distribution, ascending."""
    import numpy as np

    inverse = NormalDist().inv_cdf
    return np.array([inverse((at + 0.5) / count) for at in range(count)])


@lru_cache(maxsize=96)
def places(name: str, seed: int, count: int) -> Order:
    """The stratum of each draw, from 0, in an order that belongs to seed and name."""
    import numpy as np

    bits = hashlib.shake_128(f"{seed} {name}".encode()).digest(8 * count)
    return _ascending(np.frombuffer(bits, dtype="<u8"))


@lru_cache(maxsize=512)
def normals(name: str, seed: int = SEED) -> Draws:
    """Standard normal draws that belong to a name and a seed: the same ones give the same draws."""
    return strata()[places(name, seed, DRAWS)]


def places_of(values: Draws) -> Order:
    """The stratum of each draw, 0 the lowest."""
    import numpy as np

    return np.searchsorted(strata(), values)


def ranks(values: Draws) -> Order:
    """The place of each value in ascending order, from 0."""
    import numpy as np

    found = np.empty(len(values), dtype=np.int64)
    found[_ascending(values)] = np.arange(len(values))
    return found


def _ascending(values: "NDArray[np.generic]") -> Order:
    """The order of some values: equal ones as they come. The fastest sort gives the same where none are equal."""
    import numpy as np

    order: Order = np.argsort(values)
    ordered = values[order]
    return np.argsort(values, kind="stable") if bool((ordered[1:] == ordered[:-1]).any()) else order


def ranked(values: Draws) -> Draws:
    """Standard normal draws in the order of some values: exact strata again after a sum."""
    return strata()[ranks(values)]


def quantiles(value: Factor) -> tuple[float, float, float]:
    """The 5th, 50th and 95th percentile; of a known number three times itself."""
    if isinstance(value, float | int):
        return float(value), float(value), float(value)
    import numpy as np

    low, mid, high = np.quantile(value, (0.05, 0.5, 0.95))
    return float(low), float(mid), float(high)
