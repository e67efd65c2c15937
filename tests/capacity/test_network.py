"""Fabrics against published tables, against another graph library, and against counting by hand."""

import math
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.bill import Item, bill_of, ordered_length
from petaplan.capacity.fabrics.bisection import bisection_gbps, losses_of
from petaplan.capacity.fabrics.fabric import (
    Clos,
    Level,
    cages_for,
    clos_of,
    fits,
    largest,
    links_per_module,
    links_per_port,
    radix,
    spines_for,
)
from petaplan.capacity.fabrics.optics import pod_optics
from petaplan.capacity.fabrics.routes import DELAY_MS_PER_KM, delay_ms, fastest_paths
from petaplan.capacity.fabrics.wiring import spread
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.resolving import resolve
from petaplan.capacity.site import Route
from petaplan.infra.hong_kong import hub
from tests.hubs import hub as small_hub
from tests.hubs import pod
from tests.oracles import fabric_flow
from tests.variants import examples


@pytest.fixture(scope="module")
def hong_kong() -> Design:
    return resolve(hub(), load())


def switch(model: str) -> SwitchModel:
    found = load().find(SwitchModel, model)
    assert found is not None
    return found


def optic(model: str) -> Optic:
    found = load().find(Optic, model)
    assert found is not None
    return found


def clos(*levels: tuple[int, int, int], groups: tuple[int, ...] | None = None, planes: int = 1) -> Clos:
    """Tiers of (switches, down, up), all links of 400 Gb/s."""
    made = groups or (1,) * len(levels)
    return Clos(tuple(Level(n, g, d, 400.0, u, 400.0) for (n, d, u), g in zip(levels, made, strict=True)), planes)


@pytest.mark.parametrize(
    ("ports", "two", "three"),
    [(64, 2_048, 65_536), (128, 8_192, 524_288), (144, 10_368, 746_496), (256, 32_768, 4_194_304)],
)
def test_fabric_sizes_are_those_of_the_published_table(ports: int, two: int, three: int) -> None:
    assert (largest(ports, 2), largest(ports, 3)) == (two, three)


@pytest.mark.parametrize(
    ("leaves", "uplinks", "ports", "spines", "plain"), [(32, 72, 144, 18, 16), (64, 72, 144, 36, 32)]
)
def test_the_divisibility_rule_gives_the_spines_of_the_xdr_table_where_plain_rounding_does_not(
    leaves: int, uplinks: int, ports: int, spines: int, plain: int
) -> None:
    assert spines_for(leaves, uplinks, ports) == spines
    assert math.ceil(leaves * uplinks / ports) == plain
    assert not fits(uplinks, plain)


@pytest.mark.parametrize(("endpoints", "leaves", "spines"), [(1_024, 32, 16), (2_048, 64, 32)])
def test_switch_counts_of_small_clusters_are_those_of_the_published_table(
    endpoints: int, leaves: int, spines: int
) -> None:
    assert endpoints // 32 == leaves
    assert spines_for(leaves, 32, 64) == spines


def test_ports_break_out_into_whole_lanes() -> None:
    fast, wide = switch("generic-switch-64x800g"), optic("dr8-800g")
    assert [links_per_port(fast, gbps) for gbps in (800, 400, 200, 100, 300)] == [1, 2, 4, 8, 2]
    assert links_per_port(fast, 1_600) == 0
    assert [radix(fast, wide, gbps) for gbps in (800, 400, 200)] == [64, 128, 256]


def test_a_port_carries_no_more_links_than_the_module_in_it() -> None:
    fast, narrow = switch("generic-switch-64x800g"), optic("lpo-dr4-400g")
    assert [links_per_module(narrow, gbps) for gbps in (800, 400, 200, 100)] == [1, 1, 2, 4]
    assert [cages_for(fast, narrow, 32, gbps) for gbps in (400, 200, 100)] == [32, 16, 8]
    assert cages_for(fast, narrow, 1, 1_600) is None


def test_lanes_that_share_a_pair_of_fibres_are_not_broken_out() -> None:
    def links(model: str, gbps: float) -> int:
        return links_per_module(optic(model), gbps)

    assert [links("dr4-400g", 100), links("fr4-400g", 100), links("lr4-400g", 100)] == [4, 1, 1]
    assert [links("dr8-800g", 400), links("2xfr4-800g", 400), links("2xfr4-800g", 100)] == [2, 2, 2]


