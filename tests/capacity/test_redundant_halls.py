"""Halls of each redundancy: their own claim passes at full load, and fails with one UPS module less a system."""

from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.blocks import TwoSidedHall, joined, two_sided_hall
from petaplan.capacity.blocks.redundant import TURNS, redundant_hall, share_of_a_system, sides_of_row
from petaplan.capacity.check import check
from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.power import SupplyStep
from petaplan.capacity.site import Redundancy
from tests.hubs import hub

ROWS = 6
RACKS = 20
CLAIMS = {
    Redundancy.N_PLUS_1: "PWR-005",
    Redundancy.THREE_TO_MAKE_TWO: "PWR-006",
    Redundancy.FOUR_TO_MAKE_THREE: "PWR-006",
    Redundancy.TWO_N: "PWR-004",
}


def made(redundancy: Redundancy, power_kw: float, rows: int = ROWS) -> TwoSidedHall:
    if redundancy is Redundancy.TWO_N:
        return two_sided_hall(
            "made",
            site="site",
            phase="first",
            grid=("intake-a", "intake-b"),
            it_power_limit_kw=power_kw,
            rows=rows,
            racks_in_a_row=RACKS,
            floor_area_m2=1_000,
        )
    return redundant_hall(
        "made",
        redundancy,
        site="site",
        phase="first",
        grid=("intake-a",) if redundancy is Redundancy.N_PLUS_1 else ("intake-a", "intake-b"),
        it_power_limit_kw=power_kw,
        rows=rows,
        racks_in_a_row=RACKS,
        floor_area_m2=1_000,
    )


def full(block: TwoSidedHall) -> Hub:
    """The hall with rows of equal load that add up to what it is sized for."""
    base = hub()
    rack_kw = block.hall.it_power_limit_kw / (block.hall.rows or 1) / RACKS
    racks = tuple(
        StandAloneRackGroup(
            name=f"row-{row}",
            phase="first",
            hall="made",
            model="huawei-cloudmatrix384-compute-rack",
            count=RACKS,
            it_power_kw=rack_kw,
            feeds=block.row_feeds(row),
            row=row,
            slot=1,
            liquid_loop=block.liquid_loop,
            air_loop=block.air_loop,
        )
        for row in range(1, (block.hall.rows or 1) + 1)
    )
    step = SupplyStep(from_date=date(2026, 6, 1), contracted_kva=20_000)
    intakes = tuple(one.replace(unit_rated_kva=20_000, supply=(step,)) for one in base.intakes)
    site = Hub(name="made", sites=base.sites, phases=base.phases, intakes=intakes, racks=racks)
    return joined(site, [block])


def claims_of(block: TwoSidedHall, rule: str) -> list[Finding]:
    return [one for one in check(full(block)).findings if one.rule == rule and one.subject.startswith("made")]


def one_module_too_few(block: TwoSidedHall) -> TwoSidedHall:
    """The hall with one UPS module less in every system than its claim needs: of 2N the spare one is gone as well."""
    gone = 2 if block.hall.redundancy is Redundancy.TWO_N else 1
    return replace(block, ups_systems=tuple(ups.replace(units=ups.units - gone) for ups in block.ups_systems))


@pytest.mark.parametrize("redundancy", CLAIMS)
@pytest.mark.parametrize("power_kw", [6_800, 9_000])
def test_a_hall_meets_its_own_claim_and_not_with_a_module_less(redundancy: Redundancy, power_kw: float) -> None:
    block = made(redundancy, power_kw)
    found = claims_of(block, CLAIMS[redundancy])
    assert len(found) >= 3
    assert {one.verdict for one in found} == {Verdict.PASS}
    shorter = claims_of(one_module_too_few(block), CLAIMS[redundancy])
    assert any(one.verdict is Verdict.SHORTFALL and "ups" in one.hint for one in shorter)


@pytest.mark.parametrize("redundancy", [one for one in CLAIMS if one is not Redundancy.TWO_N])
@pytest.mark.parametrize("rows", [1, 2, 5, 7])
def test_rows_that_no_pair_divides_are_still_carried(redundancy: Redundancy, rows: int) -> None:
    block = made(redundancy, 1_400.0 * rows, rows)
    assert {one.verdict for one in claims_of(block, CLAIMS[redundancy])} == {Verdict.PASS}


@pytest.mark.parametrize("redundancy", [Redundancy.THREE_TO_MAKE_TWO, Redundancy.FOUR_TO_MAKE_THREE])
def test_every_pair_of_systems_has_as_many_rows_and_its_feeds(redundancy: Redundancy) -> None:
    block = made(redundancy, 9_000, rows=12)
    pairs = [sides_of_row(redundancy, row) for row in range(1, 13)]
    assert {pairs.count(pair) for pair in pairs} == {12 // len(TURNS[redundancy])}
    for row, pair in enumerate(pairs, start=1):
        assert block.row_feeds(row) == tuple(f"made-r{row}-feed-{side.lower()}" for side in pair)
    systems = len(block.ups_systems)
    assert share_of_a_system(redundancy, 12) == pytest.approx(1 / (systems - 1))
    assert share_of_a_system(redundancy, 12, lost=False) == pytest.approx(1 / systems)


@pytest.mark.parametrize(
    ("redundancy", "grid", "rows", "told"),
    [
        (Redundancy.TWO_N, ("a", "b"), 6, "take two_sided_hall"),
        (Redundancy.N, ("a",), 6, "redundancy N"),
        (Redundancy.N_PLUS_1, ("a", "b"), 6, "2 sources"),
        (Redundancy.FOUR_TO_MAKE_THREE, (), 0, "0 rows.*0 sources"),
    ],
)
def test_what_no_such_hall_can_be_is_refused_at_once(
    redundancy: Redundancy, grid: tuple[str, ...], rows: int, told: str
) -> None:
    with pytest.raises(PlanError, match=f"(?s){told}"):
        redundant_hall(
            "made",
            redundancy,
            site="site",
            phase="first",
            grid=grid,
            it_power_limit_kw=900,
            rows=rows,
            racks_in_a_row=8,
            floor_area_m2=90,
        )
