"""The first page: verdict, targets, phases, and what the plan takes for true."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from petaplan.capacity.check_report import PhaseSummary, Report
from petaplan.capacity.forecast.forecast import Forecast, TargetForecast
from petaplan.capacity.forecast.probability import HORIZON_YEARS, LEVELS
from petaplan.capacity.hub import Assumption
from petaplan.capacity.report.check import KINDS_OF_FINDING, verdict_section
from petaplan.capacity.report.findings import verdict_status
from petaplan.capacity.report.forecast import forecast_document
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.verdict.judgement import FindingStatus
from petaplan.capacity.web import members
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Missing, Number, Phrase, Several, Share, Text, text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.web.blocks import Block
from petaplan.reporting.web.site import Page
from petaplan.reporting.web.views import placed, pointed

TARGETS = (
    Column(key="target", title="target"),
    Column(key="by", title="by"),
    Column(key="asked", title="asked", unit="PFLOP/s", right=True),
    Column(key="kind", title="counts"),
    Column(key="planned", title="by plan", unit="PFLOP/s", right=True),
    Column(key="verdict", title="verdict"),
    Column(key="probability", title="probability", right=True),
    Column(key="confidence", title="asks for", right=True, if_any=True),
    Column(key="met", title="confidence", if_any=True),
    *(Column(key=f"p{level * 100:.0f}", title=f"{level:.0%} by") for level in LEVELS),
    Column(key="low", title="P5", unit="PFLOP/s", right=True),
    Column(key="median", title="P50", unit="PFLOP/s", right=True),
    Column(key="high", title="P95", unit="PFLOP/s", right=True),
)
HELD = "holds by unverified figures alone"
"""A row beside the verdicts."""
ON_PAPER = (
    "The verdict judges the plan on paper: each date and figure as stated. "
    "The probability of a target counts the doubt about them."
)
JUDGES = {Measure.PEAK: "PF-001", Measure.DELIVERED: "PF-004"}
"""The rule that holds a target of each measure against the plan."""
ASSUMPTIONS = (
    Column(key="name", title="assumption"),
    Column(key="statement", title="statement", wraps=True),
    Column(key="model", title="model", if_any=True),
    Column(key="quantity", title="figure", if_any=True),
    Column(key="value", title="value", right=True, if_any=True),
    Column(key="reason", title="because", wraps=True),
    Column(key="source", title="source", wraps=True, if_any=True),
    Column(key="as_of", title="as of"),
)


TOLD = ("confidence", *(f"p{level * 100:.0f}" for level in LEVELS))
"""Members of a target that stand as in the report of the forecast."""


def build(study: Study) -> Page:
    """The page."""
    report = study.report
    blocks: list[Block] = [_verdict(report), *_waived(study), _counts(report)]
    blocks += [*_targets(study), _phases(report), *_assumptions(report)]
    return Page(key="overview", title="Overview", blocks=tuple(blocks))


def _verdict(report: Report) -> Section:
    """The line of the verdict; each number in it has its place in the JSON report."""
    section = verdict_section(report)
    (lines,) = section.blocks
    assert isinstance(lines, Lines)
    (line,) = lines.cells
    assert isinstance(line, Phrase)
    others = line.cells["others"]
    assert isinstance(others, Several)
    places = [{"count": f"/sums/causes/{verdict}", "found": f"/counts/{verdict}"} for verdict, _ in KINDS_OF_FINDING]
    told = map(pointed, others.cells, [*places, {"count": "/counts/unverified"}])
    cells = {**line.cells, "others": replace(others, cells=tuple(told))}
    pointed_line = pointed(replace(line, cells=cells), {"holds": "/sums/holds"})
    return replace(section, blocks=(replace(lines, cells=(pointed_line,)),))


def _counts(report: Report) -> Section:
    """How many findings there are of each verdict."""
    rows = [
        Row(
            cells={"verdict": verdict_status(verdict), "count": Number(value=count)},
            pointers={"count": f"/counts/{verdict}"},
        )
        for verdict, count in members.asking(report).items()
    ]
    held: dict[str, Cell] = {"verdict": Phrase(HELD), "count": Number(value=members.unverified(report))}
    rows.append(Row(cells=held, pointers={"count": "/counts/unverified"}))
    columns = (Column(key="verdict", title="verdict"), Column(key="count", title="findings", right=True))
    return Section(key="counts", blocks=(Table(key="counts", columns=columns, rows=rows),))


def _waived(study: Study) -> Iterator[Section]:
    """What waivers make of the verdict, where some are given."""
    if study.waivers:
        cells: dict[str, Cell] = {
            "count": Text(f"{len(study.judgement.of(FindingStatus.WAIVED)):,}"),
            "verdict": verdict_status(study.judgement.verdict),
        }
        line = Phrase("{count} findings are waived; the verdict with waivers: {verdict}", cells)
        yield Section(key="waived", blocks=(Lines(cells=(line,)),))


def _targets(study: Study) -> Iterator[Section]:
    forecast = study.forecast
    if forecast is None:
        yield Section(key="targets", blocks=(Lines(cells=(Phrase("The plan has no target."),)),))
        return
    told = next(one for one in placed(forecast_document(forecast), "/forecast") if one.key == "targets")
    found = next(one for one in told.blocks if isinstance(one, Table))
    rows = [_target(study, one, row) for one, row in zip(forecast.targets, found.rows, strict=True)]
    table = Table(key="targets", columns=TARGETS, rows=rows, noun="targets")
    yield Section(
        key="targets",
        title=Text("Targets"),
        blocks=(Lines(cells=(Phrase(ON_PAPER),)), table, Lines(cells=tuple(_unreached(forecast)))),
    )


def _or_never(cell: Cell) -> Cell:
    """A day that is never reached, as words that have a translation; a blank stays one."""
    return Phrase("never") if isinstance(cell, Missing) and cell != BLANK else cell


def _unreached(found: Forecast) -> Iterator[Cell]:
    if any(day is None for one in found.targets for day in one.dates.values()):
        years: dict[str, Cell] = {"years": Number(value=HORIZON_YEARS)}
        yield Phrase("Never: no day within {years} years of the date reaches that probability.", years)


def _judged(study: Study, target: Target) -> tuple[dict[str, Cell], dict[str, str]]:
    """What the plan has for a target, and its verdict, with their places; nothing where no rule judges it."""
    rule = JUDGES[target.measure]
    for at, one in enumerate(study.report.findings):
        if one.rule == rule and one.subject == target.name and one.capacity is not None:
            place = f"/check/findings/{at}"
            cells: dict[str, Cell] = {
                "planned": Number(value=one.capacity, at_most=1),
                "verdict": verdict_status(one.verdict),
            }
            return cells, {"planned": f"{place}/capacity", "verdict": f"{place}/verdict"}
    return {}, {}


def _target(study: Study, one: TargetForecast, told: Row) -> Row:
    """A target; ``told`` is its row in the report of the forecast."""
    place = told.pointer
    low, median, high = (Number(value=value, at_most=0) for value in one.band)
    kind: dict[str, Cell] = {"precision": Text(str(one.kind.precision)), "measure": Phrase(str(one.kind.measure))}
    cells, pointers = _judged(study, one.target)
    return Row(
        cells={
            **cells,
            "target": Text(one.target.name),
            "by": Day(one.target.by),
            "asked": Number(value=one.target.pflops, at_most=1),
            "kind": Phrase("{precision}, {measure}", kind),
            "probability": Share(value=one.probability, decimals=1),
            **{key: _or_never(told.cells[key]) for key in TOLD},
            "met": told.cells["verdict"],
            "low": low,
            "median": median,
            "high": high,
        },
        pointers={
            **{key: at for key, at in told.pointers.items() if key in TOLD},
            **({"met": told.pointers["verdict"]} if "verdict" in told.pointers else {}),
            **pointers,
            "target": f"{place}/target",
            "by": f"{place}/by",
            "probability": f"{place}/probability",
            **{key: f"{place}/{key}/value" for key in ("asked", "low", "median", "high")},
        },
    )


def _phases(report: Report) -> Section:
    precisions = list(dict.fromkeys(one for phase in report.phases for one, _ in phase.pflops))
    columns = (
        Column(key="phase", title="phase"),
        Column(key="in_service", title="in service"),
        *(Column(key=str(one), title=str(one), unit=one.rate_unit, right=True) for one in precisions),
        Column(key="it_power_mw", title="IT power", unit="MW", right=True),
        Column(key="pods", title="pods", right=True),
        Column(key="racks", title="racks", right=True),
        Column(key="accelerators", title="accelerators", right=True),
        Column(key="verdict", title="verdict"),
    )
    rows = [_phase(phase, at) for at, phase in enumerate(report.phases)]
    return Section(key="phases", title=Text("Phases"), blocks=(Table(key="phases", columns=columns, rows=rows),))


def _phase(phase: PhaseSummary, at: int) -> Row:
    place = f"/check/phases/{at}"
    cells: dict[str, Cell] = {
        "phase": Text(phase.name),
        "in_service": Day(phase.in_service),
        "it_power_mw": Number(value=phase.it_power_mw, decimals=2, lower_bound=not phase.it_power_known),
        "pods": Number(value=phase.pods),
        "racks": Number(value=phase.racks),
        "accelerators": Number(value=phase.accelerators),
        "verdict": verdict_status(phase.verdict),
    }
    pointers = {key: f"{place}/{key}" for key in cells} | {"phase": f"{place}/name"}
    for precision, value in phase.pflops:
        cells[str(precision)] = Number(value=value, at_most=1)
        pointers[str(precision)] = f"{place}/peak_dense_pflops/{precision}"
    return Row(cells=cells, pointer=place, pointers=pointers)


def _assumptions(report: Report) -> Iterator[Section]:
    if report.assumptions:
        rows = [_assumption(one, f"/check/assumptions/{at}") for at, one in enumerate(report.assumptions)]
        table = Table(key="assumptions", columns=ASSUMPTIONS, rows=rows, noun="assumptions")
        yield Section(key="assumptions", title=Text("Assumptions of the plan"), blocks=(table,))


def _assumption(one: Assumption, place: str) -> Row:
    cells: dict[str, Cell] = {
        "name": Text(one.name),
        "statement": Text(one.statement),
        "model": text(one.model or ""),
        "quantity": text(one.quantity or ""),
        "value": BLANK if one.value is None else Number(value=one.value, unit=one.unit or ""),
        "reason": Text(one.reason),
        "source": text(one.source or ""),
        "as_of": Day(one.as_of),
    }
    shown = [key for key, cell in cells.items() if cell not in {BLANK, MISSING}]
    return Row(cells=cells, pointer=place, pointers={key: f"{place}/{key}" for key in shown})


def _members(study: Study) -> Mapping[str, object]:
    return {**members.check(study), **members.forecast(study)}


OVERVIEW = PageKind(key="overview", order=10, title="Overview", build=build, json=_members)
