"""Faults of the throughput chain and of grades (CAL-09 to CAL-12), each by its whole kind."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.measurement import Evidence
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.calibration import (
    Grade,
    calibrate,
    expected_minimum,
    expected_minimum_share,
    prior,
)
from petaplan.capacity.throughput.draws import quantiles
from petaplan.capacity.throughput.factors import phase_waterfalls, waterfall
from petaplan.capacity.throughput.in_step import delivered_in_step
from petaplan.capacity.throughput.losses import goodput_fraction, networked
from petaplan.capacity.throughput.posterior import expit, logit
from petaplan.capacity.throughput.spares import mean_up
from petaplan.infra.hong_kong import hub as hong_kong
from tests.fleets import ASCEND, BF16, H20, H100, TODAY, fleet, interval, measured
from tests.hubs import FIRST, hub, pod
from tests.variants import examples

MODELS = sorted(accelerator.model for accelerator in load().table(Accelerator) if accelerator.peak(BF16))


# --- CAL-09: slowest of N ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("between", "within"), [(0.10, 0.10), (0.15, 0.05), (0.05, 0.15)])
def test_cal_09_the_slowest_of_many_is_that_of_draws_of_hosts_and_devices(between: float, within: float) -> None:
    found = calibrate(H100, BF16, fleet(0.8, hosts=200, devices=4, between=between, within=within, seed=5), TODAY)
    draw = np.random.default_rng(1)
    common = np.repeat(draw.normal(0, between, (400, 64)), 8, axis=1)
    slowest = 1 / (1 + np.exp(-(logit(0.8) + common + draw.normal(0, within, common.shape)).min(axis=1)))
    assert found.device_spread == pytest.approx(math.hypot(between, within), rel=0.25)
    assert found.slowest_of(512) == pytest.approx(float(slowest.mean()), abs=0.025)


def test_cal_09_a_mixed_job_waits_for_the_slowest_of_all_its_models() -> None:
    even = calibrate(H100, BF16, fleet(0.8, hosts=32, devices=8, between=0.01, within=0.01, seed=1), TODAY)
    uneven = calibrate(H20, BF16, fleet(0.8, hosts=32, devices=8, between=0.2, within=0.2, seed=1, model=H20), TODAY)
    alone = [expected_minimum_share([(1.0, one)], 512) for one in (even, uneven)]
    assert alone == pytest.approx([one.slowest_of(512) / one.mid for one in (even, uneven)], abs=1e-9)
    mixed = expected_minimum_share([(1.0, even), (1.0, uneven)], 512)
    assert alone[1] < mixed < alone[1] + 0.05 < alone[0]


def test_cal_09_a_target_in_step_takes_the_low_end_of_rate_and_pace_together() -> None:
    """Percentiles of the pace are those of drawn jobs; the low end of the rate is below its own times a median pace."""
    rows = fleet(0.8, hosts=200, devices=4, between=0.10, within=0.10, seed=5, model=ASCEND)
    design = resolve(hub(pods=(pod(count=40),)), load(), Evidence(measurements=tuple(rows)))
    chain = waterfall(design, design.placements, label="x", day=FIRST, precision=BF16)
    rates, paces = delivered_in_step(chain, 512)
    (share,) = chain.shares
    draw = np.random.default_rng(2)
    mid = share.calibration.mid
    jobs = 1 / (
        1 + np.exp(-(logit(mid) + share.calibration.device_spread * draw.normal(size=(4_000, 512)).min(axis=1)))
    )
    assert paces == pytest.approx(np.quantile(jobs / mid, (0.05, 0.5, 0.95)), abs=0.01)
    assert rates[0] < chain.delivered.low * paces[1]
    assert rates[0] > chain.delivered.low * paces[0]
    assert delivered_in_step(chain, 1)[0] == pytest.approx(
        (chain.delivered.low, chain.delivered.mid, chain.delivered.high)
    )
    slower = [delivered_in_step(chain, ranks)[0] for ranks in (1, 8, 64, 512, 4_096)]
    assert all(before > after for few, many in pairwise(slower) for before, after in zip(few, many, strict=True))


# --- CAL-10: what an interval is of -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hosts", [1, 4, 64])
def test_cal_10_the_interval_of_a_plan_holds_the_mean_of_its_own_devices(hosts: int) -> None:
    held = 0
    for seed in range(120):
        rows = fleet(0.8, hosts=16, devices=8, between=0.15, within=0.05, seed=seed)
        draw = np.random.default_rng([seed, hosts])
        odds = logit(0.8) + draw.normal(0, 0.15, (hosts, 1)) + draw.normal(0, 0.05, (hosts, 8))
        mean = float((1 / (1 + np.exp(-odds))).mean())
        belief = calibrate(H100, BF16, rows, TODAY).posterior.fleet(hosts, 8 * hosts)
        held += 0.05 <= belief.below(mean) <= 0.95
    assert held / 120 >= 0.84


def test_cal_10_the_mean_of_uneven_devices_is_not_the_share_of_the_mean() -> None:
    rows = fleet(0.85, hosts=64, devices=8, between=0.4, within=0.3, seed=3)
    found = calibrate(H100, BF16, rows, TODAY)
    draw = np.random.default_rng(2)
    odds = logit(found.mid) + draw.normal(0, found.device_spread, 400_000)
    assert found.posterior.fleet(5_000, 40_000).quantile(0.5) == pytest.approx(
        float((1 / (1 + np.exp(-odds))).mean()), abs=0.004
    )


# --- CAL-11: grades, shares of devices, ends at one -------------------------------------------------------------------


def test_cal_11_seven_and_one_equal_devices_are_no_grade_a() -> None:
    rows = [*(measured(0.8, f"0/{n}") for n in range(7)), measured(0.8, "1/0")]
    found = calibrate(H100, BF16, rows, TODAY)
    assert found.grade is not Grade.A
    assert found.high - found.low > 0.02


def test_cal_11_one_device_of_many_is_not_its_whole_model() -> None:
    evidence = Evidence((measured(0.8, "0/0", model=ASCEND),))
    (chain,) = phase_waterfalls(resolve(hub(), load(), evidence), BF16)
    assert chain.measured_fraction == pytest.approx(1 / 384)
    everything = Evidence(tuple(measured(0.8, f"{n // 8}/{n}", model=ASCEND) for n in range(500)))
    (chain,) = phase_waterfalls(resolve(hub(), load(), everything), BF16)
    assert chain.measured_fraction == 1.0


def test_cal_11_an_interval_end_that_crosses_one_is_no_jump() -> None:
    mids = []
    for high in (0.985, 0.995, 0.9999, 1.0, 1.0001, 1.005):
        row = replace(measured(0.93, "0/0", model=ASCEND), low=0.92, high=high)
        mids.append(calibrate(ASCEND, BF16, [row], TODAY).mid)
    assert max(abs(a - b) for a, b in pairwise(mids)) < 0.006


def test_cal_11_hosts_are_held_against_the_fleet() -> None:
    rows = fleet(0.8, hosts=8, devices=4, between=0.01, within=0.01, seed=1)
    small, large = (calibrate(H100, BF16, rows, TODAY, fleet_hosts=hosts) for hosts in (48, 8_832))
    assert (small.grade, large.grade) == (Grade.A, Grade.B)
    assert large.reservations == ("8 of 8,832 hosts measured, of 94 that are needed",)


@settings(max_examples=examples(30), deadline=None)
@given(st.randoms(use_true_random=False))
def test_cal_11_order_and_names_change_nothing(dice: random.Random) -> None:
    rows = fleet(0.8, hosts=4, devices=3, between=0.1, within=0.05, seed=8)
    mixed = [replace(one, host=f"node {one.host * 2}", uuid=f"other {one.uuid}") for one in rows]
    dice.shuffle(mixed)
    assert interval(mixed) == interval(rows)


def test_cal_11_more_equal_hosts_are_never_wider() -> None:
    widths = []
    for hosts in (1, 2, 4, 8, 16, 64):
        low, _, high = interval([measured(0.8, f"{n}/0") for n in range(hosts)])
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


# --- CAL-12: losses of a job, spares, network, draws ------------------------------------------------------------------


@pytest.mark.parametrize(("job", "kept"), [(1, 0.9993), (16_384, 0.852), (70_656, 0.633), (400_000, 0.15)])
def test_cal_12_goodput_is_the_renewal_form_for_every_job(job: int, kept: float) -> None:
    """t / (M e^(R/M) (e^((t + C)/M) - 1)), worked out here once more."""
    mtbf, checkpoint, restart = 50_678 / job, 1 / 60, 10 / 60
    work = math.sqrt(2 * mtbf * checkpoint)
    exact = work / (mtbf * math.exp(restart / mtbf) * math.expm1((work + checkpoint) / mtbf))
    assert goodput_fraction(50_678, job, 1, 10) == pytest.approx(exact, rel=1e-12)
    assert exact == pytest.approx(kept, abs=0.02)


@settings(max_examples=examples(100), deadline=None)
@given(st.floats(1, 1e7), st.integers(1, 1_000_000), st.floats(0, 1e4), st.floats(0, 1e4))
def test_cal_12_goodput_is_a_share_and_falls_with_the_job(hours: float, job: int, stall: float, restart: float) -> None:
    kept = goodput_fraction(hours, job, stall, restart)
    assert 0.0 <= goodput_fraction(hours, job + 1, stall, restart) <= kept + 1e-12 <= 1.0 + 1e-9


def test_cal_12_goodput_of_a_plan_has_no_jump_between_jobs() -> None:
    def kept(job: int) -> tuple[float, float, float]:
        plan = hub(delivery=Delivery(job_accelerators=job))
        design = resolve(plan, load())
        step = waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).step("goodput")
        return step.factor_low, step.factor_mid, step.factor_high

    seen = [kept(job) for job in (10_000, 30_000, 60_000, 61_000, 70_656, 100_000, 200_000)]
    assert all(b <= a for first, second in pairwise(seen) for a, b in zip(first, second, strict=True))
    assert all(low > 0 for low, _, _ in seen)


@pytest.mark.parametrize(
    ("nodes", "availability", "spares"), [(48, 0.957, 3), (512, 0.957, 15), (512, 0.99, 0), (9, 0.5, 4)]
)
def test_cal_12_spares_and_availability_are_one_process(nodes: int, availability: float, spares: int) -> None:
    up = np.random.default_rng(9).binomial(nodes, availability, 400_000)
    expected = float(np.minimum(up, nodes - spares).mean())
    assert mean_up(nodes, availability, nodes - spares) == pytest.approx(expected, rel=2e-3)


def test_cal_12_spares_below_the_nodes_that_are_down_cost_nothing() -> None:
    def delivered(spares: float) -> float:
        up = Expectation(low=0.95, mid=0.95, high=0.95, source="a test", as_of=TODAY)
        design = resolve(
            hub(pods=(pod(count=12),), delivery=Delivery(availability=up, hot_spare_fraction=spares)), load()
        )
        return waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).delivered.mid

    none, few, many = delivered(0.0), delivered(0.02), delivered(0.20)
    assert few == pytest.approx(none, rel=0.02)
    assert many == pytest.approx(none * 0.80 / 0.95, rel=0.01)


def test_cal_12_the_default_of_the_network_falls_with_the_job_and_a_plans_own_does_not() -> None:
    told = [quantiles(networked(Delivery(), job, 1)[0]) for job in (1, 8, 512, 4_096, 100_000)]
    assert told[0] == (1.0, 1.0, 1.0)
    assert told[3] == pytest.approx((0.80, 0.90, 0.96), abs=0.001)
    mids = [mid for _, mid, _ in told]
    assert mids == sorted(mids, reverse=True)
    own = Delivery(network=Expectation(low=0.8, mid=0.85, high=0.9, source="a test", as_of=TODAY))
    assert quantiles(networked(own, 1, 1)[0]) == quantiles(networked(own, 100_000, 1)[0])


def test_cal_12_twenty_other_seeds_move_a_figure_by_less_than_a_tenth_of_its_interval() -> None:
    """And this seed is no lucky one: it is within 0.5 % of their mean in every figure."""
    design = resolve(hong_kong(), load())
    phase = design.phases[-1]
    placements = [one for one in design.placements if design.in_service_on(one, phase.in_service)]

    def steps(seed: int) -> Iterator[float]:
        chain = waterfall(design, placements, label="x", day=phase.in_service, precision=BF16, seed=seed)
        for step in chain.steps:
            yield from (step.low, step.mid, step.high)

    standard = np.array(list(steps(20_301_231)))
    others = np.array([list(steps(seed)) for seed in range(20)])
    half_widths = np.repeat((standard[2::3] - standard[0::3]) / 2, 3)
    assert (others.std(axis=0) <= half_widths / 10 + 1e-6).all()
    assert float(np.abs(others.mean(axis=0) / standard - 1).max()) < 0.005


def test_cal_12_the_expected_minimum_is_its_integral() -> None:
    known = {2: -0.5642, 3: -0.8463, 8: -1.4236, 64: -2.3437, 512: -3.0439, 4_096: -3.6261, 65_536: -4.2911}
    assert {n: round(expected_minimum(n), 4) for n in known} == known


def test_priors_of_every_model_are_intervals() -> None:
    for model in MODELS:
        middle, spread, _, _ = prior(model, BF16, None)
        low, mid, high = interval([], model)
        assert (low, mid, high) == pytest.approx(tuple(expit(middle + z * spread) for z in (-1.6448536, 0, 1.6448536)))
