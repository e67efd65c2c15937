"""The writer of the inventory: one thread, one call after another, while the server answers."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.cabinets import cabinets_of, properties_as_deployed
from petaplan.infra.inventory.model import EngineProcess, Entry, Inventory, InventoryError, Key
from petaplan.infra.provider.wire import Properties, Secret
from petaplan.infra.spelling import Path, value_at

T = TypeVar("T")


class InventoryWriter:
    """Writes and looks up entries for one engine; what isn't begun when it is cancelled isn't done."""

    def __init__(self, inventory: Inventory, address: str, program: str) -> None:
        self.inventory = inventory
        self._address = address
        self._program = program
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inventory")
        self._updates: dict[tuple[str, str], int] = {}
        self._cancelled = False

    async def create(self, key: Key, given: Properties, *, project: str, stack: str) -> Entry:
        """The entry as the next generation; one that this stack left standing is taken over."""
        return await self._do(lambda: self._put(key, given, self._update(project, stack), anew=True))

    async def change(self, key: Key, given: Properties, *, project: str, stack: str) -> Entry:
        """The entry with other properties; written anew where it is missing."""
        return await self._do(lambda: self._put(key, given, self._update(project, stack), anew=False))

    async def remove(self, key: Key, generation: int, *, project: str, stack: str) -> None:
        """The entry is gone, unless a newer generation stands under its key."""

        def remove() -> None:
            self._update(project, stack)
            self.inventory.remove(key, generation)

        await self._do(remove)

    async def look_up(self, key: Key) -> Entry | None:
        """The entry of a key."""
        return await self._do(lambda: self.inventory.get(key))

    async def obstacle(self) -> Problem | None:
        """What would keep an update from writing, as far as looking can tell."""
        return await self._do(self.inventory.obstacle)

    def cancel(self) -> None:
        """What waits for its turn is not begun any more."""
        self._cancelled = True

    async def close(self) -> None:
        """The thread ends after what it is doing, and the inventory is let go."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.inventory.close)
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], T]) -> T:
        def turn() -> T:
            if self._cancelled:
                raise InventoryError(
                    Problem(
                        where=f"inventory {self.inventory.where}",
                        found="a cancelled update",
                        expected="one that goes on",
                        advice="nothing of this resource was written",
                    )
                )
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, turn)

    def _update(self, project: str, stack: str) -> int:
        if (project, stack) not in self._updates:
            engine = running_engine(self._address)
            self._updates[project, stack] = self.inventory.begin_update(project, stack, engine, self._program)
        return self._updates[project, stack]

    def _put(self, key: Key, given: Properties, update: int, *, anew: bool) -> Entry:
        sealed = given.sealed()
        withheld: list[str] = []
        opened = without_secrets(sealed, (), withheld)
        return self.inventory.put(update, key, opened, withheld, cabinets_of(key.kind, sealed), anew=anew)


def running_engine(address: str) -> EngineProcess:
    """The engine that started this process."""
    import psutil

    pid = os.getppid()
    try:
        started = float(psutil.Process(pid).create_time())
    except psutil.Error:
        started = 0.0
    return EngineProcess(address=address, pid=pid, started=started)


def without_secrets(properties: Mapping[str, object], path: Path, withheld: list[str]) -> dict[str, object]:
    """Properties without the secrets in them; a list that holds one as an item is left out whole."""
    kept = {}
    for key, item in properties.items():
        if isinstance(item, Secret) or (isinstance(item, list) and any(isinstance(i, Secret) for i in item)):
            withheld.append(json.dumps((*path, key)))
        else:
            kept[key] = _open_value(item, (*path, key), withheld)
    return kept


def _open_value(value: object, path: Path, withheld: list[str]) -> object:
    if isinstance(value, Mapping):
        return without_secrets(value, path, withheld)
    if isinstance(value, list):
        return [_open_value(item, (*path, at), withheld) for at, item in enumerate(value)]
    return value


def deployed_properties(entry: Entry, known: Properties) -> dict[str, object]:
    """The properties of an entry as it stands, with the secrets that the state remembers."""
    value = json.loads(json.dumps(dict(entry.properties))) if entry.withheld else dict(entry.properties)
    remembered = known.sealed()
    for text in entry.withheld:
        path = json.loads(text)
        holder, source = value_at(value, path[:-1]), value_at(remembered, path[:-1])
        if isinstance(holder, dict) and isinstance(source, Mapping) and path[-1] in source:
            holder[path[-1]] = source[path[-1]]
    return properties_as_deployed(entry.key.kind, value, entry.cabinets)
