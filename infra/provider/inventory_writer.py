"""The writer of the inventory: one thread, one call after another, while the server answers."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.cabinets import PLACES, cabinets_of, contradicting, properties_as_deployed
from petaplan.infra.inventory.model import (
    NOBODY,
    EngineProcess,
    Entry,
    Holding,
    Inventory,
    InventoryError,
    Key,
    Owner,
    Update,
)
from petaplan.infra.inventory.ownership import (
    Stack,
    entries,
    explained,
    holds,
    never_ended,
    notice,
    obstacle,
    refuse_lost,
    refuse_strangers,
    unfinished,
)
from petaplan.infra.provider.wire import Properties, Secret
from petaplan.infra.spelling import Path, value_at

T = TypeVar("T")


class InventoryWriter:
    """Writes and looks up entries for one engine; what isn't begun when it is cancelled isn't done."""

    def __init__(
        self,
        inventory: Inventory,
        address: str,
        program: str,
        owner: Owner = NOBODY,
        *,
        checkpoint_time: Callable[[str, str], str] = lambda _project, _stack: "",
    ) -> None:
        self.inventory = inventory
        self._checkpoint_time = checkpoint_time
        self._address = address
        self._program = program
        self._owner = owner
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inventory")
        self._updates: dict[Stack, int] = {}
        self._seen: set[Key] = set()
        self._in_state: set[Key] = set()
        self._new: set[Stack] = set()
        self._allowed: set[Stack] = set()
        self._notices: list[str] = []
        self._cancelled = False
        self._lost = False

    async def create(self, key: Key, given: Properties, resource: str) -> Entry:
        """The entry as the next generation; one that this stack left standing is taken over."""
        return await self._do(lambda: self._put(key, given, anew=True, resource=resource))

    async def change(self, key: Key, given: Properties, resource: str) -> Entry:
        """The entry with other properties; written anew where it is missing."""
        return await self._do(lambda: self._put(key, given, anew=False, resource=resource))

    async def remove(self, key: Key, generation: int) -> None:
        """The entry is gone, unless a newer generation stands under its key."""

        def remove() -> None:
            self._update(key)
            self._seen.add(key)
            self.inventory.remove(key, generation)

        await self._do(remove)

    async def look_up(self, key: Key) -> Entry | None:
        """The entry of a key, for a refresh or an import.

        Raises:
            InventoryError: the entries of the stack are not its own.
        """

        def look_up() -> Entry | None:
            if _stack(key) not in self._allowed:
                refuse_strangers(*self._case(_stack(key), self._owner_of(_stack(key), expects=False)))
                self._allowed.add(_stack(key))
            self._seen.add(key)
            return self.inventory.get(key)

        return await self._do(look_up)

    async def note_state(self, key: Key) -> None:
        """The state has an object, and no refresh of this run has looked for it.

        Raises:
            InventoryError: an update has begun in an inventory that held nothing of this stack.
        """
        if key in self._seen:
            return
        self._in_state.add(key)
        if _stack(key) in self._new:
            await self._do(lambda: self._refuse_lost(_stack(key)))

    async def warnings(self, stack: Stack) -> list[str]:
        """What would keep an update of a stack from writing, and which of its updates never ended."""

        def look() -> list[str]:
            case = self._case(stack, self._owner_of(stack, expects=self._expects(stack)))
            problem = self.inventory.obstacle() or obstacle(*case)
            told = [] if problem is None else [f"`pulumi up` would fail: {problem}"]
            return [*told, *(notice(one) for one in unfinished(case[4], stack, case[2]))]

        try:
            return await self._do(look)
        except InventoryError as error:
            return [f"`pulumi up` would fail: {error}"]

    def take_notices(self) -> list[str]:
        """The notices of an update that has begun; each is given once."""
        told, self._notices = self._notices, []
        return told

    def cancel(self) -> None:
        """What waits for its turn is not begun any more."""
        self._cancelled = True

    async def close(self, *, ended: bool = False) -> str:
        """The thread ends after what it is doing, and the inventory is let go.

        An engine that said goodbye has ended its updates. The answer says why that could not be written.
        """

        def close() -> str:
            try:
                if ended and self._updates and not self._lost:
                    self.inventory.end_updates(self._over())
            except InventoryError as error:
                return str(error)
            finally:
                self.inventory.close()
            return ""

        fault = await asyncio.get_running_loop().run_in_executor(self._thread, close)
        self._thread.shutdown(wait=False)
        return fault

    def _over(self) -> list[int]:
        """The updates of this run, and older ones that never ended where this run saw every entry of the stack."""
        over = list(self._updates.values())
        for stack in self._updates:
            older = [one for one in never_ended(self.inventory.updates(), stack) if one.id not in over]
            held = [one.key for one in self.inventory.list() if _stack(one.key) == stack] if older else []
            if older and not self._expects(stack) and self._seen.issuperset(held):
                over += [one.id for one in older]
        return over

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

    def _update(self, key: Key) -> int:
        stack = _stack(key)
        if stack not in self._updates:
            owner = self._owner_of(stack, expects=self._expects(stack))
            case = self._case(stack, owner)
            engine = running_engine(self._address)
            self._updates[stack] = self.inventory.begin_update(*stack, engine, self._program, owner)
            self._notices += _beginning(stack, owner, case[3], case[4])
            if not holds(stack, case[3]) and not explained(stack, owner, case[4]):
                self._new.add(stack)
                if self._expects(stack):  # the engine may ask for checks while an update begins
                    self._refuse_lost(stack)
        return self._updates[stack]

    def _refuse_lost(self, stack: Stack) -> None:
        """The update has begun in an inventory that lacks what the state has; it never ends before that is mended."""
        self._lost = True
        refuse_lost(self.inventory.where, stack)

    def _owner_of(self, stack: Stack, *, expects: bool) -> Owner:
        return replace(self._owner, expects=expects, checkpoint_at=self._checkpoint_time(*stack))

    def _case(self, stack: Stack, owner: Owner) -> tuple[str, Stack, Owner, Sequence[Holding], Sequence[Update]]:
        """Who asks for what, and what stands: what the law of ownership is asked."""
        return self.inventory.where, stack, owner, self.inventory.holdings(), self.inventory.updates()

    def _expects(self, stack: Stack) -> bool:
        return any(_stack(key) == stack and key not in self._seen for key in self._in_state)

    def _put(self, key: Key, given: Properties, *, anew: bool, resource: str) -> Entry:
        update = self._update(key)
        self._seen.add(key)
        sealed = given.sealed()
        withheld: list[str] = []
        opened = without_secrets(sealed, (), withheld)
        standing = cabinets_of(key.kind, {"name": key.name, **sealed})
        return self.inventory.put(update, key, opened, withheld, standing, anew=anew, resource=resource)


def _stack(key: Key) -> Stack:
    return key.project, key.stack


def _beginning(stack: Stack, owner: Owner, holdings: Sequence[Holding], updates: Sequence[Update]) -> Iterator[str]:
    """What an update that has begun tells: entries that it took over, and updates before it that never ended."""
    taken = sum(one.entries for one in holdings if (one.project, one.stack) == stack and one.token != owner.token)
    if taken:
        yield f"{entries(taken)} of stack {'/'.join(stack)} taken over in the inventory"
    yield from (notice(one) for one in unfinished(updates, stack, owner))


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
    return _as_seen(entry, value, remembered)


def _as_seen(entry: Entry, value: dict[str, object], remembered: Mapping[str, object]) -> dict[str, object]:
    """The properties as the racks stand.

    Where entry and racks differ and the state does not say what the entry says, either may be the declaration: the
    answer differs from both.
    """
    named = value if "name" in value else {**value, "name": entry.key.name}
    seen = properties_as_deployed(entry.key.kind, named, entry.cabinets)
    if seen != named and any(remembered.get(field) != value.get(field) for field in PLACES) and remembered:
        seen = contradicting(entry.key.kind, named, seen)
    if "name" not in value:
        seen.pop("name", None)
    return seen
