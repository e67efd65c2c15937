"""Halls: floor plans by rows and slots, coloured by power, phase or model, on any day."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from petaplan.capacity.report.racks import RackList, racks_json
from petaplan.capacity.web.colours import Colouring
from petaplan.capacity.web.halls import MOST_HALLS, Halls, drawing_of, signs_of
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Number, Phrase, Text
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.web.blocks import Block, Choices, DaySlider, During, Legend, LegendEntry, OnDemand, State
from petaplan.reporting.web.drawing import Drawing
from petaplan.reporting.web.site import Page

COLUMNS = (
    Column(key="hall", title="hall"),
    Column(key="row", title="row", right=True),
    Column(key="slot", title="slot", right=True),
    Column(key="name", title="rack group"),
    Column(key="count", title="racks", right=True),
    Column(key="model", title="model"),
    Column(key="phase", title="phase"),
    Column(key="in_service", title="in service"),
    Column(key="retired", title="retired", if_any=True),
    Column(key="it_power_kw", title="power", unit="kW", right=True),
    Column(key="weight_kg", title="weight", unit="kg", right=True),
)


def build(study: Study) -> Page | None:
    """The page; None for a plan without racks."""
    halls = Halls(study.design)
    if not halls.lines:
        return None
    drawn = drawing_of(halls, "floor")
    blocks: list[Block] = [_introduction(halls)]
    if len(halls.days) > 1:
        blocks.append(DaySlider(key="day", title=Phrase("Day"), days=tuple(_days(halls))))
    blocks.append(
        Choices(
            key="colour",
            title=Phrase("Colour by"),
            drawing=drawn.key,
            states=tuple(_state(halls, at, drawn) for at in range(len(halls.colourings))),
        )
    )
    blocks += [drawn, OnDemand(key="rack-groups", title=Phrase("Rack groups"), table=_table(halls))]
    return Page(key="halls", title="Halls", blocks=tuple(blocks))


def values(study: Study) -> Mapping[str, object]:
    """The rack list, as `petaplan racks --format json` writes it, and the racks of each hall and class by day."""
    halls = Halls(study.design)
    listed = RackList(hub=study.name, asked={}, lines=halls.lines)
    days = [
        {
            "day": found.day.isoformat(),
            "halls": [
                {"hall": hall.name, "racks": racks, "it_power_kw": kw}
                for hall, racks, kw in zip(study.design.hub.halls, found.racks, found.it_power_kw, strict=True)
            ],
            **{one.key: one.racks_on(halls.lines, found.day) for one in halls.colourings},
        }
        for found in halls.on_days
    ]
    return {"racks": as_written(racks_json(listed)), "floors": {"days": days}}


def _introduction(halls: Halls) -> Section:
    lines: list[Cell] = [
        Phrase(
            "Each mark is a rack in its slot; its sign is that of the legend. Select it to see the rack from the front."
        )
    ]
    if sum(len(numbers) for numbers in halls.alike) > len(halls.alike):
        lines.append(Phrase("Halls that are alike are drawn once; the table and `petaplan racks` list each."))
    if len(halls.alike) > MOST_HALLS:
        more: dict[str, Cell] = {"more": Number(value=len(halls.alike) - MOST_HALLS)}
        lines.append(Phrase("{more} more halls are not drawn: `petaplan racks PLAN --hall NAME` lists them.", more))
    return Section(key="halls-introduction", blocks=(Lines(cells=tuple(lines)),))


def _days(halls: Halls) -> Iterator[tuple[date, Cell]]:
    for found in halls.on_days:
        yield found.day, Phrase("{racks} racks", {"racks": Number(value=sum(found.racks))})


def _state(halls: Halls, at: int, drawn: Drawing) -> State:
    colouring = halls.colourings[at]
    return State(
        key=colouring.key,
        label=Phrase(colouring.title),
        marks=signs_of(colouring, drawn) if at else {},
        paints={one.name: one.paint for one in colouring.classes},
        blocks=tuple(_legends(halls, colouring)),
    )


def _legends(halls: Halls, colouring: Colouring) -> Iterator[Block]:
    """The meaning of the colours with the racks of each, day by day."""
    ends = [*(after for _, after in pairwise(halls.days)), None]
    for number, (day, end) in enumerate(zip(halls.days, ends, strict=True)):
        counts = colouring.racks_on(halls.lines, day)
        entries = tuple(
            LegendEntry(
                paint=one.paint,
                label=Phrase("{sign}: {label}", {"sign": Text(one.sign), "label": one.label}),
                count=Number(value=count, unit="racks"),
                pointer=f"/floors/days/{number}/{colouring.key}/{at}",
            )
            for at, (one, count) in enumerate(zip(colouring.classes, counts, strict=True))
        )
        yield During(blocks=(Legend(entries=entries),), shown_from=day, shown_until=end)


def _table(halls: Halls) -> Table:
    rows = [_row(halls, at) for at in range(len(halls.lines))]
    return Table(key="rack-groups", columns=COLUMNS, rows=rows, noun="rack groups")


def _row(halls: Halls, at: int) -> Row:
    line, place = halls.lines[at], f"/racks/racks/{at}"
    power, weight = line.it_power_kw.value, line.weight_kg.value
    cells: dict[str, Cell] = {
        "hall": Text(line.hall),
        "row": MISSING if line.row is None else Text(str(line.row)),
        "slot": MISSING if line.slot is None else Text(str(line.slot)),
        "name": Text(f"{line.pod}/{line.name}" if line.pod else line.name),
        "count": Text(f"{line.count:,}"),
        "model": Text(line.model),
        "phase": Text(line.phase),
        "in_service": Day(line.in_service),
        "retired": BLANK if line.retired is None else Day(line.retired),
        "it_power_kw": MISSING if power is None else Number(value=power, at_most=1),
        "weight_kg": MISSING if weight is None else Number(value=weight, at_most=0),
    }
    pointers = {key: f"{place}/{key}" for key in ("it_power_kw", "weight_kg")}
    return Row(cells=cells, pointer=place, pointers=pointers)


HALLS = PageKind(key="halls", order=40, title="Halls", build=build, json=values)
