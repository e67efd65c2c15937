"""The catalogue of hardware: YAML files of facts, read strictly, looked up by model.

``data/<kind>.yaml`` lists products of one kind. A file of ``data/catalogue/`` holds tables of several kinds and the
``sources`` of their figures: what a maker sells together stands together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from petaplan.capacity import figures, hardware
from petaplan.capacity.document.marked import Marked, read_file
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, PlanError, Problem
from petaplan.capacity.facts.inheritance import Inheritance
from petaplan.capacity.facts.kept import kinds_in, read_kept
from petaplan.capacity.facts.table import Lost, Table, dangling
from petaplan.capacity.figures import Source
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
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Declared, Location

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
    lost = Lost(files=bool(problems))
    sources = read_sources(folder, problems, mixed, lost)
    read = [
        (kind, marked)
        for name, kind in TABLES.items()
        for marked in (read_file(folder / f"{name}.yaml"), *parts_of(mixed, name))
    ]
    tables = tables_of(read, {}, problems, lost)
    products: dict[str, Product] = {}
    for _, table in tables:
        for index, product in enumerate(table.entries):
            if (first := products.get(product.model)) is not None:
                found = f"{product.model!r} again (first at {first.declared_at})"
                problems.append(table.problem((index, "model"), found, "each model once"))
            products.setdefault(product.model, product)
    known = lost.and_known(sources)
    for _, table in tables:
        problems.extend(table.figure_problems(known))
        problems.extend(dangling(table, products, lost))
    if problems:
        raise CatalogueError(problems)
    return Catalogue(products=MappingProxyType(products), sources=MappingProxyType(sources))


def tables_of(
    read: Sequence[tuple[type[Product], Marked]], products: Mapping[str, Product], problems: list[Problem], lost: Lost
) -> "list[tuple[type[Product], Table[Any]]]":
    """The tables of one layer, their rows filled from what they are based on: in it, or in the products below it.

    Rows that could not be read are noted in ``lost``.
    """
    inheritance = Inheritance(products, lost)
    for kind, marked in read:
        inheritance.add(kind, marked)
    inheritance.fill()
    tables: list[tuple[type[Product], Table[Any]]] = []
    for kind, marked in read:
        tables.append((kind, Table.of(marked, kind, problems)))
        lost.note(tables[-1][1], kind)
    return tables


def read_sources(
    folder: Path, problems: list[Problem], mixed: Sequence[Marked] | None = None, lost: Lost | None = None
) -> dict[str, Source]:
    """The documents by key; what is wrong with them is added to ``problems``, and what was not read to ``lost``."""
    sources: dict[str, Source] = {}
    parts = parts_of(_mixed_files(folder, problems) if mixed is None else mixed, SOURCES)
    for marked in (read_file(folder / f"{SOURCES}.yaml"), *parts):
        table = Table.of(marked, Source, problems)
        if lost is not None:
            lost.note(table, Source)
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
    return [marked for marked in files if marked.is_whole]


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
            refused = [path[1:] for path in marked.refused if path[:1] == (name,)]
            yield Marked(file=marked.file, value=marked.members[name], lines=lines, inside=name, refused=refused)
