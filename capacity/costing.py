"""What a plan costs: investment by phase and quarter, stage gates, a year of operation, and present cost.

A phase without a budget is priced in dollars of the catalogue. A price that nobody states is named, and the sum is a
lower bound. Source of the formulas: docs/basis/supply.md#prices-and-budgets.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petaplan.capacity.design import Design
from petaplan.capacity.errors import Problem
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import USD, Cost, brought_cost, rated_kinds
from petaplan.capacity.operating import energy_bill, maintained_hardware
from petaplan.capacity.quarters import quarter_end
from petaplan.capacity.supply import Budget
from petaplan.capacity.throughput.counted import peak_precision
from petaplan.capacity.throughput.factors import phase_waterfalls
from petaplan.capacity.units import HOURS_PER_YEAR

DAYS_PER_YEAR = 365.25
MOST_GROWTH = 60.0
"""Natural logarithm of the most that money of the past is worth now, over what it was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseCost:
    """The money of one phase, in one currency."""

    phase: str
    currency: str
    bought: Cost
    """What has a price, and what has none."""
    other_capex: float
    unpriced_plant: tuple[tuple[str, int], ...]
    """Kinds of power and cooling plant without a price, with their units; ``other_capex`` may hold them."""
    starts: date
    in_service: date
    released: date | None
    """Acceptance of the last phase that it waits for: its stage gate; None for a first phase."""
    quarters: tuple[tuple[date, float], ...]
    """End of each quarter, and the money that is due in it."""
    opex_per_year: float
    """Energy, maintenance, spare parts and staff of everything in service on its day."""
    opex_missing: tuple[str, ...]
    precision: Precision
    """That of the delivered petaflops: of the last target, BF16 without one."""
    delivered_pflops: float
    """Median of everything in service on its day, PFLOP/s."""
    rates: Mapping[str, float]
    """Units of its currency for one unit of each other that its budget has a rate of."""

    @property
    def capex(self) -> float:
        """Investment; a lower bound where a price is missing."""
        return self.bought.amount + self.other_capex

    @property
    def band(self) -> tuple[float, float] | None:
        """Investment at the lower and the upper ends of all prices; None where no price has a range."""
        found = self.bought.band
        return None if found is None else (found[0] + self.other_capex, found[1] + self.other_capex)

    @property
    def before_gate(self) -> float:
        """Investment that is due before the money of the phase is released."""
        return 0.0 if self.released is None else self.paid(self.released - timedelta(days=1))

    @property
    def whole(self) -> bool:
        """Whether all of its investment has a price."""
        return not self.bought.missing and (not self.unpriced_plant or bool(self.other_capex))

    def committed(self, on: date) -> float:
        """The investment once the work of the phase has begun, else nothing."""
        return self.capex if self.starts <= on else 0.0

    def paid(self, on: date) -> float:
        """The share of the investment whose days have passed."""
        days = (self.in_service - self.starts).days + 1
        gone = min(max((on - self.starts).days + 1, 0), days)
        return self.capex * gone / days

    def present(self, rate: float, on: date) -> float | None:
        """``sum of quarter / (1 + rate)^years``, years from a day to the end of the quarter.

        None where quarters lie so long before the day that the sum says nothing: over 1e26 times the money.
        """
        years = [((day - on).days / DAYS_PER_YEAR, amount) for day, amount in self.quarters]
        growth = math.log1p(rate)
        if any(-time * growth > MOST_GROWTH for time, _ in years):
            return None
        return sum(amount * math.exp(-time * growth) for time, amount in years)

    def per_pflop_hour(self, lifetime_years: float, invested: float) -> float | None:
        """``(investment so far / lifetime + a year of operation) / (delivered PFLOP/s x 8,760 h)``."""
        if not self.delivered_pflops:
            return None
        return (invested / lifetime_years + self.opex_per_year) / (self.delivered_pflops * HOURS_PER_YEAR)


def costs_of(design: Design) -> tuple[PhaseCost, ...]:
    """The cost of every phase, in the order of their days."""
    last = max(design.hub.targets, key=lambda target: (target.by, target.name), default=None)
    precision = Precision.BF16 if last is None else peak_precision(design, last)
    delivered = {chain.label: chain.delivered.mid for chain in phase_waterfalls(design, precision)}
    return tuple(_of_phase(design, phase, precision, delivered.get(phase.name, 0.0)) for phase in design.phases)


