"""The meaning of each field of a plan as a judge: what it promises or limits, and which direction is weaker.

Equipment is judged, and judges nothing: its fields need no meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from types import MappingProxyType

from petaplan.capacity.compute import DeclaredTotals, NodeGroup, Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import CoolingNode
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.figures import LADDER, Engine, Sparsity, Status
from petaplan.capacity.hardware import Ports
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.capacity.network import Fabric, Links, Tier
from petaplan.capacity.noun import Noun
from petaplan.capacity.power import (
    Battery,
    Busway,
    Feed,
    Intake,
    PowerNode,
    SupplyStep,
)
from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip
from petaplan.capacity.site import CarbonFactor, Hall, Redundancy, Route, Site, Tariff
from petaplan.capacity.supply import Budget, ExchangeRate, Order, Price, RatedPrice, Spares
from petaplan.capacity.targets import Counting, Measure, Target
from petaplan.capacity.workloads import InferenceService, ResearchReserve, TrainingRun


class Judge(StrEnum):
    """What kind of judge a field is."""

    TARGET = "target"
    CLAIM = "claim"
    """What a hall or a fabric claims to survive."""
    LIMIT = "limit"
    """A limit that somebody promised or prescribed, such as a PUE."""
    BUILDING = "limit of the building"
    """What a room, a contract or a maker allows, such as a floor load."""
    DATE = "date"
    ASSUMPTION = "assumption"
    PRICE = "price"
    WAIVER = "waiver"
    BASELINE = "baseline"
    EVIDENCE = "evidence"
    CATALOGUE = "catalogue"
    RULES = "rules"
    SETTING = "setting"


REFUSED = (Judge.TARGET, Judge.CLAIM, Judge.LIMIT, Judge.SETTING, Judge.RULES)
"""Judges that ``--no-weakening`` does not let become weaker, whether or not a check is lost."""


class Weaker(StrEnum):
    """The direction in which a judge asks for less."""

    LOWER = "lower"
    HIGHER = "higher"
    MORE = "more"
    """A longer list of alternatives."""
    EITHER = "either"
    """Which direction is weaker depends on the rest of the plan."""
    WORDS = "words"
    """A text that no rule reads."""


class Absent(StrEnum):
    """What it means that a field is not given."""

    WEAKEST = "weakest"
    """Nothing is asked."""
    STRONGEST = "strongest"
    """Nothing is allowed away from it, such as a day of retirement."""
    DEFAULT = "default"
    """Another value holds, such as the day of the phase."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one field means as a judge."""

    judge: Judge
    weaker: Weaker
    absent: Absent = Absent.WEAKEST


ORDERS: Mapping[type[Enum], Sequence[Enum]] = MappingProxyType(
    {
        Redundancy: (
            Redundancy.N,
            Redundancy.N_PLUS_1,
            Redundancy.BLOCK,
            Redundancy.FOUR_TO_MAKE_THREE,
            Redundancy.THREE_TO_MAKE_TWO,
            Redundancy.TWO_N,
        ),
        Sparsity: (Sparsity.TWO_OF_FOUR, Sparsity.DENSE),
        Engine: (Engine.MATRIX, Engine.VECTOR),
        Measure: (Measure.PEAK, Measure.DELIVERED),
        Counting: (Counting.CUMULATIVE, Counting.INCREMENTAL),
        Status: LADDER,
    }
)
"""Enumerations with an order, the weakest first: what counts more devices, higher rates, or asks for no review."""


def _all(judge: Judge, weaker: Weaker, names: str, absent: Absent = Absent.WEAKEST) -> dict[str, Meaning]:
    return {name: Meaning(judge, weaker, absent) for name in names.split()}


_DATES = (
    _all(Judge.DATE, Weaker.HIGHER, "in_service", Absent.DEFAULT)
    | _all(Judge.DATE, Weaker.LOWER, "retired", Absent.STRONGEST)
    | _all(Judge.DATE, Weaker.EITHER, "phase")
)
"""Later service and earlier retirement ask for less."""

_STATED = _all(Judge.ASSUMPTION, Weaker.WORDS, "source") | _all(Judge.ASSUMPTION, Weaker.EITHER, "as_of")
_GROUPED = _STATED | _all(Judge.ASSUMPTION, Weaker.EITHER, "group")

