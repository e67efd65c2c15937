"""Faults of the physics: each test names the fault that it holds down."""

import math
from dataclasses import replace
from datetime import date

import networkx as nx  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import report_on
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.fabrics.bill import Item, bill_of
from petaplan.capacity.fabrics.bisection import losses_of
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.failover.transition import transition_state
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Ports
from petaplan.capacity.hub import Hub
from petaplan.capacity.max_flow import max_flow
from petaplan.capacity.power import Generator
from petaplan.capacity.report.explanation import explanation
from petaplan.capacity.report.kinds import EXPLAIN
from petaplan.capacity.report.phases import phase_table
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules import all_rules
from petaplan.capacity.site import Route
from petaplan.capacity.state import review_states_of, states_of
from petaplan.capacity.throughput.spares import spares_needed
from petaplan.reporting.registry import PLAIN, render
from tests.faults.phy import PLANS, finding, findings, plan
from tests.oracles import fabric_flow
from tests.scenario import FOLDER, scenario
from tests.variants import examples

amounts = st.integers(min_value=0, max_value=20).map(float)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), amounts), min_size=1, max_size=25),
    st.floats(min_value=1e-3, max_value=1e6),
)
@settings(max_examples=examples(200))
def test_the_maximum_flow_is_that_of_another_library(edges: list[tuple[int, int, float]], scale: float) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(8))
    for start, end, capacity in edges:
        if start != end:
            before = graph[start][end]["capacity"] if graph.has_edge(start, end) else 0.0
            graph.add_edge(start, end, capacity=before + capacity * scale)
    ours = max_flow([(start, end, capacity * scale) for start, end, capacity in edges if start != end], 0, 7)
    assert ours == pytest.approx(nx.maximum_flow_value(graph, 0, 7), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("tier", "lost"), [(1, 0.0625), (2, 0.125), (3, 0.25)])
def test_phy_01_a_loss_is_whole_on_its_own_half_and_planes_lend_nothing(tier: int, lost: float) -> None:
    found = finding(plan("PHY-01"), "NET-009", f"f/loss of a switch of tier {tier}")
    assert found.demand == pytest.approx(lost)
    assert found.verdict is (Verdict.SHORTFALL if lost > 0.1 else Verdict.PASS)


def test_phy_01_the_worst_losses_are_those_of_every_loss_in_another_library() -> None:
    (fabric,) = plan("PHY-01").fabrics
    made = clos_of(fabric)
    expected = fabric_flow.worst(fabric_flow.after_every_loss(made))
    assert {loss.name: loss.remaining_fraction for loss in losses_of(made)} == pytest.approx(expected)


def _with_groups(hub: Hub, groups: list[tuple[float, float]]) -> Hub:
    """The hub with groups of generators of these ratings, kW, and hours of fuel, all above one transformer."""
    generators = tuple(
        Generator(
            name=f"g{n}",
            phase="p1",
            site="s",
            unit_rated_kva=rated,
            unit_rated_kw=rated,
            start_seconds=60.0,
            fuel_hours=hours,
        )
        for n, (rated, hours) in enumerate(groups)
    )
    (transformer,) = hub.transformers
    standby = tuple(generator.name for generator in generators)
    return hub.replace(generators=generators, transformers=(transformer.replace(standby_from=standby),))


def test_phy_03_a_group_that_is_empty_leaves_its_load_to_the_others() -> None:
    for name in ("g0", "g1"):
        found = finding(plan("PHY-03"), "PWR-019", name)
        assert found.verdict is Verdict.SHORTFALL
        assert found.capacity == pytest.approx(4_000 / 900)


def test_phy_03_groups_burn_out_one_after_another_while_the_rest_carries_the_load() -> None:
    found = finding(_with_groups(plan("PHY-03"), [(1000, 4), (2000, 44)]), "PWR-019", "g1")
    first_s = 4_000 / 600
    assert found.capacity == pytest.approx(first_s + (88_000 - 1_200 * first_s) / 1_800)
    assert found.verdict is Verdict.PASS


