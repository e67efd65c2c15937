"""Edges of rules of phases, exports, petaflops, dates, counts and budgets: ties, limits and what is half known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import DeclaredTotals, NodeGroup
from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.facts.export_rules import Condition, ExportQuantity, ExportRule, export_rules
from petaplan.capacity.figures import Engine, Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Input, made_of
from petaplan.capacity.hardware import Accelerator, Peak
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.bud.budgets import capex
from petaplan.capacity.rules.cnt.catalogue import catalogue_optics
from petaplan.capacity.rules.cnt.totals import close_totals
from petaplan.capacity.rules.data.dates import assumed_first
from petaplan.capacity.rules.exp.devices import foreign_devices
from petaplan.capacity.rules.exp.systems import systems
from petaplan.capacity.rules.pf.delivered import delivered_met
from petaplan.capacity.rules.pf.targets import _part, target_met
from petaplan.capacity.rules.ph.prerequisites import retired_last
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget, Price
from petaplan.capacity.targets import Measure
from tests.capacity.test_edges_of_rules import base, design_of, hint_of, values_of
from tests.hubs import FIRST, SECOND, hub, phase, pod, target

TODAY = date(2026, 1, 1)
ASCEND = "huawei-ascend-910c"
PEAK = 384 * 752 / 1_000
"""PFLOP/s of BF16 of the pod of a small hub."""
UNSTATED_PORTS = (NodeGroup(model="huawei-atlas-950-node", count=1),)
"""A node of which nobody states the ports."""


def figure(value: float, unit: str) -> Figure:
    """A figure of a test."""
    return Figure(value=value, unit=unit, source="a test", as_of=TODAY, status=Status.ASSUMED)


@pytest.mark.parametrize(("over", "missing"), [(0.0, True), (-1.0, True), (0.5, False)])
def test_a_budget_that_known_prices_use_up_exactly_waits_for_the_others(over: float, missing: bool) -> None:
    price = Price(model="nvidia-dgx-h100", unit_price=1e5, currency="USD", vintage=TODAY, source="a test")
    plan = hub(
        phases=(phase(budget=Budget(currency="USD", capex=8e5 - over, prices=(price,))),),
        pods=(pod(), pod("dgx", "nvidia-dgx-h100-rack", count=2)),
    )
    (claim,) = capex.ask(design_of(plan))
    assert bool(claim.missing) is missing
    assert claim.demand == (None if missing else 0.8)


def modules(plan: Hub) -> Claim:
    """The claim about modules of the pod that has a maker's figure of them."""
    (claim,) = catalogue_optics.ask(design_of(plan))
    return claim


def test_modules_are_compared_only_where_all_links_of_a_pod_are_known() -> None:
    (fabric,) = base("networked").fabrics
    named = pod(model="huawei-cloudmatrix384-compute-rack").replace(
        model="huawei-cloudmatrix384", fabrics=(fabric.name,)
    )
    plan = hub(fabrics=(fabric,), pods=(named,))
    known = modules(plan)
    assert known.missing == ()
    assert known.demand is not None
    (run,) = named.racks
    silent = run.replace(name="other", model="generic-compute-rack", nodes=UNSTATED_PORTS, it_power_kw=20)
    half = modules(plan.replace(pods=(named.replace(racks=(run, silent)),)))
    assert (half.demand, half.missing) == (None, ("huawei-atlas-950-node.scale_out",))
    late = modules(
        plan.replace(
            fabrics=(fabric.replace(phase="second"),),
            phases=(phase(), phase("second", SECOND)),
            pods=(named.replace(retired=SECOND),),
        )
    )
    assert (late.demand, late.missing) == (None, ("links of pod-1",))


def test_ports_that_nobody_states_are_shown_as_none() -> None:
    declared = DeclaredTotals(network_ports=8)
    run = pod().racks[0].replace(model="generic-compute-rack", nodes=UNSTATED_PORTS)
    plan = hub(pods=(pod(racks=(run.replace(it_power_kw=20),), declared=declared),))
    (claim,) = close_totals.ask(design_of(plan))
    assert values_of(claim) == {"declared": 8, "network_ports of pod-1": 0.0}
    assert (claim.demand, claim.missing) == (None, ("huawei-atlas-950-node.scale_out",))


