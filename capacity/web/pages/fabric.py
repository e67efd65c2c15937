"""Fabric: tiers with their switches, links, oversubscription and optics, and the bill of materials."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.fabrics.bill import Bill, Line, bill_of
from petaplan.capacity.report.fabric import write_bill
from petaplan.capacity.units import W_PER_KW
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.capacity.web.tiers import MOST_FABRICS, Fabrics, FabricView, drawing_of
from petaplan.reporting.cells import BLANK, MISSING, Cell, Number, Phrase, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.web.blocks import Block, OnDemand
from petaplan.reporting.web.site import Page
from petaplan.reporting.wording import literal, told

TOTALS = (
    Column(key="item", title="what"),
    Column(key="model", title="model"),
    Column(key="length_m", title="length", unit="m", right=True),
    Column(key="count", title="count", right=True),
    Column(key="power_kw", title="power", unit="kW", right=True),
)
LINES = (Column(key="fabric", title="fabric"), Column(key="part", title="for"), *TOTALS)
NODES = "nodes"
"""Below the first tier, in what links are for."""
FIBRES = frozenset({"single-mode fibre", "multimode fibre"})
TIERS = (
    Column(key="fabric", title="fabric"),
    Column(key="tier", title="tier"),
    Column(key="switch", title="switch"),
    Column(key="switches", title="switches", right=True),
    Column(key="links_up", title="links up", right=True),
    Column(key="oversubscription", title="oversubscription", right=True),
    Column(key="optic", title="optic up"),
)


def build(study: Study) -> Page | None:
    """The page; None for a plan without a fabric."""
    fabrics = Fabrics(study.design)
    if not fabrics.views:
        return None
    bill = bill_of(study.design)
    blocks: list[Block] = []
    if len(fabrics.views) > MOST_FABRICS:
        line = Phrase("Fabrics that are alike are drawn once. The table of tiers has each.")
        blocks.append(Section(key="fabric-introduction", blocks=(Lines(cells=(line,)),)))
    blocks.append(drawing_of(fabrics, "tiers"))
    tiers = Table(key="tiers", columns=TIERS, rows=list(_tiers(fabrics)), noun="tiers")
    blocks.append(OnDemand(key="tiers-table", title=Phrase("Tiers"), table=tiers))
    rows = [_line(line, f"/fabric/totals/{at}") for at, line in enumerate(bill.totals())]
    totals = Table(key="bill", columns=TOTALS, rows=rows, noun="lines")
    blocks.append(Section(key="bill", title=Phrase("Bill of materials: the whole order"), blocks=(totals,)))
    lines = [_line(line, f"/fabric/lines/{at}") for at, line in enumerate(bill.lines)]
    parts = Table(key="bill-lines", columns=LINES, rows=lines, noun="lines")
    blocks += [OnDemand(key="bill-lines", title=Phrase("Bill of materials by fabric"), table=parts), *_notes(bill)]
    return Page(key="fabric", title="Fabric", blocks=tuple(blocks))


def values(study: Study) -> Mapping[str, object]:
    """The bill, as `petaplan fabric --format json` writes it, and the tiers of each fabric."""
    views = Fabrics(study.design).views
    return {
        "fabric": as_written(write_bill(bill_of(study.design))),
        "fabrics": as_written(json_text([_values(view) for view in views])),
    }


def _values(view: FabricView) -> dict[str, object]:
    fabric = view.fabric
    above = (*view.between, None)
    return {
        "name": fabric.name,
        "kind": str(fabric.kind),
        "planes": fabric.planes,
        "domains": fabric.domains,
        "nodes": view.nodes,
        "node_links": view.node_links,
        "tiers": [
            {
                "name": tier.name,
                "switch": tier.switch,
                "switches": switches,
                "links_up": links.links if links else None,
                "oversubscription": round(links.oversubscription, 3) if links else None,
                "optic": links.optic if links else None,
            }
            for tier, switches, links in zip(fabric.tiers, view.switches, above, strict=True)
        ],
    }


def _tiers(fabrics: Fabrics) -> Iterator[Row]:
    for view in fabrics.views:
        above = (*view.between, None)
        for place, (tier, switches, links) in enumerate(zip(view.fabric.tiers, view.switches, above, strict=True)):
            pointer = f"/fabrics/{view.at}/tiers/{place}"
            cells: dict[str, Cell] = {
                "fabric": Text(view.fabric.name),
                "tier": Text(tier.name),
                "switch": Text(tier.switch),
                "switches": Number(value=switches),
                "links_up": Number(value=links.links) if links else BLANK,
                "oversubscription": Number(value=round(links.oversubscription, 3), at_most=2) if links else BLANK,
                "optic": Text(links.optic) if links else BLANK,
            }
            figures = ["switches", *(["links_up", "oversubscription"] if links else [])]
            yield Row(cells=cells, pointer=pointer, pointers={key: f"{pointer}/{key}" for key in figures})


def _line(line: Line, pointer: str) -> Row:
    power: Cell = BLANK
    if line.watts is None:
        power = MISSING
    elif line.watts:
        power = Number(value=round(line.watts / W_PER_KW, 6), at_most=2)
    cells: dict[str, Cell] = {
        "fabric": Text(line.fabric),
        "part": _part(line.part),
        "item": Phrase(str(line.item)),
        "model": _model(line.model),
        "length_m": BLANK if line.length_m is None else Number(value=line.length_m),
        "count": Number(value=line.count),
        "power_kw": power,
    }
    figures = [key for key in ("length_m", "count", "power_kw") if isinstance(cells[key], Number)]
    return Row(cells=cells, pointer=pointer, pointers={key: f"{pointer}/{key}" for key in figures})


def _part(part: str) -> Cell:
    """Where a part stands; links go from one tier to the next."""
    below, between, above = part.partition(" to ")
    if not between:
        return Text(part)
    lower = told(Phrase(NODES)) if below == NODES else Text(below)
    return told(Phrase("{below} to {above}", {"below": lower, "above": Text(above)}))


def _model(model: str) -> Cell:
    """A model of the catalogue; a fibre has a kind alone."""
    return told(Phrase(literal(model))) if model in FIBRES else Text(model)


def _notes(bill: Bill) -> Iterator[Section]:
    if bill.notes:
        cells = tuple(Text(note) for note in bill.notes)
        yield Section(key="bill-notes", title=Phrase("Notes"), blocks=(Lines(cells=cells, bullets=True),))


FABRIC = PageKind(key="fabric", order=60, title="Fabric", build=build, json=values)
