"""Import names of petaplan 0.1, read for one version: ``capacity`` is ``petaplan.capacity``, and so on.

A user's own package of such a name comes first: a name is redirected only where no other package has it.
"""

import importlib
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import CodeType, ModuleType

OLD = ("capacity", "infra", "bench")

REFERENCE_PLAN = "infra.hong_kong"
"""The one old name that is no import of petaplan's code: it says where a plan is, and keeps its meaning."""


MOVED = {"infra.blocks": "petaplan.capacity.blocks"}
"""Modules that moved to another folder as well."""


class OldName(FutureWarning):
    """A name of the version before was used where this version has another."""


class OldImports:
    """Finds the modules of petaplan under the names that they had in version 0.1."""

    @classmethod
    def install(cls) -> None:
        """From here on the old names are read, each with one notice; a second call changes nothing."""
        if not any(isinstance(finder, cls) for finder in sys.meta_path):
            sys.meta_path.insert(0, cls())

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module under its new name, where the old name is petaplan's or nobody's."""
        top = fullname.partition(".")[0]
        if top not in OLD or not _ours(top, fullname):
            return None
        new = MOVED.get(fullname, f"petaplan.{fullname}")
        if fullname not in (top, REFERENCE_PLAN):
            warnings.warn(f"{fullname} is now {new}; the old name is read in this version only", OldName, stacklevel=2)
        alias = _Alias(new)
        return ModuleSpec(fullname, alias, is_package=fullname == top)  # type: ignore[arg-type]  # importlib.abc is slow


def take_over(top: str) -> None:
    """Put the package under its new name in the place of the one that is being imported by its old name."""
    sys.modules[top] = importlib.import_module(f"petaplan.{top}")


class _Alias:
    """Loads a module by handing out the one that stands under the new name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, _spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self.name)
        self.specification = module.__spec__
        return module

    def get_code(self, _fullname: str) -> CodeType | None:
        """The code of the module, for ``python -m`` with an old name."""
        spec = find_spec(self.name)
        get_code: Callable[[str], CodeType | None] | None = getattr(spec and spec.loader, "get_code", None)
        return get_code(self.name) if get_code else None

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.specification  # the import system wrote the alias's over it


def _ours(top: str, fullname: str) -> bool:
    """Whether a top name leads to petaplan's own folder, or to nothing."""
    loaded = sys.modules.get(top)
    if fullname != top and loaded is not None:
        return loaded.__name__ == f"petaplan.{top}"
    found = PathFinder.find_spec(top)
    places = found.submodule_search_locations if found is not None else None
    if found is None:
        return True
    own = os.path.realpath(os.path.join(os.path.dirname(__file__), top))  # noqa: PTH118, PTH120 - no pathlib at every start
    return places is not None and any(os.path.realpath(place) == own for place in places)
