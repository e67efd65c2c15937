"""The inventory in one SQLite file."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.file import APPLICATION_ID, fault, open_for_reading, open_for_writing
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
from petaplan.infra.inventory.rows import (
    DamagedRow,
    Row,
    cabinet_of,
    damaged,
    entry_of,
    update_of,
    written_holders,
)
from petaplan.infra.inventory.transfer import transferred
from petaplan.infra.inventory.watch import FileWatch

_ENTRY = """
    SELECT properties, withheld, generation, placed_in, changed_in, token, holders FROM entries
    WHERE project = ? AND stack = ? AND kind = ? AND name = ?
"""
_CABINETS = """
    SELECT run, number, model, hall, row, slot, placed_in, changed_in FROM cabinets
    WHERE project = ? AND stack = ? AND kind = ? AND owner = ?
"""
_EVERY_ENTRY = """
    SELECT project, stack, kind, name, properties, withheld, generation, placed_in, changed_in, token, holders
    FROM entries
"""
_EVERY_CABINET = """
    SELECT project, stack, kind, owner, run, number, model, hall, row, slot, placed_in, changed_in FROM cabinets
"""
_PUT_ENTRY = """
    INSERT INTO entries (project, stack, kind, name, properties, withheld, generation, placed_in, changed_in, token,
        holders) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET properties = excluded.properties, withheld = excluded.withheld,
        generation = excluded.generation, changed_in = excluded.changed_in, token = excluded.token,
        holders = excluded.holders
"""
_PUT_CABINET = "INSERT OR REPLACE INTO cabinets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE_ENTRY = "DELETE FROM entries WHERE project = ? AND stack = ? AND kind = ? AND name = ?"
_KEEP_HOLDERS = "UPDATE entries SET holders = ? WHERE project = ? AND stack = ? AND kind = ? AND name = ?"
_HOLD = """
    UPDATE entries SET holders = ?, generation = max(generation, ?)
    WHERE project = ? AND stack = ? AND kind = ? AND name = ?
"""
_REMOVE_CABINET = """
    DELETE FROM cabinets WHERE project = ? AND stack = ? AND kind = ? AND owner = ? AND run = ? AND number = ?
"""
_UPDATES = """
    SELECT id, project, stack, started_at, program, engine_address, engine_pid, engine_started, token, confirmed,
        backend, ended_at FROM updates ORDER BY id
"""
_PUT_UPDATE = """
    INSERT INTO updates (project, stack, started_at, program, engine_address, engine_pid, engine_started, token,
        confirmed, backend)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_HOLDINGS = "SELECT project, stack, token, count(*) FROM entries GROUP BY project, stack, token ORDER BY 1, 2, 3"
_TAKE_OVER = "UPDATE entries SET token = ? WHERE project = ? AND stack = ? AND token <> ?"


_NAME_OWNER = "INSERT OR REPLACE INTO tokens (token, owner) VALUES (?, ?)"


