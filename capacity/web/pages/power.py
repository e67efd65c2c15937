"""Power: one-line diagrams from the intake to the racks, and what each single loss does to them, on any day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from petaplan.capacity.failover.single import SingleLoss
from petaplan.capacity.failover.table import redundancy_words
from petaplan.capacity.report.failover import TONE, failover_json
from petaplan.capacity.web.power_sheets import PowerDay, drawing_of, marks_of, state_key
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.capacity.web.words import percent_cell
from petaplan.reporting.cells import MISSING, Cell, Number, Phrase, Several, Status, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.web.blocks import Block, Choices, DaySlider, During, Legend, LegendEntry, OnDemand, State
from petaplan.reporting.web.paint import Paint
from petaplan.reporting.web.site import Page

COLUMNS = (
    Column(key="loss", title="loss"),
    Column(key="verdict", title="verdict"),
    Column(key="racks_dark", title="racks dark", right=True),
    Column(key="dark_kw", title="racks dark", unit="kW", right=True, if_any=True),
    Column(key="plant_dark_kw", title="plant dark", unit="kW", right=True, if_any=True),
    Column(key="survivor", title="survivor nearest to its limit"),
    Column(key="before_percent", title="load before", unit="%", right=True),
    Column(key="after_percent", title="load after", unit="%", right=True),
    Column(key="dark", title="what goes dark", wraps=True, if_any=True),
)
MOST_NAMES = 40
"""Names of what goes dark in one cell."""
MOST_PACKED = 100_000
"""Losses of a day in a long table."""


def build(study: Study) -> Page | None:
    """The page; None where no object of a power chain is in service beside racks."""
    days = days_of(study)
    if not any(day.graph.nodes for day in days):
        return None
    blocks: list[Block] = [_introduction()]
    if len(days) > 1:
        blocks.append(
            DaySlider(
                key="day",
                title=Phrase("Day"),
                days=tuple((day.table.day, Text(day.table.phase)) for day in days),
            )
        )
    blocks.append(_legend())
    ends: Sequence[date | None] = [*(after.table.day for _, after in pairwise(days)), None]
    for day, end in zip(days, ends, strict=True):
        blocks.append(During(blocks=tuple(_day(day)), shown_from=day.table.day, shown_until=end))
    return Page(key="power", title="Power", blocks=tuple(blocks))


def days_of(study: Study) -> tuple[PowerDay, ...]:
    """The days of the failover report."""
    return tuple(PowerDay(table, at) for at, table in enumerate(study.failover))


def values(study: Study) -> Mapping[str, object]:
    """The failover report, and the load of each object with nothing lost."""
    return {
        "failover": as_written(failover_json(study.failover)),
        "power": [
            {
                "day": day.table.day.isoformat(),
                "phase": day.table.phase,
                "survived": _survived(day),
                "losses": len(day.losses),
                "objects": [
                    {"name": name, "percent": None if percent == float("inf") else round(percent, 3)}
                    for name, percent in zip(day.graph.names, day.rest, strict=True)
                ],
                "loads": [
                    {
                        "names": [day.graph.loads[load].name for load in group.loads],
                        "racks": group.cabinets,
                        "power_kw": round(group.power_kw, 3),
                    }
                    for group in day.graph.load_groups
                ],
            }
            for day in days_of(study)
        ],
    }


def _introduction() -> Section:
    words = (
        Phrase("Select an object to lose it whole. The list of losses has its single units too."),
        Phrase("Percentages are loads of the limit. ◀ is nearest to its limit after the loss, ✗ has no power."),
    )
    return Section(key="power-introduction", blocks=(Lines(cells=words),))


def _legend() -> Legend:
    return Legend(
        entries=(
            LegendEntry(paint=Paint.PLAIN, label=Phrase("up to 80 % of its limit")),
            LegendEntry(paint=Paint.WARNING, label=Phrase("up to its limit")),
            LegendEntry(paint=Paint.BAD, label=Phrase("above its limit")),
            LegendEntry(paint=Paint.LOST, label=Phrase("lost")),
            LegendEntry(paint=Paint.DARK, label=Phrase("without power")),
            LegendEntry(paint=Paint.QUIET, label=Phrase("racks, plant, and sources on another diagram")),
        )
    )


def _day(day: PowerDay) -> Iterator[Block]:
    key = f"power-{day.at}"
    yield Section(key=f"{key}-claims", blocks=(Lines(cells=tuple(_claims(day))),))
    yield Choices(key=f"{key}-loss", title=Phrase("Loss"), drawing=key, states=tuple(_states(day)))
    yield drawing_of(day, key)
    if len(day.situations) == len(day.losses):
        yield Section(key=f"{key}-losses", title=Phrase("Every single loss"), blocks=(_table(day),))
    else:
        yield Section(key=f"{key}-losses", title=Phrase("Single losses of what is drawn"), blocks=(_table(day),))
        yield from _every_loss(day)


def _every_loss(day: PowerDay) -> Iterator[Block]:
    """Each loss of a large plan, made when it is opened."""
    rows = [_row(one, _pointer(day, at), named=False) for at, one in enumerate(day.losses[:MOST_PACKED])]
    columns = tuple(column for column in COLUMNS if column.key != "dark")
    table = Table(key=f"every-loss-{day.table.day}", columns=columns, rows=rows, noun="losses")
    count: dict[str, Cell] = {"count": Text(f"{len(rows):,}")}
    yield OnDemand(key=f"power-{day.at}-every-loss", title=Phrase("All {count} single losses", count), table=table)


def _survived(day: PowerDay) -> int:
    return sum(one.verdict == "survives" for one in day.losses)


def _claims(day: PowerDay) -> Iterator[Cell]:
    survived = _survived(day)
    yield Phrase(
        "{survived} of {all} losses are survived. Halls claim {claims}.",
        {
            "survived": Number(value=survived, pointer=f"/power/{day.at}/survived"),
            "all": Number(value=len(day.losses), pointer=f"/power/{day.at}/losses"),
            "claims": Text(redundancy_words(day.table.claims) or "N"),
        },
    )
    if day.table.missing:
        names = Several(tuple(Text(name) for name in day.table.missing))
        yield Phrase("Not known, so loads are lower bounds: {names}", {"names": names})
    if len(day.situations) < len(day.losses):
        yield Phrase("Halls that are alike are drawn once. The table of all losses, which opens below, has each.")


def _states(day: PowerDay) -> Iterator[State]:
    yield State(key="rest", label=Phrase("nothing lost"))
    for at, situation in day.situations:
        told, (loss, utility) = day.losses[at], situation
        yield State(
            key=state_key(loss, utility=utility),
            label=loss_cell(told),
            marks=marks_of(day, situation, told.survivor),
            row=_pointer(day, at),
        )


def loss_cell(told: SingleLoss) -> Cell:
    """The name of a loss."""
    if not told.object:
        return Phrase("the utility: all intakes")
    template = "{object}" if told.whole else "one unit of {object}"
    if not told.utility:
        template += ", utility out"
    return Phrase(template, {"object": Text(told.object)})


def _pointer(day: PowerDay, at: int) -> str:
    return f"/failover/failover/{day.at}/single_losses/{at}"


def _table(day: PowerDay) -> Table:
    rows = [_row(day.losses[at], _pointer(day, at)) for at, _ in day.situations]
    return Table(key=f"losses-{day.table.day}", columns=COLUMNS, rows=rows, noun="losses")


def _row(told: SingleLoss, pointer: str, *, named: bool = True) -> Row:
    cells: dict[str, Cell] = {
        "loss": loss_cell(told),
        "verdict": Status(key=told.verdict, tone=TONE[told.verdict]),
        "racks_dark": Number(value=told.racks_dark),
        "survivor": Text(told.survivor) if told.survivor else MISSING,
    }
    for key, kw in (("dark_kw", told.dark_kw), ("plant_dark_kw", told.plant_dark_kw)):
        if kw:
            cells[key] = Number(value=round(kw, 3), at_most=0)
    if told.survivor:
        cells["before_percent"] = percent_cell(told.before_percent)
        cells["after_percent"] = percent_cell(told.after_percent)
    if told.dark and named:
        names = told.dark[:MOST_NAMES]
        listed = Several(tuple(Text(name) for name in names))
        more: dict[str, Cell] = {"names": listed, "more": Number(value=len(told.dark) - len(names))}
        cells["dark"] = listed if len(names) == len(told.dark) else Phrase("{names} and {more} more", more)
    figures = [key for key in cells if key not in {"loss", "verdict", "dark", "survivor"}]
    return Row(cells=cells, pointer=pointer, pointers={key: f"{pointer}/{key}" for key in figures})


POWER = PageKind(key="power", order=50, title="Power", build=build, json=values)
