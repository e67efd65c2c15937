"""PWR-018, PWR-020, PWR-027: power and energy of batteries, of UPSes and of the site."""

import math
from collections.abc import Iterator

from petaplan.capacity.claims import LOAD_FLOW, PLAN, Claim, at_least, at_most, planned
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.outage import start_seconds
from petaplan.capacity.electric.reserve import (
    bridge_seconds,
    ride_through_seconds,
    storage_energy_kwh,
    storage_load_kw,
    storage_power_kw,
    storages_above,
    ups_seconds,
)
from petaplan.capacity.findings import Given, Input, number
from petaplan.capacity.gaps import joined
from petaplan.capacity.power import Battery, Duty, Rectifier, Ups, is_dc
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.terms import more_units
from petaplan.capacity.state import State
from petaplan.capacity.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE


@rule(
    "PWR-018",
    "Batteries bridge the start of the generators",
    formula="start_seconds <= max(autonomy_minutes x 60 x limit / P_out, ride-through of a battery above, or of a "
    "UPS above a rectifier)",
    basis="stored energy is taken as proportional to the load; docs/basis/power.md#without-the-utility",
    also_on_contract_changes=True,
)
def bridges(state: State) -> Iterator[Claim]:
    """Each UPS and rectifier below generators that take over: seconds on battery at its load against their start."""
    graph = power_graph_of(state)
    starts = start_seconds(graph)
    for place, node in enumerate(graph.nodes):
        start_s = starts[place]
        if isinstance(node, Ups | Rectifier) and start_s is not None:
            yield _bridge_claim(graph, place, node, start_s)


def _seconds_above(graph: PowerGraph, place: int, node: Ups | Rectifier) -> float:
    """Ride-through of the batteries above; of a rectifier also that of UPSes above."""
    sources = (*graph.upstream[place], *graph.standby[place]) if isinstance(node, Rectifier) else ()
    batteries = (bridge_seconds(graph, other) for other in storages_above(graph, place))
    return max((*batteries, *(ride_through_seconds(graph)[source] for source in sources)), default=0.0)


def _bridge_claim(graph: PowerGraph, place: int, node: Ups | Rectifier, start_s: float) -> Claim:
    load = normal_flow(graph).output_kw[place]
    own = ups_seconds(graph, place)
    battery = _seconds_above(graph, place, node)
    seconds = max(own, battery)
    return at_least(
        node,
        start_s if math.isinf(seconds) else seconds,
        start_s,
        "s",
        inputs=(
            planned(node, "autonomy_minutes"),
            Input("limit", graph.limits_kw[place], "kW", f"all units{'' if is_dc(node) else ', at the power factor'}"),
            Input("P_out", load, "kW", LOAD_FLOW),
            Input("start_seconds", start_s, "s", "generators that carry it"),
            *((Input("ride-through of a battery above", battery, "s", "energy at its load"),) if battery else ()),
        ),
        hint=lambda short: f"Short by {number(short / SECONDS_PER_MINUTE)} minutes of battery at this load",
        missing=graph.missing_inputs[place],
    )


@rule(
    "PWR-027",
    "Batteries carry their load for long enough",
    formula="P of what it supplies <= (units - spare_units) x unit_rated_kw; asked minutes <= usable energy / P; where "
    "others draw through it: P_out <= units x unit_rated_kw",
    basis="ride-through until the generators carry, or backup_minutes; docs/basis/power.md#energy-storage",
    also_on_contract_changes=True,
)
def batteries(state: State) -> Iterator[Claim]:
    """Power and minutes of each battery that rides through or backs up."""
    graph = power_graph_of(state)
    starts = start_seconds(graph)
    for place, node in enumerate(graph.nodes):
        if not isinstance(node, Battery):
            continue
        if graph.children[place]:
            yield _passing_claim(graph, place, node)
        if set(node.duties) == {Duty.PEAK_SHAVING}:
            continue
        load, missing = storage_load_kw(graph, place), _missing_load(graph, place)
        inputs = (
            Input("P", load, "kW", LOAD_FLOW),
            _units_not_spare(node),
            planned(node, "unit_rated_kw"),
            Input("usable energy", storage_energy_kwh(node), "kWh", PLAN),
        )
        yield _power_claim(node, load, inputs, missing)
        if load:
            yield _minutes_claim(node, load, start_s=starts[place], inputs=inputs, missing=missing)


def _units_not_spare(node: Battery) -> Input:
    return Input("units - spare_units", node.units - node.spare_units, "units", PLAN)


def _power_claim(node: Battery, load: float, inputs: tuple[Given, ...], missing: tuple[str, ...]) -> Claim:
    return at_most(
        node,
        load,
        storage_power_kw(node),
        "kW",
        part="power",
        inputs=inputs,
        hint=more_units(node.unit_rated_kw, "kW"),
        missing=missing,
    )


