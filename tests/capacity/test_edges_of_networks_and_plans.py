"""Edges of rules of networks, petaflops, dates, money and heat: ties, zeros, and what only one part of a plan has."""

from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.delivery import Delivery
from petaplan.capacity.fabrics.attachment import Attached, attached, cabinets_of
from petaplan.capacity.fabrics.bisection import FabricLoss, bisection_gbps
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.facts.export_rules import Condition, ExportQuantity, export_rules
from petaplan.capacity.figures import Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import Ports
from petaplan.capacity.money import Cost, Priced
from petaplan.capacity.network import Fabric
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.bud.budgets import _ends
from petaplan.capacity.rules.bud.prices import unused_prices
from petaplan.capacity.rules.cnt.totals import deviation_claim
from petaplan.capacity.rules.cool.energy import pue
from petaplan.capacity.rules.cool.restart import restarts
from petaplan.capacity.rules.data.dates import assumed_first
from petaplan.capacity.rules.data.unread import _of_delivery, _of_site, _ports_of_the_catalogue
from petaplan.capacity.rules.exp.systems import _densest, _rack_rate, systems
from petaplan.capacity.rules.net.clos import _bisection_claim, _bisection_loss_claim, _size_claim, oversubscription
from petaplan.capacity.rules.net.nodes import node_ports
from petaplan.capacity.rules.net.power import Draw, _power_claim
from petaplan.capacity.rules.pf.delivered import _short_by, delivered_met
from petaplan.capacity.rules.pf.targets import _depends, _other_rates, target_met
from petaplan.capacity.rules.ph.order import in_weeks
from petaplan.capacity.rules.ph.prerequisites import _replacement, retired_last
from petaplan.capacity.rules.rel.spares import spares
from petaplan.capacity.rules.rel.topology import facility_class
from petaplan.capacity.site import FacilityScheme, Redundancy, Tariff
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget, Price, Spares
from petaplan.capacity.targets import Measure
from petaplan.capacity.thermal.heat import liquid_share
from petaplan.capacity.throughput.delivered import best_waterfall
from tests.capacity.test_edges_of_rules import base, design_of, hint_of, last_day_of, values_of
from tests.hubs import SECOND, hub, phase, pod, target
from tests.scenario import FOLDER, scenario

TODAY = date(2026, 1, 1)
LARGE_AND_UNEVEN = 120, 48, 50
"""Leaves, spines and uplinks of a plane of more than 3,000 pairs of joined switches, some with a link more."""


def networked() -> Fabric:
    """The fabric of leaves and spines of a small plan."""
    (fabric,) = base("networked").fabrics
    return fabric


def three_tiers() -> Fabric:
    """The same with a tier between leaves and spines."""
    leaf, spine = networked().tiers
    middle = spine.replace(name="middle", down=spine.down.replace(ports=24), up=leaf.up)
    return networked().replace(tiers=(leaf, middle, spine))


def plane(leaves: int, spines: int, uplinks: int) -> Fabric:
    """One plane of two tiers with as many links down as up."""
    leaf, spine = networked().tiers
    links = leaf.down.replace(ports=uplinks)
    tiers = (leaf.replace(switches=leaves, down=links, up=links), spine.replace(switches=spines))
    return networked().replace(tiers=tiers, minimum_bisection_fraction=None)


def test_each_tier_below_the_top_has_an_oversubscription() -> None:
    plan = base("networked").replace(fabrics=(three_tiers(),))
    claims = [(one.part, one.demand) for one in oversubscription.ask(design_of(plan))]
    assert claims == [("leaf", 1.0), ("middle", 1.5)]


def test_the_size_of_a_network_follows_from_every_tier_below_the_top() -> None:
    claim = _size_claim(design_of(base("networked")), three_tiers())
    assert values_of(claim) == {"leaves": 8, "down of leaf": 16, "down of middle": 24, "links of a top switch": 64}
    assert (claim.demand, claim.capacity) == (8 * 16, 16 * 24 * 64)


