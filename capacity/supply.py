"""Spares, orders, prices and the budget of a phase."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.noun import Noun
from petaplan.capacity.renames import Was
from petaplan.capacity.units import TINY, Currency, PositiveFraction, Text, Unit

Money = Annotated[float, Ge(0), Le(1e13)]
"""An amount in the currency that is named beside it."""
Weeks = Annotated[float, Unit("weeks"), Ge(0), Le(520)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spares(Noun):
    """Spare nodes of one model, for all nodes of that model in service on the day of the phase."""

    model: Model
    """Node of the catalogue."""
    count: Annotated[int, Ge(0), Le(1_000_000)]
    """Number of spare nodes."""
    availability: PositiveFraction
    """Share of the time in which one node is up, repair included."""
    confidence: PositiveFraction = 0.99
    """Share of the time in which the spares must suffice."""
    source: Text
    """Source of the availability."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order(Noun):
    """An item ordered for a phase, with its lead time and commissioning time."""

    item: Annotated[Text, Was("what")]
    """Model of the catalogue, or a description: a transformer, a chiller."""
    ordered: date
    """Day of the order."""
    lead_weeks: Weeks
    """From order to delivery, weeks."""
    commissioning_weeks: Weeks = 0.0
    """From delivery to acceptance, weeks."""
    source: Text
    """Source of the times."""


def check_range(low: float | None, price: float, high: float | None) -> None:
    """Refuse a range that does not hold its price.

    Raises:
        ValueError: where the price lies outside.
    """
    if (low is not None and low > price) or (high is not None and high < price):
        raise ValueError("unit_price_low <= unit_price <= unit_price_high")


@dataclass(frozen=True, kw_only=True, slots=True)
class Price(Noun):
    """Price of one unit, with its currency and its date."""

    model: Model
    """Pod, node, switch, module or equipment of the catalogue."""
    unit_price: Annotated[Money, Was("each")]
    """Price of one unit."""
    unit_price_low: Money | None = None
    """Lower end of its range, where one is known."""
    unit_price_high: Money | None = None
    """Upper end of its range, where one is known."""
    currency: Currency
    """Currency of the price, as ISO 4217 spells it."""
    vintage: date
    """Day of the price."""
    source: Text
    """Who stated the price, and where."""

    def __post_init__(self) -> None:
        check_range(self.unit_price_low, self.unit_price, self.unit_price_high)


class RatedKind(StrEnum):
    """What is priced by its rating: a table of the plan."""

    HALLS = "halls"
    """Building, by kW of its limit of IT power."""
    INTAKES = "intakes"
    """Utility connections, by kVA."""
    TRANSFORMERS = "transformers"
    """By kVA."""
    UPS_SYSTEMS = "ups_systems"
    """By kW."""
    RECTIFIERS = "rectifiers"
    """By kW."""
    GENERATORS = "generators"
    """By kW."""
    BATTERIES = "batteries"
    """By kW."""
    COOLING_LOOPS = "cooling_loops"
    """Pumps or fan walls, by kW of heat."""
    CDUS = "cdus"
    """By kW of heat."""
    CHILLERS = "chillers"
    """By kW of heat."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedPrice(Noun):
    """Price of a kVA or kW of one kind of plant or building, for all of it whose model has no price of its own."""

    kind: RatedKind
    """What it is the price of; all units count, spare ones too."""
    unit_price: Money
    """Price of one kVA of intakes and transformers, of one kW of all others."""
    unit_price_low: Money | None = None
    """Lower end of its range, where one is known."""
    unit_price_high: Money | None = None
    """Upper end of its range, where one is known."""
    currency: Currency
    """Currency of the price, as ISO 4217 spells it."""
    vintage: date
    """Day of the price."""
    source: Text
    """Who stated the price, and where."""

    def __post_init__(self) -> None:
        check_range(self.unit_price_low, self.unit_price, self.unit_price_high)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeRate(Noun):
    """Units of the budget's currency for one unit of another."""

    currency: Currency
    """The other currency, as ISO 4217 spells it."""
    rate: Annotated[float, Gt(TINY), Le(1e6)]
    """Units of the budget's currency for one unit of ``currency``."""
    as_of: date
    """Day of the rate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget(Noun):
    """The most money that a phase may cost, and the prices that it is held against."""

    currency: Currency
    """Currency of all its sums, as ISO 4217 spells it."""
    capex: Money | None = None
    """Investment for everything that the phase adds."""
    opex_per_year: Money | None = None
    """Energy, maintenance, spare parts and staff of a year, for everything in service on the day of the phase."""
    other_capex: Money = 0.0
    """What has no price of its own, as one sum: work, and building, power and cooling without a rated price."""
    maintenance_fraction: Annotated[float, Unit("fraction"), Ge(0), Le(1)] = 0.0
    """Maintenance of a year over the investment in hardware."""
    spares_fraction: Annotated[float, Unit("fraction"), Ge(0), Le(1)] = 0.0
    """Spare parts of a year over the investment in hardware."""
    staff_fraction: Annotated[float, Unit("fraction"), Ge(0), Le(1)] = 0.0
    """Staff of a year over the investment in hardware."""
    prices: Annotated[tuple[Price, ...], Len(0, 1_000)] = ()
    """Prices that replace those of the catalogue."""
    rated_prices: Annotated[tuple[RatedPrice, ...], Len(0, 32)] = ()
    """Prices of plant and building by their rating."""
    exchange: Annotated[tuple[ExchangeRate, ...], Len(0, 32)] = ()
    """Rates of other currencies."""
    oldest_price_days: Annotated[int, Unit("days"), Ge(1), Le(10_000)] = 730
    """Age of a price on the first day of the phase above which it is a review, days."""

    @property
    def yearly_fraction(self) -> float:
        """Maintenance, spare parts and staff of a year over the investment in hardware."""
        return self.maintenance_fraction + self.spares_fraction + self.staff_fraction
