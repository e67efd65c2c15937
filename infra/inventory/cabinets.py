"""Racks of a rack group: one row of the inventory for each rack."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from petaplan.infra.inventory.model import Cabinet
from petaplan.infra.spelling import PropertyMap

Run = PropertyMap
"""A group of cabinets as declared, in Pulumi's spelling."""


def cabinets_of(kind: str, properties: Run) -> tuple[Cabinet, ...]:
    """Every cabinet that a pod or a stand-alone rack puts on the floor.

    A run whose name, model, count or place is secret puts none: the floor plan would tell.
    """
    runs = properties.get("racks") if kind == "pod" else [properties] if kind == "rack" else []
    hall = properties.get("hall")
    where = hall if isinstance(hall, str) else None
    return tuple(cabinet for run in (runs if isinstance(runs, list) else ()) for cabinet in _of_run(run, where))


def _of_run(run: object, hall: str | None) -> Iterable[Cabinet]:
    if not _is_open(run):
        return
    slot = run.get("slot")
    for number in range(1, int(run.get("count") or 1) + 1):
        yield Cabinet(
            run=run["name"],
            number=number,
            model=run["model"],
            hall=hall,
            row=run.get("row"),
            slot=None if slot is None else slot + number - 1,
        )


def properties_as_deployed(kind: str, properties: Run, cabinets: Sequence[Cabinet]) -> dict[str, Any]:
    """The properties with each run said as its cabinets stand, however they came to stand so.

    The floor tells a run's count, row, first slot and model, and the hall; a run without cabinets is gone.
    """
    made = dict(properties)
    if kind == "pod" and isinstance(properties.get("racks"), list):
        by_run: dict[str, list[Cabinet]] = {}
        for cabinet in cabinets:
            by_run.setdefault(cabinet.run, []).append(cabinet)
        made["racks"] = [
            _seen(run, by_run[run["name"]]) if _is_open(run) else run
            for run in properties["racks"]
            if not _is_open(run) or run["name"] in by_run
        ]
    elif kind == "rack" and cabinets and _is_open(properties):
        made = _seen(properties, cabinets)
    halls = {cabinet.hall for cabinet in cabinets}
    if len(halls) == 1 and isinstance(made.get("hall"), str):
        made["hall"] = halls.pop() or made["hall"]
    return made


def _is_open(run: object) -> TypeGuard[Run]:
    """Whether nothing that the floor shows of a run is secret."""
    return (
        isinstance(run, Mapping)
        and all(isinstance(run.get(field), str) for field in ("name", "model"))
        and all(isinstance(run.get(field), int | None) for field in ("count", "row", "slot"))
    )


def _seen(run: Run, cabinets: Sequence[Cabinet]) -> dict[str, Any]:
    """A run as its cabinets show it; what they show as declared keeps its spelling."""
    first = min(cabinets, key=lambda cabinet: cabinet.number)
    seen = {
        "count": len(cabinets),
        "row": first.row,
        "slot": None if first.slot is None else first.slot - first.number + 1,
        "model": first.model,
    }
    declared = {"count": 1} | dict(run)
    changed = {field: value for field, value in seen.items() if value != declared.get(field)}
    return {field: value for field, value in (dict(run) | changed).items() if value is not None}
