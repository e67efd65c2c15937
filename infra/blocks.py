"""Building blocks that a hub is put together from: a hall with two power sides, its cooling, and pods in its rows.

Sizes follow from the IT power that a hall is built for; every function returns plain nouns of capacity.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from petaplan.capacity.compute import NodeGroup, Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.fabrics.fabric import radix, spines_for
from petaplan.capacity.fabrics.layout import slots_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hardware import Optic, Ports, RackModel, SwitchModel
from petaplan.capacity.hub import Hub
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.power import Battery, Busway, Duty, Feed, Generator, Side, Transformer, Ups
from petaplan.capacity.site import Hall, Redundancy
from petaplan.capacity.units import W_PER_KW

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

POWER_FACTOR = 0.95
ROW_VOLTAGE_V = 400.0
UPS_EFFICIENCY = 0.965
LOSS_SHARE = 0.07
"""Losses of a hall's transformers and UPSes over IT power, no-load losses of both sides and the plant's included."""
PLANT_SHARE = 0.20
"""Electrical power of the cooling plant over IT power that the chain is sized for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoSidedHall:
    """A hall whose every row has a busway on side A and one on side B, each able to carry the row alone."""

    hall: Hall
    transformers: tuple[Transformer, ...]
    ups_systems: tuple[Ups, ...]
    generators: tuple[Generator, ...]
    batteries: tuple[Battery, ...]
    busways: tuple[Busway, ...]
    feeds: tuple[Feed, ...]
    cooling_loops: tuple[CoolingLoop, ...]
    cdus: tuple[Cdu, ...]
    chillers: tuple[Chiller, ...]

    def row_feeds(self, row: int) -> tuple[str, str]:
        """Names of the two feeds of a row."""
        return f"{self.hall.name}-r{row}-feed-a", f"{self.hall.name}-r{row}-feed-b"

    @property
    def liquid_loop(self) -> str:
        """Name of the hall's liquid loop."""
        return f"{self.hall.name}-liquid"

    @property
    def air_loop(self) -> str:
        """Name of the hall's air loop."""
        return f"{self.hall.name}-air"


def units_for(load: float, unit: float, spare: int = 0) -> int:
    """How many units carry a load, spares on top.

    >>> units_for(13_000, 1_250, spare=1)
    12
    """
    return math.ceil(load / unit - 1e-9) + spare


def two_sided_hall(
    name: str,
    *,
    site: str,
    phase: str,
    grid: tuple[str, str],
    it_power_limit_kw: float,
    rows: int,
    cabinets_in_a_row: int,
    floor_area_m2: float,
    floor_load_kpa: float = 30.0,
    liquid_share: float = 0.85,
    air_share: float = 0.35,
) -> TwoSidedHall:
    """A hall with everything that powers and cools it, each side sized for the whole of it."""
    hall = Hall(
        name=name,
        site=site,
        phase=phase,
        floor_area_m2=floor_area_m2,
        floor_load_kpa=floor_load_kpa,
        it_power_limit_kw=it_power_limit_kw,
        rack_positions=rows * cabinets_in_a_row,
        rows=rows,
        redundancy=Redundancy.TWO_N,
    )
    whole_kw = it_power_limit_kw * (1 / UPS_EFFICIENCY + PLANT_SHARE)
    generator = Generator(
        name=f"{name}-generators",
        phase=phase,
        site=site,
        model="generic-genset-3300kva",
        unit_rated_kva=3_300,
        unit_rated_kw=2_640,
        units=units_for(whole_kw * 1.02, 2_640, spare=1),
        spare_units=1,
        start_seconds=15,
        fuel_hours=24,
        step_load_fraction=0.6,
    )
    sides = [
        _side(
            name,
            phase,
            side,
            source=source,
            standby=generator.name,
            it_kw=it_power_limit_kw,
            whole_kw=whole_kw,
        )
        for side, source in zip((Side.A, Side.B), grid, strict=True)
    ]
    row_pieces = [
        _row(name, phase, side, row, cabinets_in_a_row) for row in range(1, rows + 1) for side in (Side.A, Side.B)
    ]
    return TwoSidedHall(
        hall=hall,
        generators=(generator,),
        transformers=tuple(transformer for transformer, _ in sides),
        ups_systems=tuple(ups for _, ups in sides),
        batteries=(_storage(name, phase, whole_kw),),
        busways=tuple(busway for busway, _ in row_pieces),
        feeds=tuple(feed for _, feed in row_pieces),
        **_cooling(name, site, phase, it_kw=it_power_limit_kw, liquid_share=liquid_share, air_share=air_share),
    )


