"""Quantiles and tails of the normal, Student's t and binomial distributions, by the standard library alone.

A host with a GPU has NumPy; SciPy is not asked of it. Names and arguments are those of ``scipy.special``, and a test
holds each function to it.
"""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_SMALLEST = 1e-300
_PRECISE = 1e-16
_MANY = 2_000.0
"""Degrees of freedom from which Student's t is taken from an expansion: differences of log-gamma lose digits there."""


def ndtri(probability: float) -> float:
    """Quantile of the standard normal distribution.

    >>> round(ndtri(0.975), 6)
    1.959964
    """
    return _NORMAL.inv_cdf(probability)


def ndtr(scores: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Probability that a standard normal value is below each score.

    >>> ndtr(np.array([0.0, -1.959964])).round(6).tolist()
    [0.5, 0.025]
    """
    values = np.asarray(scores, dtype=np.float64)
    below = [math.erfc(-score / math.sqrt(2.0)) / 2.0 for score in values.ravel().tolist()]
    return np.array(below, dtype=np.float64).reshape(values.shape)


def bdtr(most: int, count: int, probability: float) -> float:
    """Probability of at most so many successes of ``count`` independent ones.

    >>> round(bdtr(1, 3, 0.5), 12)
    0.5
    """
    if most >= count:
        return 1.0
    return math.fsum(_binomial(hits, count, probability) for hits in range(most + 1)) if most >= 0 else 0.0


def _binomial(hits: int, count: int, probability: float) -> float:
    ways = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
    return math.exp(ways + hits * math.log(probability) + (count - hits) * math.log1p(-probability))


@lru_cache(maxsize=4096)
def stdtrit(freedom: float, probability: float) -> float:
    """Quantile of Student's t with so many degrees of freedom, which need not be whole.

    >>> [round(stdtrit(df, 0.975), 4) for df in (1, 2, 4, 30, 1e6)]
    [12.7062, 4.3027, 2.7764, 2.0423, 1.96]
    """
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -stdtrit(freedom, 1.0 - probability)
    if freedom > _MANY:
        return _near_normal(freedom, _NORMAL.inv_cdf(probability))
    low, high = 0.0, 2.0
    while stdtr(freedom, high) < probability:
        low, high = high, high * 2.0
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if stdtr(freedom, middle) < probability else (low, middle)
        if high - low <= 4e-16 * high:
            break
    return (low + high) / 2.0


def _near_normal(freedom: float, normal: float) -> float:
    """Student's t by its expansion around the normal quantile (Abramowitz and Stegun 26.7.5)."""
    square = normal * normal
    first = (square + 1) / 4
    second = ((5 * square + 16) * square + 3) / 96
    third = (((3 * square + 19) * square + 17) * square - 15) / 384
    return normal * (1 + first / freedom + second / freedom**2 + third / freedom**3)


def stdtr(freedom: float, value: float) -> float:
    """Probability that Student's t is below a value: an incomplete beta function (Abramowitz and Stegun 26.7.1)."""
    part = freedom / (freedom + value * value)
    beyond = _incomplete_beta(freedom / 2.0, 0.5, part) / 2.0
    return 1.0 - beyond if value > 0 else beyond


def _incomplete_beta(first: float, second: float, at: float) -> float:
    """The regularized incomplete beta function by its continued fraction (Press et al., Numerical Recipes, 6.4)."""
    if at <= 0.0 or at >= 1.0:
        return float(at >= 1.0)
    if at > (first + 1.0) / (first + second + 2.0):
        return 1.0 - _incomplete_beta(second, first, 1.0 - at)
    scale = math.lgamma(first + second) - math.lgamma(first) - math.lgamma(second)
    front = math.exp(scale + first * math.log(at) + second * math.log1p(-at))
    return front * _fraction(first, second, at) / first


def _fraction(first: float, second: float, at: float) -> float:
    """Lentz's evaluation of the continued fraction."""
    above, below = 1.0, 1.0 / _kept(1.0 - (first + second) * at / (first + 1.0))
    found, change = below, 0.0
    for step in range(1, 10_000):
        twice = 2 * step
        even = step * (second - step) * at / ((first + twice - 1) * (first + twice))
        odd = -(first + step) * (first + second + step) * at / ((first + twice) * (first + twice + 1))
        for term in (even, odd):
            below = 1.0 / _kept(1.0 + term * below)
            above = _kept(1.0 + term / above)
            change = below * above
            found *= change
        if abs(change - 1.0) < _PRECISE:
            break
    return found


def _kept(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST


@lru_cache(maxsize=4096)
def fdtri(above: float, below: float, probability: float) -> float:
    """Quantile of the F distribution with degrees of freedom above and below the line.

    >>> round(fdtri(4, 20, 0.95), 4)
    2.8661
    """
    low, high = 0.0, 2.0
    while fdtr(above, below, high) < probability:
        low, high = high, high * 2.0
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if fdtr(above, below, middle) < probability else (low, middle)
        if high - low <= 4e-16 * high:
            break
    return (low + high) / 2.0


def fdtr(above: float, below: float, value: float) -> float:
    """Probability that a ratio of variances is below a value (Abramowitz and Stegun 26.6.2)."""
    return _incomplete_beta(above / 2.0, below / 2.0, above * value / (above * value + below)) if value > 0 else 0.0
