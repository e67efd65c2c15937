"""Every pod and every full rack of the catalogue can be planned, and holds what its maker says."""

from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.design import Design
from petaplan.capacity.facts.invariants import claims_apart
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import PodModel, RackModel
from petaplan.capacity.resolving import resolve
from petaplan.capacity.targets import Target
from tests import hubs
from tests.catalogue import CATALOGUE, accelerators_in_rack, found, value

PODS = CATALOGUE.table(PodModel)


def design_of(pod: PodModel) -> Design:
    """One pod as it is sold, in a large hall."""
    racks = tuple(
        RackGroup(name=f"racks-{at}", model=part.model, count=part.count) for at, part in enumerate(pod.racks)
    )
    made = Pod(name="pod", phase="first", hall="hall", model=pod.model, racks=racks, feeds=("feed-a",))
    base = hubs.hub()
    hall = base.halls[0].replace(rack_positions=1_000, floor_area_m2=9_000, it_power_limit_kw=500_000)
    target = Target(name="goal", pflops=0.1, precisions=(Precision.UNSTATED,), by=date(2031, 1, 1), source="a test")
    return resolve(base.replace(halls=(hall,), pods=(made,), targets=(target,)), CATALOGUE)


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod.model)
def test_a_pod_is_planned_as_it_is_sold_and_counts_its_accelerators(pod: PodModel) -> None:
    design = design_of(pod)
    held = sum(design.pod(design.hub.pods[0]).accelerators.values())
    assert held == value(pod.accelerators)
    findings = check(design.hub).findings
    assert [one.verdict for one in findings if one.rule == "PF-001"] == [Verdict.REVIEW]
    assert [one.rule for one in findings if one.rule.startswith("CNT") and one.verdict is Verdict.SHORTFALL] == []


def test_the_pods_of_the_trade_are_there() -> None:
    held = {pod.model: value(pod.accelerators) for pod in PODS}
    assert held["google-tpu-v7-pod"] == 9_216
    assert held["aws-trn2-ultraserver"] == 64
    assert held["moore-threads-c256"] == 256
    assert accelerators_in_rack("hpe-cray-ex-mi250x-cabinet") == 512
    assert accelerators_in_rack("amd-mi355x-liquid-rack") == 128
    for model in ("google-tpu-v7-pod", "aws-trn2-ultraserver", "huawei-cloudmatrix384", "nvidia-gb300-nvl72"):
        assert found(PodModel, model).maker_claims
        assert not list(claims_apart(found(PodModel, model), CATALOGUE))


def test_a_rack_that_is_sold_full_names_what_is_in_it() -> None:
    bare = {rack.model for rack in CATALOGUE.table(RackModel) if rack.role == "compute" and not rack.nodes}
    assert bare == {"generic-compute-rack", "generic-liquid-rack"}