def _side(
    hall: str, phase: str, side: Side, *, source: str, standby: str, it_kw: float, whole_kw: float
) -> tuple[Transformer, Ups]:
    letter = side.lower()
    transformer = Transformer(
        name=f"{hall}-transformers-{letter}",
        phase=phase,
        side=side,
        model="generic-transformer-3150kva",
        fed_by=(source,),
        standby_from=(standby,),
        unit_rated_kva=3_150,
        units=units_for(whole_kw, 3_150 * POWER_FACTOR, spare=1),
        spare_units=1,
        secondary_voltage_ll_v=ROW_VOLTAGE_V,
        efficiency_fraction=0.99,
        no_load_loss_kw=4.0,
    )
    ups = Ups(
        name=f"{hall}-ups-{letter}",
        phase=phase,
        side=side,
        model="generic-ups-1250kva",
        fed_by=(transformer.name,),
        unit_rated_kva=1_250,
        unit_rated_kw=1_250,
        units=units_for(it_kw, 1_250 * POWER_FACTOR, spare=1),
        spare_units=1,
        efficiency_fraction=UPS_EFFICIENCY,
        no_load_loss_kw=8.0,
        autonomy_minutes=5,
        step_load_fraction=1.0,
    )
    return transformer, ups


def _row(hall: str, phase: str, side: Side, row: int, cabinets: int) -> tuple[Busway, Feed]:
    letter = side.lower()
    busway = Busway(
        name=f"{hall}-r{row}-busway-{letter}",
        phase=phase,
        side=side,
        hall=hall,
        model="generic-busway-5000a",
        fed_by=(f"{hall}-ups-{letter}",),
        voltage_ll_v=ROW_VOLTAGE_V,
        rated_current_a=5_000,
    )
    feed = Feed(
        name=f"{hall}-r{row}-feed-{letter}",
        phase=phase,
        side=side,
        fed_by=(busway.name,),
        voltage_ll_v=ROW_VOLTAGE_V,
        rated_current_a=125,
        units=cabinets,
    )
    return busway, feed


def _storage(hall: str, phase: str, whole_kw: float) -> Battery:
    """Batteries at the transformers: they carry hall and plant until the generators do, and shave the evening peak."""
    return Battery(
        name=f"{hall}-storage",
        phase=phase,
        model="generic-battery-container-5mwh-2-5mw",
        fed_by=(f"{hall}-transformers-a", f"{hall}-transformers-b"),
        unit_rated_kw=2_500,
        unit_energy_kwh=5_000,
        units=units_for(whole_kw * 1.05, 2_500, spare=1),
        spare_units=1,
        usable_fraction=0.9,
        duties=(Duty.RIDE_THROUGH, Duty.PEAK_SHAVING),
        peak_shaving_kw=2_000,
        peak_shaving_minutes_per_day=240,
        round_trip_efficiency_fraction=0.88,
    )


