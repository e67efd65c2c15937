"""Cooling plant: liquid and air loops, their pumps and fan walls, CDUs and chillers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Named
from petaplan.capacity.references import ChillerName, HallName, LoopName, PhaseName, Ref, SiteName, SourceName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import Celsius, HallKw, Kw, LitresPerMinute, Seconds, Unit, Units


class Coolant(StrEnum):
    """What a loop moves past the hardware."""

    LIQUID = "liquid"
    """Liquid, through cold plates or a heat exchanger at the rack."""
    AIR = "air"
    """Air of the hall."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoolingNode(Named):
    """One object of the cooling plant: one unit, or several identical units in parallel."""

    phase: PhaseName
    """Phase that adds it."""
    in_service: date | None = None
    """Day from which it serves; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    units: Units = 1
    """Identical units in parallel; each can fail alone."""
    spare_units: Annotated[int, Unit("units"), Ge(0), Le(10_000)] = 0
    """Units that do not run unless another fails: the rest carries the heat load."""
    unit_rated_kw: HallKw
    """Heat that one unit carries, kW."""
    unit_electrical_kw: Kw
    """Power that one unit draws at its rating, kW."""
    fed_by: Annotated[tuple[SourceName, ...], Len(0, 16)] = ()
    """Power objects that supply it."""
    model: Model | None = None
    """Equipment of the catalogue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoolingLoop(CoolingNode):
    """A circuit of liquid or air through a hall. Its units are pumps or fan walls."""

    hall: HallName
    coolant: Coolant
    """What it moves past the hardware."""
    supply_temperature_c: Celsius
    """Temperature of the coolant to the racks, °C."""
    return_temperature_c: Celsius
    """Temperature of the coolant from the racks, °C."""
    flow_l_per_min: LitresPerMinute | None = None
    """Flow of the loop, l/min."""
    ride_through_seconds: Seconds = 0.0
    """Time that its thermal mass keeps the hardware cool without heat removal, s."""
    chillers: Annotated[tuple[ChillerName, ...], Len(0, 16)] = ()
    """Chillers that it passes its heat to."""
    cooled_equipment: Annotated[
        tuple[Annotated[Name, Ref("transformers", "ups_systems", "rectifiers", needed=False)], ...],
        Len(0, 64),
        Was("cools"),
    ] = ()
    """Transformers, UPSes and rectifiers whose losses it takes, besides the heat of its racks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cdu(CoolingNode):
    """Coolant distribution units. They separate the liquid of the racks from that of the building."""

    loop: LoopName
    """Loop that it serves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chiller(CoolingNode):
    """Chillers, dry coolers or towers: they give the heat to the outdoor air."""

    site: SiteName
    supply_temperature_c: Celsius
    """Temperature of the water that it supplies, °C."""
    restart_seconds: Seconds | None = None
    """From the return of power to full cooling, s."""
