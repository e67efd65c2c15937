"""Whether the file of an inventory is still the file that was opened, with what was written to it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import InventoryError

LOG = "-wal"
"""What the name of SQLite's write-ahead log ends with."""
HEADER = b"SQLite format 3\0"
"""What every file of SQLite begins with."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was last seen."""

    device: int
    number: int
    size: int
    changed_ns: int


class FileWatch:
    """Looks at a file and its write-ahead log before and after each transaction of one connection.

    Number and size show a file that was removed, replaced or cut. Where it was written in place, a fresh
    connection must find what this process wrote.
    """

    def __init__(self, path: Path, holds_ours: Callable[[sqlite3.Connection], bool]) -> None:
        self._path, self._log = path, path.with_name(f"{path.name}{LOG}")
        self._holds_ours = holds_ours
        self._file: _Seen | None = None
        self._log_file: _Seen | None = None

    def remember(self) -> None:
        """The files as they are now are those that must be found next time."""
        self._file, self._log_file = _seen(self._path), _seen(self._log)

    def check(self) -> None:
        """The files are those that were opened.

        Raises:
            InventoryError: they are not: what was written may be lost.
        """
        if self._file is None:
            return
        found = self._fault() or self._log_fault()
        if found:
            raise InventoryError(_changed(self._path, found))

    def _fault(self) -> str:
        before, now = self._file, _seen(self._path)
        assert before is not None
        if now is None:
            return "a file that was removed during this update"
        if (now.device, now.number) != (before.device, before.number):
            return "another file in the place of the one opened"
        if now.size < before.size:
            return "a file that was cut during this update"
        if now.changed_ns != before.changed_ns and not self._holds_what_was_written():
            return "a file that was overwritten during this update"
        return ""

    def _log_fault(self) -> str:
        before, now = self._log_file, _seen(self._log)
        if before is None:
            return ""
        if now is None:
            return f"no file {self._log.name}, which was removed during this update"
        if (now.device, now.number) != (before.device, before.number) or now.size < before.size:
            return f"another file {self._log.name} in the place of the one opened"
        return ""

    def _holds_what_was_written(self) -> bool:
        with self._path.open("rb") as file:
            if file.read(len(HEADER)) != HEADER:
                return False
        try:
            database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error:
            return False
        try:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            return verdict == "ok" and self._holds_ours(database)
        except sqlite3.Error:
            return False
        finally:
            database.close()


def _seen(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return _Seen(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _changed(path: Path, found: str) -> Problem:
    return Problem(
        where=f"inventory {path}",
        found=found,
        expected="the file that this process opened, with its write-ahead log",
        advice="what this update wrote may be lost. Put the file back if you can, then run `pulumi up --refresh`",
    )
