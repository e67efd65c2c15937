"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of a neighbour that takes its place: a full disk leaves the old file as it was.

    Raises:
        OSError: when the folder can't be written or the disk is full.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as stream:  # a device or a pipe takes the text; it isn't replaced
            stream.write(text)
        return
    handle, neighbour = _beside(path)
    try:
        _fill(handle, neighbour, path, text)
    except BaseException:
        Path(neighbour).unlink()
        raise


def _beside(path: Path) -> tuple[int, str]:
    """A new file next to another, named in errors as the one that was asked for."""
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _fill(handle: int, neighbour: str, path: Path, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(neighbour).chmod(0o644)
    Path(neighbour).replace(path)
