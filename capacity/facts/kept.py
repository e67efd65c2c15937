"""Nouns of the shipped data, kept as JSON beside its YAML: a command needs neither a YAML reader nor a validator.

``make generate`` writes the files of ``data/kept/`` from what the YAML gives. A file counts only while the digest in it
is that of the YAML files, and its fields are those of the nouns. Otherwise the YAML is read, with the same result
(docs/adr/0102-nouns-of-the-shipped-data-are-kept.md).

A file is a list of values. A value is plain, or is made of values above it: a tuple, a mapping, a noun by its fields.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from petaplan.capacity.noun import Location, Noun

FOLDER = "kept"
"""Where the files are, in the folder of the data."""

Row: TypeAlias = "bool | int | float | str | list[Any] | None"

_DATE, _TUPLE, _MAPPING, _ENUM = "date", "tuple", "mapping", "enum"


def digest(folder: Path) -> str:
    """SHA-256 of the names and bytes of the YAML files in a folder of data."""
    made = sha256()
    for path in sorted(folder.rglob("*.yaml")):
        raw = path.read_bytes()
        made.update(f"{path.relative_to(folder).as_posix()} {len(raw)}\n".encode())
        made.update(raw)
    return made.hexdigest()


def read_kept(folder: Path, name: str, kinds: Iterable[type]) -> Any | None:
    """What was kept under a name; None where nothing was, or where it is not of these YAML files and these nouns.

    ``kinds`` are the nouns and enumerations that may be in it.
    """
    try:
        raw = (folder / FOLDER / f"{name}.json").read_bytes()
        found = json.loads(raw)
        known = {kind.__name__: kind for kind in kinds}
        if found["digest"] != digest(folder) or any(_fields(known[one]) != own for one, own in found["nouns"].items()):
            return None
        return _made(found["values"], known, folder)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _fields(kind: type[Noun]) -> list[str]:
    return [field.name for field in fields(kind)]


def _made(rows: list[Row], known: Mapping[str, type], folder: Path) -> Any:
    """The last of the values: each is made of those before it."""
    made: list[Any] = []
    makers: dict[str, Callable[[list[Any]], Any]] = {
        _DATE: lambda row: date.fromisoformat(row[1]),
        _TUPLE: lambda row: tuple([made[at] for at in row[1:]]),
        _MAPPING: lambda row: {made[key]: made[value] for key, value in zip(row[1::2], row[2::2], strict=True)},
        _ENUM: lambda row: known[row[1]](row[2]),
        Location.__name__: lambda row: Location(file=str(folder / made[row[1]]), line=made[row[2]]),
    }
    for kind in known.values():
        if issubclass(kind, Noun):
            makers[kind.__name__] = _maker(kind, made)
    for row in rows:  # each maker reads what was made before
        made.append(makers[row[0]](row) if type(row) is list else row)  # noqa: PERF401
    return made[-1]


def _maker(kind: type[Noun], made: list[Any]) -> Callable[[list[Any]], Noun]:
    """Makes a noun without looking at its values again: they were taken from a noun."""
    names, new, put = _fields(kind), object.__new__, object.__setattr__

    def make(row: list[Any]) -> Noun:
        noun = new(kind)
        for name, at in zip(names, row[1:], strict=True):
            put(noun, name, made[at])
        return noun

    return make


def kept_text(folder: Path, value: Any) -> str:
    """The text of a file that keeps a value: nouns, enumerations, dates and plain values, in tuples and mappings."""
    rows = _Rows(folder)
    rows.place(value)
    head = {"digest": digest(folder), "nouns": dict(sorted(rows.nouns.items()))}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows.rows)
    return f'{json.dumps(head)[:-1]}, "values": [\n{lines}\n]}}\n'


class _Rows:
    """Values in an order in which each stands below what it is made of; equal values other than nouns stand once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[Row] = []
        self.nouns: dict[str, list[str]] = {}
        self._places: dict[str, int] = {}

    def place(self, value: Any) -> int:
        """The place of a value, which is added where it is new."""
        row = self._row(value)
        key = json.dumps(row)  # 1, 1.0 and true are three texts
        if isinstance(value, Noun) or key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]

    def _row(self, value: Any) -> Row:
        if isinstance(value, Enum):
            return [_ENUM, type(value).__name__, value.value]
        if isinstance(value, date):
            return [_DATE, value.isoformat()]
        if isinstance(value, tuple):
            return [_TUPLE, *(self.place(one) for one in value)]
        if isinstance(value, Mapping):
            return [_MAPPING, *(self.place(one) for pair in value.items() for one in pair)]
        if isinstance(value, Location):
            name = Path(value.file).relative_to(self.folder).as_posix()
            return [Location.__name__, self.place(name), self.place(value.line)]
        if isinstance(value, Noun):
            kind = type(value)
            self.nouns.setdefault(kind.__name__, _fields(kind))
            return [kind.__name__, *(self.place(getattr(value, name)) for name in _fields(kind))]
        if value is None or isinstance(value, bool | int | float | str):
            return value
        raise TypeError(f"nothing keeps a {type(value).__name__}")


def kinds_in(*modules: Any) -> Iterator[type]:
    """The nouns and enumerations of some modules."""
    for module in modules:
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Noun | Enum):
                yield one
