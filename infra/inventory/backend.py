"""A kind of inventory: the record that settings, help and docs read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from petaplan.infra.inventory.model import Inventory


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """A kind of inventory, by the scheme of its addresses.

    A module of ``petaplan.infra.inventory.backends`` that holds one as ``BACKEND`` adds it. Another package adds one
    with an entry point of the group ``petaplan.inventories``: its name is the scheme, its object the backend.
    """

    scheme: str
    """What its addresses start with, before the colon."""
    address: str
    """How an address is written, such as ``sqlite:FILE``."""
    summary: str
    """Where it keeps its entries, in one line."""
    open: Callable[[str, Path], Inventory]
    """Makes the inventory of an address without its scheme, for a project in a folder.

    It reads and writes nothing yet. The first call reports what is wrong with a file or a server.
    """
