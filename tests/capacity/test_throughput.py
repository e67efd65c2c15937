"""The chain against worked examples, and its intervals against fleets whose truth is known."""

import json
import random
from dataclasses import replace
from datetime import date
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import report_on
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import Measurement
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.report.waterfall import write_waterfall
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.pf.delivered import delivered_met, delivered_surely
from petaplan.capacity.rules.pf.targets import target_met
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.calibration import Grade, calibrate, expected_minimum, expit, logit
from petaplan.capacity.throughput.factors import phase_waterfalls, waterfall
from petaplan.capacity.throughput.losses import goodput_fraction
from petaplan.capacity.workloads import TrainingRun
from petaplan.infra.hong_kong import hub as hong_kong
from tests.commands import petaplan
from tests.hubs import FIRST, hub, pod, target
from tests.variants import examples

TODAY = date(2026, 11, 22)
BF16 = Precision.BF16
MODEL = "nvidia-b300"


def exactly(share: float) -> Expectation:
    return Expectation(low=share, mid=share, high=share, source="a test", as_of=TODAY)


def measured(share: float, index: int, hosts: int = 1, width: float = 0.001) -> Measurement:
    return Measurement(
        model=MODEL,
        precision=BF16,
        share=share,
        low=share - width,
        high=share + width,
        uuid=f"device-{index}",
        host=f"host-{index % hosts}",
        as_of=TODAY,
        software="one",
        steady=True,
        soak=True,
        source="a test",
    )


def test_forty_thousand_of_peak_deliver_twenty_five_thousand() -> None:
    """Calibration 0.75, availability 0.96, 3 % of spares that stand in, and network 0.90: worked out by hand.

    Of 100 nodes 96 are up, and 97 have work: 96 work, less the time in which more than 97 are up.
    """
    delivery = Delivery(availability=exactly(0.96), network=exactly(0.90), hot_spare_fraction=0.03)
    plan = hong_kong().replace(delivery=delivery)
    chain = phase_waterfalls(resolve(plan, load()), BF16)[-1]
    peak, calibrated = chain.steps[0].mid, chain.step("calibrated")
    without_calibration = chain.delivered.mid / (calibrated.mid / chain.step("eligible").mid)
    assert without_calibration / peak == pytest.approx(0.96 * 0.90, rel=0.002)
    assert 40_000 * 0.75 * without_calibration / peak == pytest.approx(25_920, rel=0.002)


def test_checkpoints_and_restarts_cost_what_young_and_daly_say() -> None:
    """By simulation: work of t hours, a checkpoint, and interruptions at random, also during restarts."""
    mtbf, checkpoint, restart = 3.09, 1 / 60, 10 / 60
    work = (2 * mtbf * checkpoint) ** 0.5
    draw = random.Random(4)  # noqa: S311 - a simulation
    spent = 0.0
    for _ in range(40_000):
        while (until := draw.expovariate(1 / mtbf)) < work + checkpoint:
            spent += until
            while (until := draw.expovariate(1 / mtbf)) < restart:
                spent += until
            spent += restart
        spent += work + checkpoint
    assert goodput_fraction(3.09, 1, 1, 10) == pytest.approx(40_000 * work / spent, abs=0.002)
    assert goodput_fraction(50_678, 16_384, 1, 10) == pytest.approx(goodput_fraction(3.0931, 1, 1, 10), abs=1e-4)


def test_a_job_beyond_all_repair_keeps_nothing_and_does_not_fail() -> None:
    assert goodput_fraction(1.0, 1_000_000, 1, 10) == 0.0
    plan = hub(delivery=Delivery(job_accelerators=1_000_000))
    chain = waterfall(resolve(plan, load()), resolve(plan, load()).placements, label="x", day=FIRST, precision=BF16)
    assert chain.step("goodput").low >= 0.0


def test_each_factor_only_ever_takes_away() -> None:
    for chain in phase_waterfalls(resolve(hong_kong(), load()), BF16):
        for before, after in zip(chain.steps, chain.steps[1:], strict=False):
            assert after.low <= before.low
            assert after.mid <= before.mid
            assert after.high <= before.high
        assert all(step.low <= step.mid <= step.high for step in chain.steps)


