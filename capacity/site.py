"""Where the hub stands: sites with a utility and a climate, and the halls in them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Len, Predicate

from capacity.names import Name
from capacity.noun import Declared
from capacity.units import (
    Celsius,
    HallKw,
    Kilopascals,
    Metres,
    PositiveFraction,
    RackCount,
    SquareMetres,
    Text,
)

CountryCode = Annotated[str, Len(2, 2), Predicate(str.isupper)]


class Jurisdiction(StrEnum):
    """Whose electrical rules decide how far a breaker may be loaded."""

    HK = "HK"
    IEC = "IEC"
    US = "US"


class Redundancy(StrEnum):
    """What a hall's power chain claims to survive; the claim is tested, loss by loss."""

    N = "N"
    N_PLUS_1 = "N+1"
    TWO_N = "2N"
    THREE_TO_MAKE_TWO = "3N/2"
    FOUR_TO_MAKE_THREE = "4N/3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site(Declared):
    """A place with a utility, a tariff, a carbon factor and a climate."""

    name: Name
    country: CountryCode
    """ISO 3166-1 alpha-2 of the place itself; export rules map HK to CN by their own data."""
    jurisdiction: Jurisdiction
    utility: Text | None = None
    design_outdoor_c: Celsius | None = None
    """Design dry-bulb temperature."""
    load_power_factor: PositiveFraction = 0.95
    """Displacement power factor of the IT load at the feed."""
    description: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hall(Declared):
    """A room that holds racks."""

    name: Name
    site: Name
    phase: Name
    in_service: date | None = None
    """Day the room can take racks; its phase's day unless said."""
    retired: date | None = None
    floor_area_m2: SquareMetres
    """Net area for racks, aisles and in-row equipment."""
    floor_load_kpa: Kilopascals
    """Uniform load that the slab carries."""
    it_power_limit_kw: HallKw
    """IT power that the room is built for."""
    rack_positions: RackCount
    """Cabinets that the layout has places for."""
    rack_pitch_m: Metres = 0.6
    row_pitch_m: Metres = 3.0
    """Distance between two rows, aisle included."""
    redundancy: Redundancy = Redundancy.N
    concurrently_maintainable: bool = False
    """Whether any one piece may be out for work without a rack going dark."""
