"""Losses one by one in `petaplan failover --format json`: the same sweep as the folded rows."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.electric.flow import flow
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.failover.table import FailoverTable, failover_tables
from petaplan.capacity.report.failover import failover_json
from petaplan.capacity.resolving import resolve
from petaplan.infra.hong_kong import hub
from tests.scenario import FOLDER, scenario


@pytest.fixture(scope="module")
def tables() -> tuple[FailoverTable, ...]:
    return failover_tables(resolve(hub(), load()))


def _json(tables: tuple[FailoverTable, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(failover_json(tables))["failover"]
    return found


def test_there_are_as_many_as_the_rows_count(tables: tuple[FailoverTable, ...]) -> None:
    for table in _json(tables):
        rows = [row for row in table["rows"] if row["loss"] != "nothing lost"]
        assert len(table["single_losses"]) == sum(row["count"] for row in rows)
        counted: Counter[str] = Counter()
        for row in rows:
            counted[row["verdict"]] += row["count"]
        assert Counter(one["verdict"] for one in table["single_losses"]) == counted


def test_a_ups_of_hall_a_on_the_last_day_of_2028(tables: tuple[FailoverTable, ...]) -> None:
    table = max((one for one in tables if one.day <= date(2028, 12, 31)), key=lambda one: one.day)
    (lost,) = [one for one in table.single_losses if (one.object, one.whole) == ("hall-a-ups-a", True)]
    assert (lost.racks_dark, lost.dark, lost.survivor, lost.verdict) == (0, (), "hall-a-ups-b", "survives")
    graph = table.sweep.graph
    carries = flow(graph, frozenset({"hall-a-ups-a"})).output_of("hall-a-ups-b")
    assert lost.after_percent == pytest.approx(100 * carries / graph.limits_kw[graph.index["hall-a-ups-b"]])
    assert lost.before_percent < lost.after_percent < 100


SCENARIOS = ("no-generators", "one-transformer", "plant-on-one-side", "one-of-two-feeds", "survivor-overloaded")


@pytest.mark.parametrize("name", SCENARIOS)
def test_dark_loads_are_those_that_a_flow_from_scratch_leaves_without_a_feed(name: str) -> None:
    found: Counter[bool] = Counter()
    for table in failover_tables(resolve(scenario(FOLDER / f"failover-{name}.yaml").hub, load())):
        graph = table.sweep.graph
        for lost in table.single_losses:
            if lost.object and lost.whole and lost.utility:
                base, gone = flow(graph), flow(graph, frozenset({lost.object}))
                groups = [graph.load_groups[number] for number in set(gone.dark) - set(base.dark)]
                names = {graph.loads[one].name for group in groups for one in group.loads if group.cabinets}
                plant = {graph.loads[one].name for group in groups for one in group.loads if not group.cabinets}
                assert lost.racks_dark == sum(group.cabinets for group in groups)
                assert names <= set(lost.dark) <= names | plant or not (lost.racks_dark or lost.plant_dark_kw)
                found[bool(lost.dark)] += 1
    assert found


def test_plant_that_the_rest_replaces_is_not_dark() -> None:
    enough, too_small = (
        {
            name
            for table in failover_tables(resolve(scenario(FOLDER / f"failover-{case}.yaml").hub, load()))
            for lost in table.single_losses
            for name in lost.dark
        }
        for case in ("cdus-of-one-side-suffice", "cdus-of-one-side-too-small")
    )
    assert too_small - enough
