"""Cost of a phase: its hardware at dated prices, and a year of operation of everything in service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Figure
from petaplan.capacity.hardware import Node, PodModel
from petaplan.capacity.hub import Phase
from petaplan.capacity.site import Site
from petaplan.capacity.state import State, states_of
from petaplan.capacity.supply import Budget

USD = "USD"


@dataclass(frozen=True, slots=True)
class Priced:
    """So many of one model at a price."""

    model: str
    count: int
    each: float
    """In the budget's currency."""
    vintage: date
    source: str

    @property
    def amount(self) -> float:
        """All of them together."""
        return self.count * self.each


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum with its parts, and what has no price."""

    parts: tuple[Priced, ...]
    missing: tuple[str, ...]

    @property
    def amount(self) -> float:
        """Everything that has a price."""
        return sum(part.amount for part in self.parts)


def hardware_cost(design: Design, placements: Iterable[Placement], budget: Budget) -> Cost:
    """Pods at the price of their model, what else there is node by node."""
    counts: dict[str, int] = {}
    for one in placements:
        for model, count in _wares(design, one, budget):
            counts[model] = counts.get(model, 0) + count
    parts: list[Priced] = []
    missing: dict[str, None] = {}
    for model, count in sorted(counts.items()):
        price = _price(design, model, budget)
        if isinstance(price, str):
            missing[price] = None
        else:
            each, vintage, source = price
            parts.append(Priced(model, count, each, vintage, source))
    return Cost(tuple(parts), tuple(missing))


def _wares(design: Design, placement: Placement, budget: Budget) -> Iterator[tuple[str, int]]:
    pod = getattr(placement, "model", None)
    if pod is not None and design.catalogue.find(PodModel, pod) and _has_price(design, pod, budget):
        yield pod, 1
        return
    for rack, facts in design.pod(placement).rack_groups:
        if _has_price(design, facts.model.model, budget):
            yield facts.model.model, rack.count
            continue
        for count, node in facts.nodes:
            yield node.model, rack.count * count
        if not facts.nodes:
            yield facts.model.model, rack.count


def _has_price(design: Design, model: str, budget: Budget) -> bool:
    return any(price.model == model for price in budget.prices) or _catalogue_price(design, model) is not None


def _catalogue_price(design: Design, model: str) -> Figure | None:
    product = design.catalogue.find(Node, model) or design.catalogue.find(PodModel, model)
    return product.price_usd if product else None


def _price(design: Design, model: str, budget: Budget) -> tuple[float, date, str] | str:
    """Price of one in the budget's currency, its day and source; or what would have to be known."""
    own = next((price for price in budget.prices if price.model == model), None)
    if own is not None:
        currency, amount, vintage, source = own.currency, own.unit_price, own.vintage, own.source
    elif (figure := _catalogue_price(design, model)) is not None:
        currency, amount, vintage, source = USD, figure.value, figure.as_of, figure.source
    else:
        return f"price of {model}"
    if currency == budget.currency:
        return amount, vintage, source
    rate = next((rate for rate in budget.exchange if rate.currency == currency), None)
    return f"exchange rate {currency} to {budget.currency}" if rate is None else (amount * rate.rate, vintage, source)


def tariff_on(site: Site, day: date) -> tuple[float, str, str] | None:
    """Price of a kilowatt-hour, its currency and its source on a day."""
    begun = [tariff for tariff in site.tariff if tariff.from_date <= day]
    if not begun:
        return None
    last = max(begun, key=lambda tariff: tariff.from_date)
    return last.per_kwh, last.currency, last.source


def state_of(design: Design, phase: Phase) -> State:
    """The hub on the day of a phase."""
    return next(state for state in states_of(design) if state.day == phase.in_service)
