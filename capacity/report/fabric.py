"""The bill of materials of the fabrics."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from petaplan.capacity.fabrics.bill import Bill, Line
from petaplan.capacity.units import W_PER_KW
from petaplan.reporting.cells import BLANK, Cell, Missing, Number, Phrase, Text, text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

VERSION = 1
"""Version of the JSON of this report."""

COLUMNS = (
    Column(key="item", title="what"),
    Column(key="model", title="model"),
    Column(key="length_m", unit="m", right=True),
    Column(key="count", title="count", right=True),
    Column(key="power_kw", unit="kW", right=True),
)
PART = Column(key="part", title="for")


def fabric_document(bill: Bill, _rendering: Rendering = PLAIN) -> Document:
    """A table for each fabric, then the whole order."""
    return Document(key="fabric", name=bill.hub, sections=tuple(_sections(bill)), main="lines")


def _sections(bill: Bill) -> Iterator[Section]:
    if not bill.lines:
        none = Phrase("{hub} declares no fabric", {"hub": Text(bill.hub)})
        yield Section(key="none", blocks=(Lines(cells=(none,)),))
        return
    places = {id(line): f"/lines/{at}" for at, line in enumerate(bill.lines)}
    for name, lines in groupby(bill.lines, key=lambda line: line.fabric):
        rows = [(line, places[id(line)]) for line in lines]
        table = Table(
            key="lines",
            title=Text(name),
            columns=(*COLUMNS, PART),
            rows=[_row(line, pointer) for line, pointer in rows],
            constants={"fabric": Text(name)},
        )
        yield Section(key=name, blocks=(table,), spaced=False)
    yield Section(key="totals", blocks=(_totals(bill), *_notes(bill.notes)))


def _totals(bill: Bill) -> Table:
    rows = [_row(line, f"/totals/{at}") for at, line in enumerate(bill.totals())]
    title = Phrase("{hub}: the whole order", {"hub": Text(bill.hub)})
    return Table(key="totals", title=title, columns=COLUMNS, rows=rows, keys=2)


def _notes(notes: Iterable[str]) -> Iterator[Lines]:
    cells = tuple(Phrase("note: {note}", {"note": Text(note)}) for note in notes)
    if cells:
        yield Lines(cells=cells, bullets=True)


def _row(line: Line, pointer: str) -> Row:
    return Row(
        cells={
            "item": Text(str(line.item)),
            "model": Text(line.model),
            "length_m": BLANK if line.length_m is None else Number(value=line.length_m, unit="m"),
            "count": Number(value=line.count),
            "power_kw": _power(line),
            "part": text(line.part),
        },
        pointer=pointer,
    )


def _power(line: Line) -> Cell:
    if line.watts is None:
        return Missing("?")
    return Number(value=line.watts / W_PER_KW, unit="kW", at_most=2) if line.watts else BLANK


def write_bill(bill: Bill) -> str:
    """The bill as JSON; the same plan gives the same bytes."""
    return json_text(
        {
            "petaplan_fabric": VERSION,
            "hub": bill.hub,
            "lines": [_values(line) for line in bill.lines],
            "totals": [
                {key: value for key, value in _values(line).items() if key not in ("fabric", "part")}
                for line in bill.totals()
            ],
            "notes": list(bill.notes),
        }
    )


def _values(line: Line) -> dict[str, str | float | int | None]:
    return {
        "fabric": line.fabric,
        "part": line.part,
        "item": line.item,
        "model": line.model,
        "length_m": line.length_m,
        "count": line.count,
        "power_kw": None if line.watts is None else round(line.watts / W_PER_KW, 6),
    }