@given(
    st.lists(
        st.tuples(st.sampled_from([400.0, 900.0, 1000.0, 2500.0]), st.sampled_from([0.0, 1.0, 4.0, 24.0, 44.0])),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=examples(60), deadline=None)
def test_phy_03_unlike_groups_last_until_those_with_fuel_are_too_small(groups: list[tuple[float, float]]) -> None:
    """Groups in parallel use the same share of their ratings, so they are empty in the order of their hours."""
    load_kw = 1_800.0
    enough = [hours for _, hours in groups if sum(r for r, h in groups if h >= hours) >= load_kw]
    last = max(enough, default=0.0)
    expected = sum(rated * min(hours, last) for rated, hours in groups) / load_kw
    found = finding(_with_groups(plan("PHY-03"), groups), "PWR-019", "g0")
    assert found.capacity == pytest.approx(expected)


@pytest.mark.parametrize("loop", ["l", "a"])
def test_phy_04_pumps_fans_and_cdus_without_ride_through_stop_the_flow(loop: str) -> None:
    found = finding(plan("PHY-04"), "COOL-005", f"{loop}/restart")
    assert found.verdict is Verdict.WARNING
    assert (found.demand, found.capacity) == (60, 5)


@pytest.mark.parametrize("stopped", ["loop", "cdu", "chiller"])
def test_phy_04_any_piece_in_the_path_of_the_heat_stops_it(stopped: str) -> None:
    """All plant on the UPS, but for one kind."""
    hub = plan("PHY-04")
    on_ups, raw = ("bu",), ("br",)
    hub = hub.replace(
        cooling_loops=tuple(one.replace(fed_by=raw if stopped == "loop" else on_ups) for one in hub.cooling_loops),
        cdus=tuple(one.replace(fed_by=raw if stopped == "cdu" else on_ups) for one in hub.cdus),
        chillers=tuple(one.replace(fed_by=raw if stopped == "chiller" else on_ups) for one in hub.chillers),
    )
    assert finding(hub, "COOL-005", "l/restart").demand == 60
    assert finding(hub, "COOL-005", "a/restart").demand == (0 if stopped == "cdu" else 60)


def test_phy_04_plant_without_a_generator_stops_while_the_racks_run() -> None:
    hub = plan("PHY-04")
    alone = hub.transformers[0].replace(name="alone", standby_from=())
    hub = hub.replace(
        transformers=(*hub.transformers, alone),
        cooling_loops=tuple(loop.replace(fed_by=("alone",)) for loop in hub.cooling_loops),
    )
    found = finding(hub, "COOL-005", "l/restart")
    assert (found.verdict, found.demand) == (Verdict.WARNING, 1)


def test_phy_05_one_unit_of_shared_plant_is_survived_where_the_others_take_its_heat() -> None:
    hub = plan("PHY-05")
    for subject in ("c1/one-unit", "c0/one-unit"):
        survived = finding(hub, "COOL-005", subject)
        assert survived.holds
        assert survived.verdict is Verdict.REVIEW, "the liquid share of the racks is unverified"
    weaker = hub.replace(chillers=tuple(chiller.replace(unit_rated_kw=99.0) for chiller in hub.chillers))
    assert finding(weaker, "COOL-005", "c1/one-unit").verdict is Verdict.WARNING


@given(
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
    st.lists(st.sets(st.sampled_from(["c0", "c1", "c2"]), min_size=1), min_size=2, max_size=2),
    st.sampled_from([30.0, 50.0, 90.0]),
)
@settings(max_examples=examples(60), deadline=None)
def test_phy_05_a_unit_is_missed_where_the_maximum_flow_falls(
    units: list[int], serving: list[set[str]], rated_kw: float
) -> None:
    """Two loops of 100 kW each, served by any of three groups of chillers; networkx says what they move."""
    hub = plan("PHY-05")
    chillers = tuple(
        hub.chillers[0].replace(name=f"c{n}", units=count, unit_rated_kw=rated_kw) for n, count in enumerate(units)
    )
    loops = tuple(
        loop.replace(chillers=tuple(sorted(names))) for loop, names in zip(hub.cooling_loops, serving, strict=True)
    )
    hub = hub.replace(chillers=chillers, cooling_loops=loops)
    for lost, chiller in enumerate(chillers):
        left = [count - (number == lost) for number, count in enumerate(units)]
        falls = _moved_kw(serving, units, rated_kw) - _moved_kw(serving, left, rated_kw)
        found = finding(hub, "COOL-005", f"{chiller.name}/one-unit")
        assert (found.verdict is Verdict.WARNING) == (falls > 1e-9)


def _moved_kw(serving: list[set[str]], units: list[int], rated_kw: float) -> float:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for number, names in enumerate(serving):
        graph.add_edge("heat", f"l{number}", capacity=100.0)
        for name in names:
            graph.add_edge(f"l{number}", name)
    for number, count in enumerate(units):
        graph.add_edge(f"c{number}", "outside", capacity=count * rated_kw)
    moved: float = nx.maximum_flow_value(graph, "heat", "outside") if "outside" in graph else 0.0
    return moved


def test_phy_06_one_cord_that_rides_through_keeps_a_chiller_running() -> None:
    for loop in ("l", "a"):
        found = finding(plan("PHY-06"), "COOL-005", f"{loop}/restart")
        assert (found.verdict, found.demand) == (Verdict.PASS, 0)


@pytest.mark.parametrize("cords", [("bu", "br"), ("br", "bu")])
def test_phy_06_one_cord_is_enough_for_every_piece_of_plant(cords: tuple[str, str]) -> None:
    hub = plan("PHY-06")
    hub = hub.replace(
        cooling_loops=tuple(one.replace(fed_by=cords) for one in hub.cooling_loops),
        cdus=tuple(one.replace(fed_by=cords) for one in hub.cdus),
        chillers=tuple(one.replace(fed_by=cords) for one in hub.chillers),
    )
    assert finding(hub, "COOL-005", "l/restart").demand == 0


def test_phy_06_batteries_that_last_shorter_than_the_start_do_not_bridge_it() -> None:
    hub = plan("PHY-06")
    weak = hub.replace(ups_systems=tuple(one.replace(autonomy_minutes=0.1) for one in hub.ups_systems))
    assert finding(weak, "COOL-005", "l/restart").demand == pytest.approx(180)
    assert math.isfinite(finding(weak, "COOL-005", "a/restart").demand or math.inf)


def test_phy_02_capital_cost_counts_switches_modules_and_equipment_with_a_price() -> None:
    found = finding(plan("PHY-02"), "BUD-001", "p1/capex")
    assert found.verdict is Verdict.SHORTFALL
    counted = {given.name: given.value for given in found.inputs}
    assert counted["8 x nvidia-dgx-h100"] == 300_000
    assert counted["4 x nvidia-sn5600"] == 100_000
    assert counted["2 x generic-ups-1000kva"] == 900_000
    modules = next(int(name.split()[0]) for name in counted if name.endswith("dr4-400g"))
    assert modules == 2 * 8 * 8 + 2 * 2 * 4, "two ends of 64 links of nodes and of 8 between the tiers"
    assert found.demand == pytest.approx(4.6 + modules / 1_000)


@pytest.mark.parametrize("unpriced", ["nvidia-sn5600", "dr4-400g", "nvidia-dgx-h100"])
def test_phy_02_what_has_no_price_is_unknown_where_the_rest_is_within_the_budget(unpriced: str) -> None:
    hub = plan("PHY-02")
    (phase,) = hub.phases
    assert phase.budget is not None
    prices = tuple(price for price in phase.budget.prices if price.model != unpriced)
    roomy = phase.budget.replace(prices=prices, capex=9e6)
    found = finding(hub.replace(phases=(phase.replace(budget=roomy),)), "BUD-001", "p1/capex")
    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, (f"price of {unpriced}",))
    tight = roomy.replace(capex=1e6)
    found = finding(hub.replace(phases=(phase.replace(budget=tight),)), "BUD-001", "p1/capex")
    assert found.verdict is Verdict.SHORTFALL, "what has a price is too much by itself"


