"""What the commands say of updates that never ended."""

import sys
from contextlib import closing
from pathlib import Path

from petaplan.capacity.errors import PetaplanError
from petaplan.infra.inventory.model import Inventory
from petaplan.infra.inventory.opening import open_inventory
from petaplan.infra.inventory.ownership import never_ended, notice


def tell_of_unended(inventory: Inventory) -> None:
    """One line on the error stream for each update that never ended."""
    for update in never_ended(inventory.updates()):
        sys.stderr.write(f"note: {notice(update)}\n")


def tell_of_unended_in(stack: str, folder: Path) -> None:
    """The same for the inventory of a stack; one that can't be read is left to the command that needs it."""
    from petaplan.infra.stack_settings import inventory_settings

    try:
        with closing(open_inventory(inventory_settings(stack, folder))) as inventory:
            tell_of_unended(inventory)
    except PetaplanError:
        return
