"""Files written whole or not at all."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of a neighbour that takes its place: a full disk leaves the old file as it was.

    Raises:
        OSError: when the folder can't be written or the disk is full.
    """
    write_together([(path, text)])


def write_together(files: Iterable[tuple[Path, str]], say: Callable[[], None] = lambda: None) -> None:
    """All files or none of them: each is written beside its place before ``say`` and devices or pipes get their text.

    Raises:
        OSError: when one can't be written, named as it was asked for.
    """
    made: list[tuple[str, Path]] = []
    streams: list[tuple[Path, str]] = []
    try:
        for asked, text in files:
            path = asked.resolve()
            if path.exists() and not path.is_file() and not path.is_dir():
                streams.append((path, text))  # it isn't replaced
                continue
            with _named(asked):
                made.append((_beside(path, text), path))
        say()
        for path, text in streams:
            with _named(path), path.open("w", encoding="utf-8") as stream:
                stream.write(text)
        for neighbour, path in made:
            Path(neighbour).replace(path)
    finally:
        for neighbour, _ in made:
            Path(neighbour).unlink(missing_ok=True)


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


def _beside(path: Path, text: str) -> str:
    """A new file next to another, with what it is to hold."""
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    import tempfile

    handle, neighbour = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(neighbour).chmod(0o644)
    except BaseException:
        Path(neighbour).unlink()
        raise
    return neighbour
