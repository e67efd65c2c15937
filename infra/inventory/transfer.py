"""Entries of one stack that become another's, in the tables of the file."""

import sqlite3

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import InventoryError

_COPIED = {
    "entries": "kind, name, properties, withheld, generation, placed_in, changed_in, holders",
    "cabinets": "kind, owner, run, number, model, hall, row, slot, placed_in, changed_in",
}
"""Columns of each table beside the stack and its token."""


def transferred(
    database: sqlite3.Connection, source: tuple[str, str], target: tuple[str, str], token: str, *, copy: bool
) -> int:
    """The number of entries that the target has now: moved or copied from the source, or its own under the token."""
    database.execute("PRAGMA defer_foreign_keys = ON")
    if source != target:
        if copy:
            database.execute("DELETE FROM entries WHERE project = ? AND stack = ?", target)
            _copy(database, source, target)
        else:
            _refuse_occupied(database, target)
            for table in _COPIED:
                statement = f"UPDATE {table} SET project = ?, stack = ? WHERE project = ? AND stack = ?"  # noqa: S608 - tables of this program
                database.execute(statement, (*target, *source))
    found = database.execute("UPDATE entries SET token = ? WHERE project = ? AND stack = ?", (token, *target))
    return found.rowcount


def _copy(database: sqlite3.Connection, source: tuple[str, str], target: tuple[str, str]) -> None:
    for table, columns in _COPIED.items():
        database.execute(
            f"INSERT INTO {table} (project, stack, {columns}) SELECT ?, ?, {columns} FROM {table} "  # noqa: S608 - tables of this program
            "WHERE project = ? AND stack = ?",
            (*target, *source),
        )


def _refuse_occupied(database: sqlite3.Connection, target: tuple[str, str]) -> None:
    (count,) = database.execute("SELECT count(*) FROM entries WHERE project = ? AND stack = ?", target).fetchone()
    if count:
        raise InventoryError(
            Problem(
                where=f"stack {'/'.join(target)}",
                found=f"{count} entries of its own in the inventory",
                expected="a stack without entries",
                advice="destroy it first, or remove what no stack has with `petaplan inventory prune`",
            )
        )
