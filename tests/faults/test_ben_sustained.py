"""BEN-02, BEN-20 and BEN-21: a sustained rate is settled under heat, is work over time, and its interval holds."""

from dataclasses import replace

import numpy as np
import pytest

from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.measure import measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision
from petaplan.bench.settling import LEVEL, Load, Settled, across_runs, levels, settle
from petaplan.bench.statistics import Samples
from tests.bench import drift
from tests.bench.test_decisions import plan

SECONDS = 0.06


def autoregressive(rng: np.random.Generator, count: int, correlation: float) -> Samples:
    values = rng.standard_normal(count)
    for index in range(1, count):
        values[index] = correlation * values[index - 1] + (1.0 - correlation**2) ** 0.5 * values[index]
    return values


def load(rates: Samples) -> Load:
    """Batches of equal work at these rates, one after the other."""
    seconds = SECONDS / rates
    return Load(
        times=np.concatenate([[0.0], np.cumsum(seconds)[:-1]]), seconds=seconds, work=np.full(rates.size, SECONDS)
    )


def held(found: list[Settled], truth: float) -> float:
    return float(np.mean([one.low <= truth <= one.high for one in found]))


@pytest.mark.sample(3)
@pytest.mark.parametrize("noise", [0.001, 0.02])
@pytest.mark.parametrize(("count", "slowest"), [(1000, 120.0), (60, 0.0)])
@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_ben_20_the_interval_holds_under_correlated_noise(
    correlation: float, count: int, slowest: float, noise: float
) -> None:
    rng = np.random.default_rng(20)
    found = [settle(load(1.0 + noise * autoregressive(rng, count, correlation)), slowest) for _ in range(150)]
    assert held(found, 1.0) >= 0.9
    assert np.mean([one.is_level for one in found]) > 0.6


@pytest.mark.parametrize(("share", "rate", "dwell"), [(0.1, 0.7, 2), (0.1, 0.7, 8), (0.5, 0.9, 8), (0.5, 0.5, 20)])
def test_ben_20_the_interval_holds_where_a_device_moves_between_two_states(
    share: float, rate: float, dwell: float
) -> None:
    rng = np.random.default_rng(21)
    found = []
    for _ in range(100):
        leave = rng.random(1000) < 1.0 / dwell
        state = rng.random(1000) < share
        for index in range(1, 1000):
            state[index] = state[index] if leave[index] else state[index - 1]
        found.append(load(np.where(state, rate, 1.0) + 0.001 * rng.standard_normal(1000)))
    truth = 1.0 / (share / rate + 1.0 - share)
    assert held([settle(one, 120.0) for one in found], truth) >= 0.9
    assert all(len(levels(one)) == 2 for one in found)


def test_ben_21_ten_in_a_hundred_throttled_batches_count_by_their_time() -> None:
    rng = np.random.default_rng(22)
    truth = 1.0 / (0.1 / 0.7 + 0.9)
    for _ in range(20):
        rates = np.where(rng.random(1000) < 0.1, 0.7, 1.0) + 0.001 * rng.standard_normal(1000)
        found = settle(load(rates), 0.0)
        assert found.rate == pytest.approx(truth, rel=0.015)
        assert float(np.median(rates)) > 1.03 * truth
        low, high = levels(load(rates))
        assert [low[0], high[0]] == pytest.approx([0.7, 1.0], rel=0.01)
        assert low[1] == pytest.approx(0.1 / 0.7 * truth, abs=0.06)


@pytest.mark.sample(2)
@pytest.mark.parametrize("sag", [-0.05, 0.02, 0.1])
@pytest.mark.parametrize(("seconds", "constants"), [(60.0, (5, 15, 40, 120)), (600.0, (40, 120))])
def test_ben_20_a_rate_that_still_settles_is_in_the_interval_or_not_level(
    sag: float, seconds: float, constants: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(23)
    count = round(seconds / SECONDS)
    for constant in constants:
        drifting = 1.0 + sag * np.exp(-np.arange(count) * SECONDS / constant)
        found = [settle(load(drifting * (1.0 + 0.001 * rng.standard_normal(count))), 120.0) for _ in range(40)]
        level = [one for one in found if one.is_level and one.half_width_fraction <= LEVEL]
        if 3 * constant <= 0.8 * seconds:
            assert len(level) >= 36, constant
        assert not level or held(level, 1.0) >= 0.9, constant


SLOW_SAG = Behaviour(boost_mhz=1500.0, settled_mhz=1440.0, settling_seconds=50.0)


@pytest.mark.parametrize(
    ("constant", "seconds", "steady"), [(50, 15, False), (50, 60, False), (10, 60, True), (5, 15, False)]
)
def test_ben_02_a_sagging_clock_is_steady_only_after_its_heat(constant: float, seconds: float, steady: bool) -> None:
    behaviour = replace(SLOW_SAG, settling_seconds=float(constant))
    row = drift.row(behaviour, seconds)
    assert row.steady is steady
    assert row.settling is not None
    assert row.sustained is not None
    assert bool(row.settling.given_up) is (seconds < 30)
    assert any("not steady" in text for text in row.warnings) is not steady
    if steady:
        assert row.sustained.low <= drift.truth(behaviour) <= row.sustained.high


def test_ben_02_a_clock_or_a_temperature_that_still_moves_is_not_steady() -> None:
    part = measure(
        SimulatedDevice(replace(SLOW_SAG, boost_mhz=1440.0)),
        Precision.FP32,
        plan(shape=Shape(m=96, n=96, k=96)),
        lambda told: None,
    )
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert row.settling is not None
    assert row.settling.temperature_level is False
    assert not row.steady
    cool = replace(part, batches=replace(part.batches, temperature_c=()))
    assert row_of((cool,), data="random", soak_seconds=0.0, partial=False).steady
    moving = tuple(1500.0 - 2.0 * start for start in part.batches.start_seconds)
    moved = replace(cool, batches=replace(cool.batches, clock_mhz=moving))
    assert not row_of((moved,), data="random", soak_seconds=0.0, partial=False).steady


@pytest.mark.parametrize(
    "name", ["sag 4 %, 15 s", "sag 4 %, 120 s", "noise 0.1%, AR(1) 0.7", "50% of the time at 90%, 0.5 s"]
)
def test_ben_20_a_sample_of_the_campaign_keeps_its_floors(name: str) -> None:
    case = next(one for one in drift.cases() if one.name == name)
    assert drift.counted(case, 4).is_enough(replace(case, least_steady=0.5 if case.least_steady else 0.0))


def test_ben_20_processes_that_differ_widen_the_interval() -> None:
    rng = np.random.default_rng(24)
    found = []
    for _ in range(200):
        parts = [settle(load(1.0 + rng.normal(0.0, 0.003) + 0.001 * rng.standard_normal(60)), 0.0) for _ in range(3)]
        found.append(across_runs(parts))
    assert np.mean([low <= 1.0 <= high for _, low, high in found]) >= 0.93


@pytest.mark.parametrize("constant", [40, 120])
def test_ben_20_a_slow_change_that_noise_hides_is_seldom_called_level(constant: int) -> None:
    rng = np.random.default_rng(25)
    drifting = 1.0 + 0.02 * np.exp(-np.arange(1000) * SECONDS / constant)
    found = [settle(load(drifting * (1.0 + 0.004 * autoregressive(rng, 1000, 0.7))), 120.0) for _ in range(60)]
    assert sum(one.is_level and one.half_width_fraction <= LEVEL for one in found) <= 3
