"""Lists of the catalogue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from petaplan.capacity.document.plan import plain
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import TABLES, Catalogue
from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.facts.layer_files import Place
from petaplan.capacity.facts.layers import laid_over
from petaplan.capacity.figures import Figure, Precision
from petaplan.capacity.hardware import Accelerator, Part, Ports, Product
from petaplan.capacity.report.catalogue_layers import LayerReading, reading, reading_document, reading_values
from petaplan.capacity.report.catalogue_lists import ALL_KINDS, list_table, rows_of
from petaplan.reporting.cells import BLANK, Cell, Day, Missing, Number, Phrase, Several, Text, Tone, text
from petaplan.reporting.document import Block, Column, Document, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A part of the catalogue: some kinds of products, or one product in full."""

    catalogue: Catalogue
    kinds: tuple[str, ...]
    product: Product | None = None
    layer: LayerReading | None = None
    """What the layers contain, where they are to be checked or compared."""


def listing(model: str | None, kind: str | None, layers: Sequence[Path] = ()) -> Listing:
    """The whole catalogue, one kind of it, or one product with every figure; with layers over the shipped one.

    Raises:
        CatalogueError: for a model or a kind that it does not have, or for a layer that is not valid.
    """
    catalogue = laid_over((), layers)
    kinds = tuple(_kinds(kind))
    return Listing(catalogue=catalogue, kinds=kinds, product=None if model is None else _found(catalogue, model))


def validated(below: Sequence[Path], layers: Sequence[Path], *, doubts: bool) -> Listing:
    """What layers add and replace, and the doubts about it; the layers below them are taken for granted.

    Raises:
        CatalogueError: with everything that is wrong with a layer.
    """
    named = "--validate" if doubts else "--diff"
    places = [Place(str(layer), Path.cwd(), named, confined=False) for layer in layers]
    before, after = laid_over((), below), laid_over((), (*below, *places))
    return Listing(catalogue=after, kinds=(), layer=reading(before, after, doubts=doubts))


def _kinds(kind: str | None) -> list[str]:
    if kind is not None and kind not in ALL_KINDS:
        expected = f"one of {', '.join(ALL_KINDS)}"
        raise CatalogueError(
            [Problem(where="--kind", found=repr(kind), expected=expected, advice=did_you_mean(kind, ALL_KINDS))]
        )
    return [kind] if kind else list(TABLES)


def _found(catalogue: Catalogue, model: str) -> Product:
    if model not in catalogue.products:
        advice = did_you_mean(model, catalogue.products) or catalogue.where_models_are
        raise CatalogueError(
            [Problem(where="MODEL", found=repr(model), expected="a model of the catalogue", advice=advice)]
        )
    return catalogue.products[model]


def catalogue_json(found: Listing) -> str:
    """The same as JSON."""
    if found.product is not None:
        return json_text(plain(found.product))
    if found.layer is not None:
        return json_text(reading_values(found.layer))
    return json_text({name: [plain(row) for row in rows_of(found.catalogue, name)] for name in found.kinds})


def catalogue_document(found: Listing, _rendering: Rendering = PLAIN) -> Document:
    """A table for each kind of product, or one product with the source of every figure."""
    if found.product is not None:
        sections: tuple[Section, ...] = (_product_section(found.product, found.catalogue),)
        return Document(key="catalog", name=found.product.model, sections=sections, main="figures")
    if found.layer is not None:
        return reading_document(found.layer)
    tables = (
        _table(found.catalogue, name) if name in TABLES else list_table(found.catalogue, name) for name in found.kinds
    )
    sections = tuple(Section(key=table.key, blocks=(table,), spaced=False) for table in tables)
    return Document(key="catalog", name="catalogue", sections=sections, main="products")


def _table(catalogue: Catalogue, name: str) -> Table:
    kind = TABLES[name]
    columns: tuple[Column, ...] = (
        Column(key="model", title="model"),
        Column(key="name", title="name", wraps=True),
        Column(key="vendor", title="vendor", wraps=True),
        Column(key="country", title="from", wraps=True),
        Column(key="lifecycle", title="lifecycle", wraps=True),
    )
    if kind is Accelerator:
        columns += (
            Column(key="bf16_tflops", title="bf16 TF", right=True, wraps=True),
            Column(key="fp8_tflops", title="fp8 TF", right=True, wraps=True),
            Column(key="memory_gb", title="memory GB", right=True, wraps=True),
            Column(key="power_w", title="W", right=True, wraps=True),
        )
    rows = [_row(product) for product in catalogue.table(kind)]
    return Table(key="products", title=Text(name), columns=columns, rows=rows, constants={"kind": Text(name)})


