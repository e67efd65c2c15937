"""The forecast: probabilities of targets, dates, petaflops by quarter, what decides, and the inputs behind it."""

import re
from collections.abc import Iterator
from datetime import date

from petaplan.capacity.forecast.forecast import MOST_QUARTERS, Forecast, Swing, TargetForecast
from petaplan.capacity.forecast.probability import HORIZON_YEARS, LEVELS
from petaplan.capacity.forecast.progress import Progress
from petaplan.capacity.report.items import item_cell
from petaplan.capacity.targets import Measure
from petaplan.reporting.cells import BLANK, Cell, Day, Missing, Number, Phrase, Share, Status, Text, Tone, Unit
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.wording import told

MOST_CAUSES, MOST_SWINGS = 5, 8

TARGETS = (
    Column(key="target", title="target"),
    Column(key="by", title="by"),
    Column(key="asked", title="asked", unit="PFLOP/s", right=True),
    Column(key="probability", title="probability", right=True, matters=True),
    Column(key="error", title="error of\nthe draws", right=True, data_only=True),
    Column(key="confidence", title="asks for", right=True, if_any=True, matters=True),
    Column(key="verdict", title="verdict", if_any=True, matters=True),
    *(Column(key=f"p{level * 100:.0f}", title=f"{level:.0%} by", matters=True) for level in LEVELS),
    Column(key="low", title="P5", unit="PFLOP/s", right=True),
    Column(key="median", title="P50", unit="PFLOP/s", right=True),
    Column(key="high", title="P95", unit="PFLOP/s", right=True),
    Column(key="uncorrelated", title="alone", right=True),
    Column(key="fully_correlated", title="as one", right=True),
    Column(key="kind", title="kind", wraps=True),
)
QUARTERS = (
    Column(key="day", title="end of quarter"),
    *(
        Column(key=f"{what}_{key}", title=f"{what}\n{title}", right=True)
        for what in ("installed", "delivered")
        for key, title in (("p5", "P5"), ("p50", "P50"), ("p95", "P95"))
    ),
)
PHASES = (
    Column(key="phase", title="phase"),
    Column(key="planned", title="planned"),
    *(
        Column(key=f"{what}_{key}", title=f"{title}\n{key.upper()}")
        for what, title in (("energised", "first power"), ("accepted", "accepted"))
        for key in ("p5", "p50", "p80", "p95")
    ),
)
INPUTS = (
    Column(key="input", title="input", wraps=True),
    Column(key="stated", title="from"),
    Column(key="p5", title="P5", right=True),
    Column(key="p50", title="P50", right=True),
    Column(key="p95", title="P95", right=True),
    Column(key="unit", title="unit"),
    Column(key="reached", title="drawn below P5, P50, P95", wraps=True),
    Column(key="group", title="group"),
    Column(key="as_of", title="as of"),
    Column(key="source", title="source", wraps=True),
)


def forecast_document(found: Forecast, _rendering: Rendering = PLAIN) -> Document:
    """Targets first, then what decides, quarters, phases, inputs."""
    sections = [
        _targets(found),
        *(_decides(one, at) for at, one in enumerate(found.targets)),
        *(progress_sections(found.progress) if found.progress is not None else ()),
        *_quarters(found),
        _phases(found),
        _inputs(found),
        _closing(found),
    ]
    return Document(key="forecast", name=found.hub, sections=tuple(sections), main="targets", pipe_width=160)


def _targets(found: Forecast) -> Section:
    table = Table(
        key="targets",
        columns=TARGETS,
        rows=[_target(one, f"/targets/{at}") for at, one in enumerate(found.targets)],
        noun="targets",
        keys=1,
    )
    title = Phrase("{hub}: probability of each target by its date", {"hub": Text(found.hub, Tone.STRONG)})
    return Section(key="targets", title=title, blocks=(table,))


