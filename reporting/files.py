"""Files written whole or not at all."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path

_LONGEST_NAME = 200


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file by way of a neighbour that takes its place: a full disk leaves the old file as it was.

    Raises:
        OSError: when the folder can't be written or the disk is full.
    """
    write_together([(path, content)])


def write_together(files: Iterable[tuple[Path, str | bytes]], say: Callable[[], None] = lambda: None) -> None:
    """All files or none of them: each is written beside its place before ``say`` and devices or pipes get their text.

    A file that is replaced keeps its mode; a link stays one.

    Raises:
        OSError: when one can't be written, named as it was asked for.
    """
    made: list[tuple[str, Path]] = []
    streams: list[tuple[Path, bytes]] = []
    try:
        for asked, given in files:
            content = given if isinstance(given, bytes) else given.encode(errors="surrogateescape")
            with _named(asked):
                if _is_stream(asked):
                    streams.append((asked, content))  # it isn't replaced
                else:
                    path = real_path(asked)
                    made.append((_beside(path, content), path))
        say()
        for path, content in streams:
            with _named(path), path.open("wb") as stream:
                stream.write(content)
        for neighbour, path in made:
            Path(neighbour).replace(path)
    finally:
        for neighbour, _ in made:
            Path(neighbour).unlink(missing_ok=True)


def _is_stream(path: Path) -> bool:
    """Whether a device or a pipe is there; behind a name such as /dev/stderr no file need have a path of its own.

    Raises:
        OSError: where links lead round in a ring.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        mode = path.stat().st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False


def real_path(path: Path | str) -> Path:
    """The path behind every link; a file that is not there yet has one too.

    Raises:
        OSError: where links lead round in a ring.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        Path(path).stat()
    return Path(os.path.realpath(path))


@contextmanager
def folders_for(files: Iterable[Path]) -> Iterator[None]:
    """The folders of some files, made where they are missing; where the writing fails, taken away again."""
    missing: list[Path] = []
    for file in files:
        folders = (file.absolute().parent, *file.absolute().parent.parents)
        missing += [folder for folder in folders if not folder.exists() and folder not in missing]
    missing.sort()
    try:
        for folder in missing:
            with _named(folder):
                folder.mkdir(exist_ok=True)
        yield
    except BaseException:
        for folder in reversed(missing):
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors name the file that was asked for."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _beside(path: Path, content: bytes) -> str:
    """A new file next to another, with its mode and what it is to hold."""
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    before = path.stat() if path.exists() else None
    neighbour = path.with_name(f".{path.name[:_LONGEST_NAME]}.{os.urandom(4).hex()}")
    # A new file gets the mode that the umask leaves; one with a mode to keep is nobody else's until it has it.
    handle = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600 if before else 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if before is not None:
                _like(before, file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        neighbour.unlink()
        raise
    return str(neighbour)


def _like(before: os.stat_result, handle: int) -> None:
    """Owner, as far as that is allowed, and mode of the file that is replaced."""
    with suppress(OSError):
        os.fchown(handle, before.st_uid, before.st_gid)
    os.fchmod(handle, stat.S_IMODE(before.st_mode))
