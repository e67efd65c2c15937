"""Objects that a change renames: one that went and one that came with the same content, references followed."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import SequenceMatcher
from typing import Any, TypeVar

from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named, Noun, own_name
from petaplan.capacity.references import part_references, references

MOST_COMPARED = 2_500
"""Pairs of unlike rows of one table that are compared field by field; in a larger change only equal content is paired.
"""

ALIKE = 0.5
"""Share of equal fields above which two rows are one row that was also changed; of two fields one suffices."""

FEW = 2
"""Fields of a row that states so little that no change of it leaves more than half."""

UNPAIRED = "?"
"""Stands for a name that only one of the two plans has, as long as nobody knows its other name."""

_WORD = re.compile(r"[a-z0-9-]+")

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True, kw_only=True, slots=True)
class Renamed:
    """One object, or a part of one, under another name."""

    table: str
    """Its table, such as ``halls``; of a part the object and the field, such as ``pods pod-1.racks``."""
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewNames:
    """The names that objects of an older plan have in a newer one."""

    rows: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the old name of an object: the names of its parts."""
    shared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By a list of the hub that is no table: the names of its parts."""
    known: frozenset[str] = frozenset()
    """Every name of the older plan."""
    told: tuple[Renamed, ...] = ()

    def of_hub(self, hub: Hub) -> Hub:
        """The older hub in the words of the newer one."""
        hub = _with_shared(hub, self.shared)
        return hub.replace(**{table: tuple(map(self._row, rows)) for table, rows in hub.tables()})

    def _row(self, row: Named) -> Named:
        parts = self.parts.get(row.name)
        told = _following(row, lambda name: self.rows.get(name, name))
        if parts:
            told = told.replace(
                **{
                    table: tuple(one.replace(name=parts.get(_name(one), _name(one))) for one in rows)
                    for table, rows in parts_of(told)
                }
            )
        return told.replace(name=self.rows[row.name]) if row.name in self.rows else told

    def of_subject(self, subject: str, later: Container[str]) -> str:
        """The subject of a finding in the words of the newer plan, such as ``hall-a/without-feed-b``.

        ``later`` are the subjects of the newer plan: the end of one may be a word of a rule that is also a name.
        """
        owner, slash, rest = subject.partition("/")
        parts = self.parts.get(owner, {})
        if parts:
            rest = _WORD.sub(lambda word: parts.get(word[0], word[0]), rest)
        start = f"{self.rows.get(owner, owner)}{slash}"
        told = f"{start}{self._tail(rest)}"
        return f"{start}{rest}" if told not in later and f"{start}{rest}" in later else told

    def _tail(self, text: str) -> str:
        """A text whose end is a name; the longest name counts."""
        for at in (0, *(at + 1 for at, one in enumerate(text) if one in "- ")):
            if text[at:] in self.known:
                return text[:at] + self.rows.get(text[at:], text[at:])
        return text


def new_names(old: Hub, new: Hub) -> NewNames:
    """What the change from one hub to another renames."""
    shared = {
        name: dict(_pairs_of_parts(parts, getattr(new, name)))
        for name, parts in parts_of(old)
        if name not in dict(old.tables())
    }
    old = _with_shared(old, shared)
    rows = _Pairing(old, new).rows()
    parts = list(_renamed_parts(old, new, rows))
    if not rows and not parts and not any(shared.values()):
        return NewNames()
    tables = {row.name: table for table, table_rows in old.tables() for row in table_rows}
    told = [Renamed(table=tables[before], before=before, after=after) for before, after in rows.items()]
    told += [Renamed(table=name, before=was, after=now) for name, names in shared.items() for was, now in names.items()]
    told += [one for _, one in parts]
    of_parts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for owner, one in parts:
        of_parts[owner][one.before] = one.after
    return NewNames(rows=rows, parts=of_parts, shared=shared, known=frozenset(tables), told=tuple(told))


class _Pairing:
    """Rows that only one of two hubs has, and which of them are one row."""

    def __init__(self, old: Hub, new: Hub) -> None:
        before, after = _by_name(old), _by_name(new)
        self._gone = {table: [row for row in rows if row.name not in after] for table, rows in old.tables()}
        self._came = {table: [row for row in rows if row.name not in before] for table, rows in new.tables()}
        self._names: dict[str, str] = {}
        self._open = {row.name for rows in (*self._gone.values(), *self._came.values()) for row in rows}

    def rows(self) -> dict[str, str]:
        """The new name of each renamed row."""
        while self._equal(alone=True) or self._equal(alone=False) or self._alike():
            pass
        return self._names

    def _equal(self, *, alone: bool) -> bool:
        """Pair rows of equal content: those that no other row equals, or all of the first table that has some."""
        found = False
        for table, gone, came in self._tables():
            pairs = list(_equal_pairs(_grouped(gone, self._before), _grouped(came, self._after), alone=alone))
            self._pair(table, pairs)
            found = found or bool(pairs)
            if found and not alone:
                return True
        return found

    def _alike(self) -> bool:
        """Pair rows of the first table that has rows with mostly equal content."""
        for table, gone, came in self._tables():
            if len(gone) * len(came) <= MOST_COMPARED:
                pairs = list(
                    _alike_pairs([(row, self._before(row)) for row in gone], [(row, self._after(row)) for row in came])
                )
                self._pair(table, pairs)
                if pairs:
                    return True
        return False

    def _tables(self) -> Iterator[tuple[str, list[Named], list[Named]]]:
        for table, gone in self._gone.items():
            came = self._came.get(table, [])
            if gone and came:
                yield table, gone, came

    def _pair(self, table: str, pairs: Sequence[tuple[Named, Named]]) -> None:
        for before, after in pairs:
            self._names[before.name] = after.name
        done = {row.name for pair in pairs for row in pair}
        self._open -= done
        for side in (self._gone, self._came):
            side[table] = [row for row in side[table] if row.name not in done]

    def _before(self, row: Named) -> Named:
        names, unknown = self._names, self._open
        return _nameless(_following(row, lambda name: names.get(name, UNPAIRED if name in unknown else name)))

    def _after(self, row: Named) -> Named:
        unknown = self._open
        return _nameless(_following(row, lambda name: UNPAIRED if name in unknown else name))


def _renamed_parts(old: Hub, new: Hub, rows: Mapping[str, str]) -> Iterator[tuple[str, Renamed]]:
    """The old name of an object with each part of it that is renamed, such as a run of racks."""
    after = _by_name(new)
    for table, table_rows in old.tables():
        for row in table_rows:
            now = after.get(rows.get(row.name, row.name))
            if now is None or now == row or type(now) is not type(row):
                continue
            later = dict(parts_of(now))
            for inner, parts in parts_of(row):
                place = f"{table} {now.name}.{inner}"
                for name, other in _pairs_of_parts(parts, later.get(inner, ())):
                    yield row.name, Renamed(table=place, before=name, after=other)


def _pairs_of_parts(before: Sequence[Noun], after: Sequence[Noun]) -> Iterator[tuple[str, str]]:
    had, has = set(map(_name, before)), set(map(_name, after))
    gone, came = [one for one in before if _name(one) not in has], [one for one in after if _name(one) not in had]
    if not gone or not came:
        return
    equal = list(_equal_pairs(_grouped(gone, _nameless), _grouped(came, _nameless), alone=False))
    done = {_name(one) for pair in equal for one in pair}
    left = [[(one, _nameless(one)) for one in side if _name(one) not in done] for side in (gone, came)]
    alike = _alike_pairs(*left) if len(left[0]) * len(left[1]) <= MOST_COMPARED else ()
    yield from ((_name(one), _name(other)) for one, other in (*equal, *alike))


def _by_name(hub: Hub) -> dict[str, Named]:
    return {row.name: row for _, rows in hub.tables() for row in rows}


def parts_of(row: Noun) -> Iterator[tuple[str, tuple[Noun, ...]]]:
    """The lists of parts of an object that have names, by field."""
    for one in fields(row):
        value = getattr(row, one.name)
        if isinstance(value, tuple) and value and isinstance(value[0], Noun) and own_name(value[0]) is not None:
            yield one.name, value


def _name(part: Noun) -> str:
    return own_name(part) or ""


def _with_shared(hub: Hub, shared: Mapping[str, Mapping[str, str]]) -> Hub:
    """A hub whose parts that are no rows of a table, and what refers to them, have other names."""
    if not any(shared.values()):
        return hub
    changes: dict[str, Any] = {
        name: tuple(part.replace(name=names.get(part.name, part.name)) for part in getattr(hub, name))
        for name, names in shared.items()
    }
    changes |= {table: tuple(_sharing(row, shared) for row in rows) for table, rows in hub.tables()}
    return hub.replace(**changes)


def _sharing(noun: N, shared: Mapping[str, Mapping[str, str]]) -> N:
    """A noun that calls shared parts by other names, in itself and in every noun inside it."""
    kind: object = noun.__class__
    changes: dict[str, Any] = {}
    for name, parts in part_references(kind).items():
        value = getattr(noun, name)
        if (told := shared.get(parts, {}).get(value)) is not None:
            changes[name] = told
    for one in fields(noun):
        value = getattr(noun, one.name)
        if isinstance(value, Noun):
            made: Any = _sharing(value, shared)
        elif isinstance(value, tuple) and value and isinstance(value[0], Noun):
            made = tuple(_sharing(part, shared) for part in value)
        else:
            continue
        if made != value:
            changes[one.name] = made
    return noun.replace(**changes) if changes else noun


def _following(noun: N, named: Callable[[str], str]) -> N:
    """A noun whose references, those of its parts included, say other names."""
    changes: dict[str, Any] = {}
    kind: object = noun.__class__
    for reference in references(kind):
        value = getattr(noun, reference.field)
        if isinstance(value, str):
            told: Any = named(value)
        else:
            told = tuple(map(named, value)) if value is not None else None
        if told != value:
            changes[reference.field] = told
    for one in fields(noun):
        value = getattr(noun, one.name)
        if isinstance(value, tuple) and value and isinstance(value[0], Noun):
            parts = tuple(_following(part, named) for part in value)
            if any(part is not was for part, was in zip(parts, value, strict=True)):
                changes[one.name] = parts
    return noun.replace(**changes) if changes else noun


def _nameless(row: N) -> N:
    return row.replace(name="")


Groups = Mapping[Noun, Sequence[N]]


def _grouped(rows: Iterable[N], content: Callable[[N], Noun]) -> Groups[N]:
    groups: defaultdict[Noun, list[N]] = defaultdict(list)
    for row in rows:
        groups[content(row)].append(row)
    return groups


def _equal_pairs(before: Groups[N], after: Groups[N], *, alone: bool) -> Iterator[tuple[N, N]]:
    """Rows of equal content; rows that several others equal are paired in their order."""
    for content, rows in before.items():
        others = after.get(content, ())
        if not alone or len(rows) == len(others) == 1:
            yield from zip(rows, others, strict=False)


Content = tuple[N, Noun]
"""A row, and the same with the names that matter for a comparison."""


def _alike_pairs(before: Sequence[Content[N]], after: Sequence[Content[N]]) -> Iterator[tuple[N, N]]:
    """Rows with mostly equal content, the most alike first."""
    scored = [
        (_share_of_equal_fields(was, now), SequenceMatcher(None, _name(one), _name(other)).ratio(), at, to)
        for at, (one, was) in enumerate(before)
        for to, (other, now) in enumerate(after)
    ]
    used: tuple[set[int], set[int]] = set(), set()
    for share, _, at, to in sorted(scored, key=lambda one: (-one[0], -one[1], one[2], one[3])):
        if share <= ALIKE:
            return
        if at not in used[0] and to not in used[1]:
            used[0].add(at)
            used[1].add(to)
            yield before[at][0], after[to][0]


def _share_of_equal_fields(one: Noun, other: Noun) -> float:
    """Of the fields that either of two rows states; 0 for rows of two kinds."""
    if type(one) is not type(other):
        return 0.0
    equal = stated = 0
    for each in fields(one):
        if each.name == "name" or not each.init:
            continue
        was, now = getattr(one, each.name), getattr(other, each.name)
        if was == now == each.default:
            continue
        stated += 1
        equal += was == now
    share = equal / stated if stated else 0.0
    return share + 0.01 if share == ALIKE and stated == FEW else share
