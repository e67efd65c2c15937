"""What holds of power whatever the plan: worked examples by hand, and relations between plans."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.check import check, report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.lines import LineCurrents, line_currents
from petaplan.capacity.electric.rating import CONTINUOUS_LOAD_FRACTION, Terms, circuit_kva, limit_kw, three_phase_kva
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.contingencies import contingencies_of
from petaplan.capacity.failover.table import failover_tables
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.power import PowerObject
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules import all_rules
from petaplan.capacity.site import Jurisdiction
from petaplan.capacity.state import State, states_of
from petaplan.reporting.units import number
from tests.chains import busway, chain, feed, generator, intake, load, storage, transformer, ups
from tests.scenario import FOLDER, scenario


@pytest.fixture(scope="module")
def two_sided() -> Hub:
    return scenario(FOLDER / "bases" / "two-sided.yaml").hub


@pytest.fixture(scope="module")
def one_sided() -> Hub:
    return scenario(FOLDER / "bases" / "one-sided.yaml").hub


def _of(report: Report, rule: str) -> dict[str, Finding]:
    return {finding.subject: finding for finding in report.findings if finding.rule == rule}


@pytest.mark.parametrize(
    ("voltage_ll_v", "current_a", "kva", "at_80_percent"),
    [
        (415, 60, 43.1, 34.5),
        (400, 63, 43.6, 34.9),
        (208, 60, 21.6, 17.3),
        (380, 63, 41.5, 33.2),
        (400, 125, 86.6, 69.3),
    ],
)
def test_apparent_power_of_common_feeds_is_as_the_tables_have_it(
    voltage_ll_v: float, current_a: float, kva: float, at_80_percent: float
) -> None:
    made = three_phase_kva(voltage_ll_v, current_a)
    assert made == pytest.approx(kva, abs=0.05)
    assert made * CONTINUOUS_LOAD_FRACTION[Jurisdiction.US] == pytest.approx(at_80_percent, abs=0.05)


def test_line_to_line_and_line_to_neutral_give_the_same_three_phase_power() -> None:
    phase = circuit_kva(feed("one", "x", voltage_ll_v=None, voltage_ln_v=400 / 3**0.5))
    assert 3 * phase == pytest.approx(circuit_kva(feed("three", "x")))


def test_a_circuit_between_two_lines_carries_its_line_voltage() -> None:
    assert circuit_kva(feed("two", "x", voltage_ll_v=208, single_phase=True, rated_current_a=30)) == pytest.approx(6.24)


def test_a_transformer_at_its_limit_takes_in_what_it_is_rated_for() -> None:
    """What it gives, what it loses under load and what it loses without: 950 kW of 1,000 kVA at a factor of 0.95."""
    node = transformer("t", "x", units=3, efficiency_fraction=0.98, no_load_loss_kw=7)
    for left in (1.0, 2 / 3):
        gives = limit_kw(node, Terms(power_factor=0.95), left)
        assert gives / 0.98 + 3 * left * 7 == pytest.approx(3 * left * 950)


def test_what_is_left_of_an_objects_units_is_what_is_left_of_its_limit() -> None:
    several = (storage("s", "x", units=4), ups("u", "x", units=4), busway("b", "x", units=4))
    for node in (*several, transformer("t", "x", units=4), generator("g", units=4), intake("i", units=4)):
        whole = limit_kw(node, Terms(power_factor=0.95))
        assert limit_kw(node, Terms(power_factor=0.95), 0.75) == pytest.approx(0.75 * whole), node.name


def _currents(*feeds: tuple[float, dict[str, Any]]) -> LineCurrents:
    nodes: list[PowerObject] = [intake("intake"), busway("busway", "intake")]
    nodes += [feed(f"feed-{n}", "busway", **changes) for n, (_, changes) in enumerate(feeds)]
    made = chain(nodes, [load(f"racks-{n}", f"feed-{n}", power_kw=kw) for n, (kw, _) in enumerate(feeds)])
    (found,) = line_currents(made, normal_flow(made)).values()
    return found


def test_a_load_between_two_lines_loads_both_with_the_same_current() -> None:
    found = _currents((40.0, {"single_phase": True, "line": 1}))
    assert found.magnitudes == pytest.approx((100, 100, 0))


def test_two_loads_between_lines_add_as_vectors_on_the_line_that_they_share() -> None:
    found = _currents((40.0, {"single_phase": True, "line": 1}), (40.0, {"single_phase": True, "line": 2}))
    assert found.magnitudes == pytest.approx((100, 100 * 3**0.5, 100))


def test_imbalance_is_the_largest_deviation_from_the_mean() -> None:
    neutral: dict[str, Any] = {"voltage_ll_v": None, "voltage_ln_v": 230.0}
    found = _currents((23.0, neutral | {"line": 1}), (23.0, neutral | {"line": 2}), (46.0, neutral | {"line": 3}))
    assert found.magnitudes == pytest.approx((100, 100, 200))
    assert found.imbalance == pytest.approx(0.5)


def test_without_any_load_nothing_leans() -> None:
    assert LineCurrents([0j, 0j, 0j]).imbalance == 0.0


def test_the_chain_of_one_side_adds_up_by_hand(one_sided: Hub) -> None:
    flow = normal_flow(power_graph_of(resolve_last(one_sided)))
    racks, on_ups, at_transformer = 4 * 42.5 + 4 * 23.2, 2 + 2 * 3 + 2, 2 * 40
    assert flow.output_of("busway-a") == pytest.approx(racks)
    assert flow.output_of("ups-a") == pytest.approx(racks + on_ups)
    ups_takes = (racks + on_ups) / 0.96 + 3 * 1
    assert flow.output_of("transformer-a") == pytest.approx(ups_takes + at_transformer)
    assert flow.output_of("intake-a") == pytest.approx((ups_takes + at_transformer) / 0.99 + 1.2)
    assert flow.losses_kw == pytest.approx(flow.output_of("intake-a") - racks - on_ups - at_transformer)


def resolve_last(hub: Hub) -> State:
    """The hub on the day of its last change."""
    return states_of(resolve(hub, catalogue()))[-1]


def test_twice_the_racks_draw_twice_the_power(one_sided: Hub) -> None:
    pods = tuple(
        pod.replace(racks=tuple(rack.replace(count=2 * rack.count, row=None, slot=None) for rack in pod.racks))
        for pod in one_sided.pods
    )
    one, two = (normal_flow(power_graph_of(resolve_last(hub))) for hub in (one_sided, one_sided.replace(pods=pods)))
    assert two.output_of("busway-a") == pytest.approx(2 * one.output_of("busway-a"))
    assert _of(check(one_sided.replace(pods=pods)), "PWR-013")["hall"].demand == pytest.approx(
        2 * (_of(check(one_sided), "PWR-013")["hall"].demand or 0)
    )


def test_one_more_pod_never_lightens_a_piece_of_the_chain(two_sided: Hub) -> None:
    extra = two_sided.pods[1].replace(name="one-more")
    one, two = (
        normal_flow(power_graph_of(resolve_last(hub)))
        for hub in (two_sided, two_sided.replace(pods=(*two_sided.pods, extra)))
    )
    for name in one.graph.names:
        assert two.output_of(name) >= one.output_of(name)


def test_removing_a_feed_never_raises_headroom(two_sided: Hub) -> None:
    fewer = two_sided.replace(pods=tuple(pod.replace(feeds=("feed-a",)) for pod in two_sided.pods))
    before, now = (_of(check(hub), "PWR-003") for hub in (two_sided, fewer))
    assert (now["feed-a"].ratio or 0) > (before["feed-a"].ratio or 0)
    assert len(check(fewer).of(Verdict.SHORTFALL)) > len(check(two_sided).of(Verdict.SHORTFALL))


def test_the_order_of_the_tables_says_nothing(two_sided: Hub) -> None:
    turned = two_sided.replace(**{name: rows[::-1] for name, rows in two_sided.tables()})
    rules = [rule for rule in all_rules() if rule.family in ("PWR", "COOL")]

    def said(hub: Hub) -> list[tuple[object, ...]]:
        findings = report_on(resolve(hub, catalogue()), rules=rules).findings
        return [(f.rule, f.subject, f.verdict, f.demand and round(f.demand, 6), f.note) for f in findings]

    assert sorted(said(turned), key=str) == sorted(said(two_sided), key=str)


def test_an_unknown_power_clouds_its_own_path_and_no_other(two_sided: Hub) -> None:
    secret = two_sided.pods[1].replace(
        name="secret",
        racks=(replace(two_sided.pods[1].racks[0], model="huawei-atlas-950-cabinet", row=3),),
        feeds=("feed-c",),
    )
    third = two_sided.replace(
        pods=(*two_sided.pods, secret),
        busways=(*two_sided.busways, busway("busway-c", "intake-b", voltage_ll_v=11_000)),
        feeds=(*two_sided.feeds, feed("feed-c", "busway-c", voltage_ll_v=11_000)),
    )
    report = check(third)
    unknown = {f.subject for f in report.of(Verdict.UNKNOWN) if f.rule in ("PWR-001", "PWR-007", "PWR-011")}
    assert unknown == {"busway-c", "intake-b"}
    missing = {name for f in report.of(Verdict.UNKNOWN) if f.rule == "PWR-001" for name in f.missing}
    assert missing == {"huawei-atlas-950-node.power_kw"}


def test_every_finding_of_power_and_cooling_that_fails_says_what_to_do() -> None:
    for path in sorted(FOLDER.glob("*.yaml")):
        told = scenario(path)
        if told.refused is None:
            for finding in told.report.findings:
                if finding.rule.startswith(("PWR", "COOL", "PH-005", "REL-002", "REL-003")):
                    failing = finding.verdict not in (Verdict.PASS, Verdict.UNKNOWN)
                    assert not failing or finding.hint, (path.stem, finding.rule, finding.subject)
                    assert finding.verdict is not Verdict.PASS or not finding.hint, (path.stem, finding.rule)
                    assert bool(finding.missing) == (finding.verdict is Verdict.UNKNOWN), (path.stem, finding)


def test_the_failover_table_counts_every_loss_once(two_sided: Hub) -> None:
    (table,) = failover_tables(resolve_last(two_sided).design)
    effects = contingencies_of(resolve_last(two_sided)).effects
    assert table.losses == len({(effect.loss, effect.utility) for effect in effects})
    assert table.survived == table.losses + 2
    assert table.broken == 0
    assert table.day == date(2026, 12, 28)


def test_the_failover_table_names_what_goes_dark(one_sided: Hub) -> None:
    (table,) = failover_tables(resolve_last(one_sided).design)
    dark = {row.loss: row.racks_dark for row in table.rows if row.verdict == "dark"}
    assert dark == {"transformer group": 8, "UPS group": 8, "busway": 8, "feed": 8}
    assert table.broken == 0, "a hall that claims N claims nothing that it loses"


def test_what_relieves_a_busway_whose_fullest_line_is_too_full_is_a_third_of_three_times_that_line() -> None:
    report = scenario(FOLDER / "failover-fullest-line-of-the-survivor.yaml").report
    short = [f for f in report.findings if f.rule == "PWR-004" and f.verdict is Verdict.SHORTFALL]
    assert short
    for found in short:
        assert found.demand is not None
        assert found.capacity is not None
        assert f"move {number((found.demand - found.capacity) / 3)} kW off that line" in found.hint


def test_the_failover_table_says_what_is_dark_with_nothing_lost(two_sided: Hub) -> None:
    unfed = two_sided.replace(pods=(two_sided.pods[0], two_sided.pods[1].replace(feeds=())))
    (table,) = failover_tables(resolve_last(unfed).design)
    nothing = table.rows[0]
    assert (nothing.loss, nothing.racks_dark, nothing.verdict) == ("nothing lost", 4, "dark")
    assert nothing.dark_kw == pytest.approx(4 * 23.2)
    assert table.broken == 1


def test_plant_that_two_halls_share_goes_dark_once(two_sided: Hub) -> None:
    """80 kW of chillers on one transformer; a second hall with a loop of its own behind them."""
    (hall,) = two_sided.halls
    twin = hall.replace(name="twin")
    loops = two_sided.cooling_loops
    air = loops[1].replace(name="twin-air", hall="twin", cooled_equipment=(), unit_electrical_kw=0, fed_by=())
    pod = two_sided.pods[1].replace(name="twin-pod", hall="twin", air_loop="twin-air")
    chillers = two_sided.chillers[0].replace(fed_by=("transformer-a",))
    plan = two_sided.replace(
        halls=(hall, twin), cooling_loops=(*loops, air), pods=(*two_sided.pods, pod), chillers=(chillers,)
    )
    (table,) = failover_tables(resolve_last(plan).design)
    lost = next(row for row in table.rows if row.worst == "transformer-a")
    assert (lost.plant_dark_kw, lost.racks_dark, lost.verdict) == (80, 0, "dark")
    assert set(lost.halls) == {"hall", "twin"}


def test_generators_that_always_feed_are_lost_as_a_group_and_as_a_unit_each_once(two_sided: Hub) -> None:
    sources = tuple(one.replace(fed_by=("generators",), standby_from=()) for one in two_sided.transformers)
    (table,) = failover_tables(resolve_last(two_sided.replace(intakes=(), transformers=sources)).design)
    words = {row.loss: (row.count, row.racks_dark) for row in table.rows if "generator" in row.loss}
    assert words == {"generator group": (1, 8), "generator": (1, 0)}


def test_the_failover_tables_show_the_day_on_which_a_transformer_goes(two_sided: Hub) -> None:
    gone = tuple(one.replace(retired=date(2028, 6, 1)) if one.side == "A" else one for one in two_sided.transformers)
    before, after = failover_tables(resolve_last(two_sided.replace(transformers=gone)).design)
    assert (before.phase, after.phase, after.day) == ("first", "first", date(2028, 6, 1))
    assert before.broken == 0
    assert after.broken > 0
