"""Halls with a reserve behind static transfer: the claim passes at full load, and fails with a smaller reserve."""

from dataclasses import replace
from typing import Any

import pytest

from petaplan.capacity.blocks import TwoSidedHall
from petaplan.capacity.blocks.reserve import reserve_hall
from petaplan.capacity.check import check
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.site import Redundancy
from tests.capacity.test_redundant_halls import RACKS, full


def made(systems: int, power_kw: float, rows: int = 12) -> TwoSidedHall:
    return reserve_hall(
        "made",
        systems=systems,
        site="site",
        phase="first",
        grid=("intake-a", "intake-b"),
        it_power_limit_kw=power_kw,
        rows=rows,
        racks_in_a_row=RACKS,
        floor_area_m2=1_000,
    )


def findings(block: TwoSidedHall) -> list[Finding]:
    return [one for one in check(full(block)).findings if one.rule.startswith(("PWR", "REL", "COOL-00"))]


def claims(block: TwoSidedHall) -> list[Finding]:
    return [one for one in findings(block) if one.rule == "PWR-006"]


@pytest.mark.parametrize("systems", [2, 3, 4])
@pytest.mark.parametrize(("power_kw", "rows"), [(6_800, 12), (9_000, 12), (7_000, 5)])
def test_any_working_system_may_be_lost_whole(systems: int, power_kw: float, rows: int) -> None:
    block = made(systems, power_kw, rows)
    found = claims(block)
    lost = {one.subject for one in found}
    for letter in "abcd"[:systems]:
        assert f"made/without-made-ups-{letter}" in lost
        assert f"made/without-made-transformers-{letter}" in lost
    assert {one.verdict for one in found} == {Verdict.PASS}
    shortfalls = [one for one in findings(block) if one.verdict is Verdict.SHORTFALL]
    assert shortfalls == []


@pytest.mark.parametrize("table", ["ups_systems", "transformers"])
def test_a_reserve_of_one_unit_less_does_not_catch_a_system(table: str) -> None:
    block = made(3, 10_500)
    *working, reserve = getattr(block, table)
    changed: dict[str, Any] = {table: (*working, reserve.replace(units=reserve.units - 1))}
    smaller = replace(block, **changed)
    short = [one for one in claims(smaller) if one.verdict is Verdict.SHORTFALL]
    assert short
    assert all(reserve.name in one.hint for one in short)


def test_without_static_switches_the_rows_of_a_lost_system_go_dark() -> None:
    block = made(3, 9_000)
    bare = replace(block, busways=tuple(one.replace(standby_from=()) for one in block.busways))
    dark = {one.subject for one in claims(bare) if one.verdict is Verdict.SHORTFALL and "No live feed" in one.hint}
    assert {f"made/without-made-ups-{letter}" for letter in "abc"} <= dark


def test_two_systems_that_are_lost_at_once_are_more_than_one_reserve_carries() -> None:
    block = made(3, 10_500)
    one, *rest = block.ups_systems
    both = replace(block, ups_systems=(one.replace(units=2 * one.units), *rest))
    busways = tuple(b.replace(fed_by=(one.name,)) if b.fed_by == (rest[0].name,) else b for b in both.busways)
    short = [found for found in claims(replace(both, busways=busways)) if found.verdict is Verdict.SHORTFALL]
    assert any("made-ups-r" in found.hint for found in short)


def test_the_reserve_is_idle_while_nothing_is_lost() -> None:
    block = made(4, 9_000)
    assert block.hall.redundancy is Redundancy.BLOCK
    limits = {one.subject: one for one in findings(block) if one.rule in ("PWR-007", "PWR-015")}
    assert "made-ups-r" not in limits or limits["made-ups-r"].demand == 0


@pytest.mark.parametrize(
    ("systems", "grid", "rows", "told"),
    [
        (1, ("a",), 6, "1 systems.*2 to 4"),
        (5, ("a",), 6, "5 systems"),
        (3, ("a",), 2, "2 rows.*3 or more"),
        (3, (), 6, "0 sources"),
        (2, ("a", "b", "c", "d"), 6, "4 sources.*1 to 3"),
    ],
)
def test_what_no_such_hall_can_be_is_refused(systems: int, grid: tuple[str, ...], rows: int, told: str) -> None:
    with pytest.raises(PlanError, match=f"(?s){told}"):
        reserve_hall(
            "made",
            systems=systems,
            site="site",
            phase="first",
            grid=grid,
            it_power_limit_kw=900,
            rows=rows,
            racks_in_a_row=8,
            floor_area_m2=90,
        )
