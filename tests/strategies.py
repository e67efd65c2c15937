"""Hypothesis strategies of the domain: small valid hubs with every table filled now and then."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from petaplan.capacity.compute import DeclaredTotals, Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import Coolant
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.figures import STATED, Engine, Sparsity
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.capacity.site import Hall, Jurisdiction, Redundancy, Site
from petaplan.capacity.supply import Budget, ExchangeRate, Order, Price, RatedKind, RatedPrice, Spares
from petaplan.capacity.targets import Counting, Measure, Target
from tests.drawing import Names, amounts, days, labels, maybe, models, run_facts, some, texts
from tests.plant_strategies import cooling, fabrics, power


@st.composite
def hubs(draw: DrawFn) -> Hub:
    """A hub that is a valid declaration; its parts need not make sense as a plan."""
    name = Names(draw)
    count = st.integers(0, 2)
    phase_names = [name("phase") for _ in range(draw(st.integers(1, 3)))]
    site_names = [name("site") for _ in range(draw(st.integers(1, 2)))]
    one_phase, one_site = st.sampled_from(phase_names), st.sampled_from(site_names)
    halls = tuple(draw(_hall(name("hall"), draw(one_site), draw(one_phase))) for _ in range(draw(count)))
    hall_names = [hall.name for hall in halls]
    chain = draw(power(name, one_site, one_phase, hall_names))
    power_names = [row.name for rows in chain.values() for row in rows]
    plant = draw(cooling(name, one_site, one_phase, hall_names, power_names))
    networks = draw(fabrics(name, one_site, one_phase))
    inside = {
        "feeds": [feed.name for feed in chain["feeds"]],
        "liquid": [loop.name for loop in plant["cooling_loops"] if loop.coolant is Coolant.LIQUID],
        "air": [loop.name for loop in plant["cooling_loops"] if loop.coolant is Coolant.AIR],
        "fabrics": [fabric.name for fabric in networks],
    }
    return Hub(
        name=draw(labels()),
        description=draw(maybe(texts)),
        owner=draw(maybe(texts)),
        sites=tuple(draw(_site(site)) for site in site_names),
        halls=halls,
        phases=tuple(draw(_phase(phase, phase_names[:at])) for at, phase in enumerate(phase_names)),
        targets=tuple(draw(_target(name("target"), phase_names)) for _ in range(draw(count))),
        fabrics=networks,
        pods=tuple(
            draw(_pod(name("pod"), draw(one_phase), hall, inside)) for hall in hall_names for _ in range(draw(count))
        ),
        racks=tuple(draw(_alone(name("rack"), draw(one_phase), hall, inside)) for hall in hall_names),
        assumptions=tuple(draw(_assumption(name("assumption"))) for _ in range(draw(count))),
        delivery=draw(maybe(_delivery())),
        **chain,
        **plant,
    )


@st.composite
def _delivery(draw: DrawFn) -> Delivery:
    low, mid, high = sorted(draw(st.tuples(*[st.floats(0.1, 1)] * 3)))
    share = Expectation(low=low, mid=mid, high=high, source=draw(texts), as_of=draw(days))
    return Delivery(
        availability=draw(maybe(st.just(share))),
        job_accelerators=draw(maybe(st.integers(1, 9_999))),
        checkpoint_minutes=draw(st.sampled_from([1.0, 2.5])),
    )


@st.composite
def _budget(draw: DrawFn) -> Budget:
    price = Price(
        model=draw(models), unit_price=draw(amounts(1, 9e6)), currency="CNY", vintage=draw(days), source=draw(texts)
    )
    rated = RatedPrice(
        kind=draw(st.sampled_from(RatedKind)),
        unit_price=draw(amounts(1, 9e3)),
        currency="CNY",
        vintage=draw(days),
        source=draw(texts),
    )
    return Budget(
        currency="HKD",
        capex=draw(maybe(amounts(1, 9e9))),
        opex_per_year=draw(maybe(amounts(1, 9e9))),
        staff_fraction=draw(st.sampled_from([0.0, 0.02])),
        prices=draw(st.sampled_from([(), (price,)])),
        rated_prices=draw(st.sampled_from([(), (rated,)])),
        exchange=(ExchangeRate(currency="CNY", rate=1.08, as_of=draw(days)),),
    )


@st.composite
def _order(draw: DrawFn) -> Order:
    return Order(item=draw(texts), ordered=draw(days), lead_weeks=draw(amounts(1, 99)), source=draw(texts))


@st.composite
def _spares(draw: DrawFn) -> Spares:
    return Spares(model=draw(models), count=draw(st.integers(0, 9)), availability=0.998, source=draw(texts))


@st.composite
def _site(draw: DrawFn, name: str) -> Site:
    return Site(
        name=name,
        country=draw(st.sampled_from(["HK", "CN", "SG"])),
        jurisdiction=draw(st.sampled_from(Jurisdiction)),
        utility=draw(maybe(texts)),
        design_outdoor_c=draw(maybe(st.floats(-10, 45))),
        load_power_factor=draw(st.floats(0.8, 1)),
        description=draw(maybe(texts)),
    )


@st.composite
def _hall(draw: DrawFn, name: str, site: str, phase: str) -> Hall:
    return Hall(
        name=name,
        site=site,
        phase=phase,
        in_service=draw(maybe(days)),
        floor_area_m2=draw(amounts(10, 10_000)),
        floor_load_kpa=draw(amounts(1, 50)),
        it_power_limit_kw=draw(amounts(1, 100_000)),
        rack_positions=draw(st.integers(1, 2_000)),
        redundancy=draw(st.sampled_from(Redundancy)),
        concurrently_maintainable=draw(st.booleans()),
    )


@st.composite
def _phase(draw: DrawFn, name: str, earlier: Sequence[str]) -> Phase:
    starts, in_service = sorted((draw(days), draw(days)))
    declared = DeclaredTotals(racks=draw(maybe(st.integers(1, 99))), it_power_kw=draw(maybe(amounts(1, 9_999))))
    return Phase(
        name=name,
        starts=starts,
        in_service=in_service,
        after=draw(some(earlier)),
        declared=draw(maybe(st.just(declared))),
        spares=tuple(draw(st.lists(_spares(), max_size=1))),
        orders=tuple(draw(st.lists(_order(), max_size=2))),
        budget=draw(maybe(_budget())),
        description=draw(maybe(texts)),
    )


@st.composite
def _target(draw: DrawFn, name: str, phases: Sequence[str]) -> Target:
    counting = draw(st.sampled_from(Counting))
    phase = draw(st.sampled_from(phases))
    return Target(
        name=name,
        pflops=draw(amounts(1, 100_000)),
        precisions=tuple(draw(st.lists(st.sampled_from(STATED), unique=True, min_size=1, max_size=3))),
        sparsity=draw(st.sampled_from(Sparsity)),
        engine=draw(st.sampled_from(Engine)),
        measure=draw(st.sampled_from(Measure)),
        counting=counting,
        by=draw(days),
        phase=phase if counting is Counting.INCREMENTAL else draw(maybe(st.just(phase))),
        source=draw(texts),
    )


@st.composite
def _assumption(draw: DrawFn, name: str) -> Assumption:
    figure: dict[str, Any] = {
        "model": draw(models),
        "quantity": "power_kw",
        "value": draw(amounts(0, 900)),
        "unit": "kW",
    }
    return Assumption(
        name=name,
        statement=draw(texts),
        reason=draw(texts),
        source=draw(maybe(texts)),
        as_of=draw(days),
        **(figure if draw(st.booleans()) else {}),
    )


@st.composite
def _pod(draw: DrawFn, name: str, phase: str, hall: str, inside: dict[str, list[str]]) -> Pod:
    run_names = draw(st.lists(labels(), unique=True, min_size=1, max_size=3))
    return Pod(
        name=name,
        phase=phase,
        hall=hall,
        model=draw(maybe(models)),
        racks=tuple(RackGroup(name=run, **draw(run_facts(inside["feeds"]))) for run in run_names),
        feeds=draw(some(inside["feeds"])),
        liquid_loop=draw(maybe(st.sampled_from(inside["liquid"]))) if inside["liquid"] else None,
        air_loop=draw(maybe(st.sampled_from(inside["air"]))) if inside["air"] else None,
        fabrics=draw(some(inside["fabrics"])),
        in_service=draw(maybe(days)),
        declared=draw(maybe(st.just(DeclaredTotals(racks=3)))),
    )


@st.composite
def _alone(draw: DrawFn, name: str, phase: str, hall: str, inside: dict[str, list[str]]) -> StandAloneRackGroup:
    return StandAloneRackGroup(
        name=name,
        phase=phase,
        hall=hall,
        fabrics=draw(some(inside["fabrics"])),
        air_loop=draw(maybe(st.sampled_from(inside["air"]))) if inside["air"] else None,
        **draw(run_facts(inside["feeds"])),
    )