def test_an_interval_of_a_product_is_narrower_than_the_product_of_the_ends() -> None:
    chain = phase_waterfalls(resolve(hong_kong(), load()), BF16)[-1]
    ends = chain.steps[0].mid
    for step in chain.steps[1:]:
        ends *= step.factor_low
    assert chain.steps[-1].low > ends * 1.05


def test_the_same_plan_gives_the_same_bytes() -> None:
    def written() -> str:
        design = resolve(hong_kong(), load())
        return write_waterfall("hk-hub", phase_waterfalls(design, BF16), design.evidence)

    assert written() == written()


def test_devices_without_a_peak_are_named_and_count_for_nothing() -> None:
    design = resolve(hong_kong(), load())
    chain = phase_waterfalls(design, Precision.FP8)[0]
    assert chain.steps[0].mid == 0.0
    assert {model for model, _ in chain.without_a_figure} == {
        "baidu-kunlun-p800",
        "huawei-ascend-910b2",
        "huawei-ascend-910c",
    }


def delivered_plan(pflops: float, **changes: object) -> Hub:
    return hub(targets=(target(pflops, measure=Measure.DELIVERED).replace(**changes),))


def verdicts(plan: Hub) -> list[tuple[str, Verdict]]:
    rules = (target_met, delivered_met, delivered_surely)
    return [(f.rule, f.verdict) for f in report_on(resolve(plan, load()), rules=rules).findings]


def test_a_delivered_target_is_never_met_by_a_peak() -> None:
    """384 packages of 752 TFLOP/s are a peak of 289; 250 of them delivered they are not."""
    assert verdicts(delivered_plan(250)) == [("PF-004", Verdict.SHORTFALL), ("PF-005", Verdict.REVIEW)]
    assert verdicts(hub(targets=(target(250),))) == [("PF-001", Verdict.PASS)]


def test_a_delivered_target_may_be_met_at_the_median_and_not_surely() -> None:
    assert verdicts(delivered_plan(150)) == [("PF-005", Verdict.REVIEW), ("PF-004", Verdict.PASS)]


def test_a_job_in_step_delivers_less_than_its_devices_alone() -> None:
    alone = report_on(resolve(delivered_plan(150), load()), rules=(delivered_met,)).findings[0]
    in_step = report_on(resolve(delivered_plan(150, synchronous_ranks=384), load()), rules=(delivered_met,)).findings[0]
    assert (in_step.capacity or 0.0) < (alone.capacity or 0.0)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(1, 30))
def test_twice_the_pods_deliver_twice_as_much(count: int) -> None:
    def delivered(racks: int) -> float:
        plan = hub(pods=(pod(count=racks),), delivery=Delivery(job_accelerators=64))
        design = resolve(plan, load())
        return waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).delivered.mid

    assert delivered(2 * count) == pytest.approx(2 * delivered(count), rel=0.002), "more hosts, a narrower mean"


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.floats(0.3, 0.98), min_size=1, max_size=20), st.randoms())
def test_the_order_of_measurements_does_not_matter(shares: list[float], shuffled: random.Random) -> None:
    made = [measured(share, index, hosts=3) for index, share in enumerate(shares)]
    one = calibrate(MODEL, BF16, made, TODAY)
    shuffled.shuffle(made)
    other = calibrate(MODEL, BF16, made, TODAY)
    assert (one.low, one.mid, one.high) == pytest.approx((other.low, other.mid, other.high), abs=1e-9)


def test_nine_in_ten_intervals_hold_the_truth() -> None:
    """400 fleets drawn from the model, with its common error: a stated 90 % interval covers nine in ten, or nearly."""
    draw = np.random.default_rng(7)
    unknown = "huawei-ascend-910c"
    wide = calibrate(unknown, BF16, (), TODAY)
    middle, spread = logit(wide.mid), (logit(wide.high) - logit(wide.low)) / 2 / 1.6449
    held = 0
    for _ in range(400):
        truth = draw.normal(middle, spread)
        between, within = abs(0.15 * draw.standard_t(4, size=2))
        bias = draw.normal(0, 0.05)
        fleet = []
        for host in range(4):
            common = draw.normal(truth + bias, between)
            for index in range(4):
                share = expit(draw.normal(common, within))
                fleet.append(replace(measured(share, 4 * host + index, width=0.0005), model=unknown, host=f"h{host}"))
        made = calibrate(unknown, BF16, fleet, TODAY)
        held += made.low <= expit(truth) <= made.high
    assert 0.865 <= held / 400 <= 0.935


