"""Lists of the catalogue that are no products: documents, measured rates, export rules."""

from collections.abc import Sequence
from typing import Any

from petaplan.capacity.facts.catalog import SOURCES, TABLES, Catalogue
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.facts.export_rules import ExportRule, rules_of
from petaplan.capacity.facts.layers import MEASURED
from petaplan.capacity.figures import Source
from petaplan.capacity.hardware import MeasuredGemm
from petaplan.reporting.cells import Cell, Day, Missing, Number, Text, text
from petaplan.reporting.document import Column, Row, Table

EXPORT_RULES = "export-rules"

ALL_KINDS = (*TABLES, MEASURED, EXPORT_RULES, SOURCES)
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
}


def rows_of(catalogue: Catalogue, name: str) -> Sequence[Any]:
    """The rows of a table, in the order of their files; those of the layers last."""
    if name in TABLES:
        return catalogue.table(TABLES[name])
    if name == SOURCES:
        return tuple(catalogue.sources.values())
    return (*measured_gemms(), *catalogue.measured) if name == MEASURED else rules_of(catalogue)


def list_table(catalogue: Catalogue, name: str) -> Table:
    """A table of documents, of measured rates or of export rules."""
    columns = tuple(Column(key=key, title=title, wraps=True) for key, title in COLUMNS[name])
    rows = [Row(cells=_cells(row)) for row in rows_of(catalogue, name)]
    return Table(key="products", title=Text(name), columns=columns, rows=rows, constants={"kind": Text(name)})


def _cells(row: Source | MeasuredGemm | ExportRule) -> dict[str, Cell]:
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
