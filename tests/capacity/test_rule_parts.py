"""Small parts of rules at their edges: what scenarios of whole plans do not tell apart."""

from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.delivery import Delivery
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.lines import LineCurrents
from petaplan.capacity.electric.reserve import storage_load_kw
from petaplan.capacity.electric.steps import load_steps
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.figures import Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Finding, made_of
from petaplan.capacity.hardware import Optic
from petaplan.capacity.network import Fabric
from petaplan.capacity.power import Duty, PowerObject, SupplyStep
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.net.clos import _fitting
from petaplan.capacity.rules.net.ports import _ends_claim
from petaplan.capacity.rules.pf.delivered import _short_by
from petaplan.capacity.rules.pf.targets import _in_units
from petaplan.capacity.rules.ph.prerequisites import _first
from petaplan.capacity.rules.pwr.busways import _balance_claim
from petaplan.capacity.rules.pwr.circuits import _continuous_claim
from petaplan.capacity.rules.pwr.topology import _dark_racks
from petaplan.capacity.rules.pwr.utility import _more_supply, _next_step
from petaplan.capacity.throughput.factors import waterfall
from tests.chains import busway, chain, feed, intake, load, storage, transformer, ups
from tests.hubs import FIRST, hub, pod, target

BF16 = Precision.BF16


def test_a_load_of_racks_is_one_unit_and_has_no_step() -> None:
    one = load("racks", "feed-a")
    assert (one.units, one.step_kw) == (1, 0.0)


def test_batteries_of_one_duty_share_a_load_by_their_power() -> None:
    nodes: list[PowerObject] = [
        intake("intake-a"),
        transformer("transformer-a", "intake-a"),
        storage("large", "transformer-a", unit_rated_kw=300, duties=(Duty.RIDE_THROUGH,)),
        storage("small", "transformer-a", unit_rated_kw=100, duties=(Duty.RIDE_THROUGH, Duty.PEAK_SHAVING)),
        storage("other", "transformer-a", unit_rated_kw=400, duties=(Duty.BACKUP,)),
        feed("feed-a", "transformer-a"),
    ]
    graph = chain(nodes, [load("racks", "feed-a", power_kw=80)])
    assert [storage_load_kw(graph, graph.index[name]) for name in ("large", "small", "other")] == [60, 20, 80]


def test_a_load_returns_to_a_ups_only_where_two_of_its_ways_pass_it() -> None:
    nodes: list[PowerObject] = [
        intake("intake-a"),
        *(ups(name, "intake-a") for name in ("ups-a", "ups-b", "ups-c")),
        feed("feed-a", "ups-a"),
        feed("feed-b", "ups-b"),
        feed("feed-c", "ups-c"),
        feed("feed-d", "ups-c"),
    ]
    racks = [load("apart", "feed-a", "feed-b"), load("twice", "feed-c", "feed-d")]
    graph = load_steps(chain(nodes, [replace(each, step_kw=1) for each in racks]))
    assert {graph.names[place] for place in graph.returning} == {"ups-c"}


@pytest.mark.parametrize(("uplinks", "reached", "told"), [(12, 5, "4 or 6"), (12, 8, "6 or 12"), (7, 3, "1 or 7")])
def test_the_numbers_of_switches_that_fit_are_the_nearest_on_both_sides(uplinks: int, reached: int, told: str) -> None:
    assert _fitting(uplinks, reached) == told


def optic(model: str, lane_gbps: float | None) -> Optic:
    known = catalogue().find(Optic, "lpo-dr4-400g")
    assert known is not None
    rate = (
        Figure(value=lane_gbps, unit="Gb/s", source="a test", as_of=date(2026, 1, 1), status=Status.ASSUMED)
        if lane_gbps
        else None
    )
    return replace(known, model=model, lane_gbps=rate)


def test_ends_of_one_model_match_whatever_is_known_of_it_and_ends_of_two_need_their_lanes() -> None:
    fabric = Fabric.__new__(Fabric)
    silent, other = optic("silent", None), optic("other", 100)
    assert _ends_claim(fabric, "part", 400, (silent, silent)).missing == ()
    assert _ends_claim(fabric, "part", 400, (silent, other)).missing == ("silent.lane_gbps",)
    assert _ends_claim(fabric, "part", 400, (optic("slow", 50), other)).missing == ()


def test_a_shortfall_of_delivered_rate_is_told_in_installed_peak() -> None:
    plan = hub(pods=(pod(count=12),), delivery=Delivery(hot_spare_fraction=0.1))
    design = resolve(plan, catalogue())
    made = waterfall(design, design.placements, label="x", day=FIRST, precision=BF16)
    share = made.delivered.mid / made.steps[0].mid
    assert made.steps[1].mid == pytest.approx(0.9 * made.steps[0].mid)
    told = _short_by(made, 100 * share)
    assert f": 100 PFLOP/s of peak at {share:.0%} delivered" in told.replace("100.0 P", "100 P")


