"""A table of catalogue entries, read strictly: each wrong row has its problems, and the others are still judged."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias, MappingProxyType
from typing import Any, Generic, TypeVar

from petaplan.capacity.document.marked import Marked, Path_, Rows, Value, read_file
from petaplan.capacity.document.renaming import take_new_names
from petaplan.capacity.document.strict import LARGE, adapter, build, did_you_mean
from petaplan.capacity.errors import Problem
from petaplan.capacity.facts.figure_paths import MAIN, FieldFacts, figures_at, row_name
from petaplan.capacity.figures import UNPUBLISHED, Figure, Source
from petaplan.capacity.hardware import Accelerator, Cpu, Node, PodModel, Product, RackModel, SwitchModel
from petaplan.capacity.names import in_words, with_article
from petaplan.capacity.noun import Declared, Location, Noun
from petaplan.capacity.slips import Limits, slip

N = TypeVar("N", bound=Noun)


@dataclass(slots=True)
class Lost:
    """What could not be read: nothing that refers to it has a problem of its own."""

    names: set[str] = field(default_factory=set)
    """Models of products and keys of documents."""
    kinds: set[type[Noun]] = field(default_factory=set)
    """Kinds of which a whole table could not be read."""
    files: bool = False
    """Whether a file could not be read, so that anything may stand in it."""

    def note(self, table: "Table[Any]", kind: type[Noun]) -> None:
        """Take in what a table of a kind has lost."""
        if table.lost is None:
            self.kinds.add(kind)
        else:
            self.names |= table.lost

    def has(self, name: str, kind: type[Noun]) -> bool:
        """Whether a product or a document may be among what was not read."""
        return self.files or any(issubclass(one, kind) for one in self.kinds) or name in self.names

    def and_known(self, sources: Collection[str]) -> Collection[str]:
        """Keys of documents that a figure may name; empty where it may name any."""
        return () if self.files or Source in self.kinds else {*sources, *self.names}


@dataclass(frozen=True, slots=True)
class Table(Generic[N]):
    """The entries of one file, and the line of each value in it."""

    marked: Marked
    """The rows of the entries."""
    entries: tuple[N, ...]
    lost: frozenset[str] | None = frozenset()
    """Models and keys of the rows that could not be read; None where no row could be."""

    @classmethod
    def read(cls, path: Path, kind: type[N], problems: list[Problem]) -> "Table[N]":
        """The entries of a file; those that are wrong are left out, and their faults are in ``problems``."""
        return cls.of(read_file(path), kind, problems)

    @classmethod
    def of(cls, marked: Marked, kind: type[N], problems: list[Problem]) -> "Table[N]":
        """The entries of marked values; those that are wrong are left out, and their faults are in ``problems``."""
        read, entries = _readable(marked, kind, problems)
        for index, entry in enumerate(entries):
            if isinstance(entry, Declared):
                entry.declared_in(Location(file=marked.file, line=read.line((index,))))
        return cls(read, entries, _lost(marked, read))

    def problem(self, path: Path_, found: str, expected: str, advice: str = "") -> Problem:
        """A fault at a place of this file."""
        where = f"{self.marked.where(path)}: {self.marked.said(path)}"
        return Problem(where=where, found=found, expected=expected, advice=advice)

    def figure_problems(self, sources: Collection[str]) -> Iterator[Problem]:
        """Figures in another unit than their field's, out of bounds, or without a known source."""
        for index, entry in enumerate(self.entries):
            yield from self._rates_twice(index, entry)
            for path, fact, figure in figures_at(entry, (index,)):
                if figure is not None:
                    yield from self.figure_faults(path, fact, figure, sources)

    def _rates_twice(self, index: int, entry: object) -> Iterator[Problem]:
        for rates in MAIN:
            names = [row_name(row) for row in getattr(entry, rates, ())]
            for at, name in enumerate(names):
                if name in names[:at]:
                    yield self.problem((index, rates, at), f"{rates}[{name}] again", "each rate once", "keep one")

    def figure_faults(
        self, path: Path_, fact: FieldFacts, figure: Figure, sources: Collection[str]
    ) -> Iterator[Problem]:
        """What is wrong with one figure: its unit, its bounds, its source, or a missing note."""
        if figure.unit != fact.unit:
            yield self.problem(
                (*path, "unit"), f"the unit {figure.unit!r}", f"the unit {fact.unit!r}", "convert the value"
            )
        others = [(("elsewhere", at), one) for at, one in enumerate(figure.elsewhere)]
        numbers = [((name,), getattr(figure, name)) for name in ("value", "low", "high")]
        for place, number in (*numbers, *(((*at, "value"), one.value) for at, one in others)):
            if number is not None and not fact.bounds.low <= number <= fact.bounds.high:
                expected = f"{fact.bounds.low:g} to {fact.bounds.high:g} {fact.unit}"
                limits = Limits(unit=fact.unit, low=fact.bounds.low, high=fact.bounds.high)
                advice = slip(number, limits) or "check the unit and the decimal point"
                yield self.problem((*path, *place), f"{number:g}", expected, advice)
        if (figure.low or figure.value) > figure.value or (figure.high or figure.value) < figure.value:
            yield self.problem((*path, "value"), f"{figure.value:g}", "a value from its low to its high", "correct one")
        for at, source in ((("source",), figure.source), *(((*at, "source"), one.source) for at, one in others)):
            if sources and source not in sources:
                advice = did_you_mean(source, sources)
                yield self.problem((*path, *at), f"the source {source!r}", "a key of sources.yaml", advice)
        if figure.status in UNPUBLISHED and not figure.note:
            yield self.problem(
                path, f"{with_article(figure.status)} figure without a note", "a note that says why", "add it"
            )


