"""The population's mean after measurements, by brute force: a second way to the same numbers.

The model: the log odds of device j on host h are ``mu + bias + drift + host + device + error``. Here all devices are
one normal vector, whose covariance matrix is written down whole, inverted, and held against a dense grid of means.
The package sums closed forms instead. Spreads are weighed by the contrasts alone (restricted likelihood).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm, t

BIAS = 0.05
DRIFT_PER_YEAR = 0.10
SCALE = 0.15
DEGREES = 4
"""Of the half-t prior of each spread (docs/adr/0038)."""
NEGLIGIBLE = 1e-9
"""Weight of two spreads below which they count for nothing."""
Z95, Z90 = norm.ppf(0.975), norm.ppf(0.95)


@dataclass(frozen=True, slots=True)
class Measured:
    """One device: its share, the 95 % interval of it, and how old the measurement is, years."""

    share: float
    low: float
    high: float
    years: float = 0.0


@dataclass(frozen=True, slots=True)
class Integrated:
    """The distribution of the population's mean over a grid of log odds, and the spreads of hosts and devices."""

    odds: np.ndarray
    weights: np.ndarray
    host_spread: float
    device_spread: float
    conflict: float

    def share(self, probability: float) -> float:
        """The share below which the mean lies with a probability."""
        odds = np.interp(probability, np.cumsum(self.weights), self.odds + (self.odds[1] - self.odds[0]) / 2)
        return float(1 / (1 + np.exp(-odds)))


def spreads(dense: bool) -> tuple[np.ndarray, np.ndarray]:
    """A grid of spreads and the prior mass of each: the twelve of the package, or many."""
    taus = np.array([0.006, *0.015 * 80.0 ** (np.arange(11) / 10)])
    if dense:
        taus = np.geomspace(0.002, 1.6, 90)
    edges = np.concatenate([[0.0], (taus[1:] + taus[:-1]) / 2, [taus[-1] + (taus[-1] - taus[-2]) / 2]])
    return taus, t.pdf(taus / SCALE, DEGREES) * np.diff(edges)


def posterior(
    middle: float,
    spread: float,
    hosts: Mapping[str, Sequence[Measured]],
    *,
    dense: bool = False,
    means: int = 6_001,
) -> Integrated:
    """The posterior of the mean under Student's t with 3 degrees and a 90 % interval of ±1.645 spreads."""
    values, own, names, ages = _observed(hosts)
    scale = spread * Z90 / t.ppf(0.95, 3)
    odds = np.linspace(min(values.min(), middle) - 3, max(values.max(), middle) + 3, means)
    before = t.pdf((odds - middle) / scale, 3) / scale
    same_host = names[:, None] == names[None, :]
    common = BIAS**2 + DRIFT_PER_YEAR**2 * np.minimum(ages[:, None], ages[None, :]) ** 2
    taus, masses = spreads(dense)
    th, td = (grid.ravel() for grid in np.meshgrid(taus, taus, indexing="ij"))
    noise = np.eye(len(values)) * (td[:, None, None] ** 2 + own)
    logs, mean, variance = _restricted(values, common + th[:, None, None] ** 2 * same_host + noise)
    logs += np.log(np.outer(masses, masses).ravel())
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    host, device = np.sqrt(weights @ th**2), np.sqrt(weights @ td**2)
    kept = weights > NEGLIGIBLE
    curve, tail = np.zeros_like(odds), 0.0
    for some in np.array_split(np.flatnonzero(kept), max(1, kept.sum() // 200)):
        curves = before * np.exp(-((odds - mean[some, None]) ** 2) / (2 * variance[some, None]))
        curve += weights[some] @ (curves / curves.sum(axis=1, keepdims=True))
        tail += weights[some] @ _tails(odds, before, middle, mean[some, None], variance[some, None])
    return Integrated(odds, curve / curve.sum(), float(host), float(device), float(tail))


def _restricted(values: np.ndarray, covariances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each covariance: log density of the contrasts under a flat prior of the mean, that mean, and its variance."""
    inverse = np.linalg.inv(covariances)
    whole = inverse.sum(axis=(1, 2))
    mean = (inverse @ values).sum(axis=1) / whole
    rest = values - mean[:, None]
    squares = np.einsum("ki,kij,kj->k", rest, inverse, rest)
    return -(np.linalg.slogdet(covariances)[1] + np.log(whole) + squares) / 2, mean, 1 / whole


def _tails(odds: np.ndarray, before: np.ndarray, middle: float, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Probability, by the prior, of a mean as far from the middle or further."""
    away, width = np.abs(mean - middle), np.sqrt(variance)
    outside = ndtr((odds - middle - away) / width) + ndtr((middle - away - odds) / width)
    step = odds[1] - odds[0]
    beyond = float(1 - before.sum() * step)
    return np.asarray((before * outside).sum(axis=1) * step + beyond)


def _observed(hosts: Mapping[str, Sequence[Measured]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Log odds, variance of each measurement, host of each device, and the age of the host's oldest row."""
    rows = [(one, name, max(each.years for each in devices)) for name, devices in hosts.items() for one in devices]
    shares = np.array([one.share for one, _, _ in rows])
    widths = np.array([one.high - one.low for one, _, _ in rows]) / (2 * Z95) / (shares * (1 - shares))
    names, ages = np.array([name for _, name, _ in rows]), np.array([years for *_, years in rows])
    return np.log(shares) - np.log1p(-shares), widths**2, names, ages
