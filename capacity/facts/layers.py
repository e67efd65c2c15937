"""The catalogue of a plan: the shipped data, and the layers that the plan or the command line lays over them.

A layer has products, the documents of their figures, measured rates, export rules, and ``overrides`` that change one
figure of a product below. The last layer wins; what it puts in the place of something is noted.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from annotated_types import Len

from petaplan.capacity.document.marked import Marked, Path_
from petaplan.capacity.document.strict import among, did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import (
    SOURCES,
    TABLES,
    Catalogue,
    Layer,
    Overridden,
    Table,
    dangling,
    load,
    parts_of,
    refuse_other_tables,
    tables_of,
)
from petaplan.capacity.facts.export_rules import ExportRule, rules_of
from petaplan.capacity.facts.export_rules import laid_over as laid_over_rules
from petaplan.capacity.facts.figure_paths import canonical, figures_at, figures_of, with_figure
from petaplan.capacity.facts.layer_files import LayerFile, Place, digest_of, files_of
from petaplan.capacity.facts.systems import laid_over_systems, systems_of
from petaplan.capacity.figures import Figure, Source, Status
from petaplan.capacity.hardware import Accelerator, MeasuredGemm, Model, Product, PublishedSystem
from petaplan.capacity.hub import Hub
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Declared, Location, PlanPlace
from petaplan.capacity.units import Text

OVERRIDES = "overrides"
MEASURED = "efficiency"
EXPORT_RULES = "export_rules"
SYSTEMS = "systems"
"""Tables of a layer beside those of products: changed figures, rates that somebody measured, export rules, and systems
of others."""

KNOWN = (*TABLES, SOURCES, MEASURED, EXPORT_RULES, SYSTEMS, OVERRIDES)

MOST_LAYERS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Override(Declared):
    """One figure of a product below, changed."""

    model: Model
    """Product that has the figure."""
    quantity: Annotated[str, Len(1, 80)]
    """Name of the figure, such as ``power_kw`` or ``peaks[fp8, 2:4]``."""
    value: float
    unit: Annotated[str, Len(1, 20)]
    source: Annotated[str, Len(1, 40)]
    """Key of a document."""
    as_of: date
    """Date of the document."""
    status: Status
    low: float | None = None
    high: float | None = None
    note: Text | None = None

    @property
    def figure(self) -> Figure:
        """The figure that it gives."""
        return Figure(
            value=self.value,
            unit=self.unit,
            source=self.source,
            as_of=self.as_of,
            status=self.status,
            low=self.low,
            high=self.high,
            note=self.note,
        )


def catalogue_of(hub: Hub, given: Iterable[Path | Place] = (), folder: Path | None = None) -> Catalogue:
    """The catalogue that a hub is judged by.

    A path of the hub starts from the folder of its declaration, or from ``folder``; one of ``given`` from the folder
    where the program runs.

    Raises:
        CatalogueError: with everything that is wrong with a layer, by file and line.
    """
    start = folder or folder_of(hub)
    places = (Place(str(name), start, _where(hub, at)) for at, name in enumerate(hub.catalogues))
    return laid_over(tuple(places), given)


def _where(hub: Hub, at: int) -> str:
    """The line that names a layer of a hub."""
    place = hub.declared_at
    return f"{'the plan' if place is None else place.of('catalogues', at)}: catalogues"


def laid_over(places: Sequence[Place], given: Iterable[Path | Place] = ()) -> Catalogue:
    """The shipped catalogue with some layers over it.

    Raises:
        CatalogueError: with everything that is wrong with a layer, by file and line.
    """
    known = {os.path.realpath(place.path) for place in places}
    named = (one if isinstance(one, Place) else given_layer(str(one)) for one in given)
    whole = (*places, *(place for place in named if os.path.realpath(place.path) not in known))
    if not whole:
        return load()
    problems: list[Problem] = []
    if len(whole) > MOST_LAYERS:
        found, expected = f"{len(whole)} layers", f"at most {MOST_LAYERS}"
        raise CatalogueError([Problem(where=whole[0].where, found=found, expected=expected, advice="join some")])
    files = files_of(whole, problems)
    if problems:
        raise CatalogueError(problems)
    return _of_files(files)


def given_layer(name: str, file: Path | None = None) -> Place:
    """A layer that the command line names; it is read from another file where one is given."""
    return Place(name, Path.cwd(), "--catalogue", confined=False, file=file)


def folder_of(hub: Hub) -> Path:
    """The folder of the file that declares a hub; the folder where the program runs, where no file does."""
    if folder := getattr(hub.declared_at, "folder", ""):
        return Path(folder)
    file = Path(hub.declared_at.file) if hub.declared_at is not None else Path()
    return file.absolute().parent if hub.declared_at is not None and file.is_file() else Path.cwd()


def seen_from(hub: Hub, folder: Path, advice: str = "move it there") -> Hub:
    """The same hub with its catalogues named as seen from a folder, such as that of a project.

    ``advice`` says what to do about a catalogue that does not lie below it.

    Raises:
        CatalogueError: when one of them does not lie below it.
    """
    start = folder_of(hub)
    if not hub.catalogues or os.path.realpath(start) == os.path.realpath(folder):
        return hub
    names, problems = list[str](), list[Problem]()
    for at, name in enumerate(hub.catalogues):
        names.append(os.path.relpath(Path(os.path.realpath(start), name), os.path.realpath(folder)))
        if ".." in (*Path(names[-1]).parts, *Path(name).parts) or names[-1] == "." or Path(name).is_absolute():
            expected = f"a path below {folder}"
            problems.append(Problem(where=_where(hub, at), found=repr(name), expected=expected, advice=advice))
    if problems:
        raise CatalogueError(problems)
    made = hub.replace(catalogues=tuple(names))
    place = hub.declared_at
    if place is None:
        return made
    return made.declared_in(PlanPlace(file=place.file, line=place.line, folder=str(folder)))


def in_project(hub: Hub, further: Iterable[str], folder: Path) -> Hub:
    """The hub of a project: its catalogues, then those of the project's settings, all as seen from its folder.

    Raises:
        CatalogueError: when one of the hub's own does not lie below that folder.
    """
    seen = seen_from(hub, folder)
    more = tuple(one for one in further if one not in seen.catalogues)
    return seen.replace(catalogues=(*seen.catalogues, *more)) if more else seen


@lru_cache(maxsize=16)
def _of_files(files: tuple[LayerFile, ...]) -> Catalogue:
    """The shipped catalogue under these files: the same bytes give the same object."""
    below = load()
    for name, group in groupby(files, key=lambda file: file.layer):
        below = _Layering(name, below).laid(tuple(group))
    return below


class _Layering:
    """One layer over the catalogue below it."""

    def __init__(self, name: str, below: Catalogue) -> None:
        self.name = name
        self.below = below
        self.products = dict(below.products)
        self.sources = dict(below.sources)
        self.overridden = list(below.overridden)
        self.problems: list[Problem] = []

    def laid(self, files: Sequence[LayerFile]) -> Catalogue:
        """The catalogue with this layer on top.

        Raises:
            CatalogueError: with everything that is wrong with its files.
        """
        parts = self._parts(files)
        self._add_sources(parts)
        tables = tables_of([(TABLES[name], one) for name, one in parts if name in TABLES], self.products, self.problems)
        self._add_products([table for _, table in tables])
        self._apply([Table.of(one, Override, self.problems) for name, one in parts if name == OVERRIDES])
        measured = [Table.of(one, MeasuredGemm, self.problems) for name, one in parts if name == MEASURED]
        systems = [Table.of(one, PublishedSystem, self.problems) for name, one in parts if name == SYSTEMS]
        unread = {kind for kind, table in tables if table.marked.problems}
        for table in (*(table for _, table in tables), *measured, *systems):
            self.problems.extend(table.figure_problems(self.sources))
            self.problems.extend(_measured_by_hand(table))
        for _, table in tables:
            self.problems.extend(dangling(table, self.products, unread))
        for table in measured:
            self._unmeasurable(table)
        rules = self._export_rules([one for name, one in parts if name == EXPORT_RULES])
        published = self._systems(systems)
        if self.problems:
            raise CatalogueError(self.problems)
        return Catalogue(
            products=MappingProxyType(self.products),
            sources=MappingProxyType(self.sources),
            measured=(*self.below.measured, *(gemm for table in measured for gemm in table.entries)),
            export_rules=rules,
            systems=published,
            layers=(*self.below.layers, Layer(name=self.name, digest=digest_of(files))),
            overridden=tuple(self.overridden),
        )

    def _export_rules(self, parts: Iterable[Marked]) -> tuple[Declared, ...]:
        """The export rules with those of this layer over them; empty where no layer has any so far."""
        rules = self.below.export_rules
        for table in [Table.of(one, ExportRule, self.problems) for one in parts]:
            known = {rule.id: rule for rule in rules_of(replace(self.below, export_rules=rules))}
            for index, rule in enumerate(table.entries):
                if rule.status is Status.MEASURED:
                    self.problems.append(_not_by_hand(table, (index, "status")))
                if (below := known.get(rule.id)) is not None:
                    self._note(rule.id, "", below.citation, rule.citation, rule)
            rules = laid_over_rules(tuple(known.values()), table, self.sources, self.problems)
        return rules

    def _systems(self, tables: Iterable[Table[PublishedSystem]]) -> tuple[Declared, ...]:
        """The published systems with those of this layer over them; empty where no layer has any so far."""
        systems = self.below.systems
        for table in tables:
            known = systems_of(replace(self.below, systems=systems))
            for system in table.entries:
                if (below := next((one for one in known if one.name == system.name), None)) is not None:
                    self._note(system.name, "", below.title, system.title, system)
            systems = laid_over_systems(known, table, self.products, self.problems)
        return systems

    def _parts(self, files: Iterable[LayerFile]) -> list[tuple[str, Marked]]:
        """Each table of each file: a file is a mapping of tables, or a list in a file of a table's name."""
        parts: list[tuple[str, Marked]] = []
        for file in files:
            marked = file.marked()
            if isinstance(marked.value, list) and file.path.stem in KNOWN and not marked.problems:
                parts.append((file.path.stem, marked))
                continue
            readable = not marked.problems
            refuse_other_tables(marked, KNOWN)
            self.problems.extend(marked.problems)
            tables = [name for name in marked.members if name in KNOWN] if readable else []
            parts += [(name, part) for name in tables for part in parts_of([marked], name)]
        return parts

    def _add_sources(self, parts: Iterable[tuple[str, Marked]]) -> None:
        """The documents of the layer; one that another layer has under the same key must be the same."""
        keys = {key.casefold(): key for key in self.sources}
        for table in [Table.of(one, Source, self.problems) for name, one in parts if name == SOURCES]:
            for index, source in enumerate(table.entries):
                first = keys.setdefault(source.key.casefold(), source.key)
                if (known := self.sources.setdefault(source.key, source)) != source or first != source.key:
                    found = f"the source {source.key!r}, which is {(known if known != source else first)!s:.80} below"
                    self.problems.append(table.problem((index, "key"), found, "a key of its own", "rename it"))

    def _add_products(self, tables: Iterable[Table[Any]]) -> None:
        own: dict[str, Product] = {}
        for table in tables:
            for index, product in enumerate(table.entries):
                if (first := own.setdefault(product.model, product)) is not product:
                    found = f"{product.model!r} again (first at {first.declared_at})"
                    self.problems.append(table.problem((index, "model"), found, "each model once in a layer"))
                    continue
                self._put(product, table, index)

    def _put(self, product: Product, table: Table[Any], index: int) -> None:
        """A product in its place; the one of the same model below is replaced, if it is of the same kind."""
        known = self.products.get(product.model)
        if known is not None and type(known) is not type(product):
            found = f"{product.model!r}, {with_article(type(known).__name__)} at {known.declared_at}"
            self.problems.append(
                table.problem((index, "model"), found, "a model of its own, or one of the same kind", "rename it")
            )
            return
        if isinstance(product, Accelerator):
            self._shared_names(product, table, index)
        if known is not None:
            self._note(product.model, "", f"{known.name} ({known.declared_at})", product.name, product)
        self.products[product.model] = product

    def _shared_names(self, product: Accelerator, table: Table[Any], index: int) -> None:
        """Names that a driver may report for two accelerators: a measurement could not be told to be of one."""
        for other in self.products.values():
            if isinstance(other, Accelerator) and other.model != product.model:
                taken = {name.casefold() for name in (other.model, *other.aliases)}
                for name in product.aliases:
                    if name.casefold() in taken:
                        found = f"the alias {name!r}, a name of {other.model}"
                        expected = "names that no other accelerator has"
                        self.problems.append(table.problem((index, "aliases"), found, expected, "leave it out"))

    def _note(self, model: str, quantity: str, before: object, after: object, row: Declared) -> None:
        place = row.declared_at or Location(file=self.name, line=1)
        self.overridden.append(
            Overridden(
                model=model, quantity=quantity, before=str(before), after=str(after), layer=self.name, place=place
            )
        )

    def _apply(self, tables: Iterable[Table[Override]]) -> None:
        done: dict[tuple[str, str], Override] = {}
        for table in tables:
            for index, row in enumerate(table.entries):
                quantity = self._quantity(table, index, row)
                if quantity is None:
                    continue
                if (first := done.setdefault((row.model, quantity), row)) is not row:
                    found = f"{row.model}.{quantity} again (first at {first.declared_at})"
                    self.problems.append(table.problem((index, "quantity"), found, "each figure once in a layer"))
                    continue
                self._change(row, quantity)

    def _change(self, row: Override, quantity: str) -> None:
        product = self.products[row.model]
        before = {path: figure for path, _, figure in figures_of(product)}[quantity]
        self._note(row.model, quantity, before or "an unknown figure", row.figure, row)
        self.products[row.model] = with_figure(product, quantity, row.figure)

    def _quantity(self, table: Table[Override], index: int, row: Override) -> str | None:
        """The name of the figure that an override changes; None where it changes nothing that there is."""
        product = self.products.get(row.model)
        if product is None:
            advice = did_you_mean(row.model, self.products) or "see `petaplan catalog`"
            expected = "a model of the catalogue"
            self.problems.append(table.problem((index, "model"), f"the model {row.model!r}", expected, advice))
            return None
        known = {path: fact for path, fact, _ in figures_of(product)}
        quantity = canonical(product, row.quantity)
        if (fact := known.get(quantity)) is None:
            advice = among(row.quantity, tuple(known))
            found, expected = f"the quantity {row.quantity!r}", f"a figure of {row.model}"
            self.problems.append(table.problem((index, "quantity"), found, expected, advice))
            return None
        faults = list(table.figure_faults((index,), fact, row.figure, self.sources))
        if row.status is Status.MEASURED:
            faults.append(_not_by_hand(table, (index, "status")))
        self.problems.extend(faults)
        return None if faults else quantity

    def _unmeasurable(self, table: Table[MeasuredGemm]) -> None:
        for index, gemm in enumerate(table.entries):
            if not isinstance(self.products.get(gemm.accelerator), Accelerator):
                models = [model for model, one in self.products.items() if isinstance(one, Accelerator)]
                found, advice = f"the model {gemm.accelerator!r}", did_you_mean(gemm.accelerator, models)
                self.problems.append(table.problem((index, "accelerator"), found, "a known accelerator", advice))


def _measured_by_hand(table: Table[Any]) -> Iterator[Problem]:
    for index, entry in enumerate(table.entries):
        for path, _, figure in figures_at(entry, (index,)):
            if figure is not None and Status.MEASURED in (figure.status, *(one.status for one in figure.elsewhere)):
                yield _not_by_hand(table, (*path, "status"))


def _not_by_hand(table: Table[Any], path: Path_) -> Problem:
    """Only evidence of the bench is measured: a figure of a layer is at best somebody's report."""
    found, expected = f"the status {Status.MEASURED}", f"{Status.REPORTED}, or a lower status"
    advice = "give measurements of your own as files of petaplan-bench, with --evidence"
    return table.problem(path, found, expected, advice)


def kinds_of_tables() -> Mapping[str, type[Any]]:
    """Every table of a layer with the noun of its rows."""
    others = {SOURCES: Source, MEASURED: MeasuredGemm, EXPORT_RULES: ExportRule, SYSTEMS: PublishedSystem}
    return {**TABLES, **others, OVERRIDES: Override}
