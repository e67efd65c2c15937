"""Cost of a plan, worked by hand to the cent: investment, quarters, gates, a year of operation, present cost."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check, report_on
from petaplan.capacity.costing import by_quarter, costs_of, invested_by
from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hub import Hub
from petaplan.capacity.quarters import quarter_end
from petaplan.capacity.report.cost import CostReport, cost_document
from petaplan.capacity.report.kinds import COST
from petaplan.capacity.resolving import resolve
from petaplan.capacity.site import Tariff
from petaplan.capacity.supply import Budget, ExchangeRate, Price, RatedKind, RatedPrice
from petaplan.infra.hong_kong import hub as hong_kong
from petaplan.reporting.cells import Missing, Number, Text
from petaplan.reporting.document import Table
from petaplan.reporting.registry import render
from tests.capacity.forecast_hubs import two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, SECOND
from tests.variants import examples

RACK = "huawei-cloudmatrix384-compute-rack"
DAY = date(2026, 1, 1)


def price(amount: float, currency: str = "HKD", model: str = RACK) -> Price:
    """A price of a test."""
    return Price(model=model, unit_price=amount, currency=currency, vintage=DAY, source="a test")


def budget(*prices: Price, other: float = 1_000_000.25) -> Budget:
    """A budget in Hong Kong dollars."""
    rates = (ExchangeRate(currency="USD", rate=7.8, as_of=DAY),)
    return Budget(currency="HKD", prices=prices, other_capex=other, exchange=rates, capex=1e9)


def plan(first: Budget | None, second: Budget | None = None) -> Hub:
    """Two phases of 24 priced racks each."""
    hub = two_phases()
    phases = (hub.phases[0].replace(budget=first), hub.phases[1].replace(budget=second))
    return hub.replace(phases=phases)


def design(hub: Hub) -> Design:
    """Looked up in the shipped catalogue."""
    return resolve(hub, load())


def test_a_phase_costs_its_racks_and_the_rest_to_the_cent() -> None:
    first, second = costs_of(design(plan(budget(price(1_234_567.89)), budget(price(100_000.01, "USD"), other=0.0))))
    assert first.capex == pytest.approx(24 * 1_234_567.89 + 1_000_000.25, abs=0.005)
    assert first.whole
    assert second.capex == pytest.approx(24 * 100_000.01 * 7.8, abs=0.005)
    assert second.whole, "it brings no plant of its own"
    assert (first.currency, second.released) == ("HKD", FIRST)


def test_the_budget_rule_judges_the_same_sum() -> None:
    hub = plan(budget(price(1_234_567.89)))
    (finding,) = [one for one in check(hub).findings if one.rule == "BUD-001"]
    assert finding.demand is not None
    assert finding.demand * 1e6 == pytest.approx(costs_of(design(hub))[0].capex)


def test_quarters_add_up_and_follow_the_days() -> None:
    (first, _) = costs_of(design(plan(budget(price(1_000_000)))))
    amounts = dict(first.quarters)
    days = (FIRST - DAY).days + 1
    assert sum(amounts.values()) == pytest.approx(first.capex, abs=0.005)
    assert amounts[date(2026, 3, 31)] == pytest.approx(first.capex * 90 / days)
    assert list(amounts) == [quarter_end(day) for day in amounts]
    assert by_quarter((first,), "HKD")[date(2026, 3, 31)] == {"first": amounts[date(2026, 3, 31)]}
    assert by_quarter((first,), "USD") == {}


def test_committed_and_paid_follow_the_day() -> None:
    (first, second) = costs_of(design(plan(budget(price(1e6)), budget(price(1e6)))))
    assert (first.committed(date(2025, 12, 31)), first.paid(date(2025, 12, 31))) == (0.0, 0.0)
    assert (first.committed(DAY), second.committed(DAY)) == (first.capex, 0.0)
    assert first.paid(FIRST) == pytest.approx(first.capex)
    assert second.paid(SECOND) == pytest.approx(second.capex)


def test_present_cost_is_the_sum_of_discounted_quarters() -> None:
    (first, _) = costs_of(design(plan(budget(price(1e6)))))
    by_hand = sum(amount / 1.08 ** ((day - DAY).days / 365.25) for day, amount in first.quarters)
    assert first.present(0.08, DAY) == pytest.approx(by_hand)
    assert first.present(0.0, DAY) == pytest.approx(first.capex)


def test_cost_of_a_delivered_hour_is_of_all_that_is_invested() -> None:
    (_, second) = costs_of(design(plan(budget(price(1e6)), budget(price(1e6)))))
    by_hand = (5e7 / 5 + second.opex_per_year) / (second.delivered_pflops * 8_760)
    assert second.per_pflop_hour(5, 5e7) == pytest.approx(by_hand)


def test_what_has_no_price_is_named_and_the_sum_is_a_lower_bound() -> None:
    (first, _) = costs_of(design(plan(None)))
    assert (first.currency, first.capex, first.whole) == ("USD", 0.0, False)
    assert any("compute-rack" in name or "node" in name for name in first.bought.missing)
    said = petaplan("cost", "infra.hong_kong:hub", "--on", "2027-06-30", "--discount", "0.08", "--lifetime", "5")
    assert said.code == 0
    assert "≥ 152.00" in said.out
    assert "price of baidu-p800-node" in said.out


def test_money_of_which_nothing_is_known_is_unknown_and_no_sum_from_0_up() -> None:
    report = CostReport(hub="x", on=FIRST, costs=costs_of(design(plan(None))), discount=None, lifetime_years=None)
    (table,) = cost_document(report).sections[0].blocks
    assert isinstance(table, Table)
    assert table.rows[0].cells["opex"] == Missing("unknown")
    said = petaplan("cost", "infra.hong_kong:hub").out
    assert "unknown" in said and "≥ 0.00" not in said


@pytest.mark.parametrize("option", [("--discount", "2"), ("--lifetime", "0"), ("--on", "soon")])
def test_options_out_of_bounds_are_refused(option: tuple[str, str]) -> None:
    assert petaplan("cost", "infra.hong_kong:hub", *option).code == 2


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_csv_names_the_lower_bounds_and_all_that_has_no_price(tmp_path: Path) -> None:
    words = (
        "cost",
        "infra.hong_kong:hub",
        "--on",
        "2027-06-30",
        "--discount",
        "0.08",
        "--lifetime",
        "5",
        "--format",
        "csv",
    )
    rows = rows_of(petaplan(*words).out)
    costs = costs_of(design(hong_kong()))
    for row, cost in zip(rows, costs, strict=True):
        bounds = row["lower_bounds"].split()
        assert ("capex" in bounds) is (not cost.whole)
        assert ("committed" in bounds) is (not cost.whole and cost.starts <= date(2027, 6, 30))
        assert all(name in row["missing"] for name in cost.bought.missing)

    petaplan(*words, "-o", str(tmp_path / "tables.zip"))
    with ZipFile(tmp_path / "tables.zip") as archive:
        quarters = rows_of(archive.read("quarters_USD.csv").decode())
    assert {"phase_phase-1", "sum"} <= set(quarters[0]["lower_bounds"].split())


def rated(kind: RatedKind, amount: float, currency: str = "HKD", **changes: Any) -> RatedPrice:
    """A rated price of a test."""
    return RatedPrice(kind=kind, unit_price=amount, currency=currency, vintage=DAY, source="a test", **changes)


EVERY_KIND = tuple(rated(kind, 100.01 + at, ("HKD", "USD")[at % 2]) for at, kind in enumerate(RatedKind))


def test_plant_and_building_cost_their_rating_to_the_cent() -> None:
    """The hub of tests: per side an intake and a transformer, a UPS, and one hall of 5,000 kW."""
    hub = plan(budget(price(0.0)).replace(rated_prices=EVERY_KIND, other_capex=0.0))
    (first, _) = costs_of(design(hub))
    by_hand = 0.0
    for one, rate in zip(EVERY_KIND, (1.0, 7.8) * 5, strict=True):
        field = {"halls": "it_power_limit_kw", "intakes": "unit_rated_kva", "transformers": "unit_rated_kva"}
        rows = [row for row in getattr(hub, one.kind) if row.phase == "first"]
        rating = sum(getattr(row, "units", 1) * getattr(row, field.get(one.kind, "unit_rated_kw")) for row in rows)
        by_hand += rating * one.unit_price * rate
    assert by_hand > 0
    assert first.capex == pytest.approx(by_hand, abs=0.005)
    assert {"halls", "intakes", "transformers", "ups_systems"} <= {part.model for part in first.bought.parts}
    assert not {"Intake", "Transformer", "Ups"} & {kind for kind, _ in first.unpriced_plant}


def test_a_band_stands_only_where_the_plan_states_a_range() -> None:
    (plain, _) = costs_of(design(plan(budget(price(100.0)))))
    assert plain.band is None
    ranged = price(100.0, "USD").replace(unit_price_low=80.0, unit_price_high=150.0)
    hall = rated(RatedKind.HALLS, 10.0, unit_price_low=9.0)
    (first, _) = costs_of(design(plan(budget(ranged).replace(rated_prices=(hall,)))))
    kw = plan(None).halls[0].it_power_limit_kw
    assert first.capex == pytest.approx(24 * 100 * 7.8 + 10 * kw + 1_000_000.25, abs=0.005)
    assert first.band == pytest.approx(
        (24 * 80 * 7.8 + 9 * kw + 1_000_000.25, 24 * 150 * 7.8 + 10 * kw + 1_000_000.25), abs=0.005
    )


@pytest.mark.parametrize("ends", [{"unit_price_low": 101.0}, {"unit_price_high": 99.0}])
def test_a_range_that_does_not_hold_its_price_is_refused(ends: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unit_price_low <= unit_price"):
        price(100.0).replace(**ends)
    with pytest.raises(ValueError, match="unit_price_low <= unit_price"):
        rated(RatedKind.CHILLERS, 100.0, **ends)


def test_a_year_has_maintenance_spare_parts_and_staff_as_stated_shares() -> None:
    (none, _) = costs_of(design(plan(budget(price(1e6)))))
    shares = {"maintenance_fraction": 0.05, "spares_fraction": 0.02, "staff_fraction": 0.01}
    (first, _) = costs_of(design(plan(budget(price(1e6)).replace(**shares))))
    assert first.opex_per_year - none.opex_per_year == pytest.approx(0.08 * 24e6, abs=0.005)


def test_money_that_is_due_before_its_release_is_shown() -> None:
    hub = plan(budget(price(1e6)), budget(price(1e6)))
    early = hub.phases[1].replace(starts=DAY)
    (first, second) = costs_of(design(hub.replace(phases=(hub.phases[0], early))))
    assert first.before_gate == 0.0
    days = (SECOND - DAY).days + 1
    assert second.before_gate == pytest.approx(second.capex * (FIRST - DAY).days / days)


def test_the_cost_of_an_hour_takes_money_of_other_phases_at_dated_rates() -> None:
    dollars = Budget(currency="USD", prices=(price(1e6, "USD"),), other_capex=1.0)
    hkd = budget(price(1e6))
    (first, second) = costs_of(design(plan(dollars, hkd)))
    amount, whole = list(invested_by((first, second)))[1]
    assert amount == pytest.approx(first.capex * 7.8 + second.capex)
    assert whole
    amount, whole = list(invested_by(costs_of(design(plan(dollars, hkd.replace(exchange=()))))))[1]
    assert amount == pytest.approx(second.capex)
    assert not whole, "without a rate it is a lower bound"


AMOUNTS = st.floats(0, 1e6)
MODELS = (RACK, "huawei-cloudmatrix384-node", "huawei-atlas-950-cabinet", "generic-switch-64x400g", "nvidia-dgx-h100")


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    """Any budget in Hong Kong dollars with prices of plant, models and buildings, and limits of both kinds."""
    currencies = st.sampled_from(["HKD", "USD"])
    models = draw(st.lists(st.sampled_from(MODELS), unique=True))
    kinds = draw(st.lists(st.sampled_from(RatedKind), unique=True))
    shares = st.sampled_from([0.0, 0.03])
    rates = (ExchangeRate(currency="USD", rate=7.8, as_of=DAY),)
    return Budget(
        currency="HKD",
        capex=1e9,
        opex_per_year=1e9,
        other_capex=draw(AMOUNTS),
        prices=tuple(price(draw(AMOUNTS), draw(currencies), model) for model in models),
        rated_prices=tuple(rated(kind, draw(AMOUNTS), draw(currencies)) for kind in kinds),
        exchange=draw(st.sampled_from([(), rates])),
        maintenance_fraction=draw(shares),
        spares_fraction=draw(shares),
        staff_fraction=draw(shares),
    )


@settings(max_examples=examples(40), deadline=None)
@given(budgets(), budgets())
def test_budget_rules_and_cost_name_the_same_sums_on_any_plan(first: Budget, second: Budget) -> None:
    hub = plan(first, second)
    tariff = Tariff(from_date=DAY, per_kwh=1.4, currency="HKD", source="a test")
    site = hub.sites[0].replace(tariff=(tariff,), annual_it_load_fraction=0.8, annual_cooling_fraction=0.5)
    found = design(hub.replace(sites=(site,)))
    costs = {cost.phase: cost for cost in costs_of(found)}
    judged = [one for one in report_on(found).findings if one.rule in {"BUD-001", "BUD-003"}]
    assert len(judged) == 4
    for finding in judged:
        cost = costs[finding.phase]
        same, missing = (
            (cost.capex, cost.bought.missing) if finding.rule == "BUD-001" else (cost.opex_per_year, cost.opex_missing)
        )
        assert missing or finding.demand is not None
        if finding.demand is not None:
            assert finding.demand * 1e6 == pytest.approx(same, rel=1e-9)


def test_what_is_bought_adds_up_to_the_investment_and_plant_under_one_sum_is_named() -> None:
    """One declared sum may stand for plant without a price: a reader sees the sum, and all that it stands for."""
    costs = tuple(costs_of(design(plan(budget(price(2_000_000.0)), budget(price(1.0), other=0.0)))))
    found = CostReport(hub="test", on=DAY, costs=costs, discount=None, lifetime_years=None)
    document = cost_document(found)

    (parts,) = (table for table in document.tables() if table.key == "parts")
    sums: dict[str, float] = {}
    for row in parts.rows:
        phase, amount = row.cells["phase"], row.cells["amount"]
        assert isinstance(phase, Text)
        assert isinstance(amount, Number)
        sums[phase.value] = sums.get(phase.value, 0.0) + amount.value
    assert sums == pytest.approx({cost.phase: cost.capex for cost in costs})
    text = render(COST, found, "text")
    covered = text.partition("taken as covered by other_capex")[2]
    assert all(f"{count} x {kind}" in " ".join(covered.split()) for kind, count in costs[0].unpriced_plant)
    assert "second" not in covered, "it declares no such sum: its plant is without a price"
