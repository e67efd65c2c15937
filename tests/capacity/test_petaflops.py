"""Petaflops against targets: by date, by precision, cumulative and incremental, never converted."""

from typing import Any

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup, StandAloneRackGroup
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.targets import Counting, Measure
from tests import hubs

POD_PFLOPS = 384 * 752 / 1_000
"""Twelve cabinets of 32 packages at 752 TFLOP/s."""


def finding(hub: Hub, rule: str, subject: str = "goal") -> Finding:
    """What one rule says of one subject."""
    return next(f for f in check(hub).findings if f.rule == rule and f.subject == subject)


def test_a_pod_has_the_peak_of_its_packages() -> None:
    hub = hubs.hub()
    tflops, silent = resolve(hub, load()).peak(hub.pods[0], Precision.BF16, Sparsity.DENSE)

    assert tflops == pytest.approx(POD_PFLOPS * 1_000)
    assert silent == {}


def test_a_target_within_the_peak_passes() -> None:
    assert finding(hubs.hub(targets=(hubs.target(POD_PFLOPS),)), "PF-001").verdict is Verdict.PASS


def test_a_target_above_the_peak_says_by_how_much() -> None:
    short = finding(hubs.hub(targets=(hubs.target(300.0),)), "PF-001")

    assert short.verdict is Verdict.SHORTFALL
    assert short.demand == 300.0
    assert short.capacity == pytest.approx(POD_PFLOPS)
    assert "Short by 11.23 PFLOP/s (BF16)" in short.hint


def test_what_comes_later_does_not_count() -> None:
    hub = hubs.hub(phases=(hubs.phase(), hubs.phase("second", hubs.SECOND)), targets=(hubs.target(288.0),))
    late = hub.replace(pods=(hubs.pod(in_service=hubs.SECOND),))

    assert finding(hub, "PF-001").verdict is Verdict.PASS
    assert finding(late, "PF-001").capacity == 0.0


def test_what_is_retired_does_not_count() -> None:
    gone = hubs.hub(
        phases=(hubs.phase(), hubs.phase("second", hubs.SECOND)),
        pods=(hubs.pod(retired=hubs.SECOND),),
        targets=(hubs.target(288.0), hubs.target(288.0, "later", by=hubs.SECOND)),
    )

    assert finding(gone, "PF-001").verdict is Verdict.PASS
    assert finding(gone, "PF-001", "later").verdict is Verdict.SHORTFALL


def test_an_incremental_target_counts_its_phase_alone() -> None:
    hub = hubs.hub(
        phases=(hubs.phase(), hubs.phase("second", hubs.SECOND)),
        pods=(hubs.pod(), hubs.pod("pod-2", phase="second", count=1)),
        targets=(hubs.target(288.0, by=hubs.SECOND, phase="second", counting=Counting.INCREMENTAL),),
    )

    assert finding(hub, "PF-001").capacity == pytest.approx(POD_PFLOPS / 12)


def test_a_precision_that_a_chip_lacks_is_never_guessed_from_another() -> None:
    short = finding(hubs.hub(targets=(hubs.target(1.0, precisions=(Precision.FP8,)),)), "PF-001")

    assert short.capacity == 0.0
    assert "no FP8 figure is published for huawei-ascend-910c" in short.hint


def test_a_dense_figure_does_not_meet_a_sparse_target() -> None:
    sparse = hubs.target(1.0, sparsity=Sparsity.TWO_OF_FOUR)

    assert finding(hubs.hub(targets=(sparse,)), "PF-001").capacity == 0.0


def test_two_precisions_are_two_sums_of_which_one_must_do() -> None:
    both = (Precision.BF16, Precision.FP8)
    mixed = (hubs.pod(), hubs.pod("pod-2", "huawei-atlas-950-cabinet", 1, phase="first"))
    hub = hubs.hub(pods=mixed, targets=(hubs.target(288.0 + 58.0, precisions=both),))

    assert finding(hub, "PF-001").verdict is Verdict.SHORTFALL
    assert finding(hub, "PF-001").capacity == pytest.approx(POD_PFLOPS + 64 * 0.486)


def test_a_cpu_gives_no_petaflops() -> None:
    hub = hubs.hub(pods=(hubs.pod(model="alibaba-yitian-rack", count=8),), targets=(hubs.target(0.001),))

    assert finding(hub, "PF-001").capacity == 0.0


def test_a_delivered_target_is_not_met_by_a_peak() -> None:
    hub = hubs.hub(targets=(hubs.target(1.0, measure=Measure.DELIVERED),))

    assert not [f for f in check(hub).findings if f.rule == "PF-001"]


def test_the_share_of_announced_products_is_named() -> None:
    pods = (hubs.pod(model="huawei-atlas-950-cabinet", count=2),)

    assert "huawei-ascend-950dt" in finding(hubs.hub(pods=pods, targets=(hubs.target(62.0),)), "PF-002").hint


def test_devices_without_a_figure_are_named() -> None:
    assert (
        "384 x huawei-ascend-910c"
        in finding(hubs.hub(targets=(hubs.target(1.0, precisions=(Precision.FP8,)),)), "PF-003").hint
    )


@pytest.mark.parametrize("kind", [{"sparsity": Sparsity.TWO_OF_FOUR}, {"engine": Engine.VECTOR}])
def test_a_target_of_no_stated_precision_and_no_figure_names_none(kind: dict[str, Any]) -> None:
    unstated = hubs.target(10, precisions=(Precision.UNSTATED,), **kind)
    (found,) = [one for one in check(hubs.hub(targets=(unstated,))).findings if one.rule == "PF-001"]
    assert found.verdict is Verdict.SHORTFALL
    assert "figure at any precision is published for huawei-ascend-910c" in found.hint
    assert "FP64" not in found.hint


def test_a_target_of_zettaflops_is_short_by_numbers_that_can_be_read() -> None:
    (found,) = [one for one in check(hubs.hub(targets=(hubs.target(1e9),))).findings if one.rule == "PF-001"]
    assert "3,462,986.59 of one pod-1 pod" in found.hint
    best = hubs.target(1e9, precisions=(Precision.UNSTATED,))
    (found,) = [one for one in check(hubs.hub(targets=(best,))).findings if one.rule == "PF-001"]
    assert "(INT8, the best, because none is stated)" in found.hint


def test_a_figure_that_is_missing_is_told_apart_from_the_one_that_there_is() -> None:
    rack = StandAloneRackGroup(
        name="run",
        phase="first",
        hall="hall",
        model="generic-compute-rack",
        count=1,
        nodes=(NodeGroup(model="generic-8x-amd-mi350x", count=4),),
    )
    goal = hubs.target(100, precisions=(Precision.FP64,))
    found = {one.rule: one for one in check(hubs.hub(pods=(), racks=(rack,), targets=(goal,))).findings}
    assert "no matrix FP64 figure is published for amd-mi350x" in found["PF-001"].hint
    assert found["PF-003"].hint.startswith("No matrix figure at FP64")
    none = hubs.target(100, precisions=(Precision.FP8,))
    said = {one.rule: one for one in check(hubs.hub(targets=(none,))).findings}
    assert "no FP8 figure is published for huawei-ascend-910c" in said["PF-001"].hint
