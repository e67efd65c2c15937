"""The rules: a folder for each family, a module for each subject. A new module in them is found by itself."""

import importlib
import pkgutil
from functools import cache

from petaplan.capacity.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every module below this folder, by id.

    Raises:
        ValueError: when two rules have one id.
    """
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Rule) and found.setdefault(value.id, value) is not value:
                raise ValueError(f"two rules have the id {value.id}")
    return tuple(found[id] for id in sorted(found))