def _cooling(
    hall: str, site: str, phase: str, *, it_kw: float, liquid_share: float, air_share: float
) -> dict[str, Any]:
    both_sides = (f"{hall}-transformers-a", f"{hall}-transformers-b")
    protected = (f"{hall}-ups-a", f"{hall}-ups-b")
    common: dict[str, Any] = {"phase": phase, "spare_units": 1}
    liquid = CoolingLoop(
        name=f"{hall}-liquid",
        hall=hall,
        coolant=Coolant.LIQUID,
        units=units_for(it_kw * liquid_share, 2_500, spare=1),
        unit_rated_kw=2_500,
        unit_electrical_kw=18,
        fed_by=protected,
        supply_temperature_c=30,
        return_temperature_c=40,
        flow_l_per_min=math.ceil(it_kw * liquid_share * 1.5),
        ride_through_seconds=90,
        chillers=(f"{hall}-chillers",),
        **common,
    )
    air = CoolingLoop(
        name=f"{hall}-air",
        hall=hall,
        coolant=Coolant.AIR,
        units=units_for(it_kw * (air_share + LOSS_SHARE), 400, spare=1),
        unit_rated_kw=400,
        unit_electrical_kw=12,
        fed_by=protected,
        cooled_equipment=(*both_sides, *protected),
        supply_temperature_c=24,
        return_temperature_c=36,
        ride_through_seconds=60,
        chillers=(f"{hall}-chillers",),
        **common,
    )
    cdus = Cdu(
        name=f"{hall}-cdus",
        loop=liquid.name,
        units=units_for(it_kw * liquid_share, 1_300, spare=1),
        unit_rated_kw=1_300,
        unit_electrical_kw=12,
        fed_by=protected,
        model="generic-cdu-1300kw",
        **common,
    )
    chillers = Chiller(
        name=f"{hall}-chillers",
        site=site,
        units=units_for(it_kw * 1.1, 3_500, spare=1),
        unit_rated_kw=3_500,
        unit_electrical_kw=500,
        fed_by=both_sides,
        supply_temperature_c=22,
        restart_seconds=120,
        model="generic-chiller-3500kw",
        **common,
    )
    return {"cooling_loops": (liquid, air), "cdus": (cdus,), "chillers": (chillers,)}


@dataclass(frozen=True, kw_only=True, slots=True)
class PodKind:
    """A pod that is bought many times: what it is called, its cabinets, the fabrics it is attached to."""

    short: str
    model: str | None
    runs: tuple[tuple[str, str, int], ...]
    """Runs of cabinets: name, catalogue model, count."""
    scale_out: str
    """Ending of the name of its hall's fabric."""
    scale_up: str | None = None
    """Start of the name of its phase's scale-up fabric."""
    node_ports: Ports | None = None
    """Network ports of a node of the first run, where nobody publishes them."""
    nodes: tuple[NodeGroup, ...] = ()
    """What a cabinet of the first run holds, where it isn't sold full."""
    liquid: bool = True


def filled(block: TwoSidedHall, rows: Iterable[Iterable[PodKind]]) -> tuple[Pod, ...]:
    """The pods of a hall, row by row; within a row they stand one after another."""
    pods: list[Pod] = []
    numbers: dict[str, int] = {}
    for row, kinds in enumerate(rows, start=1):
        slot = 1
        for kind in kinds:
            numbers[kind.short] = numbers.get(kind.short, 0) + 1
            name = f"{block.hall.name}-{kind.short}-{numbers[kind.short]:02}"
            pods.append(_placed(name, kind, block, row, slot))
            slot += sum(_slots(block, model, count) for _, model, count in kind.runs)
    return tuple(pods)


