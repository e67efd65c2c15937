"""Declared work: what each run and service takes, what is spoken for, and whether the accelerators are there."""

from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.capacity.design import Design
from petaplan.capacity.work.costs import RunCost, run_cost
from petaplan.capacity.work.runs import DayOfWork, RunNeed, ServiceNeed, days_of_work, run_needs, service_needs
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Number, Phrase, Share, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.wording import told

RUNS = (
    Column(key="run", title="training run", matters=True),
    Column(key="phase", title="phase"),
    Column(key="model", title="accelerator", wraps=True),
    Column(key="accelerators", title="in step", right=True),
    Column(key="share", title="of those in service", right=True, data_only=True),
    Column(key="operations", title="operations", unit="EFLOP", right=True),
    Column(key="mfu", title="MFU", right=True),
    Column(key="goodput", title="goodput", right=True),
    Column(key="days", title="days", right=True, matters=True),
    Column(key="days_given", title="days\ngiven", right=True, matters=True),
    Column(key="ends", title="done on", matters=True),
    Column(key="in_time", title="verdict"),
    Column(key="device_hours", title="accelerator\nhours", right=True),
    Column(key="energy", title="energy", unit="MWh", right=True),
    Column(key="carbon", title="carbon", unit="tCO2e", right=True, if_any=True),
    Column(key="cost", title="energy cost", right=True, if_any=True),
    Column(key="mfu_source", title="source of the MFU", wraps=True, data_only=True),
    Column(key="goodput_source", title="source of the goodput", wraps=True, data_only=True),
)
SERVICES = (
    Column(key="service", title="service", matters=True),
    Column(key="phase", title="phase"),
    Column(key="model", title="accelerator", wraps=True),
    Column(key="by_rate", title="for its\nrate", right=True),
    Column(key="by_memory", title="for its\nmemory", right=True),
    Column(key="accelerators", title="accelerators", right=True, matters=True),
)
DAYS = (
    Column(key="model", title="accelerator", wraps=True),
    Column(key="day", title="from day"),
    Column(key="in_service", title="in service", right=True),
    Column(key="asked", title="asked", right=True, matters=True),
    Column(key="spoken_for", title="spoken for", right=True, matters=True),
    Column(key="by", title="held by", wraps=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkReport:
    """Everything that is said of the declared work of a plan."""

    hub: str
    runs: tuple[tuple[RunNeed, RunCost], ...]
    services: tuple[ServiceNeed, ...]
    days: tuple[DayOfWork, ...]


def work_report(design: Design) -> WorkReport:
    """The declared work of a plan, each run with its energy and cost."""
    return WorkReport(
        hub=design.hub.name,
        runs=tuple((need, run_cost(design, need)) for need in run_needs(design)),
        services=service_needs(design),
        days=tuple(days_of_work(design)),
    )


def work_document(found: WorkReport, _rendering: Rendering = PLAIN) -> Document:
    """Runs, services, then the share that is spoken for."""
    sections = [*_runs(found), *_services(found), *_days(found)]
    if not sections:
        words = Text(f"{found.hub} declares no training runs, services or research reserves")
        sections = [Section(key="none", blocks=(Lines(cells=(words,)),))]
    return Document(key="work", name=found.hub, sections=(*sections, _closing()), main="runs", pipe_width=150)


def _runs(found: WorkReport) -> Iterator[Section]:
    if found.runs:
        rows = [_run(need, cost, f"/runs/{at}") for at, (need, cost) in enumerate(found.runs)]
        title = Phrase("{hub}: training runs", {"hub": Text(found.hub, Tone.STRONG)})
        yield Section(key="runs", title=title, blocks=(Table(key="runs", columns=RUNS, rows=rows, noun="runs"),))


def _run(need: RunNeed, cost: RunCost, pointer: str) -> Row:
    run = need.run
    late = None if need.days is None else need.days > need.days_given
    return Row(
        cells={
            "run": Text(run.name, Tone.STRONG),
            "phase": Text(need.phase),
            "model": Text(f"{run.model}, {run.precision}"),
            "accelerators": Number(value=run.accelerators_in_step),
            "share": _share(need.run.accelerators_in_step, need.available),
            "operations": Number(value=need.flop / 1e18, at_most=0),
            "mfu": Share(value=run.mfu_fraction, decimals=1),
            "goodput": Share(value=need.goodput, decimals=1),
            "days": _known(need.days, at_most=1),
            "days_given": Number(value=need.days_given),
            "ends": MISSING if need.ends is None else Day(need.ends),
            "in_time": MISSING if late is None else _verdict(late=late),
            "device_hours": _known(need.device_hours, at_most=0),
            "energy": _known(None if cost.energy_kwh is None else cost.energy_kwh / 1e3, at_most=0),
            "carbon": BLANK if cost.carbon_t is None else Number(value=cost.carbon_t, at_most=0),
            "cost": BLANK if cost.cost is None else Number(value=cost.cost, unit=cost.currency, at_most=0),
            "mfu_source": Text(run.mfu_source),
            "goodput_source": Text(need.goodput_source),
        },
        pointer=pointer,
    )


def _verdict(*, late: bool) -> Cell:
    return told(Phrase("late"), Tone.BAD) if late else told(Phrase("in time"), Tone.GOOD)


def _share(part: int | None, whole: int) -> Cell:
    return MISSING if part is None or not whole else Share(value=part / whole)


def _known(value: float | None, *, at_most: int) -> Cell:
    return MISSING if value is None else Number(value=value, at_most=at_most)


def _services(found: WorkReport) -> Iterator[Section]:
    if found.services:
        rows = [
            Row(
                cells={
                    "service": Text(one.service.name, Tone.STRONG),
                    "phase": Text(one.phase),
                    "model": Text(f"{one.service.model}, {one.service.precision}"),
                    "by_rate": _known(one.by_rate, at_most=0),
                    "by_memory": _known(one.by_memory, at_most=0),
                    "accelerators": _known(one.accelerators, at_most=0),
                },
                pointer=f"/services/{at}",
            )
            for at, one in enumerate(found.services)
        ]
        table = Table(key="services", columns=SERVICES, rows=rows, noun="services")
        yield Section(key="services", title=Text("Services"), blocks=(table,))


def _days(found: WorkReport) -> Iterator[Section]:
    if found.days:
        rows = [
            Row(
                cells={
                    "model": Text(one.model),
                    "day": Day(one.day),
                    "in_service": Number(value=one.in_service),
                    "asked": _known(one.whole, at_most=0),
                    "spoken_for": _share(one.whole, one.in_service),
                    "by": Text(", ".join(name for name, _ in one.asked)),
                },
                pointer=f"/days/{at}",
            )
            for at, one in enumerate(found.days)
        ]
        table = Table(key="days", columns=DAYS, rows=rows, noun="days", keys=2)
        yield Section(key="days", title=Text("Accelerators spoken for"), blocks=(table,))


def _closing() -> Section:
    words = (
        "MFU is a share of the peak at the precision of the run. Goodput is what interruptions and checkpoints leave."
    )
    return Section(key="closing", blocks=(Lines(cells=(told(Phrase(words), Tone.QUIET),)),))
