"""Figures of the catalogue that the plan uses, each with its source, and the documents behind them."""

from collections.abc import Collection, Iterator, Mapping

from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.figures import Figure, Source
from petaplan.capacity.hardware import Product
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import BLANK, Cell, Code, Day, Missing, Number, Phrase, Text, Tone, text, unit
from petaplan.reporting.document import Column, Row, Section, Table
from petaplan.reporting.web.site import Page
from petaplan.reporting.wording import value_of

FIGURES = (
    Column(key="model", title="model"),
    Column(key="figure", title="figure"),
    Column(key="value", title="value", right=True),
    Column(key="unit", title="unit"),
    Column(key="low", title="low", right=True, if_any=True),
    Column(key="high", title="high", right=True, if_any=True),
    Column(key="status", title="status"),
    Column(key="as_of", title="as of"),
    Column(key="source", title="source"),
    Column(key="note", title="note", wraps=True, if_any=True),
)
SOURCES = (
    Column(key="key", title="key"),
    Column(key="document", title="document", wraps=True),
    Column(key="read_on", title="read on"),
    Column(key="url", title="address", wraps=True),
)
PUBLISHED = frozenset({"datasheet", "relayed", "reported", "measured", "derived"})
"""Statuses that rest on a document."""


def figures_in_use(study: Study) -> Iterator[tuple[Product, str, Figure]]:
    """Each figure of the products that the plan uses, by model."""
    for model in sorted(used_models(study)):
        product = study.design.catalogue.products[model]
        for path, _, figure in figures_of(product):
            if figure is not None:
                yield product, path, figure


def used_models(study: Study) -> set[str]:
    """Models of the catalogue that the hub names, and the parts that its racks hold."""
    design, found = study.design, set[str]()
    for placement in design.placements:
        for _, facts in design.pod(placement).rack_groups:
            found.add(facts.model.model)
            found |= {product.model for _, product in (*facts.nodes, *facts.switches)}
            found |= set(facts.accelerators)
    found |= {row.model for row in (*design.hub.power_nodes, *design.hub.cooling_nodes) if row.model is not None}
    return found & set(design.catalogue.products)


def build(study: Study) -> Page | None:
    """The page; None for a plan without hardware of the catalogue."""
    rows = [_figure(*one, f"/figures/{at}") for at, one in enumerate(figures_in_use(study))]
    if not rows:
        return None
    table = Table(key="figures", columns=FIGURES, rows=rows, noun="figures")
    sources = sources_table(study, {figure.source for _, _, figure in figures_in_use(study)})
    return Page(
        key="figures",
        title="Catalogue figures",
        blocks=(
            Section(key="figures", blocks=(table,)),
            Section(key="sources", title=Text("Documents"), blocks=(sources,)),
        ),
    )


def _figure(product: Product, path: str, figure: Figure, place: str) -> Row:
    known = str(figure.status) in PUBLISHED
    status = Phrase(str(figure.status)) if known else Phrase(str(figure.status), tone=Tone.WARNING)
    cells: dict[str, Cell] = {
        "model": Code(product.model),
        "figure": Code(path),
        "value": Number(value=figure.value),
        "unit": unit(figure.unit),
        "low": BLANK if figure.low is None else Number(value=figure.low),
        "high": BLANK if figure.high is None else Number(value=figure.high),
        "status": status,
        "as_of": Day(figure.as_of),
        "source": Text(figure.source),
        "note": text(figure.note or ""),
    }
    shown = [key for key, cell in cells.items() if key != "status" and cell is not BLANK]
    return Row(cells=cells, pointer=place, pointers={key: f"{place}/{key}" for key in shown})


def sources_table(study: Study, keys: Collection[str]) -> Table:
    """The documents behind some figures, by their keys."""
    rows = [row for row in _sources(study) if value_of(row.cells["key"]) in keys]
    return Table(key="sources", columns=SOURCES, rows=rows, noun="documents")


def _sources(study: Study) -> Iterator[Row]:
    for at, source in enumerate(_documents(study)):
        cells: dict[str, Cell] = {
            "key": Text(source.key),
            "document": Text(source.document),
            "read_on": Day(source.read_on),
            "url": Text(source.url) if source.url else Missing(),
        }
        yield Row(cells=cells, pointers={"read_on": f"/sources/{at}/read_on"})


def price_sources(study: Study) -> set[str]:
    """Keys of the documents that prices of bought parts come from."""
    return {part.source for cost in study.costs for part in cost.bought.parts}


def _documents(study: Study) -> list[Source]:
    known = study.design.catalogue.sources
    keys = {figure.source for _, _, figure in figures_in_use(study)} | price_sources(study)
    return [known[key] for key in sorted(keys) if key in known]


def _members(study: Study) -> Mapping[str, object]:
    figures = [_values(product, path, figure) for product, path, figure in figures_in_use(study)]
    sources = [
        {"key": one.key, "document": one.document, "read_on": one.read_on.isoformat(), "url": one.url}
        for one in _documents(study)
    ]
    return {"figures": figures, "sources": sources}


def _values(product: Product, path: str, figure: Figure) -> dict[str, object]:
    names = ("value", "unit", "low", "high", "source", "note")
    return {
        "model": product.model,
        "figure": path,
        **{name: getattr(figure, name) for name in names},
        "status": str(figure.status),
        "as_of": figure.as_of.isoformat(),
    }


FIGURES_PAGE = PageKind(key="figures", order=95, title="Catalogue figures", build=build, json=_members)
