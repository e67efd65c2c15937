"""The inventory as a report: a row for each object, or for each rack."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from petaplan.infra.inventory.model import Cabinet, Entry, Key, Update
from petaplan.infra.inventory.service import Service
from petaplan.infra.kinds import BY_WORD
from petaplan.reporting.cells import BLANK, Cell, Number, Phrase, Text, text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

VERSION = 1
"""Version of the JSON of this report."""

UNBROKEN = 400
"""Columns of a table in a pipe: nothing is cut off there."""

ENTRY_COLUMNS = (
    Column(key="stack", title="stack"),
    Column(key="kind", title="kind"),
    Column(key="name", title="name"),
    Column(key="hall", title="hall"),
    Column(key="racks", title="racks", right=True),
    Column(key="since", title="since"),
    Column(key="changed", title="changed"),
)
CABINET_COLUMNS = (
    Column(key="stack", title="stack"),
    Column(key="hall", title="hall"),
    Column(key="row", title="row", right=True),
    Column(key="slot", title="slot", right=True),
    Column(key="placement", title="pod or run"),
    Column(key="rack", title="rack"),
    Column(key="model", title="model"),
    Column(key="since", title="since"),
)
DATE_COLUMNS = (Column(key="begins", title="in service"), Column(key="ends", title="retired"))
"""Shown where an object has such a date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InventoryListing:
    """Objects of an inventory with the updates that placed them."""

    where: str
    entries: Sequence[Entry]
    updates: Mapping[int, Update]
    service: Mapping[Key, Service] = field(default_factory=dict)
    """When each object is in service."""
    by_cabinet: bool = False
    """Whether there is a row for each cabinet."""


def inventory_document(listing: InventoryListing, _rendering: Rendering = PLAIN) -> Document:
    """One table, or words where there is nothing to list."""
    section = Section(key="inventory", blocks=(_table(listing), *_nothing(listing)))
    return Document(key="inventory", name=listing.where, sections=(section,), main="inventory", pipe_width=UNBROKEN)


def _table(listing: InventoryListing) -> Table:
    columns = CABINET_COLUMNS if listing.by_cabinet else ENTRY_COLUMNS
    shown = [listing.service.get(entry.key, Service()) for entry in listing.entries]
    if any(one.begins or one.ends for one in shown):
        columns = (*columns, *DATE_COLUMNS)
    rows = _cabinet_rows(listing) if listing.by_cabinet else _entry_rows(listing)
    noun, keys = ("cabinets", 4) if listing.by_cabinet else ("objects", 3)
    return Table(key="inventory", columns=columns, rows=rows, noun=noun, keys=keys)


def _nothing(listing: InventoryListing) -> tuple[Lines, ...]:
    if not listing.entries:
        told = "Nothing stands in {where}: no update has placed anything that matches."
        return (Lines(cells=(Phrase(told, {"where": Text(listing.where)}),)),)
    if listing.by_cabinet and not any(entry.cabinets for entry in listing.entries):
        return (Lines(cells=(Text("No racks stand there."),)),)
    return ()


def _entry_rows(listing: InventoryListing) -> list[Row]:
    order = list(BY_WORD)
    rows = []
    for entry in sorted(listing.entries, key=lambda one: (one.key.stack, order.index(one.key.kind), one.key.name)):
        changed = entry.changed_in != entry.placed_in
        cells: dict[str, Cell] = {
            "stack": Text(entry.key.stack),
            "kind": Text(entry.key.kind),
            "name": Text(entry.key.name),
            "hall": text(str(entry.properties.get("hall", ""))),
            "racks": Number(value=len(entry.cabinets)) if entry.cabinets else BLANK,
            "since": _since(entry.placed_in, listing.updates),
            "changed": _since(entry.changed_in, listing.updates) if changed else BLANK,
            **_dates(listing, entry),
        }
        rows.append(Row(cells=cells))
    return rows


def _cabinet_rows(listing: InventoryListing) -> list[Row]:
    """Along the rows of each hall."""
    placed = [(entry, cabinet) for entry in listing.entries for cabinet in entry.cabinets]
    return [_cabinet_row(listing, entry, cabinet) for entry, cabinet in sorted(placed, key=_place)]


def _place(pair: tuple[Entry, Cabinet]) -> tuple[str, str, int, int, str, str, int]:
    entry, cabinet = pair
    at = (cabinet.hall or "", cabinet.row or 0, cabinet.slot or 0)
    return (entry.key.stack, *at, entry.key.name, cabinet.run, cabinet.number)


def _dates(listing: InventoryListing, entry: Entry) -> dict[str, Cell]:
    service = listing.service.get(entry.key, Service())
    return {
        "begins": BLANK if service.begins is None else Text(service.begins.isoformat()),
        "ends": BLANK if service.ends is None else Text(service.ends.isoformat()),
    }


def _cabinet_row(listing: InventoryListing, entry: Entry, cabinet: Cabinet) -> Row:
    return Row(
        cells={
            "stack": Text(entry.key.stack),
            "hall": text(cabinet.hall or ""),
            "row": BLANK if cabinet.row is None else Number(value=cabinet.row),
            "slot": BLANK if cabinet.slot is None else Number(value=cabinet.slot),
            "placement": Text(entry.key.name),
            "rack": Text(cabinet.name),
            "model": Text(cabinet.model),
            "since": _since(cabinet.placed_in, listing.updates),
            **_dates(listing, entry),
        }
    )


def _since(update: int, updates: Mapping[int, Update]) -> Cell:
    day = f" {updates[update].started_at[:10]}" if update in updates else ""
    return Text(f"#{update}{day}")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def inventory_values(listing: InventoryListing) -> dict[str, object]:
    """The same as plain values, for programs; properties are in Pulumi's spelling."""
    return {
        "version": VERSION,
        "entries": [
            {
                "project": entry.key.project,
                "stack": entry.key.stack,
                "kind": entry.key.kind,
                "name": entry.key.name,
                "placedInUpdate": entry.placed_in,
                "changedInUpdate": entry.changed_in,
                "generation": entry.generation,
                "inService": _iso(listing.service.get(entry.key, Service()).begins),
                "retired": _iso(listing.service.get(entry.key, Service()).ends),
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
            for entry in listing.entries
        ],
        "updates": [
            {
                "id": update.id,
                "project": update.project,
                "stack": update.stack,
                "startedAt": update.begun,
                "program": update.program,
            }
            for update in listing.updates.values()
        ],
    }
