"""Petaflops over time, dates of phases, and long items and orders as bars."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.forecast.forecast import Forecast, TargetForecast
from petaplan.capacity.report.forecast import forecast_document
from petaplan.capacity.report.items import item_cell
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.factors import Waterfall
from petaplan.capacity.web import charts, members
from petaplan.capacity.web.bars import Bar, BarKind, bar_values, bars_of
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import BLANK, Cell, Day, Number, Phrase, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.web.blocks import Block, Chart
from petaplan.reporting.web.site import Page
from petaplan.reporting.web.views import placed
from petaplan.reporting.wording import words

INSTALLED, DELIVERED = "installed, P5–P95", "delivered, P5–P95"
PLANNED, ELIGIBLE = "installed by plan", "eligible by plan"
TARGET, DELIVERED_TARGET = "target, peak", "target, delivered"
REACHED = "reached with 50, 80, 95 %"
COLOURS = (
    (INSTALLED, "var(--p-series-1)"),
    (DELIVERED, "var(--p-series-3)"),
    (PLANNED, "var(--p-series-8)"),
    (ELIGIBLE, "var(--p-series-4)"),
    (TARGET, "var(--bad)"),
    (DELIVERED_TARGET, "var(--p-series-2)"),
    (REACHED, "var(--p-series-7)"),
)
BAR_COLOURS = (
    ("phase", "var(--p-series-1)"),
    ("long item", "var(--p-series-5)"),
    ("order", "var(--p-series-3)"),
)
MOST_BARS = 150
"""Bars of the chart; the table behind it has all."""
SIGNS = "Bars from begin to end by plan, lines from P5 to P95, a tick at P80."
BARS = (
    Column(key="name", title="item", wraps=True),
    Column(key="kind", title="kind"),
    Column(key="phase", title="phase"),
    Column(key="begins", title="begins"),
    Column(key="delivered", title="delivered", if_any=True),
    Column(key="ends", title="ends"),
    Column(key="early", title="P5"),
    Column(key="likely", title="P80"),
    Column(key="late", title="P95"),
    Column(key="stated", title="times from"),
)
CHAIN = (
    Column(key="phase", title="phase"),
    Column(key="day", title="day"),
    Column(key="precision", title="precision"),
    Column(key="installed", title="installed", unit="PFLOP/s", right=True),
    Column(key="eligible", title="eligible", unit="PFLOP/s", right=True),
)


def build(study: Study) -> Page | None:
    """The page; a plan without targets has bars alone."""
    found = study.forecast
    bars = bars_of(study.design, found)
    blocks: list[Block] = []
    if found is not None and found.quarters:
        blocks += [_petaflops(study, found), _chain(study)]
    blocks += [_bars(bars), Section(key="signs", blocks=(Lines(cells=(Phrase(SIGNS),)),))]
    if found is not None:
        blocks += [one for one in placed(forecast_document(found), "/forecast") if one.key in {"phases", "inputs"}]
    return Page(key="timeline", title="Timeline", blocks=tuple(blocks))


def _petaflops(study: Study, found: Forecast) -> Chart:
    assert found.precision is not None
    sections = {one.key: one for one in placed(forecast_document(found), "/forecast")}
    table = next(one for one in sections["quarters"].blocks if isinstance(one, Table))
    kind: dict[str, Cell] = {
        "precision": Text(str(found.precision.precision)),
        "sparsity": Phrase(str(found.precision.sparsity)),
    }
    unit = found.precision.precision.rate_unit
    return Chart(
        key="petaflops",
        title=Phrase("PFLOP/s over time, {precision} {sparsity}", kind),
        description=Phrase("Installed, eligible and delivered petaflops over time, with the targets."),
        spec=charts.over_time(_records(study, found), COLOURS, unit),
        table=table,
        words=tuple(name for name, _ in COLOURS),
    )


def _records(study: Study, found: Forecast) -> Iterator[charts.Record]:
    for quarter in found.quarters:
        for series, (low, median, high) in ((INSTALLED, quarter.installed), (DELIVERED, quarter.delivered)):
            day = {"series": series, "day": quarter.day.isoformat()}
            yield {**day, "mark": charts.BAND, "low": low, "high": high}
            yield {**day, "mark": charts.LINE, "value": median}
    reached = [(one, day.isoformat()) for one in found.targets for day in one.dates.values() if day is not None]
    last = max(found.quarters[-1].day.isoformat(), *(day for one, day in reached if _shows(one, found)), "")
    for one, at_level in reached:
        if _shows(one, found):
            yield {"series": REACHED, "mark": charts.REACHED, "day": at_level, "value": one.target.pflops}
    for series, mark, at in ((PLANNED, charts.FLOOR, 0), (ELIGIBLE, charts.STEP, 1)):
        steps = [(chain.day.isoformat(), chain.steps[at].mid) for chain in _shown_chains(study, found)]
        yield from _steps(series, mark, steps, last)
    for series, measure in ((TARGET, Measure.PEAK), (DELIVERED_TARGET, Measure.DELIVERED)):
        asked = [(one.target.by.isoformat(), one.target.pflops) for one in found.targets if _asks(one, found, measure)]
        yield from _steps(series, charts.GOAL, asked, last)
        yield from ({"series": series, "mark": charts.POINT, "day": day, "value": value} for day, value in asked)


def _asks(one: TargetForecast, found: Forecast, measure: Measure) -> bool:
    """Whether a target is about the petaflops that the chart shows."""
    shown = found.precision
    return shown is not None and one.kind.measure is measure and one.kind.precision is shown.precision


def _shows(one: TargetForecast, found: Forecast) -> bool:
    return any(_asks(one, found, measure) for measure in (Measure.PEAK, Measure.DELIVERED))


def _shown_chains(study: Study, found: Forecast) -> Iterator[Waterfall]:
    for chain in study.waterfalls:
        if found.precision is not None and chain.precision is found.precision.precision:
            yield chain


def _steps(series: str, mark: str, steps: list[tuple[str, float]], last: str) -> Iterator[charts.Record]:
    """A line that keeps each value until the next day, and the last one to the end."""
    if steps:
        for day, value in (*steps, (max(last, steps[-1][0]), steps[-1][1])):
            yield {"series": series, "mark": mark, "day": day, "value": value}


def _chain(study: Study) -> Section:
    rows = []
    for at, chain in enumerate(study.waterfalls):
        place = f"/waterfall/phases/{at}"
        rows.append(
            Row(
                cells={
                    "phase": Text(chain.label),
                    "day": Day(chain.day),
                    "precision": Text(str(chain.precision)),
                    "installed": Number(value=chain.steps[0].mid, at_most=1),
                    "eligible": Number(value=chain.steps[1].mid, at_most=1),
                },
                pointers={
                    "day": f"{place}/day",
                    "precision": f"{place}/precision",
                    "installed": f"{place}/steps/0/median",
                    "eligible": f"{place}/steps/1/median",
                },
            )
        )
    table = Table(key="chain", columns=CHAIN, rows=rows, noun="phases")
    return Section(key="chain", title=Text("Installed and eligible by plan"), folded=True, blocks=(table,))


def _bars(bars: tuple[Bar, ...]) -> Chart:
    return Chart(
        key="bars",
        title=Phrase("Phases, long items and orders"),
        description=Phrase(SIGNS),
        spec=charts.gantt(_bar_records(bars[:MOST_BARS]), BAR_COLOURS),
        table=Table(key="bars", columns=BARS, rows=[_bar(one, at) for at, one in enumerate(bars)], noun="bars"),
        words=tuple(name for name, _ in BAR_COLOURS),
        named={_row_name(bar): _row_cell(bar) for bar in bars[:MOST_BARS]},
    )


def _bar_records(bars: tuple[Bar, ...]) -> Iterator[charts.Record]:
    for bar in bars:
        values = {key: value for key, value in bar_values(bar).items() if value is not None}
        yield {**values, "row": _row_name(bar), "series": str(bar.kind)}


def _row_name(bar: Bar) -> str:
    return words(_row_cell(bar))


def _row_cell(bar: Bar) -> Cell:
    if bar.kind is BarKind.PHASE:
        return Text(bar.name)
    return Phrase("{item} ({phase})", {"item": _name(bar), "phase": Text(bar.phase)})


def _name(bar: Bar) -> Cell:
    """Kinds of long items are words of the trade; orders and phases have names of the plan."""
    return item_cell(bar.name) if bar.kind is BarKind.ITEM else Text(bar.name)


def _bar(bar: Bar, at: int) -> Row:
    days = ("begins", "delivered", "ends", "early", "likely", "late")
    cells: dict[str, Cell] = {
        "name": _name(bar),
        "kind": Phrase(str(bar.kind)),
        "phase": Text(bar.phase),
        "stated": Phrase("prior") if bar.is_prior else Phrase("plan"),
    }
    for key in days:
        day = getattr(bar, key)
        cells[key] = BLANK if day is None else Day(day)
    pointers = {key: f"/bars/{at}/{key}" for key in ("name", "phase", *days) if cells[key] is not BLANK}
    return Row(cells=cells, pointers=pointers)


def _members(study: Study) -> Mapping[str, object]:
    bars = [bar_values(bar) for bar in bars_of(study.design, study.forecast)]
    return {**members.forecast(study), **members.waterfall(study), "bars": bars}


TIMELINE = PageKind(key="timeline", order=20, title="Timeline", build=build, json=_members)
