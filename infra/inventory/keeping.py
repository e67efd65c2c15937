"""Parts of every backend: the next state of an entry, and one update of a stack at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import Cabinet, EngineProcess, Entry, InventoryError, Key


def next_entry(
    before: Entry | None,
    key: Key,
    properties: Mapping[str, object],
    withheld: Sequence[str],
    cabinets: Sequence[Cabinet],
    *,
    update: int,
    anew: bool,
) -> Entry:
    """The entry after an update; a cabinet that stays as it was keeps the updates that placed and changed it."""
    return Entry(
        key=key,
        properties=properties,
        withheld=tuple(withheld),
        cabinets=next_cabinets(() if before is None else before.cabinets, cabinets, update),
        generation=1 if before is None else before.generation + anew,
        placed_in=update if before is None else before.placed_in,
        changed_in=update,
    )


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
