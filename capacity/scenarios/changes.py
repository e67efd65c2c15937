"""The words of a scenario file: named changes by object, kind or model. A file runs no code and names no other file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len

from petaplan.capacity.facts.export_rules import RuleId
from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import TINY, Currency, Kva, Text, Unit


class ChangeKind(StrEnum):
    """Kinds of change of a scenario."""

    CUT_OFF = "cut-off"
    """Accelerators of a model, vendor or country cannot be had from a day, until another where one is stated."""
    LANE_CLOSED = "lane-closed"
    """A rule forbids accelerators from a day, until another where one is stated."""
    LANE_OPEN = "lane-open"
    """A rule allows accelerators from a day and not before, until another where one is stated."""
    LATE = "late"
    """A phase is so many weeks late; phases that wait for it move as far as they must."""
    CAP = "cap"
    """An intake has no more than so much contracted power from a day."""
    TARIFF = "tariff"
    """A site pays another price for energy from a day."""
    RATE = "rate"
    """A model of accelerator has its announced rates times a factor."""
    REMOVE = "remove"
    """An object is not there, nor what cannot stand without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change(Noun):
    """One change; its kind says which of the fields it takes."""

    change: ChangeKind
    """Kind of change."""
    object: Name | None = None
    """Object of the plan: a phase, an intake, a site or any other."""
    model: Model | None = None
    """Accelerator of the catalogue."""
    vendor: Text | None = None
    """Vendor of accelerators."""
    country: Annotated[str, Len(2, 2)] | None = None
    """Country of the vendor, ISO 3166-1 alpha-2."""
    rule: RuleId | None = None
    """Export rule of the catalogue: its condition says which accelerators are concerned."""
    from_date: date | None = None
    """First day on which it holds."""
    until: date | None = None
    """First day on which it holds no longer."""
    weeks: Annotated[float, Unit("weeks"), Gt(0), Le(520)] | None = None
    """Weeks of lateness."""
    contracted_kva: Kva | None = None
    """Most contracted power, kVA."""
    per_kwh: Annotated[float, Ge(0), Le(100)] | None = None
    """Price of one kWh."""
    currency: Currency | None = None
    """Currency of the price, as ISO 4217 spells it."""
    factor: Annotated[float, Unit("fraction"), Gt(TINY), Le(10)] | None = None
    """New rate over the one of the catalogue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario(Noun):
    """A named set of changes."""

    name: Name
    """Its name."""
    statement: Text
    """What happens, in a sentence."""
    source: Text
    """Why it is worth asking: a rule, a report, a choice."""
    changes: Annotated[tuple[Change, ...], Len(1, 256)]
    """The changes, applied in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScenarioFile(Noun):
    """All scenarios of one file."""

    scenarios: Annotated[tuple[Scenario, ...], Len(1, 1_000)]
    """The scenarios, in the order of the report."""


WHO = ("model", "vendor", "country")

TAKES: Mapping[ChangeKind, tuple[frozenset[str], frozenset[str]]] = {
    ChangeKind.CUT_OFF: (frozenset(("from_date",)), frozenset((*WHO, "until"))),
    ChangeKind.LANE_CLOSED: (frozenset(("from_date",)), frozenset((*WHO, "rule", "until"))),
    ChangeKind.LANE_OPEN: (frozenset(("from_date",)), frozenset((*WHO, "rule", "until"))),
    ChangeKind.LATE: (frozenset(("object", "weeks")), frozenset()),
    ChangeKind.CAP: (frozenset(("object", "contracted_kva", "from_date")), frozenset()),
    ChangeKind.TARIFF: (frozenset(("object", "per_kwh", "currency", "from_date")), frozenset()),
    ChangeKind.RATE: (frozenset(("model", "factor")), frozenset()),
    ChangeKind.REMOVE: (frozenset(("object",)), frozenset()),
}
"""By kind of change: the fields that it needs, and those that it may have."""