def test_phy_02_maintenance_is_a_share_of_all_that_stands() -> None:
    hub = plan("PHY-02")
    (phase,) = hub.phases
    assert phase.budget is not None
    budget = phase.budget.replace(maintenance_fraction=0.1, opex_per_year=1e6)
    found = finding(hub.replace(phases=(phase.replace(budget=budget),)), "BUD-003", "p1/opex")
    printed = {given.name: given.value for given in found.inputs}
    hardware = sum(int(name.split(" x ")[0]) * price for name, price in printed.items() if " x " in name)
    assert hardware == pytest.approx(4.744e6)


def test_phy_02_and_cat_13_a_price_that_nothing_uses_is_told() -> None:
    found = finding(plan("CAT-13"), "BUD-004", "phase/prices")
    assert (found.verdict, found.demand) == (Verdict.REVIEW, 2)
    assert "nvidia-h100-sxm, nvidia-sn5600" in found.hint
    assert finding(plan("PHY-02"), "BUD-004", "p1/prices").verdict is Verdict.PASS


def _ordered(hub: Hub, fabric: str) -> int:
    lines = bill_of(resolve(hub, load())).lines
    return sum(line.count for line in lines if line.fabric == fabric and line.item is Item.FIBRE)


@pytest.mark.parametrize("fabric", ["fa", "fb"])
def test_phy_07_the_order_has_as_many_links_as_net_012_asks_for(fabric: str) -> None:
    hub = plan("PHY-07")
    assert _ordered(hub, fabric) == finding(hub, "NET-012", fabric).demand == 12


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=1, max_size=5), st.integers(1, 3))
@settings(max_examples=examples(40), deadline=None)
def test_phy_07_order_and_rule_round_alike_for_any_ports(runs: list[tuple[int, int]], fabrics: int) -> None:
    """Racks with so many ports each, shared by some fabrics: no port is ordered for none, none for half a link."""
    hub = plan("PHY-07")
    named = tuple(hub.fabrics[0].replace(name=f"f{n}") for n in range(fabrics))
    racks = tuple(
        hub.racks[0].replace(
            name=f"r{n}", count=count, scale_out=Ports(count=ports, gbps=400.0), fabrics=tuple(f.name for f in named)
        )
        for n, (count, ports) in enumerate(runs)
    )
    hub = hub.replace(fabrics=named, racks=racks)
    asked = math.ceil(sum(count * ports for count, ports in runs) / fabrics - 1e-9)
    for fabric in named:
        assert _ordered(hub, fabric.name) == finding(hub, "NET-012", fabric.name).demand == asked >= 1


