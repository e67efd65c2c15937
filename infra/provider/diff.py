"""Changes between two sets of inputs, down to the nested property.

Named items of a list are matched by name. A rack put in between then does not show every later rack as changed.
Pulumi reads one path in the old *and* in the new inputs. Where no such paths can express the change of an item that
moved, the list is compared by position.
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from petaplan.infra.provider.wire import Properties
from petaplan.infra.spelling import Path, value_at

_ABSENT: object = object()


class Change(Enum):
    """What happened to one property."""

    ADDED = "added"
    DELETED = "deleted"
    UPDATED = "updated"


Changes = dict[Path, Change]


def changes_between(old: Properties, new: Properties) -> Changes:
    """Every property that differs in value, in secrecy, or is only known to the update."""
    changes = dict(_compared(old.value, new.value, ()))
    for path in new.unknown:
        if not _told(path, changes):
            changes[path] = Change.UPDATED if value_at(old.value, path) is not None else Change.ADDED
    for path in old.secret ^ new.secret:
        if not _told(path, changes) and value_at(old.value, path) is not None and value_at(new.value, path) is not None:
            changes[path] = Change.UPDATED
    return changes


def _told(path: Path, changes: Changes) -> bool:
    """Whether a change at the path, around it or in it is reported already."""
    return any(known[: len(path)] == path or path[: len(known)] == known for known in changes)


def _compared(old: object, new: object, path: Path) -> Iterator[tuple[Path, Change]]:
    if old is _ABSENT or old is None:
        if new is not _ABSENT and new is not None:
            yield path, Change.ADDED
    elif new is _ABSENT or new is None:
        yield path, Change.DELETED
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _compared(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compared_lists(old, new, path)
    elif old != new:
        yield path, Change.UPDATED


def _compared_lists(old: list[object], new: list[object], path: Path) -> Iterator[tuple[Path, Change]]:
    if old == new:
        return
    by_name = _compared_by_name(old, new, path)
    yield from _compared_by_place(old, new, path) if by_name is None else by_name.items()


def _compared_by_place(old: list[object], new: list[object], path: Path) -> Iterator[tuple[Path, Change]]:
    for at in range(max(len(old), len(new))):
        if at >= len(old):
            yield (*path, at), Change.ADDED  # also where the item is null: the list is longer
        elif at >= len(new):
            yield (*path, at), Change.DELETED
        else:
            yield from _compared(old[at], new[at], (*path, at))


def _compared_by_name(old: list[object], new: list[object], path: Path) -> Changes | None:
    """The changes of a list of named items; None where they can't be told by name."""
    before, after = _places(old), _places(new)
    if before is None or after is None or _order(before, after) != _order(after, before):
        return None
    changes: Changes = {}
    gone = {at for name, at in before.items() if name not in after}
    come = {at for name, at in after.items() if name not in before}
    for name, at in after.items():
        was = before.get(name)
        if was is None or old[was] == new[at]:
            continue
        if was == at:
            changes.update(_compared(old[was], new[at], (*path, at)))
        else:
            gone.add(was)
            come.add(at)
    if gone & come:
        return None
    changes.update({(*path, at): Change.DELETED for at in gone})
    changes.update({(*path, at): Change.ADDED for at in come})
    return changes


def _places(items: list[object]) -> dict[str, int] | None:
    """Where each name stands; None for items without names of their own."""
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    if any(not isinstance(name, str) for name in names) or len(set(names)) != len(names):
        return None
    return {str(name): at for at, name in enumerate(names)}


def _order(names: Iterable[str], kept: Iterable[str]) -> list[str]:
    others = set(kept)
    return [name for name in names if name in others]
