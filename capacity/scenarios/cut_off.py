"""Pods and racks that a cut-off concerns."""

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.scenarios.changes import Change


def cut_off_objects(design: Design, change: Change) -> tuple[str, ...]:
    """Pods and racks that a cut-off concerns: they hold such accelerators and come in service while it lasts."""
    return tuple(one.name for one in design.placements if _is_cut_off(design, one, change))


def _is_cut_off(design: Design, placement: Placement, change: Change) -> bool:
    day = design.service_date(placement)
    if change.from_date is None or day < change.from_date or (change.until is not None and day >= change.until):
        return False
    return any(_concerns(change, design.accelerator(model)) for model in design.pod(placement).accelerators)


def _concerns(change: Change, device: Accelerator) -> bool:
    asked = ((change.model, device.model), (change.vendor, device.vendor), (change.country, device.country))
    return all(wanted in (None, has) for wanted, has in asked)