def _placed(name: str, kind: PodKind, block: TwoSidedHall, row: int, slot: int) -> Pod:
    racks = []
    for run, model, count in kind.runs:
        first = run == kind.runs[0][0]
        ports, nodes = (kind.node_ports, kind.nodes) if first else (None, ())
        racks.append(RackGroup(name=run, model=model, count=count, nodes=nodes, row=row, slot=slot, scale_out=ports))
        slot += _slots(block, model, count)
    fabrics = [f"{block.hall.name}-{kind.scale_out}"]
    if kind.scale_up:
        fabrics.append(f"{kind.scale_up}-{block.hall.phase}")
    return Pod(
        name=name,
        phase=block.hall.phase,
        hall=block.hall.name,
        model=kind.model,
        racks=tuple(racks),
        feeds=block.row_feeds(row),
        liquid_loop=block.liquid_loop if kind.liquid else None,
        air_loop=block.air_loop,
        fabrics=tuple(fabrics),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafSpine:
    """Two tiers of one switch, in which port i of every node goes to leaf i of its group."""

    switch: str
    gbps: float
    optic: str
    down: int
    """Ports of a leaf to the nodes."""
    up: int
    """Ports of a leaf to the spines."""
    ports_of_node: int = 8

    def spines(self, leaves: int) -> int:
        """The fewest spines that carry the leaves evenly, and of which losing one leaves nine tenths."""
        switch, optic = load().find(SwitchModel, self.switch), load().find(Optic, self.optic)
        assert switch is not None, self.switch
        assert optic is not None, self.optic
        spines = spines_for(leaves, self.up, radix(switch, optic, self.gbps))
        while spines * (1 - SURVIVING_FRACTION) < 1 - 1e-9 or self.up % spines:
            spines += 1
        return spines


SURVIVING_FRACTION = 0.9
"""Share of the bisection that must survive the loss of any switch."""
NETWORK_CABINET_KW = 22.0
NETWORK_CABINET_U = 40


def leaf_spine(name: str, shape: LeafSpine, *, phase: str, site: str, nodes: int) -> Fabric:
    """Leaves for every rail of so many nodes, and the spines above them."""
    leaves = shape.ports_of_node * units_for(nodes, shape.down)
    spines = shape.spines(leaves)
    ends: dict[str, Any] = {"gbps": shape.gbps, "optic": shape.optic}
    leaf = Tier(
        name="leaf",
        switch=shape.switch,
        switches=leaves,
        down=Links(ports=shape.down, length_m=90, **ends),
        up=Links(ports=shape.up, length_m=60, **ends),
        oversubscription=shape.down / shape.up,
    )
    spine_links = Links(ports=leaves * shape.up // spines, length_m=60, **ends)
    return Fabric(
        name=name,
        phase=phase,
        site=site,
        kind=FabricKind.SCALE_OUT,
        tiers=(leaf, Tier(name="spine", switch=shape.switch, switches=spines, down=spine_links)),
        rail_aligned=True,
        minimum_bisection_fraction=SURVIVING_FRACTION,
    )


def nodes_of(placement: Pod | StandAloneRackGroup) -> int:
    """Nodes with network ports in a pod or a run of cabinets."""
    nodes = 0
    for rack in placement.racks if isinstance(placement, Pod) else (placement,):
        model = load().find(RackModel, rack.model)
        assert model is not None, rack.model
        nodes += rack.count * sum(group.count for group in rack.nodes or model.nodes)
    return nodes


def network_row(block: TwoSidedHall, row: int, fabrics: Iterable[Fabric]) -> tuple[StandAloneRackGroup, ...]:
    """Cabinets for the switches of a hall's fabrics, one run a fabric, side by side in a row of their own."""
    runs, slot = [], 1
    for fabric in fabrics:
        height_u, power_kw = _needs(fabric)
        cabinets = max(units_for(height_u, NETWORK_CABINET_U), units_for(power_kw, NETWORK_CABINET_KW))
        runs.append(
            StandAloneRackGroup(
                name=f"{fabric.name}-cabinets",
                phase=fabric.phase,
                hall=block.hall.name,
                model="generic-network-rack",
                count=cabinets,
                it_power_kw=NETWORK_CABINET_KW,
                feeds=block.row_feeds(row),
                row=row,
                slot=slot,
                air_loop=block.air_loop,
                fabrics=(fabric.name,),
            )
        )
        slot += _slots(block, "generic-network-rack", cabinets)
    return tuple(runs)


def _needs(fabric: Fabric) -> tuple[float, float]:
    """Height and power of a fabric's switches with the modules in them."""
    height_u = watts = 0.0
    for tier in fabric.tiers:
        switch, optic = load().find(SwitchModel, tier.switch), load().find(Optic, tier.down.optic)
        assert switch is not None
        assert optic is not None
        assert switch.height_u is not None
        assert switch.power_w is not None
        assert optic.power_w is not None
        modules = tier.down.ports + (tier.up.ports if tier.up else 0)
        height_u += tier.switches * switch.height_u.value
        watts += tier.switches * (switch.power_w.value + modules * optic.power_w.value)
    return height_u, watts / W_PER_KW


def _slots(block: TwoSidedHall, model: str, cabinets: int) -> int:
    found = load().find(RackModel, model)
    width = found.width_mm if found else None
    return slots_of(cabinets, width.value if width else None, block.hall.rack_pitch_m)


def joined(hub: Hub, halls: Iterable[TwoSidedHall]) -> Hub:
    """The hub with the halls and all that belongs to them."""
    halls = tuple(halls)
    tables: dict[str, tuple[Any, ...]] = {"halls": (*hub.halls, *(block.hall for block in halls))}
    for name in (f.name for f in fields(TwoSidedHall) if f.name != "hall"):
        tables[name] = (*getattr(hub, name), *(piece for block in halls for piece in getattr(block, name)))
    return hub.replace(**tables)
