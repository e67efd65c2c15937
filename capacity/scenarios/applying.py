"""A plan under a scenario: each kind of change is one function of a design."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from petaplan.capacity.design import Design
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.hub import Hub, Phase, in_waiting_order
from petaplan.capacity.power import Intake, SupplyStep
from petaplan.capacity.resolving import resolve
from petaplan.capacity.scenarios.changes import Change, ChangeKind, Scenario
from petaplan.capacity.scenarios.cut_off import shut_out
from petaplan.capacity.scenarios.faults import faults_of
from petaplan.capacity.scenarios.removal import without
from petaplan.capacity.site import Site, Tariff
from petaplan.capacity.units import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Changing:
    """A plan that changes: its hub, the catalogue before assumptions fill it, and factors on the rates of models."""

    design: Design
    catalogue: Catalogue
    factors: Mapping[str, float] = field(default_factory=dict)

    def to(self, hub: Hub) -> "Changing":
        """The same with another hub.

        Raises:
            PlanError: with every problem of that hub.
        """
        return replace(self, design=_scaled(resolve(hub, self.catalogue, self.design.evidence), self.factors))

    def after(self, changes: Iterable[Change]) -> "Changing":
        """The same after some changes, in their order.

        Raises:
            PlanError: where the changed plan is none, or an earlier change has left a later one without its object.
            OverflowError: where a day lies outside the calendar.
        """
        plan = self
        for change in changes:
            plan = _applied(plan, change)
        return plan


def under(design: Design, catalogue: Catalogue, scenario: Scenario) -> Design:
    """The plan with all changes of a scenario; ``catalogue`` is that of the plan before its assumptions fill it.

    Raises:
        PlanError: where the changed plan is none, as where nothing is left of a needed table.
    """
    try:
        return Changing(design, catalogue).after(scenario.changes).design
    except OverflowError:
        raise PlanError([_outside_the_calendar(scenario)]) from None
    except PlanError as error:
        told = [replace(one, where=f"under scenario {scenario.name}: {one.where}") for one in error.problems]
        raise PlanError(told) from None


def _applied(plan: Changing, change: Change) -> Changing:
    """The plan after one change, which an earlier one may have left without its object."""
    problems = [
        Problem(where=str(change.change), found=found, expected=expected, advice=advice)
        for _, found, expected, advice in faults_of(change, plan.design)
    ]
    if problems:
        raise PlanError(problems)
    return _APPLY[change.change](plan, change)


def _outside_the_calendar(scenario: Scenario) -> Problem:
    where, expected = f"scenario {scenario.name}", "days to the end of the year 9999"
    return Problem(where=where, found="days outside the calendar", expected=expected, advice="use fewer weeks")


def _cut_off(plan: Changing, change: Change) -> Changing:
    days = shut_out(plan.design, change)
    hub = _changed(plan.design.hub, {name: {"in_service": day} for name, day in days.items() if day is not None})
    never = [name for name, day in days.items() if day is None]
    return plan.to(without(hub, never) if never else hub)


def _late(plan: Changing, change: Change) -> Changing:
    """The phase, the days that its objects state, and the phases that wait for it and have no slack."""
    design = plan.design
    days: dict[str, int] = {}
    for phase in in_waiting_order(design.phases):
        if phase.name == change.object:
            days[phase.name] = math.ceil((change.weeks or 0.0) * DAYS_PER_WEEK)
            continue
        pushed = [_pushed(design, phase, name, days[name]) for name in phase.after if name in days]
        if any(pushed):
            days[phase.name] = max(pushed)
    changes: dict[str, dict[str, Any]] = {}
    for phase in design.phases:
        if phase.name in days:
            late = timedelta(days=days[phase.name])
            starts = phase.starts if phase.name == change.object else phase.starts + late
            changes[phase.name] = {"starts": starts, "in_service": phase.in_service + late}
    for row in design.hub.scheduled:
        if row.phase in days and row.in_service is not None:
            changes[row.name] = {"in_service": row.in_service + timedelta(days=days[row.phase])}
    return plan.to(_changed(design.hub, changes))


def _pushed(design: Design, phase: Phase, before: str, days: int) -> int:
    """Days by which a phase must begin later, because one that it waits for is so many days late."""
    due: date = design.by_name[before].in_service
    slack = max(0, (phase.starts - due).days)
    return max(0, days - slack)


def _cap(plan: Changing, change: Change) -> Changing:
    intake: Intake = plan.design.by_name[change.object or ""]
    limit, begins = change.contracted_kva or 0.0, change.from_date or date.min
    held = [
        step if step.from_date < begins else step.replace(contracted_kva=min(limit, step.contracted_kva))
        for step in intake.supply
    ]
    before = [step for step in intake.supply if step.from_date < begins]
    if before and all(step.from_date != begins for step in held):
        held.append(SupplyStep(from_date=begins, contracted_kva=min(limit, before[-1].contracted_kva)))
    supply = tuple(sorted(held, key=lambda step: step.from_date))
    return plan.to(_changed(plan.design.hub, {intake.name: {"supply": supply}}))


def _tariff(plan: Changing, change: Change) -> Changing:
    site: Site = plan.design.by_name[change.object or ""]
    begins = change.from_date or date.min
    price = Tariff(from_date=begins, per_kwh=change.per_kwh or 0.0, currency=change.currency or "", source="a scenario")
    kept = tuple(one for one in site.tariff if one.from_date < begins)
    return plan.to(_changed(plan.design.hub, {site.name: {"tariff": (*kept, price)}}))


def _rate(plan: Changing, change: Change) -> Changing:
    model, factor = change.model or "", change.factor or 1.0
    factors = {**plan.factors, model: plan.factors.get(model, 1.0) * factor}
    return replace(plan, design=_scaled(plan.design, {model: factor}), factors=factors)


def _scaled(design: Design, factors: Mapping[str, float]) -> Design:
    """The plan with the rates of some models times a factor."""
    if not factors:
        return design
    products = dict(design.catalogue.products)
    for model, factor in factors.items():
        device = design.accelerator(model)
        peaks = tuple(
            peak if peak.tflops is None else peak.replace(tflops=peak.tflops.replace(value=peak.tflops.value * factor))
            for peak in device.peaks
        )
        products[model] = device.replace(peaks=peaks)
    return replace(design, catalogue=replace(design.catalogue, products=MappingProxyType(products)))


def _remove(plan: Changing, change: Change) -> Changing:
    return plan.to(without(plan.design.hub, (change.object or "",)))


def _changed(hub: Hub, changes: Mapping[str, Mapping[str, Any]]) -> Hub:
    """The hub with fields of some rows changed."""
    tables = {
        table: tuple(row.replace(**changes[row.name]) if row.name in changes else row for row in rows)
        for table, rows in hub.tables()
        if any(row.name in changes for row in rows)
    }
    return hub.replace(**tables) if tables else hub


_APPLY: Mapping[ChangeKind, Callable[[Changing, Change], Changing]] = {
    ChangeKind.CUT_OFF: _cut_off,
    ChangeKind.LANE_CLOSED: _cut_off,
    ChangeKind.LANE_OPEN: _cut_off,
    ChangeKind.LATE: _late,
    ChangeKind.CAP: _cap,
    ChangeKind.TARIFF: _tariff,
    ChangeKind.RATE: _rate,
    ChangeKind.REMOVE: _remove,
}
"""The function of each kind of change."""
