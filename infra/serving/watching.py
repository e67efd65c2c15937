"""The files that a page was made from, and whether one of them has changed since."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

Marks = dict[str, tuple[int, ...]]
"""Size, time of change, device and number of each file; nothing for one that is not there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a process says of the page that it made."""

    files: Marks
    """What it read, each as it was just before."""
    problems: tuple[str, ...]
    """Of a plan that is not valid: the page then shows them, and not the plan."""


def marks(files: Iterable[str]) -> Marks:
    """What tells a file from an earlier one of the same name."""
    return {file: _mark(file) for file in sorted(files)}


def _mark(file: str) -> tuple[int, ...]:
    try:
        found = os.stat(file)  # noqa: PTH116 - thousands of times a second would be possible
    except (OSError, ValueError):
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino
