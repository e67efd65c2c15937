"""The racks of a plan on its floors: one section a hall, one row a rack group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from petaplan.capacity.fabrics.racks import RackLine
from petaplan.capacity.quantity import Quantity, total
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Missing, Number, Phrase, Several, Text, Tone, text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

VERSION = 1
"""Version of the JSON of this report."""

PIPE_WIDTH = 240
"""Columns where no terminal sets them: the names of feeds and models are long."""

COLUMNS = (
    Column(key="row", title="row", right=True),
    Column(key="slot", title="slot", right=True),
    Column(key="last_slot", title="to\nslot", right=True),
    Column(key="cabinets", title="cabinets", wraps=True),
    Column(key="count", title="racks", right=True),
    Column(key="pod", title="pod", wraps=True),
    Column(key="model", title="model", wraps=True),
    Column(key="in_service", title="in\nservice"),
    Column(key="retired", title="retired", if_any=True),
    Column(key="it_power_kw", title="power", unit="kW", right=True),
    Column(key="weight_kg", title="weight", unit="kg", right=True),
    Column(key="feeds", title="feeds", wraps=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RackList:
    """What was asked for, and the rack groups that answer it, in the order of the floor."""

    hub: str
    asked: Mapping[str, str | int]
    """The options that were given, with their values."""
    lines: Sequence[RackLine]


def racks_document(found: RackList, _rendering: Rendering = PLAIN) -> Document:
    """One section a hall, then the total of all halls where there are several."""
    halls: dict[str, list[RackLine]] = {}
    for line in found.lines:
        halls.setdefault(line.hall, []).append(line)
    sections = [_section(found.hub, hall, lines) for hall, lines in halls.items()]
    if len(halls) != 1:
        sections.append(Section(key="total", blocks=(Lines(cells=tuple(_total(found))),)))
    return Document(key="racks", name=found.hub, sections=tuple(sections), main="racks", pipe_width=PIPE_WIDTH)


def _section(hub: str, hall: str, lines: Sequence[RackLine]) -> Section:
    title = Phrase("{hub}, {hall}: {sum}", {"hub": Text(hub), "hall": Text(hall, Tone.STRONG), "sum": _sum(lines)})
    rows = [_row(line) for line in lines]
    table = Table(key="racks", columns=COLUMNS, rows=rows, constants={"hall": Text(hall)}, noun="rack groups", keys=2)
    unknown = tuple(_unknown(lines))
    return Section(key=hall, title=title, blocks=(table, Lines(cells=unknown)) if unknown else (table,))


def _row(line: RackLine) -> Row:
    first = line.cabinets[0]
    return Row(
        cells={
            "row": _count(line.row),
            "slot": _count(line.slot),
            "last_slot": _count(line.last_slot),
            "cabinets": Text(first if line.count == 1 else f"{first} … {line.count}"),
            "count": Number(value=line.count),
            "pod": text(line.pod or ""),
            "model": Text(line.model),
            "in_service": Day(line.in_service),
            "retired": BLANK if line.retired is None else Day(line.retired),
            "it_power_kw": _amount(line.it_power_kw),
            "weight_kg": _amount(line.weight_kg),
            "feeds": Several(tuple(Text(name) for name in line.feeds)),
        }
    )


def _count(number: int | None) -> Cell:
    return MISSING if number is None else Number(value=number)


def _amount(quantity: Quantity) -> Cell:
    return Missing("?") if quantity.value is None else Number(value=quantity.value, at_most=1)


def _sum(lines: Sequence[RackLine]) -> Cell:
    racks = sum(line.count for line in lines)
    power, weight = (_known([line.it_power_kw for line in lines]), _known([line.weight_kg for line in lines]))
    return Phrase(
        "{racks} racks, {power}, {weight}",
        {"racks": Number(value=racks), "power": _bound(power, "kW"), "weight": _bound(weight, "kg")},
    )


def _known(parts: Sequence[Quantity]) -> tuple[float, bool]:
    """The sum of what is known, and whether that is all."""
    return sum(part.value or 0.0 for part in parts), all(part.value is not None for part in parts)


def _bound(sum_: tuple[float, bool], unit: str) -> Cell:
    value, whole = sum_
    return Number(value=value, unit=unit, at_most=1, lower_bound=not whole)


def _unknown(lines: Sequence[RackLine]) -> Iterator[Cell]:
    missing = total([(1, part) for line in lines for part in (line.it_power_kw, line.weight_kg)]).missing
    if missing:
        yield Phrase(
            "not known, so the sums are lower bounds: {figures}",
            {"figures": Several(tuple(Text(name) for name in missing))},
            tone=Tone.UNKNOWN,
        )


def _total(found: RackList) -> Iterator[Cell]:
    if found.lines:
        yield Phrase("{hub}, all halls: {sum}", {"hub": Text(found.hub, Tone.STRONG), "sum": _sum(found.lines)})
        return
    asked = " ".join(f"--{option} {value}" for option, value in found.asked.items())
    yield Text(f"{found.hub} declares no racks for {asked}" if asked else f"{found.hub} declares no racks")


def racks_json(found: RackList) -> str:
    """The racks as JSON; what is not known is null."""
    return json_text(
        {
            "petaplan_racks": VERSION,
            "hub": found.hub,
            "asked": dict(found.asked),
            "racks": [_values(line) for line in found.lines],
        }
    )


def _values(line: RackLine) -> dict[str, object]:
    return {
        "hall": line.hall,
        "row": line.row,
        "slot": line.slot,
        "last_slot": line.last_slot,
        "name": line.name,
        "cabinets": list(line.cabinets),
        "pod": line.pod,
        "model": line.model,
        "phase": line.phase,
        "in_service": line.in_service.isoformat(),
        "retired": None if line.retired is None else line.retired.isoformat(),
        "it_power_kw": line.it_power_kw.value,
        "weight_kg": line.weight_kg.value,
        "feeds": list(line.feeds),
    }