@pytest.mark.parametrize(("nodes", "missing"), [(6_000, 1), (6_001, 0)])
def test_a_flow_that_is_not_followed_is_asked_for_only_where_it_would_suffice(nodes: int, missing: int) -> None:
    fabric = plane(*LARGE_AND_UNEVEN)
    assert bisection_gbps(clos_of(fabric)) == 1_200_000.0
    (state,) = states_of(design_of(base("networked")))
    (link, *_) = attached(state)["roce"].links
    entry = Attached(links=[replace(link, nodes=nodes, ports=Ports(count=1, gbps=400), share=1.0)])
    claim = _bisection_claim(fabric, entry)
    assert [name.partition(" of ")[0] for name in claim.missing] == ["the flow"] * missing
    assert claim.demand == (None if missing else pytest.approx(1_200.2))


@pytest.mark.parametrize(("floor", "missing"), [(0.75, 1), (0.76, 0)])
def test_a_loss_of_exactly_what_is_allowed_would_hold(floor: float, missing: int) -> None:
    loss = FabricLoss("leaf", remaining_fraction=0.75, parted=False)
    claim = _bisection_loss_claim(plane(*LARGE_AND_UNEVEN), loss, floor)
    assert (len(claim.missing), claim.demand) == (missing, None if missing else 0.25)


def alone(**changes: object) -> list[Claim]:
    """Claims of a tier of two switches without another above it, for nodes with 8 and with 2 ports."""
    plan = base("networked")
    (leaf, _) = networked().tiers
    fabric = networked().replace(tiers=(leaf.replace(switches=2, up=None),), rail_aligned=False, **changes)
    core = networked().replace(name="core")
    liquid, air = plan.pods
    thin = air.replace(fabrics=("roce",), racks=(air.racks[0].replace(model="alibaba-yitian-rack"),))
    made = plan.replace(fabrics=(fabric, core), pods=(liquid, thin))
    return [one for one in node_ports.ask(last_day_of(made)) if one.subject.name == "roce"]


def test_the_node_with_the_fewest_ports_joins_the_switches_of_a_plane() -> None:
    for planes, ports in ((1, 2.0), (2, 1.0)):
        (claim,) = [one for one in alone(planes=planes) if one.part == "joined"]
        assert (claim.demand, claim.capacity) == (2.0, ports)
        assert values_of(claim)["ports of alibaba-yitian-node"] == ports


def test_switches_that_another_fabric_joins_are_not_joined_by_the_nodes() -> None:
    assert [one.part for one in alone(uplinks=("core",))] == ["", "speed"]


def test_racks_of_switches_without_power_hold_none() -> None:
    state = last_day_of(base("networked"))
    pool = replace(cabinets_of(state, {"roce": 1.0})["roce"], power_kw=0.0)
    claim = _power_claim(networked(), Draw(watts=1_500.0), pool)
    assert (claim.demand, claim.capacity) == (1.5, 0.0)


GOAL = target(1e3, measure=Measure.DELIVERED)


def test_the_inputs_of_a_delivered_target_multiply_to_what_is_delivered() -> None:
    plan = hub(targets=(GOAL,), delivery=Delivery(hot_spare_fraction=0.25))
    (claim,) = delivered_met.ask(design_of(plan))
    product = 1.0
    for name, value in values_of(claim).items():
        product *= 1.0 if name == "pflops" else value
    assert claim.capacity == pytest.approx(product)
    assert values_of(claim)["installed peak"] == pytest.approx(384 * 0.752)


def test_hot_spares_are_peak_that_delivers_nothing() -> None:
    plan = hub(targets=(GOAL,), delivery=Delivery(hot_spare_fraction=0.5))
    made = best_waterfall(design_of(plan), GOAL)
    share = made.delivered.mid / (384 * 0.752)
    assert share < 0.5
    assert f" of peak at {share:.0%} delivered" in _short_by(made, 10.0)


def test_a_fleet_that_delivers_nothing_is_short_of_no_peak() -> None:
    made = best_waterfall(design_of(hub(pods=(), targets=(GOAL,))), GOAL)
    assert _short_by(made, 10.0) == "Short by 10 PFLOP/s"


def test_only_models_that_nobody_measured_here_are_named() -> None:
    told = scenario(FOLDER / "evidence-demanded-of-more-than-one-model.yaml")
    made = best_waterfall(resolve(told.hub, catalogue(), told.evidence), GOAL.replace(by=date(2026, 12, 31)))
    assert len(made.shares) == 2
    assert _short_by(made, 10.0).endswith("; not measured here: baidu-kunlun-p800")