def test_a_shortfall_without_any_peak_has_no_share_of_it() -> None:
    design = resolve(hub(pods=(pod(count=12),)), catalogue())
    made = waterfall(design, design.placements, label="x", day=FIRST, precision=Precision.FP8)
    assert made.steps[0].mid == 0.0
    assert "of peak" not in _short_by(made, 100)


def test_the_pod_that_closes_a_gap_exactly_is_named() -> None:
    plan = hub(pods=(pod("one", count=12), pod("two", count=24)), targets=(target(1_000),))
    design = resolve(plan, catalogue())
    short = design.peak(design.placements[0], BF16, Sparsity.DENSE)[0] / 1_000
    assert _in_units(design, plan.targets[0], BF16, short).startswith(": 1.00 of one one pod")
    assert _in_units(design, plan.targets[0], BF16, short * 1.5).startswith(": 0.75 of one two pod")
    assert _in_units(design, plan.targets[0], BF16, short * 3).startswith(": 1.50 of one two pod")
    small = [_in_units(design, plan.targets[0], BF16, short * part).partition(" of one")[0] for part in (0.01, 0.0099)]
    assert small == [": 0.01", ": less than 0.01"]


def test_the_member_of_a_group_that_is_ready_first_and_lasts_is_taken() -> None:
    start, later = date(2027, 1, 1), date(2027, 3, 1)
    slow, fast = (intake(name, in_service=day) for name, day in (("a-slow", later), ("b-fast", start)))
    design = resolve(
        hub(intakes=(slow, fast), transformers=(), ups_systems=(), busways=(), feeds=(), pods=()), catalogue()
    )
    assert _first(design, (slow, fast), start) is fast
    assert _first(design, (slow,), start) is slow
    leaving = fast.replace(retired=start)
    assert _first(design, (slow, leaving), start) is slow
    assert _first(design, (slow.replace(retired=start), leaving), start) is leaving


def test_a_feed_without_a_source_in_service_carries_nothing() -> None:
    graph = chain([intake("intake-a"), feed("feed-a", "gone")], [load("racks", "feed-a", power_kw=80)])
    assert _continuous_claim(normal_flow(graph), graph.index["feed-a"], feed("feed-a", "gone")).demand == 0.0


def test_the_lines_of_a_busway_are_counted_from_one() -> None:
    currents = LineCurrents(amps=[10 + 0j, 4 + 0j, 1 + 0j])
    claim = _balance_claim(busway("busway-a", "gone"), currents, 0.2, ())
    assert [(term.name, term.value) for term in made_of(claim.inputs)] == [("I_1", 10), ("I_2", 4), ("I_3", 1)]


@pytest.mark.parametrize(("count", "told"), [(3, "l0, l1, l2"), (4, "l0, l1, l2 …")])
def test_three_dark_loads_are_named_and_more_are_only_hinted_at(count: int, told: str) -> None:
    assert _dark_racks(8, [load(f"l{index}") for index in range(count)]).endswith(f"for {told}")


@pytest.mark.parametrize(
    ("rated_kva", "told"),
    [
        (4_800, "grid needs circuits of a higher rating"),
        (4_950, "contract for more (6,000 kVA begin on 2028-01-01) and grid needs circuits of a higher rating"),
        (5_000, "contract for more (6,000 kVA begin on 2028-01-01) and grid needs circuits of a higher rating"),
        (5_100, "contract for more (6,000 kVA begin on 2028-01-01)"),
    ],
)
def test_a_utility_that_is_short_names_each_limit_that_is_too_low(rated_kva: float, told: str) -> None:
    steps = tuple(
        SupplyStep(from_date=date(year, 1, 1), contracted_kva=kva) for year, kva in ((2026, 5_000), (2028, 6_000))
    )
    grid = intake("grid", unit_rated_kva=rated_kva, supply=steps)
    assert _more_supply(grid, 100, date(2027, 1, 1)) == f"Short by 100 kVA on 2027-01-01: {told}"
    assert _next_step(grid, date(2028, 1, 1)) == ""


@pytest.mark.parametrize(("share", "verdict"), [(0.0, "review"), (5e-10, "review"), (1e-8, "shortfall")])
def test_a_demand_that_is_more_by_rounding_alone_is_told_as_no_shortfall(share: float, verdict: str) -> None:
    def asked(pflops: float) -> Finding:
        pods = (pod(count=1), pod("pod-2", "baidu-p800-rack", 4))
        plan = hub(pods=pods, targets=(target(pflops, precisions=(Precision.UNSTATED,)),))
        return next(one for one in check(plan).findings if one.rule == "PF-001")

    peak = asked(1.0).capacity
    assert peak is not None
    found = asked(peak * (1 + share))
    assert found.verdict == verdict
    assert found.hint.startswith("Short by") is (verdict == "shortfall"), found.hint
    assert ("met at BF16" in found.hint) is (verdict == "review"), found.hint
