"""Pods and racks whose accelerators cannot be had on their day, by a cut-off or by a dated rule."""

from collections.abc import Callable
from datetime import date

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.export_facts import is_concerned
from petaplan.capacity.facts.export_rules import ExportRule, rules_of
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.scenarios.changes import WHO, Change, ChangeKind


def shut_out(design: Design, change: Change) -> dict[str, date | None]:
    """Pods and racks whose accelerators cannot be had on their day: the first day on which they can, None for never."""
    concerns = _concerning(design, change)
    found: dict[str, date | None] = {}
    for placement in design.placements:
        day = design.service_date(placement)
        if _is_shut(change, day) and any(concerns(model, placement) for model in design.pod(placement).accelerators):
            later = change.from_date if change.change is ChangeKind.LANE_OPEN else change.until
            found[placement.name] = later if later is not None and later > day else None
    return found


def rule_named(design: Design, change: Change) -> ExportRule | None:
    """The export rule that a change names, of the plan's catalogue."""
    return next((rule for rule in rules_of(design.catalogue) if rule.id == change.rule), None)


def untold(design: Design, change: Change) -> list[str]:
    """Models of which the named rule cannot be told, because a figure is missing."""
    return sorted(
        device.model
        for device in map(design.accelerator, design.models)
        if _is_asked(change, device)
        and any(_by_rule(design, change, device, country) is None for country in _countries(design, device.model))
    )


def _countries(design: Design, model: str) -> set[str]:
    placed = (one for one in design.placements if model in design.pod(one).accelerators)
    return {_country(design, placement) for placement in placed}


def _country(design: Design, placement: Placement) -> str:
    return str(design.by_name[design.by_name[placement.hall].site].country)


def _is_shut(change: Change, day: date) -> bool:
    """Whether nothing can be had on a day: outside of the days of an open lane, else within those of the change."""
    within = change.from_date is not None and change.from_date <= day and (change.until is None or day < change.until)
    return within is not (change.change is ChangeKind.LANE_OPEN)


def _concerning(design: Design, change: Change) -> Callable[[str, Placement], bool]:
    """Whether a change concerns a model where a pod or rack stands; computed once for each model and country."""
    known: dict[tuple[str, str], bool] = {}

    def concerns(model: str, placement: Placement) -> bool:
        at = model, _country(design, placement)
        if at not in known:
            device = design.accelerator(model)
            known[at] = _is_asked(change, device) and bool(_by_rule(design, change, device, at[1]))
        return known[at]

    return concerns


def _is_asked(change: Change, device: Accelerator) -> bool:
    return all(getattr(change, name) in (None, getattr(device, name)) for name in WHO)


def _by_rule(design: Design, change: Change, device: Accelerator, country: str) -> bool | None:
    rule = None if change.rule is None else rule_named(design, change)
    if rule is None:
        return True
    return is_concerned(device, country, change.from_date or rule.effective, rule, rules_of(design.catalogue))
