"""Spares against the library's binomial, and money against sums by hand."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.facts.catalog import load
from petaplan.capacity.money import hardware_cost
from petaplan.capacity.resolving import resolve
from petaplan.capacity.supply import Budget, ExchangeRate, Price
from petaplan.capacity.throughput.spares import short_fraction, spares_needed
from petaplan.infra.hong_kong import hub as hong_kong
from tests.hubs import hub, pod
from tests.variants import examples

DAY = date(2026, 1, 15)


@pytest.mark.parametrize(("spares", "short"), [(0, 0.21), (1, 0.025), (2, 0.002)])
def test_forty_eight_nodes_are_short_as_the_reference_says(spares: int, short: float) -> None:
    assert short_fraction(48, 0.995, spares) == pytest.approx(short, abs=0.005)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 3_000), st.floats(0.90, 0.9999), st.floats(0.5, 0.9999))
def test_spares_are_those_of_another_library(nodes: int, availability: float, confidence: float) -> None:
    from scipy.stats import binom

    needed = spares_needed(nodes, availability, confidence)
    assert binom.cdf(needed, nodes, 1 - availability) >= confidence - 1e-9
    assert needed == 0 or binom.cdf(needed - 1, nodes, 1 - availability) < confidence + 1e-9


def test_a_fleet_of_a_million_nodes_has_an_answer() -> None:
    assert 5_000 < spares_needed(1_000_000, 0.995, 0.99) < 5_300


@given(st.integers(1, 500), st.integers(0, 20))
def test_one_more_spare_never_makes_it_shorter(nodes: int, spares: int) -> None:
    assert short_fraction(nodes, 0.99, spares + 1) <= short_fraction(nodes, 0.99, spares) + 1e-12


def price(model: str, each: float, currency: str = "USD") -> Price:
    return Price(model=model, unit_price=each, currency=currency, vintage=DAY, source="a test")


NODE = "huawei-cloudmatrix384-node"


def test_nodes_are_priced_where_the_pod_is_not() -> None:
    design = resolve(hub(), load())
    cost = hardware_cost(design, design.placements, Budget(currency="USD", prices=(price(NODE, 100_000.0),)))
    assert cost.amount == 48 * 100_000
    assert cost.missing == ()


def test_a_pod_of_the_catalogue_costs_its_price_and_not_its_nodes_too() -> None:
    design = resolve(hong_kong(), load())
    pods = [placement for placement in design.placements if placement.name.startswith("hall-a-cm384")]
    cost = hardware_cost(design, pods, Budget(currency="USD", prices=(price(NODE, 100_000.0),)))
    assert [(part.model, part.count, part.each) for part in cost.parts] == [("huawei-cloudmatrix384", 19, 8e6)]


def test_other_currencies_need_a_dated_rate() -> None:
    design = resolve(hub(), load())
    prices = (price(NODE, 100_000.0),)
    assert hardware_cost(design, design.placements, Budget(currency="HKD", prices=prices)).missing == (
        "exchange rate USD to HKD",
    )
    rate = ExchangeRate(currency="USD", rate=7.8, as_of=DAY)
    assert hardware_cost(
        design, design.placements, Budget(currency="HKD", prices=prices, exchange=(rate,))
    ).amount == pytest.approx(48 * 780_000)


def test_what_has_no_price_is_named_and_not_guessed() -> None:
    design = resolve(hub(pods=(pod(model="baidu-p800-rack", count=2),)), load())
    cost = hardware_cost(design, design.placements, Budget(currency="USD"))
    assert (cost.amount, cost.missing) == (0.0, ("price of baidu-p800-node",))


@given(st.integers(1, 40))
def test_twice_the_racks_cost_twice_as_much(count: int) -> None:
    budget = Budget(currency="USD", prices=(price(NODE, 100_000.0),))

    def cost(racks: int) -> float:
        design = resolve(hub(pods=(pod(count=racks),)), load())
        return hardware_cost(design, design.placements, budget).amount

    assert cost(2 * count) == 2 * cost(count)
