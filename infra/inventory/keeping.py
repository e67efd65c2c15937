"""Parts of every backend: the next state of an entry, and one update of a stack at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import Cabinet, EngineProcess, Entry, Holder, InventoryError, Key


def next_entry(
    before: Entry | None,
    key: Key,
    properties: Mapping[str, object],
    withheld: Sequence[str],
    cabinets: Sequence[Cabinet],
    *,
    update: int,
    anew: bool,
    resource: str = "",
    token: str = "",
) -> Entry:
    """The entry after an update; a cabinet that stays as it was keeps the updates that placed and changed it.

    Raises:
        InventoryError: another resource created it in the same update.
    """
    generation = 1 if before is None else before.generation + anew
    holders = dict(before.holders) if before is not None else {}
    if anew or before is None:
        _refuse_second_resource(key, holders, resource, update)
        holders = {at: held for at, held in holders.items() if held.resource != resource}
        holders[generation] = Holder(resource=resource, update=update)
    return Entry(
        key=key,
        properties=properties,
        withheld=tuple(withheld),
        cabinets=next_cabinets(() if before is None else before.cabinets, cabinets, update),
        generation=generation,
        placed_in=update if before is None else before.placed_in,
        changed_in=update,
        token=token,
        holders=holders,
    )


def _refuse_second_resource(key: Key, holders: Mapping[int, Holder], resource: str, update: int) -> None:
    for held in holders.values():
        if held.update == update and held.resource != resource:
            raise InventoryError(two_resources(key, held.resource, resource))


def two_resources(key: Key, first: str, second: str) -> Problem:
    """Why the second of two resources that mean one object is refused."""
    return Problem(
        where=f"{key.kind} {key.name!r}",
        found=f"two resources of one stack that mean it, {first} and {second}",
        expected="one resource for an object",
        advice="remove one of the two, or give it another name",
    )


def after_removal(before: Entry, generation: int) -> Entry | None:
    """The entry without one of its generations, or None where that was the last.

    A generation that it does not know takes every older one with it.
    """
    live = before.generations
    rest = live - {generation} if generation in live else {at for at in live if at > generation}
    return replace(before, holders={at: held for at, held in before.holders.items() if at in rest}) if rest else None


def next_cabinets(before: Sequence[Cabinet], declared: Sequence[Cabinet], update: int) -> tuple[Cabinet, ...]:
    """The declared cabinets, each with the updates that placed it and changed it last."""
    known = {(cabinet.run, cabinet.number): cabinet for cabinet in before}
    made: list[Cabinet] = []
    for cabinet in declared:
        was = known.get((cabinet.run, cabinet.number))
        since = cabinet if was is None else replace(cabinet, placed_in=was.placed_in, changed_in=was.changed_in)
        made.append(since if since == was else replace(since, placed_in=since.placed_in or update, changed_in=update))
    return tuple(made)


def matches(entry: Entry, *, stack: str | None, kind: str | None, hall: str | None) -> bool:
    """Whether an entry is asked for; those of a hall are the hall, what names it, and what has a cabinet in it."""
    if (stack is not None and entry.key.stack != stack) or (kind is not None and entry.key.kind != kind):
        return False
    if hall is None or (entry.key.kind == "hall" and entry.key.name == hall):
        return True
    return entry.properties.get("hall") == hall or any(cabinet.hall == hall for cabinet in entry.cabinets)


def refuse_second_update(where: str, stack: str, holder: EngineProcess, since: str, engine: EngineProcess) -> None:
    """One update of a stack at a time; the parts of one process may follow each other.

    Raises:
        InventoryError: the holder is another process, and it still runs.
    """
    if holder.pid != engine.pid and is_running(holder):
        raise InventoryError(
            Problem(
                where=f"inventory {where}",
                found=f"another update of stack {stack} at work (process {holder.pid}, since {since})",
                expected="one update of a stack at a time",
                advice="let it finish, then run yours again; nothing of yours was written",
            )
        )


def is_running(engine: EngineProcess) -> bool:
    """Whether the process is still the one that began the update."""
    import psutil

    try:
        return abs(float(psutil.Process(engine.pid).create_time()) - engine.started) < 2.0
    except psutil.Error:
        return False
