"""The folder of a new repository, and the names that follow from its name."""

import importlib.util
import keyword
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.errors import Problem

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_LONGEST_NAME = 63

ALLOWED = frozenset({".git"})
"""What a folder may hold and still be new: `git init` may come first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A folder that is new or empty, with a name that a project, a package and a hub can have."""

    folder: Path

    @property
    def name(self) -> str:
        """Name of the Pulumi project."""
        return self.folder.name

    @property
    def package(self) -> str:
        """Name of the Python package."""
        return self.name.replace("-", "_")

    @property
    def label(self) -> str:
        """Name of the hub."""
        return self.name.replace("_", "-")


def place_at(path: Path) -> tuple[Place, list[Problem]]:
    """The place at a path, and everything that speaks against it."""
    place = Place(folder=Path(os.path.abspath(path)))  # noqa: PTH100 - a link keeps its own name
    return place, [*_of_the_name(place), *_of_the_folder(place.folder, str(path))]


def _of_the_name(place: Place) -> Iterator[Problem]:
    where, name, package = f"the name of the folder {place.folder}", place.name, place.package
    expected = "a name of lower-case letters and digits, with - or _ between words, such as my-hub"
    if not _NAME.fullmatch(name):
        advice = "it is the name of the project and of a Python package"
        yield Problem(where=where, found=repr(name), expected=expected, advice=advice)
    elif len(name) > _LONGEST_NAME:
        yield Problem(where=where, found=f"{len(name)} characters", expected=f"at most {_LONGEST_NAME}")
    elif keyword.iskeyword(package) or keyword.issoftkeyword(package):
        yield Problem(where=where, found=f"{package!r}, a keyword of Python", expected=expected)
    elif package in sys.stdlib_module_names or _is_installed(package):
        found = f"{package!r}, a module that Python has already"
        yield Problem(where=where, found=found, expected="a name that no installed module has")


def _is_installed(package: str) -> bool:
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return True
    return found is not None and found.origin is not None  # a bare folder on the path is no module


def _of_the_folder(folder: Path, where: str) -> Iterator[Problem]:
    expected = "a folder that is new or empty"
    try:
        held = sorted(entry.name for entry in os.scandir(folder) if entry.name not in ALLOWED)
        if held:
            yield Problem(where=where, found=_entries(held), expected=expected)
        elif not os.access(folder, os.W_OK | os.X_OK):
            yield Problem(where=where, found="a folder that can't be written", expected=expected)
    except FileNotFoundError:
        if folder.is_symlink():
            yield Problem(where=where, found="a link that leads nowhere", expected=expected)
        else:
            yield from _of_the_parent(folder.parent, where)
    except NotADirectoryError:
        found = "a file" if folder.exists() else "a file on the way to it"
        yield Problem(where=where, found=found, expected=expected)
    except OSError as error:
        yield Problem(where=where, found=error.strerror or str(error), expected=expected)


def _entries(held: list[str]) -> str:
    more = f" and {len(held) - 1:,} more" if len(held) > 1 else ""
    return f"{held[0]!r}{more} in it"


def _of_the_parent(parent: Path, where: str) -> Iterator[Problem]:
    """The nearest folder that is there must take a new one."""
    nearest = next(folder for folder in (parent, *parent.parents) if folder.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        yield Problem(where=where, found=f"{nearest} that can't be written", expected="a folder that can be made")
