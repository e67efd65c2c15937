"""Faults of the calibration (CAL-01, CAL-07 and CAL-08), each by its whole kind."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.measurement import Evidence, Measurement
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.calibration import (
    Grade,
    calibrate,
)
from petaplan.capacity.throughput.factors import reading_day
from petaplan.capacity.throughput.posterior import Prior, Reading, expit, logit, posterior
from tests.fleets import ASCEND, BF16, ENDS, H20, H100, TODAY, fleet, interval, measured
from tests.hubs import hub, target
from tests.variants import examples

# --- CAL-01: measuring less never expects more ------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "likely"), [(0.9, 0.02), (0.8, 0.004), (0.5, 0.001), (0.4, 0.001)])
def test_cal_01_eight_devices_are_believed_however_far_they_are_from_the_prior(share: float, likely: float) -> None:
    rows = [
        measured(share * (1 + 0.002 * ((n * 7) % 5 - 2)), f"{n // 4}/{n}", model=H20, width=share * 0.001)
        for n in range(8)
    ]
    found = calibrate(H20, BF16, rows, TODAY, 148)
    assert found.mid == pytest.approx(share, abs=0.005)
    assert found.conflict < likely
    assert any(f"measured {share:.1f}" in words and "expected 0.96" in words for words in found.reservations)
    assert (found.grade is Grade.C) if found.in_conflict else (found.grade is not Grade.A)


MODELS = sorted(accelerator.model for accelerator in load().table(Accelerator) if accelerator.peak(BF16))


@pytest.mark.sample(5)
@pytest.mark.parametrize("model", MODELS)
def test_cal_01_no_quantile_rises_when_every_device_is_measured_lower(model: str) -> None:
    """All models, several fleets of hosts and devices, shares from 0.97 down to 0.1."""
    for hosts, devices in ((1, 1), (1, 8), (2, 4), (4, 8), (16, 2)):
        shape = fleet(0.5, hosts=hosts, devices=devices, between=0.08, within=0.05, seed=hosts, model=model)
        before = (1.0, 1.0, 1.0)
        for centre in np.arange(3.4, -2.2, -0.4):
            rows = [
                replace(one, share=(s := expit(logit(one.share) + centre)), low=s - 0.001, high=s + 0.001)
                for one in shape
            ]
            after = interval(rows, model)
            assert all(now <= was + 1e-9 for now, was in zip(after, before, strict=True)), (
                model,
                hosts,
                devices,
                centre,
            )
            before = after


shares = st.floats(0.15, 0.97)
lowered = st.floats(0.0, 0.1)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(shares, st.integers(0, 4), st.sampled_from((0.0, 1.0, 3.0))), min_size=1, max_size=12), lowered
)
def test_cal_01_a_shift_of_all_log_odds_moves_every_quantile_the_same_way(
    rows: list[tuple[float, int, float]], by: float
) -> None:
    """Unbalanced hosts, several ages, any prior: the proof of docs/adr/0038 as a property."""
    readings = [Reading(logit(share), 1e-5, str(host), years) for share, host, years in rows]
    lower = [replace(one, odds=one.odds - by) for one in readings]
    for before in (Prior(0.7, 0.42), Prior(3.1, 0.30), Prior(-1.0, 0.1)):
        high, low = posterior(before, readings).population(), posterior(before, lower).population()
        assert all(low.quantile(p) <= high.quantile(p) + 1e-9 for p in ENDS)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000), st.floats(0.0, 2.0))
def test_cal_01_one_device_measured_lower_does_not_raise_the_median(
    hosts: int, devices: int, seed: int, by: float
) -> None:
    rows = fleet(0.75, hosts=hosts, devices=devices, between=0.1, within=0.1, seed=seed)
    share = expit(logit(rows[0].share) - by)
    lower = [replace(rows[0], share=share, low=share - 0.001, high=share + 0.001), *rows[1:]]
    assert interval(lower)[1] <= interval(rows)[1] + 0.003


def test_cal_01_the_conflict_is_a_review_of_the_plan() -> None:
    rows = [measured(0.10, f"{n // 4}/{n}", model=ASCEND) for n in range(16)]
    findings = check(hub(targets=(target(1),)), evidence=Evidence(tuple(rows))).findings
    (told,) = (one for one in findings if one.rule == "DATA-003")
    assert (str(told.verdict), told.subject) == ("review", f"goal/{ASCEND}")
    assert "0.100 of its peak, where 0.683 was expected" in told.hint


# --- CAL-07: errors that are shared -----------------------------------------------------------------------------------


def aged(rows: list[Measurement], days: int) -> list[Measurement]:
    return [replace(one, as_of=one.as_of - timedelta(days=days)) for one in rows]


def test_cal_07_older_is_wider_and_the_spread_of_devices_stays() -> None:
    rows = fleet(0.8, hosts=16, devices=16, between=0.02, within=0.09, seed=1)
    found = [calibrate(H100, BF16, aged(rows, round(365.25 * years)), TODAY) for years in (0, 1, 2, 5)]
    widths = [one.high - one.low for one in found]
    assert widths == sorted(widths)
    assert widths[-1] > 4 * widths[0]
    assert [one.device_spread for one in found] == pytest.approx([found[0].device_spread] * 4, rel=1e-6)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.integers(0, 1_500), min_size=2, max_size=10), st.integers(1, 1_000), st.integers(0, 9))
def test_cal_07_older_is_never_narrower_whenever_the_devices_were_measured(
    ages: list[int], days: int, which: int
) -> None:
    """All of them older; and one of them older, for each pair of spreads of hosts and devices.

    The whole interval may narrow if one of them becomes as old as another: both then share their drift, so their
    agreement says more of a small spread between hosts. Moved onto another day, one of four narrows it by a fifth.
    """
    rows = [replace(measured(0.8, f"{n}/0"), as_of=TODAY - timedelta(days=age)) for n, age in enumerate(ages)]
    before, after = (calibrate(H100, BF16, each, TODAY) for each in (rows, aged(rows, days)))
    assert after.high - after.low >= (before.high - before.low) * (1 - 1e-6)
    one = which % len(rows)
    was = variances(rows)
    now = variances([*rows[:one], *aged([rows[one]], days), *rows[one + 1 :]])
    assert len(was.keys() & now.keys()) > 10
    for spreads in was.keys() & now.keys():
        assert all(wide >= narrow * (1 - 1e-9) for narrow, wide in zip(was[spreads], now[spreads], strict=True))


def variances(rows: list[Measurement]) -> dict[tuple[float, float], list[float]]:
    """Variances of the mean for each pair of spreads of hosts and devices."""
    readings = [
        Reading.of(share=one.share, low=one.low, high=one.high, host=f"{n}", years=(TODAY - one.as_of).days / 365.25)
        for n, one in enumerate(rows)
    ]
    cells = posterior(Prior(logit(0.8), 0.3), readings).cells
    return {(cell.host_spread, cell.device_spread): [variance for *_, variance in cell.parts] for cell in cells}


def test_cal_07_many_days_do_not_average_the_drift_away() -> None:
    one_day = [measured(0.8, f"{n}/0", years=2) for n in range(16)]
    sixteen = [replace(one, as_of=one.as_of - timedelta(days=at)) for at, one in enumerate(one_day)]
    widths = [high - low for low, _, high in (interval(one_day), interval(sixteen))]
    assert widths[1] == pytest.approx(widths[0], rel=0.03)


def test_cal_07_old_evidence_is_old_in_a_plan_whose_dates_are_old() -> None:
    old = Evidence((measured(0.8, "0/0", model=ASCEND, years=3),))
    plan = hub(assumptions=())
    assert reading_day(resolve(plan, load(), old)) == TODAY


# --- CAL-08: spreads of hosts and devices apart; truths that are not the model's own ----------------------------------


def coverage(
    *, hosts: int, devices: int, between: float, within: float, truth: float = 0.7, seeds: int = 150, tail: bool = False
) -> float:
    """How often a 90 % interval holds a truth that the model does not know."""
    held = 0
    for seed in range(seeds):
        draw = np.random.default_rng([seed, hosts, devices])
        common = between * (draw.standard_t(3, hosts) / math.sqrt(3) if tail else draw.standard_normal(hosts))
        own = within * draw.standard_normal((hosts, devices))
        readings = [
            Reading(truth + common[host] + own[host, place], 1e-5, str(host), 0.0)
            for host in range(hosts)
            for place in range(devices)
        ]
        held += 0.05 <= posterior(Prior(0.7, 0.42), readings).population().below_odds(truth) <= 0.95
    return held / seeds


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("hosts", "devices", "between", "within", "floor"),
    [
        (1, 8, 0.10, 0.10, 0.85), (1, 8, 0.20, 0.05, 0.74), (1, 8, 0.30, 0.30, 0.70),
        (2, 8, 0.20, 0.05, 0.77), (2, 4, 0.05, 0.20, 0.85),
        (4, 8, 0.20, 0.05, 0.83), (4, 8, 0.05, 0.20, 0.88), (4, 8, 0.10, 0.10, 0.85),
        (16, 8, 0.20, 0.05, 0.85), (16, 4, 0.05, 0.20, 0.88), (64, 2, 0.20, 0.05, 0.85),
    ],
)  # fmt: skip
def test_cal_08_intervals_hold_truths_of_unlike_hosts_and_devices(
    hosts: int, devices: int, between: float, within: float, floor: float
) -> None:
    assert coverage(hosts=hosts, devices=devices, between=between, within=within) >= floor


@pytest.mark.parametrize("spreads", [2, 4, 7])
def test_cal_08_intervals_hold_truths_far_from_the_prior(spreads: int) -> None:
    truth = 0.7 - 0.42 * spreads
    assert coverage(hosts=4, devices=8, between=0.10, within=0.10, truth=truth) >= 0.85


def test_cal_08_intervals_hold_truths_of_hosts_with_heavy_tails() -> None:
    assert coverage(hosts=8, devices=4, between=0.15, within=0.05, tail=True) >= 0.85


def test_cal_08_intervals_are_not_met_by_useless_width() -> None:
    """Sharpness: sixteen hosts that differ by 0.1 give a mean within 0.05, and the common error 0.05 beside it."""
    low, _, high = interval(fleet(0.8, hosts=16, devices=8, between=0.1, within=0.05, seed=2))
    assert high - low < 2 * 1.645 * math.hypot(0.05, 0.1 / 4) * 0.16 * 1.4


def test_cal_08_one_broken_device_does_not_hand_the_mean_back_to_the_prior() -> None:
    rows = [measured(0.55, f"{n // 8}/{n}") for n in range(32)]
    broken = [replace(rows[0], share=0.02, low=0.019, high=0.021), *rows[1:]]
    assert interval(broken)[1] < 0.56
