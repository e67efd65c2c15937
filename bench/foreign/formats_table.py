"""The formats of other benchmarks, found by a scan of the folder."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from petaplan.bench.foreign import formats
from petaplan.bench.foreign.found import ForeignFormat


@cache
def known_formats() -> tuple[ForeignFormat, ...]:
    """Every format, in the order of the keys."""
    modules = (import_module(f"{formats.__name__}.{each.name}") for each in iter_modules(formats.__path__))
    return tuple(sorted((module.FORMAT for module in modules), key=lambda each: str(each.key)))
