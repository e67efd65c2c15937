"""Findings as rows of a table: the same columns in every report."""

from collections.abc import Iterable, Mapping, Sequence

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.noun import Location
from petaplan.capacity.report.tones import TONES
from petaplan.capacity.verdict.causes import Cause, counts
from petaplan.reporting.cells import (
    BLANK,
    Cell,
    Code,
    Comparison,
    Number,
    Phrase,
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

TONE = {verdict: TONES[verdict] for verdict in Verdict}

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
PHASES = Column(key="phases", title="phases", inline=Inline(before=" [", after="]", unless_same_as="subject"))
REMARK = Column(key="remark", title="remark", wraps=True, if_any=True, inline=Inline(before="", own_line=True))
EXPLAINS = Column(
    key="explains", title="explains", wraps=True, if_any=True, inline=Inline(before="", own_line=True, tone=Tone.QUIET)
)
FOR_PROGRAMS = (
    Column(key="kind", title="kind", data_only=True),
    Column(key="ratio", title="ratio", right=True, data_only=True),
)
COLUMNS = (VERDICT, RULE, SUBJECT, PHASE, FINDING, NOTE, HINT, MISSING, REMEDY, DECLARED_AT, *FOR_PROGRAMS)
"""All that a finding says, in the order in which a line says it."""
CAUSE_COLUMNS = (VERDICT, RULE, SUBJECT, PHASES, FINDING, NOTE, HINT, REMARK, MISSING, REMEDY, EXPLAINS, *COLUMNS[-3:])
"""The same of findings that are shown by cause."""

MOST_SUBJECTS = 5
"""Subjects of one cause that are named; the others are counted."""

LONGEST_REMARK = 160
"""Characters of a review's remark that is shown where findings are shown by cause."""


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
    if finding.verdict is not Verdict.PASS and (place := source_cell(finding.place)) is not BLANK:
        cells["declared_at"] = place
    return Row(cells=cells, pointer=pointer)


def source_cell(place: Location | None) -> Cell:
    """The line of a place; nothing for a resource of a graph, which no line of a file declared."""
    return Source(file=place.file, line=place.line) if place is not None and place.is_line else BLANK


def cause_row(cause: Cause, pointer: str = "") -> Row:
    """The finding that says most of a cause, with all its phases and what else it explains."""
    lead = cause.lead
    cells = dict(finding_row(lead, pointer).cells)
    cells["phases"] = text(", ".join(cause.phases))
    if lead.verdict is Verdict.REVIEW:
        cells.pop("declared_at", None)
        if len(lead.hint) > LONGEST_REMARK:
            cells.pop("hint")
            length = Number(value=len(lead.hint))
            cells["remark"] = Phrase("--all prints the {length} characters of its remark", {"length": length})
    cells["explains"] = explained_by(cause)
    return Row(cells=cells, pointer=pointer)


def explained_by(cause: Cause) -> Cell:
    """How many findings a cause explains: by rule, or by subject where one rule has them; nothing where it is one."""
    if len(cause.findings) == 1:
        return BLANK
    others = [subject for subject in cause.subjects if subject != cause.lead.subject]
    cells: dict[str, Cell] = {"count": Number(value=len(cause.findings))}
    if len(cause.rules) > 1:
        of_rule = "{count} of {rule}"
        cells["rules"] = Several(
            tuple(Phrase(of_rule, {"count": Number(value=count), "rule": Code(rule)}) for rule, count in cause.rules)
        )
        return Phrase("one cause of {count} findings: {rules}", cells)
    if not others:
        return Phrase("one cause of {count} findings", cells)
    cells["others"] = Several(tuple(map(Text, others[:MOST_SUBJECTS])))
    cells["more"] = Number(value=len(others) - MOST_SUBJECTS)
    more = " and {more} more" if len(others) > MOST_SUBJECTS else ""
    return Phrase(f"one cause of {{count}} findings: also {{others}}{more}", cells)


def counted(count: int, noun: str) -> Phrase:
    """So many of something."""
    return Phrase(f"{{count}} {noun}{'s' * (count != 1)}", {"count": Number(value=count)})


def of_causes(findings: Sequence[Finding], noun: str) -> Phrase:
    """So many causes, and the number of their findings where it is another one."""
    causes, found = counts(findings)
    one = counted(causes, noun)
    return one if causes == found else Phrase("{one} ({found} findings)", {"one": one, "found": Number(value=found)})


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


def held_unverified(findings: Iterable[Finding]) -> list[Cell]:
    """How many of the checks that hold do so by unverified figures: reviews, listed one by one in full reports."""
    count = sum(finding.holds_unverified for finding in findings)
    if not count:
        return []
    return [Phrase("{count} hold by unverified figures alone", {"count": Number(value=count)})]