_OF_FORECASTS: Mapping[type[Noun], Mapping[str, Meaning]] = {
    CorrelationGroup: _all(Judge.ASSUMPTION, Weaker.EITHER, "correlation") | _STATED,
    Slip: _all(Judge.ASSUMPTION, Weaker.LOWER, "probability_late late_fraction_p5 late_fraction_p50 late_fraction_p95")
    | _STATED,
    LeadTime: _all(Judge.ASSUMPTION, Weaker.LOWER, "weeks_p5 weeks_p50 weeks_p95 installation_weeks")
    | _all(Judge.DATE, Weaker.LOWER, "ordered", Absent.DEFAULT)
    | _all(Judge.ASSUMPTION, Weaker.EITHER, "item")
    | _GROUPED,
    Ramp: _all(Judge.ASSUMPTION, Weaker.LOWER, "weeks_p5 weeks_p50 weeks_p95") | _GROUPED,
}
"""Less lateness is the weaker assumption."""

_OF_WORK: Mapping[type[Noun], Mapping[str, Meaning]] = {
    TrainingRun: _all(Judge.TARGET, Weaker.LOWER, "active_parameters tokens starts")
    | _all(Judge.TARGET, Weaker.HIGHER, "done_by")
    | _all(Judge.ASSUMPTION, Weaker.HIGHER, "mfu_fraction")
    | _all(Judge.TARGET, Weaker.EITHER, "model accelerators_in_step precision")
    | _all(Judge.TARGET, Weaker.WORDS, "source mfu_source"),
    InferenceService: _all(Judge.TARGET, Weaker.LOWER, "active_parameters tokens_per_s memory_gb")
    | _all(Judge.TARGET, Weaker.HIGHER, "starts")
    | _all(Judge.TARGET, Weaker.LOWER, "ends", Absent.STRONGEST)
    | _all(Judge.ASSUMPTION, Weaker.HIGHER, "utilisation_fraction")
    | _all(Judge.TARGET, Weaker.EITHER, "model precision")
    | _all(Judge.TARGET, Weaker.WORDS, "source utilisation_source"),
    ResearchReserve: _all(Judge.TARGET, Weaker.LOWER, "reserved_fraction")
    | _all(Judge.TARGET, Weaker.EITHER, "model")
    | _all(Judge.TARGET, Weaker.WORDS, "source"),
}
"""Work that a phase must carry is a target: less of it, or more time for it, asks for less."""

