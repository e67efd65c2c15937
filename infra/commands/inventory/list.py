"""`petaplan inventory list`: what is deployed where, and since which update."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PetaplanError, Problem
from petaplan.infra.gate.engine import ask
from petaplan.infra.inventory.model import Cabinet, Entry, InventoryError
from petaplan.infra.inventory.opening import InventorySettings, expected_address, open_inventory
from petaplan.infra.inventory.service import service_of
from petaplan.infra.inventory_notices import tell_of_unended
from petaplan.infra.kinds import BY_WORD
from petaplan.infra.project import project_folder
from petaplan.infra.report.inventory import InventoryListing
from petaplan.infra.report.kinds import INVENTORY
from petaplan.infra.stack_settings import default_inventory, inventories_of_project, inventory_settings, short_name
from petaplan.infra.stack_states import project_name, state_of, tokens_of
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def list_(
    *,
    stack: Annotated[str | None, typer.Option(metavar="NAME", help="Only objects of this stack.")] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only objects of this kind, such as pod or cooling-loop.")
    ] = None,
    hall: Annotated[str | None, typer.Option(metavar="NAME", help="Only objects in this hall.")] = None,
    row: Annotated[int | None, typer.Option(metavar="NUMBER", help="Only objects with a rack in this row.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Only objects in service on this date."),
    ] = None,
    racks: Annotated[bool, typer.Option("--racks", help="Print one line for each cabinet, in order.")] = False,
    file: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=f"Another inventory: {expected_address()} (default: that of the stack)."),
    ] = None,
    format: Annotated[str, format_option(INVENTORY)] = TEXT,
    output: Output = None,
) -> None:
    """List what is deployed where, and since which update."""
    settings = settings_for(stack, file, project_folder(Path.cwd()))
    with closing(open_inventory(settings)) as inventory:
        if file is not None and not inventory.exists():
            raise _refused(file, "no such inventory", "an inventory", "leave --file out for the stack's own")
        entries = inventory.list()
        where = inventory.where
        stack = _name_in_inventory(stack, entries, project_folder(Path.cwd()))
        if stack is not None and not entries and file is None:
            _require(stack)
        _refuse_unknown(where, entries, stack=stack, kind=kind, hall=hall)
        shown = inventory.list(stack=stack, kind=kind, hall=hall)
        updates = {update.id: update for update in inventory.updates()}
        tell_of_unended(inventory, project_folder(Path.cwd()))
    service = service_of(entries)
    if on is not None:
        shown = tuple(entry for entry in shown if service[entry.key].covers(on.date()))
    if row is not None:
        shown = tuple(entry for entry in shown if any(_is_in(one, hall, row) for one in entry.cabinets))
    if racks:
        shown = tuple(
            replace(entry, cabinets=tuple(one for one in entry.cabinets if _is_in(one, hall, row))) for entry in shown
        )
    listing = InventoryListing(where=where, entries=shown, updates=updates, service=service, by_cabinet=racks)
    publish(INVENTORY, listing, format=format, output=output)


def _require(stack: str) -> None:
    from petaplan.infra.gate.state import require_stack

    require_stack(stack, project_folder(Path.cwd()))


def _name_in_inventory(stack: str | None, entries: Iterable[Entry], folder: Path) -> str | None:
    """The name under which a stack has its entries: the older one where a rename was not transferred yet."""
    entries = tuple(entries)
    if stack is None or not entries or stack in {entry.key.stack for entry in entries}:
        return stack
    try:
        state = state_of((project_name(folder), short_name(stack, folder)), folder)
    except PetaplanError:
        return stack
    tokens = () if state is None else tokens_of(state)
    return next((entry.key.stack for entry in entries if entry.token and entry.token in tokens), stack)


def _is_in(cabinet: Cabinet, hall: str | None, row: int | None) -> bool:
    return hall in (None, cabinet.hall) and row in (None, cabinet.row)


def settings_for(stack: str | None, address: str | None, folder: Path) -> InventorySettings:
    """The inventory that is asked for: the one given, the stack's, or the one that all stacks share.

    Where the stacks keep several, the selected stack decides.
    """
    if address is not None:
        return InventorySettings(address=address, folder=Path.cwd())
    if stack is None:
        found = {default_inventory(folder), *inventories_of_project(folder).values()}
        if len(found) == 1:
            return found.pop()
        stack = ask(["stack", "--show-name"], folder).strip()
    return inventory_settings(stack, folder)


def _refused(where: str, found: str, expected: str, advice: str) -> InventoryError:
    return InventoryError(Problem(where=f"inventory {where}", found=found, expected=expected, advice=advice))


def _refuse_unknown(where: str, entries: Iterable[Entry], **wanted: str | None) -> None:
    """A filter that can match nothing is refused: an empty answer would hide the error."""
    entries = tuple(entries)
    known: Mapping[str, set[str]] = {
        "stack": {entry.key.stack for entry in entries},
        "kind": set(BY_WORD),
        "hall": {entry.key.name for entry in entries if entry.key.kind == "hall"}
        | {cabinet.hall for entry in entries for cabinet in entry.cabinets if cabinet.hall},
    }
    for option, word in wanted.items():
        names = known[option]
        if word is not None and entries and word not in names:
            advice = did_you_mean(word, names) or f"known are {', '.join(sorted(names)[:12]) or 'none'}"
            raise _refused(where, f"--{option} {word!r}", f"a {option} that stands in it", advice)
