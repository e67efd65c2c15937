"""The descriptors of standard output and standard error, while foreign code runs in the process of a command.

A plan in Python may write past Python's streams: ``os.write(1, …)``, a library in C, a program that it starts. From the
first such code on, descriptors 1 and 2 lead to a file without a name, until the process ends. The command writes to
descriptors of its own. What the file gets goes to standard error, bounded, with nothing in it that is obeyed.
"""

import fcntl
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import IO, TextIO

from petaplan.process import is_own
from petaplan.reporting.guard import Guard
from petaplan.reporting.safety import visible

MOST_SAID_BYTES = 65_536
"""How much of what foreign code writes to the descriptors is passed on."""

LOWEST = 10
"""The lowest number of a descriptor of the command: a shell may have given the first ten a meaning."""


class _Moved:
    """What stands behind descriptors 1 and 2, and where the command writes instead."""

    def __init__(self) -> None:
        self.own: dict[int, int] = {}
        """The descriptor of the command for each of the two that leads elsewhere."""
        self._said: IO[bytes] | None = None
        self._passed = 0

    def move(self) -> None:
        """Lead both descriptors to the file, where Python's streams are those of this process."""
        for number, stream in ((1, sys.stdout), (2, sys.stderr)):
            if number not in self.own and isinstance(stream, Guard) and _number(stream.unguarded) == number:
                self._said = self._said or tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
                stream.unguarded.flush()
                kept = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, LOWEST)
                stream.unguarded = _over(kept, stream.unguarded)
                os.dup2(self._said.fileno(), number)
                self.own[number] = kept

    def pass_on(self) -> None:
        """Say on standard error what has come since the last time."""
        if self._said is None or self._passed > MOST_SAID_BYTES:
            return
        raw = os.pread(self._said.fileno(), MOST_SAID_BYTES + 1 - self._passed, self._passed)
        self._passed += len(raw)
        more = "…\n" if self._passed > MOST_SAID_BYTES else ""
        if raw:
            sys.stderr.write(visible(raw.decode(errors="replace")) + more)


_moved = _Moved()


@contextmanager
def foreign_code() -> Iterator[None]:
    """Code of others runs in the block: what it prints goes to standard error, by whatever way it prints.

    In the process of another program, such as a test, its descriptors stay as they are.
    """
    if is_own():
        _moved.move()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _moved.pass_on()


@contextmanager
def own_outputs() -> Iterator[None]:
    """Outputs of a command are complete after the block: code of others that still runs then reaches no stream."""
    try:
        yield
    finally:
        if _moved.own:
            _moved.pass_on()
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError):
                    stream.flush()


def own_place(path: str) -> str:
    """A path of one of the two descriptors, such as /dev/stdout, as that of the one that the command writes to."""
    for number, kept in _moved.own.items():
        with suppress(OSError, ValueError):
            if os.path.samestat(Path(path).stat(), os.fstat(number)):
                name = os.path.realpath(Path(path).parent), Path(path).name
                return f"/proc/self/fd/{_moved.own.get(_named(*name), kept)}"
    return path


def _named(folder: str, name: str) -> int:
    """The number of the descriptor that a path of /dev or /proc names; 0 for any other path."""
    if folder == "/dev":
        return {"stdout": 1, "stderr": 2}.get(name, 0)
    return int(name) if folder.endswith("/fd") and name.isdecimal() else 0


def _number(stream: TextIO) -> int:
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return -1


def _over(descriptor: int, stream: TextIO) -> TextIO:
    """A stream like another one, over another descriptor."""
    kind = type(getattr(getattr(stream, "buffer", None), "raw", None))
    raw = kind(descriptor, "w", closefd=False) if issubclass(kind, io.FileIO) else io.FileIO(descriptor, "w", False)
    assert isinstance(raw, io.FileIO)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.isatty() or bool(getattr(stream, "line_buffering", False)),
    )