def test_a_target_without_a_precision_is_met_exactly_at_its_best() -> None:
    goal = target(384 * 1_504 / 1_000, precisions=(Precision.UNSTATED,))
    (claim,) = target_met.ask(design_of(hub(targets=(goal,))))
    assert claim.demand == claim.capacity
    assert hint_of(claim, 0.0).startswith("The statement names no precision: met at INT8, missed at BF16, FP16.")


def test_a_precision_of_less_than_one_petaflop_is_missed_and_one_without_a_figure_is_not() -> None:
    told = _depends(design_of(hub()), {"huawei-ascend-910c": 1}, target(1.0, precisions=(Precision.UNSTATED,)))
    assert "met at INT8, missed at BF16, FP16. Ask" in told


@pytest.mark.parametrize(("sparsity", "told"), [(Sparsity.DENSE, "dense "), (Sparsity.TWO_OF_FOUR, "")])
def test_a_sparse_rate_is_of_another_kind_where_dense_ones_are_asked_for(sparsity: Sparsity, told: str) -> None:
    goal = target(1.0, sparsity=sparsity)
    assert _other_rates(design_of(hub()), ("nvidia-h100-sxm",), (Precision.BF16,), goal) == told


def test_an_assumption_is_late_only_for_a_phase_that_has_its_model() -> None:
    plan = hub(
        phases=(phase(), phase("second", SECOND)),
        pods=(pod(retired=SECOND), pod("pod-2", model="baidu-p800-rack", phase="second")),
    )
    made = base("two-sided").assumptions[0].replace(as_of=date(2029, 1, 1))
    for model, late in (("baidu-p800-rack", [0.0, 1.0]), (pod().racks[0].model, [1.0, 0.0]), (None, [1.0, 1.0])):
        one = made.replace(model=model) if model else made.replace(model=None, quantity=None, value=None, unit=None)
        claims = assumed_first.ask(design_of(plan.replace(assumptions=(one,))))
        assert [claim.demand for claim in claims] == late, model


def test_a_tariff_is_read_only_where_a_phase_has_a_limit_of_yearly_cost() -> None:
    tariff = Tariff(from_date=TODAY, per_kwh=0.1, currency="USD", source="a test")
    site = hub().sites[0].replace(tariff=(tariff,), annual_it_load_fraction=0.8)
    unread = ["annual_it_load_fraction of site", "the tariff from 2026-01-01 of site"]
    for opex, told in ((None, unread), (1e6, [])):
        plan = hub(sites=(site,), phases=(phase(budget=Budget(currency="USD", opex_per_year=opex)),))
        assert list(_of_site(design_of(plan), site)) == told
    assert list(_of_site(design_of(hub(sites=(site,))), site)) == unread


def test_what_is_expected_of_delivery_is_unread_without_a_target() -> None:
    for targets, told in (((), ["delivery"]), ((GOAL,), [])):
        assert list(_of_delivery(design_of(hub(targets=targets, delivery=Delivery())))) == told


def test_ports_of_a_run_are_read_where_one_of_its_nodes_publishes_none() -> None:
    known, unknown = (NodeGroup(model=model, count=1) for model in ("nvidia-dgx-h100", "generic-8x-metax-c500"))
    for nodes, told in (((known,), ["scale_out of pod-1/compute"]), ((known, unknown), [])):
        run = (
            pod()
            .racks[0]
            .replace(model="generic-compute-rack", nodes=nodes, scale_out=Ports(count=4, gbps=200), it_power_kw=20)
        )
        assert list(_ports_of_the_catalogue(design_of(hub(pods=(pod(racks=(run,)),))))) == told


def test_rates_of_different_racks_of_a_hall_are_added() -> None:
    state = last_day_of(
        hub(pods=(pod(model="nvidia-dgx-h100-rack", count=2), pod("pod-2", model="nvidia-gb200-nvl72-rack", count=1)))
    )
    design = state.design
    runs = [facts for one in design.placements for _, facts in design.pod(one).rack_groups]
    of_one = [_rack_rate(design, facts, Precision.FP64).least for facts in runs]
    assert of_one == pytest.approx([32 * 67 / 1_000, 72 * 40 / 1_000])
    rates = _densest(state, design.hub.halls[0], 3.0)
    assert rates[ExportQuantity.SYSTEM_FP64_PFLOPS].least == pytest.approx((2 * 32 * 67 + 72 * 40) / 1_000)


