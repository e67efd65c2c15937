"""The inventory in one SQLite file."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.file import fault, open_for_reading, open_for_writing
from petaplan.infra.inventory.keeping import matches, next_entry, refuse_second_update
from petaplan.infra.inventory.model import Cabinet, EngineProcess, Entry, InventoryError, Key, Update

Row = Sequence[Any]
"""A row of a table; the schema of the file says which type each column has."""

_ENTRY = """
    SELECT properties, withheld, generation, placed_in, changed_in FROM entries
    WHERE project = ? AND stack = ? AND kind = ? AND name = ?
"""
_CABINETS = """
    SELECT run, number, model, hall, row, slot, placed_in, changed_in FROM cabinets
    WHERE project = ? AND stack = ? AND kind = ? AND owner = ?
"""
_EVERY_ENTRY = """
    SELECT project, stack, kind, name, properties, withheld, generation, placed_in, changed_in FROM entries
"""
_EVERY_CABINET = """
    SELECT project, stack, kind, owner, run, number, model, hall, row, slot, placed_in, changed_in FROM cabinets
"""
_PUT_ENTRY = """
    INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET properties = excluded.properties, withheld = excluded.withheld,
        generation = excluded.generation, changed_in = excluded.changed_in
"""
_PUT_CABINET = "INSERT OR REPLACE INTO cabinets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE_ENTRY = """
    DELETE FROM entries WHERE project = ? AND stack = ? AND kind = ? AND name = ? AND generation <= ?
"""
_REMOVE_CABINET = """
    DELETE FROM cabinets WHERE project = ? AND stack = ? AND kind = ? AND owner = ? AND run = ? AND number = ?
"""
_LAST_UPDATE = """
    SELECT id, engine_address, engine_pid, engine_started, started_at FROM updates
    WHERE project = ? AND stack = ? ORDER BY id DESC LIMIT 1
"""
_PUT_UPDATE = """
    INSERT INTO updates (project, stack, started_at, program, engine_address, engine_pid, engine_started)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


class SqliteInventory:
    """An inventory in a file; made on the first write, only looked at by a reader."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._writable = False

    @property
    def where(self) -> str:
        """The file."""
        return str(self.path)

    def begin_update(self, project: str, stack: str, engine: EngineProcess, program: str) -> int:
        """The number of this engine's update, once the last one of the same stack is over."""
        with self._writing() as database:
            last = database.execute(_LAST_UPDATE, (project, stack)).fetchone()
            if last is not None:
                holder = EngineProcess(address=last[1], pid=last[2], started=last[3])
                if holder == engine:
                    return int(last[0])
                refuse_second_update(self.where, f"{project}/{stack}", holder, last[4], engine)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            cursor = database.execute(_PUT_UPDATE, (project, stack, now, program, *astuple(engine)))
            return int(cursor.lastrowid or 0)

    def put(
        self,
        update: int,
        key: Key,
        properties: Mapping[str, object],
        withheld: Sequence[str],
        cabinets: Sequence[Cabinet],
        *,
        anew: bool,
    ) -> Entry:
        """The entry and its cabinets, written in one transaction; what stays as it was keeps its update."""
        with self._writing() as database:
            before = self._entry(database, key)
            after = next_entry(before, key, properties, withheld, cabinets, update=update, anew=anew)
            written = (json.dumps(properties, sort_keys=True), json.dumps(withheld))
            database.execute(_PUT_ENTRY, (*astuple(key), *written, after.generation, after.placed_in, after.changed_in))
            _put_cabinets(database, key, () if before is None else before.cabinets, after.cabinets)
            return after

    def get(self, key: Key) -> Entry | None:
        """The entry of a key; a file that does not exist holds none."""
        with self._reading() as database:
            return None if database is None else self._entry(database, key)

    def remove(self, key: Key, generation: int) -> bool:
        """Whether the entry was there to be removed; its cabinets go with it."""
        with self._writing() as database:
            cursor = database.execute(_REMOVE_ENTRY, (*astuple(key), generation))
            return cursor.rowcount > 0

    def list(self, *, stack: str | None = None, kind: str | None = None, hall: str | None = None) -> tuple[Entry, ...]:
        """The entries that match; those of a hall are the hall, what names it, and what has a cabinet in it."""
        with self._reading() as database:
            if database is None:
                return ()
            cabinets: dict[Key, list[Cabinet]] = {}
            database.execute("BEGIN")
            for row in database.execute(_EVERY_CABINET):
                key = Key(project=row[0], stack=row[1], kind=row[2], name=row[3])
                cabinets.setdefault(key, []).append(_cabinet(row[4:]))
            rows = database.execute(_EVERY_ENTRY).fetchall()
            database.execute("COMMIT")
        keys = (Key(project=row[0], stack=row[1], kind=row[2], name=row[3]) for row in rows)
        entries = (_entry(key, row[4:], cabinets.get(key, ())) for key, row in zip(keys, rows, strict=True))
        return tuple(entry for entry in entries if matches(entry, stack=stack, kind=kind, hall=hall))

    def updates(self) -> tuple[Update, ...]:
        """Every update that wrote something, first to last."""
        with self._reading() as database:
            if database is None:
                return ()
            rows = database.execute("SELECT id, project, stack, started_at, program FROM updates ORDER BY id")
            return tuple(
                Update(id=row[0], project=row[1], stack=row[2], started_at=row[3], program=row[4]) for row in rows
            )

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

    @staticmethod
    def _entry(database: sqlite3.Connection, key: Key) -> Entry | None:
        row = database.execute(_ENTRY, astuple(key)).fetchone()
        if row is None:
            return None
        cabinets = database.execute(_CABINETS, astuple(key))
        return _entry(key, row, [_cabinet(cabinet) for cabinet in cabinets])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if self._connection is None:
            self._connection = open_for_reading(self.path)
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise fault(self.path, error) from error
        finally:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if not self._writable:
            self.close()
            self._connection = open_for_writing(self.path)
            self._writable = True
        database = self._connection
        assert database is not None
        try:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise fault(self.path, error) from error
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")


def _entry(key: Key, row: Row, cabinets: Sequence[Cabinet]) -> Entry:
    return Entry(
        key=key,
        properties=json.loads(row[0]),
        withheld=tuple(json.loads(row[1])),
        cabinets=tuple(cabinets),
        generation=row[2],
        placed_in=row[3],
        changed_in=row[4],
    )


def _cabinet(row: Row) -> Cabinet:
    return Cabinet(
        run=row[0],
        number=row[1],
        model=row[2],
        hall=row[3],
        row=row[4],
        slot=row[5],
        placed_in=row[6],
        changed_in=row[7],
    )


def _put_cabinets(database: sqlite3.Connection, key: Key, before: Sequence[Cabinet], after: Sequence[Cabinet]) -> None:
    """Write the cabinets of an entry: only what differs."""
    owner = astuple(key)
    kept = {(cabinet.run, cabinet.number) for cabinet in after}
    gone = [(*owner, cabinet.run, cabinet.number) for cabinet in before if (cabinet.run, cabinet.number) not in kept]
    database.executemany(_REMOVE_CABINET, gone)
    known = set(before)
    database.executemany(_PUT_CABINET, [(*owner, *astuple(cabinet)) for cabinet in after if cabinet not in known])