def test_phy_12_a_limit_that_nobody_promised_is_a_review() -> None:
    hub = plan("PHY-12")
    found = finding(hub, "NET-010", "north/to west")
    assert found.verdict is Verdict.REVIEW
    assert found.demand == pytest.approx(20.61)
    (first, *others) = hub.sites
    promised = first.replace(routes=tuple(route.replace(limit_ms=10.0) for route in first.routes))
    told = findings(hub.replace(sites=(promised, *others)), "NET-010")
    assert {one.subject: one.capacity for one in told} == {"north/to site": 10, "site/to west": 10, "north/to west": 20}


def test_phy_12_a_route_between_two_sites_promises_its_limit() -> None:
    hub = plan("PHY-12")
    (first, west, north) = hub.sites
    far = north.replace(routes=(Route(to="west", route_km=3_000, equipment_ms=15.0),))
    near = first.replace(routes=tuple(route for route in first.routes if route.to != "north"))
    found = finding(hub.replace(sites=(near, west, far)), "NET-010", "north/to west")
    assert found.verdict is Verdict.SHORTFALL


def test_tty_03_a_delivered_target_without_a_phase_fails_the_phase_of_its_day() -> None:
    hub = plan("TTY-03")
    design = resolve(hub, load())
    only = [rule for rule in all_rules() if rule.id == "PF-004"]
    report = report_on(design, rules=only)
    assert [phase.verdict for phase in report.phases] == [Verdict.SHORTFALL]
    assert [phase.delivered_pflops for phase in report.phases] == [(60,)]
    (row,) = phase_table(report).rows
    assert "60" in repr(row.cells["target_pflops"]) and "delivered" in repr(row.cells["target_pflops"])