def _target(one: TargetForecast, pointer: str) -> Row:
    low, median, high = (Number(value=value, at_most=0) for value in one.band)
    kind = f"{one.kind.precision} {one.kind.sparsity}, {one.kind.measure}"
    return Row(
        cells={
            "target": Text(one.target.name, Tone.STRONG),
            "by": Day(one.target.by),
            "asked": Number(value=one.target.pflops, at_most=1),
            "probability": Share(value=one.probability, decimals=1),
            "error": Share(value=one.error, decimals=2),
            "confidence": BLANK if one.target.confidence is None else Share(value=one.target.confidence),
            "verdict": _verdict(one),
            **{f"p{level * 100:.0f}": _day(one.dates[level]) for level in LEVELS},
            "low": low,
            "median": median,
            "high": high,
            "uncorrelated": Share(value=one.uncorrelated, decimals=1),
            "fully_correlated": Share(value=one.fully_correlated, decimals=1),
            "kind": Text(f"{kind}{', precision unstated' if one.target.unstated else ''}"),
        },
        pointer=pointer,
    )


def _verdict(one: TargetForecast) -> Cell:
    if one.target.confidence is None:
        return BLANK
    words = {
        True: Status(key="pass", label="met", tone=Tone.GOOD),
        False: Status(key="shortfall", label="missed", tone=Tone.BAD),
        None: Status(key="unknown", label="cannot tell", tone=Tone.UNKNOWN),
    }
    return words[one.holds]


def _day(day: date | None, otherwise: str = "never") -> Cell:
    return Missing(otherwise) if day is None else Day(day)


def _decides(one: TargetForecast, at: int) -> Section:
    name = Text(one.target.name, Tone.STRONG)
    causes = [
        Phrase("{share} of the draws that miss it: {cause}", {"share": Share(value=share), "cause": Text(cause)})
        for cause, share in one.limits[:MOST_CAUSES]
    ]
    swings = [_swing(swing) for swing in one.swings[:MOST_SWINGS]]
    lines = (*causes, *swings) or (Text("no draw misses it, and no input moves its date"),)
    title = Phrase("{target}: the largest delays, and days by which an input moves the date of 80 %", {"target": name})
    return Section(key=f"decides-{at}", title=title, blocks=(Lines(cells=lines, indent=2, bullets=True),))


def _swing(swing: Swing) -> Cell:
    cells = {"input": Text(swing.input)}
    if swing.days is None:
        return Phrase("{input}, from its median to its unfavourable 5 %: 80 % is not reached", cells)
    cells["days"] = Number(value=swing.days)  # type: ignore[assignment]  # a cell of another kind
    return Phrase("{input}, from its median to its unfavourable 5 %: {days} days later", cells)


def _quarters(found: Forecast) -> Iterator[Section]:
    if found.precision is None:
        return
    rows = [
        Row(
            cells={
                "day": Day(one.day),
                **{
                    f"installed_{k}": Number(value=v, at_most=0)
                    for k, v in zip(("p5", "p50", "p95"), one.installed, strict=True)
                },
                **{
                    f"delivered_{k}": Number(value=v, at_most=0)
                    for k, v in zip(("p5", "p50", "p95"), one.delivered, strict=True)
                },
            },
            pointer=f"/quarters/{at}",
        )
        for at, one in enumerate(found.quarters)
    ]
    title = Phrase(
        "PFLOP/s by quarter, {precision} {sparsity}",
        {"precision": Text(str(found.precision.precision)), "sparsity": Text(str(found.precision.sparsity))},
    )
    yield Section(
        key="quarters", title=title, blocks=(Table(key="quarters", columns=QUARTERS, rows=rows, noun="quarters"),)
    )


def _phases(found: Forecast) -> Section:
    rows = [
        Row(
            cells={
                "phase": Text(one.name),
                "planned": Day(one.planned),
                **{
                    f"energised_{k}": _day(v, "after 9999")
                    for k, v in zip(("p5", "p50", "p80", "p95"), one.energised, strict=True)
                },
                **{
                    f"accepted_{k}": _day(v, "after 9999")
                    for k, v in zip(("p5", "p50", "p80", "p95"), one.accepted, strict=True)
                },
            },
            pointer=f"/phases/{at}",
        )
        for at, one in enumerate(found.phases)
    ]
    table = Table(key="phases", columns=PHASES, rows=rows, noun="phases")
    return Section(key="phases", title=Text("Dates of the phases"), blocks=(table,))


