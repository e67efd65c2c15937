"""The rules, one family a file: a new file here is found, listed and asked without further ado."""

import importlib
import pkgutil
from functools import cache

from petaplan.capacity.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every file in this folder, by id."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Rule) and found.setdefault(value.id, value) is not value:
                raise ValueError(f"two rules are called {value.id}")
    return tuple(found[id] for id in sorted(found))
