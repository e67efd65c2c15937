"""Input files read within bounds: an endless device or pipe takes neither all memory nor all time."""

import errno
import os
import select
import stat
from pathlib import Path

MOST_BYTES = 128 * 2**20
"""Size of the largest file that is still read."""

SILENT_SECONDS = 10.0
"""How long a pipe may stay without a byte before it is given up."""

_CHUNK_BYTES = 2**20


def read_bounded(path: Path | str, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of a file, or of a pipe or device until its end.

    Raises:
        OSError: when it cannot be read, is a folder, is larger than ``most_bytes``, or is a pipe or device without a
            byte for ``SILENT_SECONDS``. Its ``strerror`` is what was found, its ``filename`` the path.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        return _drained(handle, str(path), most_bytes, waits=not stat.S_ISREG(mode))
    finally:
        os.close(handle)


def _drained(handle: int, path: str, most_bytes: int, *, waits: bool) -> bytes:
    chunks, size = list[bytes](), 0
    while chunk := _chunk(handle, path, waits=waits):
        chunks.append(chunk)
        size += len(chunk)
        if size > most_bytes:
            raise OSError(errno.EFBIG, f"more than {most_bytes // 2**20} MiB", path)
    return b"".join(chunks)


def _chunk(handle: int, path: str, *, waits: bool) -> bytes:
    """The next bytes; none at the end."""
    if waits:
        ready = select.poll()
        ready.register(handle, select.POLLIN)
        if not ready.poll(SILENT_SECONDS * 1_000):
            raise OSError(errno.ETIMEDOUT, f"no byte for {SILENT_SECONDS:g} s", path)
    return os.read(handle, _CHUNK_BYTES)
