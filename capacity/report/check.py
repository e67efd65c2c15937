"""A report as a document: verdict first, a table of the phases, the findings, the assumptions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.console import Console

from petaplan.capacity.check_report import Basis, Report
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Assumption
from petaplan.capacity.report.findings import CAUSE_COLUMNS, COLUMNS, cause_row, finding_row, held_unverified, of_causes
from petaplan.capacity.report.layers import layer_sections
from petaplan.capacity.report.phases import phase_table
from petaplan.capacity.report.ratios import ratio_sections
from petaplan.capacity.verdict.causes import causes_of
from petaplan.reporting.cells import BLANK, Cell, Missing, Number, Phrase, Several, Share, Status, Text, Tone
from petaplan.reporting.document import Column, Document, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.terminal import print_document

if TYPE_CHECKING:
    from petaplan.capacity.report.waterfall import EvidenceChange

MOST_ALIKE = 3
"""Findings of one rule and verdict that are shown one by one; the rest are counted."""

MOST_ASSUMPTIONS = 20
"""Assumptions that have a line each; the rest are counted."""

LINE_COLUMNS = 80
"""Width within which an assumption stands on one line."""

SHORTEST_STATEMENT = 24
"""Columns that a statement has beside a long name."""

MOST_QUANTITIES = 6
"""Quantities of assumptions that fill a figure; the rest are left to ``--all``."""

KINDS_OF_FINDING = (
    (Verdict.SHORTFALL, "shortfall"),
    (Verdict.UNKNOWN, "unknown"),
    (Verdict.WARNING, "warning"),
    (Verdict.REVIEW, "review"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """What `petaplan check` found."""

    report: Report
    change: "EvidenceChange | None" = None
    """What evidence changes, where some was given."""


def check_document(result: CheckResult, rendering: Rendering = PLAIN) -> Document:
    """The report for people; ``everything`` shows each finding, passes and repeats included."""
    report, everything = result.report, rendering.everything
    sections = (
        verdict_section(report),
        Section(key="phases", blocks=(phase_table(report),)),
        *(ratio_sections(report) if everything else ()),
        findings_section(report.findings, everything, report),
        *(silence_sections(report) if everything else ()),
        *(basis_sections(report.bases) if everything else ()),
        *layer_sections(report),
        *assumption_sections(report, everything),
        *_change_sections(result.change),
    )
    return Document(key="check", name=report.hub, sections=sections, main="findings")


def _change_sections(change: "EvidenceChange | None") -> Sequence[Section]:
    if change is None:
        return ()
    from petaplan.capacity.report.waterfall import change_sections

    return tuple(change_sections(change))


def print_report(report: Report, console: Console, *, everything: bool = False) -> None:
    """The report on a console."""
    document = check_document(CheckResult(report=report), Rendering(everything=everything))
    print_document(document, console, console.width)


def verdict_section(report: Report) -> Section:
    """One line that says whether the plan holds, and how many findings stand beside that."""
    passed = report.verdict is Verdict.PASS
    status = Status(
        key=str(report.verdict), label="PASS" if passed else "SHORTFALL", tone=Tone.GOOD if passed else Tone.BAD
    )
    line = Phrase(
        "{verdict}  {hub}: {holds} checks hold, {others}",
        {
            "verdict": status,
            "hub": Text(report.hub),
            "holds": Number(value=sum(finding.holds for finding in report.findings)),
            "others": Several((*_kinds(report), *held_unverified(report.findings))),
        },
    )
    return Section(key="verdict", blocks=(Lines(cells=(line,)),))


def _kinds(report: Report) -> Iterator[Cell]:
    """How many findings ask for something, kind by kind."""
    for verdict, word in KINDS_OF_FINDING:
        yield of_causes([one for one in report.of(verdict) if not one.holds_unverified], word)


def findings_section(findings: Sequence[Finding], everything: bool, report: Report) -> Section:
    """Findings of a report that ask for something, worst first; alike ones are counted after a few."""
    shown = findings if everything else tuple(finding for finding in findings if not finding.holds)
    if not shown:
        none = Table(key="findings", columns=COLUMNS, rows=())
        return Section(key="findings", blocks=(Lines(cells=(Text("Findings: none"),)), none))
    return Section(key="findings", title=Text("Findings"), blocks=(_findings_table(shown, everything, report),))


def _findings_table(shown: Sequence[Finding], everything: bool, report: Report) -> Table:
    places = {id(finding): f"/findings/{at}" for at, finding in enumerate(report.findings)}
    if everything:
        rows = [finding_row(finding, places[id(finding)]) for finding in shown]
        return Table(key="findings", columns=COLUMNS, rows=rows, layout=Layout.LINES, noun="findings")
    rows = []
    notes: dict[int, Cell] = {}
    causes = causes_of(shown, [phase.name for phase in report.phases])
    for (_, rule), alike in groupby(causes, key=lambda cause: (cause.lead.verdict, cause.lead.rule)):
        group = list(alike)
        printed = group[:MOST_ALIKE]
        rows += [cause_row(cause, places[id(cause.lead)]) for cause in printed]
        if len(group) > len(printed):
            left = sum(len(cause.findings) for cause in group[MOST_ALIKE:])
            more: dict[str, Cell] = {"count": Number(value=left), "rule": Text(rule)}
            notes[len(rows)] = Phrase("… and {count} more of {rule} (--all prints them)", more)
    return Table(key="findings", columns=CAUSE_COLUMNS, rows=rows, layout=Layout.LINES, noun="findings", notes=notes)


def silence_sections(report: Report) -> Iterator[Section]:
    """Rules that had nothing to ask: what the plan leaves out is not what it got right."""
    if report.silent_rules:
        cells: dict[str, Cell] = {
            "count": Number(value=len(report.silent_rules)),
            "rules": Several(tuple(Text(rule) for rule in report.silent_rules)),
        }
        line = Phrase("{count} rules found nothing in this plan: {rules}", cells)
        yield Section(key="silent", title=Text("Nothing to ask"), blocks=(Lines(cells=(line,), indent=2),))


def basis_sections(bases: Sequence[Basis]) -> Iterator[Section]:
    """What is known of the figures behind each target."""
    if bases:
        columns = (
            Column(key="target", title="target"),
            Column(key="precision", title="precision", inline=Inline(before=" (", after=")")),
            Column(key="figures", title="figures are", inline=Inline(before=": ")),
        )
        table = Table(key="bases", columns=columns, rows=[basis_row(basis) for basis in bases], layout=Layout.LINES)
        yield Section(key="evidence", title=Text("Evidence behind the petaflops"), blocks=(table,))


def basis_row(basis: Basis) -> Row:
    """One target: the shares of its petaflops by what is known of the figures."""
    whole = sum(value for _, value in basis.shares)
    shares = tuple(
        Phrase("{share} {status}", {"share": Share(value=value / whole), "status": Text(str(status))})
        for status, value in basis.shares
        if whole
    )
    cells: dict[str, Cell] = {
        "target": Text(basis.target),
        "precision": Text(str(basis.precision)),
        "figures": Several(shares) if shares else Missing("none"),
    }
    return Row(cells=cells)


def assumption_sections(report: Report, everything: bool) -> Iterator[Section]:
    """What the plan takes for true, and which catalogue figures are assumed.

    Without ``everything``, each has one line of 80 columns. Where one does no more than fill a figure, it is counted by
    the quantity.
    """
    rows = assumption_rows(report) if everything else [_on_one_line(row) for row in assumption_rows(report)]
    filling = [] if everything else [one for one in report.assumptions if one.value is not None]
    if len(filling) > MOST_ALIKE:
        rows = [row for row, one in zip(rows, report.assumptions, strict=True) if one.value is None]
    else:
        filling = []
    columns = ASSUMPTION_COLUMNS if everything else SHORT_ASSUMPTION_COLUMNS
    untold = [] if everything else rows[MOST_ASSUMPTIONS:]
    table = Table(key="assumptions", columns=columns, rows=rows[: len(rows) - len(untold)], layout=Layout.LINES)
    figures = len(report.assumed_figures)
    lines = () if everything else tuple(_counted_assumptions(len(untold), filling, figures))
    blocks: tuple[Table | Lines, ...] = (table, *([Lines(cells=lines, indent=2)] if lines else ()))
    reasons = "" if everything or not report.assumptions else "; --all prints them whole, with reasons"
    count = Number(value=len(report.assumptions))
    title = Phrase(f"Assumptions ({{count}} of the plan{reasons})", {"count": count})
    yield Section(key="assumptions", title=title, blocks=blocks, spaced=not (figures and everything))
    if figures and everything:
        title = Phrase("Assumed figures of the catalogue in use ({count})", {"count": Number(value=figures)})
        yield Section(key="assumed-figures", title=title, blocks=(_assumed_figures(report),))


def _on_one_line(row: Row) -> Row:
    """The row of an assumption, with as much of its statement as has room beside the name."""
    name, statement = row.cells["name"], row.cells["statement"]
    assert isinstance(name, Text)
    assert isinstance(statement, Text)
    room = max(LINE_COLUMNS - cell_len(f"  {name.value}: "), SHORTEST_STATEMENT)
    short = statement
    if cell_len(statement.value) > room:
        first = chop_cells(statement.value, room - 2)[0]
        short = Text(f"{first.rpartition(' ')[0] or first} …")
    return replace(row, cells={**row.cells, "short": short})


def _counted_assumptions(untold: int, filling: Sequence[Assumption], figures: int) -> Iterator[Cell]:
    """What is assumed and not listed: a line each for assumptions, fillings and figures of the catalogue."""
    if untold:
        yield Phrase("… and {count} more (--all lists them)", {"count": Number(value=untold)})
    if filling:
        quantities = Counter(str(one.quantity).partition("[")[0] for one in filling).most_common()
        cells: dict[str, Cell] = {
            "count": Number(value=len(filling)),
            "kinds": Several(tuple(Text(f"{count} {quantity}") for quantity, count in quantities[:MOST_QUANTITIES])),
        }
        more = ", …" if len(quantities) > MOST_QUANTITIES else ""
        yield Phrase(f"{{count}} fill figures that models lack (--all lists them): {{kinds}}{more}", cells)
    if figures:
        told = "{count} assumed figures of the catalogue are in use (--all lists them)"
        yield Phrase(told, {"count": Number(value=figures)})


ASSUMPTION_COLUMNS = (
    Column(key="name", title="assumption"),
    Column(key="statement", title="statement", inline=Inline(before=": ")),
    Column(key="figure", title="figure", inline=Inline(before=" [", after="]")),
    Column(key="reason", title="because", inline=Inline(before="because ", own_line=True)),
)

SHORT_ASSUMPTION_COLUMNS = (
    ASSUMPTION_COLUMNS[0],
    Column(key="short", title="statement", inline=Inline(before=": ")),
)


def assumption_rows(report: Report) -> list[Row]:
    """Each assumption of the plan, with the figure that it fills."""
    return [
        Row(
            cells={
                "name": Text(assumption.name),
                "statement": Text(assumption.statement),
                "figure": BLANK
                if assumption.value is None
                else Phrase(
                    "{model}.{quantity} = {value}",
                    {
                        "model": Text(str(assumption.model)),
                        "quantity": Text(str(assumption.quantity)),
                        "value": Number(value=assumption.value, unit=assumption.unit or ""),
                    },
                ),
                "reason": Text(assumption.reason),
            },
            pointer=f"/assumptions/{at}",
        )
        for at, assumption in enumerate(report.assumptions)
    ]


def _assumed_figures(report: Report) -> Table:
    columns = (
        Column(key="figure", title="figure"),
        Column(key="value", title="value", inline=Inline(before=" = ")),
        Column(key="source", title="source", inline=Inline(before=" (")),
        Column(key="as_of", title="as of", inline=Inline(before=", ", after=")")),
    )
    rows = [
        Row(
            cells={
                "figure": Text(path),
                "value": Number(value=figure.value, unit=figure.unit),
                "source": Text(figure.source),
                "as_of": Text(str(figure.as_of)),
            },
            pointer=f"/assumed_figures/{at}",
        )
        for at, (path, figure) in enumerate(report.assumed_figures)
    ]
    return Table(key="assumed_figures", columns=columns, rows=rows, layout=Layout.LINES)
