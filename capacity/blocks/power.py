"""The power plant of a hall: generators, one transformer and one UPS system a side, batteries, busways and feeds."""

from collections.abc import Iterable

from petaplan.capacity.blocks.sizing import units_for
from petaplan.capacity.power import Battery, Busway, Duty, Feed, Generator, Rectifier, Side, Supply, Transformer, Ups

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

SIDES = (Side.A, Side.B)

POWER_FACTOR = 0.95
ROW_VOLTAGE_V = 400.0
DC_ROW_VOLTAGE_V = 800.0
RECTIFIER_EFFICIENCY = 0.97
UPS_EFFICIENCY = 0.965
PLANT_SHARE = 0.20
"""Electrical power of the cooling plant over IT power that the power plant is sized for."""


def hall_power_kw(it_power_kw: float) -> float:
    """The power in kW that a hall takes from its transformers: IT through the UPS, and the cooling plant.

    >>> round(hall_power_kw(1_000))
    1236
    """
    return it_power_kw * (1 / UPS_EFFICIENCY + PLANT_SHARE)


def hall_generators(hall: str, *, site: str, phase: str, it_power_kw: float) -> Generator:
    """Generators of 2,640 kW for a whole hall of so many kW of IT, one of them spare.

    >>> hall_generators("h", site="s", phase="p", it_power_kw=10_000).units
    6
    """
    return Generator(
        name=f"{hall}-generators",
        phase=phase,
        site=site,
        model="generic-genset-3300kva",
        unit_rated_kva=3_300,
        unit_rated_kw=2_640,
        units=units_for(hall_power_kw(it_power_kw) * 1.02, 2_640, spare=1),
        spare_units=1,
        start_seconds=15,
        fuel_hours=24,
        step_load_fraction=0.6,
    )


def hall_transformers(
    hall: str, side: Side, *, phase: str, source: str, standby: str, it_power_kw: float
) -> Transformer:
    """Transformers of 3,150 kVA on one side for so many kW of IT, one of them spare.

    ``source`` feeds them; ``standby`` takes over where the source is lost.

    >>> made = hall_transformers("h", Side.A, phase="p", source="grid", standby="gen", it_power_kw=10_000)
    >>> made.name, made.units
    ('h-transformers-a', 6)
    """
    return Transformer(
        name=f"{hall}-transformers-{side.lower()}",
        phase=phase,
        side=side,
        model="generic-transformer-3150kva",
        fed_by=(source,),
        standby_from=(standby,),
        unit_rated_kva=3_150,
        units=units_for(hall_power_kw(it_power_kw), 3_150 * POWER_FACTOR, spare=1),
        spare_units=1,
        secondary_voltage_ll_v=ROW_VOLTAGE_V,
        efficiency_fraction=0.99,
        no_load_loss_kw=4.0,
    )


def hall_ups(hall: str, side: Side, *, phase: str, it_power_kw: float) -> Ups:
    """UPS modules of 1,250 kW on one side for so many kW of IT, one of them spare.

    >>> hall_ups("h", Side.B, phase="p", it_power_kw=10_000).units
    10
    """
    letter = side.lower()
    return Ups(
        name=f"{hall}-ups-{letter}",
        phase=phase,
        side=side,
        model="generic-ups-1250kva",
        fed_by=(f"{hall}-transformers-{letter}",),
        unit_rated_kva=1_250,
        unit_rated_kw=1_250,
        units=units_for(it_power_kw, 1_250 * POWER_FACTOR, spare=1),
        spare_units=1,
        efficiency_fraction=UPS_EFFICIENCY,
        no_load_loss_kw=8.0,
        autonomy_minutes=5,
        step_load_fraction=1.0,
    )


def hall_rectifiers(hall: str, side: Side, *, phase: str, it_power_kw: float) -> Rectifier:
    """Rectifier modules of 100 kW on one side, for all IT of the hall, one of them spare: 800 V direct current.

    >>> hall_rectifiers("h", Side.A, phase="p", it_power_kw=1_000).units
    11
    """
    letter = side.lower()
    return Rectifier(
        name=f"{hall}-rectifiers-{letter}",
        phase=phase,
        side=side,
        model="generic-rectifier-100kw",
        fed_by=(f"{hall}-transformers-{letter}",),
        unit_rated_kw=100,
        units=units_for(it_power_kw, 100, spare=1),
        spare_units=1,
        output_voltage_dc_v=DC_ROW_VOLTAGE_V,
        efficiency_fraction=RECTIFIER_EFFICIENCY,
        no_load_loss_kw=0.5,
        autonomy_minutes=5,
        step_load_fraction=1.0,
    )


def hall_batteries(hall: str, *, phase: str, it_power_kw: float, sides: Iterable[Side] = SIDES) -> Battery:
    """Battery containers of 2,500 kW and 5,000 kWh at the transformers of a hall, one of them spare.

    They carry hall and plant until the generators do, and take 2,000 kW off the peak for four hours a day.

    >>> hall_batteries("h", phase="p", it_power_kw=10_000).units
    7
    """
    return Battery(
        name=f"{hall}-storage",
        phase=phase,
        model="generic-battery-container-5mwh-2-5mw",
        fed_by=tuple(f"{hall}-transformers-{side.lower()}" for side in sides),
        unit_rated_kw=2_500,
        unit_energy_kwh=5_000,
        units=units_for(hall_power_kw(it_power_kw) * 1.05, 2_500, spare=1),
        spare_units=1,
        usable_fraction=0.9,
        duties=(Duty.RIDE_THROUGH, Duty.PEAK_SHAVING),
        peak_shaving_kw=2_000,
        peak_shaving_minutes_per_day=240,
        round_trip_efficiency_fraction=0.88,
    )


def row_power(hall: str, row: int, side: Side, *, phase: str, racks: int) -> tuple[Busway, Feed]:
    """The busway of 5,000 A over a row on one side, and a feed of 125 A for each rack.

    >>> busway, feed = row_power("h", 2, Side.A, phase="p", racks=16)
    >>> busway.name, feed.name, feed.units
    ('h-r2-busway-a', 'h-r2-feed-a', 16)
    """
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
        units=racks,
    )
    return busway, feed


def dc_row_power(hall: str, row: int, side: Side, *, phase: str, racks: int) -> tuple[Busway, Feed]:
    """The same of 800 V direct current: a busway of 2,500 A on the rectifiers of a side, and a feed for each rack.

    >>> busway, feed = dc_row_power("h", 1, Side.B, phase="p", racks=8)
    >>> busway.fed_by, busway.supply, feed.voltage_dc_v
    (('h-rectifiers-b',), <Supply.DC: 'dc'>, 800.0)
    """
    busway, feed = row_power(hall, row, side, phase=phase, racks=racks)
    dc = {"supply": Supply.DC, "voltage_ll_v": None, "voltage_dc_v": DC_ROW_VOLTAGE_V}
    source = f"{hall}-rectifiers-{side.lower()}"
    return busway.replace(fed_by=(source,), model=None, rated_current_a=2_500, **dc), feed.replace(**dc)