def _readable(marked: Marked, kind: type[N], problems: list[Problem]) -> tuple[Marked, tuple[N, ...]]:
    """The rows that can be read, and their nouns; what is wrong with the others is added to ``problems``."""
    rows: type[tuple[N, ...]] = GenericAlias(tuple, (kind, ...))  # type: ignore[assignment]
    take_new_names(rows, marked)
    problems.extend(marked.problems)
    if not marked.is_whole or (marked.refused and not isinstance(marked.value, list)):
        return Rows.of(marked, ()), ()
    faulty = {path[0] for path in marked.refused}
    read = Rows.of(marked, [at for at, _ in enumerate(_rows_of(marked)) if at not in faulty]) if faulty else marked
    if (entries := build(rows, read)) is not None:
        return read, entries
    problems.extend(read.problems)
    few = len(marked.lines) <= LARGE
    left = Rows.of(read, [at for at, row in enumerate(_rows_of(read)) if few and _is_sound(row, kind)])
    return left, build(rows, left) or ()


def _rows_of(marked: Marked) -> list[Value]:
    return marked.value if isinstance(marked.value, list) else []


def _is_sound(row: Value, kind: type[Noun]) -> bool:
    from pydantic import ValidationError

    try:
        adapter(kind).validate_json(json.dumps(row))
    except ValidationError:
        return False
    return True


def _lost(marked: Marked, read: Marked) -> frozenset[str] | None:
    """Models and keys of the rows that were not read; None where one of them has no name."""
    rows = _rows_of(marked)
    kept = {read.whole((at,)) for at, _ in enumerate(_rows_of(read))}
    names = [_name(row) for at, row in enumerate(rows) if (at,) not in kept]
    if None in names:
        return None
    return frozenset(filter(None, names))


def _name(row: Value) -> str | None:
    """What others call a row by."""
    found = [row.get(key) for key in ("model", "key", "id")] if isinstance(row, dict) else []
    return next((name for name in found if isinstance(name, str)), None)


_PARTS: Mapping[tuple[type[Product], str], type[Product]] = MappingProxyType(
    {
        (Node, "accelerators"): Accelerator,
        (Node, "cpus"): Cpu,
        (RackModel, "nodes"): Node,
        (RackModel, "switches"): SwitchModel,
        (PodModel, "racks"): RackModel,
    }
)


def dangling(table: Table[Any], products: Mapping[str, Product], lost: Lost) -> Iterator[Problem]:
    """Parts that no table lists. Those that could not be read are not missed."""
    for index, product in enumerate(table.entries):
        for (owner, name), kind in _PARTS.items():
            if not isinstance(product, owner):
                continue
            for place, part in enumerate(getattr(product, name)):
                if not isinstance(products.get(part.model), kind) and not lost.has(part.model, kind):
                    known = (model for model, other in products.items() if isinstance(other, kind))
                    found, expected = f"the model {part.model!r}", f"a known {in_words(kind.__name__)}"
                    yield table.problem((index, name, place, "model"), found, expected, did_you_mean(part.model, known))