def _row(product: Product) -> Row:
    cells: dict[str, Cell] = {
        "model": Text(product.model),
        "name": Text(product.name),
        "vendor": Text(product.vendor),
        "country": Text(product.country) if product.country else Missing(),
        "lifecycle": Text(str(product.lifecycle)),
    }
    if isinstance(product, Accelerator):
        cells |= {
            "bf16_tflops": _figure(product.peak(Precision.BF16)),
            "fp8_tflops": _figure(product.peak(Precision.FP8)),
            "memory_gb": _figure(product.memory_gb),
            "power_w": _figure(product.power_w),
        }
    return Row(cells=cells)


def _figure(figure: Figure | None) -> Cell:
    return Missing("?") if figure is None else Number(value=figure.value)


FIGURE_COLUMNS = (
    Column(key="figure", title="figure"),
    Column(key="value", title="value", inline=Inline(before=" = ")),
    Column(key="unit", title="unit"),
    Column(key="spread", title="low to high", inline=Inline(before=", ")),
    Column(key="status", title="status", inline=Inline(before="   (")),
    Column(key="as_of", title="as of", inline=Inline(before="; ", after=")")),
    Column(key="source", title="source", inline=Inline(before="", own_line=True, tone=Tone.QUIET)),
    Column(key="document", title="document", inline=Inline(before=": ", tone=Tone.QUIET)),
    Column(key="note", title="note", inline=Inline(before="; ", tone=Tone.QUIET)),
    Column(key="elsewhere", title="elsewhere", inline=Inline(before="; elsewhere ", tone=Tone.QUIET)),
)


def _product_section(product: Product, catalogue: Catalogue) -> Section:
    head = Phrase(
        "{model}  {name}, {vendor}, {lifecycle}",
        {
            "model": Text(product.model, Tone.STRONG),
            "name": Text(product.name),
            "vendor": Text(product.vendor),
            "lifecycle": Text(str(product.lifecycle)),
        },
    )
    note = (Text(product.note),) if product.note else ()
    rows = [_figure_row(path, fact.unit, figure, catalogue) for path, fact, figure in figures_of(product)]
    blocks: tuple[Block, ...] = (
        Lines(cells=(head,)),
        Lines(cells=(*note, *_contents(product), *_facts(product)), indent=2),
        Table(key="figures", columns=FIGURE_COLUMNS, rows=rows, layout=Layout.LINES, noun="figures"),
    )
    return Section(key=product.model, blocks=blocks)


def _figure_row(path: str, unit: str, figure: Figure | None, catalogue: Catalogue) -> Row:
    if figure is None:
        return Row(cells={"figure": Text(path), "value": Missing("unknown"), "unit": Text(unit)})
    source = catalogue.sources.get(figure.source)
    spread: Cell = BLANK
    if figure.low is not None and figure.high is not None:
        spread = Phrase("{low} to {high}", {"low": Number(value=figure.low), "high": Number(value=figure.high)})
    elif figure.low is not None:
        spread = Phrase("from {low}", {"low": Number(value=figure.low)})
    elif figure.high is not None:
        spread = Phrase("up to {high}", {"high": Number(value=figure.high)})
    return Row(
        cells={
            "figure": Text(path),
            "value": Number(value=figure.value),
            "unit": text(figure.unit),
            "spread": spread,
            "status": Text(str(figure.status)),
            "as_of": Day(figure.as_of),
            "source": Text(figure.source),
            "document": Text(source.document if source else figure.source),
            "note": text(figure.note or ""),
            "elsewhere": Several(tuple(Text(str(one)) for one in figure.elsewhere)) if figure.elsewhere else BLANK,
        }
    )


def _contents(product: Product) -> Iterator[Cell]:
    """What a product is made of, kind by kind."""
    for field in fields(product):
        held = getattr(product, field.name)
        parts = [part for part in held if isinstance(part, Part)] if isinstance(held, tuple) else []
        if parts:
            told = tuple(
                Phrase("{count} x {model}", {"count": Number(value=part.count), "model": Text(part.model)})
                for part in parts
            )
            yield Phrase(f"{field.name}: {{parts}}", {"parts": Several(told)})


HEAD_FIELDS = frozenset(("model", "name", "vendor", "lifecycle", "note"))
"""Fields that the head of a product shows."""


def _facts(product: Product) -> Iterator[Cell]:
    """Everything that is neither a figure nor a part: days, ports, dies, names of drivers."""
    for field in fields(product):
        value = getattr(product, field.name)
        if field.init and field.name not in HEAD_FIELDS and (told := _fact(value)):
            yield Phrase(f"{field.name}: {{value}}", {"value": Text(told)})


def _fact(value: object) -> str:
    """A value in words; empty for a figure, a list of nouns, and what is not given."""
    if isinstance(value, Ports):
        return f"{value.count} x {value.gbps:g} Gb/s"
    if isinstance(value, tuple):
        return ", ".join(value) if all(isinstance(one, str) for one in value) else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int | float | date) else ""