def test_a_device_nobody_measured_has_the_wide_interval_of_the_reference() -> None:
    made = calibrate("huawei-ascend-950dt", BF16, (), TODAY)
    assert (made.low, made.high) == pytest.approx((0.45, 0.85))
    assert made.grade is Grade.D


def test_what_others_measured_is_a_start_and_grade_c() -> None:
    made = calibrate("huawei-ascend-910b2", BF16, (), TODAY, 353.9)
    assert made.grade is Grade.C
    assert made.low < 0.86 < made.high
    assert 0.87 < made.mid < 0.91


def test_thousands_of_devices_overrule_every_prior() -> None:
    draw = np.random.default_rng(3)
    fleet = [measured(expit(draw.normal(logit(0.55), 0.05)), i, hosts=250) for i in range(2_000)]
    made = calibrate(MODEL, BF16, fleet, TODAY)
    assert made.low < 0.55 < made.high
    assert made.high - made.low == pytest.approx(2 * 1.645 * 0.05 * 0.55 * 0.45, rel=0.05), "the common error remains"


@pytest.mark.parametrize(("ranks", "share"), [(8, 0.782), (512, 0.757), (16_384, 0.742)])
def test_the_slowest_of_many_is_near_the_figures_of_the_reference(ranks: int, share: float) -> None:
    """Standard deviation 1.5 points around 0.80; the reference gives the typical slowest, this the expected one."""
    assert 0.80 + 0.015 * expected_minimum(ranks) == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("ranks", [2, 8, 64, 512])
def test_the_expected_slowest_is_that_of_draws(ranks: int) -> None:
    draws = np.random.default_rng(5).standard_normal((20_000, ranks)).min(axis=1)
    assert expected_minimum(ranks) == pytest.approx(float(draws.mean()), abs=0.04)


def test_the_spread_of_devices_is_recovered_from_a_fleet() -> None:
    draw = np.random.default_rng(11)
    fleet = [measured(expit(draw.normal(logit(0.8), 0.1)), i, hosts=200) for i in range(200)]
    assert calibrate(MODEL, BF16, fleet, TODAY).device_spread == pytest.approx(0.1, rel=0.15)
    assert fmean(m.share for m in fleet) == pytest.approx(0.8, abs=0.01)


def test_a_measurement_says_less_the_older_it_is() -> None:
    fresh = [measured(0.6, index, hosts=2) for index in range(8)]
    old = [replace(one, as_of=date(2023, 11, 22)) for one in fresh]
    now, then = (calibrate(MODEL, BF16, ones, TODAY) for ones in (fresh, old))
    assert then.high - then.low > 1.2 * (now.high - now.low)
    assert then.device_spread == pytest.approx(now.device_spread), "age is common to all, and no spread of devices"


def test_the_oldest_of_several_measurements_says_how_old_they_are() -> None:
    several = [measured(0.6, index, hosts=2) for index in range(8)]
    several[3] = replace(several[3], as_of=date(2025, 6, 1))
    found = calibrate(MODEL, BF16, several, TODAY)
    assert f"{(TODAY - date(2025, 6, 1)).days} days old" in found.reservations


def test_a_wide_measurement_says_less_than_a_narrow_one() -> None:
    narrow, wide = (calibrate(MODEL, BF16, [measured(0.6, 0, width=width)], TODAY) for width in (0.001, 0.2))
    assert wide.mid - 0.6 > 1.3 * (narrow.mid - 0.6) > 0, "the prior lies higher, and a wide one leaves it there"