def test_a_cloudmatrix384_takes_eighteen_modules_for_each_package() -> None:
    """384 x 18 = 6,912: seven scale-up links and one scale-out link a package, a leaf and a spine above."""
    plan = hub()
    pod = plan.pods[0]
    exact = clos((6, 64, 64), (6, 64, 0))
    roce = next(fabric for fabric in plan.fabrics if fabric.name == "hall-a-roce")
    bus = next(fabric for fabric in plan.fabrics if fabric.name == "unified-bus-phase-1")
    leaf, spine = roce.tiers
    sized = roce.replace(tiers=(leaf.replace(switches=6), spine.replace(switches=6, down=spine.down.replace(ports=64))))
    alone = plan.replace(
        pods=(pod,), fabrics=(sized, bus.replace(domains=1)), racks=(), phases=plan.phases[:1], targets=()
    )
    modules, missing = pod_optics(resolve(_of_first_phase(alone), load()), pod)
    assert missing == ()
    assert exact.end_points == 384
    assert modules == 6_912 == 384 * 18


def _of_first_phase(plan: Any) -> Any:
    tables = {
        name: tuple(row for row in rows if getattr(row, "phase", "phase-1") == "phase-1")
        for name, rows in plan.tables()
    }
    return plan.replace(**tables)


def test_the_order_has_two_modules_and_a_fibre_for_each_link(hong_kong: Design) -> None:
    bill = bill_of(hong_kong)
    for fabric in hong_kong.hub.fabrics:
        lines = [line for line in bill.lines if line.fabric == fabric.name]
        modules = sum(line.count for line in lines if line.item is Item.MODULE)
        fibres = sum(line.count for line in lines if line.item is Item.FIBRE)
        assert modules == 2 * fibres, fabric.name
        assert sum(line.count for line in lines if line.item is Item.SWITCH) == sum(
            tier.switches * fabric.planes * fabric.domains for tier in fabric.tiers
        )
    assert bill.notes == ()


def broken_out(leaves: int, uplinks: int, spines: int, optic: str) -> Fabric:
    """Leaves and spines of 800G ports, every link of 400 Gb/s."""
    upward = Links(ports=uplinks, gbps=400, optic=optic, length_m=30)
    most = math.ceil(leaves * uplinks / spines)
    return Fabric(
        name="odd",
        phase="first",
        site="site",
        kind=FabricKind.SCALE_OUT,
        tiers=(
            Tier(
                name="leaf", switch="generic-switch-64x800g", switches=leaves, down=upward.replace(ports=16), up=upward
            ),
            Tier(name="spine", switch="generic-switch-64x800g", switches=spines, down=upward.replace(ports=most)),
        ),
    )


def ordered(fabric: Fabric, part: str, item: Item) -> int:
    racks = (RackGroup(name="compute", model="huawei-cloudmatrix384-compute-rack", count=1),)
    plan = small_hub(fabrics=(fabric,), pods=(pod(racks=racks, fabrics=("odd",)),))
    lines = bill_of(resolve(plan, load())).lines
    return sum(line.count for line in lines if line.part == part and line.item is item)


def test_no_module_is_shared_by_two_switches() -> None:
    """Eight leaves of 15 uplinks take 8 modules each, five spines of 24 take 12: 124, not half of 240."""
    assert ordered(broken_out(8, 15, 5, "dr8-800g"), "leaf to spine", Item.MODULE) == 8 * 8 + 5 * 12


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 9), st.integers(1, 16), st.integers(1, 6))
def test_modules_are_those_of_a_graph_counted_switch_by_switch(leaves: int, uplinks: int, spines: int) -> None:
    fabric = broken_out(leaves, uplinks, spines, "dr8-800g")
    degrees = fabric_flow.plane(clos_of(fabric)).degree(weight="links")
    assert ordered(fabric, "leaf to spine", Item.MODULE) == sum(math.ceil(links / 2) for _, links in degrees)


def test_links_from_nodes_are_shared_out_over_the_leaves_before_modules_are_counted() -> None:
    """Eight nodes of eight ports, 64 links over 9 leaves: one of 8 and eight of 7, four modules in each leaf."""
    fabric = broken_out(9, 9, 1, "dr8-800g")
    racks = (RackGroup(name="servers", model="nvidia-dgx-h100-rack", count=2),)
    plan = small_hub(fabrics=(fabric,), pods=(pod(racks=racks, fabrics=("odd",)),))
    lines = bill_of(resolve(plan, load())).lines
    modules = {line.model: line.count for line in lines if line.part == "nodes to leaf" and line.item is Item.MODULE}
    assert modules == {"dr8-800g": 36, "module at the node, 400 Gb/s": 64}


