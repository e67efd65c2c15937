"""DATA-004: declared values that nothing reads.

A value that a plan may leave out is read by a rule or a report, or it is listed here. ``tests/faults/test_unread.py``
traces what rules and reports read, and compares.
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.cooling import Coolant
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import attached
from petaplan.capacity.fabrics.layout import place_of
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import brought_cost, standing_cost, tariff_on
from petaplan.capacity.noun import Noun
from petaplan.capacity.power import Duty
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.site import Site
from petaplan.capacity.state import states_of
from petaplan.capacity.supply import Budget

USD = "USD"


@plan_rule(
    "DATA-004",
    "Every declared number is read",
    severity=Verdict.REVIEW,
    formula="declared values that no rule and no report reads = 0",
    basis="a number that nothing reads misleads; docs/basis/counts.md#values-that-nothing-reads",
)
def unread_values(design: Design) -> Iterator[Claim]:
    """The declared values that change nothing, in one finding of the hub."""
    unread = [
        *(name for site in design.hub.sites for name in _of_site(design, site)),
        *_of_halls(design),
        *_of_batteries(design),
        *_of_cooling(design),
        *_of_fabrics(design),
        *(name for phase in design.phases if phase.budget for name in _of_budget(design, phase, phase.budget)),
        *_of_delivery(design),
        *_ports_of_the_catalogue(design),
    ]
    hint = f"Nothing reads {', '.join(unread)}: remove it, or do not rest on it"
    inputs = (each_of(unread, "unread:", "values that nothing reads"),)
    yield must_be_zero(design.hub, len(unread), "values that nothing reads", part="unread", inputs=inputs, hint=hint)


def _declared(noun: Noun, *names: str) -> Iterator[str]:
    """The fields among some that are declared other than by default."""
    defaults = _defaults(type(noun))  # type: ignore[arg-type]  # classes are hashable
    yield from (name for name in names if getattr(noun, name) != defaults.get(name, MISSING))


@cache
def _defaults(kind: type[Noun]) -> dict[str, object]:
    return {one.name: one.default for one in fields(kind)}


def _of_site(design: Design, site: Site) -> Iterator[str]:
    """The outdoor temperature; shares of a year, tariffs and carbon factors that no promise asks for."""
    unread = [*_declared(site, "design_outdoor_c")]
    opex = [phase for phase in design.phases if phase.budget and phase.budget.opex_per_year is not None]
    if site.pue_limit is None and site.carbon_budget_t_per_year is None and not opex:
        unread += _declared(site, "annual_it_load_fraction", "annual_cooling_fraction")
    used = {tariff_on(site, phase.in_service) for phase in opex}
    unread += [
        f"the tariff from {one.from_date}" for one in site.tariff if (one.per_kwh, one.currency, one.source) not in used
    ]
    if site.carbon_budget_t_per_year is None:
        unread += [f"the {one.basis} carbon factor from {one.from_date}" for one in site.carbon]
    yield from (f"{name} of {site.name}" for name in unread)


def _of_halls(design: Design) -> Iterator[str]:
    """Cables to the meet-me room of halls from which no link with known ends goes to another hall."""
    asked = [hall for hall in design.hub.halls if hall.meet_me_room_cable_m is not None]
    linked = _linked_halls(design) if asked else set()
    yield from (f"meet_me_room_cable_m of {hall.name}" for hall in asked if hall.name not in linked)


def _linked_halls(design: Design) -> set[str]:
    """Halls with an end of a link whose other end is in another hall, where both positions are known."""
    linked: set[str] = set()
    for state in states_of(design):
        for entry in attached(state).values():
            ends = [(one.placement, one.rack, one.facts) for one in entry.links]
            nodes = {place.hall.name for end in ends if (place := place_of(design, *end)) is not None}
            racks = {place.hall.name for end in entry.cabinets if (place := place_of(design, *end)) is not None}
            for hall in nodes | racks:
                others = (nodes | racks if hall in racks else racks) - {hall}
                linked |= {hall} if others else set()
    return linked


def _of_batteries(design: Design) -> Iterator[str]:
    """Values of duties that a battery does not have."""
    for battery in design.hub.batteries:
        if Duty.PEAK_SHAVING not in battery.duties:
            fields_of_it = _declared(battery, "peak_shaving_kw", "peak_shaving_minutes_per_day")
            yield from (f"{name} of {battery.name}" for name in fields_of_it)
        if set(battery.duties) == {Duty.PEAK_SHAVING}:
            yield from (f"{name} of {battery.name}" for name in _declared(battery, "backup_minutes"))


def _of_cooling(design: Design) -> Iterator[str]:
    """The flow of loops of air."""
    for loop in design.hub.cooling_loops:
        if loop.coolant is Coolant.AIR:
            yield from (f"{name} of {loop.name}" for name in _declared(loop, "flow_l_per_min"))


def _of_fabrics(design: Design) -> Iterator[str]:
    """The oversubscription of a tier without uplinks."""
    for fabric in design.hub.fabrics:
        for at, tier in enumerate(fabric.tiers):
            if tier.up is None or at == len(fabric.tiers) - 1:
                yield from (f"{name} of {fabric.name}/{tier.name}" for name in _declared(tier, "oversubscription"))


def _of_budget(design: Design, phase: Phase, budget: Budget) -> Iterator[str]:
    """Parts of sums that have no limit, ages of prices that are not there, and rates that no sum uses."""
    unread: list[str] = []
    if budget.capex is None:
        unread += _declared(budget, "other_capex")
    if budget.opex_per_year is None:
        unread += _declared(budget, "maintenance_fraction", "spares_fraction", "staff_fraction")
    if not brought_cost(design, phase, budget).parts:
        unread += _declared(budget, "oldest_price_days")
    spent = _currencies(design, phase, budget) if budget.exchange else set()
    unread += [f"the exchange rate of {rate.currency}" for rate in budget.exchange if rate.currency not in spent]
    yield from (f"{name} of the budget of {phase.name}" for name in unread)


def _currencies(design: Design, phase: Phase, budget: Budget) -> set[str]:
    """Currencies of the prices and tariffs that the sums of a budget use."""
    models = brought_cost(design, phase, budget).models
    spent: set[str] = set()
    if budget.opex_per_year is not None:
        if budget.yearly_fraction:
            models |= standing_cost(design, phase, budget).models
        tariffs = [tariff_on(site, phase.in_service) for site in design.hub.sites]
        spent |= {tariff[1] for tariff in tariffs if tariff is not None}
    own = {price.model: price.currency for price in budget.prices}
    own |= {str(price.kind): price.currency for price in budget.rated_prices}
    return spent | {own.get(model, USD) for model in models}


def _of_delivery(design: Design) -> Iterator[str]:
    """What is expected of the delivery of targets, where there is no target."""
    if design.hub.delivery is not None and not design.hub.targets:
        yield "delivery"


def _ports_of_the_catalogue(design: Design) -> Iterator[str]:
    """Ports that a run of racks declares, where its nodes publish theirs."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).rack_groups:
            for field in ("scale_out", "storage"):
                published = [getattr(node, field) is not None for _, node in facts.nodes]
                if getattr(rack, field) is not None and all(published):
                    owner = "" if rack.name == placement.name else f"{placement.name}/"
                    yield f"{field} of {owner}{rack.name}"
