"""What keeps a phase going and what it costs: spares, orders, prices and the budget."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.noun import Noun
from petaplan.capacity.renames import Was
from petaplan.capacity.units import Currency, PositiveFraction, Text, Unit

Money = Annotated[float, Ge(0), Le(1e13)]
"""An amount in the currency that is named beside it."""
Weeks = Annotated[float, Unit("weeks"), Ge(0), Le(520)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spares(Noun):
    """So many spare nodes of one model, for all of that model in service on the day of the phase."""

    model: Model
    """Node of the catalogue."""
    count: Annotated[int, Ge(0), Le(1_000_000)]
    availability: PositiveFraction
    """Share of the time that one node is up, its repair counted."""
    confidence: PositiveFraction = 0.99
    """Share of the time in which the spares must suffice."""
    source: Text
    """Where the availability comes from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order(Noun):
    """Something ordered for a phase, and how long it takes to come and to be put to work."""

    item: Annotated[Text, Was("what")]
    """Model, or words for what has none: a transformer, a chiller."""
    ordered: date
    lead_weeks: Weeks
    commissioning_weeks: Weeks = 0.0
    source: Text
    """Who said how long it takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Price(Noun):
    """What one of something costs, and when that was so."""

    model: Model
    """Pod, node, switch, module or equipment of the catalogue."""
    unit_price: Annotated[Money, Was("each")]
    currency: Currency
    vintage: date
    """Day of the price."""
    source: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeRate(Noun):
    """Units of the budget's currency for one of another."""

    currency: Currency
    rate: Annotated[float, Gt(0), Le(1e6)]
    as_of: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget(Noun):
    """Most money that a phase may take, and the prices that it is held against."""

    currency: Currency
    capex: Money | None = None
    """For everything that the phase brings."""
    opex_per_year: Money | None = None
    """For a year of everything in service on the day of the phase: energy and maintenance."""
    other_capex: Money = 0.0
    """Building, power, cooling and work, which this plan prices as a sum."""
    maintenance_fraction: Annotated[float, Unit("fraction"), Ge(0), Le(1)] = 0.0
    """Maintenance of a year over the capex of the hardware."""
    prices: Annotated[tuple[Price, ...], Len(0, 1_000)] = ()
    """Before those of the catalogue."""
    exchange: Annotated[tuple[ExchangeRate, ...], Len(0, 32)] = ()
    oldest_price_days: Annotated[int, Unit("days"), Ge(1), Le(10_000)] = 730
    """Age on the first day of the phase from which a price is questioned."""
