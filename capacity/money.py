"""Cost of a phase: what it brings at dated prices, and a year of operation of everything in service."""

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from petaplan.capacity.cooling import Cdu, Chiller, CoolingLoop
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.fabrics.attachment import attached, cabinets_of
from petaplan.capacity.fabrics.bill import Item, brought_by
from petaplan.capacity.figures import Figure
from petaplan.capacity.hardware import Node, PodModel
from petaplan.capacity.hub import Phase
from petaplan.capacity.network import Fabric, FabricKind
from petaplan.capacity.noun import Scheduled
from petaplan.capacity.power import PowerObject
from petaplan.capacity.site import Hall, Site
from petaplan.capacity.state import State, states_of
from petaplan.capacity.supply import Budget, Price, RatedKind, RatedPrice

USD = "USD"

CoolingObject = CoolingLoop | Cdu | Chiller


@dataclass(frozen=True, slots=True)
class Priced:
    """So many of one model at a price."""

    model: str
    """Model of the catalogue, or a table of the plan whose objects are priced by their rating."""
    count: float
    each: float
    """In the budget's currency."""
    vintage: date
    source: str
    each_low: float | None = None
    each_high: float | None = None
    unit: str = ""
    """Unit of the rating: kVA or kW."""

    @property
    def amount(self) -> float:
        """All of them together."""
        return self.count * self.each

    @property
    def ends(self) -> tuple[float, float]:
        """All of them at the lower and the upper end of their price; the price itself where it has no range."""
        low = self.each if self.each_low is None else self.each_low
        high = self.each if self.each_high is None else self.each_high
        return self.count * low, self.count * high


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum with its parts, and what has no price."""

    parts: tuple[Priced, ...]
    missing: tuple[str, ...]
    models: frozenset[str] = frozenset()
    """Models that are counted, with a price or without."""

    @property
    def amount(self) -> float:
        """Everything that has a price."""
        return sum(part.amount for part in self.parts)

    @property
    def band(self) -> tuple[float, float] | None:
        """The sums of all lower and of all upper ends; None where no price has a range."""
        if all(part.each_low is None and part.each_high is None for part in self.parts):
            return None
        return sum(part.ends[0] for part in self.parts), sum(part.ends[1] for part in self.parts)


def hardware_cost(design: Design, placements: Iterable[Placement], budget: Budget) -> Cost:
    """Pods at the price of their model, other racks at theirs or node by node."""
    return _cost(design, budget, placements, (), ())


def brought_cost(design: Design, phase: Phase, budget: Budget) -> Cost:
    """Everything that a phase brings: pods, racks or nodes; switches, modules, cables; plant and halls with a price."""
    placements = [one for one in design.placements if one.phase == phase.name]
    equipment = [node for node in _equipment(design) if node.phase == phase.name]
    halls = [hall for hall in design.hub.halls if hall.phase == phase.name]
    return _cost(design, budget, placements, _network(design, phase, (phase,), budget), equipment, halls)


def standing_cost(design: Design, phase: Phase, budget: Budget) -> Cost:
    """Everything in service on the day of a phase, at the prices of its budget, buildings left out."""
    day = phase.in_service
    placements = [one for one in design.placements if design.in_service_on(one, day)]
    equipment = [node for node in _equipment(design) if design.in_service_on(node, day)]
    begun = tuple(other for other in design.phases if other.in_service <= day)
    return _cost(design, budget, placements, _network(design, phase, begun, budget), equipment)


def _cost(  # noqa: PLR0917 - what is bought, kind by kind
    design: Design,
    budget: Budget,
    placements: Iterable[Placement],
    network: Iterable[tuple[str, int]],
    equipment: Sequence[PowerObject | CoolingObject],
    halls: Sequence[Hall] = (),
) -> Cost:
    counts: dict[str, int] = {}
    priced = {price.model for price in budget.prices}
    wares = (ware for one in placements for ware in _wares(design, one, budget))
    built = ((node.model, node.units) for node in equipment if node.model in priced)
    for model, count in (*wares, *network, *built):
        if model and count:
            counts[model] = counts.get(model, 0) + count
    parts: list[Priced] = []
    missing: dict[str, None] = {}
    for model, count in sorted(counts.items()):
        price = _price(design, model, budget)
        if isinstance(price, str):
            missing[price] = None
        else:
            parts.append(replace(price, count=count))
    rated = {one.kind: _rating(design, one.kind, [*equipment, *halls], priced) for one in budget.rated_prices}
    for kind, rating in rated.items():
        if rating:
            price = _rated_price(next(one for one in budget.rated_prices if one.kind is kind), rating, budget)
            if isinstance(price, str):
                missing[price] = None
            else:
                parts.append(price)
    return Cost(tuple(parts), tuple(missing), frozenset((*counts, *(str(kind) for kind in rated if rated[kind]))))


RATINGS: Mapping[RatedKind, tuple[str, str]] = {
    RatedKind.HALLS: ("it_power_limit_kw", "kW"),
    RatedKind.INTAKES: ("unit_rated_kva", "kVA"),
    RatedKind.TRANSFORMERS: ("unit_rated_kva", "kVA"),
} | {
    kind: ("unit_rated_kw", "kW")
    for kind in RatedKind
    if kind not in {RatedKind.HALLS, RatedKind.INTAKES, RatedKind.TRANSFORMERS}
}
"""By kind: the field that a rated price is for, and its unit."""


def _rating(design: Design, kind: RatedKind, rows: Iterable[Scheduled], priced: Container[str]) -> float:
    """Rating of all units of one kind whose model has no price of its own, kVA or kW."""
    table = {row.name for row in getattr(design.hub, kind)}
    return math.fsum(
        getattr(row, "units", 1) * getattr(row, RATINGS[kind][0])
        for row in rows
        if row.name in table and getattr(row, "model", None) not in priced
    )


def rated_kinds(budget: Budget) -> frozenset[str]:
    """Tables of the plan that a budget has a rated price of."""
    return frozenset(str(one.kind) for one in budget.rated_prices)


def _rated_price(one: RatedPrice, rating: float, budget: Budget) -> Priced | str:
    """The cost of a rating, or what would have to be known."""
    made = _converted(one.kind, one.unit_price, one.currency, one.vintage, one.source, budget)
    if isinstance(made, str):
        return made
    return replace(_ranged(made, one, budget), count=rating, unit=RATINGS[one.kind][1])


def _equipment(design: Design) -> Iterator[PowerObject | CoolingObject]:
    yield from design.hub.power_nodes
    yield from design.hub.cooling_nodes


def _network(design: Design, phase: Phase, phases: Iterable[Phase], budget: Budget) -> Iterator[tuple[str, int]]:
    """Switches, modules and cables that some phases bring, those left out that are sold with cabinets and pods.

    Fibre is work on the building, and is in ``other_capex``.
    """
    state = state_of(design, phase)
    standing = {fabric.name: fabric for fabric in state.in_service(design.hub.fabrics)}
    sold = {
        (name, model): count for name, one in cabinets_of(state, {}).items() for model, count in one.switches.items()
    }
    for line in (line for one in phases for line in brought_by(design, one.name)):
        fabric = standing.get(line.fabric)
        if fabric is None or line.item is Item.FIBRE or _sold_with_pods(design, state, fabric, budget):
            continue
        count: float = line.count
        if line.item is Item.SWITCH:
            with_cabinets = min(count, sold.get((line.fabric, line.model), 0.0))
            sold[line.fabric, line.model] = sold.get((line.fabric, line.model), 0.0) - with_cabinets
            count -= with_cabinets
        yield line.model, round(count)


def _sold_with_pods(design: Design, state: State, fabric: Fabric, budget: Budget) -> bool:
    """Whether a scale-up network comes with pods that have a price as a whole."""
    pods = attached(state)[fabric.name].placement.values()
    models = [getattr(pod, "model", None) for pod in pods]
    return fabric.kind is FabricKind.SCALE_UP and all(
        model and _pod_has_price(design, model, budget) for model in models
    )


def _pod_has_price(design: Design, model: str, budget: Budget) -> bool:
    return design.catalogue.find(PodModel, model) is not None and _has_price(design, model, budget)


def _wares(design: Design, placement: Placement, budget: Budget) -> Iterator[tuple[str, int]]:
    pod = getattr(placement, "model", None)
    if pod is not None and _pod_has_price(design, pod, budget):
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


def _price(design: Design, model: str, budget: Budget) -> Priced | str:
    """Price of one in the budget's currency, its day and source; or what would have to be known."""
    own = next((price for price in budget.prices if price.model == model), None)
    if own is not None:
        made = _converted(model, own.unit_price, own.currency, own.vintage, own.source, budget)
        return made if isinstance(made, str) else _ranged(made, own, budget)
    if (figure := _catalogue_price(design, model)) is None:
        return f"price of {model}"
    return _converted(model, figure.value, USD, figure.as_of, figure.source, budget)


def _ranged(made: Priced, stated: Price | RatedPrice, budget: Budget) -> Priced:
    """A price with its range, in the budget's currency."""
    rate = next((rate.rate for rate in budget.exchange if rate.currency == stated.currency), 1.0)
    rate = 1.0 if stated.currency == budget.currency else rate
    low, high = (None if end is None else end * rate for end in (stated.unit_price_low, stated.unit_price_high))
    return replace(made, each_low=low, each_high=high)


def _converted(  # noqa: PLR0917 - the parts of a price
    model: str, amount: float, currency: str, vintage: date, source: str, budget: Budget
) -> Priced | str:
    """One at its price in the budget's currency.

    A price in another currency is as old as the older of the price and the exchange rate.
    """
    if currency == budget.currency:
        return Priced(model, 1, amount, vintage, source)
    rate = next((rate for rate in budget.exchange if rate.currency == currency), None)
    if rate is None:
        return f"exchange rate {currency} to {budget.currency}"
    told = source if rate.as_of >= vintage else f"{source}; exchange rate of {rate.as_of}"
    return Priced(model, 1, amount * rate.rate, min(vintage, rate.as_of), told)


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