def test_a_rule_on_systems_is_held_against_the_racks_of_its_own_envelope() -> None:
    (shipped,) = [one for one in export_rules() if one.id == "744.23-supercomputer"]
    fast = Condition(quantity=ExportQuantity.SYSTEM_FP64_PFLOPS, at_least=2.0)
    other = replace(shipped, id="other", envelope_m3=None, condition=fast)
    plan = hub(pods=(pod(model="nvidia-gb200-nvl72-rack", count=1),))
    design = resolve(plan, replace(catalogue(), export_rules=(shipped, other)))
    claims = list(systems.ask(states_of(design)[-1]))
    assert [(one.demand, "racks that fit" in values_of(one)) for one in claims] == [(0.0, True), (1.0, False)]
    assert "condition holds: other" in values_of(claims[1])


def test_parts_of_nothing_add_nothing_to_a_total_and_unknown_ones_leave_it_unknown() -> None:
    one, declared = pod(), Input("declared", 110.0, "modules", "this plan")
    parts = [Quantity(0.0), Quantity(100.0)]
    claim = deviation_claim(one, "optics", declared, parts)
    assert claim.demand == pytest.approx(0.1)
    assert claim.missing == ()
    assert hint_of(claim, 0.1).startswith("110 modules are declared and the parts give 100 modules")
    claim = deviation_claim(one, "optics", declared, [*parts, Quantity(None, missing=("x",))])
    assert (claim.demand, claim.missing) == (None, ("x",))
    claim = deviation_claim(one, "optics", declared, parts[:1])
    assert (claim.demand, claim.missing) == (None, ("optics of the parts of pod-1",))


def test_heat_of_another_site_is_not_missed_by_a_promised_pue() -> None:
    plan = base("two-sided")
    site = plan.sites[0].replace(annual_it_load_fraction=1.0, annual_cooling_fraction=0.5)
    sites = (site.replace(pue_limit=1.5), site.replace(name="annex", pue_limit=2.5))
    halls = (*plan.halls, plan.halls[0].replace(name="annex-hall", site="annex"))
    pods = (*plan.pods, plan.pods[1].replace(name="annex-pod", hall="annex-hall", air_loop=None))
    bare = plan.replace(sites=sites, halls=halls, pods=pods)
    missing = {one.subject.name: one.missing for one in pue.ask(last_day_of(bare))}
    assert missing == {"site": (), "annex": ("air_loop of annex-pod",)}


def test_pumps_that_no_chiller_follows_wait_for_the_generators_alone() -> None:
    plan = base("two-sided")
    loops = tuple(
        one.replace(chillers=(), cooled_equipment=(), fed_by=("transformer-a",)) for one in plan.cooling_loops
    )
    made = plan.replace(batteries=(), chillers=(), cdus=(), cooling_loops=loops)
    assert [one.demand for one in restarts(last_day_of(made))] == [15.0, 15.0]


def test_a_loop_whose_heat_other_plant_moves_waits_for_nothing() -> None:
    plan = base("two-sided")
    late = plan.chillers[0]
    free = late.replace(name="free", fed_by=(), unit_electrical_kw=0)
    loops = tuple(
        one.replace(chillers=("chillers", "free"), cooled_equipment=(), fed_by=(), unit_electrical_kw=0)
        for one in plan.cooling_loops
    )
    made = plan.replace(pods=(), batteries=(), cdus=(), chillers=(late, free), cooling_loops=loops)
    assert [(one.demand, one.capacity) for one in restarts(last_day_of(made))] == [(0.0, 90.0), (0.0, 60.0)]


@pytest.mark.parametrize(("days", "told"), [(13, "13 days"), (14, "2.0 weeks")])
def test_two_weeks_are_told_in_weeks(days: int, told: str) -> None:
    assert in_weeks(days) == told


def test_what_is_retired_first_is_found_where_everything_is_retired() -> None:
    plan, day = hub(), date(2030, 1, 1)
    tables = ("halls", "pods", "intakes", "transformers", "ups_systems", "busways", "feeds")
    gone = plan.replace(**{name: tuple(one.replace(retired=day) for one in getattr(plan, name)) for name in tables})
    early = gone.replace(halls=(gone.halls[0].replace(retired=date(2029, 12, 31)),))
    assert {one.demand for one in retired_last.ask(design_of(gone))} == {0.0}
    late = {(one.subject.name, one.part): one.demand for one in retired_last.ask(design_of(early)) if one.demand}
    assert late == {(name, "on hall"): 1.0 for name in ("busway-a", "busway-b", "pod-1")}


