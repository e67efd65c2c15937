"""Edges of rules of ports, halls, batteries and cooling: unlike nodes, exact limits and figures that are missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.reserve import ride_through_seconds
from petaplan.capacity.fabrics.attachment import Attachment, attached, cabinets_of
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.figures import Figure, Status
from petaplan.capacity.hardware import Node, Optic, Ports, RackModel
from petaplan.capacity.hub import Hub
from petaplan.capacity.network import Fabric, FabricKind
from petaplan.capacity.power import Duty, PowerObject, Rectifier
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.cool.liquid import _max_coolant, coolant, flows
from petaplan.capacity.rules.cool.restart import restarts
from petaplan.capacity.rules.net.nodes import _joined_claim, _ports_claim, rails
from petaplan.capacity.rules.net.ports import _differences, port_budget
from petaplan.capacity.rules.net.power import Draw, _power_claim
from petaplan.capacity.rules.net.scale_up import whole_domains
from petaplan.capacity.rules.pwr.batteries import _less_shaving, _seconds_above, batteries
from petaplan.capacity.rules.pwr.current import currents
from petaplan.capacity.rules.pwr.load_steps import cross_check
from petaplan.capacity.rules.pwr.utility import halls
from petaplan.capacity.rules.spc.rows import access, depth
from petaplan.capacity.rules.spc.switches import switch_places
from petaplan.capacity.state import State, states_of
from petaplan.capacity.thermal.heat import shared_by
from tests.capacity.test_edges_of_rules import base, design_of, hint_of, last_day_of, values_of
from tests.chains import busway, chain, dc_busway, feed, intake, load, rectifier, ups
from tests.hubs import SECOND, hub, phase, pod

TODAY = date(2026, 1, 1)
GENERIC, OTHER, UNKNOWN_HEIGHT = "generic-switch-64x400g", "generic-switch-128x400g", "huawei-ub-l2-switch"


def figure(value: float, unit: str) -> Figure:
    """A figure of a test."""
    return Figure(value=value, unit=unit, source="a test", as_of=TODAY, status=Status.ASSUMED)


def networked() -> Fabric:
    """The fabric of leaves and spines of a small plan."""
    (fabric,) = base("networked").fabrics
    return fabric


def attachment(ports: int, share: float, model: str) -> Attachment:
    """Nodes with so many ports, of which a share goes to a fabric."""
    (link, *_) = attached(last_day_of(base("networked")))["roce"].links
    return replace(link, node=replace(link.node, model=model), ports=Ports(count=ports, gbps=400), share=share)


def test_the_node_with_the_fewest_ports_is_found_after_they_are_shared_out() -> None:
    claim = _joined_claim(networked(), [attachment(8, 0.5, "shared"), attachment(6, 1.0, "whole")])
    assert (claim.demand, claim.capacity) == (8.0, 4.0)
    assert values_of(claim)["ports of shared"] == 4.0


def test_a_leaf_of_each_plane_and_domain_is_added_together() -> None:
    state = last_day_of(base("networked"))
    claim = _ports_claim(networked().replace(planes=2, domains=2), attached(state)["roce"])
    assert claim.capacity == 8 * 16 * 2 * 2
    assert hint_of(claim, 64.0) == "Short by 64 leaf ports: add 1 leaf"
    assert hint_of(claim, 65.0) == "Short by 65 leaf ports: add 2 leaves"


def test_nodes_without_a_whole_port_on_each_plane_leave_leaves_over() -> None:
    plan = base("networked")
    liquid, air = plan.pods
    thin = air.replace(fabrics=("roce",), racks=(air.racks[0].replace(model="alibaba-yitian-rack"),))
    made = plan.replace(fabrics=(networked().replace(planes=4),), pods=(liquid, thin))
    claims = {one.part: one for one in rails.ask(last_day_of(made))}
    assert claims["groups"].demand == 1.0
    whole = {one.part: one for one in rails.ask(last_day_of(plan))}
    assert whole["groups"].demand == 0.0


def test_a_tier_whose_links_fit_no_port_takes_no_ports() -> None:
    leaf, spine = networked().tiers
    fast = leaf.replace(up=leaf.down.replace(gbps=1_600))
    plan = base("networked").replace(fabrics=(networked().replace(tiers=(fast, spine)),))
    assert [one.part for one in port_budget.ask(design_of(plan))] == ["spine"]


@pytest.mark.parametrize(
    ("near", "far", "told"),
    [
        ("lpo-dr4-400g", "dr8-800g", []),
        ("dr8-800g", "lpo-dr4-400g", []),
        ("2xfr4-800g", "fr4-400g", []),
        ("dr8-800g", "fr4-400g", ["4 against 1 fibre pairs per link"]),
        ("fr4-400g", "dr8-800g", ["1 against 4 fibre pairs per link"]),
    ],
)
def test_fibre_pairs_are_compared_link_by_link(near: str, far: str, told: list[str]) -> None:
    known = catalogue()
    assert list(_differences(known.require(Optic, near), known.require(Optic, far), 400.0)) == told


def test_power_of_switches_is_missing_where_racks_are_sold_with_some_of_them_only() -> None:
    leaf, spine = networked().tiers
    fabric = networked().replace(tiers=(leaf, spine.replace(switch=OTHER)))
    pool = cabinets_of(last_day_of(base("networked")), {"roce": 1.0})["roce"]
    draw = Draw(watts=1.0, missing={f"{GENERIC}.power_w": None})
    assert _power_claim(fabric, draw, replace(pool, switches={GENERIC: 8.0})).missing == (f"{GENERIC}.power_w",)
    assert _power_claim(fabric, draw, replace(pool, switches={GENERIC: 8.0, OTHER: 4.0})).missing == ()


def test_a_scale_up_network_without_pods_asks_for_no_domain() -> None:
    plan = base("networked")
    fabric = networked().replace(name="idle", kind=FabricKind.SCALE_UP, rail_aligned=False)
    claims = list(whole_domains.ask(design_of(plan.replace(fabrics=(*plan.fabrics, fabric)))))
    assert [(one.subject.name, one.demand, one.capacity) for one in claims] == [("idle", 0.0, 1.0)]


def places(plan: Hub) -> Mapping[str, Claim]:
    """What is said about room for the switches of each fabric."""
    return {one.subject.name: one for one in switch_places.ask(last_day_of(plan))}


def test_racks_sold_with_the_switches_of_one_tier_are_measured_by_height() -> None:
    plan = base("networked")
    leaf, spine = networked().tiers
    fabric = networked().replace(tiers=(leaf, spine.replace(switch=UNKNOWN_HEIGHT)))
    racks = (plan.racks[0].replace(model="huawei-cloudmatrix384-switch-rack"),)
    claim = places(plan.replace(fabrics=(fabric,), racks=racks))["roce"]
    assert (claim.unit, claim.demand) == ("U", None)
    assert claim.missing == (f"{UNKNOWN_HEIGHT}.height_u",)


def test_a_fabric_of_unknown_height_takes_no_room_from_another() -> None:
    plan = base("networked")
    leaf, spine = networked().tiers
    other = networked().replace(name="other", tiers=(leaf, spine.replace(switch=UNKNOWN_HEIGHT)))
    racks = (plan.racks[0].replace(fabrics=("roce", "other")),)
    claims = places(plan.replace(fabrics=(networked(), other), racks=racks))
    assert (claims["roce"].demand, claims["roce"].capacity) == (12 * 2.0, 2 * 48.0)
    assert claims["other"].demand is None


@pytest.mark.parametrize("rise_k", [0.5, 1.0])
def test_a_loop_that_warms_up_by_one_kelvin_still_carries_heat(rise_k: float) -> None:
    plan = base("two-sided")
    liquid, air = plan.cooling_loops
    flat = liquid.replace(return_temperature_c=liquid.supply_temperature_c + rise_k)
    (claim,) = flows.ask(last_day_of(plan.replace(cooling_loops=(flat, air))))
    assert (claim.unit, claim.capacity) == ("L/min", 250.0)


def test_a_loop_whose_units_come_later_moves_no_heat_until_then() -> None:
    plan = base("two-sided")
    made = plan.replace(
        phases=(*plan.phases, phase("second", SECOND)), cdus=tuple(one.replace(phase="second") for one in plan.cdus)
    )
    claims = {one.part: one for one in coolant.ask(states_of(design_of(made))[0]) if one.subject.name == "liquid"}
    assert claims["cdus"].capacity == 0.0
    assert hint_of(claims["cdus"], 1.0).startswith("Not in service on that day: cdus;")


def warmest(**limits: float | None) -> tuple[float | None, tuple[str, ...]]:
    """The warmest coolant of a rack of nodes with these limits, and what is missing."""
    design = design_of(base("two-sided"))
    ((_, facts),) = design.pod(design.placements[0]).rack_groups
    (_, node) = facts.nodes[0]
    nodes = tuple((1, _limited(node, name, limit)) for name, limit in limits.items())
    made = _max_coolant(replace(facts, model=replace(facts.model, max_coolant_c=None), nodes=nodes))
    return made.value, made.missing


def _limited(node: Node, name: str, limit: float | None) -> Node:
    return replace(node, model=name, max_coolant_c=None if limit is None else figure(limit, "C"))


def test_a_rack_takes_the_coolant_of_its_most_sensitive_node() -> None:
    assert warmest(one=40.0, other=32.0) == (32.0, ())
    assert warmest(one=0.5, other=0.0) == (0.0, ())


def test_one_node_of_unknown_coolant_leaves_that_of_the_rack_unknown() -> None:
    value, missing = warmest(one=40.0, other=None)
    assert value is None
    assert [name.partition(".")[2] for name in missing] == ["max_coolant_c"]
    assert missing[0] != "other.max_coolant_c"


def test_batteries_that_last_exactly_until_the_generators_carry_keep_the_pumps_running() -> None:
    plan = base("two-sided")
    loops = tuple(one.replace(chillers=(), cooled_equipment=(), fed_by=("ups-a",)) for one in plan.cooling_loops)
    bare = plan.replace(
        batteries=(),
        chillers=(),
        cdus=(),
        cooling_loops=loops,
        ups_systems=tuple(one.replace(autonomy_minutes=0.1) for one in plan.ups_systems),
    )
    graph = power_graph_of(last_day_of(bare))
    seconds = ride_through_seconds(graph)[graph.index["ups-a"]]
    for start_s, waits in ((seconds, 0.0), (seconds + 1.0, seconds + 1.0)):
        generators = (plan.generators[0].replace(start_seconds=start_s),)
        made = bare.replace(generators=generators)
        assert [one.demand for one in restarts(last_day_of(made))] == [waits, waits]


def test_a_rectifier_counts_on_the_source_that_lasts_longest() -> None:
    sources = [ups("long", "grid", autonomy_minutes=10), ups("short", "grid", autonomy_minutes=2)]
    nodes: list[PowerObject] = [
        intake("grid"),
        *sources,
        rectifier("rectifier", "long", "short"),
        dc_busway("bars", "rectifier"),
    ]
    graph = chain(nodes, [load("racks", "bars")])
    place = graph.index["rectifier"]
    node = graph.nodes[place]
    assert isinstance(node, Rectifier)
    lasts = {name: ride_through_seconds(graph)[graph.index[name]] for name in ("long", "short")}
    assert lasts["long"] > lasts["short"] > 0.0
    assert _seconds_above(graph, place, node) == lasts["long"]


@pytest.mark.parametrize(
    ("minutes", "missing"), [(None, ("backup_minutes of storage, or generators above it",)), (30.0, ())]
)
def test_a_battery_without_generators_needs_minutes_of_its_own(minutes: float | None, missing: tuple[str, ...]) -> None:
    plan = base("two-sided")
    parts = tuple(one.replace(standby_from=()) for one in plan.transformers)
    storage = plan.batteries[0].replace(backup_minutes=minutes, duties=(Duty.RIDE_THROUGH,), peak_shaving_kw=None)
    made = plan.replace(
        generators=(),
        transformers=parts,
        batteries=(storage.replace(peak_shaving_minutes_per_day=None),),
    )
    claims = {one.part: one for one in batteries.ask(last_day_of(made))}
    assert (claims["minutes"].missing, claims["minutes"].demand) == (missing, minutes)
    assert values_of(claims["minutes"])["start of the generators"] == 0.0


def test_a_battery_is_not_told_to_shave_less_than_nothing() -> None:
    assert _less_shaving(100.0, 100.0, 60.0) == "Over by 100 kWh: add as much battery energy"


def test_a_battery_of_alternating_current_gives_alternating_current() -> None:
    plan = base("two-sided")
    bars = dc_busway("bars", "rectifier"), busway("behind", "storage")
    made = plan.replace(rectifiers=(rectifier("rectifier", "transformer-a"),), busways=(*plan.busways, *bars))
    claims = {one.subject.name: one for one in currents.ask(design_of(made))}
    assert claims["behind"].demand == 0.0
    assert claims["bars"].demand == 0.0


def test_what_direct_current_wrongly_feeds_is_told_once() -> None:
    plan = base("two-sided")
    wrong = plan.busways[0].replace(name="wrong", fed_by=("rectifier",))
    after = feed("after", "wrong")
    made = plan.replace(
        rectifiers=(rectifier("rectifier", "transformer-a"),),
        busways=(*plan.busways, wrong),
        feeds=(*plan.feeds, after),
    )
    claims = {one.subject.name: one for one in currents.ask(design_of(made))}
    assert (claims["wrong"].demand, claims["after"].demand) == (1.0, 0.0)


def unpowered() -> Hub:
    """A hall with a pod of known power and one of servers of which nobody states the power."""
    servers = (NodeGroup(model="generic-8x-metax-c500", count=1),)
    run = pod().racks[0].replace(model="generic-compute-rack", count=1, nodes=servers)
    return hub(pods=(pod(), pod("pod-2", racks=(run,))))


def test_servers_of_unknown_power_are_compared_with_nothing() -> None:
    (claim,) = cross_check.ask(design_of(unpowered()))
    assert (claim.subject.name, claim.demand) == ("pod-2", None)
    assert claim.missing


def test_power_of_a_hall_is_unknown_with_that_of_one_rack() -> None:
    (claim,) = halls.ask(last_day_of(unpowered()))
    assert (claim.demand, claim.capacity) == (None, 5_000.0)
    assert claim.missing
    (known,) = halls.ask(last_day_of(hub()))
    assert known.demand == pytest.approx(12 * 42.5)
    assert known.missing == ()


def weighed(**weights: float | None) -> State:
    """A hall with racks of these weights and of these depths, which its way in bears up to 2 t."""
    known = catalogue()
    products = dict(known.products)
    for model, weight in weights.items():
        rack = known.require(RackModel, model.replace("_", "-"))
        given = None if weight is None else figure(weight, "kg")
        products[rack.model] = replace(rack, loaded_weight_kg=given, empty_weight_kg=given)
    pods = tuple(pod(f"pod-{model}".replace("_", "-"), model=model.replace("_", "-"), count=1) for model in weights)
    plan = hub(halls=(hub().halls[0].replace(access_route_load_kg=2_000),), pods=pods)
    return states_of(resolve(plan, replace(known, products=products)))[-1]


def test_one_rack_of_unknown_weight_leaves_the_way_in_unknown() -> None:
    state = weighed(baidu_p800_rack=None, huawei_cloudmatrix384_compute_rack=0.5)
    claim = next(one for one in access.ask(state) if one.part == "way in")
    assert (claim.demand, bool(claim.missing)) == (None, True)
    assert [name for name in values_of(claim) if "cloudmatrix" in name]


def test_the_heaviest_rack_counts_on_the_way_in() -> None:
    state = weighed(baidu_p800_rack=1_000.0, huawei_cloudmatrix384_compute_rack=1_500.0)
    claim = next(one for one in access.ask(state) if one.part == "way in")
    assert (claim.demand, claim.capacity, claim.missing) == (1_500.0, 2_000.0, ())


def test_racks_of_unknown_depth_are_measured_against_no_aisle() -> None:
    unknown = pod("unknown", model="nvidia-vr200-nvl72-rack", count=1)
    assert list(depth.ask(last_day_of(hub(pods=(unknown,))))) == []
    (claim,) = depth.ask(last_day_of(hub(pods=(unknown, pod()))))
    assert claim.demand == 1.2


def test_plant_without_capacity_in_operation_takes_equal_parts() -> None:
    loops = tuple(one.replace(units=1, spare_units=1) for one in base("two-sided").cooling_loops)
    assert [share for _, share in shared_by(loops)] == [0.5, 0.5]
