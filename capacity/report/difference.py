"""A difference written down: for people, for programs, and as a part of the comment."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from petaplan.capacity.findings import Verdict, number
from petaplan.capacity.report.blocks import Block, code, fitted, plain_text, table
from petaplan.capacity.report.text import STYLE, amounts_in
from petaplan.capacity.verdict.difference import Change, Difference, ObjectChange

VERSION = 2
MOST_ALIKE = 12
"""Objects and findings that are printed one by one; the rest are counted."""


def shown(value: float | str | None) -> str:
    """One side of a change."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else number(round(value, 4))


def print_difference(difference: Difference, console: Console, *, everything: bool = False) -> None:
    """The difference on a console."""
    if difference.same:
        console.print(f"{difference.hub}: no difference between {difference.old} and {difference.new}")
        if difference.evidence:
            console.print(_changes_table(difference.evidence, first="target"))
        return
    before, after = difference.verdicts
    console.print(Text(f"{difference.hub}: {difference.old} → {difference.new}", style="bold"))
    console.print(Text.assemble("verdict ", (before, _style(before)), " → ", (after, _style(after))))
    if difference.changes:
        console.print(_changes_table(difference.changes))
    if difference.evidence:
        console.print(_changes_table(difference.evidence, first="target"))
    most = None if everything else MOST_ALIKE
    for title, lines in _lists(difference):
        console.print(Text(title, style="bold"))
        for line in lines[:most]:
            console.print(Text(f"  {line}"))
        if len(lines[:most]) < len(lines):
            console.print(Text(f"  … and {len(lines) - len(lines[:most])} more (--all prints them)"))


def _style(verdict: str) -> str:
    return STYLE.get(Verdict(verdict), "")


def _changes_table(changes: Sequence[Change], first: str = "phase") -> Table:
    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, justify in ((first, "left"), ("", "left"), ("before", "right"), ("after", "right"), ("by", "right")):
        rows.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    rows.add_column("")
    for change in changes:
        rows.add_row(change.phase, change.quantity, shown(change.before), shown(change.after), change.by, change.unit)
    return rows


def _lists(difference: Difference) -> Iterator[tuple[str, list[str]]]:
    for title, findings in (("Findings that appear", difference.appeared), ("Findings that go", difference.gone)):
        if findings:
            yield title, [_finding_line(finding) for finding in findings]
    if difference.objects:
        yield "What is declared", [_object_line(change) for change in difference.objects]


def _finding_line(finding: Mapping[str, Any]) -> str:
    phase = f" [{finding['phase']}]" if finding["phase"] else ""
    return f"{finding['verdict']} {finding['rule']} {finding['subject']}{phase}: {_amounts(finding)}"


def _amounts(finding: Mapping[str, Any]) -> str:
    demand, capacity = finding["demand"], finding["capacity"]
    if demand is None and capacity is None and not finding["missing"]:
        return str(finding["note"])
    return amounts_in(demand, capacity, finding["unit"], finding["verdict"])


def _object_line(change: ObjectChange) -> str:
    sign = {"added": "+", "removed": "−"}.get(change.how, "~")
    fields = "; ".join(f"{field} {before} → {after}" for field, before, after in change.fields)
    return f"{sign} {change.table} {change.name}" + (f": {fields}" if fields else "")


def difference_blocks(difference: Difference) -> Iterator[Block]:
    """The parts of the comment that say what the change does."""
    if difference.same:
        yield Block(lines=(f"Nothing changes against {plain_text(difference.old)}.",))
        yield from _evidence(difference)
        return
    yield Block(head=(f"### What changes against {plain_text(difference.old)}", ""), lines=tuple(_verdicts(difference)))
    if difference.changes:
        head, rows = table(
            ("phase", "quantity", "before", "after", "by"), map(_row, difference.changes), right=(2, 3, 4)
        )
        yield Block(head=head, lines=rows, noun="changes")
    yield from _objects(difference)
    for title, found in (("New findings", difference.appeared), ("Findings that go", difference.gone)):
        if found:
            head, rows = table(("", "rule", "subject", "phase", "finding", "hint"), map(_finding_row, found))
            yield Block(summary=f"{title}: {len(found):,}", head=head, lines=rows, noun="findings")
    yield from _evidence(difference)


def _objects(difference: Difference) -> Iterator[Block]:
    """What the change declares; open where it is short enough to be read at once."""
    lines = tuple(f"- {plain_text(_object_line(change))}" for change in difference.objects)
    title = f"What is declared: {len(lines):,} change{'s' * (len(lines) != 1)}"
    if len(lines) > MOST_ALIKE:
        yield Block(summary=title, lines=lines, noun="objects")
    elif lines:
        yield Block(head=(f"**{title}**", ""), lines=lines, noun="objects")


def _evidence(difference: Difference) -> Iterator[Block]:
    """What the petaflops rest on, and how much of them is measured."""
    if difference.evidence:
        rows_of = map(_row, difference.evidence)
        head, rows = table(("target", "of its petaflops", "before", "after", "by"), rows_of, right=(2, 3, 4))
        moved = any(change.is_one for change in difference.evidence)
        yield Block(summary=f"Evidence {'that changes' if moved else 'stays the same'}", head=head, lines=rows)


def _verdicts(difference: Difference) -> Iterator[str]:
    before, after = difference.verdicts
    moved = f"**{before} → {after}**" if before != after else f"{after} before and after"
    yield f"Before waivers and baseline the verdict is {moved}."


def _row(change: Change) -> Sequence[str]:
    unit = f", {change.unit}" if change.unit else ""
    quantity = plain_text(f"{change.quantity}{unit}")
    return plain_text(change.phase), quantity, shown(change.before), shown(change.after), change.by


def _finding_row(finding: Mapping[str, Any]) -> Sequence[str]:
    return (
        str(finding["verdict"]),
        code(finding["rule"]),
        plain_text(finding["subject"]),
        plain_text(finding["phase"]),
        plain_text(_amounts(finding)),
        plain_text(finding["hint"]),
    )


def write_difference_markdown(difference: Difference, *, limit_bytes: int) -> str:
    """The difference alone, as a comment with a marker of its own."""
    heading = (f"<!-- petaplan-diff {difference.hub} -->",)
    return fitted([Block(lines=heading), *difference_blocks(difference)], limit_bytes)


def difference_values(difference: Difference) -> dict[str, Any]:
    """The difference as plain values."""
    return {
        "petaplan_difference": VERSION,
        "hub": difference.hub,
        "old": difference.old,
        "new": difference.new,
        "same": difference.same,
        "verdict": {"before": difference.verdicts[0], "after": difference.verdicts[1]},
        "changes": [_change_values(change, "phase") for change in difference.changes],
        "evidence": [_change_values(change, "target") for change in difference.evidence],
        "objects": [
            {
                "table": change.table,
                "name": change.name,
                "how": change.how,
                "fields": [{"field": f, "before": before, "after": after} for f, before, after in change.fields],
            }
            for change in difference.objects
        ],
        "findings_new": [dict(finding) for finding in difference.appeared],
        "findings_gone": [dict(finding) for finding in difference.gone],
    }


def _change_values(change: Change, first: str) -> dict[str, Any]:
    return {
        first: change.phase,
        "quantity": change.quantity,
        "unit": change.unit,
        "before": change.before,
        "after": change.after,
    }


def write_difference_json(difference: Difference) -> str:
    """The difference as JSON; the same two plans give the same bytes."""
    return json.dumps(difference_values(difference), indent=2, ensure_ascii=False) + "\n"
