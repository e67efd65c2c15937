"""Documents that the tests of reporting render."""

from petaplan.reporting.cells import Cell, Comparison, Number, Source, Status, Text, Tone
from petaplan.reporting.document import Column, Document, Inline, Layout, Lines, Row, Section, Table

COLUMNS = (
    Column(key="status", inline=Inline(before="")),
    Column(key="name", title="name"),
    Column(key="load", title="load", unit="kW", right=True, inline=Inline(before=": ")),
    Column(key="place", title="declared at", inline=Inline(before="declared at ", own_line=True)),
    Column(key="kind", title="kind", data_only=True),
)


def row(name: str, load: float = 510.0) -> Row:
    """A row with a cell of each kind that matters."""
    cells: dict[str, Cell] = {
        "status": Status(key="pass", badge="✅ Pass", tone=Tone.GOOD),
        "name": Text(name),
        "load": Number(value=load, unit="kW"),
        "place": Source(file="plan.yaml", line=3),
        "kind": Text("Hall"),
    }
    return Row(cells=cells, pointer="/halls/0")


def table(*names: str, layout: Layout = Layout.GRID) -> Table:
    """A table with a row for each name."""
    constants: dict[str, Cell] = {"phase": Text("first")}
    return Table(key="halls", columns=COLUMNS, rows=[row(name) for name in names], constants=constants, layout=layout)


def document(*names: str, layout: Layout = Layout.GRID, folded: bool = False, marker: str = "") -> Document:
    """A document of one table under a title, with a line above it."""
    needs = Comparison(demand=5, capacity=3, unit="kW")
    head = Section(key="head", blocks=(Lines(cells=(needs,)),))
    halls = Section(key="halls", title=Text("Halls"), blocks=(table(*names, layout=layout),), folded=folded)
    return Document(key="test", name="hub", sections=(head, halls), marker=marker)
