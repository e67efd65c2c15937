"""Places of a command line at which nothing is: what is mistyped there is no plan that could be mended."""

import importlib.util
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from petaplan.capacity.command_line.web_report import Asked
from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.errors import Problem


def not_there(asked: Asked) -> Iterator[Problem]:
    """Every place of the command line at which nothing is; no module of a plan is imported for it."""
    plan, *others = asked.files
    module = "" if is_file_name(plan) else plan.rpartition(":")[0]
    if module and not module.endswith(".py"):
        yield from _module(plan, module.partition(".")[0])
        files = others
    else:
        files = [module or plan, *others]
    for file in files:
        yield from _file(file)


def _file(place: str) -> Iterator[Problem]:
    try:
        found = "Is a directory" if Path(place).is_dir() else "" if os.access(place, os.R_OK) else _why(place)
    except ValueError:  # a NUL byte
        found = "a path that no file can have"
    if found:
        yield Problem(where=place, found=found, expected="a readable file", advice="check the path and its rights")


def _why(place: str) -> str:
    try:
        os.stat(place)  # noqa: PTH116 - of a path as the command line has it
    except OSError as error:
        return str(error.strerror)
    return "Permission denied"


def _module(plan: str, name: str) -> Iterator[Problem]:
    """The first name of a module is looked for where Python would, and in the folder of the server."""
    sys.path.append(str(Path.cwd()))
    try:
        with warnings.catch_warnings(action="ignore"):
            found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    finally:
        sys.path.pop()
    if found is None:
        expected, advice = "a file, or module:attribute", "run it where the module can be imported"
        yield Problem(where=plan, found=f"no module {name!r}", expected=expected, advice=advice)