def _inputs(found: Forecast) -> Section:
    rows = []
    for at, (one, fit) in enumerate(found.inputs):
        values = [value for _, value, _ in fit] or one.distribution.values([0.0])
        cells: dict[str, Cell] = {
            "input": _input(one.name),
            "stated": told(Phrase("prior"), Tone.WARNING) if one.is_prior else told(Phrase("plan")),
            "unit": _unit(one.unit),
            "reached": Text(", ".join(f"{reached:.1%}" for _, _, reached in fit)),
            "group": Text(one.group or ""),
            "as_of": Day(one.as_of),
            "source": Text(one.source),
        }
        keys = ("p5", "p50", "p95") if fit else ("p50",)
        cells |= {key: Number(value=value, at_most=3) for key, value in zip(keys, values, strict=True)}
        rows.append(Row(cells=cells, pointer=f"/inputs/{at}"))
    groups = tuple(
        Phrase(
            "group {name}: correlation {value}; {source}",
            {"name": Text(name), "value": Number(value=value, at_most=2), "source": Text(source)},
        )
        for name, value, source in found.groups
    )
    table = Table(key="inputs", columns=INPUTS, rows=rows, noun="inputs")
    blocks = (table, Lines(cells=groups, indent=2, bullets=True)) if groups else (table,)
    return Section(key="inputs", title=Text("Inputs, and the percentiles that their draws reached"), blocks=blocks)


def _unit(unit: str) -> Cell:
    """The unit of an input; that of a delay has a share in it."""
    if found := re.fullmatch(r"of the planned time, where late \((.*)\)", unit):
        return told(Phrase("of the planned time, where late ({share})", {"share": Text(found[1])}))
    return Unit(unit)


def _input(name: str) -> Cell:
    """The name of an input; names of a plan in it stay as they are."""
    if found := re.fullmatch("lead time of (.*?) for (.*)", name):
        lead: dict[str, Cell] = {"item": item_cell(found[1]), "phase": Text(found[2])}
        return told(Phrase("lead time of {item} for {phase}", lead))
    return next(
        (
            told(Phrase(f"{kind} of {{name}}", {"name": Text(name.removeprefix(f"{kind} of "))}))
            for kind in ("slip", "ramp", "rate")
            if name.startswith(f"{kind} of ")
        ),
        Text(name),
    )


def progress_sections(progress: Progress) -> Iterator[Section]:
    """Planned against accepted petaflops, phase by phase, and the slip so far."""
    rows = [
        Row(
            cells={
                "phase": Text(one.phase),
                "planned": Number(value=one.planned_pflops, at_most=1),
                "accepted": Number(value=one.accepted_pflops, at_most=1),
                "slip": BLANK if one.slip_days is None else Number(value=one.slip_days),
            },
            pointer=f"/progress/{at}",
        )
        for at, one in enumerate(progress.phases)
    ]
    columns = (
        Column(key="phase", title="phase"),
        Column(key="planned", title="planned", unit="PFLOP/s", right=True),
        Column(key="accepted", title="accepted", unit="PFLOP/s", right=True),
        Column(key="slip", title="slip so far", unit="days", right=True),
    )
    title = Phrase("Progress on {day}, {kind}", {"day": Day(progress.on), "kind": Text(progress.kind)})
    table = Table(key="progress", columns=columns, rows=rows, noun="phases")
    yield Section(key="progress", title=title, blocks=(table,))


def _closing(found: Forecast) -> Section:
    measures = {one.kind.measure for one in found.targets}
    about = (
        "Delivered petaflops are matrix products; see `petaplan waterfall`." if Measure.DELIVERED in measures else ""
    )
    cells: list[Cell] = [
        Phrase(
            "{draws} draws, seed {seed}. Columns 'alone' and 'as one': the probability with all correlations 0 and 1.",
            {"draws": Number(value=found.draws), "seed": Text(str(found.seed))},
            tone=Tone.QUIET,
        ),
        Text(f"A level is 'never' reached where no day within {HORIZON_YEARS} years of the date has it.", Tone.QUIET),
        Text("Policy is no probability: a rule or a cut-off is a scenario.", Tone.QUIET),
        Text(f"Quarters go to a year after the last target, {MOST_QUARTERS} at most.", Tone.QUIET),
    ]
    if about:
        cells.append(Text(about, Tone.QUIET))
    return Section(key="closing", blocks=(Lines(cells=tuple(cells)),))