def test_a_cable_that_is_broken_out_fills_one_cage() -> None:
    """Three leaves of 15 uplinks, one cable of two tails in each 800G cage: 8 cables a leaf."""
    upward = Links(ports=15, gbps=400, optic="dac-800g", length_m=2)
    fabric = broken_out(3, 15, 1, "dr8-800g")
    leaf, spine = fabric.tiers
    wired = fabric.replace(
        tiers=(leaf.replace(up=upward), spine.replace(switch="generic-switch-64x400g", down=upward.replace(ports=45)))
    )
    assert ordered(wired, "leaf to spine", Item.CABLE) == 3 * 8


def test_totals_of_the_order_are_the_sums_of_its_lines(hong_kong: Design) -> None:
    bill = bill_of(hong_kong)
    assert sum(line.count for line in bill.totals()) == sum(line.count for line in bill.lines)


def test_no_link_of_the_hub_is_ordered_longer_than_its_module_reaches(hong_kong: Design) -> None:
    assert max(line.length_m or 0.0 for line in bill_of(hong_kong).lines) <= 100


@given(st.floats(0.1, 2_000))
def test_a_cable_is_never_ordered_shorter_than_its_run(metres: float) -> None:
    assert ordered_length(metres) >= metres - 1e-6


shapes = st.builds(
    lambda leaves, down, up, spines: clos((leaves, down, up), (spines, math.ceil(leaves * up / spines), 0)),
    st.integers(1, 12),
    st.integers(1, 8),
    st.integers(1, 12),
    st.integers(1, 10),
)


@given(shapes)
def test_every_uplink_is_wired_once_and_as_evenly_as_can_be(made: Clos) -> None:
    leaf, spine = made.levels
    by_leaf: dict[int, list[int]] = {}
    by_spine = dict.fromkeys(range(spine.switches), 0)
    for lower, upper, links in made.pairs(0):
        by_leaf.setdefault(lower, []).append(links)
        by_spine[upper] += links
    assert {lower: sum(links) for lower, links in by_leaf.items()} == dict.fromkeys(range(leaf.switches), leaf.up)
    assert all(max(links) - min(links) <= 1 for links in by_leaf.values())
    assert max(by_spine.values()) - min(by_spine.values()) <= leaf.switches


@given(shapes)
def test_what_one_loss_parts_is_what_another_library_finds(made: Clos) -> None:
    graph = fabric_flow.plane(made)
    assert made.whole == nx.is_connected(graph)
    cuts = {tier for tier, _ in nx.articulation_points(graph)}
    said = {int(loss.name.rsplit(" ", 1)[1]) - 1 for loss in losses_of(made) if loss.parted and "switch" in loss.name}
    assert said == cuts
    bridges = {min(one[0], other[0]) for one, other in nx.bridges(graph) if graph.edges[one, other]["links"] == 1}
    links = {int(loss.name.rsplit(" ", 1)[1]) - 1 for loss in losses_of(made) if loss.parted and "link" in loss.name}
    assert links == bridges


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_the_bisection_of_an_even_fabric_is_the_maximum_flow_between_its_halves(
    pairs_of_leaves: int, spines: int, each: int, down: int
) -> None:
    leaves = 2 * pairs_of_leaves
    made = clos((leaves, down * spines, each * spines), (spines, each * leaves, 0))
    assert bisection_gbps(made) == pytest.approx(fabric_flow.bisection(made, fabric_flow.plane(made)))
    assert bisection_gbps(made) == pytest.approx(min(made.boundaries_gbps) / 2)


def groups_of(draw: st.DrawFn, switches: int) -> int:
    return draw(st.sampled_from([n for n in range(1, switches + 1) if switches % n == 0] + [min(2, switches)]))


