"""Scenarios side by side: a row for each target of each scenario, then what fails first in each."""

from collections.abc import Iterator, Sequence

from petaplan.capacity.report.findings import verdict_status
from petaplan.capacity.report.phases import BADGES
from petaplan.capacity.scenarios.comparison import AS_PLANNED, Comparison, Outcome, TargetUnder
from petaplan.reporting.cells import BLANK, Cell, Day, Number, Phrase, Several, Share, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

COLUMNS = (
    Column(key="scenario", title="scenario", matters=True),
    Column(key="verdict", title="verdict", matters=True),
    Column(key="new_failures", title="new\nfailures", right=True),
    Column(key="target", title="target", matters=True),
    Column(key="by", title="by"),
    Column(key="asked", title="asked", unit="PFLOP/s", right=True),
    Column(key="pflops", title="has", unit="PFLOP/s", right=True, matters=True),
    Column(key="probability", title="probability", right=True, matters=True),
    Column(key="against_plan", title="against\nthe plan", unit="PFLOP/s", right=True),
    Column(key="it_power_mw", title="IT at last", unit="MW", right=True),
    Column(key="capex", title="capex", right=True, if_any=True, bounded=True),
)


def scenarios_document(found: Comparison, _rendering: Rendering = PLAIN) -> Document:
    """One table, then the statement of each scenario with the first thing that fails."""
    planned = {one.target: one for one in found.outcomes[0].targets}
    rows = [row for at, one in enumerate(found.outcomes) for row in _rows(one, planned, f"/scenarios/{at}")]
    title = Phrase("{hub}: what if", {"hub": Text(found.hub, Tone.STRONG)})
    table = Table(key="scenarios", columns=COLUMNS, rows=rows, noun="scenarios", keys=1)
    lines = tuple(cell for one in found.outcomes if one.name != AS_PLANNED for cell in _said(one))
    said = Lines(cells=lines, indent=2, bullets=True)
    about = Phrase(
        "Probabilities from {draws} draws. A scenario has no probability of its own.",
        {"draws": Number(value=found.draws)},
        tone=Tone.QUIET,
    )
    sections = (
        Section(key="scenarios", title=title, blocks=(table,)),
        Section(key="said", title=Text("What happens, and what fails first"), blocks=(said,)),
        Section(key="closing", blocks=(Lines(cells=(about,)),)),
    )
    return Document(key="scenarios", name=found.hub, sections=sections, main="scenarios", pipe_width=150)


def _rows(one: Outcome, planned: dict[str, TargetUnder], pointer: str) -> Iterator[Row]:
    whole: dict[str, Cell] = {
        "scenario": Text(one.name, Tone.STRONG),
        "verdict": verdict_status(one.verdict, BADGES),
        "new_failures": BLANK if one.name == AS_PLANNED else Number(value=one.new_failures),
        "it_power_mw": Number(value=one.it_power_mw, decimals=2),
        "capex": money_of(one.capex),
    }
    if not one.targets:
        yield Row(cells=whole, pointer=pointer)
    for target in one.targets:
        cells: dict[str, Cell] = {
            "target": Text(target.target),
            "by": Day(target.by),
            "asked": Number(value=target.asked_pflops, at_most=1),
            "pflops": Number(value=target.pflops, at_most=1),
            "probability": Share(value=target.probability, decimals=1),
        }
        if one.name != AS_PLANNED and target.target in planned:
            cells["against_plan"] = Number(value=target.pflops - planned[target.target].pflops, at_most=1)
        yield Row(cells=whole | cells, pointer=pointer)


def money_of(capex: Sequence[tuple[str, float, bool]]) -> Cell:
    """Sums by currency, in millions; a lower bound where a price is missing."""
    cells = tuple(
        Number(value=amount / 1e6, unit=f"million {currency}", at_most=1, lower_bound=not whole)
        for currency, amount, whole in capex
    )
    return Several(cells) if cells else BLANK


def _said(one: Outcome) -> Iterator[Cell]:
    statement = one.statement.rstrip(".")
    cells: dict[str, Cell] = {"name": Text(one.name, Tone.STRONG), "statement": Text(statement)}
    if one.first is None:
        yield Phrase("{name}: {statement}; nothing fails that passes in the plan", cells)
        return
    first = one.first
    cells |= {"rule": Text(first.rule), "subject": Text(first.subject), "hint": Text(first.hint or first.note)}
    yield Phrase("{name}: {statement}; first {rule} {subject}: {hint}", cells)
