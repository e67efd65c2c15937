"""The one way to open an inventory: its address names the backend and the place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import Problem
from petaplan.infra.inventory import backends as package
from petaplan.infra.inventory.backend import Backend
from petaplan.infra.inventory.model import Inventory, InventoryError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP = "petaplan.inventories"
"""The group of entry points through which other packages add backends."""

DEFAULT_ADDRESS = ".petaplan/inventory.db"
"""The inventory of a project that says nothing else."""

_PLAIN_PATH = "sqlite"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")  # one letter before a colon is a drive


@dataclass(frozen=True, kw_only=True, slots=True)
class InventorySettings:
    """Which inventory is meant."""

    address: str
    """What the stack's ``petaplan:inventory`` says, such as ``sqlite:FILE`` or the path of a SQLite file."""
    folder: Path
    """Folder of the project: relative paths start there."""


def open_inventory(settings: InventorySettings) -> Inventory:
    """The inventory that the settings name; nothing is read or written yet.

    Raises:
        InventoryError: no backend has such addresses.
    """
    scheme, address = _parts(settings.address)
    backend = find_backend(scheme)
    if backend is None or not address.strip("/ "):
        raise InventoryError(
            Problem(
                where="petaplan:inventory",
                found=repr(settings.address),
                expected=expected_address(),
                advice=_advice(scheme, settings.address) if backend is None else "",
            )
        )
    return backend.open(address, settings.folder)


def address_fault(address: object) -> str:
    """What is wrong with an address, as far as its spelling shows; empty where nothing is."""
    if not isinstance(address, str) or not address.strip() or "\0" in address:
        return f"found {address!r}; expected {expected_address()}; leave it out for {DEFAULT_ADDRESS}"
    try:
        open_inventory(InventorySettings(address=address, folder=Path())).close()
    except InventoryError as error:
        problem = error.problem
        return "; ".join(filter(None, (f"found {problem.found}", f"expected {problem.expected}", problem.advice)))
    return ""


def expected_address() -> str:
    """How an address is written, in words for a message or a help text."""
    return " or ".join(["the path of a SQLite file", *(backend.address for backend in all_backends())])


def find_backend(scheme: str) -> Backend | None:
    """The backend of a scheme; None where no module and no installed package has it."""
    if scheme in _own_schemes():
        return _own(scheme)
    point = next((point for point in _contributed() if point.name == scheme), None)
    if point is None:
        return None
    found: Backend = point.load()
    return found


def all_backends() -> tuple[Backend, ...]:
    """Every backend, in the order of the schemes."""
    return tuple(backend for scheme in backend_schemes() if (backend := find_backend(scheme)) is not None)


def backend_schemes() -> tuple[str, ...]:
    """The scheme of every backend, sorted."""
    return tuple(sorted({*_own_schemes(), *(point.name for point in _contributed())}))


def _advice(scheme: str, address: str) -> str:
    return did_you_mean(scheme, backend_schemes()) or f"for a file of that name, write {_PLAIN_PATH}:{address}"


def _parts(address: str) -> tuple[str, str]:
    """Scheme and rest of an address.

    >>> _parts("sqlite:a.db"), _parts("a/b.db"), _parts("C:/a.db"), _parts("nowhere:1")
    (('sqlite', 'a.db'), ('sqlite', 'a/b.db'), ('sqlite', 'C:/a.db'), ('nowhere', '1'))
    """
    match = _SCHEME.match(address)
    return (_PLAIN_PATH, address) if match is None else (match[1], address[match.end() :])


@cache
def _own_schemes() -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(package.__path__))


def _contributed() -> "EntryPoints":
    from importlib.metadata import entry_points  # slow to import, and the provider starts with every preview

    return entry_points(group=GROUP)


def _own(scheme: str) -> Backend:
    backend: Backend = import_module(f"{package.__name__}.{scheme}").BACKEND
    return backend


def _described() -> Iterator[str]:
    for backend in all_backends():
        yield f"{backend.address}: {backend.summary}"


def described_addresses() -> str:
    """Every kind of address with what it means, for help and docs."""
    return " ".join(_described())
