"""Device types and rack types of NetBox's library as entries of a layer of the catalogue.

People copy the numbers of the library from documents of the makers: a number is ``relayed``, a sum of them ``derived``.
Ports say what is a node or a switch, because the library names no roles. What a file does not say stays unknown.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from petaplan.capacity.document.marked import Marked, Value, shortened
from petaplan.capacity.document.plan_rows import MarkedTables
from petaplan.capacity.document.strict import among
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import SOURCES, TABLES, Catalogue
from petaplan.capacity.facts.layer_files import LayerFile
from petaplan.capacity.facts.netbox_entries import Basis, Entry, Made, kind_of, ports_in_words
from petaplan.capacity.facts.netbox_types import COMPONENTS, DEVICE, NEEDED, RACK
from petaplan.capacity.facts.table import Table
from petaplan.capacity.figures import Source

EXPECTED = "a device type or a rack type of NetBox's device-type library"

MOST_PROBLEMS = 1_000
"""Problems of one file after which its components are no longer looked at."""

LONGEST_SLUG = 64
"""Characters of the longest name of a product; the library has longer slugs."""

_SLUG = re.compile(r"[-a-z0-9_]{3,}")


@dataclass(slots=True)
class Reading:
    """The entries of some files, what was left out and why, and what is wrong."""

    basis: Basis
    wanted: Entry | None
    entries: dict[Entry, MarkedTables] = field(default_factory=dict)
    left_out: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, file: Marked) -> None:
        """The entry of one file."""
        if file.problems:
            self.problems.extend(file.told_as(EXPECTED, "see its schema"))
            return
        values = file.members
        fields = RACK if {"form_factor", "starting_unit"} & values.keys() else DEVICE
        if fields is DEVICE and "slug" not in values and {"manufacturer", "model"} <= values.keys():
            self._leave(file, "a type of module", "a device or a rack")
            return
        _refuse_other(file, fields)
        if file.problems:
            self.problems.extend(file.problems)
            return
        if len(str(values["slug"])) > LONGEST_SLUG:
            advice = "shorten it in a copy of the file"
            self._leave(file, f"a slug of {len(str(values['slug']))}", f"at most {LONGEST_SLUG} characters", advice)
            return
        kind = Entry.RACK if fields is RACK else self.wanted or kind_of(values)
        if kind is None:
            advice = "take it with --as node or --as switch, if it is one"
            self._leave(file, f"{ports_in_words(values)}", "ports that tell a node or a switch", advice)
            return
        self._add(kind, file, Made(file, self.basis).entry(kind))

    def _leave(self, file: Marked, found: str, expected: str, advice: str = "") -> None:
        self.left_out.append(Problem(where=f"{file.file}:1", found=found, expected=expected, advice=advice))

    def _add(self, kind: Entry, file: Marked, entry: dict[str, Value]) -> None:
        self.problems.extend(file.problems)
        table = self.entries.setdefault(kind, MarkedTables(file=file.file, value=[]))
        assert isinstance(table.value, list)
        at = len(table.value)
        table.value.append(entry)
        table.files[at,] = file.file
        table.lines[at,] = 1
        for name in entry:
            table.lines[at, name] = file.lines.get((_FROM.get(name, name),), 1)

    def check(self) -> None:
        """Note what the catalogue would refuse of the entries."""
        for kind, marked in self.entries.items():
            table: Table[Any] = Table.of(marked, TABLES[kind], self.problems)
            self.problems.extend(table.figure_problems({self.basis.source.key: self.basis.source}))
        seen: dict[str, str] = {}
        for marked in self.entries.values():
            for at, entry in enumerate(_rows(marked)):
                model, file = str(entry["model"]), marked.files[at,]
                first = seen.setdefault(model, file)
                if first != file:
                    found, expected = f"the slug {model!r} again (first in {first})", "each slug once"
                    self.problems.append(Problem(where=f"{file}:1", found=found, expected=expected))


_FROM = {"height_u": "u_height", "name": "model", "model": "slug", "vendor": "manufacturer", "weight_kg": "weight"}
"""The field of a type that a field of an entry comes from, where their names differ."""


def _rows(marked: Marked) -> list[dict[str, Value]]:
    assert isinstance(marked.value, list)
    return [row for row in marked.value if isinstance(row, dict)]


def layer_of(
    files: Sequence[LayerFile], catalogue: Catalogue, *, as_of: date, wanted: Entry | None, name: str
) -> tuple[dict[str, Any], list[str]]:
    """A layer with an entry for each type that has one, and notices of what was left out or renamed.

    ``name`` is that of the file or folder; ``as_of`` is the day of the library's text.

    Raises:
        CatalogueError: with everything that is wrong with the files, or where none has an entry.
    """
    digest = hashlib.sha256(b"".join(file.raw for file in files)).hexdigest()
    source = Source(
        key=f"netbox-{digest[:12]}",
        document=f"NetBox device-type library, {shortened(name)} (SHA-256 {digest})",
        read_on=as_of,
    )
    reading = Reading(Basis(catalogue, as_of, source), wanted)
    for file in files:
        reading.take(file.marked())
    reading.check()
    if not reading.entries and not reading.problems:
        reading.problems.extend(reading.left_out)
    if reading.problems or not files:
        raise CatalogueError(reading.problems)
    document = {"key": source.key, "document": source.document, "read_on": as_of.isoformat()}
    tables: dict[str, Any] = {one.value: _rows(reading.entries[one]) for one in Entry if one in reading.entries}
    notices = [*reading.basis.notices, *(f"left out: {one}" for one in reading.left_out)]
    return {SOURCES: [document], **tables}, notices


def _refuse_other(file: Marked, fields: Mapping[str, tuple[type, ...]]) -> None:
    """Unknown fields, missing fields, and values of another type."""
    if not isinstance(file.value, dict):
        file.refuse(1, "no mapping", EXPECTED)
        return
    for name, value in file.members.items():
        line = file.lines.get((name,), 1)
        if name not in fields:
            advice = among(name, tuple(fields))
            file.refuse(line, f"the unknown field {shortened(name)!r}", EXPECTED, advice)
        elif not _is(value, fields[name]):
            file.refuse(line, f"{shortened(repr(value))} in {name}", _NAMES[fields[name]])
        elif name in COMPONENTS:
            _refuse_components(file, name, value)
    for name in NEEDED:
        if name not in file.members:
            file.refuse(1, f"no field {name!r}", EXPECTED)
    slug = str(file.members.get("slug", "xxx"))
    if not _SLUG.fullmatch(slug):
        expected = "3 or more lower-case letters, digits, hyphens and underscores"
        file.refuse(file.lines.get(("slug",), 1), f"the slug {shortened(slug)!r}", expected)


def _refuse_components(file: Marked, name: str, value: Value) -> None:
    assert isinstance(value, list)
    for at, one in enumerate(value):
        if len(file.problems) >= MOST_PROBLEMS:
            return
        line = file.lines.get((name, at), 1)
        if not isinstance(one, dict):
            file.refuse(line, f"{shortened(repr(one))} in {name}", "a mapping with name and type")
            continue
        for inner, types in COMPONENTS[name].items():
            if inner in one and not _is(one[inner], types):
                file.refuse(line, f"{shortened(repr(one[inner]))} in {inner}", _NAMES[types])
            elif inner in {"name", "type"} and inner not in one:
                file.refuse(line, f"no {inner} in {name}", "a mapping with name and type")


_NAMES: Mapping[tuple[type, ...], str] = {
    (int, float): "a number above or at 0",
    (str, int, float): "text",
    (str,): "text",
    (bool,): "true or false",
    (list,): "a list",
}


def _is(value: Value, types: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types) and not (types == (int, float) and isinstance(value, int | float) and value < 0)