class SqliteInventory:
    """An inventory in a file; made on the first write, only looked at by a reader."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._writable = False
        self._patience: float | None = None
        self._ours: tuple[int, Key | None] | None = None
        self._watch = FileWatch(path, self._holds_ours)

    @property
    def where(self) -> str:
        """The file."""
        return str(self.path)

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str, owner: Owner = NOBODY) -> int:
        """The number of this engine's update, once the last one of the same stack is over."""
        with self._writing() as database:
            updates = _updates(database)
            last = next((one for one in reversed(updates) if (one.project, one.stack) == (project, stack)), None)
            if last is not None and last.engine is not None:
                if last.engine == engine and not last.ended_at:
                    self._ours = self._ours or (last.id, None)
                    return _joined(database, last, owner)
                refuse_second_update(self.where, f"{project}/{stack}", last.engine, last.begun, engine)
            owner = replace(owner, token=_owner_of(database, owner.token))
            refuse_strangers(self.where, (project, stack), owner, _holdings(database), updates)
            database.execute(_TAKE_OVER, (owner.token, project, stack, owner.token))
            reopened = without_checkpoint(updates, (project, stack), owner)
            database.executemany("UPDATE updates SET ended_at = '' WHERE id = ?", [(one.id,) for one in reopened])
            row = (project, stack, now(), program, *astuple(engine), owner.token, owner.confirmed, owner.backend)
            self._ours = (int(database.execute(_PUT_UPDATE, row).lastrowid or 0), None)
            return self._ours[0]

    def end_updates(self, updates: Sequence[int]) -> None:
        """These updates are over."""
        with self._writing() as database:
            rows = [(now(), update) for update in updates]
            database.executemany("UPDATE updates SET ended_at = ? WHERE id = ? AND ended_at = ''", rows)

    def holdings(self) -> tuple[Holding, ...]:
        """Every name of a stack and owner token, with the number of entries."""
        with self._reading() as database:
            return () if database is None else _holdings(database)

    def transfer(self, source: tuple[str, str], target: tuple[str, str], token: str, *, copy: bool) -> int:
        """The number of entries of one stack that are now another's."""
        with self._writing() as database:
            return transferred(database, source, target, token, copy=copy)

    def hold(self, key: Key, holders: Mapping[int, Holder]) -> None:
        """The resources that mean an entry from now on."""
        with self._writing() as database:
            database.execute(_HOLD, (written_holders(holders), max(holders), *astuple(key)))

    def name_owner(self, token: str, owner: str) -> None:
        """A further token of a stack means the owner that it has."""
        with self._writing() as database:
            database.execute(_NAME_OWNER, (token, owner))

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, object],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
        resource: str = "",
    ) -> Entry:
        """The entry and its cabinets, written in one transaction; what stays as it was keeps its update."""
        with self._writing() as database:
            before = self._entry(database, key)
            (token,) = database.execute("SELECT token FROM updates WHERE id = ?", (update,)).fetchone() or ("",)
            after = next_entry(
                before, key, properties, withheld, cabinets, update=update, anew=anew, resource=resource, token=token
            )
            written = (json.dumps(properties, sort_keys=True), json.dumps(withheld))
            numbers = (after.generation, after.placed_in, after.changed_in)
            database.execute(_PUT_ENTRY, (*astuple(key), *written, *numbers, token, written_holders(after.holders)))
            self._ours = (update, key)
            _put_cabinets(database, key, () if before is None else before.cabinets, after.cabinets)
            return after

    def get(self, key: Key) -> Entry | None:
        """The entry of a key; a file that does not exist holds none."""
        with self._reading() as database:
            return None if database is None else self._entry(database, key)

    def remove(self, key: Key, generation: int) -> bool:
        """Whether the entry was there to be removed; its cabinets go with it."""
        with self._writing() as database:
            before = self._entry(database, key)
            after = None if before is None else after_removal(before, generation)
            self._ours = None if self._ours is None else (self._ours[0], None)
            if after is not None:
                database.execute(_KEEP_HOLDERS, (written_holders(after.holders), *astuple(key)))
                return False
            return database.execute(_REMOVE_ENTRY, astuple(key)).rowcount > 0

    def list(self, *, stack: str | None = None, kind: str | None = None, hall: str | None = None) -> tuple[Entry, ...]:
        """The entries that match; those of a hall are the hall, what names it, and what has a cabinet in it."""
        with self._reading() as database:
            if database is None:
                return ()
            database.execute("BEGIN")
            entries = _every_entry(database, self.where)
            database.execute("COMMIT")
        return tuple(entry for entry in entries if matches(entry, stack=stack, kind=kind, hall=hall))

    def updates(self) -> tuple[Update, ...]:
        """Every update that wrote something, first to last."""
        with self._reading() as database:
            if database is None:
                return ()
            return _updates(database)

    def exists(self) -> bool:
        """Whether an update wrote anything yet."""
        with self._reading() as database:
            return database is not None

    def obstacle(self) -> Problem | None:
        """What keeps the file from being read or written now."""
        try:
            with self._reading():
                pass
        except InventoryError as error:
            return error.problem
        nearest = next(path for path in (self.path, *self.path.absolute().parents) if path.exists())
        written = (nearest, nearest.parent) if nearest == self.path else (nearest,)
        own = os.access in os.supports_effective_ids
        if all(os.access(path, os.W_OK, effective_ids=own) for path in written):
            return None
        return Problem(
            where=f"inventory {self.path}",
            found=f"{nearest}, which may not be written",
            expected="a file in a folder that may",
            advice="check its rights, or set petaplan:inventory to another path",
        )

    def close(self) -> None:
        """The file is let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection, self._writable = None, False

    def _entry(self, database: sqlite3.Connection, key: Key) -> Entry | None:
        row = database.execute(_ENTRY, astuple(key)).fetchone()
        if row is None:
            return None
        try:
            return entry_of(key, row, [cabinet_of(one) for one in database.execute(_CABINETS, astuple(key))])
        except DamagedRow as fault:
            raise damaged(self.where, [(key, str(fault))]) from fault

    def _holds_ours(self, database: sqlite3.Connection) -> bool:
        """Whether a fresh connection finds what this process wrote last."""
        if self._ours is None:
            return _version_is_ours(database)
        update, key = self._ours
        known = database.execute("SELECT 1 FROM updates WHERE id = ?", (update,)).fetchone() is not None
        return known and (key is None or database.execute(_ENTRY, astuple(key)).fetchone() is not None)

    def _refused(self, error: sqlite3.Error) -> InventoryError:
        """The message of a failure; who waited for a lock once does not wait again."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            self._give_up_waiting()
        return fault(self.path, error)

    def _give_up_waiting(self) -> None:
        self._patience = 0.0
        if self._connection is not None:
            self._connection.execute("PRAGMA busy_timeout = 0")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if self._connection is None:
            with self._waiting_once():
                self._connection = open_for_reading(self.path, self._patience)
            if self._connection is not None:
                self._watch.remember()
        try:
            if self._connection is not None:
                self._watch.check()
            yield self._connection
        except sqlite3.Error as error:
            raise self._refused(error) from error
        finally:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if not self._writable:
            self.close()
            with self._waiting_once():
                self._connection = open_for_writing(self.path, self._patience)
            self._writable = True
            self._watch.remember()
        database = self._connection
        assert database is not None
        try:
            database.execute("BEGIN IMMEDIATE")
            self._watch.check()
            yield database
            database.execute("COMMIT")
            self._watch.remember()
        except sqlite3.Error as error:
            raise self._refused(error) from error
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")

    @contextmanager
    def _waiting_once(self) -> Iterator[None]:
        """Opening that failed for a lock is not waited for again."""
        try:
            yield
        except InventoryError as error:
            if isinstance(error.__cause__, sqlite3.OperationalError) and "locked" in str(error.__cause__):
                self._patience = 0.0
            raise


