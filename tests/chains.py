"""Random power chains for Hypothesis: any shape that is no ring, with spare paths, stand-bys and shared sources."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from petaplan.capacity.electric.graph import Load, PowerGraph, in_order
from petaplan.capacity.power import (
    Battery,
    Busway,
    Duty,
    Feed,
    Generator,
    Intake,
    PowerObject,
    Rectifier,
    Supply,
    SupplyStep,
    Transformer,
    Ups,
)

KINDS = ("transformer", "ups", "rectifier", "busway", "dc-busway", "feed", "dc-feed", "storage")


def intake(name: str, **changes: Any) -> Intake:
    """A connection of 5 MVA."""
    step = SupplyStep(from_date=date(2026, 1, 1), contracted_kva=5_000)
    return Intake(
        name=name, phase="first", site="site", voltage_ll_v=11_000, unit_rated_kva=5_000, supply=(step,)
    ).replace(**changes)


def generator(name: str, **changes: Any) -> Generator:
    """A set of 2 MVA."""
    return Generator(
        name=name,
        phase="first",
        site="site",
        unit_rated_kva=2_000,
        unit_rated_kw=1_600,
        start_seconds=15,
        fuel_hours=24,
    ).replace(**changes)


def transformer(name: str, *fed_by: str, **changes: Any) -> Transformer:
    """1 MVA, 11 kV to 400 V."""
    return Transformer(
        name=name,
        phase="first",
        fed_by=fed_by,
        unit_rated_kva=1_000,
        secondary_voltage_ll_v=400,
        efficiency_fraction=0.99,
        no_load_loss_kw=2,
    ).replace(**changes)


def ups(name: str, *fed_by: str, **changes: Any) -> Ups:
    """Modules of 500 kW."""
    return Ups(
        name=name,
        phase="first",
        fed_by=fed_by,
        unit_rated_kva=500,
        unit_rated_kw=500,
        efficiency_fraction=0.96,
        no_load_loss_kw=3,
    ).replace(**changes)


def busway(name: str, *fed_by: str, **changes: Any) -> Busway:
    """1,000 A at 400 V."""
    return Busway(
        name=name, phase="first", hall="hall", fed_by=fed_by, voltage_ll_v=400, rated_current_a=1_000
    ).replace(**changes)


def feed(name: str, *fed_by: str, **changes: Any) -> Feed:
    """Circuits of 125 A at 400 V."""
    return Feed(name=name, phase="first", fed_by=fed_by, voltage_ll_v=400, rated_current_a=125, units=10).replace(
        **changes
    )


def rectifier(name: str, *fed_by: str, **changes: Any) -> Rectifier:
    """Modules of 400 kW at 800 V."""
    return Rectifier(
        name=name,
        phase="first",
        fed_by=fed_by,
        unit_rated_kw=400,
        output_voltage_dc_v=800,
        efficiency_fraction=0.97,
        no_load_loss_kw=2,
        autonomy_minutes=1,
    ).replace(**changes)


def dc_busway(name: str, *fed_by: str, **changes: Any) -> Busway:
    """1,000 A at 800 V of direct current."""
    return busway(name, *fed_by, supply=Supply.DC, voltage_ll_v=None, voltage_dc_v=800, **changes)


def dc_feed(name: str, *fed_by: str, **changes: Any) -> Feed:
    """Circuits of 125 A at 800 V of direct current."""
    return feed(name, *fed_by, supply=Supply.DC, voltage_ll_v=None, voltage_dc_v=800, **changes)


def storage(name: str, *fed_by: str, standby_from: tuple[str, ...] = (), **changes: Any) -> Battery:
    """Batteries of 1 MW for an hour; they have no stand-by source."""
    return Battery(
        name=name,
        phase="first",
        fed_by=(*fed_by, *standby_from),
        unit_rated_kw=1_000,
        unit_energy_kwh=1_000,
        duties=(Duty.RIDE_THROUGH,),
    ).replace(**changes)


def load(name: str, *feeds: str, power_kw: float = 100.0, cabinets: int = 4, hall: str = "hall") -> Load:
    """Cabinets in one hall."""
    return Load(name=name, feeds=feeds, power_kw=power_kw, cabinets=cabinets, owner=name, halls=(hall,))


def chain(nodes: list[PowerObject], loads: list[Load]) -> PowerGraph:
    """The chain of these objects, at a power factor of one."""
    return PowerGraph(nodes=in_order(nodes), loads=tuple(loads))


BUILD: dict[str, Callable[..., PowerObject]] = {
    "transformer": transformer,
    "ups": ups,
    "rectifier": rectifier,
    "busway": busway,
    "dc-busway": dc_busway,
    "feed": feed,
    "dc-feed": dc_feed,
    "storage": storage,
}


@st.composite
def random_chains(draw: st.DrawFn) -> tuple[list[PowerObject], list[Load]]:
    """Objects and loads of a chain of any shape."""
    nodes: list[PowerObject] = [
        intake(f"intake-{n}", units=draw(st.integers(1, 2))) for n in range(draw(st.integers(1, 3)))
    ]
    nodes += [generator(f"generator-{n}", units=draw(st.integers(1, 3))) for n in range(draw(st.integers(0, 2)))]
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        known = [node.name for node in nodes if not isinstance(node, Feed)]
        fed_by = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
        rest = [name for name in known if name not in fed_by]
        standby = draw(st.lists(st.sampled_from(rest), max_size=2, unique=True)) if rest else []
        units = draw(st.integers(1, 4))
        nodes.append(BUILD[kind](f"{kind}-{number}", *fed_by, standby_from=tuple(standby), units=units))
    feeds = [node.name for node in nodes if not isinstance(node, Intake | Generator)]
    loads = [
        load(
            f"load-{number}",
            *draw(st.lists(st.sampled_from(feeds), max_size=3, unique=True)),
            power_kw=draw(st.floats(0.5, 2_000)),
            cabinets=draw(st.integers(0, 20)),
            hall=draw(st.sampled_from(("hall", "other"))),
        )
        for number in range(draw(st.integers(1, 8)))
    ]
    return nodes, loads
