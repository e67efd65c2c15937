"""An inventory in the memory of one process: no file and no server, for tests and for trying things out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.backend import Backend
from petaplan.infra.inventory.keeping import after_removal, matches, next_entry, refuse_second_update
from petaplan.infra.inventory.model import (
    NOBODY,
    Cabinet,
    EngineProcess,
    Entry,
    Holder,
    Holding,
    InventoryError,
    Key,
    Owner,
    Update,
)
from petaplan.infra.inventory.ownership import refuse_strangers, without_checkpoint


@dataclass
class Shelf:
    """What every inventory of one name shares."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)


SHELVES: dict[str, Shelf] = {}


class MemoryInventory:
    """The inventory of one name in this process."""

    def __init__(self, name: str) -> None:
        self.where = f"memory:{name}"
        self._shelf = SHELVES.setdefault(name, Shelf())

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str, owner: Owner = NOBODY) -> int:
        """The number of the engine's update of this stack."""
        with self._shelf.lock:
            mine = [one for one in self._shelf.updates if (one.project, one.stack) == (project, stack)]
            if mine:
                last = mine[-1]
                assert last.engine is not None
                if last.engine == engine and not last.ended_at:
                    self._shelf.owners[owner.token] = last.owner.token
                    return last.id
                refuse_second_update(self.where, f"{project}/{stack}", last.engine, last.begun, engine)
            owner = replace(owner, token=self._shelf.owners.get(owner.token, owner.token))
            refuse_strangers(self.where, (project, stack), owner, self.holdings(), self._shelf.updates)
            self.transfer((project, stack), (project, stack), owner.token, copy=False)
            for one in without_checkpoint(self._shelf.updates, (project, stack), owner):
                self._shelf.updates[one.id - 1] = replace(one, ended_at="")
            update = Update(
                id=len(self._shelf.updates) + 1,
                project=project,
                stack=stack,
                started_at=datetime.now(UTC).isoformat(timespec="microseconds"),
                program=program,
                engine=engine,
                owner=owner,
            )
            self._shelf.updates.append(update)
            return update.id

    def end_updates(self, updates: Sequence[int]) -> None:
        """These updates are over."""
        with self._shelf.lock:
            for update in updates:
                if not self._shelf.updates[update - 1].ended_at:
                    self._shelf.updates[update - 1] = replace(self._shelf.updates[update - 1], ended_at="over")

    def holdings(self) -> tuple[Holding, ...]:
        """Every name of a stack and owner token, with the number of entries."""
        found = Counter((one.key.project, one.key.stack, one.token) for one in self._shelf.entries.values())
        return tuple(
            Holding(project=project, stack=stack, token=token, entries=count)
            for (project, stack, token), count in sorted(found.items())
        )

    def transfer(self, source: tuple[str, str], target: tuple[str, str], token: str, *, copy: bool) -> int:
        """The number of entries of one stack that are now another's."""
        with self._shelf.lock:
            own = {key: one for key, one in self._shelf.entries.items() if (key.project, key.stack) == source}
            if source != target:
                held = [key for key in self._shelf.entries if (key.project, key.stack) == target]
                if held and not copy:
                    problem = Problem(where="/".join(target), found="entries of its own", expected="none")
                    raise InventoryError(problem)
                for key in held + ([] if copy else list(own)):
                    del self._shelf.entries[key]
            for key, one in own.items():
                moved = replace(key, project=target[0], stack=target[1])
                self._shelf.entries[moved] = replace(one, key=moved, token=token)
            return len(own)

    def hold(self, key: Key, holders: Mapping[int, Holder]) -> None:
        """The resources that mean an entry from now on."""
        entry = self._shelf.entries[key]
        generation = max(entry.generation, *holders)
        self._shelf.entries[key] = replace(entry, holders=holders, generation=generation)

    def name_owner(self, token: str, owner: str) -> None:
        """A further token of a stack means the owner that it has."""
        self._shelf.owners[token] = owner

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, Any],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
        resource: str = "",
    ) -> Entry:
        """The entry, written."""
        with self._shelf.lock:
            before = self._shelf.entries.get(key)
            after = next_entry(
                before,
                key,
                properties,
                withheld,
                cabinets,
                update=update,
                anew=anew,
                resource=resource,
                token=self._shelf.updates[update - 1].owner.token,
            )
            self._shelf.entries[key] = after
            return after

    def get(self, key: Key) -> Entry | None:
        """The entry of a key."""
        return self._shelf.entries.get(key)

    def remove(self, key: Key, generation: int) -> bool:
        """Whether an entry of at most this generation was there."""
        with self._shelf.lock:
            entry = self._shelf.entries.get(key)
            if entry is None:
                return False
            after = after_removal(entry, generation)
            if after is None:
                del self._shelf.entries[key]
            else:
                self._shelf.entries[key] = after
            return after is None

    def list(self, *, stack: str | None = None, kind: str | None = None, hall: str | None = None) -> tuple[Entry, ...]:
        """The entries that match, in order of their keys."""
        found = sorted(self._shelf.entries.items(), key=lambda item: str(item[0]))
        return tuple(entry for _, entry in found if matches(entry, stack=stack, kind=kind, hall=hall))

    def updates(self) -> tuple[Update, ...]:
        """Every update, first to last."""
        return tuple(self._shelf.updates)

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
