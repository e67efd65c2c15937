"""The fleet's mean after measurements, integrated over a grid of means and spreads: a second way to the same numbers.

The model: the log odds of device j on host h are ``mu + host + device``, host and device normal with one spread tau.
A measurement adds an error of its own. Here each host's devices are one multivariate normal vector, whose covariance
matrix is written down and inverted; the package sums closed forms instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import multivariate_normal, norm

TAU_SCALE = 0.15
"""Scale of the half-normal prior of tau (docs/adr/0006)."""
LONGEST_TAU = 0.6
AGE_PER_YEAR = 0.10
"""Spread that a measurement gains with each year, log odds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One device: its share, the 95 % interval of it, and how old the measurement is, years."""

    share: float
    low: float
    high: float
    years: float = 0.0


@dataclass(frozen=True, slots=True)
class Posterior:
    """The distribution of the fleet's mean over a grid of log odds, and the expected spread of devices."""

    odds: np.ndarray
    weights: np.ndarray
    tau: float

    def share(self, probability: float) -> float:
        """The share below which the mean lies with a probability."""
        odds = np.interp(probability, np.cumsum(self.weights), self.odds + (self.odds[1] - self.odds[0]) / 2)
        return float(1 / (1 + np.exp(-odds)))


def posterior(
    middle: float, spread: float, hosts: Mapping[str, Sequence[Measured]], *, taus: int = 60, means: int = 8_001
) -> Posterior:
    """The posterior of the mean under a normal prior, summed over so many values of tau up to 0.6."""
    centre, width = _where(middle, spread, hosts)
    odds = np.linspace(centre - width, centre + width, means)
    grid = np.linspace(LONGEST_TAU / taus, LONGEST_TAU, taus)
    logs = np.array(
        [
            norm.logpdf(odds, middle, spread)
            + norm.logpdf(tau, 0, TAU_SCALE)
            + sum(_likelihood(odds, devices, tau) for devices in hosts.values())
            for tau in grid
        ]
    )
    joint = np.exp(logs - logs.max())
    joint /= joint.sum()
    return Posterior(odds, joint.sum(axis=0), float(joint.sum(axis=1) @ grid))


def _likelihood(odds: np.ndarray, devices: Sequence[Measured], tau: float) -> np.ndarray:
    """Log likelihood of the devices of one host for each mean."""
    values, errors = _observed(devices)
    covariance = tau**2 * np.ones((len(devices), len(devices))) + np.diag(tau**2 + errors**2)
    apart = np.subtract.outer(odds, values)
    return np.asarray(multivariate_normal.logpdf(apart, mean=np.zeros(len(devices)), cov=covariance)).reshape(-1)


def _observed(devices: Sequence[Measured]) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of the devices, and the spread of the error of each measurement."""

    def odds(shares: Sequence[float]) -> np.ndarray:
        values = np.array(shares)
        return np.asarray(np.log(values) - np.log1p(-values))

    low, high = odds([device.low for device in devices]), odds([device.high for device in devices])
    ages = AGE_PER_YEAR * np.array([device.years for device in devices])
    return odds([device.share for device in devices]), np.sqrt(((high - low) / (2 * norm.ppf(0.975))) ** 2 + ages**2)


def _where(middle: float, spread: float, hosts: Mapping[str, Sequence[Measured]]) -> tuple[float, float]:
    """Middle and half width of a grid that holds all of the posterior."""
    values = np.concatenate([_observed(devices)[0] for devices in hosts.values()])
    low = min(middle - 6 * spread, float(values.min()) - 2)
    high = max(middle + 6 * spread, float(values.max()) + 2)
    return (low + high) / 2, (high - low) / 2