def price_problems(design: Design) -> Iterator[Problem]:
    """Declared prices in a currency that their budget has no rate of: no sum can take them."""
    for phase in design.phases:
        if phase.budget is not None:
            known = {phase.budget.currency, *(rate.currency for rate in phase.budget.exchange)}
            stated = [(price.model, price.currency) for price in phase.budget.prices]
            stated += [(str(price.kind), price.currency) for price in phase.budget.rated_prices]
            for name, currency in stated:
                if currency not in known:
                    yield Problem(
                        where=f"{phase.declared_at}: budget of {phase.name}",
                        found=f"a price of {name} in {currency}, and no rate of it",
                        expected=f"{phase.budget.currency}, or a rate in exchange",
                        advice=f"state the rate of {currency} and its day",
                    )


def _of_phase(design: Design, phase: Phase, precision: Precision, delivered: float) -> PhaseCost:
    budget = phase.budget or Budget(currency=USD)
    bought = brought_cost(design, phase, budget)
    energy = energy_bill(design, phase, budget)
    maintained = maintained_hardware(design, phase, budget)
    gates = [design.by_name[name].in_service for name in phase.after]
    return PhaseCost(
        phase=phase.name,
        currency=budget.currency,
        bought=bought,
        other_capex=budget.other_capex,
        unpriced_plant=tuple(_unpriced(design, phase, budget)),
        starts=phase.starts,
        in_service=phase.in_service,
        released=max(gates, default=None),
        quarters=tuple(_quarters(phase, bought.amount + budget.other_capex)),
        opex_per_year=energy.amount + budget.yearly_fraction * maintained.amount,
        opex_missing=tuple(dict.fromkeys((*energy.missing, *maintained.missing))),
        precision=precision,
        delivered_pflops=delivered,
        rates={rate.currency: rate.rate for rate in budget.exchange},
    )


def _unpriced(design: Design, phase: Phase, budget: Budget) -> Iterator[tuple[str, int]]:
    """Power and cooling plant of a phase that no price covers, by kind."""
    priced = {price.model for price in budget.prices}
    rated = {row.name for kind in rated_kinds(budget) for row in getattr(design.hub, kind)}
    kinds: Counter[str] = Counter()
    for row in (*design.hub.power_nodes, *design.hub.cooling_nodes):
        if row.phase == phase.name and row.model not in priced and row.name not in rated:
            kinds[type(row).__name__] += row.units
    yield from sorted(kinds.items())


def _quarters(phase: Phase, amount: float) -> Iterator[tuple[date, float]]:
    """Equal parts on each day from the start to the day of the phase, by quarter."""
    days = (phase.in_service - phase.starts).days + 1
    first = phase.starts
    while first <= phase.in_service:
        end = min(quarter_end(first), phase.in_service)
        yield quarter_end(first), amount * ((end - first).days + 1) / days
        if end == phase.in_service:
            return
        first = end + timedelta(days=1)


def invested_by(costs: Sequence[PhaseCost]) -> Iterator[tuple[float, bool]]:
    """All investment up to each phase in the currency of that phase, and whether it is whole.

    Money of an earlier phase in another currency is taken at the rate of the later phase's budget. Without a rate, or a
    price, it is a lower bound.
    """
    for at, cost in enumerate(costs):
        amount, whole = 0.0, True
        for earlier in costs[: at + 1]:
            rate = 1.0 if earlier.currency == cost.currency else cost.rates.get(earlier.currency)
            amount += earlier.capex * (rate or 0.0)
            whole = whole and earlier.whole and rate is not None
        yield amount, whole


def by_quarter(costs: tuple[PhaseCost, ...], currency: str) -> Mapping[date, Mapping[str, float]]:
    """Money due in each quarter, by phase, in one currency."""
    found: dict[date, dict[str, float]] = {}
    for cost in costs:
        if cost.currency == currency:
            for day, amount in cost.quarters:
                found.setdefault(day, {})[cost.phase] = amount
    return dict(sorted(found.items()))
