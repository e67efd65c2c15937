"""The SQLite file of an inventory: opening, recognition, creation, and a message for each failure."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import InventoryError
from petaplan.infra.kinds import NEW_WORDS

APPLICATION_ID = 0x70657461
"""Marks a SQLite file as ours: the letters "peta"."""

VERSION = 2
"""Version of the tables that this program writes; it reads every earlier one as well."""

PATIENCE_SECONDS = 10.0
"""How long a call waits for another process to finish its own."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_EMPTY = 0
_OLD_WORDS_IN = (1,)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The file, made where it isn't there yet, and sound as far as SQLite can tell."""
    try:
        _refuse_a_folder(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _closed_on_error(sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)) as database:
            version = _version(database, path)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA foreign_keys = ON")
            if version == _EMPTY:
                _make_tables(database, path)
            elif version in _OLD_WORDS_IN:
                _write_new_words(database, path)
            _refuse_unsound(database, path)
            return database
    except (sqlite3.Error, OSError) as error:
        raise fault(path, error) from error


def open_for_reading(path: Path) -> sqlite3.Connection | None:
    """The file, never changed; None where nothing was ever written."""
    try:
        _refuse_a_folder(path)
        if not path.exists() or path.stat().st_size == 0:
            return None
        with _closed_on_error(_connect_read_only(path)) as database:
            version = _version(database, path)
            if version in _OLD_WORDS_IN:
                _show_in_new_words(database)
            return database if version != _EMPTY else None
    except (sqlite3.Error, OSError) as error:
        raise fault(path, error) from error


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """A reading connection; where no write-ahead log lies beside the file, a read-only folder is no bar."""
    idle = not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro"
    database = sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        database.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        database.close()
        if not idle:
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    return database


@contextlib.contextmanager
def _closed_on_error(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield database
    except BaseException:
        database.close()
        raise


def _refuse_a_folder(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(0, "a folder of that name")


def _version(database: sqlite3.Connection, path: Path) -> int:
    """Version of the tables; 0 for a file that holds nothing.

    Raises:
        InventoryError: the file is another program's, or newer than this one.
    """
    # The tables first: another process may make them, and sign the file, between two of these lines.
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application == 0 and tables == 0:
        return _EMPTY
    if application != APPLICATION_ID:
        raise InventoryError(
            Problem(
                where=f"inventory {path}",
                found="a SQLite database of another program",
                expected="an inventory of petaplan, or no file",
                advice="set petaplan:inventory to another path",
            )
        )
    if not 1 <= version <= VERSION:
        advice = "it was written by a newer petaplan: upgrade this one, or use another file"
        raise InventoryError(
            Problem(
                where=f"inventory {path}",
                found=f"version {version} of its tables",
                expected=f"at most version {VERSION}",
                advice=advice,
            )
        )
    return int(version)


def _show_in_new_words(database: sqlite3.Connection) -> None:
    """Reading shows the kinds of version 1 under their new words; the file stays as it is."""
    whens = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in NEW_WORDS.items())
    database.execute(
        f"CREATE TEMP VIEW entries AS SELECT project, stack, CASE kind {whens} ELSE kind END AS kind, name, "  # noqa: S608 - words of this program
        "properties, withheld, generation, placed_in, changed_in FROM main.entries"
    )


def _write_new_words(database: sqlite3.Connection, path: Path) -> None:
    """The kinds of version 1 get their new words, all at once; what they hold stays as it is."""
    database.execute("BEGIN IMMEDIATE")
    try:
        if _version(database, path) in _OLD_WORDS_IN:
            for old, new in NEW_WORDS.items():
                database.execute("UPDATE entries SET kind = ? WHERE kind = ?", (new, old))
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _make_tables(database: sqlite3.Connection, path: Path) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        if _version(database, path) == _EMPTY:
            for statement in _SCHEMA.read_text(encoding="utf-8").split(";\n"):
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _refuse_unsound(database: sqlite3.Connection, path: Path) -> None:
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise InventoryError(_corrupt(path, str(verdict)))


def _corrupt(path: Path, found: str) -> Problem:
    return Problem(
        where=f"inventory {path}",
        found=f"a damaged file ({' '.join(found.split())})",
        expected="a SQLite database of petaplan",
        advice="put a backup in its place, or move it away and run `pulumi refresh` and `pulumi up`: "
        "the inventory is written anew from the state",
    )


def fault(path: Path, error: sqlite3.Error | OSError) -> InventoryError:
    """What went wrong with the file, where it is, and what to do about it."""
    where = f"inventory {path}"
    if isinstance(error, OSError):
        found, expected = error.strerror or str(error), "a file that can be read and written"
        return InventoryError(
            Problem(
                where=where,
                found=found,
                expected=expected,
                advice="check the path, its folder and their rights",
            )
        )
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return InventoryError(_corrupt(path, str(error)))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            found = f"a file that another process kept locked for {PATIENCE_SECONDS:g} s"
            expected, advice = "a turn to write", "let the other process finish, then run it again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            found, expected = "a file or folder that may not be written", "one that may"
            advice = "check its rights, or set petaplan:inventory to another path"
        case sqlite3.SQLITE_CANTOPEN:
            found, expected = "a file that can't be opened", "a file in a folder that may be written"
            advice = "check the path, its folder and their rights, or set petaplan:inventory to another path"
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            found, expected = f"no room to write, or a failing disk ({error})", "free space on a sound disk"
            advice = "make room and run it again: what was written before stands, the rest was not begun"
        case _:
            found, expected, advice = str(error), "an inventory that answers", "please report this"
    return InventoryError(Problem(where=where, found=found, expected=expected, advice=advice))