MEANINGS: Mapping[type[Noun], Mapping[str, Meaning]] = MappingProxyType(
    {
        Hub: _all(Judge.ASSUMPTION, Weaker.WORDS, "description owner"),
        Target: _all(Judge.TARGET, Weaker.LOWER, "pflops synchronous_ranks minimum_measured_fraction confidence")
        | _all(Judge.TARGET, Weaker.HIGHER, "by")
        | _all(Judge.TARGET, Weaker.MORE, "precisions")
        | _all(Judge.TARGET, Weaker.LOWER, "sparsity engine measure counting", Absent.DEFAULT)
        | _all(Judge.TARGET, Weaker.EITHER, "phase", Absent.DEFAULT)
        | _all(Judge.TARGET, Weaker.WORDS, "source"),
        Phase: _all(Judge.DATE, Weaker.HIGHER, "in_service")
        | _all(Judge.DATE, Weaker.EITHER, "starts")
        | _all(Judge.DATE, Weaker.LOWER, "after")
        | _all(Judge.DATE, Weaker.WORDS, "description"),
        Assumption: _all(Judge.ASSUMPTION, Weaker.EITHER, "value model quantity unit as_of", Absent.DEFAULT)
        | _all(Judge.ASSUMPTION, Weaker.LOWER, "status", Absent.DEFAULT)
        | _all(Judge.ASSUMPTION, Weaker.WORDS, "statement reason source"),
        Site: _all(Judge.LIMIT, Weaker.HIGHER, "pue_limit carbon_budget_t_per_year air_limit_kw air_warning_kw")
        | _all(Judge.LIMIT, Weaker.LOWER, "generator_autonomy_hours")
        | _all(
            Judge.ASSUMPTION,
            Weaker.LOWER,
            "diversity_fraction training_step_fraction annual_cooling_fraction design_outdoor_c",
        )
        | _all(Judge.ASSUMPTION, Weaker.HIGHER, "load_power_factor")
        | _all(Judge.ASSUMPTION, Weaker.EITHER, "annual_it_load_fraction diversity_trace")
        | _all(Judge.LIMIT, Weaker.EITHER, "jurisdiction country")
        | _all(Judge.LIMIT, Weaker.WORDS, "utility description"),
        Route: _all(Judge.LIMIT, Weaker.HIGHER, "limit_ms")
        | _all(Judge.ASSUMPTION, Weaker.LOWER, "route_km detour equipment_ms"),
        Tariff: _all(Judge.PRICE, Weaker.LOWER, "per_kwh")
        | _all(Judge.PRICE, Weaker.EITHER, "from_date currency")
        | _all(Judge.PRICE, Weaker.WORDS, "source"),
        CarbonFactor: _all(Judge.ASSUMPTION, Weaker.LOWER, "kg_per_kwh")
        | _all(Judge.ASSUMPTION, Weaker.EITHER, "from_date basis")
        | _all(Judge.ASSUMPTION, Weaker.WORDS, "source"),
        Hall: _DATES
        | _all(
            Judge.BUILDING,
            Weaker.HIGHER,
            "floor_area_m2 floor_load_kpa it_power_limit_kw rack_positions access_route_load_kg row_pitch_m",
        )
        | _all(Judge.LIMIT, Weaker.LOWER, "minimum_aisle_m")
        | _all(Judge.BUILDING, Weaker.LOWER, "meet_me_room_cable_m", Absent.DEFAULT)
        | _all(Judge.BUILDING, Weaker.EITHER, "rows rack_pitch_m", Absent.DEFAULT)
        | _all(Judge.CLAIM, Weaker.LOWER, "redundancy concurrently_maintainable facility_class")
        | _all(Judge.CLAIM, Weaker.EITHER, "facility_scheme"),
        Budget: _all(Judge.LIMIT, Weaker.HIGHER, "capex opex_per_year oldest_price_days")
        | _all(Judge.PRICE, Weaker.LOWER, "other_capex maintenance_fraction spares_fraction staff_fraction")
        | _all(Judge.PRICE, Weaker.EITHER, "currency"),
        Price: _all(Judge.PRICE, Weaker.LOWER, "unit_price unit_price_low unit_price_high")
        | _all(Judge.PRICE, Weaker.HIGHER, "vintage")
        | _all(Judge.PRICE, Weaker.EITHER, "model currency")
        | _all(Judge.PRICE, Weaker.WORDS, "source"),
        RatedPrice: _all(Judge.PRICE, Weaker.LOWER, "unit_price unit_price_low unit_price_high")
        | _all(Judge.PRICE, Weaker.HIGHER, "vintage")
        | _all(Judge.PRICE, Weaker.EITHER, "kind currency")
        | _all(Judge.PRICE, Weaker.WORDS, "source"),
        ExchangeRate: _all(Judge.PRICE, Weaker.LOWER, "rate")
        | _all(Judge.PRICE, Weaker.HIGHER, "as_of")
        | _all(Judge.PRICE, Weaker.EITHER, "currency"),
        Spares: _all(Judge.CLAIM, Weaker.LOWER, "confidence")
        | _all(Judge.ASSUMPTION, Weaker.HIGHER, "availability")
        | _all(Judge.CLAIM, Weaker.EITHER, "count model")
        | _all(Judge.CLAIM, Weaker.WORDS, "source"),
        Order: _all(Judge.DATE, Weaker.LOWER, "ordered lead_weeks commissioning_weeks")
        | _all(Judge.DATE, Weaker.EITHER, "item")
        | _all(Judge.DATE, Weaker.WORDS, "source"),
        DeclaredTotals: _all(
            Judge.CLAIM, Weaker.EITHER, "racks accelerators cpus it_power_kw weight_kg network_ports optics"
        ),
        Delivery: _all(Judge.ASSUMPTION, Weaker.HIGHER, "device_mtbf_hours")
        | _all(Judge.ASSUMPTION, Weaker.LOWER, "checkpoint_minutes restart_minutes hot_spare_fraction")
        | _all(Judge.ASSUMPTION, Weaker.LOWER, "job_accelerators", Absent.DEFAULT),
        Expectation: _all(Judge.ASSUMPTION, Weaker.HIGHER, "low mid high")
        | _all(Judge.ASSUMPTION, Weaker.EITHER, "as_of")
        | _all(Judge.ASSUMPTION, Weaker.WORDS, "source"),
        PowerNode: _DATES,
        SupplyStep: _all(Judge.BUILDING, Weaker.HIGHER, "contracted_kva")
        | _all(Judge.BUILDING, Weaker.LOWER, "from_date"),
        Intake: _all(Judge.LIMIT, Weaker.LOWER, "minimum_power_factor"),
        Battery: _all(Judge.CLAIM, Weaker.LOWER, "backup_minutes duties peak_shaving_kw peak_shaving_minutes_per_day"),
        Busway: _all(Judge.BUILDING, Weaker.HIGHER, "rated_diversity_fraction", Absent.DEFAULT),
        Feed: _all(Judge.BUILDING, Weaker.HIGHER, "rated_diversity_fraction", Absent.DEFAULT),
        CoolingNode: _DATES,
        Fabric: _DATES
        | _all(Judge.LIMIT, Weaker.LOWER, "minimum_bisection_fraction")
        | _all(Judge.CLAIM, Weaker.LOWER, "rail_aligned"),
        Tier: _all(Judge.LIMIT, Weaker.HIGHER, "oversubscription", Absent.DEFAULT)
        | _all(Judge.LIMIT, Weaker.LOWER, "reserved_ports"),
        Pod: _DATES,
        Ports: _all(Judge.ASSUMPTION, Weaker.EITHER, "count gbps"),
        RackGroup: _all(Judge.ASSUMPTION, Weaker.LOWER, "it_power_kw", Absent.DEFAULT),
        StandAloneRackGroup: _DATES,
        **_OF_FORECASTS,
        **_OF_WORK,
    }
)
"""By noun and field; a noun has the fields of its bases as well."""

