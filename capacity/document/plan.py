"""The plan document: a hub as YAML or JSON, and back without loss."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.marked import Marked, Path_, Value, read_bytes, read_file
from petaplan.capacity.document.remainder import HubError, error_of
from petaplan.capacity.document.strict import adapter, build, shown
from petaplan.capacity.document.verified import declared, table_names, typed, verify
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hidden import SHOWN, Veil, hidden_fields
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Declared, Location, Noun, PlanPlace
from petaplan.input_files import MOST_BYTES
from petaplan.reporting.safety import safe_json

__all__ = ["HubError", "declared", "verify"]
"""Names of the verification that others find here too."""

VERSION = 1
"""Version of the document this program writes, and the newest that it reads."""

KEY = "petaplan"
"""The field that marks a document as a plan, with the version of the format."""


def read(path: str) -> Hub:
    """The hub in a plan file; ``-`` is standard input.

    Raises:
        PlanError: with every problem of the document, by file and line.
    """
    if path == "-":
        if sys.stdin is None:
            raise PlanError([Problem(where="standard input", found="it closed", expected="a plan document")])
        return hub_from(read_bytes(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"))
    refuse_leaving(Path(path))
    return hub_from(read_file(Path(path)))


def hub_from(marked: Marked) -> Hub:
    """The hub that marked values declare, checked as a declaration."""
    if marked.is_whole:
        _take_version(marked)
    if not marked.is_whole:
        raise PlanError(marked.problems)
    refused = {problem.where for problem in marked.problems}
    before = len(marked.problems)
    hub = build(Hub, marked)
    if hub is None or marked.problems:
        told = marked.problems[:before] + [one for one in marked.problems[before:] if one.where not in refused]
        raise error_of(told, marked.value, lambda noun, path: _put(noun, marked, path))
    _place(hub, marked, ())
    _put(hub, marked, ())
    return declared(hub)


def _put(noun: Noun, marked: Marked, path: Path_) -> None:
    """Set the line of a hub, or those of a row and what is in it."""
    if isinstance(noun, Hub):
        noun.declared_in(PlanPlace(file=marked.file_at(()), line=marked.lines.get((), 1), lines=_own_lines(marked)))
    else:
        _place(noun, marked, path)


def _own_lines(marked: Marked) -> dict[Path_, int]:
    """The lines of the values that stand in no table of the hub."""
    rows = table_names(Hub)
    return {
        path: line for path, line in marked.lines.items() if path and len(path) <= len(_LISTED) and path[0] not in rows
    }


_LISTED = ("field", 0)
"""The form of a path to a value of a list."""


def _take_version(marked: Marked) -> None:
    if not isinstance(marked.value, dict):
        found = "a list" if isinstance(marked.value, list) else shown(marked.value)
        marked.refuse(1, found, f"a mapping that starts with `{KEY}: {VERSION}`")
        return
    version = marked.value.pop(KEY, None)
    line = marked.lines.get((KEY,), 1)
    if version is None:
        marked.refuse(line, f"no field {KEY!r}", f"`{KEY}: {VERSION}`", "add it as the first line")
    elif not isinstance(version, int) or isinstance(version, bool) or version < 1:
        marked.refuse(line, f"version {version!r}", f"a whole number from 1 to {VERSION}")
    elif version > VERSION:
        marked.refuse(line, f"version {version}", f"at most {VERSION}", "the plan is newer than this petaplan: upgrade")


def _place(noun: Noun, marked: Marked, path: Path_) -> None:
    """Set the line of every declared object."""
    if isinstance(noun, Declared):
        noun.declared_in(Location(file=marked.file_at(path), line=marked.lines.get(path, 1)))
    kind: object = noun.__class__
    for name in table_names(kind):
        for index, item in enumerate(getattr(noun, name)):
            _place(item, marked, (*path, name, index))


def plain(noun: object) -> Value:
    """A noun as dicts, lists and scalars; fields at their default are left out."""
    kind: object = noun.__class__
    return _writer(kind)(noun)


def members(noun: Noun) -> dict[str, Any]:
    """The fields of a noun as plain values; those at their default are left out."""
    values: Any = plain(noun)
    return dict(values)


@cache
def _writer(kind: type) -> Callable[[Any], Value]:
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, tuple | list):
        return lambda value: [plain(item) for item in value]
    if issubclass(kind, float):
        return lambda value: value + 0.0  # minus nothing is nothing
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if dataclasses.is_dataclass(kind):
        return _dataclass_writer(kind)
    return lambda value: value


def _dataclass_writer(kind: type) -> Callable[[Noun], Value]:
    kept = [(f.name, f.default) for f in dataclasses.fields(kind) if f.init]

    def write(noun: Noun) -> dict[str, Value]:
        values = ((name, getattr(noun, name), default) for name, default in kept)
        return {name: plain(value) for name, value, default in values if value != default}

    if issubclass(kind, Veil):
        return lambda noun: {**write(noun), **dict.fromkeys(hidden_fields(noun), SHOWN)}
    return write


def document(hub: Hub) -> dict[str, Any]:
    """The plan document as plain values, version first; of any hub, that of its typed form.

    Raises:
        PlanError: when a value of the hub has no type that its field takes.
    """
    return {KEY: VERSION, **members(typed(hub))}


def write_json(hub: Hub) -> str:
    """The plan document as JSON; the same hub gives the same bytes."""
    return safe_json(json.dumps(document(hub), indent=2, ensure_ascii=False)) + "\n"


def write_yaml(hub: Hub) -> str:
    """The plan document as YAML; the same hub gives the same bytes."""
    from petaplan.capacity.document.yaml_text import yaml_text

    return yaml_text(document(hub))


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the plan document, with the docstrings of the model as descriptions."""
    made: dict[str, Any] = adapter(Hub).json_schema()
    for name, definition in [("Hub", made), *made.get("$defs", {}).items()]:
        _describe(name, definition)
    made["properties"] = {
        KEY: {"const": VERSION, "description": "Version of the plan document."},
        **made["properties"],
    }
    made["required"] = [KEY, *made["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:petaplan:plan:{VERSION}",
        "title": "petaplan plan document",
        **{key: value for key, value in made.items() if key != "title"},
    }


def _describe(name: str, definition: dict[str, Any]) -> None:
    from petaplan.capacity.document.docstrings import nouns_by_name

    properties = definition.get("properties", {})
    properties.pop("declared_at", None)
    noun = nouns_by_name().get(name)
    if noun is None:
        return
    definition["description"] = noun.summary
    for field, text in noun.fields.items():
        if field in properties:
            properties[field]["description"] = text
    for prop in properties.values():
        prop.pop("title", None)


def tables(hub: Hub) -> Iterator[tuple[str, Declared]]:
    """Every declared object with the name of its table."""
    for name, rows in hub.tables():
        for row in rows:
            yield name, row
