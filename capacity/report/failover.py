"""The failover tables: the effect of every single loss, phase by phase."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from petaplan.capacity.failover.table import FailoverRow, FailoverTable, redundancy_words
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Number, Phrase, Several, Status, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

VERSION = 1
"""Version of the JSON of this report."""

TONE = {"survives": Tone.GOOD, "overload": Tone.BAD, "dark": Tone.BAD}

COLUMNS = (
    Column(key="loss", title="loss of one"),
    Column(key="losses", title="losses", right=True),
    Column(key="survivor", title="survivor nearest to its limit", wraps=True),
    Column(key="load_before", title="load\nbefore", right=True),
    Column(key="load_after", title="load\nafter", right=True),
    Column(key="dark_kw", title="kW\ndark", right=True),
    Column(key="racks_dark", title="racks\ndark", right=True),
    Column(key="verdict", title="verdict", matters=True),
    Column(key="worst", title="worst loss", data_only=True),
)


def failover_document(tables: Sequence[FailoverTable], _rendering: Rendering = PLAIN) -> Document:
    """One section a phase."""
    name = tables[0].hub if tables else ""
    sections = tuple(_section(found, at) for at, found in enumerate(tables))
    return Document(key="failover", name=name, sections=sections, main="losses")


def _section(found: FailoverTable, at: int) -> Section:
    title = Phrase(
        "{hub}, {phase}, {day}: every single loss of the power chain",
        {"hub": Text(found.hub, Tone.STRONG), "phase": Text(found.phase, Tone.STRONG), "day": Day(found.day)},
    )
    claims = Text(f"halls claim {redundancy_words(found.claims)}" if found.claims else "no hall has racks yet")
    table = Table(
        key="losses",
        columns=COLUMNS,
        rows=[_row(row, f"/failover/{at}/rows/{place}") for place, row in enumerate(found.rows)],
        constants={"phase": Text(found.phase), "day": Day(found.day)},
        noun="losses",
    )
    lines = tuple(_summary(found))
    return Section(key=found.phase, blocks=(Lines(cells=(title, claims)), table, Lines(cells=lines)))


def _summary(found: FailoverTable) -> Iterator[Cell]:
    kept = "{broken} claimed ones aren't" if found.broken else "every claim is kept"
    unknown = "; not known, so loads are lower bounds: {missing}" if found.missing else ""
    yield Phrase(
        f"{{survived}} of {{all}} situations are survived, {kept}{unknown}; loads in % of what each piece may carry",
        {
            "survived": Number(value=found.survived),
            "all": Number(value=sum(row.count for row in found.rows)),
            "broken": Number(value=found.broken),
            "missing": Several(tuple(Text(name) for name in found.missing)),
        },
    )


def _row(row: FailoverRow, pointer: str) -> Row:
    return Row(
        cells={
            "loss": Text(row.loss),
            "losses": Number(value=row.count),
            "survivor": _survivor(row),
            "load_before": Number(value=row.before_percent, unit="%", decimals=0) if row.survivor else MISSING,
            "load_after": Number(value=row.after_percent, unit="%", decimals=0) if row.survivor else MISSING,
            "dark_kw": Number(value=row.dark_kw + row.plant_dark_kw, decimals=0),
            "racks_dark": Number(value=row.racks_dark),
            "verdict": Status(key=row.verdict, tone=TONE[row.verdict]),
            "worst": Text(row.worst),
        },
        pointer=pointer,
    )


def _survivor(row: FailoverRow) -> Cell:
    """The survivor nearest to its limit, and after which of alike losses where that matters."""
    survivor: Cell = Text(row.survivor) if row.survivor else MISSING
    if row.count > 1 and row.verdict != "survives":
        return Phrase("{survivor}  ({worst})", {"survivor": survivor, "worst": Text(row.worst) if row.worst else BLANK})
    return survivor


def failover_json(tables: Sequence[FailoverTable]) -> str:
    """The tables as JSON; an infinite load (a piece that may carry nothing) is null."""
    return json_text({"petaplan_failover": VERSION, "failover": [_values(table) for table in tables]})


def _values(found: FailoverTable) -> dict[str, object]:
    return {
        "hub": found.hub,
        "phase": found.phase,
        "day": found.day.isoformat(),
        "claims": dict(found.claims),
        "losses": found.losses,
        "broken": found.broken,
        "missing": list(found.missing),
        "rows": [_rounded(asdict(row)) for row in found.rows],
        "survived": found.survived,
        "single_losses": [_rounded(asdict(one)) for one in found.single_losses],
    }


def _rounded(row: dict[str, object]) -> dict[str, object]:
    for name in ("before_percent", "after_percent", "dark_kw", "plant_dark_kw"):
        value = row[name]
        assert isinstance(value, float | int)
        row[name] = None if value == float("inf") else round(value, 3)
    return row
