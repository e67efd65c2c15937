"""What judges a plan, compared with its base: every field that means something, down into nested objects."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum, StrEnum

from petaplan.capacity.claims import units_of
from petaplan.capacity.hidden import hidden_fields
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.noun import Declared, Location, Noun, own_name
from petaplan.capacity.verdict.weakening.meaning import (
    ORDERS,
    REFUSED,
    Absent,
    Judge,
    Meaning,
    Weaker,
    judge_as_a_whole,
    meanings_of,
)
from petaplan.capacity.verdict.weakening.orders import PhaseDays, ordered, phase_days
from petaplan.reporting.units import number


class Effect(StrEnum):
    """What a change does to a judge."""

    WEAKER = "weaker"
    CHANGED = "changed"
    """Nobody can say from the field alone whether it asks for less."""
    STRONGER = "stronger"
    WORDS = "words"
    """A text reads otherwise."""


WEAKER_SIDES: Mapping[Effect, str] = {Effect.WEAKER: "after", Effect.STRONGER: "before"}

WORST_FIRST = (Effect.WEAKER, Effect.CHANGED, Effect.STRONGER, Effect.WORDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgeChange:
    """One judge that the change moves."""

    judge: Judge
    subject: str
    """What it belongs to, such as ``site science-park``."""
    field: str
    """Empty where the whole came or went."""
    before: str
    after: str
    unit: str = ""
    effect: Effect
    place: Location | None = None

    @property
    def weaker_side(self) -> str:
        """The side that asks for less: ``before``, ``after``, or ``neither`` where none is known to."""
        return WEAKER_SIDES.get(self.effect, "neither")

    @property
    def sides(self) -> tuple[str, str]:
        """Before and after in words; the unit stands at the last one that is a value."""
        unit, absent = (f" {self.unit}" if self.unit else ""), (NONE, REMOVED)
        if self.after not in absent:
            return self.before, f"{self.after}{unit}"
        return (self.before if self.before in absent else f"{self.before}{unit}"), self.after

    @property
    def refused(self) -> bool:
        """Whether ``--no-weakening`` refuses it, whatever the rules say."""
        return self.effect is Effect.WEAKER and self.judge in REFUSED

    @property
    def name(self) -> str:
        """Subject and field in one."""
        return f"{self.subject}.{self.field}" if self.field else self.subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """One declared object that the change takes away."""

    table: str
    name: str


NONE = "not given"
REMOVED = "removed"
DAY = "from_date"
"""First day of a row that holds from a day on."""
KEYS = ("to", "model", "item", DAY, "basis", "currency")
"""Fields by which rows without a name are recognised, in this order."""


def judge_changes(old: Hub, new: Hub) -> tuple[tuple[JudgeChange, ...], tuple[Removed, ...]]:
    """The judges that differ, the weakened ones first, and the objects that went."""
    changes: list[JudgeChange] = []
    removed: list[Removed] = []
    for one in _of_noun(old, new, "", phase_days(old, new)):
        if isinstance(one, Removed):
            removed.append(one)
        else:
            changes.append(one)
    return tuple(sorted(changes, key=badness)), tuple(removed)


def badness(change: JudgeChange) -> tuple[int, int]:
    """Order in a report: what became weaker first, then by kind of judge."""
    return WORST_FIRST.index(change.effect), list(Judge).index(change.judge)


def _of_noun(old: Noun, new: Noun, place: str, days: PhaseDays) -> Iterator[JudgeChange | Removed]:
    """What differs between two states of one noun."""
    hidden = {**hidden_fields(old), **hidden_fields(new)}
    kind: object = new.__class__
    meanings, units = meanings_of(kind), units_of(kind)
    for field in fields(new):
        if field.name in ("name", "declared_at") or field.name in hidden:
            continue
        before, after = getattr(old, field.name), getattr(new, field.name)
        if _are_rows(before) or _are_rows(after):
            yield from _of_rows(before or (), after or (), place, field.name, days)
        elif isinstance(before, Noun) or isinstance(after, Noun):
            yield from _of_part(before, after, f"{place}.{field.name}" if place else field.name, days)
        elif before != after and (meaning := meanings.get(field.name)) is not None:
            named = (field.name, units.get(field.name, ""))
            ranked = ordered(meaning, field.name, (old, new), (before, after), days)
            yield _of_field(meaning, new, place or "hub", named, (before, after), effect_of(*ranked))


def _are_rows(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Noun)


def _of_rows(
    old: Iterable[Noun], new: Iterable[Noun], place: str, table: str, days: PhaseDays
) -> Iterator[JudgeChange | Removed]:
    before, after = _by_key(old), _by_key(new)
    moved, told = _moved(before, after), set[str]()
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if key in told or (was is not None and now is not None and was == now):
            continue
        inside = f"{place}.{table}[{key}]" if place else f"{table} {key}"
        if key in moved and (changes := list(_of_part(was, after[moved[key]], inside, days))):
            told.add(moved[key])
            yield from changes
            continue
        yield from _of_part(was, now, inside, days, Removed(table=f"{place}.{table}" if place else table, name=key))


def _moved(before: Mapping[str, Noun], after: Mapping[str, Noun]) -> dict[str, str]:
    """The later key of each row that holds from another day on and is the same in all else: one row, not two."""
    came = {_dayless(row): key for key, row in after.items() if key not in before and hasattr(row, DAY)}
    found: dict[str, str] = {}
    for key, row in before.items():
        if key not in after and hasattr(row, DAY) and (other := came.pop(_dayless(row), None)) is not None:
            found[key] = other
    return found


def _dayless(row: Noun) -> tuple[object, ...]:
    """The kind of a row, and all that it says beside its first day."""
    return (type(row), *(getattr(row, one.name) for one in fields(row) if one.init and one.name != DAY))


def _by_key(rows: Iterable[Noun]) -> dict[str, Noun]:
    """Rows of a list by what they are called; rows that are called alike are counted."""
    seen: Counter[str] = Counter()
    found: dict[str, Noun] = {}
    for row in rows:
        name = own_name(row) or " ".join(_key_parts(row)) or type(row).__name__
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} #{seen[name]}"] = row
    return found


def _key_parts(row: Noun) -> Iterator[str]:
    for key in KEYS:
        value = getattr(row, key, None)
        if value is not None:
            yield shown(value)


def _of_part(
    old: Noun | None, new: Noun | None, place: str, days: PhaseDays, removed: Removed | None = None
) -> Iterator[JudgeChange | Removed]:
    """What differs of a noun inside another, or in a table; one of the two may be absent."""
    if old is not None and new is not None:
        yield from _of_noun(old, new, place, days)
        return
    present = old if old is not None else new
    assert present is not None
    kind: object = present.__class__
    judge = judge_as_a_whole(kind)
    if judge is not None:
        summary = _summary(present)
        yield JudgeChange(
            judge=judge,
            subject=place,
            field="",
            before=summary if old is not None else NONE,
            after=summary if new is not None else REMOVED,
            effect=_effect_of_the_whole(judge, present, gone=new is None),
            place=present.declared_at if new is not None and isinstance(present, Declared) else None,
        )
    if new is None and removed is not None:
        yield removed


def _effect_of_the_whole(judge: Judge, noun: Noun, *, gone: bool) -> Effect:
    """Without a target, a limit, a claim or a price less is asked; with an assumed figure, no proof is.

    Without an assumed figure more proof is asked, but checks that need the figure can no longer be decided.
    """
    if isinstance(noun, Assumption) and noun.quantity is not None:
        return Effect.CHANGED if gone else Effect.WEAKER
    if judge in (Judge.ASSUMPTION, Judge.BUILDING):
        return Effect.CHANGED
    return Effect.WEAKER if gone else Effect.STRONGER


def _summary(noun: Noun) -> str:
    """The first figure that judges, with its unit; the key of the noun where it has none."""
    kind: object = noun.__class__
    units = units_of(kind)
    for name, meaning in meanings_of(kind).items():
        value = getattr(noun, name, None)
        if meaning.weaker is not Weaker.WORDS and isinstance(value, int | float):
            return f"{shown(value)} {units.get(name, '')}".rstrip()
    return "given"


def _of_field(  # noqa: PLR0917 - one field of two states
    meaning: Meaning, noun: Noun, place: str, named: tuple[str, str], values: tuple[object, object], effect: Effect
) -> JudgeChange:
    field, unit = named
    before, after = values
    texts = shown(before), shown(after)
    if texts[0] == texts[1]:  # a step smaller than the digits that people read
        texts = repr(before), repr(after)
    return JudgeChange(
        judge=meaning.judge,
        subject=place,
        field=field,
        before=texts[0],
        after=texts[1],
        unit=unit,
        effect=effect,
        place=noun.declared_at if isinstance(noun, Declared) else None,
    )


def effect_of(meaning: Meaning, before: object, after: object) -> Effect:
    """Whether a step from one value to another asks for less.

    >>> limit = Meaning(Judge.LIMIT, Weaker.HIGHER)
    >>> effect_of(limit, 1.3, 1.9), effect_of(limit, 1.3, 1.2), effect_of(limit, 1.3, None)
    (<Effect.WEAKER: 'weaker'>, <Effect.STRONGER: 'stronger'>, <Effect.WEAKER: 'weaker'>)
    """
    if meaning.weaker is Weaker.WORDS:
        return Effect.WORDS
    if meaning.weaker is Weaker.EITHER:
        return Effect.CHANGED
    if before is None or after is None:
        if meaning.absent is Absent.DEFAULT:
            return Effect.CHANGED
        return Effect.WEAKER if (after is None) == (meaning.absent is Absent.WEAKEST) else Effect.STRONGER
    was, now = _ranks(before, after)
    if was is None or now is None:
        return Effect.CHANGED
    lower_is_weaker = meaning.weaker is Weaker.LOWER
    return Effect.WEAKER if (now < was) == lower_is_weaker else Effect.STRONGER


def _ranks(before: object, after: object) -> tuple[float | None, float | None]:
    """Both values on one scale; None where there is none, as of two lists that each have something of their own."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        was, now = frozenset(before), frozenset(after)
        return (len(was), len(now)) if was < now or now < was else (None, None)
    return _rank(before), _rank(after)


def _rank(value: object) -> float | None:
    if isinstance(value, Enum):
        order = ORDERS.get(type(value))
        return None if order is None else float(order.index(value))
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, int | float) else None


def shown(value: object) -> str:
    """A value of a field in few words."""
    if value is None or value == ():
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def by_table(removed: Iterable[Removed]) -> Mapping[str, list[str]]:
    """The names of what went, by table."""
    found: dict[str, list[str]] = {}
    for one in removed:
        found.setdefault(one.table, []).append(one.name)
    return found
