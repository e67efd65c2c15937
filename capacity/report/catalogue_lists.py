"""Lists of the catalogue that are no products: documents, measured rates, export rules, published systems."""

from collections.abc import Sequence
from typing import Any

from petaplan.capacity.facts.catalog import SOURCES, TABLES, Catalogue
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.facts.export_rules import ExportRule, rules_of
from petaplan.capacity.facts.layering import MEASURED, SYSTEMS
from petaplan.capacity.facts.systems import systems_of
from petaplan.capacity.figures import Source
from petaplan.capacity.hardware import MeasuredGemm, PublishedSystem
from petaplan.reporting.cells import Cell, Day, Missing, Number, Phrase, Several, Text, text
from petaplan.reporting.document import Column, Row, Table

EXPORT_RULES = "export-rules"

ALL_KINDS = (*TABLES, MEASURED, EXPORT_RULES, SYSTEMS, SOURCES)
"""Every table that can be listed."""

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    SOURCES: (("key", "key"), ("document", "document"), ("read_on", "read on"), ("url", "address")),
    MEASURED: (
        ("accelerator", "accelerator"),
        ("device", "device"),
        ("precision", "precision"),
        ("fraction", "of the peak"),
        ("status", "status"),
        ("as_of", "as of"),
        ("source", "source"),
    ),
    EXPORT_RULES: (
        ("id", "rule"),
        ("form", "form"),
        ("effective", "from"),
        ("until", "until"),
        ("citation", "citation"),
        ("status", "status"),
        ("source", "source"),
    ),
    SYSTEMS: (
        ("name", "system"),
        ("title", "title"),
        ("stage", "stage"),
        ("devices", "accelerators"),
        ("rates", "rates"),
        ("power_kw", "kW"),
    ),
}


def rows_of(catalogue: Catalogue, name: str) -> Sequence[Any]:
    """The rows of a table, in the order of their files; those of the layers last."""
    if name in TABLES:
        return catalogue.table(TABLES[name])
    if name == SOURCES:
        return tuple(catalogue.sources.values())
    if name == SYSTEMS:
        return systems_of(catalogue)
    return (*measured_gemms(), *catalogue.measured) if name == MEASURED else rules_of(catalogue)


def list_table(catalogue: Catalogue, name: str) -> Table:
    """A table of documents, of measured rates, of export rules or of systems."""
    columns = tuple(Column(key=key, title=title, wraps=True) for key, title in COLUMNS[name])
    rows = [Row(cells=_cells(row)) for row in rows_of(catalogue, name)]
    return Table(key="products", title=Text(name), columns=columns, rows=rows, constants={"kind": Text(name)})


def _cells(row: Source | MeasuredGemm | ExportRule | PublishedSystem) -> dict[str, Cell]:
    if isinstance(row, PublishedSystem):
        return _of_system(row)
    if isinstance(row, Source):
        url = text(row.url) if row.url else Missing()
        return {"key": Text(row.key), "document": Text(row.document), "read_on": Day(row.read_on), "url": url}
    if isinstance(row, MeasuredGemm):
        return {
            "accelerator": Text(row.accelerator),
            "device": Text(row.device),
            "precision": Text(str(row.precision)),
            "fraction": Number(value=row.fraction.value),
            "status": Text(str(row.fraction.status)),
            "as_of": Day(row.fraction.as_of),
            "source": Text(row.fraction.source),
        }
    return {
        "id": Text(row.id),
        "form": Text(str(row.form)),
        "effective": Day(row.effective),
        "until": Day(row.until) if row.until else Missing(),
        "citation": Text(row.citation),
        "status": Text(str(row.status)),
        "source": Text(row.source),
    }


def _of_system(row: PublishedSystem) -> dict[str, Cell]:
    devices = tuple(
        Phrase(
            "{count} x {name}",
            {"count": Number(value=one.count.value) if one.count else Missing("?"), "name": Text(one.name)},
        )
        for one in row.devices
    )
    rates = tuple(
        Phrase(
            "{value} {precision} {sparsity}",
            {
                "value": Number(value=rate.pflops.value, unit=rate.pflops.unit),
                "precision": Text(str(rate.precision)),
                "sparsity": Text(str(rate.sparsity or "")),
            },
        )
        for rate in row.rates
    )
    return {
        "name": Text(row.name),
        "title": Text(row.title),
        "stage": Text(str(row.stage)),
        "devices": Several(devices) if devices else Missing(),
        "rates": Several(rates) if rates else Missing(),
        "power_kw": Number(value=row.power_kw.value) if row.power_kw is not None else Missing(),
    }
