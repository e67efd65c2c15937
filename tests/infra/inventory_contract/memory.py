"""An inventory in the memory of one process: no file and no server, for tests and for trying things out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.backend import Backend
from petaplan.infra.inventory.keeping import matches, next_entry, refuse_second_update
from petaplan.infra.inventory.model import Cabinet, EngineProcess, Entry, Key, Update


@dataclass
class Shelf:
    """What every inventory of one name shares."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    updates: list[tuple[Update, EngineProcess]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)


SHELVES: dict[str, Shelf] = {}


class MemoryInventory:
    """The inventory of one name in this process."""

    def __init__(self, name: str) -> None:
        self.where = f"memory:{name}"
        self._shelf = SHELVES.setdefault(name, Shelf())

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str) -> int:
        """The number of the engine's update of this stack."""
        with self._shelf.lock:
            mine = [one for one in self._shelf.updates if (one[0].project, one[0].stack) == (project, stack)]
            if mine:
                last, holder = mine[-1]
                if holder == engine:
                    return last.id
                refuse_second_update(self.where, f"{project}/{stack}", holder, last.started_at, engine)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            number = len(self._shelf.updates) + 1
            update = Update(id=number, project=project, stack=stack, started_at=now, program=program)
            self._shelf.updates.append((update, engine))
            return number

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, Any],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
    ) -> Entry:
        """The entry, written."""
        with self._shelf.lock:
            before = self._shelf.entries.get(key)
            after = next_entry(before, key, properties, withheld, cabinets, update=update, anew=anew)
            self._shelf.entries[key] = after
            return after

    def get(self, key: Key) -> Entry | None:
        """The entry of a key."""
        return self._shelf.entries.get(key)

    def remove(self, key: Key, generation: int) -> bool:
        """Whether an entry of at most this generation was there."""
        with self._shelf.lock:
            entry = self._shelf.entries.get(key)
            if entry is None or entry.generation > generation:
                return False
            del self._shelf.entries[key]
            return True

    def list(self, *, stack: str | None = None, kind: str | None = None, hall: str | None = None) -> tuple[Entry, ...]:
        """The entries that match, in order of their keys."""
        found = sorted(self._shelf.entries.items(), key=lambda item: str(item[0]))
        return tuple(entry for _, entry in found if matches(entry, stack=stack, kind=kind, hall=hall))

    def updates(self) -> tuple[Update, ...]:
        """Every update, first to last."""
        return tuple(update for update, _ in self._shelf.updates)

    def exists(self) -> bool:
        """Whether an update wrote anything yet."""
        return bool(self._shelf.updates)

    def obstacle(self) -> Problem | None:
        """Nothing is ever in the way."""
        return None

    def close(self) -> None:
        """What was written stays until the process ends."""


def open_name(address: str, _folder: Path) -> MemoryInventory:
    """The inventory of a name."""
    return MemoryInventory(address)


BACKEND = Backend(
    scheme="memory",
    address="memory:NAME",
    summary="The memory of one process. It is gone when the process ends.",
    open=open_name,
)
