"""The catalogue: its page in docs/reference, and the JSON Schema of its files."""

import json
from typing import Any

from pydantic import TypeAdapter

from petaplan.capacity.document.docstrings import nouns_by_name
from petaplan.capacity.facts.catalog import SOURCES, TABLES, load
from petaplan.capacity.figures import Engine, Source, Sparsity
from petaplan.capacity.hardware import Accelerator, Product
from petaplan.reporting.units import number
from tools.generate.fields import Schema, sections
from tools.generate.files import Files
from tools.generate.markdown import code, page, table

SCHEMA = "capacity/data/schemas/catalogue-1.json"


def catalogue_page(files: Files) -> None:
    """Every product of the catalogue, kind by kind."""
    catalogue = load()
    parts = [f"## {name}\n\n{_products(catalogue.table(kind))}" for name, kind in TABLES.items()]
    words = "`petaplan catalog MODEL` shows one product with the source of every figure."
    files.write("docs/reference/catalogue.md", page("Catalogue", words, *parts))


def _products(products: tuple[Product, ...]) -> str:
    rows = [
        (code(product.model), product.name, product.vendor, str(product.lifecycle), _peaks(product))
        for product in products
    ]
    return table(("model", "name", "vendor", "lifecycle", "dense matrix peak"), rows)


def _peaks(product: Product) -> str:
    if not isinstance(product, Accelerator):
        return ""
    return ", ".join(
        f"{peak.precision} {number(peak.tflops.value)} {peak.tflops.unit}"
        for peak in product.peaks
        if peak.tflops is not None and peak.sparsity is Sparsity.DENSE and peak.engine is Engine.MATRIX
    )


def catalogue_schema(files: Files) -> None:
    """The JSON Schema of a file of capacity/data/catalogue: tables of products, and the sources of their figures."""
    kinds: dict[str, type[Product | Source]] = {**TABLES, SOURCES: Source}
    wanted = [(name, "validation", TypeAdapter(tuple[kind, ...])) for name, kind in kinds.items()]  # type: ignore[valid-type]
    tables, shared = TypeAdapter.json_schemas(wanted)  # type: ignore[arg-type]
    definitions = {name: _described(name, definition) for name, definition in sorted(shared["$defs"].items())}
    definitions["Part"]["properties"]["model"]["examples"] = sorted(load().products)
    files.write("docs/reference/catalogue-file.md", _file_page(tables, definitions))
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:petaplan:catalogue:1",
        "title": "petaplan catalogue file",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: made for (name, _), made in tables.items()},
        "$defs": definitions,
    }
    files.write(SCHEMA, json.dumps(schema, indent=1, ensure_ascii=False) + "\n")


def _file_page(tables: dict[Any, Schema], definitions: dict[str, Schema]) -> str:
    """The fields of a file of the catalogue."""
    names = [(name, made["items"]["$ref"].rsplit("/", 1)[-1]) for (name, _), made in tables.items()]
    listed = table(("table", "a list of"), [(code(name), f"[{noun}](#{noun.lower()})") for name, noun in names])
    words = "A layer has the same tables ([how](../own-hardware.md)). The value `null` is a figure that nobody knows."
    return page("Catalogue file", words, f"## Tables\n\n{listed}", *sections(definitions))


def _described(name: str, definition: Schema) -> Schema:
    """A definition with the docstrings of its noun, and without the place where a noun was declared."""
    definition.get("properties", {}).pop("declared_at", None)
    if (noun := nouns_by_name().get(name)) is not None:
        definition["description"] = noun.summary
        for field, text in noun.fields.items():
            if field in definition.get("properties", {}):
                definition["properties"][field]["description"] = text
    return definition
