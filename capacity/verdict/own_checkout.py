"""Which petaplan judges a revision: its own only where the repository is that of the petaplan that runs."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import petaplan
from petaplan.input_files import read_bounded

_VERSION = re.compile(r'^version = "([0-9A-Za-z.+!-]{1,40})"$', re.MULTILINE)


def is_own_checkout(top: Path, trusted_commit: str) -> bool:
    """Whether a repository is the checkout that this petaplan runs from, a worktree of it, or a clone of it.

    A folder ``capacity`` or ``petaplan`` proves nothing: a change may bring one. A clone is known by the first commit
    of ``trusted_commit``, which is on the older side of a comparison.
    """
    home = Path(petaplan.__file__).resolve().parents[1]
    if not (home / ".git").exists() or not _asked(["ls-files", "petaplan/__init__.py"], home):
        return False
    common = ["rev-parse", "--path-format=absolute", "--git-common-dir"]
    if _asked(common, home) == _asked(common, top):
        return True
    first = ["rev-list", "--max-parents=0"]
    return bool(set(_asked([*first, "HEAD"], home).split()) & set(_asked([*first, trusted_commit], top).split()))


def _asked(arguments: list[str], folder: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def this_petaplan() -> str:
    """Name and version of the petaplan that runs."""
    return f"petaplan {version('petaplan')}"


def petaplan_at(root: Path, name: str) -> str:
    """Name and version of the petaplan in a checked-out revision."""
    try:
        found = _VERSION.search(read_bounded(root / "pyproject.toml").decode(errors="replace"))
    except OSError:
        found = None
    return f"petaplan{f' {found[1]}' if found else ''} as it is at {name}"
