"""Edges of rates: a plan beside systems, conventions, counting, and each factor from peak to goodput."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.design import Design
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Engine, Figure, Precision, Sparsity, Status
from petaplan.capacity.hardware import Devices, PublishedSystem, RateKind, Stage, SystemRate
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence, Measurement
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.beside import Beside, beside, plan_side, reading
from petaplan.capacity.throughput.calibration import Grade
from petaplan.capacity.throughput.conventions import HEADLINE, conventions
from petaplan.capacity.throughput.counted import coming_precision
from petaplan.capacity.throughput.draws import ranks
from petaplan.capacity.throughput.factors import Waterfall, largest_job, phase_waterfalls, plan_waterfalls, reading_day
from petaplan.capacity.throughput.in_step import _spreads
from petaplan.capacity.throughput.losses import (
    AS_OF,
    DEVICE_MTBF_HOURS,
    LEAST_MTBF_SHARE,
    _fit_check,
    available,
    drawn,
    goodput,
    goodput_fraction,
)
from petaplan.capacity.throughput.measured import measured_shares
from petaplan.capacity.throughput.posterior import Cell, Posterior
from petaplan.capacity.throughput.spares import mean_up
from tests import fleets
from tests.hubs import FIRST, SECOND, hub, phase, pod, target
from tests.workloads import ASCEND, run

DAY = date(2026, 1, 1)
BF16, FP8, FP4, FP64 = Precision.BF16, Precision.FP8, Precision.FP4, Precision.FP64
DENSE, SPARSE, MATRIX = Sparsity.DENSE, Sparsity.TWO_OF_FOUR, Engine.MATRIX
H100, DGX = "nvidia-h100-sxm", "nvidia-dgx-h100-rack"
HOPPERS = pod("hoppers", DGX, count=2)
"""64 H100, without a figure of FP4."""
ATLAS = pod("atlas", "huawei-atlas-950-cabinet", count=128).replace(model="huawei-atlas-950-superpod")
"""8,192 Ascend 950DT, of which the maker states 8,000 PFLOP/s of FP8 and 16,000 of FP4."""


def design_of(plan: Hub | None = None, evidence: Evidence = NONE) -> Design:
    """A plan with what is known of its models: 384 Ascend 910C unless another is given."""
    return resolve(plan or hub(), load(), evidence)


def figure(value: float, unit: str = "PFLOP/s", **changes: Any) -> Figure:
    """A figure of a paper."""
    return Figure(value=value, unit=unit, source="a paper", as_of=DAY, status=Status.DATASHEET).replace(**changes)


def rate(pflops: float, precision: Precision = BF16, sparsity: Sparsity | None = DENSE, **changes: Any) -> SystemRate:
    """A published rate."""
    return SystemRate(precision=precision, sparsity=sparsity, pflops=figure(pflops)).replace(**changes)


def chips(model: str | None, count: float | None, **of_count: Any) -> Devices:
    """So many devices of a system."""
    made = None if count is None else figure(count, "accelerators", **of_count)
    return Devices(name="chips", model=model, count=made)


def system(**changes: Any) -> PublishedSystem:
    """A published system of which nothing is known."""
    blank = PublishedSystem(name="own", title="Own", stage=Stage.BUILT, power_kw=None, racks=None)
    return blank.replace(**changes)


def compared(published: PublishedSystem, *precision: Precision, plan: Hub | None = None) -> Beside:
    """The first phase of a plan beside one system."""
    design = design_of(plan)
    return beside(design, design.phases[0], (published,), *precision)


def test_a_rate_of_the_plan_is_shared_out_by_megawatt_and_by_rack() -> None:
    side = plan_side(design_of(), phase())
    whole = 384 * 752 / 1_000
    assert side.it_power_mw == pytest.approx(12 * 42.5 / 1_000)
    assert side.per_mw((BF16, DENSE, MATRIX)) == pytest.approx(whole / (12 * 42.5 / 1_000))
    assert side.per_rack((BF16, DENSE, MATRIX)) == whole / 12
    assert side.per_mw((FP8, DENSE, MATRIX)) is side.per_rack((FP8, DENSE, MATRIX)) is None


def test_a_plan_with_a_rack_of_unknown_power_has_no_rate_per_megawatt() -> None:
    side = plan_side(design_of(hub(pods=(pod(), ATLAS))), phase())
    assert (side.it_power_mw, side.racks) == (None, 12 + 128)
    assert side.per_mw((BF16, DENSE, MATRIX)) is None
    assert side.per_rack((BF16, DENSE, MATRIX)) == pytest.approx((384 * 752 + 8_192 * 486) / 1_000 / 140)


def test_a_rate_of_a_system_is_shared_out_by_rack_where_both_are_known() -> None:
    known, without = system(rates=(rate(100.0),), racks=figure(8, "racks")), system(rates=(rate(100.0),))
    assert [one.per_rack for one in compared(known).rates] == [12.5]
    assert [one.per_rack for one in compared(without).rates] == [None]
    unknown = compared(system(devices=(chips(None, 1),), racks=figure(8, "racks")))
    assert [(one.pflops, one.per_rack) for one in unknown.rates] == [(None, None)]


def test_the_first_stated_precision_of_each_target_is_asked() -> None:
    goals = (
        target(1.0, "a", precisions=(FP8, BF16)),
        target(1.0, "b", precisions=(Precision.UNSTATED,)),
        target(1.0, "c", precisions=(FP8,)),
        target(1.0, "d", precisions=(FP64,)),
    )
    assert [one[0] for one in compared(system(), plan=hub(targets=goals)).asked] == [FP8, FP64]
    assert [one[0] for one in compared(system(), plan=hub(targets=goals[1:2])).asked] == [BF16]
    assert [one[0] for one in compared(system(), FP4, plan=hub(targets=goals)).asked] == [FP4]


@pytest.mark.parametrize(("kind", "derived"), [(RateKind.LINPACK, [False, True]), (RateKind.PEAK, [False])])
def test_a_measured_rate_does_not_stand_for_the_sum_of_the_devices(kind: RateKind, derived: list[bool]) -> None:
    published = system(rates=(rate(5.0, FP64, kind=kind),), devices=(chips(H100, 100),))
    assert [one.derived for one in compared(published, FP64).rates] == derived


def test_a_sparse_rate_is_compared_with_the_sparse_rate_of_the_plan() -> None:
    sparse = system(rates=(rate(100.0, BF16, SPARSE),))
    (both,) = compared(sparse, plan=hub(pods=(HOPPERS, pod()))).rates
    assert both.plan == pytest.approx(64 * 1_978.9 / 1_000)
    assert (both.plan_partial, both.why_not) == (True, "")
    (dense,) = compared(sparse).rates
    assert (dense.plan, dense.plan_partial, dense.why_not) == (None, False, "no bf16 2:4 figure")


def test_a_sum_is_as_old_as_the_oldest_count_of_its_devices() -> None:
    devices = (chips(H100, 1_000), chips(ASCEND, 500, as_of=DAY - timedelta(days=1)))
    (summed,) = compared(system(devices=devices)).rates
    assert summed.pflops == (1_000 * 989 + 500 * 752) / 1_000
    assert summed.as_of == DAY - timedelta(days=1)
    assert summed.note == "1,000 x nvidia-h100-sxm + 500 x huawei-ascend-910c"


def test_a_sum_names_only_the_devices_that_lack_something() -> None:
    devices = (chips(H100, 1), chips(ASCEND, 1), chips(None, 1), chips(H100, None))
    (summed,) = compared(system(devices=devices), FP8).rates
    assert (summed.pflops, summed.note) == (
        None,
        "no fp8 figure of huawei-ascend-910c; chips is no model of the catalogue; the number of chips is not stated",
    )


@pytest.mark.parametrize(
    ("precision", "sparsity", "words"),
    [
        (FP8, DENSE, ""),
        (FP8, None, "2,000 TFLOP/s for each nvidia-h100-sxm, near "),
        (Precision.UNSTATED, DENSE, "2,000 TFLOP/s for each nvidia-h100-sxm, near "),
    ],
)
def test_a_headline_that_leaves_something_unsaid_reads_as_a_listed_rate(
    precision: Precision, sparsity: Sparsity | None, words: str
) -> None:
    published = system(devices=(chips(H100, 1_000),))
    found = reading(published, rate(2_000.0, precision, sparsity), load())
    assert found == (words and words + "fp8 (1,979) and bf16 2:4 (1,979) and fp16 2:4 (1,979)")


@pytest.mark.parametrize(
    ("pods", "further"),
    [
        ((), []),
        ((pod(),), ["BF16 dense"]),
        ((HOPPERS,), ["BF16 dense", "BF16 2:4"]),
        ((ATLAS,), ["BF16 dense", "FP4 dense"]),
    ],
)
def test_further_conventions_are_shown_where_some_device_has_a_figure(
    pods: tuple[Any, ...], further: list[str]
) -> None:
    always = ["FP16 dense", "FP8 dense", "FP16 2:4", "FP8 2:4"]
    names = [one.name for one in conventions(design_of(hub(pods=pods)), phase())]
    assert [name for name in names if name not in always] == [*further, HEADLINE]
    assert [name for name in names if name in always] == always


def test_a_headline_takes_the_largest_rate_that_the_maker_states_of_the_pod() -> None:
    (*_, headline) = conventions(design_of(hub(pods=(ATLAS, pod()))), phase())
    assert headline.pflops == 16_000 + 384 * 752 / 1_000
    assert headline.made_of == ("fp4 dense, stated of the pod: 8,192 accelerators", "bf16 dense: 384 accelerators")


def test_a_target_of_several_precisions_has_that_of_what_is_there_on_its_day() -> None:
    phases = (phase(), phase("second", SECOND))
    pods = (pod(), ATLAS.replace(phase="second"))
    design = design_of(hub(phases=phases, pods=pods))
    assert coming_precision(design, target(1.0, precisions=(FP8, BF16))) is BF16
    assert coming_precision(design, target(1.0, precisions=(BF16, FP8), by=FIRST - timedelta(days=1))) is FP8
    assert coming_precision(design, target(1.0, precisions=(BF16, FP8), by=SECOND)) is FP8


@pytest.mark.parametrize("values", [np.append(-1.0, np.arange(9_999.0) % 2), np.zeros(10_000), np.arange(10_000.0)])
def test_equal_values_above_the_lowest_keep_their_order(values: "np.ndarray[Any, np.dtype[np.float64]]") -> None:
    assert ranks(values).tolist() == np.argsort(np.argsort(values, kind="stable")).tolist()


def chain_of(plan: Hub, evidence: Evidence = NONE) -> Waterfall:
    """The first phase of a plan."""
    return phase_waterfalls(design_of(plan, evidence), BF16)[0]


def measured(index: int, **changes: Any) -> Measurement:
    """A measured Ascend 910C."""
    made = fleets.measured(0.8, f"host {index % 4}/device {index}", model=ASCEND)
    return replace(made, **{"as_of": AS_OF} | changes)


def test_more_measured_devices_than_the_plan_has_are_the_whole_plan() -> None:
    small = hub(pods=(pod(count=1),))
    few, many = (Evidence(tuple(measured(at) for at in range(count))) for count in (8, 40))
    assert [chain_of(small, given).measured_fraction for given in (few, many)] == [8 / 32, 1.0]


def test_a_plan_without_accelerators_has_no_peak_and_unit_factors() -> None:
    chain = chain_of(hub(pods=()))
    assert (chain.measured_fraction, chain.by_grade(), chain.job_accelerators) == (0.0, {}, 1)
    calibrated = chain.step("calibrated")
    assert (calibrated.factor_low, calibrated.factor_mid, calibrated.factor_high) == (1.0, 1.0, 1.0)
    assert calibrated.source == "nothing to calibrate"


def test_the_peak_is_the_first_step_with_a_factor_of_one_and_is_told_by_grade() -> None:
    chain = chain_of(hub(pods=(pod(), HOPPERS)), Evidence((measured(1),)))
    first, ascend, hopper = chain.steps[0], 384 * 752 / 1_000, 64 * 989 / 1_000
    assert (first.factor_low, first.factor_mid, first.factor_high) == (1.0, 1.0, 1.0)
    assert first.low == first.mid == first.high == pytest.approx(ascend + hopper)
    assert {share.model: share.calibration.grade for share in chain.shares} == {ASCEND: Grade.C, H100: Grade.C}
    assert chain.by_grade() == {Grade.C: pytest.approx(ascend + hopper)}
    assert chain_of(hub()).by_grade() == {Grade.D: ascend}


def test_training_takes_the_mfu_of_the_runs_of_its_precision_and_of_models_that_are_there() -> None:
    runs = (
        run(mfu_fraction=0.25),
        run(name="other-precision", precision=Precision.FP16, mfu_fraction=0.5),
        run(name="other-model", model=H100, mfu_fraction=0.75),
    )
    phases = (phase(training_runs=runs), phase("second", SECOND))
    pods = (pod(), HOPPERS.replace(phase="second"))
    delivery = Delivery(hot_spare_fraction=0.5, device_mtbf_hours=1e4)
    model_flops, useful = chain_of(hub(phases=phases, pods=pods, delivery=delivery)).training
    peak = 384 * 752 / 1_000
    assert (model_flops.mid, model_flops.factor_mid) == pytest.approx((peak * 0.5 * 0.25, 0.25))
    kept = goodput_fraction(1e4, 384, 1, 10)
    assert (useful.mid, useful.factor_mid) == pytest.approx((model_flops.mid * kept, kept))


def test_a_phase_is_shown_at_the_precision_of_a_target_that_is_due_in_it() -> None:
    """A target of no phase is due in the phase of its day; one of a phase in that phase."""
    phases = (phase(), phase("second", SECOND))

    def shown(**of_other: Any) -> list[tuple[str, Precision]]:
        other = target(1.0, "other", precisions=(FP8,), **of_other)
        plan = hub(phases=phases, targets=(target(1.0), other))
        return [(chain.label, chain.precision) for chain in plan_waterfalls(design_of(plan))]

    plain = [("first", BF16), ("second", BF16)]
    assert shown() == [plain[0], ("first", FP8), plain[1]]
    assert shown(phase="second") == [*plain, ("second", FP8)]


def test_a_chain_counts_what_is_in_service_on_the_day_of_its_phase() -> None:
    pods = (pod("late", phase="second", count=1), pod("gone", retired=SECOND, count=2), pod("kept", count=4))
    chains = phase_waterfalls(design_of(hub(phases=(phase(), phase("second", SECOND)), pods=pods)), BF16)
    assert [chain.shares[0].packages for chain in chains] == [6 * 32, 5 * 32]


@pytest.mark.parametrize("days", [-400, 0, 1])
def test_evidence_is_seen_from_the_day_of_the_release_or_of_a_newer_measurement(days: int) -> None:
    given = Evidence((measured(1, as_of=AS_OF + timedelta(days=days)), measured(2, as_of=AS_OF - timedelta(days=9))))
    assert reading_day(design_of(hub(), given)) == AS_OF + timedelta(days=max(days, 0))


def fabric(name: str, kind: FabricKind) -> Fabric:
    """A fabric of one tier."""
    down = Links(ports=64, gbps=400, optic="lpo-dr4-400g", length_m=30)
    leaf = Tier(name="leaf", switch="generic-switch-64x400g", switches=8, down=down)
    return Fabric(name=name, phase="first", site="site", kind=kind, tiers=(leaf,))


def test_the_largest_job_is_that_of_the_fullest_scale_out_fabric_or_of_the_largest_pod() -> None:
    fabrics = (
        fabric("store", FabricKind.STORAGE),
        fabric("one", FabricKind.SCALE_OUT),
        fabric("other", FabricKind.SCALE_OUT),
    )

    def job(*pods: tuple[int, tuple[str, ...]]) -> int:
        made = tuple(pod(f"pod-{n}", count=racks, fabrics=on) for n, (racks, on) in enumerate(pods))
        design = design_of(hub(pods=made, fabrics=fabrics))
        return largest_job(design, design.placements)

    assert job() == 1
    assert job((1, ("store",)), (1, ("store",))) == 32
    assert job((1, ("store", "one")), (2, ("one",)), (2, ("other",))) == 3 * 32
    assert job((1, ("one",)), (1, ("one",)), (4, ())) == 4 * 32


def test_each_spread_is_drawn_as_often_as_its_weight_says() -> None:
    share = chain_of(hub()).shares[0]
    cells = (Cell(0.75, 0.3, 0.4, ()), Cell(0.25, 0.1, 0.0, ()))
    known = replace(share, calibration=replace(share.calibration, posterior=Posterior(cells, 1.0, None)))
    spreads, counts = np.unique(_spreads(known, 1), return_counts=True)
    assert spreads.tolist() == [0.1, math.hypot(0.3, 0.4)]
    assert counts.tolist() == [5_000, 15_000]


def expected(low: float, mid: float, high: float) -> Expectation:
    """A share with its interval."""
    return Expectation(low=low, mid=mid, high=high, source="a test", as_of=DAY)


@pytest.mark.parametrize(
    ("outside", "missed"),
    [
        ({}, False),
        ({0.5: 50, 0.7: 50}, False),
        ({0.5 * (1 - 1e-9): 50, 0.7 * (1 + 1e-9): 50}, False),
        ({0.49: 7, 0.71: 7}, False),
        ({0.49: 8}, True),
        ({0.71: 8}, True),
    ],
)
def test_draws_beyond_an_end_of_the_interval_are_at_most_seven_percent(outside: dict[float, int], missed: bool) -> None:
    draws = np.full(100, 0.6)
    draws[: sum(outside.values())] = np.repeat(list(outside), list(outside.values()))
    if not missed:
        _fit_check(draws, expected(0.5, 0.6, 0.7), "network")
        return
    with pytest.raises(PlanError, match=r"delivery: network.*8\.0% "):
        _fit_check(draws, expected(0.5, 0.6, 0.7), "network")


def test_a_factor_that_can_only_be_higher_is_drawn() -> None:
    draws = np.asarray(drawn(expected(0.90, 0.90, 0.95), "available", 1))
    assert draws.min() == pytest.approx(0.90)
    assert np.quantile(draws, 0.95) == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize(
    ("spares", "nodes", "factor"),
    [(0.0, 8, 0.9), (0.25, 0, 0.9), (0.25, 8, mean_up(8, 0.9, 6.0) / 6.0), (1.0, 8, 1.0)],
)
def test_hot_spares_replace_the_nodes_that_are_down(spares: float, nodes: int, factor: float) -> None:
    delivery = Delivery(availability=expected(0.9, 0.9, 0.9), hot_spare_fraction=spares)
    found, source = available(delivery, nodes, 1)
    assert found == factor
    told = f"a test; hot spares replace those of {nodes} nodes that are down"
    assert source == (told if spares and nodes else "a test")


def test_the_time_between_interruptions_is_drawn_from_the_least_to_that_of_the_record() -> None:
    kept, source = goodput(Delivery(), 4_096, 1)
    least = LEAST_MTBF_SHARE * DEVICE_MTBF_HOURS
    hours = (least, math.sqrt(least * DEVICE_MTBF_HOURS), DEVICE_MTBF_HOURS)
    ends = [goodput_fraction(one, 4_096, 1, 10) for one in hours]
    assert np.quantile(np.asarray(kept), (0.05, 0.5, 0.95)) == pytest.approx(ends, rel=1e-3)
    assert source == "one job of 4,096 accelerators, 15,203 to 50,678 h each"


@pytest.mark.parametrize(("restart", "kept"), [(0.0, 1.0), (60.0, math.exp(-0.1))])
def test_checkpoints_without_a_stall_take_no_time(restart: float, kept: float) -> None:
    assert goodput_fraction(1_000.0, 100, 0.0, restart) == pytest.approx(kept)


def test_a_measured_share_stands_for_each_target_once_anything_is_measured() -> None:
    plan = hub(pods=(pod(count=1),), targets=(target(1.0, "a"), target(1.0, "b", precisions=(FP8, BF16))))
    assert measured_shares(design_of(plan)) == ()
    found = measured_shares(design_of(plan, Evidence((measured(1),))))
    assert [(one.target, one.precision, one.fraction) for one in found] == [("a", BF16, 1 / 32), ("b", BF16, 1 / 32)]
