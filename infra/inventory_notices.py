"""What the commands say of updates that never ended."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from petaplan.capacity.errors import PetaplanError
from petaplan.infra.checkpoints import backend_digest, checkpoint_time
from petaplan.infra.inventory.model import Inventory, Owner, Update
from petaplan.infra.inventory.opening import open_inventory
from petaplan.infra.inventory.ownership import never_ended, notice, without_checkpoint


def tell_of_unended(inventory: Inventory, folder: Path) -> None:
    """One line on the error stream for each update that never ended, those without a checkpoint included."""
    updates = inventory.updates()
    for update in (*never_ended(updates), *ended_without_checkpoint(updates, folder)):
        sys.stderr.write(f"note: {notice(update)}\n")


def ended_without_checkpoint(updates: Sequence[Update], folder: Path) -> list[Update]:
    """The updates of the project here that said goodbye, and of which no checkpoint was written."""
    backend = backend_digest(folder)
    return [
        one
        for stack in dict.fromkeys((update.project, update.stack) for update in updates)
        for one in without_checkpoint(
            updates, stack, Owner(token="", backend=backend, checkpoint_at=checkpoint_time(*stack, folder))
        )
    ]


def tell_of_unended_in(stack: str, folder: Path) -> None:
    """The same for the inventory of a stack; one that can't be read is left to the command that needs it."""
    from petaplan.infra.stack_settings import inventory_settings

    try:
        with closing(open_inventory(inventory_settings(stack, folder))) as inventory:
            tell_of_unended(inventory, folder)
    except PetaplanError:
        return