def now() -> str:
    """The time, as the tables hold it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _version_is_ours(database: sqlite3.Connection) -> bool:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    return bool(application == APPLICATION_ID)


def _updates(database: sqlite3.Connection) -> tuple[Update, ...]:
    return tuple(map(update_of, database.execute(_UPDATES)))


def _holdings(database: sqlite3.Connection) -> tuple[Holding, ...]:
    return tuple(
        Holding(project=row[0], stack=row[1], token=row[2], entries=row[3]) for row in database.execute(_HOLDINGS)
    )


def _owner_of(database: sqlite3.Connection, token: str) -> str:
    """The owner that a token means: itself, unless it is a further token of a stack."""
    found = database.execute("SELECT owner FROM tokens WHERE token = ?", (token,)).fetchone()
    return str(found[0]) if found else token


def _joined(database: sqlite3.Connection, update: Update, owner: Owner) -> int:
    """The update of another provider of the same engine; the token of this one means the same stack."""
    if owner.token and owner.token != update.owner.token and _owner_of(database, owner.token) != update.owner.token:
        database.execute(_NAME_OWNER, (owner.token, update.owner.token))
    return update.id


def _every_entry(database: sqlite3.Connection, where: str) -> list[Entry]:
    standing: dict[Key, list[Row]] = {}
    for row in database.execute(_EVERY_CABINET):
        standing.setdefault(Key(project=row[0], stack=row[1], kind=row[2], name=row[3]), []).append(row[4:])
    entries, faults = [], []
    for row in database.execute(_EVERY_ENTRY):
        key = Key(project=row[0], stack=row[1], kind=row[2], name=row[3])
        try:
            entries.append(entry_of(key, row[4:], [cabinet_of(one) for one in standing.get(key, ())]))
        except DamagedRow as fault_found:
            faults.append((key, str(fault_found)))
    if faults:
        raise damaged(where, faults)
    return entries


def _put_cabinets(database: sqlite3.Connection, key: Key, before: Sequence[Cabinet], after: Sequence[Cabinet]) -> None:
    """Write the cabinets of an entry: only what differs."""
    owner = astuple(key)
    kept = {(cabinet.run, cabinet.number) for cabinet in after}
    gone = [(*owner, cabinet.run, cabinet.number) for cabinet in before if (cabinet.run, cabinet.number) not in kept]
    database.executemany(_REMOVE_CABINET, gone)
    known = set(before)
    database.executemany(_PUT_CABINET, [(*owner, *astuple(cabinet)) for cabinet in after if cabinet not in known])
