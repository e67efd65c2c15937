"""Declared objects that differ between two plans, down to the field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from petaplan.capacity.document.plan import plain
from petaplan.capacity.hidden import SHOWN
from petaplan.capacity.hub import Hub
from petaplan.capacity.verdict.renamed import Renamed


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectChange:
    """One declared object that came, went or says something else."""

    table: str
    name: str
    how: str
    """added, removed, renamed or changed."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """Field, before, after."""
    was: str = ""
    """Its earlier name, where it is renamed."""


def object_changes(old: Hub, new: Hub, renamed: Iterable[Renamed] = ()) -> Iterator[ObjectChange]:
    """The objects that differ: what came and what went first, pods and racks before all else.

    ``old`` has the names of ``new``; ``renamed`` says which of them are other names than before.
    """
    found = _changed_objects(old, new, _earlier_names(renamed))
    return iter(sorted(found, key=lambda one: (ORDER[one.how], one.table not in PLACED)))


ORDER: Mapping[str, int] = {"added": 0, "removed": 0, "renamed": 1, "changed": 2}
"""Order of what is declared."""


def _earlier_names(renamed: Iterable[Renamed]) -> Mapping[tuple[str, str], str]:
    """The earlier name of each renamed object by table and name; of a part by its object, its list and its name."""
    return {(one.table, one.after): one.before for one in renamed}


CALLED_BY = ("name", "model", "from_date")
"""Fields that tell the items of a list apart, before any other text or day that does; their places do otherwise."""
PLACED = ("pods", "racks")
"""Tables of what is placed."""


def _changed_objects(old: Hub, new: Hub, earlier: Mapping[tuple[str, str], str]) -> Iterator[ObjectChange]:
    tables = dict(old.tables())
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for (place, name), was in earlier.items():
        if " " in place:
            owner, _, inner = place.partition(".")
            parts.setdefault(owner, []).append((f"{inner}[{name}].name", was, name))
    for table, rows in new.tables():
        before: dict[str, Any] = {_name(row): row for row in tables.get(table, ())}
        after: dict[str, Any] = {_name(row): row for row in rows}
        for name in sorted({**before, **after}):
            if name not in before or name not in after:
                yield ObjectChange(table=table, name=name, how="added" if name in after else "removed")
                continue
            was, told = earlier.get((table, name), ""), tuple(parts.get(f"{table} {name}", ()))
            if was or told or before[name] != after[name]:
                differing = _fields(plain(before[name]), plain(after[name]))
                told += tuple(one for one in differing if SHOWN not in one[1:])
                if was or told:  # a hidden value is not told from another
                    yield ObjectChange(
                        table=table, name=name, how="renamed" if was else "changed", fields=told, was=was
                    )


def _name(row: Any) -> str:
    name: str = row.name
    return name


def _fields(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every field that differs, down into nested objects; items of a list are matched by what they are called."""
    if before == after:
        return
    was, now = ({} if value is None and path else _parts(value) for value in (before, after))
    if was is None or now is None or not (was or now):
        yield path, _shown(before), _shown(after)
        return
    for key in {**was, **now}:
        yield from _fields(was.get(key), now.get(key), f"{path}{key}" if key[0] == "[" else f"{path}.{key}".lstrip("."))


def _parts(value: Any) -> dict[str, Any] | None:
    """What a value is made of, by how it is reached; None for one that is shown as it is."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for key in (*CALLED_BY, *value[0]):
            names = [item.get(key) for item in value]
            if all(isinstance(name, str | date) for name in names) and len(set(names)) == len(names):
                return {f"[{name}]": item for name, item in zip(names, value, strict=True)}
        return {f"[{at}]": item for at, item in enumerate(value, 1)}
    return None


def _shown(value: Any) -> str:
    """A field's value in few words; what stands at its default is not said by a plan."""
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        value = ", ".join(map(_shown, value))
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