def test_phy_14_losses_follow_the_racks_and_the_plant_that_cause_them() -> None:
    """Mean losses of a year are those of the load flow at the mean loads."""
    hub = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    site = hub.sites[0].replace(pue_limit=2.0, annual_it_load_fraction=0.8, annual_cooling_fraction=0.3)
    found = finding(hub.replace(sites=(site,)), "COOL-006", "site")
    losses_kwh = next(given.value for given in found.inputs if given.name == "E_losses")
    state = states_of(resolve(hub, load()))[-1]
    graph = power_graph_of(state)
    loads = tuple(replace(load, power_kw=load.power_kw * (0.8 if load.cabinets else 0.3)) for load in graph.loads)
    mean = flow(PowerGraph(graph.nodes, loads, graph.terms))
    assert losses_kwh == pytest.approx(mean.losses_kw * 8_760)


def test_phy_14_a_spare_for_every_node_covers_all_the_time() -> None:
    assert spares_needed(48, 0.995, 1.0) == 48
    assert spares_needed(48, 1.0, 1.0) == 0


@pytest.mark.parametrize(("slot", "carried_kw"), [(1, 40.0), (3, 20.0 + 40.0)])
def test_phy_13_a_replacement_in_the_same_place_does_not_draw_beside_what_it_replaces(
    slot: int, carried_kw: float
) -> None:
    """A rack of 20 kW goes on the day on which one of 40 kW comes, in the same slot or in another."""
    hub = plan("PHY-03")
    (hall,), (rack,), (phase,) = hub.halls, hub.racks, hub.phases
    second = phase.replace(name="p2", starts=date(2027, 7, 1), in_service=date(2028, 1, 1), after=("p1",))
    old = rack.replace(name="old", count=1, it_power_kw=20.0, row=1, slot=1, retired=second.in_service)
    new = rack.replace(name="new", count=1, it_power_kw=40.0, row=1, slot=slot, phase="p2")
    hub = hub.replace(racks=(old, new), phases=(phase, second), halls=(hall.replace(rows=5),))
    states = review_states_of(resolve(hub, load()))
    change = next(state for state in states if state.day == second.in_service)
    found = transition_state(change)
    assert found is not None
    assert sum(one.power_kw for one in found.graph.loads) == carried_kw
    assert not [one for one in findings(hub, "SPC-005") if one.verdict is not Verdict.PASS]


def test_phy_08_groups_in_parallel_print_the_units_and_limits_of_each() -> None:
    found = finding(plan("PHY-08"), "PWR-016", "g0")
    assert found.note == "together with g1"
    printed = {one.name: one.value for one in found.inputs}
    assert [printed[f"units of {name}"] for name in ("g0", "g1")] == [4, 4]
    limits = sum(4 * printed[f"limit of one unit of {name}"] for name in ("g0", "g1"))
    assert found.capacity == pytest.approx(limits)


def test_phy_08_a_group_that_lost_a_unit_prints_those_that_are_left() -> None:
    hub = plan("PHY-08")
    found = [one for rule in ("PWR-004", "PWR-005", "PWR-006") for one in findings(hub, rule)]
    lost_one = [one for one in found if "one-unit-of-" in one.subject and "load" in {i.name for i in one.inputs}]
    assert lost_one
    for one in lost_one:
        lost = one.subject.partition("one-unit-of-")[2]
        if one.note.startswith(f"{lost} is the survivor"):
            units = next(given.value for given in one.inputs if given.name == "units")
            assert units == next(row.units for row in hub.power_nodes if row.name == lost) - 1


def test_phy_08_explain_prints_the_note_of_a_finding() -> None:
    found = explanation("PWR-016", str(PLANS / "PHY-08.yaml"), "g0")
    assert "(together with g1)" in render(EXPLAIN, found, "text", PLAIN)
