"""A difference between two plans: for people, for programs, and as a part of the gate's comment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from petaplan.capacity.report.findings import comparison, verdict_status
from petaplan.capacity.verdict.difference import Change, Difference
from petaplan.capacity.verdict.object_changes import ObjectChange
from petaplan.reporting.cells import (
    MISSING,
    Cell,
    Code,
    Comparison,
    Day,
    Number,
    Phrase,
    Reading,
    Several,
    Text,
    Tone,
    text,
)
from petaplan.reporting.document import Block, Column, Document, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.markdown import write_markdown
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

VERSION = 2
"""Version of the JSON of this report."""

SAME_PLAN = "The plan declares the same as in {old}; what judges it changes"
"""What is said of equal plans where waivers, rules, figures or settings differ."""

MOST_ALIKE = 12
"""Objects and findings that are shown one by one; the rest are counted."""

MOST_QUANTITIES = 100
"""Quantities that a comment shows; the rest are counted."""

MOST_DECLARED = 200
"""Objects, and findings, that a comment shows; the rest are counted."""

FINDING_COLUMNS = (
    Column(key="verdict"),
    Column(key="rule", title="rule"),
    Column(key="subject", title="subject"),
    Column(key="phase", title="phase", inline=Inline(before=" [", after="]")),
    Column(key="finding", title="finding", inline=Inline(before=": ")),
    Column(key="hint", title="hint", inline=Inline(before="", own_line=True)),
)
SIGNS = {"added": "+", "removed": "−", "renamed": "~", "changed": "~"}


def difference_document(difference: Difference, rendering: Rendering = PLAIN) -> Document:
    """The difference for people: verdicts, quantities by phase, findings, what is declared."""
    sections = tuple(difference_sections(difference, None if rendering.everything else MOST_ALIKE))
    return Document(key="diff", name=difference.hub, sections=sections, main="changes")


def difference_sections(
    difference: Difference, most: int | None = MOST_ALIKE, *, judges_changed: bool = False
) -> Iterator[Section]:
    """The sections, with at most so many findings and objects in each list.

    ``judges_changed`` says that something outside the plans changed, so that equal plans are no unchanged state.
    """
    names = {"hub": Text(difference.hub), "old": Text(difference.old), "new": Text(difference.new)}
    if difference.same:
        words = SAME_PLAN if judges_changed else "{hub}: no difference between {old} and {new}"
        line = Phrase(words, names)
        blocks: tuple[Block, ...] = (Lines(cells=(line,)), *_judges(difference), *_evidence(difference))
        yield Section(key="verdict", blocks=blocks, spaced=False)
        return
    title = Phrase("{hub}: {old} → {new}", names, Tone.STRONG)
    before, after = (verdict_status(verdict) for verdict in difference.verdicts)
    moved = Phrase("verdict {before} → {after}", {"before": before, "after": after})
    blocks = (Lines(cells=(title, moved)), *_judges(difference))
    if difference.changes:
        blocks += (change_table("changes", "phase", "quantity", difference.changes),)
    yield Section(key="verdict", blocks=(*blocks, *_evidence(difference)), spaced=False)
    yield from _lists(difference, most)


def _judges(difference: Difference) -> Iterator[Lines]:
    """Which petaplan judged which side, where one was read at a revision."""
    before, after = difference.judged_by
    if before == after:
        line = Phrase("Both sides judged by {by}.", {"by": Text(before)})
    else:
        cells: dict[str, Cell] = {"old": Text(difference.old), "new": Text(difference.new)}
        by: dict[str, Cell] = {"before": Text(before), "after": Text(after)}
        line = Phrase("{old} judged by {before}; {new} judged by {after}.", cells | by)
    if before:
        yield Lines(cells=(line,))


def _evidence(difference: Difference) -> Iterator[Table]:
    if difference.evidence:
        yield change_table("evidence", "target", "of its petaflops", difference.evidence)


def change_table(key: str, first: str, quantity: str, changes: Sequence[Change]) -> Table:
    """Quantities before and after."""
    columns = (
        Column(key=first, title=first),
        Column(key="quantity", title=quantity),
        Column(key="before", title="before", right=True),
        Column(key="after", title="after", right=True),
        Column(key="by", title="by", right=True),
        Column(key="unit", title="unit"),
    )
    rows = [_change_row(change, first, f"/{key}/{at}") for at, change in enumerate(changes)]
    return Table(key=key, columns=columns, rows=rows, noun=key, keys=2)


def _change_row(change: Change, first: str, pointer: str) -> Row:
    return Row(
        cells={
            first: text(change.phase),
            "quantity": Text(change.quantity),
            "before": _side(change.before),
            "after": _side(change.after),
            "by": Text(change.by),
            "unit": text(change.unit),
        },
        pointer=pointer,
    )


def _side(value: float | str | None) -> Cell:
    """One side of a change; its unit stands in a column of its own."""
    if value is None:
        return MISSING
    if not isinstance(value, str):
        return Number(value=value, at_most=4)
    try:
        return Day(date.fromisoformat(value))
    except ValueError:
        return Text(value)


def _lists(difference: Difference, most: int | None) -> Iterator[Section]:
    lists = (
        ("findings_new", "Findings that appear", difference.appeared),
        ("findings_gone", "Findings that go", difference.gone),
    )
    for key, title, findings in lists:
        if findings:
            table = finding_table(key, findings[:most])
            yield Section(key=key, title=Text(title), blocks=(table, *_more(len(findings), most)), spaced=False)
    if difference.objects:
        cells = tuple(object_phrase(change) for change in difference.objects[:most])
        blocks = (Lines(cells=cells, indent=2, bullets=True), *_more(len(difference.objects), most))
        yield Section(key="objects", title=Text("What is declared"), blocks=blocks, spaced=False)


def _more(count: int, most: int | None) -> Iterator[Lines]:
    if most is not None and count > most:
        more = Phrase("… and {count} more (--all prints them)", {"count": Number(value=count - most)})
        yield Lines(cells=(more,), indent=2)


def finding_table(key: str, findings: Sequence[Mapping[str, Any]]) -> Table:
    """Findings as rows, from the values of a report."""
    rows = [_finding_row(finding, f"/{key}/{at}") for at, finding in enumerate(findings)]
    return Table(key=key, columns=FINDING_COLUMNS, rows=rows, layout=Layout.LINES, noun="findings")


def _finding_row(finding: Mapping[str, Any], pointer: str) -> Row:
    return Row(
        cells={
            "verdict": verdict_status(finding["verdict"]),
            "rule": Code(finding["rule"]),
            "subject": Text(finding["subject"]),
            "phase": text(finding["phase"]),
            "finding": _amounts(finding),
            "hint": text(finding["hint"]),
        },
        pointer=pointer,
    )


def _amounts(finding: Mapping[str, Any]) -> Comparison:
    demand, capacity = finding["demand"], finding["capacity"]
    if demand is None and capacity is None and not finding["missing"]:
        return Comparison(demand=None, capacity=None, unit="", reading=Reading.REMARK, remark=str(finding["note"]))
    return comparison(demand, capacity, finding["unit"], finding["verdict"])


def object_phrase(change: ObjectChange) -> Phrase:
    """One declared object that came, went or says something else."""
    fields = tuple(
        Phrase("{field} {before} → {after}", {"field": Text(f), "before": Text(before), "after": Text(after)})
        for f, before, after in change.fields
    )
    was = ", renamed from {was}" if change.was else ""
    return Phrase(
        f"{{sign}} {{table}} {{name}}{was}" + (": {fields}" if fields else ""),
        {
            "sign": Text(SIGNS[change.how]),
            "table": Text(change.table),
            "name": Text(change.name),
            "was": Text(change.was),
            "fields": Several(fields, "; "),
        },
    )


def comment_sections(difference: Difference, *, judges_changed: bool = False) -> Iterator[Section]:
    """The sections of the comment that say what the change does."""
    old = {"old": Text(difference.old)}
    if difference.same:
        line = Phrase(f"{SAME_PLAN}." if judges_changed else "Nothing changes against {old}.", old)
        yield Section(key="same", blocks=(Lines(cells=(line,)), *_judges(difference)))
        yield from _folded_evidence(difference)
        return
    blocks: tuple[Block, ...] = (Lines(cells=(_verdicts(difference),)), *_judges(difference))
    if difference.changes:
        shown = difference.changes[:MOST_QUANTITIES]
        blocks += (change_table("changes", "phase", "quantity", shown), *_further(difference.changes))
    yield Section(key="changes", title=Phrase("What changes against {old}", old), blocks=blocks)
    yield from _declared(difference)
    for key, title, found in (
        ("findings_new", "New findings", difference.appeared),
        ("findings_gone", "Findings that go", difference.gone),
    ):
        if found:
            heading = Phrase(f"{title}: {{count}}", {"count": Number(value=len(found))})
            table = finding_table(key, found[:MOST_DECLARED])
            yield Section(key=key, title=heading, blocks=(table, *_unshown(len(found), "findings")), folded=True)
    yield from _folded_evidence(difference)


def _further(changes: Sequence[Change]) -> Iterator[Lines]:
    """How many quantities are not shown, so that what follows them has room in a comment."""
    if len(changes) > MOST_QUANTITIES:
        count = {"count": Number(value=len(changes) - MOST_QUANTITIES)}
        yield Lines(cells=(Phrase("… and {count} further quantities; the JSON report has them.", count),))


def _declared(difference: Difference) -> Iterator[Section]:
    """What the change declares; open where it is short enough to be read at once."""
    count = len(difference.objects)
    if not count:
        return
    title = Phrase(f"What is declared: {{count}} change{'s' * (count != 1)}", {"count": Number(value=count)})
    cells = tuple(map(object_phrase, difference.objects[:MOST_DECLARED]))
    lines = Lines(cells=cells, bullets=True, noun="objects")
    blocks = (lines, *_unshown(count, "objects"))
    yield Section(key="objects", title=title, level=4, blocks=blocks, folded=count > MOST_ALIKE)


def _unshown(count: int, noun: str) -> Iterator[Lines]:
    if count > MOST_DECLARED:
        more = {"count": Number(value=count - MOST_DECLARED)}
        yield Lines(cells=(Phrase(f"… and {{count}} further {noun}; the JSON report has them.", more),))


def _folded_evidence(difference: Difference) -> Iterator[Section]:
    """What the petaflops rest on, and how much of them is measured."""
    if difference.evidence:
        moved = any(change.is_one for change in difference.evidence)
        title = Text(f"Evidence {'that changes' if moved else 'stays the same'}")
        table = change_table("evidence", "target", "of its petaflops", difference.evidence[:MOST_QUANTITIES])
        yield Section(key="evidence", title=title, blocks=(table, *_further(difference.evidence)), folded=True)


def _verdicts(difference: Difference) -> Phrase:
    before, after = (Text(verdict) for verdict in difference.verdicts)
    moved = "**{before} → {after}**" if before != after else "{after} before and after"
    cells = {"before": before, "after": after}
    return Phrase(f"Before waivers and baseline the verdict is {moved}.", cells)


def write_difference_markdown(difference: Difference, *, limit_bytes: int) -> str:
    """The difference alone, as a comment with a marker of its own."""
    return write_markdown(difference_comment(difference), Rendering(limit_bytes=limit_bytes))


def difference_comment(difference: Difference) -> Document:
    """The difference as a comment."""
    marker = f"petaplan-diff {difference.hub}"
    sections = tuple(comment_sections(difference))
    return Document(key="diff", name=difference.hub, sections=sections, main="changes", marker=marker)


def difference_values(difference: Difference) -> dict[str, object]:
    """The difference as plain values."""
    return {
        "petaplan_difference": VERSION,
        "hub": difference.hub,
        "old": difference.old,
        "new": difference.new,
        "same": difference.same,
        **_judges_values(difference),
        "verdict": {"before": difference.verdicts[0], "after": difference.verdicts[1]},
        "changes": [_change_values(change, "phase") for change in difference.changes],
        "evidence": [_change_values(change, "target") for change in difference.evidence],
        "objects": [
            {
                "table": change.table,
                "name": change.name,
                "how": change.how,
                **({"was": change.was} if change.was else {}),
                "fields": [{"field": f, "before": before, "after": after} for f, before, after in change.fields],
            }
            for change in difference.objects
        ],
        "findings_new": [dict(finding) for finding in difference.appeared],
        "findings_gone": [dict(finding) for finding in difference.gone],
    }


def _judges_values(difference: Difference) -> dict[str, object]:
    before, after = difference.judged_by
    return {"judged_by": {"before": before, "after": after}} if before else {}


def _change_values(change: Change, first: str) -> dict[str, object]:
    return {
        first: change.phase,
        "quantity": change.quantity,
        "unit": change.unit,
        "before": change.before,
        "after": change.after,
    }


def write_difference_json(difference: Difference) -> str:
    """The difference as JSON; the same two plans give the same bytes."""
    return json_text(difference_values(difference))