def test_the_latest_of_several_replaces_what_is_retired() -> None:
    plan = hub(phases=(phase(), phase("second", SECOND)))
    old = plan.ups_systems[0].replace(retired=date(2029, 1, 1))
    new = old.replace(name="new", phase="second", retired=None)
    middle = old.replace(name="middle", in_service=date(2028, 1, 1), retired=None)
    design = design_of(plan.replace(ups_systems=(old, middle, new, plan.ups_systems[1])))
    group = tuple(design.by_name[name] for name in ("ups-a", "middle", "new"))
    assert _replacement(design, design.by_name["busway-a"], group, group[0]) is design.by_name["new"]


def test_spares_of_a_model_that_is_not_there_are_not_needed() -> None:
    kept = Spares(model="nvidia-dgx-h100", count=0, availability=0.5, source="a test")
    (claim,) = spares.ask(design_of(hub(phases=(phase(spares=(kept,)),))))
    assert (values_of(claim)["nodes in service"], claim.demand, claim.capacity) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("redundancy", "maintainable", "reached"),
    [
        (Redundancy.N, True, 1.0),
        (Redundancy.TWO_N, False, 2.0),
        (Redundancy.BLOCK, True, 3.0),
        (Redundancy.TWO_N, True, 4.0),
    ],
)
def test_the_class_that_a_topology_reaches_depends_on_spares_and_on_work(
    redundancy: Redundancy, maintainable: bool, reached: float
) -> None:
    hall = (
        hub()
        .halls[0]
        .replace(
            redundancy=redundancy,
            concurrently_maintainable=maintainable,
            facility_class=4,
            facility_scheme=FacilityScheme.EN_50600,
        )
    )
    (claim,) = facility_class.ask(design_of(hub(halls=(hall,))))
    assert (claim.demand, claim.capacity) == (4.0, reached)


def test_other_costs_are_part_of_both_ends_of_a_budget() -> None:
    part = Priced(model="x", count=2, each=10.0, vintage=TODAY, source="a test", each_low=8.0, each_high=15.0)
    ends = _ends(Cost(parts=(part,), missing=()), Budget(currency="USD", other_capex=100.0))
    assert [(one.name, one.value) for one in ends] == [
        ("capital cost at the lower ends", 116.0),
        ("capital cost at the upper ends", 130.0),
    ]


@pytest.mark.parametrize(("opex", "fraction", "unused"), [(None, 0.1, 1.0), (1e6, 0.0, 1.0), (1e6, 0.1, 0.0)])
def test_a_price_is_used_by_maintenance_only_with_a_share_and_a_limit(
    opex: float | None, fraction: float, unused: float
) -> None:
    price = Price(model="huawei-cloudmatrix384-node", unit_price=1e5, currency="USD", vintage=TODAY, source="a test")
    budget = Budget(currency="USD", opex_per_year=opex, maintenance_fraction=fraction, prices=(price,))
    (claim,) = unused_prices.ask(design_of(hub(phases=(phase(budget=budget),))))
    assert claim.demand == unused


def test_nodes_of_unknown_power_and_unlike_shares_leave_the_share_of_a_rack_unknown() -> None:
    design = design_of(base("two-sided"))
    ((_, facts),) = design.pod(design.placements[0]).rack_groups
    (_, node) = facts.nodes[0]

    def figure(value: float, unit: str) -> Figure:
        return Figure(value=value, unit=unit, source="a test", as_of=TODAY, status=Status.ASSUMED)

    wet = replace(node, model="wet", liquid_fraction=figure(0.9, "fraction"), power_kw=figure(6.0, "kW"))
    dry = replace(node, model="dry", liquid_fraction=figure(0.1, "fraction"), power_kw=figure(2.0, "kW"))
    silent = replace(dry, model="silent", power_kw=None)
    rack = replace(facts, model=replace(facts.model, liquid_fraction=None), switches=())
    assert liquid_share(replace(rack, nodes=((1, wet), (1, dry)))).value == pytest.approx((6 * 0.9 + 2 * 0.1) / 8)
    unknown = liquid_share(replace(rack, nodes=((1, wet), (1, silent))))
    assert (unknown.value, unknown.missing) == (None, ("silent.power_kw",))
