"""Sources of a plan: a document, standard input, or an attribute of a Python module."""

import importlib
import importlib.util
import os
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from petaplan.capacity.document import plan
from petaplan.capacity.document.program_error import advice, told
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.reporting.descriptors import foreign_code

_OBJECT = re.compile(r"(?P<module>.+\.py|[\w.]+):(?P<name>[A-Za-z_]\w*)")


def read_hub(where: str) -> Hub:
    """The hub at ``module:attribute``, ``file.py:attribute``, a document's path, or ``-``.

    A name of the form ``module:attribute`` is never a file's; ``./module:attribute`` is.

    Raises:
        PlanError: with every problem of the plan, or of the way to it.
    """
    spot = _OBJECT.fullmatch(where)
    if spot is None:
        if where.endswith(".py"):
            _refuse(where, "a Python file", "a name in it as well", f"such as {where}:hub")
        return plan.read(where)
    module = _module(spot["module"], where)
    made = getattr(module, spot["name"], None)
    if made is None:
        known = [name for name, value in vars(module).items() if isinstance(value, Hub) or _makes_one(value)]
        _refuse(
            where,
            f"no {spot['name']!r} in {spot['module']}",
            "a hub or a function that returns one",
            did_you_mean(spot["name"], known),
        )
    made = _called(made, where)
    if not isinstance(made, Hub):
        _refuse(
            where,
            f"a {type(made).__name__}",
            "a capacity.Hub, or a function without arguments that returns one",
        )
    return plan.verify(made)


def _makes_one(value: object) -> bool:
    """Whether a value may be a function that returns a hub; a class that a module imports is none."""
    return callable(value) and not isinstance(value, type)


def is_file_name(where: str) -> bool:
    """Whether a plan is named as a file, and not as an attribute of a module.

    >>> is_file_name("plan.yaml"), is_file_name("infra.hong_kong:hub"), is_file_name("./infra.hong_kong:hub")
    (True, False, True)
    """
    return _OBJECT.fullmatch(where) is None


def _called(made: Any, where: str) -> Any:
    if isinstance(made, Hub) or not callable(made):
        return made
    try:
        with foreign_code():
            return made()
    except (PlanError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - somebody's program may fail in any way, and may try to exit
        _refuse(where, told(error), "a hub", advice(error) or "mend the program that declares it")


def _module(name: str, where: str) -> ModuleType:
    try:
        with foreign_code():  # what a plan prints is no part of what petaplan writes
            if name.endswith(".py"):
                return _from_file(Path(name))
            if (folder := str(Path.cwd())) not in sys.path:
                sys.path.insert(0, folder)
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not _asks_for(name, error.name or ""):
            _refuse(where, told(error), "a module that can be imported", _missing_import(name, error.name or ""))
        if name.endswith(".py"):
            _refuse(where, f"no file {name}", "a Python file and a name in it", f"such as {Path(name).name}:hub")
        _refuse(
            where,
            f"no module {error.name!r}",
            "a file, or module:attribute",
            f"for the file of that name write ./{where}" if Path(where).is_file() else _where_to_find(error.name or ""),
        )
    except (PlanError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - somebody's program may fail in any way, and may try to exit
        expected = "a module that can be imported"
        _refuse(where, told(error), expected, advice(error) or "mend the program that declares the plan")


def _asks_for(name: str, missing: str) -> bool:
    """Whether the module that is not there is the plan's own, or a package around it, and no import of the plan."""
    return missing == name or f"{name}.".startswith(f"{missing}.")


def _missing_import(name: str, missing: str) -> str:
    """What to do about a module that a plan imports and that is not there."""
    near = did_you_mean(
        missing, sorted(each for each in {*sys.stdlib_module_names, *_beside(name)} if not each.startswith("_"))
    )
    return "; ".join(filter(None, (near, "install it, put it beside the plan, or mend the import")))


def _beside(name: str) -> list[str]:
    folder = Path(name).parent if name.endswith(".py") else Path.cwd()
    return [path.stem for path in folder.glob("*.py")]


def _where_to_find(name: str) -> str:
    """What to do about a module that is not there; where two packages have its first name, both are named."""
    top, _, rest = name.partition(".")
    found = PathFinder.find_spec(top)
    searched = list(getattr(sys.modules.get(top), "__path__", ()))
    if not rest or not searched:
        return "run it where the module can be imported"
    there = [str(Path(place)) for place in (found.submodule_search_locations or () if found else ())]
    others = [place for place in there if not any(os.path.realpath(place) == os.path.realpath(one) for one in searched)]
    said = [f"the package {top} is that of {', '.join(searched)}"]
    said += [f"another one, in {place}, has the same name: rename one of them" for place in others]
    if _is_ours(f"petaplan.{name}"):
        said.append(f"for the plan of petaplan write petaplan.{name}")
    return "; ".join(said)


def _is_ours(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _from_file(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    if specification is None or specification.loader is None or not path.is_file():
        raise ModuleNotFoundError(name=str(path))
    if (folder := os.path.realpath(path.parent)) not in sys.path:
        sys.path.append(folder)  # as Python does for a script, but no module there stands for an installed one
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _refuse(where: str, found: str, expected: str, advice: str = "") -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