EQUIPMENT = (PowerNode, CoolingNode, Fabric, Tier, Links, Pod, RackGroup, NodeGroup)
"""Nouns that describe what is built: a field of theirs judges nothing unless it has a meaning above."""

REMOVED: Mapping[type[Noun], Judge] = MappingProxyType(
    {
        Target: Judge.TARGET,
        Assumption: Judge.ASSUMPTION,
        Route: Judge.LIMIT,
        Tariff: Judge.PRICE,
        CarbonFactor: Judge.ASSUMPTION,
        Budget: Judge.LIMIT,
        Price: Judge.PRICE,
        RatedPrice: Judge.PRICE,
        ExchangeRate: Judge.PRICE,
        Spares: Judge.CLAIM,
        Order: Judge.DATE,
        DeclaredTotals: Judge.CLAIM,
        Delivery: Judge.ASSUMPTION,
        Expectation: Judge.ASSUMPTION,
        Ports: Judge.ASSUMPTION,
        SupplyStep: Judge.BUILDING,
        Phase: Judge.DATE,
        TrainingRun: Judge.TARGET,
        InferenceService: Judge.TARGET,
        ResearchReserve: Judge.TARGET,
        Slip: Judge.ASSUMPTION,
        LeadTime: Judge.ASSUMPTION,
        Ramp: Judge.ASSUMPTION,
        CorrelationGroup: Judge.ASSUMPTION,
    }
)
"""Nouns that judge as a whole: without one, something is no longer asked."""


@cache
def meanings_of(noun: type) -> Mapping[str, Meaning]:
    """The meaning of each field of a noun, those of its bases included."""
    found: dict[str, Meaning] = {}
    for kind in reversed(noun.__mro__):
        found |= MEANINGS.get(kind, {})
    return MappingProxyType(found)


@cache
def judge_as_a_whole(noun: type) -> Judge | None:
    """What kind of judge a noun is as a whole; None for one that describes."""
    return next((REMOVED[kind] for kind in noun.__mro__ if kind in REMOVED), None)
