"""One layer of the catalogue, laid over what is below it: all that it replaces, and all that is wrong with it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from annotated_types import Len

from petaplan.capacity.document.marked import Marked, Path_
from petaplan.capacity.document.strict import among, did_you_mean
from petaplan.capacity.errors import Problem
from petaplan.capacity.facts.catalog import (
    SOURCES,
    TABLES,
    Catalogue,
    Layer,
    Overridden,
    parts_of,
    refuse_other_tables,
    tables_of,
)
from petaplan.capacity.facts.export_rules import ExportRule, rules_of
from petaplan.capacity.facts.export_rules import laid_over as laid_over_rules
from petaplan.capacity.facts.figure_paths import canonical, figures_at, figures_of, with_figure
from petaplan.capacity.facts.layer_files import LayerFile, digest_of
from petaplan.capacity.facts.systems import laid_over_systems, systems_of
from petaplan.capacity.facts.table import Lost, Table, dangling
from petaplan.capacity.figures import Figure, Source, Status
from petaplan.capacity.hardware import Accelerator, MeasuredGemm, Model, Product, PublishedSystem
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Declared, Location
from petaplan.capacity.units import Text

OVERRIDES = "overrides"
MEASURED = "efficiency"
EXPORT_RULES = "export_rules"
SYSTEMS = "systems"
"""Tables of a layer beside those of products: changed figures, rates that somebody measured, export rules, and systems
of others."""

KNOWN = (*TABLES, SOURCES, MEASURED, EXPORT_RULES, SYSTEMS, OVERRIDES)


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


class Layering:
    """One layer over the catalogue below it."""

    def __init__(self, name: str, below: Catalogue, lost: Lost) -> None:
        self.name = name
        self.below = below
        self.lost = lost
        self.products = dict(below.products)
        self.sources = dict(below.sources)
        self.overridden = list(below.overridden)
        self.problems: list[Problem] = []

    def laid(self, files: Sequence[LayerFile]) -> Catalogue:
        """The catalogue with this layer on top; everything that is wrong with its files is in ``problems``."""
        parts = self._parts(files)
        self._add_sources(parts)
        own = [(TABLES[name], one) for name, one in parts if name in TABLES]
        tables = tables_of(own, self.products, self.problems, self.lost)
        self._add_products([table for _, table in tables])
        self._apply([Table.of(one, Override, self.problems) for name, one in parts if name == OVERRIDES])
        measured = [Table.of(one, MeasuredGemm, self.problems) for name, one in parts if name == MEASURED]
        systems = [Table.of(one, PublishedSystem, self.problems) for name, one in parts if name == SYSTEMS]
        for table in (*(table for _, table in tables), *measured, *systems):
            self.problems.extend(table.figure_problems(self.known_sources))
            self.problems.extend(_measured_by_hand(table))
        for _, table in tables:
            self.problems.extend(dangling(table, self.products, self.lost))
        for table in measured:
            self._unmeasurable(table)
        rules = self._export_rules([one for name, one in parts if name == EXPORT_RULES])
        published = self._systems(systems)
        return Catalogue(
            products=MappingProxyType(self.products),
            sources=MappingProxyType(self.sources),
            measured=(*self.below.measured, *(gemm for table in measured for gemm in table.entries)),
            export_rules=rules,
            systems=published,
            layers=(*self.below.layers, Layer(name=self.name, digest=digest_of(files))),
            overridden=tuple(self.overridden),
        )

    @property
    def known_sources(self) -> Collection[str]:
        """Keys of documents that a figure may name."""
        return self.lost.and_known(self.sources)

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
            rules = laid_over_rules(tuple(known.values()), table, self.known_sources, self.problems)
        return rules

    def _systems(self, tables: Iterable[Table[PublishedSystem]]) -> tuple[Declared, ...]:
        """The published systems with those of this layer over them; empty where no layer has any so far."""
        systems = self.below.systems
        for table in tables:
            known = systems_of(replace(self.below, systems=systems))
            for system in table.entries:
                if (below := next((one for one in known if one.name == system.name), None)) is not None:
                    self._note(system.name, "", below.title, system.title, system)
            systems = laid_over_systems(known, table, self.products, self.problems, self.lost)
        return systems

    def _parts(self, files: Iterable[LayerFile]) -> list[tuple[str, Marked]]:
        """Each table of each file: a file is a mapping of tables, or a list in a file of a table's name."""
        parts: list[tuple[str, Marked]] = []
        for file in files:
            marked = file.marked()
            if isinstance(marked.value, list) and file.path.stem in KNOWN and marked.is_whole:
                parts.append((file.path.stem, marked))
                continue
            readable = marked.is_whole
            self.lost.files |= not readable
            refuse_other_tables(marked, KNOWN)
            self.problems.extend(marked.problems)
            tables = [name for name in marked.members if name in KNOWN] if readable else []
            parts += [(name, part) for name in tables for part in parts_of([marked], name)]
        return parts

    def _add_sources(self, parts: Iterable[tuple[str, Marked]]) -> None:
        """The documents of the layer; one that another layer has under the same key must be the same."""
        keys = {key.casefold(): key for key in self.sources}
        for table in [Table.of(one, Source, self.problems) for name, one in parts if name == SOURCES]:
            self.lost.note(table, Source)
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
        if product is None and self.lost.has(row.model, Product):
            return None
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
        faults = list(table.figure_faults((index,), fact, row.figure, self.known_sources))
        if row.status is Status.MEASURED:
            faults.append(_not_by_hand(table, (index, "status")))
        self.problems.extend(faults)
        return None if faults else quantity

    def _unmeasurable(self, table: Table[MeasuredGemm]) -> None:
        for index, gemm in enumerate(table.entries):
            known = isinstance(self.products.get(gemm.accelerator), Accelerator)
            if not known and not self.lost.has(gemm.accelerator, Accelerator):
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
