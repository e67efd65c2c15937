"""Sites with a utility and a jurisdiction, and the halls in them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len, Predicate

from petaplan.capacity.names import Name
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.references import PhaseName, Ref, SiteName
from petaplan.capacity.renames import Was
from petaplan.capacity.units import (
    TINY,
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
    """Whose electrical rules decide how far a breaker may be loaded continuously."""

    HK = "HK"
    """Hong Kong: a breaker carries its whole rating continuously."""
    IEC = "IEC"
    """Countries with IEC rules: a breaker carries its whole rating continuously."""
    CN = "CN"
    """Mainland China: a breaker carries its whole rating continuously, as by IEC; engineering knowledge, unverified."""
    US = "US"
    """United States: a breaker carries 80 % of its rating continuously."""


class Redundancy(StrEnum):
    """What a hall claims to survive; every single loss tests the claim."""

    N = "N"
    """No spare: no loss is claimed to be survived."""
    N_PLUS_1 = "N+1"
    """The loss of one unit of any group."""
    BLOCK = "N+R"
    """The loss of one whole working system: static transfer switches move its rows to a reserve."""
    TWO_N = "2N"
    """The loss of one whole object: two paths, each for the full load."""
    THREE_TO_MAKE_TWO = "3N/2"
    """The loss of one of three paths: two carry the full load."""
    FOUR_TO_MAKE_THREE = "4N/3"
    """The loss of one of four paths: three carry the full load."""


class FacilityScheme(StrEnum):
    """Whose facility classes a hall is held against; the three schemes are different."""

    UPTIME_TIER = "uptime-tier"
    """Tiers I to IV of the Uptime Institute."""
    TIA_942 = "tia-942"
    """Rated-1 to Rated-4 of ANSI/TIA-942."""
    EN_50600 = "en-50600"
    """Availability classes 1 to 4 of EN 50600."""


Pue = Annotated[float, Unit("kWh/kWh"), Ge(1), Le(3)]
"""Energy of the data centre over energy of its IT, both of a year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route(Noun):
    """A fibre route to another site. It carries both ways."""

    to: Annotated[Name, Ref("sites", needed=False)]
    """The other site."""
    route_km: Kilometres
    """Length of the route, km."""
    detour: Annotated[float, Unit("ratio"), Ge(1), Le(10)] = 1.0
    """Fibre length over ``route_km``: 1 for fibre length, more for the straight line."""
    equipment_ms: Milliseconds = 0.0
    """One-way delay of transponders, routers and firewalls, ms."""
    limit_ms: Annotated[float, Unit("ms"), Gt(TINY), Le(1_000)] = 20.0
    """Longest one-way delay allowed, ms; China asks for 20 ms between national hubs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff(Noun):
    """Price of energy from the utility from a day on, all charges included."""

    from_date: date
    """First day on which it holds."""
    per_kwh: Annotated[float, Ge(0), Le(100)]
    """Price of one kWh."""
    currency: Currency
    """Currency of the price, as ISO 4217 spells it."""
    source: Text
    """Who published the price, and where."""


class CarbonBasis(StrEnum):
    """What a carbon factor is about: the grid of the location, or the contracts of the market. The two are never
    mixed.
    """

    LOCATION = "location"
    """Mean of the grid at the site."""
    MARKET = "market"
    """Contracts for energy, such as guarantees of origin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarbonFactor(Noun):
    """Greenhouse gas of one kWh at a site, from a day on."""

    from_date: date
    """First day on which it holds."""
    kg_per_kwh: Annotated[float, Unit("kgCO2e/kWh"), Ge(0), Le(3)]
    """kg CO2e of one kWh."""
    basis: CarbonBasis = CarbonBasis.LOCATION
    """What the factor is about."""
    source: Text
    """Who published the factor, and where."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site(Named):
    """A place with a utility, a tariff, a carbon factor and a jurisdiction."""

    country: CountryCode
    """Country of the place, ISO 3166-1 alpha-2. Export rules map HK to CN in their own data."""
    jurisdiction: Jurisdiction
    """Electrical rules that hold here."""
    utility: Text | None = None
    """Name of the utility."""
    design_outdoor_c: Celsius | None = None
    """Design dry-bulb temperature, °C."""
    load_power_factor: PositiveFraction = 0.95
    """Displacement power factor of the IT load at the feed."""
    diversity_fraction: PositiveFraction = 1.0
    """Highest demand of the site over the sum of its loads; near 1 for synchronous training."""
    diversity_trace: Text | None = None
    """Measured trace behind a diversity below 0.9."""
    training_step_fraction: Fraction = 0.4
    """Load step of a synchronous training job above its mean power, as a share of the mean."""
    generator_autonomy_hours: Hours | None = None
    """Promised time of operation without the utility, h."""
    air_limit_kw: RackKw = 40.0
    """Most heat of one rack that the room's air can take, kW."""
    air_warning_kw: RackKw = 30.0
    """Heat of one rack above which air cooling needs special care, kW."""
    pue_limit: Pue | None = None
    """Most PUE of a year (category 1, at the UPS output) by promise or rule."""
    annual_it_load_fraction: PositiveFraction | None = None
    """Mean IT power of a year over the nameplate power."""
    annual_cooling_fraction: Fraction | None = None
    """Mean power of the cooling plant in a year over its rating; it depends on climate and controls."""
    routes: Annotated[tuple[Route, ...], Len(0, 64)] = ()
    """Fibre routes to other sites, declared at one end."""
    tariff: Annotated[tuple[Tariff, ...], Len(0, 64)] = ()
    """Prices of energy, by day."""
    carbon: Annotated[tuple[CarbonFactor, ...], Len(0, 128)] = ()
    """Carbon factors, by day and basis."""
    carbon_budget_t_per_year: Annotated[float, Unit("tCO2e"), Ge(0), Le(1e9)] | None = None
    """Most greenhouse gas of a year of full service, t CO2e, by each declared basis."""
    description: Text | None = None
    """Free words about the site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hall(Named):
    """A room that holds racks."""

    site: SiteName
    phase: PhaseName
    """Phase that adds it."""
    in_service: date | None = None
    """Day from which the room takes racks; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    floor_area_m2: SquareMetres
    """Net area for racks, aisles and in-row equipment, m²."""
    floor_load_kpa: Kilopascals
    """Uniform load that the floor carries, kPa."""
    it_power_limit_kw: HallKw
    """IT power that the room is designed for, kW."""
    rack_positions: RackCount
    """Positions for racks in the layout."""
    rack_pitch_m: Metres = 0.6
    """Distance between two positions of a row, m."""
    row_pitch_m: Metres = 3.0
    """Distance between two rows, aisle included, m."""
    rows: RackCount | None = None
    """Rows of equal length. If it is given, a rack group must end within its row."""
    minimum_aisle_m: Metres = 1.2
    """Least width of an aisle for people and racks, m."""
    meet_me_room_cable_m: Annotated[Metres | None, Was("entry_run_m")] = None
    """Cable from the head of the first row to the meet-me room of the site, m."""
    access_route_load_kg: Annotated[Kilograms | None, Was("route_load_kg")] = None
    """Load that lift, dock and corridor carry, kg."""
    redundancy: Redundancy = Redundancy.N
    """What the hall claims to survive."""
    concurrently_maintainable: bool = False
    """Whether any one object may be out for work without a rack losing power."""
    facility_scheme: FacilityScheme | None = None
    """Scheme of the class that the hall claims."""
    facility_class: Annotated[int, Ge(1), Le(4)] | None = None
    """Claimed class: Tier I to IV, Rated-1 to 4, availability class 1 to 4."""
