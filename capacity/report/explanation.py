"""One rule in full: title, basis, and its formula with the numbers of a plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.check import report_on
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import DATE, Finding, Verdict
from petaplan.capacity.report.findings import TONE, comparison_of, source_cell, verdict_status
from petaplan.capacity.resolving import read_design
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from petaplan.reporting.cells import BLANK, Cell, Code, Number, Phrase, Text, Tone, text
from petaplan.reporting.document import Block, Column, Document, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

NEAREST = 5
"""Subjects that are shown; ``--all`` shows every one."""

INPUT_COLUMNS = (
    Column(key="input", title="input"),
    Column(key="value", title="value", right=True, inline=Inline(before=" = ")),
    Column(key="unit", title="unit"),
    Column(key="source", title="source", inline=Inline(before="   (", after=")")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A rule, and what it says of one plan where one was named: nearest to the limit first."""

    rule: Rule
    findings: tuple[Finding, ...] | None
    hub: str = ""
    """Name of the hub of that plan."""


def explanation(id: str, plan: str | None, subject: str | None, catalogue: Iterable[Path] | None = None) -> Explanation:
    """The rule, and when a plan is given its subjects, nearest to the limit first.

    Raises:
        PlanError: for an id that no rule has, a plan that isn't one, or a subject of which the rule says nothing.
    """
    rule = find(id)
    if plan is None:
        return Explanation(rule=rule, findings=None)
    design = read_design(plan, catalogue, as_checked=True)
    chosen = _about(report_on(design, rules=(rule,)).findings, subject, rule)
    chosen.sort(key=lambda finding: -1.0 if finding.ratio is None else -finding.ratio)
    return Explanation(rule=rule, findings=tuple(chosen), hub=design.hub.name)


def _nothing_found(rule: Rule, hub: str) -> str:
    """Why a rule has no finding of a plan."""
    if rule in ABOUT_REPORTS:
        return f"Nothing in {hub} alone concerns this rule: it judges a report with waivers, a baseline or evidence."
    asked = "on every day on which the plan changes" if rule.by_state else "once of the whole plan"
    return f"Asked {asked}: {rule.title}. Nothing in {hub} concerns it: it found nothing to compare with a limit."


def _about(findings: Sequence[Finding], subject: str | None, rule: Rule) -> list[Finding]:
    """The findings whose subject contains a text; a rule that finds nothing in the whole plan lacks no subject."""
    chosen = [finding for finding in findings if subject is None or subject in finding.subject]
    if subject is not None and findings and not chosen:
        names = sorted({finding.subject for finding in findings})
        more = f" and {len(names) - NEAREST:,} more" if len(names) > NEAREST else ""
        advice = did_you_mean(subject, names) or f"there are {', '.join(names[:NEAREST])}{more}"
        expected = f"a part of the name of a subject of {rule.id} in this plan"
        raise PlanError([Problem(where="--subject", found=repr(subject), expected=expected, advice=advice)])
    return chosen


def find(id: str) -> Rule:
    """The rule of that id."""
    known = {rule.id: rule for rule in (*all_rules(), *ABOUT_REPORTS)}
    if id.upper() not in known:
        advice = did_you_mean(id.upper(), known) or "see `petaplan rules`"
        raise PlanError([Problem(where="RULE", found=repr(id), expected="the id of a rule", advice=advice)])
    return known[id.upper()]


def explanation_document(found: Explanation, rendering: Rendering = PLAIN) -> Document:
    """The rule, then a section for each subject with the inputs of the formula."""
    findings = found.findings or ()
    shown = findings if rendering.everything else findings[:NEAREST]
    sections = (
        Section(key="rule", blocks=(Lines(cells=tuple(_rule_lines(found.rule))),)),
        *(_finding_section(finding) for finding in shown),
        *_rest(found, len(findings) - len(shown)),
    )
    return Document(key="explain", name=found.rule.id, sections=sections, main="inputs")


def _rest(found: Explanation, left_out: int) -> Iterator[Section]:
    if left_out:
        more = Phrase("… and {count} subjects further from the limit (--all)", {"count": Number(value=left_out)})
        yield Section(key="more", blocks=(Lines(cells=(more,)),))
    if found.findings == ():
        nothing = Text(_nothing_found(found.rule, found.hub))
        yield Section(key="nothing", blocks=(Lines(cells=(nothing,)),))


def _rule_lines(rule: Rule) -> Iterator[Cell]:
    yield Phrase("{rule}  {title}", {"rule": Text(rule.id, Tone.STRONG), "title": Text(rule.title)})
    yield Phrase("  formula   {formula}", {"formula": Text(rule.formula)})
    yield Phrase("  basis     {basis}", {"basis": Text(rule.basis)})
    asked = "of every state of the hub" if rule.by_state else "once of the plan"
    asked = "of a report, by petaplan gate" if rule in ABOUT_REPORTS else asked
    yield Phrase(f"  a failure is a {{severity}}; asked {asked}", {"severity": Text(str(rule.severity))})
    if rule.ask.__doc__:
        yield Phrase("  {doc}", {"doc": Text(rule.ask.__doc__)})


def _finding_section(finding: Finding) -> Section:
    phase = " [{phase}]" if finding.phase else ""
    names: dict[str, Cell] = {
        "verdict": verdict_status(finding.verdict),
        "subject": Text(finding.subject),
        "phase": Text(finding.phase),
    }
    ratio = "   ratio {ratio}" if finding.ratio is not None else ""
    amounts: dict[str, Cell] = {
        "amounts": comparison_of(finding),
        "ratio": BLANK if finding.ratio is None else Number(value=finding.ratio, decimals=3),
    }
    head = Lines(cells=(Phrase(f"{{verdict}}  {{subject}}{phase}", names), Phrase(f"  {{amounts}}{ratio}", amounts)))
    key = f"{finding.subject} {finding.phase}"
    return Section(key=key, blocks=(head, _inputs(finding), *_afterwards(finding)))


def _inputs(finding: Finding) -> Table:
    rows = [
        Row(
            cells={
                "input": Text(one.name),
                "value": Text(one.amount) if one.unit == DATE else Number(value=one.value),
                "unit": text("" if one.unit == DATE else one.unit),
                "source": Text(one.source),
            }
        )
        for one in finding.inputs
    ]
    constants: dict[str, Cell] = {
        "rule": Code(finding.rule),
        "subject": Text(finding.subject),
        "phase": text(finding.phase),
    }
    return Table(key="inputs", columns=INPUT_COLUMNS, rows=rows, constants=constants, layout=Layout.LINES, indent=4)


def _afterwards(finding: Finding) -> Iterator[Block]:
    unknown = TONE[Verdict.UNKNOWN]
    cells: list[Cell] = [Phrase("({note})", {"note": Text(finding.note)})] if finding.note else []
    cells += (Phrase("  {name} is not known", {"name": Text(name)}, unknown) for name in finding.missing)
    if finding.hint:
        cells.append(Text(finding.hint))
    if (place := source_cell(finding.place)) is not BLANK:
        cells.append(Phrase("declared at {place}", {"place": place}, Tone.QUIET))
    if cells:
        yield Lines(cells=tuple(cells), indent=2)
