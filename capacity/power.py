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
from petaplan.capacity.noun import Named, Noun
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
    """Which of the independent power paths an object belongs to."""

    A = "A"
    """Path A."""
    B = "B"
    """Path B."""
    C = "C"
    """Path C."""
    D = "D"
    """Path D."""


class Supply(StrEnum):
    """Alternating or direct current."""

    AC = "ac"
    """Alternating current."""
    DC = "dc"
    """Direct current."""


class Duty(StrEnum):
    """What the energy of a battery is for."""

    RIDE_THROUGH = "ride-through"
    """Carries the load until the generators do."""
    PEAK_SHAVING = "peak-shaving"
    """Gives energy at the peak of the load, so that the utility supplies less."""
    BACKUP = "backup"
    """Carries the load for the stated minutes without the utility."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerNode(Named):
    """One object of the power chain: one unit, or several identical units in parallel."""

    phase: PhaseName
    """Phase that adds it."""
    in_service: date | None = None
    """Day from which it serves; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    units: Units = 1
    """Identical units in parallel; each can fail alone."""
    spare_units: Annotated[int, Unit("units"), Ge(0), Le(10_000)] = 0
    """Units that are not needed: the rest carries the load."""
    side: Side | None = None
    """Power path that it belongs to."""
    model: Model | None = None
    """Equipment of the catalogue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplyStep(Noun):
    """Power that the utility supplies by contract from a day on."""

    from_date: date
    contracted_kva: Kva
    """All circuits together, kVA."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake(PowerNode):
    """A utility connection: one or more circuits at one voltage."""

    site: SiteName
    voltage_ll_v: Volts
    """Nominal voltage line to line, V."""
    supply: Annotated[tuple[SupplyStep, ...], Len(1, 64)]
    """Contracted supply, all circuits together, by day."""
    unit_rated_kva: Kva
    """Rating of one circuit, kVA."""
    minimum_power_factor: PositiveFraction | None = None
    """Least power factor by contract."""
    utility_contract: Text | None = None
    """Number of the contract."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transformer(PowerNode):
    """Changes the voltage."""

    fed_by: Sources
    """Objects that it draws from; several share the load by their rating."""
    standby_from: Sources = ()
    """Objects that take over when all of ``fed_by`` is lost."""
    unit_rated_kva: Kva
    """Rating of one unit at its primary side, kVA."""
    secondary_voltage_ll_v: Volts
    """Nominal output voltage line to line, V."""
    efficiency_fraction: Efficiency
    """Efficiency at full load, no-load loss left out."""
    no_load_loss_kw: Kw = 0.0
    """Loss of one unit at any load, kW."""
    outdoors: bool = False
    """Whether its losses go to the outdoor air, without a loop."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ups(PowerNode):
    """Uninterruptible power system: modules in parallel behind one output."""

    fed_by: Sources
    """Objects that it draws from; several share the load by their rating."""
    standby_from: Sources = ()
    """Objects that take over when all of ``fed_by`` is lost."""
    unit_rated_kva: Kva
    """Rating of one module, kVA."""
    unit_rated_kw: RatedKw
    """Rating of one module, kW."""
    efficiency_fraction: Efficiency
    """Efficiency at full load, no-load loss left out."""
    no_load_loss_kw: Kw = 0.0
    """Loss of one module at any load, kW."""
    autonomy_minutes: Minutes = 0.0
    """Time on its own batteries at full load, min."""
    step_load_fraction: PositiveFraction | None = None
    """Largest load step that it accepts, as a share of its rating."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rectifier(PowerNode):
    """Modules in parallel that turn alternating into direct current, with batteries on their output if any."""

    fed_by: Sources
    """Objects that it draws from; several share the load by their rating."""
    standby_from: Sources = ()
    """Objects that take over when all of ``fed_by`` is lost."""
    unit_rated_kw: RatedKw
    """Output of one module, kW."""
    output_voltage_dc_v: Volts
    """Nominal output voltage between the poles, V."""
    efficiency_fraction: Efficiency
    """Efficiency at full load, no-load loss left out."""
    no_load_loss_kw: Kw = 0.0
    """Loss of one module at any load, kW."""
    autonomy_minutes: Minutes = 0.0
    """Time on its own batteries at full load, min."""
    step_load_fraction: PositiveFraction | None = None
    """Largest load step that it accepts, as a share of its rating."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Generator(PowerNode):
    """Makes power while the utility is out."""

    site: SiteName
    unit_rated_kva: Kva
    """Rating of one unit, kVA."""
    unit_rated_kw: RatedKw
    """Rating of one unit, kW."""
    start_seconds: Seconds
    """From the loss of the utility until it carries load, s."""
    fuel_hours: Hours
    """Time at full load with the fuel on site, h."""
    step_load_fraction: PositiveFraction | None = None
    """Largest load step that it accepts, as a share of its rating."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Battery(PowerNode):
    """Energy storage of the site: ride-through, peak shaving, back-up."""

    fed_by: Sources
    """Objects that it is connected to; it charges from them and discharges to them."""
    unit_rated_kw: RatedKw
    """Power of one unit, kW."""
    unit_energy_kwh: Kwh
    """Energy of one unit, kWh."""
    usable_fraction: PositiveFraction = 1.0
    """Share of the energy that may be drawn."""
    duties: Annotated[tuple[Duty, ...], Len(1, 3)]
    """What its energy is for."""
    round_trip_efficiency_fraction: Fraction | None = None
    """Energy out over energy in."""
    peak_shaving_kw: Annotated[Kw | None, Was("shaved_kw")] = None
    """Power that it takes off the peak, kW."""
    peak_shaving_minutes_per_day: Annotated[Minutes | None, Was("shaved_minutes_per_day")] = None
    """Time of peak shaving on a day, min."""
    backup_minutes: Minutes | None = None
    """Time for which it carries its loads, min, if that is more than the start of the generators."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Busway(PowerNode):
    """Busbar trunking along the rows."""

    fed_by: Sources
    """Objects that it draws from; several share the load by their rating."""
    standby_from: Sources = ()
    """Objects that take over when all of ``fed_by`` is lost."""
    hall: HallName
    supply: Supply = Supply.AC
    """Kind of current that it carries."""
    voltage_ll_v: Volts | None = None
    """Nominal voltage line to line, V; alternating current only."""
    voltage_dc_v: Volts | None = None
    """Nominal voltage between the poles, V; direct current only."""
    rated_current_a: Amperes
    """Rated current of each line or pole, A."""
    rated_diversity_fraction: PositiveFraction | None = None
    """Share of the rating that all circuits together may carry continuously (IEC 61439-1), if the maker states one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed(PowerNode):
    """Alike circuits from a busway, one for each rack that names the feed.

    ``units`` counts the circuits. A three-phase circuit gives ``voltage_ll_v``; a single-phase circuit between
    line and neutral gives ``voltage_ln_v``; one between two lines gives ``voltage_ll_v`` and is ``single_phase``.
    A circuit of direct current has ``supply: dc`` and gives ``voltage_dc_v``.
    """

    fed_by: Sources
    """Objects that it draws from; several share the load by their rating."""
    standby_from: Sources = ()
    """Objects that take over when all of ``fed_by`` is lost."""
    supply: Supply = Supply.AC
    """Kind of current that it carries."""
    voltage_dc_v: Volts | None = None
    """Nominal voltage between the poles, V; direct current only."""
    voltage_ll_v: Volts | None = None
    """Nominal voltage line to line, V."""
    voltage_ln_v: Volts | None = None
    """Nominal voltage line to neutral, V."""
    rated_current_a: Amperes
    """Rated current of the breaker of one circuit, A."""
    line: Annotated[int, Ge(1), Le(3)] | None = None
    """Line that single-phase circuits are connected to; between two lines the first of them (3 is line 3 to line 1)."""
    single_phase: bool = False
    """Whether a circuit with ``voltage_ll_v`` is between two lines instead of on all three."""
    rated_diversity_fraction: PositiveFraction | None = None
    """Share of the breaker's rating that may flow if all circuits are loaded (IEC 61439-1), if the maker states one."""


PowerObject = Intake | Transformer | Ups | Rectifier | Generator | Battery | Busway | Feed

Converter = Transformer | Ups | Rectifier
"""What passes power on with a loss."""


def is_dc(node: PowerObject) -> bool:
    """Whether an object gives direct current of its own; a battery gives what it is connected to."""
    return isinstance(node, Rectifier) or (isinstance(node, (Busway, Feed)) and node.supply is Supply.DC)


__getattr__ = old_classes(__name__, {"Storage": Battery})