def test_an_assumption_of_the_day_of_service_is_not_late() -> None:
    made = base("two-sided").assumptions[0].replace(model=None, quantity=None, value=None, unit=None)
    for days, late in ((0, 0.0), (1, 1.0)):
        one = made.replace(as_of=FIRST + timedelta(days=days))
        (claim,) = assumed_first.ask(design_of(hub(assumptions=(one,))))
        assert claim.demand == late


def test_late_assumptions_of_a_model_and_of_the_whole_plan_both_count() -> None:
    made = base("two-sided").assumptions[0].replace(as_of=FIRST + timedelta(days=1), model=pod().racks[0].model)
    whole = made.replace(name="whole", model=None, quantity=None, value=None, unit=None)
    (claim,) = assumed_first.ask(design_of(hub(assumptions=(made, whole))))
    assert claim.demand == 2.0


def ruled(plan: Hub, *rules: ExportRule, **chip: object) -> Design:
    """A plan under these rules alone, with a changed Ascend 910C."""
    known = catalogue()
    own = replace(known.require(Accelerator, ASCEND), **chip)  # type: ignore[arg-type]
    changed = replace(known, products={**known.products, ASCEND: own}, export_rules=rules)
    return resolve(plan, changed)


def shipped(name: str) -> ExportRule:
    """A rule of the shipped data."""
    return next(one for one in export_rules() if one.id == name)


def test_a_device_is_told_again_only_where_other_rules_hold_of_it() -> None:
    dense = Condition(quantity=ExportQuantity.TPP, at_least=1.0)
    first = replace(shipped("3A090.a"), id="first", condition=dense, effective=TODAY)
    never = replace(first, id="never", condition=replace(dense, at_least=1e9), effective=date(2027, 12, 1))
    also = replace(never, id="also", condition=dense)
    plan = hub(
        phases=(phase(), phase("second", SECOND)),
        pods=(pod(model="nvidia-dgx-h100-rack"), pod("pod-2", "nvidia-dgx-h100-rack", phase="second")),
    )
    assert [one.subject.name for one in foreign_devices.ask(ruled(plan, first, never))] == ["first"]
    assert [one.subject.name for one in foreign_devices.ask(ruled(plan, first, also))] == ["first", "second"]


def peak(tflops: float | None, precision: Precision, sparsity: Sparsity = Sparsity.DENSE) -> Peak:
    """A rate of a chip."""
    made = None if tflops is None else figure(tflops, "TFLOP/s")
    return Peak(precision=precision, sparsity=sparsity, engine=Engine.MATRIX, tflops=made)


FP64, FP32, FP16, BF16, FP8 = Precision.FP64, Precision.FP32, Precision.FP16, Precision.BF16, Precision.FP8


def of_system(chip: tuple[Peak, ...], *limits: float) -> Claim:
    """What rules on the FP32 rate of a hall of 384 changed chips say, one rule for each limit."""
    whole = shipped("744.23-supercomputer")
    rules = [
        replace(
            whole,
            id=f"over-{limit:g}",
            envelope_m3=None,
            condition=Condition(quantity=ExportQuantity.SYSTEM_FP32_PFLOPS, at_least=limit),
        )
        for limit in limits
    ]
    (claim,) = systems.ask(states_of(ruled(hub(), *rules, peaks=chip))[-1])
    return claim


def test_a_sparse_rate_is_no_rate_of_a_system() -> None:
    for sparsity, demand in ((Sparsity.TWO_OF_FOUR, 0.0), (Sparsity.DENSE, 1.0)):
        assert of_system((peak(1_000, FP32, sparsity), peak(500, FP16)), 300).demand == demand


def test_a_rate_that_nobody_publishes_is_at_most_the_fastest_of_16_bits() -> None:
    chip = peak(None, FP32), peak(1_000, FP8), peak(300, BF16), peak(500, FP16), peak(None, BF16, Sparsity.TWO_OF_FOUR)
    whole = 384 * 500 / 1_000
    assert of_system(chip, whole + 1).demand == 0.0
    claim = of_system(chip, whole)
    assert (claim.demand, claim.missing) == (None, (f"{ASCEND}.peaks[fp32]",))


def test_one_rule_that_is_not_settled_leaves_the_number_of_rules_unknown() -> None:
    chip = peak(None, FP32), peak(500, FP16)
    assert of_system(chip, 100, 1_000).demand is None
    assert of_system(chip, 1_000, 2_000).demand == 0.0


