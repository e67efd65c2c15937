"""Intervals that hold what they claim, and a steady state that is not imagined."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.bench.evidence.calibrate import slowest_of_measured
from petaplan.bench.statistics import (
    Samples,
    across_processes,
    estimate,
    lag1_autocorrelation,
    median_ranks,
    robust_outliers,
    tails,
)
from tests.variants import examples


@pytest.mark.parametrize(
    ("count", "ranks"), [(6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33)), (100, (40, 61)), (200, (86, 115))]
)
def test_the_ranks_are_those_of_the_published_table(count: int, ranks: tuple[int, int]) -> None:
    assert median_ranks(count) == ranks


@pytest.mark.parametrize("shape", ["normal", "lognormal", "two modes"])
def test_the_interval_holds_the_true_median_as_often_as_it_says(shape: str) -> None:
    rng = np.random.default_rng(7)
    draws: Callable[[], Samples] = {
        "normal": lambda: rng.normal(100.0, 1.0, 60),
        "lognormal": lambda: rng.lognormal(0.0, 1.0, 60),
        "two modes": lambda: np.where(rng.random(60) < 0.35, 90.0, 100.0) + rng.normal(0, 0.5, 60),
    }[shape]
    truth = float(np.median(np.concatenate([draws() for _ in range(2000)])))
    found = [estimate(draws()) for _ in range(1000)]
    assert np.mean([e.low <= truth <= e.high for e in found]) >= 0.93


def autoregressive(rng: np.random.Generator, count: int, correlation: float) -> np.ndarray:
    noise = rng.normal(0.0, (1 - correlation**2) ** 0.5, count)
    values = np.empty(count)
    values[0] = rng.normal()
    for index in range(1, count):
        values[index] = correlation * values[index - 1] + noise[index]
    return 100.0 + values


def test_correlated_batches_are_not_taken_for_independent_ones() -> None:
    rng = np.random.default_rng(3)
    runs = [autoregressive(rng, 160, 0.8) for _ in range(600)]
    naive = []
    for run in runs:
        low, high = median_ranks(run.size) or (1, run.size)
        ordered = np.sort(run)
        naive.append(ordered[low - 1] <= 100.0 <= ordered[high - 1])
    honest = [(e := estimate(run)).low <= 100.0 <= e.high for run in runs]
    assert np.mean(naive) < 0.6
    assert np.mean(honest) > 0.88
    assert np.median([estimate(run).effective_samples for run in runs]) < 60


def test_processes_that_disagree_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    alike = [rng.normal(100.0, 0.1, 40) for _ in range(3)]
    apart = [group + shift for group, shift in zip(alike, (-2.0, 0.0, 2.0), strict=True)]
    assert across_processes(alike).half_width_fraction < 0.005
    assert across_processes(apart).half_width_fraction > 0.03


def test_the_interval_over_three_processes_holds_the_grand_median() -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(500):
        groups = [rng.normal(100.0 + rng.normal(0.0, 0.5), 0.2, 30) for _ in range(3)]
        found = across_processes(groups)
        held.append(found.low <= 100.0 <= found.high)
    assert np.mean(held) >= 0.93


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=80))
@settings(max_examples=examples(200), deadline=None)
def test_the_median_is_always_inside_its_interval_and_inside_the_samples(values: list[float]) -> None:
    found = estimate(np.array(values))
    assert found.low <= found.median <= found.high
    assert min(values) <= found.median <= max(values)
    assert found.effective_samples <= found.samples == len(values)


def test_constant_samples_have_no_correlation_and_no_width() -> None:
    assert lag1_autocorrelation(np.full(50, 3.7)) is None
    assert estimate(np.full(50, 3.7)).half_width_fraction == 0.0


def test_outliers_are_counted() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(100.0, 0.1, 50), [90.0, 91.0]])
    assert robust_outliers(values) >= 2


@pytest.mark.parametrize("count", [20, 60, 300])
def test_ben_21_the_interval_of_p05_holds_it(count: int) -> None:
    rng = np.random.default_rng(12)
    found = [tails(rng.normal(0.0, 1.0, count)) for _ in range(300)]
    held = [one is not None and one.p05_interval[0] <= -1.6449 <= one.p05_interval[1] for one in found]
    assert np.mean(held) >= (0.9 if count >= 60 else 0.6)
    assert tails(rng.normal(0.0, 1.0, 19)) is None
    high = [one is not None and one.p95_interval[0] <= 1.6449 <= one.p95_interval[1] for one in found]
    assert np.mean(high) >= (0.9 if count >= 60 else 0.6)


def test_ben_21_the_slowest_of_more_than_were_measured_comes_from_the_fitted_tail() -> None:
    values = np.random.default_rng(13).normal(100.0, 2.0, 29)
    for more in (0, 1, 100):
        assert slowest_of_measured(4096, np.concatenate([values, np.full(more, 100.0)])) is None
