"""Edges of a plan beside published systems, of its rates by convention, and of the pods that a target counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Engine, Precision, Status
from petaplan.capacity.hardware import PodModel
from petaplan.capacity.resolving import resolve
from petaplan.capacity.targets import Counting
from petaplan.capacity.throughput.beside import _told, plan_side
from petaplan.capacity.throughput.conventions import ConventionRow, conventions
from petaplan.capacity.throughput.counted import counted
from tests.capacity.test_edges_of_rates import (
    ATLAS,
    BF16,
    DENSE,
    FP8,
    H100,
    HOPPERS,
    chips,
    compared,
    design_of,
    figure,
    rate,
    system,
)
from tests.hubs import FIRST, SECOND, hub, phase, pod, target
from tests.workloads import ASCEND

WHOLE = 384 * 752 / 1_000
"""PFLOP/s of BF16 of the small plan."""


def test_the_plan_is_told_as_a_multiple_of_a_system() -> None:
    assert [one.ratio for one in compared(system(rates=(rate(96.0),))).rates] == [WHOLE / 96.0]
    assert [one.ratio for one in compared(system(rates=(rate(96.0, FP8),))).rates] == [None]
    partly = compared(system(rates=(rate(96.0, FP8),)), plan=hub(pods=(HOPPERS, pod())))
    assert [(one.plan, one.ratio) for one in partly.rates] == [(64 * 1_979 / 1_000, None)]
    assert [one.ratio for one in compared(system(devices=(chips(None, 1),))).rates] == [None]


def test_a_rate_of_a_system_is_shared_out_by_megawatt_where_both_are_known() -> None:
    known, without = system(rates=(rate(100.0),), power_kw=figure(4_000, "kW")), system(rates=(rate(100.0),))
    assert [one.per_mw for one in compared(known).rates] == [25.0]
    assert [one.per_mw for one in compared(without).rates] == [None]
    unknown = compared(system(devices=(chips(None, 1),), power_kw=figure(4_000, "kW")))
    assert [one.per_mw for one in unknown.rates] == [None]


@pytest.mark.parametrize("what", ["rate", "power", "racks"])
def test_a_figure_that_stands_in_no_document_is_named(what: str) -> None:
    def known(name: str) -> Status:
        return Status.ASSUMED if name == what else Status.DATASHEET

    made = system(
        rates=(rate(100.0).replace(pflops=figure(100.0, status=known("rate"))),),
        power_kw=figure(4_000, "kW", status=known("power")),
        racks=figure(8, "racks", status=known("racks")),
    )
    assert [one.unverified for one in compared(made).rates] == [(what,)]


def test_figures_that_a_system_does_not_have_are_not_named() -> None:
    assert [one.unverified for one in compared(system(rates=(rate(100.0),))).rates] == [()]


def test_pods_of_a_later_phase_are_not_beside_a_system() -> None:
    plan = hub(phases=(phase(), phase("second", SECOND)), pods=(pod(), pod("pod-2", phase="second")))
    design = design_of(plan)
    assert [plan_side(design, one).accelerators for one in design.phases] == [384, 768]


def test_words_of_the_source_come_before_what_a_headline_reads_as() -> None:
    (silent,) = compared(system(rates=(rate(100.0),))).rates
    assert silent.note == ""
    said = rate(100.0).replace(pflops=figure(100.0, note="at launch"))
    assert [one.note for one in compared(system(rates=(said,))).rates] == ["at launch"]
    headline = rate(2_000.0, FP8, None).replace(pflops=figure(2_000.0, note="at launch"))
    (both,) = compared(system(rates=(headline,), devices=(chips(H100, 1_000),)), FP8).rates[:1]
    assert both.note.startswith("at launch; 2,000 TFLOP/s for each nvidia-h100-sxm, near ")


@pytest.mark.parametrize(("precision", "sparsity"), [(BF16, None), (Precision.UNSTATED, DENSE)])
def test_a_rate_without_precision_or_sparsity_is_compared_with_nothing(precision: Precision, sparsity: None) -> None:
    (found,) = compared(system(rates=(rate(100.0, precision, sparsity),))).rates
    assert (found.plan, found.why_not) == (None, "basis not stated")


def test_a_sum_of_devices_has_their_convention_and_status() -> None:
    (summed,) = compared(system(devices=(chips(H100, 1_000),)), FP8, plan=hub(pods=(HOPPERS, pod()))).rates
    assert (summed.precision, summed.sparsity, summed.engine) == (FP8, DENSE, Engine.MATRIX)
    assert (summed.status, summed.plan_partial) == (Status.DERIVED, True)
    (whole,) = compared(system(devices=(chips(H100, 1_000),)), plan=hub(pods=(HOPPERS, pod()))).rates
    assert whole.plan_partial is False
    (unknown,) = compared(system(devices=(chips(None, 1),))).rates
    assert (unknown.status, unknown.pflops) == (None, None)


def test_devices_of_unknown_number_are_not_told() -> None:
    assert _told((chips(H100, 2), chips(ASCEND, None))) == "2 x nvidia-h100-sxm"


def rows(*pods: object) -> dict[str, ConventionRow]:
    """The conventions of some pods by name."""
    return {one.name: one for one in conventions(design_of(hub(pods=pods)), phase())}


def test_devices_without_a_figure_are_named_for_each_convention() -> None:
    found = rows(pod(), HOPPERS)
    assert (found["FP16 dense"].without, found["FP16 dense"].counted) == ({}, 384 + 64)
    assert (found["FP8 dense"].without, found["FP8 dense"].counted) == ({ASCEND: 384}, 64)


def test_a_headline_takes_the_largest_floating_point_rate_of_each_device() -> None:
    servers = (NodeGroup(model="generic-8x-alibaba-thead-m890", count=1),)
    run = pod().racks[0].replace(model="generic-compute-rack", count=1, nodes=servers, it_power_kw=20)
    found = rows(HOPPERS, pod("silent", racks=(run,)))["vendor headline"]
    assert found.made_of == ("fp8 2:4: 64 accelerators",)
    assert found.pflops == 64 * 3_957.8 / 1_000
    assert found.without == {"alibaba-thead-m890": 8}


def claimed(*claims: tuple[float, Precision]) -> ConventionRow:
    """The headline of an Atlas 950 SuperPoD of which the maker states these rates."""
    known = load()
    model = known.require(PodModel, str(ATLAS.model))
    first = model.maker_claims[0]
    made = tuple(
        replace(first, precision=precision, pflops=replace(first.pflops, value=value)) for value, precision in claims
    )
    products = {**known.products, model.model: replace(model, maker_claims=made)}
    design = resolve(hub(pods=(ATLAS,)), replace(known, products=products))
    return conventions(design, phase())[-1]


def test_a_rate_that_a_maker_states_of_a_pod_counts_only_above_its_devices() -> None:
    devices = 8_192 * 1_783.0 / 1_000
    assert claimed((devices, Precision.FP4)).made_of == ("fp4 dense: 8,192 accelerators",)
    assert claimed((devices + 1, Precision.FP4)).made_of == ("fp4 dense, stated of the pod: 8,192 accelerators",)


def test_operations_on_integers_are_no_headline() -> None:
    found = claimed((16_000.0, Precision.FP4), (90_000.0, Precision.INT8))
    assert found.pflops == 16_000.0
    assert claimed((90_000.0, Precision.INT8)).pflops == 8_192 * 1_783.0 / 1_000


@pytest.mark.parametrize(
    ("counting", "of_phase", "names"),
    [
        (Counting.CUMULATIVE, None, ["pod-1", "pod-2"]),
        (Counting.INCREMENTAL, "second", ["pod-2"]),
        (Counting.INCREMENTAL, "first", ["pod-1"]),
    ],
)
def test_an_incremental_target_counts_the_pods_of_its_phase(
    counting: Counting, of_phase: str | None, names: list[str]
) -> None:
    plan = hub(phases=(phase(), phase("second", SECOND)), pods=(pod(), pod("pod-2", phase="second")))
    goal = target(1.0, by=SECOND, counting=counting, phase=of_phase)
    assert [one.name for one in counted(design_of(plan), goal)] == names
    early = goal.replace(by=FIRST - timedelta(days=1))
    assert counted(design_of(plan), early) == ()
