"""The cooling plant of a hall: a liquid loop with its CDUs, an air loop, and the chillers of both."""

import math
from collections.abc import Iterable

from petaplan.capacity.blocks.power import SIDES
from petaplan.capacity.blocks.sizing import units_for
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.power import Side

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

LOSS_SHARE = 0.07
"""Losses of a hall's transformers and UPSes over IT power, no-load losses of both sides and the plant's included."""


def liquid_loop(hall: str, *, phase: str, heat_kw: float, sides: Iterable[Side] = SIDES) -> CoolingLoop:
    """The liquid loop of a hall: pumps of 2,500 kW for so many kW of heat, one of them spare; 30 to 40 °C.

    >>> loop = liquid_loop("h", phase="p", heat_kw=8_500)
    >>> loop.name, loop.units, loop.flow_l_per_min
    ('h-liquid', 5, 12750)
    """
    return CoolingLoop(
        name=f"{hall}-liquid",
        phase=phase,
        hall=hall,
        coolant=Coolant.LIQUID,
        units=units_for(heat_kw, 2_500, spare=1),
        spare_units=1,
        unit_rated_kw=2_500,
        unit_electrical_kw=18,
        fed_by=_ups_of(hall, sides),
        supply_temperature_c=30,
        return_temperature_c=40,
        flow_l_per_min=math.ceil(heat_kw * 1.5),
        ride_through_seconds=90,
        chillers=(f"{hall}-chillers",),
    )


def air_loop(hall: str, *, phase: str, heat_kw: float, sides: Iterable[Side] = SIDES) -> CoolingLoop:
    """The air of a hall: fan walls of 400 kW for so many kW of heat, one of them spare; 24 to 36 °C.

    It also takes the losses of the transformers and UPSes away: count them in.

    >>> air_loop("h", phase="p", heat_kw=4_200).units
    12
    """
    powered = tuple(sides)
    return CoolingLoop(
        name=f"{hall}-air",
        phase=phase,
        hall=hall,
        coolant=Coolant.AIR,
        units=units_for(heat_kw, 400, spare=1),
        spare_units=1,
        unit_rated_kw=400,
        unit_electrical_kw=12,
        fed_by=_ups_of(hall, powered),
        cooled_equipment=(*_transformers_of(hall, powered), *_ups_of(hall, powered)),
        supply_temperature_c=24,
        return_temperature_c=36,
        ride_through_seconds=60,
        chillers=(f"{hall}-chillers",),
    )


def hall_cdus(hall: str, *, phase: str, heat_kw: float, sides: Iterable[Side] = SIDES) -> Cdu:
    """CDUs of 1,300 kW on the liquid loop of a hall, one of them spare.

    >>> hall_cdus("h", phase="p", heat_kw=8_500).units
    8
    """
    return Cdu(
        name=f"{hall}-cdus",
        phase=phase,
        loop=f"{hall}-liquid",
        units=units_for(heat_kw, 1_300, spare=1),
        spare_units=1,
        unit_rated_kw=1_300,
        unit_electrical_kw=12,
        fed_by=_ups_of(hall, sides),
        model="generic-cdu-1300kw",
    )


def hall_chillers(hall: str, *, site: str, phase: str, it_power_kw: float, sides: Iterable[Side] = SIDES) -> Chiller:
    """Chillers of 3,500 kW for a tenth more than the IT power of a hall, one of them spare.

    >>> hall_chillers("h", site="s", phase="p", it_power_kw=10_000).units
    5
    """
    return Chiller(
        name=f"{hall}-chillers",
        phase=phase,
        site=site,
        units=units_for(it_power_kw * 1.1, 3_500, spare=1),
        spare_units=1,
        unit_rated_kw=3_500,
        unit_electrical_kw=500,
        fed_by=_transformers_of(hall, sides),
        supply_temperature_c=22,
        restart_seconds=120,
        model="generic-chiller-3500kw",
    )


def _transformers_of(hall: str, sides: Iterable[Side]) -> tuple[str, ...]:
    return tuple(f"{hall}-transformers-{side.lower()}" for side in sides)


def _ups_of(hall: str, sides: Iterable[Side]) -> tuple[str, ...]:
    return tuple(f"{hall}-ups-{side.lower()}" for side in sides)
