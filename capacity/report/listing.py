"""What petaplan knows, listed: its rules and its catalogue."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.capacity.document.plan import plain
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import TABLES, Catalogue, figures_of, load
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import number
from petaplan.capacity.hardware import Accelerator, Part, Product
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS


def rules_table() -> RenderableType:
    """Every rule in one table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("rule", "asks", "a failure is", "formula"):
        table.add_column(title, overflow="fold")
    for rule in (*all_rules(), *ABOUT_REPORTS):
        table.add_row(rule.id, rule.title, rule.severity, rule.formula)
    return table


def rules_json() -> str:
    """Every rule as JSON."""
    rows = [
        {"id": r.id, "title": r.title, "severity": r.severity, "formula": r.formula, "basis": r.basis}
        for r in (*all_rules(), *ABOUT_REPORTS)
    ]
    return json.dumps(rows, indent=2) + "\n"


def catalogue_view(model: str | None, kind: str | None) -> RenderableType:
    """The whole catalogue, one kind of it, or one product with every figure."""
    catalogue = load()
    if model is not None:
        return _product(_found(catalogue, model), catalogue)
    return Group(*(_table(catalogue, name) for name in _kinds(kind)))


def catalogue_json(model: str | None, kind: str | None) -> str:
    """The same as JSON."""
    catalogue = load()
    if model is not None:
        value: Any = plain(_found(catalogue, model))
    else:
        value = {name: [plain(product) for product in catalogue.table(TABLES[name])] for name in _kinds(kind)}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _kinds(kind: str | None) -> list[str]:
    if kind is not None and kind not in TABLES:
        expected = f"one of {', '.join(TABLES)}"
        raise CatalogueError(
            [Problem(where="--kind", found=repr(kind), expected=expected, advice=did_you_mean(kind, TABLES))]
        )
    return [kind] if kind else list(TABLES)


def _found(catalogue: Catalogue, model: str) -> Product:
    if model not in catalogue.products:
        advice = did_you_mean(model, catalogue.products) or "see `petaplan catalog`"
        raise CatalogueError(
            [Problem(where="MODEL", found=repr(model), expected="a model of the catalogue", advice=advice)]
        )
    return catalogue.products[model]


def _table(catalogue: Catalogue, name: str) -> RenderableType:
    kind = TABLES[name]
    table = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    rated = kind is Accelerator
    for title in (
        "model",
        "name",
        "vendor",
        "from",
        "lifecycle",
        *(("bf16 TF", "fp8 TF", "memory GB", "W") if rated else ()),
    ):
        right = title[0:3] in ("bf1", "fp8", "mem", "W")
        table.add_column(title, justify="right" if right else "left", no_wrap=title == "model")
    for product in catalogue.table(kind):
        row = [product.model, product.name, product.vendor, product.country or "-", str(product.lifecycle)]
        if isinstance(product, Accelerator):
            figures = (
                product.peak(Precision.BF16),
                product.peak(Precision.FP8),
                product.memory_gb,
                product.power_w,
            )
            row += ["?" if figure is None else number(figure.value) for figure in figures]
        table.add_row(*row)
    return table


def _product(product: Product, catalogue: Catalogue) -> RenderableType:
    lines = [Text.assemble((product.model, "bold"), f"  {product.name}, {product.vendor}, {product.lifecycle}")]
    if product.note:
        lines.append(Text(f"  {product.note}"))
    lines.extend(_contents(product))
    for path, fact, figure in figures_of(product):
        if figure is None:
            lines.append(Text(f"  {path}: unknown ({fact.unit})"))
            continue
        spread = f", {figure.low:g} to {figure.high:g}" if figure.low is not None and figure.high is not None else ""
        lines.append(
            Text(f"  {path} = {number(figure.value)} {figure.unit}{spread}   ({figure.status}; {figure.as_of})")
        )
        document = catalogue.sources[figure.source].document if figure.source in catalogue.sources else figure.source
        lines.append(Text(f"      {figure.source}: {document}{'; ' + figure.note if figure.note else ''}", style="dim"))
    return Group(*lines)


def _contents(product: Product) -> Iterator[Text]:
    """What a product is made of, kind by kind."""
    for field in fields(product):
        held = getattr(product, field.name)
        parts = [part for part in held if isinstance(part, Part)] if isinstance(held, tuple) else []
        if parts:
            yield Text(f"  {field.name}: {', '.join(f'{part.count:,} x {part.model}' for part in parts)}")
