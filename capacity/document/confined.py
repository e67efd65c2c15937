"""Files of a repository that lead out of it: a change may bring a link to any file of the machine."""

import os
from pathlib import Path

from petaplan.capacity.errors import PlanError, Problem

_DEVICES = ("/dev", "/proc")
"""Where standard input and pipes have names."""


def refuse_leaving(path: Path) -> None:
    """A file lies in its repository; where it is in none, in its own folder.

    Raises:
        PlanError: when a link on the way leads elsewhere.
    """
    named = Path(os.path.normpath(Path.cwd() / path))
    if not named.is_file() or any(named.is_relative_to(devices) for devices in _DEVICES):
        return
    root = next((folder for folder in named.parents if (folder / ".git").exists()), named.parent)
    if not Path(os.path.realpath(named)).is_relative_to(os.path.realpath(root)):
        found, expected = "a link that leads out of its repository", "a file within it"
        raise PlanError(
            [Problem(where=str(path), found=found, expected=expected, advice="name the file that it leads to")]
        )
