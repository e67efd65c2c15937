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


def place_of(cabinet: Cabinet) -> tuple[str, str | None, int | None, int | None]:
    """Model, hall, row and slot: what a declaration says of one rack."""
    return cabinet.model, cabinet.hall, cabinet.row, cabinet.slot


def properties_as_deployed(kind: str, properties: Run, standing: Sequence[Cabinet]) -> dict[str, Any]:
    """The properties with each group said as its racks stand, however they came to stand so.

    A group whose racks are no longer alike is said in parts. The part of its first rack keeps the name of the group.
    Each other part has the label of its first rack. Racks of a group that nobody declared are groups of their own. A
    rack in another hall moves the object there. All of it differs from what was declared, so that the next update
    puts it right.
    """
    made = dict(properties)
    if kind == "pod" and isinstance(properties.get("racks"), list):
        made["racks"] = _groups(properties["racks"], standing)
    elif kind == "rack" and _is_open(properties):
        made = _as_one_group(properties, standing)
    if isinstance(made.get("hall"), str) and kind in ("pod", "rack"):
        halls = {cabinet.hall for cabinet in standing} - {made["hall"], None}
        made["hall"] = min((hall for hall in halls if hall is not None), default=made["hall"])
    if made == properties and not stand_as_declared(kind, properties, standing):
        return contradicting(kind, properties, {**properties, "racks": []})
    return made


def stand_as_declared(kind: str, properties: Run, standing: Sequence[Cabinet]) -> bool:
    """Whether every rack stands where its group says, and no other."""
    declared = {(one.run, one.number): place_of(one) for one in cabinets_of(kind, properties)}
    return declared == {(one.run, one.number): place_of(one) for one in standing}


PLACES = ("racks", "hall", "count", "row", "slot", "model")
"""Properties that the rows of racks tell as well."""


def contradicting(kind: str, entry: Run, racks: Run) -> dict[str, Any]:
    """What nobody can have declared, where an entry and its racks tell different things.

    Groups that differ have no racks, and a hall that differs has no name. Any declaration differs from that.
    """
    made = {**racks, **({"hall": ""} if entry.get("hall") != racks.get("hall") else {})}
    if kind != "pod":
        return {**made, "count": 0}
    told, standing = (one if isinstance(one, list) else [] for one in (entry.get("racks"), racks.get("racks")))
    other = [group for group in (*standing, *told) if (group in standing) != (group in told)]
    named = {group["name"]: {**group, "count": 0} for group in reversed(other) if _is_open(group)}
    made["racks"] = [group for group in standing if group in told] + [*named.values()]
    return made


def _groups(declared: Sequence[object], standing: Sequence[Cabinet]) -> list[object]:
    by_run: dict[str, list[Cabinet]] = {}
    for cabinet in standing:
        by_run.setdefault(cabinet.run, []).append(cabinet)
    groups: list[object] = []
    for run in declared:
        if not _is_open(run):
            groups.append(run)
            continue
        parts = _alike(by_run.pop(run["name"], ()))
        groups += [_seen(run, part) if part[0].number == 1 else _part(run, part) for part in parts]
    for name, racks in sorted(by_run.items()):
        for part in _alike(racks):
            groups.append(_part({"name": name, "model": part[0].model}, part))
    return groups


def _as_one_group(run: Run, standing: Sequence[Cabinet]) -> dict[str, Any]:
    """A stand-alone group with the count of all its racks, and the place and model of the first part that differs."""
    if not standing:
        return {**run, "count": 0}
    shown = [_seen(run, part) for part in _alike(standing)]
    other = next((one for one in shown if {**one, "count": 0} != {**run, "count": 0}), shown[0])
    counted = {**other, "count": len(standing)}
    return dict(run) if counted == {"count": 1, **run} else counted


def _alike(racks: Iterable[Cabinet]) -> list[list[Cabinet]]:
    """Racks in parts: those of a part have one model and row, and slots that follow their numbers."""
    parts: list[list[Cabinet]] = []
    for rack in sorted(racks, key=lambda one: (one.run, one.number)):
        last = parts[-1][-1] if parts else None
        if last is not None and _follows(last, rack):
            parts[-1].append(rack)
        else:
            parts.append([rack])
    return parts


def _follows(before: Cabinet, rack: Cabinet) -> bool:
    step = rack.number - before.number
    slot = None if before.slot is None else before.slot + step
    return step == 1 and (rack.run, rack.model, rack.row, rack.slot) == (before.run, before.model, before.row, slot)


def _part(run: Run, racks: Sequence[Cabinet]) -> dict[str, Any]:
    return {**_seen(run, racks), "name": racks[0].name, "count": len(racks)}


def _is_open(run: object) -> TypeGuard[Run]:
    """Whether nothing that the floor shows of a run is secret."""
    return (
        isinstance(run, Mapping)
        and all(isinstance(run.get(field), str) for field in ("name", "model"))
        and all(isinstance(run.get(field), int | None) for field in ("count", "row", "slot"))
    )


def _seen(run: Run, standing: Sequence[Cabinet]) -> dict[str, Any]:
    """A run as its cabinets show it; what they show as declared keeps its spelling."""
    first = min(standing, key=lambda cabinet: cabinet.number)
    seen = {
        "count": len(standing),
        "row": first.row,
        "slot": first.slot,
        "model": first.model,
    }
    declared = {"count": 1} | dict(run)
    changed = {field: value for field, value in seen.items() if value != declared.get(field)}
    return {field: value for field, value in (dict(run) | changed).items() if value is not None}
