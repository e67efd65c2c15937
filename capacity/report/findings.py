"""Findings as rows of a table: the same columns in every report."""

from collections.abc import Iterable, Mapping

from petaplan.capacity.findings import Finding, Verdict
from petaplan.reporting.cells import (
    BLANK,
    Cell,
    Code,
    Comparison,
    Number,
    Reading,
    Several,
    Source,
    Status,
    Text,
    Tone,
    text,
)
from petaplan.reporting.document import Column, Inline, Row
from petaplan.reporting.wording import words

TONE = {
    Verdict.PASS: Tone.GOOD,
    Verdict.SHORTFALL: Tone.BAD,
    Verdict.UNKNOWN: Tone.UNKNOWN,
    Verdict.WARNING: Tone.WARNING,
    Verdict.REVIEW: Tone.NOTE,
}

SUPPLIED = {
    "PFLOP/s", "POP/s", "% measured", "kW", "kVA", "kWh", "A", "s", "min", "h", "U", "kg", "kPa", "m", "m2", "C",
    "K of rise", "L/min", "Gb/s", "Tb/s", "racks", "circuits", "ports", "links", "switches", "nodes", "spare nodes",
    "end points", "domains",
}  # fmt: skip
"""Units of what a plan has to give: having none of it is a lack; of anything else, none is what is allowed."""

NO_BADGES: Mapping[Verdict, str] = {}

VERDICT = Column(key="verdict")
RULE = Column(key="rule", title="rule")
SUBJECT = Column(key="subject", title="subject")
PHASE = Column(key="phase", title="phase", inline=Inline(before=" [", after="]", unless_same_as="subject"))
FINDING = Column(key="finding", title="finding", wraps=True, inline=Inline(before=": "))
NOTE = Column(key="note", title="note", wraps=True, if_any=True, inline=Inline(before=" (", after=")"))
HINT = Column(key="hint", title="hint", wraps=True, if_any=True, inline=Inline(before="", own_line=True))
MISSING = Column(
    key="missing", title="not known", wraps=True, if_any=True, inline=Inline(before="not known: ", own_line=True)
)
REMEDY = Column(key="remedy", title="what would settle it", wraps=True, if_any=True, inline=Inline(before="; "))
DECLARED_AT = Column(
    key="declared_at", title="declared at", inline=Inline(before="declared at ", own_line=True, tone=Tone.QUIET)
)
FOR_PROGRAMS = (
    Column(key="kind", title="kind", data_only=True),
    Column(key="ratio", title="ratio", right=True, data_only=True),
)
COLUMNS = (VERDICT, RULE, SUBJECT, PHASE, FINDING, NOTE, HINT, MISSING, REMEDY, DECLARED_AT, *FOR_PROGRAMS)
"""All that a finding says, in the order in which a line says it."""


def finding_row(finding: Finding, pointer: str = "") -> Row:
    """A finding in these columns; the place of one that holds is left out."""
    amounts = comparison_of(finding)
    says_note = amounts.reading is Reading.REMARK
    cells: dict[str, Cell] = {
        "verdict": verdict_status(finding.verdict),
        "rule": Code(finding.rule),
        "subject": Text(finding.subject),
        "phase": text(finding.phase),
        "finding": amounts,
        "note": BLANK if says_note else text(finding.note),
        "hint": text(finding.hint),
        "missing": Several(tuple(Text(name) for name in finding.missing)) if finding.missing else BLANK,
        "remedy": text(remedy(finding.missing)) if finding.missing else BLANK,
        "kind": text(finding.kind),
        "ratio": BLANK if finding.ratio is None else Number(value=finding.ratio),
    }
    if finding.place is not None and finding.verdict is not Verdict.PASS:
        cells["declared_at"] = Source(file=finding.place.file, line=finding.place.line)
    return Row(cells=cells, pointer=pointer)


def verdict_status(verdict: str, badges: Mapping[Verdict, str] = NO_BADGES) -> Status:
    """A verdict as a cell; ``badges`` are what a comment shows."""
    return Status(key=str(verdict), tone=TONE[Verdict(verdict)], badge=badges.get(Verdict(verdict), ""))


def comparison_of(finding: Finding) -> Comparison:
    """Demand and capacity, or the note of a rule that says nothing in numbers."""
    if finding.demand is None and finding.capacity is None and not finding.missing:
        remark = finding.note or finding.verdict
        return Comparison(demand=None, capacity=None, unit=finding.unit, reading=Reading.REMARK, remark=remark)
    return comparison(finding.demand, finding.capacity, finding.unit, finding.verdict)


def comparison(demand: float | None, capacity: float | None, unit: str, verdict: str) -> Comparison:
    """Demand and capacity, read as the unit and the verdict ask for.

    >>> words(comparison(5, 0, "PFLOP/s", "shortfall")), words(comparison(3, 0, "racks dark", "shortfall"))
    ('needs 5 PFLOP/s, has none', '3 racks dark, where none is allowed')
    """
    reading = Reading.NEEDS
    if capacity == 0 and demand:
        reading = Reading.NEEDS_HAS_NONE if unit in SUPPLIED else Reading.NONE_ALLOWED
        if verdict == Verdict.REVIEW:
            reading = Reading.DEMAND_ALONE
    return Comparison(demand=demand, capacity=capacity, unit=unit, reading=reading)


def amounts(finding: Finding) -> str:
    """Demand and capacity in words."""
    return words(comparison(finding.demand, finding.capacity, finding.unit, finding.verdict))


def remedy(missing: Iterable[str]) -> str:
    """How the plan can say what is missing: a catalogue figure by an assumption, its own objects' fields directly."""
    if all(" " not in name for name in missing):
        return "an assumption with that model and quantity can fill it"
    return "give it in the plan"
