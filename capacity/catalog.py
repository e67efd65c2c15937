"""The catalogue of hardware: YAML files of facts, read strictly, looked up by model."""

import dataclasses
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from capacity.errors import CatalogueError, Problem
from capacity.figures import Figure, Source
from capacity.hardware import (
    Accelerator,
    Cpu,
    Equipment,
    Node,
    Optic,
    Part,
    Peak,
    Plausible,
    PodModel,
    Product,
    RackModel,
    SwitchModel,
)
from capacity.marked import dotted, read_file
from capacity.noun import Place
from capacity.strict import build, near
from capacity.units import Unit

DATA = Path(__file__).parent / "data"

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

P = TypeVar("P", bound=Product)


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Every product by model, and every source by key."""

    products: Mapping[str, Product]
    sources: Mapping[str, Source]

    def table(self, kind: type[P]) -> tuple[P, ...]:
        """All products of one kind, in the order of their file."""
        return tuple(product for product in self.products.values() if isinstance(product, kind))

    def find(self, kind: type[P], model: str) -> P | None:
        """The product of that model, or None."""
        product = self.products.get(model)
        return product if isinstance(product, kind) else None

    def suggestion(self, kind: type[Product], model: str) -> str:
        """The nearest model of that kind, as advice."""
        return near(model, (p.model for p in self.table(kind)))


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What a catalogue field says of the figure in it."""

    name: str
    unit: str
    bounds: Plausible


@cache
def load(folder: Path = DATA) -> Catalogue:
    """The catalogue in a folder.

    Raises:
        CatalogueError: with every unknown key, missing or wrong unit, duplicate, implausible value, unknown
            source and dangling reference, by file and line.
    """
    problems: list[Problem] = []
    sources = {source.key: source for source in _read(folder / "sources.yaml", Source, problems)}
    products: dict[str, Product] = {}
    for name, kind in TABLES.items():
        for product in _read(folder / f"{name}.yaml", kind, problems):
            if (first := products.get(product.model)) is not None:
                problems.append(_problem(product, f"{product.model!r} again (first at {first.declared_at})", "each model once"))
            products[product.model] = product
    for product in products.values():
        problems.extend(_figure_problems(product, sources))
        problems.extend(_reference_problems(product, products))
    if problems:
        raise CatalogueError(problems)
    return Catalogue(products=MappingProxyType(products), sources=MappingProxyType(sources))


def _read(path: Path, kind: type[Any], problems: list[Problem]) -> list[Any]:
    marked = read_file(path)
    entries = [] if marked.problems else build(tuple[kind, ...], marked)  # type: ignore[valid-type]
    problems.extend(marked.problems)
    for index, entry in enumerate(entries or ()):
        if isinstance(entry, Product):
            entry.declared_in(Place(file=marked.file, line=marked.lines[(index,)]))
    return list(entries or ())


def _problem(product: Product, found: str, expected: str, advice: str = "") -> Problem:
    return Problem(where=f"{product.declared_at}: {product.model}", found=found, expected=expected, advice=advice)


@cache
def figure_fields(kind: type[Any]) -> tuple[FieldFacts, ...]:
    """The fields of a catalogue noun that hold a Figure, with unit and bounds."""
    facts = []
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        unit = bounds = None
        for part in (hint, *typing.get_args(hint)):
            if typing.get_origin(part) is Annotated:
                for note in part.__metadata__:
                    unit = note.symbol if isinstance(note, Unit) else unit
                    bounds = note if isinstance(note, Plausible) else bounds
        if unit is not None and bounds is not None:
            facts.append(FieldFacts(name, unit, bounds))
    return tuple(facts)


def figures_of(noun: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, FieldFacts, Figure | None]]:
    """Every figure in a product, also the unknown ones, with its path and what its field expects."""
    facts = {fact.name: fact for fact in figure_fields(type(noun))}
    for field in dataclasses.fields(noun):
        value = getattr(noun, field.name)
        if field.name in facts:
            fact = facts[field.name]
            if isinstance(noun, Peak) and field.name == "tflops":
                fact = dataclasses.replace(fact, unit=noun.rate_unit)
            yield dotted((*path, field.name)), fact, value
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if dataclasses.is_dataclass(item):
                    yield from figures_of(item, (*path, field.name, index))


def _figure_problems(product: Product, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for path, fact, figure in figures_of(product):
        if figure is None:
            continue
        where = f"{product.model}.{path}"
        if figure.unit != fact.unit:
            yield _problem(product, f"{where} in {figure.unit!r}", f"the unit {fact.unit!r}", "convert the value")
        for name in ("value", "low", "high"):
            number = getattr(figure, name)
            if number is not None and not fact.bounds.low <= number <= fact.bounds.high:
                yield _problem(
                    product,
                    f"{where} = {number:g} {figure.unit}",
                    f"{fact.bounds.low:g} to {fact.bounds.high:g}",
                    "check the unit and the decimal point",
                )
        if figure.source not in sources:
            yield _problem(product, f"the source {figure.source!r}", "a key of sources.yaml", near(figure.source, sources))
        if figure.status == "assumed" and not figure.note:
            yield _problem(product, f"{where} is assumed without a note", "a note that says why")


_PARTS: Mapping[tuple[type[Product], str], type[Product]] = MappingProxyType(
    {
        (Node, "accelerators"): Accelerator,
        (Node, "cpus"): Cpu,
        (RackModel, "nodes"): Node,
        (RackModel, "switches"): SwitchModel,
        (PodModel, "racks"): RackModel,
    }
)


def _reference_problems(product: Product, products: Mapping[str, Product]) -> Iterator[Problem]:
    for (owner, name), kind in _PARTS.items():
        if isinstance(product, owner):
            yield from _dangling(product, getattr(product, name), kind, products)


def _dangling(
    product: Product, parts: Iterable[Part], kind: type[Product], products: Mapping[str, Product]
) -> Iterator[Problem]:
    for part in parts:
        if not isinstance(products.get(part.model), kind):
            known = (model for model, other in products.items() if isinstance(other, kind))
            yield _problem(product, f"the model {part.model!r}", f"a known {kind.__name__}", near(part.model, known))


