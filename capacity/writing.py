"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of a neighbour that takes its place: a full disk leaves the old file as it was.

    Raises:
        OSError: when the folder can't be written or the disk is full.
    """
    handle, neighbour = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(neighbour).chmod(0o644)
        Path(neighbour).replace(path)
    except BaseException:
        Path(neighbour).unlink()
        raise
