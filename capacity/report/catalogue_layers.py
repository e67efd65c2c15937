"""What layers of the catalogue add to those below, what they replace, and what is doubtful in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from petaplan.capacity.facts.catalog import Catalogue, Overridden
from petaplan.capacity.facts.export_rules import rules_of
from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.facts.invariants import Doubt, doubts_about
from petaplan.capacity.facts.systems import systems_of
from petaplan.capacity.findings import count_of
from petaplan.capacity.hardware import Product
from petaplan.capacity.names import in_words
from petaplan.reporting.cells import Text, Tone
from petaplan.reporting.document import Column, Document, Inline, Layout, Lines, Row, Section, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureChange:
    """A figure that differs between two catalogues."""

    model: str
    figure: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerReading:
    """What some layers contain."""

    layers: tuple[str, ...]
    added: tuple[Product, ...]
    """Products that no layer below has."""
    added_rows: tuple[str, ...]
    """Measured rates, export rules and published systems that no layer below has, as a line each."""
    changes: tuple[FigureChange, ...]
    """Figures of products that a layer below has."""
    overridden: tuple[Overridden, ...]
    doubts: tuple[Doubt, ...]
    asked_for_doubts: bool


def reading(before: Catalogue, after: Catalogue, *, doubts: bool) -> LayerReading:
    """What a catalogue has that the one below does not."""
    added = tuple(one for model, one in after.products.items() if model not in before.products)
    changed = [
        (known, one)
        for model, one in after.products.items()
        if (known := before.products.get(model)) is not None and known is not one
    ]
    mine = (*added, *(one for _, one in changed))
    return LayerReading(
        layers=tuple(layer.name for layer in after.layers[len(before.layers) :]),
        added=added,
        added_rows=tuple(_added_rows(before, after)),
        changes=tuple(change for pair in changed for change in _changes(*pair)),
        overridden=after.overridden[len(before.overridden) :],
        doubts=tuple(doubt for one in mine for doubt in doubts_about(one, after)) if doubts else (),
        asked_for_doubts=doubts,
    )


def _added_rows(before: Catalogue, after: Catalogue) -> Iterator[str]:
    """What a catalogue has beside products that the one below does not."""
    for gemm in after.measured[len(before.measured) :]:
        yield f"measured rate of {gemm.accelerator} in {gemm.precision}"
    rules = {rule.id for rule in rules_of(before)}
    yield from (f"export rule {rule.id}" for rule in rules_of(after) if rule.id not in rules)
    systems = {system.name for system in systems_of(before)}
    yield from (f"system {system.name}" for system in systems_of(after) if system.name not in systems)


def _replaced(found: LayerReading) -> Iterator[str]:
    """What was put in the place of something, where no changed figure says so."""
    told = {(one.model, one.figure) for one in found.changes}
    for one in found.overridden:
        if (one.model, one.quantity) not in told:
            yield str(one)
        told.discard((one.model, one.quantity))


def _changes(before: Product, after: Product) -> Iterator[FigureChange]:
    was = {path: figure for path, _, figure in figures_of(before)}
    now = {path: figure for path, _, figure in figures_of(after)}
    for path in {**was, **now}:
        if was.get(path) != now.get(path):
            yield FigureChange(
                model=after.model,
                figure=path,
                before=str(was.get(path) or "unknown"),
                after=str(now.get(path) or "unknown"),
            )


def reading_values(found: LayerReading) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "layers": list(found.layers),
        "added": [one.model for one in found.added],
        "added_rows": list(found.added_rows),
        "changes": [
            {"model": one.model, "figure": one.figure, "before": one.before, "after": one.after}
            for one in found.changes
        ],
        "overridden": [str(one) for one in found.overridden],
        "doubts": [{"model": one.model, "figure": one.figure, "text": one.text} for one in found.doubts],
    }


CHANGE_COLUMNS = (
    Column(key="model", title="model"),
    Column(key="figure", title="figure", inline=Inline(before=".")),
    Column(key="before", title="before", inline=Inline(before=": ")),
    Column(key="after", title="after", inline=Inline(before=" → ")),
)


def reading_document(found: LayerReading) -> Document:
    """What was added, changed and replaced, then the doubts."""
    counts = f"{count_of(len(found.added), 'product')} added, {count_of(len(found.changes), 'figure')} changed"
    head = Text(f"{', '.join(found.layers)}: valid; {counts}", Tone.STRONG)
    names = (*(f"{in_words(type(one).__name__)} {one.model}" for one in found.added), *found.added_rows)
    added = tuple(Text(f"+ {name}") for name in names)
    rows = [
        Row(
            cells={
                "model": Text(one.model),
                "figure": Text(one.figure),
                "before": Text(one.before),
                "after": Text(one.after),
            }
        )
        for one in found.changes
    ]
    table = Table(key="changes", columns=CHANGE_COLUMNS, rows=rows, layout=Layout.LINES, noun="changes")
    doubts = tuple(Text(f"review: {one.model}.{one.figure}: {one.text}") for one in found.doubts)
    sections = [Section(key="layers", blocks=(Lines(cells=(head, *added)), table))]
    if replaced := tuple(Text(one) for one in _replaced(found)):
        sections.append(Section(key="replaced", title=Text("Replaced"), blocks=(Lines(cells=replaced, indent=2),)))
    if doubts:
        sections.append(Section(key="doubts", title=Text("To review"), blocks=(Lines(cells=doubts, indent=2),)))
    return Document(key="catalog", name="catalogue", sections=tuple(sections), main="changes")
