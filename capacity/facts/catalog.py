"""The catalogue of hardware: YAML files of facts, read strictly, looked up by model.

``data/<kind>.yaml`` lists products of one kind. A file of ``data/catalogue/`` holds tables of several kinds and the
``sources`` of their figures: what a maker sells together stands together.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import GenericAlias, MappingProxyType
from typing import Any, Generic, TypeVar

from petaplan.capacity import figures, hardware
from petaplan.capacity.document.marked import Marked, Path_, read_file
from petaplan.capacity.document.strict import build, did_you_mean
from petaplan.capacity.errors import CatalogueError, PlanError, Problem
from petaplan.capacity.facts.figure_paths import MAIN, FieldFacts, figures_at, row_name
from petaplan.capacity.facts.inheritance import Inheritance
from petaplan.capacity.facts.kept import kinds_in, read_kept
from petaplan.capacity.figures import UNPUBLISHED, Figure, Source
from petaplan.capacity.hardware import (
    Accelerator,
    Cpu,
    Equipment,
    MeasuredGemm,
    Node,
    Optic,
    PodModel,
    Product,
    RackModel,
    SwitchModel,
)
from petaplan.capacity.names import in_words, with_article
from petaplan.capacity.noun import Declared, Location, Noun
from petaplan.capacity.slips import Limits, slip

DATA = Path(__file__).parents[1] / "data"

TABLES: Mapping[str, type[Product]] = MappingProxyType(
    {
        "accelerators": Accelerator,
        "cpus": Cpu,
        "nodes": Node,
        "racks": RackModel,
        "pods": PodModel,
        "switches": SwitchModel,
        "optics": Optic,
        "equipment": Equipment,
    }
)

CATALOGUE = "catalogue"
"""Name under which products and sources are kept."""

SOURCES = "sources"
"""The table of documents."""

MIXED = "catalogue"
"""Folder of files with several kinds of product, and with the documents that their figures come from."""

NO_LAYER = "hardware of your own needs its layer: `catalogues:` of the plan, or --catalogue"
"""Advice where a catalogue has no layer."""

P = TypeVar("P", bound=Product)
N = TypeVar("N", bound=Noun)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """A file or folder that was laid over the shipped data."""

    name: str
    digest: str
    """SHA-256 of the names and bytes of its files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overridden:
    """A figure or a product that a layer put in the place of one below it."""

    model: str
    quantity: str
    """Name of the figure; empty where the whole product was replaced."""
    before: str
    after: str
    layer: str
    place: Location

    def __str__(self) -> str:
        what = f"{self.model}.{self.quantity}" if self.quantity else self.model
        return f"{what}: {self.after} in the place of {self.before} ({self.place})"


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalogue:
    """Every product by model, and every source by key."""

    products: Mapping[str, Product]
    sources: Mapping[str, Source]
    measured: tuple[MeasuredGemm, ...] = ()
    """Rates that layers of the plan add to those of the shipped data."""
    export_rules: tuple[Declared, ...] = ()
    """Export rules, those of the shipped data among them; empty where no layer has any."""
    systems: tuple[Declared, ...] = ()
    """Published systems that layers of the plan add to those of the shipped data, or put in their place."""
    layers: tuple[Layer, ...] = ()
    """The layers over the shipped data, the last one on top."""
    overridden: tuple[Overridden, ...] = ()
    """What a layer put in the place of something below it."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with plain dictionaries, for the workers of a grid; read-only views cannot be pickled."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return _unpickled, (values | {"products": dict(self.products), "sources": dict(self.sources)},)

    def table(self, kind: type[P]) -> tuple[P, ...]:
        """All products of one kind, in the order of their file."""
        return tuple(product for product in self.products.values() if isinstance(product, kind))

    def find(self, kind: type[P], model: str) -> P | None:
        """The product of that model, or None."""
        product = self.products.get(model)
        return product if isinstance(product, kind) else None

    def require(self, kind: type[P], model: str) -> P:
        """The product of that model.

        Raises:
            PlanError: when the catalogue has none of that kind.
        """
        if (product := self.find(kind, model)) is None:
            raise PlanError([self.unknown(kind, model, "the plan")])
        return product

    def unknown(self, kind: type[Product], model: str, where: str) -> Problem:
        """What is wrong with a model that is not here, or is of another kind."""
        expected = f"{with_article(kind.__name__)} of the catalogue"
        other = self.products.get(model)
        found = f"the model {model!r}" + (f", {with_article(type(other).__name__)}" if other is not None else "")
        advice = self.suggestion(kind, model) or self.where_models_are
        return Problem(where=where, found=found, expected=expected, advice=advice)

    def suggestion(self, kind: type[Product], model: str) -> str:
        """The nearest model of that kind, as advice."""
        return did_you_mean(model, (p.model for p in self.table(kind)))

    @property
    def where_models_are(self) -> str:
        """Where to look for a model that is like none here."""
        own = f"the layers are {', '.join(one.name for one in self.layers)}" if self.layers else NO_LAYER
        return f"see `petaplan catalog`; {own}"


def _unpickled(values: dict[str, Any]) -> Catalogue:
    views = {name: MappingProxyType(values[name]) for name in ("products", "sources")}
    return Catalogue(**(values | views))


@cache
def load(folder: Path = DATA) -> Catalogue:
    """The catalogue in a folder: as it was kept where that is of these files, and read from YAML otherwise.

    Raises:
        CatalogueError: as ``load_yaml``.
    """
    kept = read_kept(folder, CATALOGUE, kinds_in(hardware, figures))
    if kept is None:
        return load_yaml(folder)
    products, sources = kept
    return Catalogue(products=MappingProxyType(products), sources=MappingProxyType(sources))


def load_yaml(folder: Path = DATA) -> Catalogue:
    """The catalogue in a folder, read from its YAML files.

    Raises:
        CatalogueError: with every unknown key, missing or wrong unit, duplicate, implausible value, unknown
            source and dangling reference, by file and line.
    """
    problems: list[Problem] = []
    mixed = _mixed_files(folder, problems)
    sources = read_sources(folder, problems, mixed)
    read = [
        (kind, marked)
        for name, kind in TABLES.items()
        for marked in (read_file(folder / f"{name}.yaml"), *parts_of(mixed, name))
    ]
    tables = tables_of(read, {}, problems)
    products: dict[str, Product] = {}
    for _, table in tables:
        for index, product in enumerate(table.entries):
            if (first := products.get(product.model)) is not None:
                found = f"{product.model!r} again (first at {first.declared_at})"
                problems.append(table.problem((index, "model"), found, "each model once"))
            products.setdefault(product.model, product)
    unread = {kind for kind, table in tables if table.marked.problems}
    for _, table in tables:
        problems.extend(table.figure_problems(sources))
        problems.extend(dangling(table, products, unread))
    if problems:
        raise CatalogueError(problems)
    return Catalogue(products=MappingProxyType(products), sources=MappingProxyType(sources))


def tables_of(
    read: Sequence[tuple[type[Product], Marked]], products: Mapping[str, Product], problems: list[Problem]
) -> "list[tuple[type[Product], Table[Any]]]":
    """The tables of one layer, their rows filled from what they are based on: in it, or in the products below it."""
    inheritance = Inheritance(products)
    for kind, marked in read:
        inheritance.add(kind, marked)
    inheritance.fill()
    return [(kind, Table.of(marked, kind, problems)) for kind, marked in read]


def read_sources(folder: Path, problems: list[Problem], mixed: Sequence[Marked] | None = None) -> dict[str, Source]:
    """The documents by key; what is wrong with them is added to ``problems``."""
    sources: dict[str, Source] = {}
    parts = parts_of(_mixed_files(folder, problems) if mixed is None else mixed, SOURCES)
    for marked in (read_file(folder / f"{SOURCES}.yaml"), *parts):
        table = Table.of(marked, Source, problems)
        for index, source in enumerate(table.entries):
            if source.key in sources:
                problems.append(table.problem((index, "key"), f"the source {source.key!r} again", "each source once"))
            sources.setdefault(source.key, source)
    return sources


def _mixed_files(folder: Path, problems: list[Problem]) -> list[Marked]:
    """The files that hold several kinds; what is wrong with the names of their tables is added to ``problems``."""
    files = [read_file(path) for path in sorted((folder / MIXED).glob("*.yaml"))]
    known = (*TABLES, SOURCES)
    for marked in files:
        refuse_other_tables(marked, known)
        problems.extend(marked.problems)
    return [marked for marked in files if not marked.problems]


def refuse_other_tables(marked: Marked, known: Sequence[str]) -> None:
    """A file of several kinds is a mapping of known tables; what else it holds becomes a problem of the file."""
    if not marked.problems and not isinstance(marked.value, dict):
        marked.refuse(1, "no mapping", f"a mapping with some of {', '.join(known)}")
    for name in () if marked.problems else marked.members:
        if name not in known:
            line, advice = marked.lines[(name,)], did_you_mean(name, known)
            marked.refuse(line, f"the unknown table {name!r}", f"one of {', '.join(known)}", advice)


def parts_of(mixed: Iterable[Marked], name: str) -> Iterator[Marked]:
    """One table of each file that has it, with the lines of its values."""
    for marked in mixed:
        if name in marked.members:
            lines = {path[1:]: line for path, line in marked.lines.items() if path[:1] == (name,)}
            yield Marked(file=marked.file, value=marked.members[name], lines=lines, inside=name)


@dataclass(frozen=True, slots=True)
class Table(Generic[N]):
    """The entries of one file, and the line of each value in it."""

    marked: Marked
    entries: tuple[N, ...]

    @classmethod
    def read(cls, path: Path, kind: type[N], problems: list[Problem]) -> "Table[N]":
        """The entries of a file; none of them when any is wrong, and the faults in ``problems``."""
        return cls.of(read_file(path), kind, problems)

    @classmethod
    def of(cls, marked: Marked, kind: type[N], problems: list[Problem]) -> "Table[N]":
        """The entries of marked values; none of them when any is wrong, and the faults in ``problems``."""
        rows: type[tuple[N, ...]] = GenericAlias(tuple, (kind, ...))  # type: ignore[assignment]
        entries = () if marked.problems else build(rows, marked) or ()
        problems.extend(marked.problems)
        for index, entry in enumerate(entries):
            if isinstance(entry, Declared):
                entry.declared_in(Location(file=marked.file, line=marked.lines[(index,)]))
        return cls(marked, entries)

    def problem(self, path: Path_, found: str, expected: str, advice: str = "") -> Problem:
        """A fault at a place of this file."""
        where = f"{self.marked.where(path)}: {self.marked.said(path)}"
        return Problem(where=where, found=found, expected=expected, advice=advice)

    def figure_problems(self, sources: Mapping[str, Source]) -> Iterator[Problem]:
        """Figures in another unit than their field's, out of bounds, or without a known source."""
        for index, entry in enumerate(self.entries):
            yield from self._rates_twice(index, entry)
            for path, fact, figure in figures_at(entry, (index,)):
                if figure is not None:
                    yield from self.figure_faults(path, fact, figure, sources)

    def _rates_twice(self, index: int, entry: object) -> Iterator[Problem]:
        for field in MAIN:
            names = [row_name(row) for row in getattr(entry, field, ())]
            for at, name in enumerate(names):
                if name in names[:at]:
                    yield self.problem((index, field, at), f"{field}[{name}] again", "each rate once", "keep one")

    def figure_faults(
        self, path: Path_, fact: FieldFacts, figure: Figure, sources: Mapping[str, Source]
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


_PARTS: Mapping[tuple[type[Product], str], type[Product]] = MappingProxyType(
    {
        (Node, "accelerators"): Accelerator,
        (Node, "cpus"): Cpu,
        (RackModel, "nodes"): Node,
        (RackModel, "switches"): SwitchModel,
        (PodModel, "racks"): RackModel,
    }
)


def dangling(table: Table[Any], products: Mapping[str, Product], unread: Container[type[Product]]) -> Iterator[Problem]:
    """Parts that no table lists. The entries of a table that could not be read are not missed."""
    for index, product in enumerate(table.entries):
        for (owner, name), kind in _PARTS.items():
            if not isinstance(product, owner) or kind in unread:
                continue
            for place, part in enumerate(getattr(product, name)):
                if not isinstance(products.get(part.model), kind):
                    known = (model for model, other in products.items() if isinstance(other, kind))
                    found, expected = f"the model {part.model!r}", f"a known {in_words(kind.__name__)}"
                    yield table.problem((index, name, place, "model"), found, expected, did_you_mean(part.model, known))
