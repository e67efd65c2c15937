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

VERSION = 3
"""Version of the tables that this program writes; it reads every earlier one as well."""

PATIENCE_SECONDS = 10.0
"""How long a call waits for another process to finish its own."""

_KEY = "project, stack, CASE kind {whens} ELSE kind END AS kind, name"
_COLUMNS = "properties, withheld, generation, placed_in, changed_in, '' AS token, '{}' AS holders"

_MISSING = ("no such table", "no such column", "has no column named", "columns but", "malformed", "no such index")
"""What SQLite says of a file whose tables are not those of the schema."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_EMPTY = 0
_OLD_WORDS_IN = (1,)
_WITHOUT_OWNERS = (1, 2)
_OWNERS = (
    "ALTER TABLE updates ADD COLUMN token TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE updates ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE updates ADD COLUMN backend TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE updates ADD COLUMN ended_at TEXT NOT NULL DEFAULT ''",
    "UPDATE updates SET ended_at = started_at",
    "ALTER TABLE entries ADD COLUMN token TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entries ADD COLUMN holders TEXT NOT NULL DEFAULT '{}'",
    "CREATE TABLE tokens (token TEXT PRIMARY KEY, owner TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
"""What version 3 added: owner tokens, the resources behind an entry, and the ends of updates."""


def open_for_writing(path: Path, patience: float | None = None) -> sqlite3.Connection:
    """The file, made where it isn't there yet, and sound as far as SQLite can tell."""
    try:
        _refuse_a_folder(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _closed_on_error(sqlite3.connect(path, timeout=_seconds(patience), isolation_level=None)) as database:
            version = _version(database, path)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA foreign_keys = ON")
            if version == _EMPTY:
                _make_tables(database, path)
            elif version < VERSION:
                _raise_version(database, path)
            _refuse_unsound(database, path)
            return database
    except (sqlite3.Error, OSError) as error:
        raise fault(path, error) from error


def open_for_reading(path: Path, patience: float | None = None) -> sqlite3.Connection | None:
    """The file, never changed; None where nothing was ever written."""
    try:
        _refuse_a_folder(path)
        if not path.exists() or path.stat().st_size == 0:
            return None
        with _closed_on_error(_connect_read_only(path, _seconds(patience))) as database:
            version = _version(database, path)
            if version in _WITHOUT_OWNERS:
                _show_as_this_version(database)
            return database if version != _EMPTY else None
    except (sqlite3.Error, OSError) as error:
        raise fault(path, error) from error


def _seconds(patience: float | None) -> float:
    return PATIENCE_SECONDS if patience is None else patience


def _connect_read_only(path: Path, patience: float) -> sqlite3.Connection:
    """A reading connection; where no write-ahead log lies beside the file, a read-only folder is no bar."""
    idle = not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro"
    database = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
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


def _show_as_this_version(database: sqlite3.Connection) -> None:
    """Reading shows the words and columns of this version; the file stays as it is."""
    whens = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in NEW_WORDS.items())
    database.execute(
        f"CREATE TEMP VIEW entries AS SELECT {_KEY.format(whens=whens)}, {_COLUMNS} FROM main.entries"  # noqa: S608 - words of this program
    )
    database.execute(
        "CREATE TEMP VIEW updates AS SELECT *, '' AS token, 0 AS confirmed, '' AS backend, started_at AS ended_at "
        "FROM main.updates"
    )
    database.execute("CREATE TEMP VIEW tokens AS SELECT '' AS token, '' AS owner WHERE false")


def _raise_version(database: sqlite3.Connection, path: Path) -> None:
    """An older file gets the words, columns and tables of this version, all at once; what it holds stays as it is."""
    database.execute("BEGIN IMMEDIATE")
    try:
        if _version(database, path) < VERSION:
            for old, new in NEW_WORDS.items():
                database.execute("UPDATE entries SET kind = ? WHERE kind = ?", (new, old))
            for statement in _OWNERS:
                database.execute(statement)
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
        case _ if any(sign in str(error) for sign in _MISSING):
            return InventoryError(_corrupt(path, str(error)))
        case _:
            found, expected, advice = str(error), "an inventory that answers", "please report this"
    return InventoryError(Problem(where=where, found=found, expected=expected, advice=advice))
