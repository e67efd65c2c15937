"""The registry of pages: each is found by a scan of the folder ``pages``."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from petaplan.capacity.web.study import Study
from petaplan.reporting.web.site import Page

FOLDER = "petaplan.capacity.web.pages"


def nothing(_study: Study) -> Mapping[str, object]:
    """A page that needs nothing of its own in the JSON report."""
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class PageKind:
    """A kind of page. A module of the folder that holds one registers it."""

    key: str
    """Fragment of its address: lower case letters, digits and hyphens."""
    order: int
    """Its place among the pages, the lowest first."""
    title: str
    """In English: the key of its translation."""
    build: Callable[[Study], Page | None]
    """The page of a plan; None where the plan has nothing for it."""
    json: Callable[[Study], Mapping[str, object]] = nothing
    """Members of the JSON report to which its pointers lead. Two pages may give the same member."""


@cache
def page_kinds() -> tuple[PageKind, ...]:
    """Every kind of page, in order.

    Raises:
        ValueError: when two pages have the same key.
    """
    found: dict[str, PageKind] = {}
    for module in pkgutil.iter_modules(importlib.import_module(FOLDER).__path__):
        for value in vars(importlib.import_module(f"{FOLDER}.{module.name}")).values():
            if isinstance(value, PageKind) and found.setdefault(value.key, value) is not value:
                raise ValueError(f"two pages are called {value.key}")
    return tuple(sorted(found.values(), key=lambda kind: (kind.order, kind.key)))