def met(asked: float, *precisions: Precision) -> Claim:
    """The claim that a small hub reaches so many PFLOP/s."""
    (claim,) = target_met.ask(design_of(hub(targets=(target(asked, precisions=precisions),))))
    return claim


def test_a_gap_of_less_than_one_petaflop_is_a_gap() -> None:
    claim = met(1_504 * 384 / 1_000 + 0.5, Precision.UNSTATED)
    assert hint_of(claim, 0.5).startswith("Short by 0.5 POP/s (INT8, the best, because none is stated) on 2027-06-30")


def test_a_target_without_a_precision_is_met_at_each_rate_that_reaches_it() -> None:
    hint = hint_of(met(0.9 * PEAK, Precision.UNSTATED), 0.0)
    assert "missed" not in hint
    assert "BF16" in hint


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.25, "25% of the target depend"),
        (1.0, "100% of the target depend"),
        (1.5, "all of the target and more depend"),
        (2.0, "all of the target and more depend"),
    ],
)
def test_announced_products_give_at_most_all_of_a_target(share: float, told: str) -> None:
    assert _part(share) == told


def test_of_equal_pods_the_first_by_name_fills_a_gap() -> None:
    pods = tuple(pod(name) for name in ("zulu", "alpha"))
    goal = target(2 * PEAK + 30.0)
    (claim,) = target_met.ask(design_of(hub(pods=pods, targets=(goal,))))
    assert " of one alpha pod " in hint_of(claim, 30.0)


def test_the_installed_peak_is_told_with_its_own_source() -> None:
    goal = target(1e3, measure=Measure.DELIVERED)
    (claim,) = delivered_met.ask(design_of(hub(targets=(goal,))))
    first = next(iter(made_of(claim.inputs)))
    assert first == Input(
        "installed peak", PEAK, "PFLOP/s", "packages x dense peak of the catalogue, in service on the day"
    )


def test_a_delivered_gap_of_less_than_one_petaflop_is_a_gap() -> None:
    goal = target(1e3, measure=Measure.DELIVERED)
    (claim,) = delivered_met.ask(design_of(hub(targets=(goal,))))
    assert hint_of(claim, 0.5).startswith("Short by 0.5 PFLOP/s: ")


GONE = date(2029, 1, 1)


def left(retired: date | None, **others: date) -> Claim:
    """What a pod says of a feed that is retired, beside later feeds of the same side."""
    plan = hub(phases=(phase(), phase("second", SECOND)))
    old, far = plan.feeds
    later = tuple(old.replace(name=name, in_service=day) for name, day in others.items())
    run = pod().racks[0].replace(feeds=(old.name, *others))
    feeds = (old.replace(retired=GONE), far, *later)
    made = plan.replace(feeds=feeds, pods=(pod(racks=(run,), retired=retired, feeds=("feed-b",)),))
    claims = {(one.subject.name, one.part): one for one in retired_last.ask(design_of(made))}
    return claims["pod-1", "on feed-a"]


def test_a_source_that_comes_on_the_last_day_of_a_pod_is_too_late() -> None:
    end = GONE + timedelta(days=100)
    assert hint_of(left(end, late=end), 100.0).endswith(": name a replacement beside it, or retire it later")
    soon = left(end, late=end - timedelta(days=1))
    assert soon.demand == 99.0
    assert "late comes on" in hint_of(soon, 99.0)


def test_the_first_source_that_comes_ends_the_time_without_one() -> None:
    claim = left(None, next=GONE + timedelta(days=10), last=GONE + timedelta(days=20))
    assert claim.demand == 10.0
    assert "next comes on" in hint_of(claim, 10.0)


def test_of_two_equal_gaps_the_first_is_told() -> None:
    plan = hub()
    old, far = plan.feeds
    new = old.replace(name="new", in_service=GONE)
    run = pod().racks[0].replace(feeds=(old.name, new.name))
    made = plan.replace(feeds=(old.replace(retired=GONE), far, new), pods=(pod(racks=(run,), retired=GONE),))
    claims = {(one.subject.name, one.part): one for one in retired_last.ask(design_of(made))}
    assert (claims["pod-1", "on feed-a"].demand, claims["pod-1", "on feed-a"].note) == (0.0, "")
