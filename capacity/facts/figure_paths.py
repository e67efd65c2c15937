"""Figures of a product, addressed by name: ``power_kw``, ``peaks[fp8, 2:4]``, ``peaks[fp64, vector].clock_mhz``.

A row of a list is named by what tells it from the others; what is usual (dense, matrix) may be left out. The number of
a row in its list, as in ``peaks[2].tflops``, is read too.
"""

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from petaplan.capacity.document.marked import Path_, dotted
from petaplan.capacity.figures import Engine, Figure, Sparsity
from petaplan.capacity.hardware import Plausible, sheet_unit
from petaplan.capacity.units import Unit

USUAL = frozenset((str(Sparsity.DENSE), str(Engine.MATRIX)))
"""Words that the name of a row leaves out."""

MAIN: Mapping[str, str] = MappingProxyType({"peaks": "tflops", "maker_claims": "pflops"})
"""Lists whose rows have names, and the figure that the name alone means."""

PATH = re.compile(r"(?P<table>[a-z0-9_]+)\[(?P<row>[a-z0-9:, ]+)\](\.(?P<field>[a-z0-9_]+))?")


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """Unit and bounds of the figure in a catalogue field."""

    name: str
    unit: str
    bounds: Plausible


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


def figures_of(noun: Any) -> Iterator[tuple[str, FieldFacts, Figure | None]]:
    """Every figure in a product, also the unknown ones, with its name and what its field expects."""
    for path, fact, figure in figures_at(noun, ()):
        yield _named(noun, path), fact, figure


def figures_at(noun: Any, path: Path_) -> Iterator[tuple[Path_, FieldFacts, Figure | None]]:
    """Every figure in a noun with its path by number of row."""
    facts = {fact.name: fact for fact in figure_fields(noun.__class__)}
    for field in dataclasses.fields(noun):
        value = getattr(noun, field.name)
        if (fact := facts.get(field.name)) is not None:
            if fact.unit in {"TFLOP/s", "PFLOP/s"} and hasattr(noun, "precision"):
                unit = sheet_unit(noun.precision) if fact.unit == "TFLOP/s" else noun.precision.rate_unit
                fact = dataclasses.replace(fact, unit=unit)
            yield (*path, field.name), fact, value
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if dataclasses.is_dataclass(item):
                    yield from figures_at(item, (*path, field.name, index))


def row_name(row: Any) -> str:
    """What tells a row with a precision from the others of its list.

    >>> from types import SimpleNamespace as Row
    >>> row_name(Row(precision="fp64", engine="vector", sparsity="dense"))
    'fp64, vector'
    """
    words = (str(row.precision), str(row.engine), str(row.sparsity))
    return ", ".join(word for word in words if word not in USUAL)


def _named(noun: Any, path: Path_) -> str:
    table, *rest = path
    if table not in MAIN or len(rest) != 2:
        return dotted(path)
    row, field = rest
    name = f"{table}[{row_name(getattr(noun, str(table))[row])}]"
    return name if field == MAIN[str(table)] else f"{name}.{field}"


def canonical(product: Any, path: str) -> str:
    """The name of a figure as ``figures_of`` writes it; a text that names none stays as it is."""
    spot = PATH.fullmatch(path)
    rows = getattr(product, spot["table"], None) if spot is not None else None
    if spot is None or not isinstance(rows, tuple) or spot["table"] not in MAIN:
        return path
    index = _row(rows, spot["row"])
    return path if index is None else _named(product, (spot["table"], index, spot["field"] or MAIN[spot["table"]]))


def _row(rows: tuple[Any, ...], name: str) -> int | None:
    """The number of the row of that name, or of that number."""
    if name.isdecimal():
        return int(name) if int(name) < len(rows) else None
    words = {word.strip() for word in name.split(",")} - USUAL
    return next((at for at, row in enumerate(rows) if set(row_name(row).split(", ")) == words), None)


def with_figure(product: Any, path: str, figure: Figure) -> Any:
    """The same product with another figure at a path; it stays declared where it was."""
    if (spot := PATH.fullmatch(path)) is None:
        made = product.replace(**{path: figure})
    else:
        rows = list(getattr(product, spot["table"]))
        index = _row(tuple(rows), spot["row"])
        assert index is not None
        rows[index] = rows[index].replace(**{spot["field"] or MAIN[spot["table"]]: figure})
        made = product.replace(**{spot["table"]: tuple(rows)})
    return made
