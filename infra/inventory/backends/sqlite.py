"""Inventories in SQLite files."""

from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.infra.inventory.backend import Backend

if TYPE_CHECKING:
    from petaplan.infra.inventory.sqlite import SqliteInventory


def open_file(address: str, folder: Path) -> "SqliteInventory":
    """The inventory in a file; a relative path starts at the project's folder, ``~`` is the user's home."""
    from petaplan.infra.inventory.sqlite import SqliteInventory

    absolute = address.removeprefix("//") if address.startswith("///") else address
    return SqliteInventory(folder / Path(absolute).expanduser())


BACKEND = Backend(
    scheme="sqlite",
    address="sqlite:FILE",
    summary="A SQLite file. A relative path starts at the project's folder. A plain path means the same.",
    open=open_file,
)
