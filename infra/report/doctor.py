"""What petaplan needs, as a report: a row for each part."""

from petaplan.infra.doctor.part import Part, Presence
from petaplan.reporting.cells import Number, Phrase, Status, Text, Tone, text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

COLUMNS = (
    Column(key="part", title="part"),
    Column(key="presence", title="is"),
    Column(key="found", title="found", wraps=True),
    Column(key="advice", title="what to do", wraps=True),
)
TONES = {Presence.PRESENT: Tone.GOOD, Presence.MISSING: Tone.BAD, Presence.ABSENT: Tone.WARNING}


def doctor_document(parts: tuple[Part, ...], _rendering: Rendering = PLAIN) -> Document:
    """One table of parts, and how many are missing."""
    table = Table(key="parts", columns=COLUMNS, rows=[_row(one, at) for at, one in enumerate(parts)], noun="parts")
    lacking = sum(one.presence is Presence.MISSING for one in parts)
    words = "{count} of {all} parts are missing" if lacking else "nothing is missing"
    cells = {"count": Number(value=lacking), "all": Number(value=len(parts))}
    head = Lines(cells=(Phrase(words, cells if lacking else {}),))
    sections = (
        Section(key="parts", blocks=(table,), spaced=False),
        Section(key="summary", blocks=(head,)),
    )
    return Document(key="doctor", name="petaplan", sections=sections, main="parts")


def _row(part: Part, at: int) -> Row:
    return Row(
        cells={
            "part": Text(part.name),
            "presence": Status(key=str(part.presence), tone=TONES[part.presence]),
            "found": Text(part.found),
            "advice": text(part.advice),
        },
        pointer=f"/parts/{at}",
    )
