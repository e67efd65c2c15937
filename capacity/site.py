"""Where the hub stands: sites with a utility and a climate, and the halls in them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len, Predicate

from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.references import PhaseName, Ref, SiteName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import (
    Celsius,
    Currency,
    Fraction,
    HallKw,
    Hours,
    Kilograms,
    Kilometres,
    Kilopascals,
    Metres,
    Milliseconds,
    PositiveFraction,
    RackCount,
    RackKw,
    SquareMetres,
    Text,
    Unit,
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


class FacilityScheme(StrEnum):
    """Whose classes a hall is measured by; the three are different schemes."""

    UPTIME_TIER = "uptime-tier"
    TIA_942 = "tia-942"
    EN_50600 = "en-50600"


Pue = Annotated[float, Unit("kWh/kWh"), Ge(1), Le(3)]
"""Energy of the data centre over energy of its IT, both of a year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route(Noun):
    """A fibre route to another site; it carries both ways."""

    to: Annotated[Name, Ref("sites", needed=False)]
    """The other site."""
    route_km: Kilometres
    detour: Annotated[float, Unit("ratio"), Ge(1), Le(10)] = 1.0
    """Fibre over route_km: 1 where that is the fibre itself, more where it is the straight line."""
    equipment_ms: Milliseconds = 0.0
    """What transponders, routers and firewalls on the way add, one way."""
    limit_ms: Annotated[float, Unit("ms"), Gt(0), Le(1_000)] = 20.0
    """Longest one-way delay that is allowed between the two; China asks for 20 ms between national hubs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff(Noun):
    """What the utility charges for energy, all in, from a day on."""

    from_date: date
    per_kwh: Annotated[float, Ge(0), Le(100)]
    currency: Currency
    source: Text


class CarbonBasis(StrEnum):
    """What a carbon factor speaks of; the two are reported apart and never mixed."""

    LOCATION = "location"
    MARKET = "market"


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonFactor(Noun):
    """Greenhouse gas of a kilowatt-hour at a site, from a day on."""

    from_date: date
    kg_per_kwh: Annotated[float, Unit("kgCO2e/kWh"), Ge(0), Le(3)]
    basis: CarbonBasis = CarbonBasis.LOCATION
    source: Text


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
    diversity_fraction: PositiveFraction = 1.0
    """Highest draw of the site over the sum of its loads; near 1 where training runs in step."""
    diversity_trace: Text | None = None
    """The measured trace that a diversity below 0.9 rests on."""
    training_step_fraction: Fraction = 0.4
    """Load step of a synchronous training job above its mean power, as a share of the mean."""
    generator_autonomy_hours: Hours | None = None
    """How long the site is to run without the utility, where it promises that."""
    air_limit_kw: RackKw = 40.0
    """Heat of one cabinet that the room's air can take at most."""
    air_warning_kw: RackKw = 30.0
    """Heat of one cabinet from which on air needs special care."""
    pue_limit: Pue | None = None
    """What the year's PUE (category 1, at the UPS output) must not exceed, where a promise or a rule says so."""
    annual_it_load_fraction: PositiveFraction | None = None
    """Mean IT power over a year, as a share of the nameplate."""
    annual_cooling_fraction: Fraction | None = None
    """Mean draw of the cooling plant over a year, as a share of its rating: the climate's and the controls' part."""
    routes: Annotated[tuple[Route, ...], Len(0, 64)] = ()
    """Fibre to other sites; said at one end."""
    tariff: Annotated[tuple[Tariff, ...], Len(0, 64)] = ()
    carbon: Annotated[tuple[CarbonFactor, ...], Len(0, 128)] = ()
    carbon_budget_t_per_year: Annotated[float, Unit("tCO2e"), Ge(0), Le(1e9)] | None = None
    """Most greenhouse gas that a year of full service may cause, by each basis that is given."""
    description: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hall(Declared):
    """A room that holds racks."""

    name: Name
    site: SiteName
    phase: PhaseName
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
    rows: RackCount | None = None
    """Rows of equal length; with it, a run must end within its row."""
    minimum_aisle_m: Metres = 1.2
    """Clear way between two rows that people and cabinets need."""
    meet_me_room_cable_m: Annotated[Metres | None, Was("entry_run_m")] = None
    """Cable from the head of the first row to the room where the site's cables meet."""
    access_route_load_kg: Annotated[Kilograms | None, Was("route_load_kg")] = None
    """What lift, dock and corridor on the way in carry."""
    redundancy: Redundancy = Redundancy.N
    concurrently_maintainable: bool = False
    """Whether any one piece may be out for work without a rack going dark."""
    facility_scheme: FacilityScheme | None = None
    """Scheme by which the hall claims a class."""
    facility_class: Annotated[int, Ge(1), Le(4)] | None = None
    """The class it claims: Tier I to IV, Rated-1 to 4, availability class 1 to 4."""
