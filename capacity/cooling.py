"""Where the heat goes: liquid and air loops, the units that drive them, and the chillers behind."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared
from petaplan.capacity.references import ChillerName, HallName, LoopName, PhaseName, Ref, SiteName, SourceName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import Celsius, HallKw, Kw, LitresPerMinute, Seconds, Unit, Units


class Coolant(StrEnum):
    """What a loop moves past the hardware."""

    LIQUID = "liquid"
    AIR = "air"


@dataclass(frozen=True, kw_only=True, slots=True)
class CoolingNode(Declared):
    """A piece of the cooling plant, or several alike in parallel."""

    name: Name
    phase: PhaseName
    in_service: date | None = None
    retired: date | None = None
    units: Units = 1
    spare_units: Annotated[int, Unit("units"), Ge(0), Le(10_000)] = 0
    """Units beyond need: the rest must carry the heat."""
    unit_rated_kw: HallKw
    """Heat that one unit moves."""
    unit_electrical_kw: Kw
    """Power that one unit draws at its rating."""
    fed_by: Annotated[tuple[SourceName, ...], Len(0, 16)] = ()
    """Power objects that drive it."""
    model: Model | None = None
    """Catalogue class of the equipment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoolingLoop(CoolingNode):
    """A circuit of liquid or air through a hall; its units are pumps or fan walls."""

    hall: HallName
    coolant: Coolant
    supply_temperature_c: Celsius
    return_temperature_c: Celsius
    flow_l_per_min: LitresPerMinute | None = None
    ride_through_seconds: Seconds = 0.0
    """Time that the loop's own mass holds the temperature without its source."""
    chillers: Annotated[tuple[ChillerName, ...], Len(0, 16)] = ()
    cooled_equipment: Annotated[
        tuple[Annotated[Name, Ref("transformers", "ups_systems", needed=False)], ...], Len(0, 64), Was("cools")
    ] = ()
    """Transformers and UPSes whose losses it takes away, besides the heat of the racks that name it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cdu(CoolingNode):
    """Coolant distribution units: they part the rack's liquid from the building's."""

    loop: LoopName


@dataclass(frozen=True, kw_only=True, slots=True)
class Chiller(CoolingNode):
    """Chillers, dry coolers or towers: what gives the heat to the air outside."""

    site: SiteName
    supply_temperature_c: Celsius
    restart_seconds: Seconds | None = None
    """From the return of power to full cooling."""
