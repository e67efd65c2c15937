"""Cooling: plant from the racks to the chillers, and what each single loss does to it, on any day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import pairwise

from petaplan.capacity.failover.plant import PlantLoss, resting_plant_percent
from petaplan.capacity.report.failover import TONE
from petaplan.capacity.state import states_of
from petaplan.capacity.thermal.heat import heat_loads_of
from petaplan.capacity.web.cooling_sheets import CoolingDay, drawing_of, marks_of, state_key
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.capacity.web.words import percent_cell
from petaplan.reporting.cells import MISSING, Cell, Number, Phrase, Status, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.web.blocks import Block, Choices, DaySlider, During, Legend, LegendEntry, OnDemand, State
from petaplan.reporting.web.paint import Paint
from petaplan.reporting.web.site import Page

COLUMNS = (
    Column(key="loss", title="loss"),
    Column(key="verdict", title="verdict"),
    Column(key="left_over_kw", title="heat that nothing moves", unit="kW", right=True),
    Column(key="racks", title="racks concerned", right=True),
    Column(key="ride_through_seconds", title="ride-through", unit="s", right=True, if_any=True),
    Column(key="survivor", title="nearest to its limit"),
    Column(key="before_percent", title="load before", unit="%", right=True),
    Column(key="after_percent", title="load after", unit="%", right=True),
)

MOST_PACKED = 100_000
"""Losses of a day in a long table."""


def days_of(study: Study) -> tuple[CoolingDay, ...]:
    """Days on which something changes and racks and cooling plant are in service."""
    states = [state for state in states_of(study.design) if state.placements]
    days = (CoolingDay(state, at) for at, state in enumerate(states))
    return tuple(days)


def build(study: Study) -> Page | None:
    """The page; None for a plan without cooling plant beside racks."""
    days = days_of(study)
    if not any(day.pieces for day in days):
        return None
    words = (
        Phrase("Select plant to lose one of its units."),
        Phrase("Percentages are heat of what the units in operation move. ◀ is nearest to its limit after the loss."),
    )
    blocks: list[Block] = [Section(key="cooling-introduction", blocks=(Lines(cells=words),))]
    if len(days) > 1:
        named = tuple((day.state.day, Text(day.state.phase.name)) for day in days)
        blocks.append(DaySlider(key="day", title=Phrase("Day"), days=named))
    blocks.append(_legend())
    ends: Sequence[date | None] = [*(after.state.day for _, after in pairwise(days)), None]
    for day, end in zip(days, ends, strict=True):
        blocks.append(During(blocks=tuple(_day(day)), shown_from=day.state.day, shown_until=end))
    return Page(key="cooling", title="Cooling", blocks=tuple(blocks))


def values(study: Study) -> Mapping[str, object]:
    """Plant, heat and every single loss of cooling plant, day by day."""
    return {"cooling": as_written(json_text([_values(day) for day in days_of(study)]))}


def _values(day: CoolingDay) -> dict[str, object]:
    loads, percent = heat_loads_of(day.state), resting_plant_percent(day.state)
    return {
        "day": day.state.day.isoformat(),
        "phase": day.state.phase.name,
        "survived": _survived(day),
        "losses": len(day.losses),
        "heat": [
            asdict(one) | {"rack_kw": round(one.rack_kw, 3), "equipment_kw": round(one.equipment_kw, 3)}
            for one in day.heat
        ],
        "pieces": [
            {
                "name": name,
                "units": piece.units,
                "spare_units": piece.spare_units,
                "heat_kw": round(loads[name].kw, 3),
                "percent": _finite(percent[name]),
            }
            for name, piece in day.pieces.items()
        ],
        "single_losses": [
            asdict(one)
            | {
                "left_over_kw": round(one.left_over_kw, 3),
                "before_percent": _finite(one.before_percent),
                "after_percent": _finite(one.after_percent),
            }
            for one in day.losses
        ],
    }


def _finite(percent: float) -> float | None:
    return None if percent == float("inf") else round(percent, 3)


def _legend() -> Legend:
    return Legend(
        entries=(
            LegendEntry(paint=Paint.PLAIN, label=Phrase("up to 80 % of its limit")),
            LegendEntry(paint=Paint.WARNING, label=Phrase("up to its limit")),
            LegendEntry(paint=Paint.BAD, label=Phrase("above its limit")),
            LegendEntry(paint=Paint.LOST, label=Phrase("lost")),
            LegendEntry(paint=Paint.QUIET, label=Phrase("heat of racks and of power equipment")),
        )
    )


def _day(day: CoolingDay) -> Iterator[Block]:
    key = f"cooling-{day.at}"
    told: dict[str, Cell] = {
        "survived": Number(value=_survived(day), pointer=f"/cooling/{day.at}/survived"),
        "all": Number(value=len(day.losses), pointer=f"/cooling/{day.at}/losses"),
    }
    line = Phrase("After {survived} of {all} losses all heat is moved.", told)
    yield Section(key=f"{key}-sum", blocks=(Lines(cells=(line,)),))
    yield Choices(key=f"{key}-loss", title=Phrase("Loss"), drawing=key, states=tuple(_states(day)))
    yield drawing_of(day, key)
    rows = [_row(one, _pointer(day, at)) for at, one in day.shown]
    table = Table(key=f"plant-losses-{day.state.day}", columns=COLUMNS, rows=rows, noun="losses")
    if len(day.shown) == len(day.losses):
        yield Section(key=f"{key}-losses", title=Phrase("Every single loss"), blocks=(table,))
    else:
        yield Section(key=f"{key}-losses", title=Phrase("Single losses of what is drawn"), blocks=(table,))
        yield _every_loss(day)


def _every_loss(day: CoolingDay) -> OnDemand:
    """Each loss of a large plan, made when it is opened."""
    rows = [_row(one, _pointer(day, at)) for at, one in enumerate(day.losses[:MOST_PACKED])]
    table = Table(key=f"every-plant-loss-{day.state.day}", columns=COLUMNS, rows=rows, noun="losses")
    count: dict[str, Cell] = {"count": Text(f"{len(rows):,}")}
    return OnDemand(key=f"cooling-{day.at}-every-loss", title=Phrase("All {count} single losses", count), table=table)


def _survived(day: CoolingDay) -> int:
    return sum(one.verdict == "survives" for one in day.losses)


def _states(day: CoolingDay) -> Iterator[State]:
    yield State(key="rest", label=Phrase("nothing lost"))
    for at, lost in day.shown:
        yield State(
            key=state_key(day.place[lost.object]),
            label=loss_cell(lost),
            marks=marks_of(day, lost),
            row=_pointer(day, at),
        )


def loss_cell(lost: PlantLoss) -> Cell:
    """The name of a loss."""
    return Phrase("{object}" if lost.whole else "one unit of {object}", {"object": Text(lost.object)})


def _pointer(day: CoolingDay, at: int) -> str:
    return f"/cooling/{day.at}/single_losses/{at}"


def _row(lost: PlantLoss, pointer: str) -> Row:
    cells: dict[str, Cell] = {
        "loss": loss_cell(lost),
        "verdict": Status(key=lost.verdict, tone=TONE[lost.verdict]),
        "left_over_kw": Number(value=round(lost.left_over_kw, 3), at_most=0),
        "racks": Number(value=lost.racks),
        "survivor": Text(lost.survivor) if lost.survivor else MISSING,
    }
    if lost.left_over_kw:
        cells["ride_through_seconds"] = Number(value=lost.ride_through_seconds, at_most=0)
    if lost.survivor:
        cells["before_percent"] = percent_cell(lost.before_percent)
        cells["after_percent"] = percent_cell(lost.after_percent)
    figures = [key for key in cells if key not in {"loss", "verdict", "survivor"}]
    return Row(cells=cells, pointer=pointer, pointers={key: f"{pointer}/{key}" for key in figures})


COOLING = PageKind(key="cooling", order=55, title="Cooling", build=build, json=values)
