"""`petaplan inventory list`: what is deployed where, and since which update."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from petaplan.capacity.command_line.options import Format
from petaplan.capacity.command_line.output import console
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import Problem
from petaplan.infra.gate.engine import ask
from petaplan.infra.inventory.opening import InventorySettings, expected_address, open_inventory
from petaplan.infra.inventory.standing import Entry, InventoryError, Update
from petaplan.infra.kinds import BY_WORD
from petaplan.infra.project import project_folder
from petaplan.infra.stack_settings import default_inventory, inventories_of_project, inventory_settings

UNBROKEN = 400
"""Columns of a table in a pipe: nothing is cut off there."""

NUMBERS = frozenset({"racks", "row", "slot"})

DOCUMENT_VERSION = 1
"""Version of the JSON that this command writes."""


def list_(
    *,
    stack: Annotated[str | None, typer.Option(help="Only objects of this stack.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only objects of this kind, such as pod or cooling-loop.")] = None,
    hall: Annotated[str | None, typer.Option(help="Only objects in this hall.")] = None,
    racks: Annotated[bool, typer.Option("--racks", help="Print one line for each cabinet, in order.")] = False,
    file: Annotated[
        str | None, typer.Option(help=f"Another inventory: {expected_address()} (default: that of the stack).")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.TEXT,
) -> None:
    """List what is deployed where, and since which update."""
    settings = _settings(stack, file, project_folder(Path.cwd()))
    with closing(open_inventory(settings)) as inventory:
        if file is not None and not inventory.exists():
            raise _refused(file, "no such inventory", "an inventory", "leave --file out for the stack's own")
        entries = inventory.list()
        where = inventory.where
        _refuse_unknown(where, entries, stack=stack, kind=kind, hall=hall)
        shown = inventory.list(stack=stack, kind=kind, hall=hall)
        updates = {update.id: update for update in inventory.updates()}
    if format is Format.JSON:
        sys.stdout.write(json.dumps(document(shown, updates), indent=2, ensure_ascii=False) + "\n")
    elif not shown:
        console().print(f"Nothing stands in {where}: no update has placed anything that matches.")
    else:
        _print_table(cabinet_lines(shown, updates) if racks else entry_lines(shown, updates))


def _settings(stack: str | None, address: str | None, folder: Path) -> InventorySettings:
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
    """A filter that can match nothing is a slip, not an empty answer."""
    entries = tuple(entries)
    known: Mapping[str, set[str]] = {
        "stack": {entry.key.stack for entry in entries},
        "kind": set(BY_WORD),
        "hall": {entry.key.name for entry in entries if entry.key.kind == "hall"}
        | {cabinet.hall for entry in entries for cabinet in entry.cabinets if cabinet.hall},
    }
    for option, word in wanted.items():
        names = known[option]
        if word is not None and names and word not in names:
            advice = did_you_mean(word, names) or f"known are {', '.join(sorted(names)[:12])}"
            raise _refused(where, f"--{option} {word!r}", f"a {option} that stands in it", advice)


Line = dict[str, str]


def entry_lines(entries: Iterable[Entry], updates: Mapping[int, Update]) -> Iterator[Line]:
    """One line an entry."""
    order = list(BY_WORD)
    for entry in sorted(entries, key=lambda entry: (entry.key.stack, order.index(entry.key.kind), entry.key.name)):
        yield {
            "stack": entry.key.stack,
            "kind": entry.key.kind,
            "name": entry.key.name,
            "hall": str(entry.properties.get("hall", "")),
            "racks": str(len(entry.cabinets) or ""),
            "since": _since(entry.placed_in, updates),
            "changed": "" if entry.changed_in == entry.placed_in else _since(entry.changed_in, updates),
        }


def cabinet_lines(entries: Iterable[Entry], updates: Mapping[int, Update]) -> Iterator[Line]:
    """One line a cabinet, along the rows of each hall."""
    placement = [(entry, cabinet) for entry in entries for cabinet in entry.cabinets]
    for entry, cabinet in sorted(
        placement,
        key=lambda pair: (
            pair[0].key.stack,
            pair[1].hall or "",
            pair[1].row or 0,
            pair[1].slot or 0,
            pair[0].key.name,
            pair[1].run,
            pair[1].number,
        ),
    ):
        yield {
            "stack": entry.key.stack,
            "hall": cabinet.hall or "",
            "row": _place(cabinet.row),
            "slot": _place(cabinet.slot),
            "pod or run": entry.key.name,
            "rack": cabinet.name,
            "model": cabinet.model,
            "since": _since(cabinet.placed_in, updates),
        }


def _place(number: int | None) -> str:
    return "" if number is None else str(number)


def _since(update: int, updates: Mapping[int, Update]) -> str:
    return f"#{update} {updates[update].started_at[:10]}" if update in updates else f"#{update}"


def document(entries: Iterable[Entry], updates: Mapping[int, Update]) -> dict[str, Any]:
    """The same as plain values, for programs; properties are in Pulumi's spelling."""
    return {
        "version": DOCUMENT_VERSION,
        "entries": [
            {
                "project": entry.key.project,
                "stack": entry.key.stack,
                "kind": entry.key.kind,
                "name": entry.key.name,
                "placedInUpdate": entry.placed_in,
                "changedInUpdate": entry.changed_in,
                "generation": entry.generation,
                "withheld": [json.loads(path) for path in entry.withheld],
                "properties": entry.properties,
                "racks": [
                    {
                        "name": cabinet.name,
                        "run": cabinet.run,
                        "model": cabinet.model,
                        "hall": cabinet.hall,
                        "row": cabinet.row,
                        "slot": cabinet.slot,
                        "placedInUpdate": cabinet.placed_in,
                        "changedInUpdate": cabinet.changed_in,
                    }
                    for cabinet in entry.cabinets
                ],
            }
            for entry in entries
        ],
        "updates": [
            {
                "id": update.id,
                "project": update.project,
                "stack": update.stack,
                "startedAt": update.started_at,
                "program": update.program,
            }
            for update in updates.values()
        ],
    }


def _print_table(lines: Iterable[Line]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    rows = list(lines)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in rows[0] if rows else ():
        table.add_column(title, justify="right" if title in NUMBERS else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row.values())
    screen = console() if sys.stdout.isatty() else Console(highlight=False, width=UNBROKEN)
    screen.print(table if rows else "No racks stand there.")