def test_the_job_is_what_the_plan_says_else_what_a_compute_fabric_joins() -> None:
    store = Fabric(
        name="store",
        phase="first",
        site="site",
        kind=FabricKind.STORAGE,
        tiers=(
            Tier(
                name="leaf",
                switch="generic-switch-64x400g",
                switches=8,
                down=Links(ports=64, gbps=400, optic="lpo-dr4-400g", length_m=30),
            ),
        ),
    )
    pods = (pod(fabrics=("store",)), pod("pod-2", fabrics=("store",)))

    def job(**changes: Any) -> int:
        design = resolve(hub(pods=pods, **changes), load())
        return waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).job_accelerators

    one_pod = sum(resolve(hub(), load()).pod(pod()).accelerators.values())
    compute = store.replace(kind=FabricKind.SCALE_OUT)
    assert job(fabrics=(store,)) == one_pod
    assert job(fabrics=(compute,)) == 2 * one_pod
    assert job(fabrics=(compute,), delivery=Delivery(job_accelerators=64)) == 64


def test_a_published_rate_is_a_share_of_the_peak_that_the_plan_counts() -> None:
    rated = next(gemm for gemm in measured_gemms() if gemm.rate_tflops is not None)
    assert rated.rate_tflops is not None
    model, rate = rated.accelerator, rated.rate_tflops.value
    one, other = (calibrate(model, rated.precision, (), TODAY, peak) for peak in (rate * 1.25, rate * 2.5))
    assert other.mid < 0.75 * one.mid


def trained(share: float, name: str = "run", **changes: Any) -> TrainingRun:
    """A run of a test on the chip of the Hong Kong hub's first pods."""
    return TrainingRun(
        name=name,
        active_parameters=7e9,
        tokens=1e12,
        model="huawei-ascend-910c",
        accelerators_in_step=64,
        precision=BF16,
        mfu_fraction=share,
        mfu_source="a test",
        starts=date(2027, 1, 1),
        done_by=date(2028, 1, 1),
        source="a test",
    ).replace(**changes)


def training_of(*runs: TrainingRun, **delivery: Any) -> Any:
    """Peak and training steps of the first phase with these runs, without losses but those that are given."""
    plan = hong_kong()
    first, *others = plan.phases
    plan = plan.replace(
        phases=(first.replace(training_runs=runs), *others), delivery=Delivery(**delivery) if delivery else None
    )
    chain = phase_waterfalls(resolve(plan, load()), BF16)[0]
    return chain.steps[0].mid, *chain.training


def test_mfu_is_a_factor_of_the_eligible_peak_and_goodput_of_that() -> None:
    peak, model, useful = training_of(trained(0.4), hot_spare_fraction=0.02)
    assert model.mid == pytest.approx(peak * 0.98 * 0.4)
    assert (model.low, model.high) == (model.mid, model.mid)
    assert useful.mid == pytest.approx(model.mid * useful.factor_mid, rel=1e-3)
    assert "declared runs: run 0.40 (a test)" in model.source


def test_several_runs_give_an_interval_and_none_gives_that_of_published_runs() -> None:
    peak, model, _ = training_of(trained(0.3, "a"), trained(0.4, "b"), trained(0.5, "c"))
    assert (model.low, model.mid, model.high) == pytest.approx((0.3 * peak, 0.4 * peak, 0.5 * peak), rel=0.01)
    peak, model, _ = training_of()
    assert (model.low, model.mid, model.high) == pytest.approx((0.30 * peak, 0.41 * peak, 0.55 * peak), rel=0.01)
    assert "published runs" in model.source


def test_a_run_at_another_precision_says_nothing_of_this_one() -> None:
    _, model, _ = training_of(trained(0.2, precision=Precision.FP16))
    assert "published runs" in model.source


def test_the_waterfall_shows_training_beside_the_chain_and_in_json() -> None:
    said = petaplan("waterfall", "infra.hong_kong:hub")
    assert "model FLOP/s" in said.out
    values = json.loads(petaplan("waterfall", "infra.hong_kong:hub", "--format", "json").out)
    names = [step["name"] for step in values["phases"][0]["training"]]
    assert names == ["model FLOP/s", "useful"]
