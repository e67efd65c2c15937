"""A quick start, because the engine waits for the provider in every preview."""

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

_PARENTS = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


@contextlib.contextmanager
def bare_protocol() -> Iterator[None]:
    """Lets the generated protocol classes be imported without the SDK around them.

    ``import pulumi`` takes half a second, nine tenths of it for what a provider never uses (docs/adr/0003). Empty
    modules replace the parents of the generated modules during the import. They are removed afterwards, so that a
    later ``import pulumi`` finds the real ones.
    """
    found = importlib.util.find_spec("pulumi") if "pulumi" not in sys.modules else None
    if found is None or not found.submodule_search_locations:
        yield
        return
    folder = Path(next(iter(found.submodule_search_locations)))
    for name in _PARENTS:
        parent = ModuleType(name)
        parent.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = parent
    try:
        yield
    finally:
        for name in _PARENTS:
            del sys.modules[name]