def _passing_claim(graph: PowerGraph, place: int, node: Battery) -> Claim:
    """The load that is drawn through a battery, against what it passes on."""
    load = normal_flow(graph).output_kw[place]
    return at_most(
        node,
        load,
        graph.limits_kw[place],
        "kW",
        part="passes",
        inputs=(Input("P_out", load, "kW", LOAD_FLOW), planned(node, "unit_rated_kw", "units")),
        hint=lambda over: f"Over by {number(over)} kW: add units, or feed part of the load past the battery",
        missing=graph.missing_inputs[place],
    )


def _missing_load(graph: PowerGraph, place: int) -> tuple[str, ...]:
    return joined(graph.missing_inputs[source] for source in graph.upstream[place])


def _minutes_claim(
    node: Battery, load: float, *, start_s: float | None, inputs: tuple[Given, ...], missing: tuple[str, ...]
) -> Claim:
    start = (start_s or 0.0) / SECONDS_PER_MINUTE
    if Duty.BACKUP in node.duties and node.backup_minutes is None:
        missing = (*missing, f"backup_minutes of {node.name}")
    elif start_s is None and node.backup_minutes is None:
        missing = (*missing, f"backup_minutes of {node.name}, or generators above it")
    return at_least(
        node,
        storage_energy_kwh(node) / load * MINUTES_PER_HOUR,
        max(start, node.backup_minutes or 0.0),
        "min",
        part="minutes",
        inputs=(
            *inputs,
            Input("backup_minutes", node.backup_minutes or 0.0, "min", PLAN),
            Input("start of the generators", start, "min", "power graph"),
        ),
        hint=lambda short: f"Short by {number(short)} minutes: add {number(short * load / MINUTES_PER_HOUR)} kWh",
        missing=missing,
    )


@rule(
    "PWR-020",
    "Batteries have the power and the energy for peak shaving",
    formula="peak_shaving_kw <= (units - spare_units) x unit_rated_kw; "
    "peak_shaving_kw x peak_shaving_minutes_per_day / 60 + ride-through reserve <= usable energy",
    basis="each duty has its own power and energy; docs/basis/power.md#energy-storage",
    also_on_contract_changes=True,
)
def peak_shaving(state: State) -> Iterator[Claim]:
    """Power and energy of each battery that shaves peaks."""
    graph = power_graph_of(state)
    starts = start_seconds(graph)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Battery) and Duty.PEAK_SHAVING in node.duties:
            yield _shaved_power_claim(node)
            yield _shaved_energy_claim(graph, place, node, starts[place] or 0.0)


def _shaved_power_claim(node: Battery) -> Claim:
    return at_most(
        node,
        node.peak_shaving_kw or 0.0,
        storage_power_kw(node),
        "kW",
        part="power",
        inputs=(
            Input("peak_shaving_kw", node.peak_shaving_kw or 0.0, "kW", PLAN),
            _units_not_spare(node),
            planned(node, "unit_rated_kw"),
        ),
        hint=more_units(node.unit_rated_kw, "kW"),
        missing=(f"peak_shaving_kw of {node.name}",) if node.peak_shaving_kw is None else (),
    )


def _shaved_energy_claim(graph: PowerGraph, place: int, node: Battery, start_s: float) -> Claim:
    shaved, minutes = node.peak_shaving_kw or 0.0, node.peak_shaving_minutes_per_day or 0.0
    reserve, energy = 0.0, storage_energy_kwh(node)
    if Duty.RIDE_THROUGH in node.duties:
        reserve = storage_load_kw(graph, place) * start_s / SECONDS_PER_MINUTE / MINUTES_PER_HOUR
    fields = ("peak_shaving_kw", "peak_shaving_minutes_per_day")
    return at_most(
        node,
        shaved * minutes / MINUTES_PER_HOUR + reserve,
        energy,
        "kWh",
        part="energy",
        inputs=(
            Input("peak_shaving_kw", shaved, "kW", PLAN),
            Input("peak_shaving_minutes_per_day", minutes, "min", PLAN),
            Input("reserve", reserve, "kWh", "start of the generators at the present load"),
            Input("usable energy", energy, "kWh", "units not spare, usable_fraction, one way of the round trip"),
        ),
        hint=lambda over: _less_shaving(over, shaved, minutes),
        missing=joined(
            (
                tuple(f"{field} of {node.name}" for field in fields if getattr(node, field) is None),
                _missing_load(graph, place),
            )
        ),
    )


def _less_shaving(over_kwh: float, shaved_kw: float, minutes: float) -> str:
    less = over_kwh / shaved_kw * MINUTES_PER_HOUR if shaved_kw else math.inf
    shorter = f"shave {number(less)} minutes a day less, or " if less < minutes else ""
    return f"Over by {number(over_kwh)} kWh: {shorter}add as much battery energy"
