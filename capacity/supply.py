"""Spares, orders, prices and the budget of a phase."""

from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Price(Noun):
    """Price of one unit, with its currency and its date."""

    model: Model
    """Pod, node, switch, module or equipment of the catalogue."""
    unit_price: Annotated[Money, Was("each")]
    """Price of one unit."""
    currency: Currency
    """Currency of the price, as ISO 4217 spells it."""
    vintage: date
    """Day of the price."""
    source: Text
    """Who stated the price, and where."""


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
    """Energy and maintenance of a year, for everything in service on the day of the phase."""
    other_capex: Money = 0.0
    """Building, power, cooling and work, as one sum."""
    maintenance_fraction: Annotated[float, Unit("fraction"), Ge(0), Le(1)] = 0.0
    """Maintenance of a year over the investment in hardware."""
    prices: Annotated[tuple[Price, ...], Len(0, 1_000)] = ()
    """Prices that replace those of the catalogue."""
    exchange: Annotated[tuple[ExchangeRate, ...], Len(0, 32)] = ()
    """Rates of other currencies."""
    oldest_price_days: Annotated[int, Unit("days"), Ge(1), Le(10_000)] = 730
    """Age of a price on the first day of the phase above which it is a review, days."""