@st.composite
def fabrics(draw: st.DrawFn) -> Clos:
    """Fabrics of two to four tiers, in groups or not, even or not."""
    tiers = draw(st.integers(2, 4))
    switches = [draw(st.integers(1, 8)) for _ in range(tiers)]
    groups = [groups_of(draw, count) for count in switches]
    if draw(st.booleans()):  # equal groups up to the last tier, as in pods below a core
        count = draw(st.integers(1, 4))
        switches = [count * draw(st.integers(1, 3)) for _ in range(tiers - 1)] + [draw(st.integers(1, 6))]
        groups = [count] * (tiers - 1) + [1]
    speeds = st.sampled_from([100.0, 400.0])
    levels = [
        Level(n, g, draw(st.integers(1, 6)), draw(speeds), draw(st.integers(1, 6)), draw(speeds))
        for n, g in zip(switches, groups, strict=True)
    ]
    return Clos(tuple(levels), draw(st.integers(1, 3)))


@settings(max_examples=examples(60), deadline=None)
@given(fabrics())
def test_the_worst_loss_of_each_kind_is_that_of_every_loss_in_another_library(made: Clos) -> None:
    assume(not spread(made))
    expected = fabric_flow.worst(fabric_flow.after_every_loss(made))
    named = {loss.name: loss.remaining_fraction for loss in losses_of(made)}
    assert {name: named[name] for name in expected} == pytest.approx(expected)
    assert bisection_gbps(made) == pytest.approx(made.planes * fabric_flow.bisection(made, fabric_flow.plane(made)))


def test_a_three_tier_fabric_joins_its_groups_plane_by_plane() -> None:
    made = clos((256, 32, 32), (256, 32, 32), (128, 64, 0), groups=(8, 8, 1))
    assert made.whole
    assert made.end_points == 8_192
    assert bisection_gbps(made) == 8_192 * 400 / 2
    ports = [0] * 128
    for _, core, links in made.pairs(1):
        ports[core] += links
    assert set(ports) == {64}


def test_like_fabrics_are_worked_out_once(hong_kong: Design) -> None:
    by_name = {fabric.name: fabric for fabric in hong_kong.hub.fabrics}
    assert clos_of(by_name["hall-d-roce"]) is clos_of(by_name["hall-e-roce"])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4_000)), min_size=1, max_size=12))
def test_fastest_paths_are_those_of_another_library(roads: list[tuple[int, int, int]]) -> None:
    names = [f"site-{index}" for index in range(6)]
    routes = [(names[a], Route(to=names[b], route_km=float(km))) for a, b, km in roads if a != b]
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(names)
    for site, route in routes:
        graph.add_edge(site, route.to, weight=delay_ms(route))
    for path in fastest_paths(names, routes):
        if path.delay_ms is None:
            assert not nx.has_path(graph, path.origin, path.destination)
        else:
            expected = nx.shortest_path_length(graph, path.origin, path.destination, weight="weight")
            assert path.delay_ms == pytest.approx(expected)


def test_twenty_milliseconds_are_about_4080_km_of_fibre() -> None:
    assert pytest.approx(4_080, rel=0.001) == 20 / DELAY_MS_PER_KM


def test_a_fabric_of_one_switch_is_lost_with_it() -> None:
    made = clos((1, 8, 0))
    assert [loss.remaining_fraction for loss in losses_of(made)] == [0.0]


def test_a_lower_tier_without_uplinks_is_no_fabric() -> None:
    made = clos((4, 8, 0), (2, 16, 0))
    assert not made.whole
    assert bisection_gbps(made) == 0.0


def test_the_hub_has_cabinets_for_every_switch(hong_kong: Design) -> None:
    named = {name for rack in hong_kong.hub.racks for name in rack.fabrics}
    scale_out = {fabric.name for fabric in hong_kong.hub.fabrics if fabric.kind == "scale-out"}
    assert scale_out <= named


@pytest.mark.sample(1)
@pytest.mark.no_cover  # others take the same paths, and counting triples the time
@pytest.mark.parametrize(("leaves", "spines", "up", "down"), [(22, 15, 16, 12), (21, 16, 9, 12), (18, 18, 7, 2)])
def test_an_uneven_plane_of_hundreds_of_pairs_is_followed_switch_by_switch(
    leaves: int, spines: int, up: int, down: int
) -> None:
    made = Clos((Level(leaves, 1, down, 400.0, up, 400.0), Level(spines, 1, 64, 400.0, 0, 0.0)), 1)
    assert not made.evenly_wired
    assert not spread(made)
    expected = fabric_flow.worst(fabric_flow.after_every_loss(made))
    assert {loss.name: loss.remaining_fraction for loss in losses_of(made)} == pytest.approx(expected)
