"""The power chain: a directed graph from the utility to the rack.

Each object says what feeds it (``fed_by``) and what takes over when all of that is lost (``standby_from``).
``units`` are identical pieces in parallel, of which any one can fail alone.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.references import HallName, PhaseName, SiteName, SourceName
from petaplan.capacity.renames import Was, old_classes
from petaplan.capacity.units import (
    Amperes,
    Efficiency,
    Fraction,
    Hours,
    Kva,
    Kw,
    Kwh,
    Minutes,
    PositiveFraction,
    RatedKw,
    Seconds,
    Text,
    Unit,
    Units,
    Volts,
)

Sources = Annotated[tuple[SourceName, ...], Len(0, 16)]


class Side(StrEnum):
    """Which of the independent paths something belongs to."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Duty(StrEnum):
    """What stored energy is for."""

    RIDE_THROUGH = "ride-through"
    PEAK_SHAVING = "peak-shaving"
    BACKUP = "backup"


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerNode(Declared):
    """A piece of the power chain, or several alike in parallel."""

    name: Name
    phase: PhaseName
    in_service: date | None = None
    retired: date | None = None
    units: Units = 1
    spare_units: Annotated[int, Unit("units"), Ge(0), Le(10_000)] = 0
    """Units beyond need: the rest must carry the load."""
    side: Side | None = None
    model: Model | None = None
    """Catalogue class of the equipment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplyStep(Noun):
    """From a day on, the utility supplies so much."""

    from_date: date
    contracted_kva: Kva


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake(PowerNode):
    """A utility connection: one or more circuits at one voltage."""

    site: SiteName
    voltage_ll_v: Volts
    supply: Annotated[tuple[SupplyStep, ...], Len(1, 64)]
    """What the utility has contracted to supply, all circuits together, step by step."""
    unit_rated_kva: Kva
    """What one circuit can carry."""
    minimum_power_factor: PositiveFraction | None = None
    utility_contract: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transformer(PowerNode):
    """Steps voltage down."""

    fed_by: Sources
    standby_from: Sources = ()
    unit_rated_kva: Kva
    secondary_voltage_ll_v: Volts
    efficiency_fraction: Efficiency
    """At full load, no-load loss left out."""
    no_load_loss_kw: Kw = 0.0
    """Of one unit, drawn whatever the load."""
    outdoors: bool = False
    """Whether its losses go to the open air, without a loop."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ups(PowerNode):
    """Uninterruptible supply: modules in parallel behind one output."""

    fed_by: Sources
    standby_from: Sources = ()
    unit_rated_kva: Kva
    unit_rated_kw: RatedKw
    efficiency_fraction: Efficiency
    no_load_loss_kw: Kw = 0.0
    autonomy_minutes: Minutes = 0.0
    """At full load, on its own batteries."""
    step_load_fraction: PositiveFraction | None = None
    """Largest sudden step it takes, as a share of its rating."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Generator(PowerNode):
    """Makes power when the utility doesn't."""

    site: SiteName
    unit_rated_kva: Kva
    unit_rated_kw: RatedKw
    start_seconds: Seconds
    fuel_hours: Hours
    """At full load, with the fuel on site."""
    step_load_fraction: PositiveFraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Battery(PowerNode):
    """Batteries of the site: ride-through, peak shaving, back-up."""

    fed_by: Sources
    """Where it is connected; it charges from there and discharges to there."""
    unit_rated_kw: RatedKw
    unit_energy_kwh: Kwh
    usable_fraction: PositiveFraction = 1.0
    """Share of the energy that may be drawn."""
    duties: Annotated[tuple[Duty, ...], Len(1, 3)]
    round_trip_efficiency_fraction: Fraction | None = None
    peak_shaving_kw: Annotated[Kw | None, Was("shaved_kw")] = None
    """What peak shaving is to take off the peak."""
    peak_shaving_minutes_per_day: Annotated[Minutes | None, Was("shaved_minutes_per_day")] = None
    """How long it is to do so, each day."""
    backup_minutes: Minutes | None = None
    """How long it is to carry its loads, where it does more than bridge the start of generators."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Busway(PowerNode):
    """Busbar trunking along the rows."""

    fed_by: Sources
    standby_from: Sources = ()
    hall: HallName
    voltage_ll_v: Volts
    rated_current_a: Amperes
    rated_diversity_fraction: PositiveFraction | None = None
    """Share of its rating that all its circuits together may carry for good (IEC 61439), where the maker says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed(PowerNode):
    """Alike circuits from a busway, one for each cabinet that names the feed.

    ``units`` counts the circuits. A three-phase circuit gives ``voltage_ll_v``; a single-phase circuit between
    line and neutral gives ``voltage_ln_v``; one between two lines gives ``voltage_ll_v`` and is ``single_phase``.
    """

    fed_by: Sources
    standby_from: Sources = ()
    voltage_ll_v: Volts | None = None
    voltage_ln_v: Volts | None = None
    rated_current_a: Amperes
    """Of the breaker of one circuit."""
    line: Annotated[int, Ge(1), Le(3)] | None = None
    """Line that single-phase circuits are connected to; between two lines the first of them (3 is line 3 to line 1)."""
    single_phase: bool = False
    """Whether a circuit with ``voltage_ll_v`` runs between two lines instead of on all three."""
    rated_diversity_fraction: PositiveFraction | None = None
    """Share of the breaker's rating that may flow when all circuits are loaded (IEC 61439), where the maker says so."""


PowerObject = Intake | Transformer | Ups | Generator | Battery | Busway | Feed

__getattr__ = old_classes(__name__, {"Storage": Battery})
