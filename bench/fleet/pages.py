"""A fleet as pages for a browser: slow devices by name, rates over time, and the steps from the sheet to the rate."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.bench.fleet import charts
from petaplan.bench.fleet.measured import Measured
from petaplan.bench.fleet.merge import FleetVerdict
from petaplan.bench.fleet.verdict import verdict_document
from petaplan.bench.report.cells import UNKNOWN, figure, share
from petaplan.reporting.cells import BLANK, Cell, Number, Phrase, Share, Status, Text, Tone, text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering, ReportKind
from petaplan.reporting.web.blocks import Block, Chart
from petaplan.reporting.web.site import Page, Site

Groups = Mapping[tuple[str, str], Sequence[Measured]]

DEVICES = (
    Column(key="host", title="host"),
    Column(key="device", title="device"),
    Column(key="rate", title="sustained", right=True),
    Column(key="of_median", title="of the median", right=True),
    Column(key="share_of_peak", title="of peak", right=True),
    Column(key="cause", title="slow because of", wraps=True, if_any=True),
)
RUNS = (
    Column(key="started_at", title="started"),
    Column(key="host", title="host"),
    Column(key="device", title="device"),
    Column(key="rate", title="sustained", right=True),
    Column(key="low", title="low", right=True),
    Column(key="high", title="high", right=True),
    Column(key="left_out", title="calibrates nothing because", wraps=True, if_any=True),
)
STEPS = (
    Column(key="step", title="step"),
    Column(key="factor", title="factor, median", right=True),
    Column(key="level", title="level", right=True),
    Column(key="rows", title="rows", right=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FleetReport:
    """The verdict over a fleet, and every row with a rate."""

    verdict: FleetVerdict
    rows: tuple[Measured, ...]


def fleet_site(found: FleetReport) -> Site:
    """The pages; one that has nothing to show is left out."""
    groups = grouped(found.rows)
    pages = (
        Page(key="fleet", title="Fleet", blocks=tuple(_fleet(found, groups))),
        Page(key="time", title="Over time", blocks=tuple(_over_time(groups))),
        Page(key="waterfall", title="Waterfall", blocks=tuple(_falling(groups))),
    )
    trouble = found.verdict.is_trouble
    verdict = Status(
        key="trouble" if trouble else "sound",
        label="needs attention" if trouble else "nothing is wrong",
        tone=Tone.BAD if trouble else Tone.GOOD,
    )
    shown = tuple(page for page in pages if page.blocks)
    return Site(title="Report on a fleet", name=_name(found.verdict), pages=shown, verdict=verdict)


def _name(found: FleetVerdict) -> str:
    return f"{found.hosts} host{'s' * (found.hosts != 1)}, {found.files} file{'s' * (found.files != 1)}"


def grouped(rows: Iterable[Measured]) -> Groups:
    """Rows by device model and precision, in order."""
    found: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (*one.group, one.host, one.device, one.started_at)):
        found[row.group].append(row)
    return found


def _fleet(found: FleetReport, groups: Groups) -> Iterator[Block]:
    yield from verdict_document(found.verdict, PLAIN).sections
    for at, (group, rows) in enumerate(groups.items()):
        slow = {
            f"{one.host} {one.device}": one.cause
            for one in found.verdict.outliers
            if one.precision == group[1] and one.gap
        }
        middle = sorted(row.median for row in rows)[len(rows) // 2]
        yield Chart(
            key=f"rates-{at}",
            title=Phrase("{model}, {precision}: sustained rates of the fleet", _about(group)),
            description=Phrase("A histogram of the sustained rates. Each slow device has a line with its name."),
            spec=charts.histogram(rows, slow),
            table=Table(key=f"devices-{at}", columns=DEVICES, rows=[_device(row, middle, slow) for row in rows]),
        )


def _about(group: tuple[str, str]) -> dict[str, Cell]:
    return {"model": Text(group[0]), "precision": Text(group[1])}


def _device(row: Measured, middle: float, slow: Mapping[str, str]) -> Row:
    cause = slow.get(charts.name_of(row), "")
    return Row(
        cells={
            "host": Text(row.host, Tone.BAD if cause else Tone.PLAIN),
            "device": Text(row.device),
            "rate": figure(row.median, row.unit),
            "of_median": Share(value=row.median / middle, decimals=1),
            "share_of_peak": share(row.share_of_peak),
            "cause": Text(cause, Tone.BAD) if cause else BLANK,
        }
    )


def _over_time(groups: Groups) -> Iterator[Block]:
    for at, (group, rows) in enumerate(groups.items()):
        ordered = sorted(rows, key=lambda one: (one.started_at, one.host, one.device))
        yield Chart(
            key=f"time-{at}",
            title=Phrase("{model}, {precision}: devices over time", _about(group)),
            description=Phrase(
                "The sustained rate of each device against the start of its run, with its 95 % interval."
            ),
            spec=charts.over_time(ordered),
            table=Table(key=f"runs-{at}", columns=RUNS, rows=[_run(row) for row in ordered]),
        )


def _run(row: Measured) -> Row:
    return Row(
        cells={
            "started_at": Text(row.started_at),
            "host": Text(row.host),
            "device": Text(row.device),
            "rate": figure(row.median, row.unit),
            "low": figure(row.low),
            "high": figure(row.high),
            "left_out": text(row.left_out),
        }
    )


def _falling(groups: Groups) -> Iterator[Block]:
    for at, (group, rows) in enumerate(groups.items()):
        steps = charts.levels(rows)
        if not steps:
            lines = Lines(cells=(Phrase("{model}, {precision}: the peak is not known.", _about(group)),))
            yield Section(key=f"unknown-{at}", blocks=(lines,))
            continue
        yield Chart(
            key=f"sheet-{at}",
            title=Phrase("{model}, {precision}: from the sheet to what was delivered", _about(group)),
            description=Phrase(
                "Columns of the sheet and of what was delivered, and what each factor takes between them."
            ),
            spec=charts.falling(rows),
            table=Table(key=f"steps-{at}", columns=STEPS, rows=[_step(rows[0].unit, *step) for step in steps]),
        )


def _step(unit: str, step: str, before: float, after: float, count: int) -> Row:
    return Row(
        cells={
            "step": Text(step),
            "factor": Number(value=after / before, decimals=3) if before else UNKNOWN,
            "level": figure(after, unit),
            "rows": Number(value=count),
        }
    )


def _view(found: FleetReport, rendering: Rendering) -> Document:
    """The verdict alone, for outputs that have no pictures."""
    return verdict_document(found.verdict, rendering)


FLEET: ReportKind[FleetReport] = ReportKind(
    key="fleet",
    title="report on a fleet",
    command="petaplan-bench report",
    outputs="petaplan.bench.fleet.outputs",
    view=_view,
)
