"""Classes of rack groups by power, phase or model: each with a sign, a paint and its racks on each day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from string import ascii_uppercase

from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.racks import RackLine
from petaplan.reporting.cells import Cell, Number, Phrase, Text
from petaplan.reporting.web.paint import SERIES, STEPS, Paint

MOST_STEPS = len(STEPS)
UNKNOWN_SIGN = "?"


@dataclass(frozen=True, kw_only=True, slots=True)
class ColourClass:
    """Rack groups that look alike."""

    name: str
    """Class of their shapes."""
    sign: str
    """Written on them, because some readers see no colour."""
    paint: Paint
    label: Cell


@dataclass(frozen=True, eq=False, slots=True)
class Colouring:
    """One way to colour the rack groups of a plan."""

    key: str
    title: str
    """In English: the key of its translation."""
    classes: tuple[ColourClass, ...]
    of: Mapping[int, int]
    """For the number of each rack group the number of its class."""

    def racks_on(self, lines: Sequence[RackLine], day: date) -> list[int]:
        """Racks of each class in service on a day."""
        counts = [0] * len(self.classes)
        for at, line in enumerate(lines):
            if stands_on(line, day):
                counts[self.of[at]] += line.count
        return counts


def stands_on(line: RackLine, day: date) -> bool:
    """Whether a rack group is in service on a day."""
    return line.in_service <= day and (line.retired is None or day < line.retired)


def colourings(design: Design, lines: Sequence[RackLine]) -> tuple[Colouring, ...]:
    """By power of one rack, by phase, and by model."""
    phases = [phase.name for phase in design.phases if any(line.phase == phase.name for line in lines)]
    models = sorted({line.model for line in lines})
    return (
        _by_power(lines),
        _by_name("phase", "phase", phases, [line.phase for line in lines], _number),
        _by_name("model", "rack model", models, [line.model for line in lines], _letters),
    )


def _by_name(
    key: str, title: str, names: Sequence[str], named: Sequence[str], sign_of: Callable[[int], str]
) -> Colouring:
    """A class for each name; ``named`` has the name of each rack group."""
    classes = tuple(
        ColourClass(name=f"{key}-{at}", sign=sign_of(at), paint=SERIES[at % len(SERIES)], label=Text(name))
        for at, name in enumerate(names)
    )
    places = {name: at for at, name in enumerate(names)}
    return Colouring(key, title, classes, {at: places[name] for at, name in enumerate(named)})


def _number(at: int) -> str:
    return str(at + 1)


def _letters(at: int) -> str:
    """A, B … Z, AA, AB and so on."""
    count, sign = at + 1, ""
    while count:
        count, place = divmod(count - 1, len(ascii_uppercase))
        sign = ascii_uppercase[place] + sign
    return sign


def rack_kw(line: RackLine) -> float | None:
    """Power of one rack of a group, kW; None where it is not known."""
    return None if line.it_power_kw.value is None else line.it_power_kw.value / line.count


def _by_power(lines: Sequence[RackLine]) -> Colouring:
    """Each power that racks have; where these are more than the paints, neighbours share one."""
    ranges = _ranges(sorted({round(kw, 6) for line in lines if (kw := rack_kw(line)) is not None}))
    classes = list(_steps(ranges))
    of = {at: _range_of(rack_kw(line), ranges) for at, line in enumerate(lines)}
    if any(place == len(ranges) for place in of.values()):
        unknown = ColourClass(
            name="power-unknown", sign=UNKNOWN_SIGN, paint=Paint.UNKNOWN, label=Phrase("power not known")
        )
        classes.append(unknown)
    return Colouring("power", "power of a rack", tuple(classes), of)


def _ranges(known: Sequence[float]) -> list[tuple[float, float]]:
    """Lowest and highest power of each class.

    >>> _ranges([1, 2, 3, 4, 5, 6, 7])
    [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 7)]
    """
    count = min(len(known), MOST_STEPS)
    starts = [at * len(known) // count for at in range(count + 1)] if count else []
    return [(known[start], known[end - 1]) for start, end in pairwise(starts)]


def _range_of(kw: float | None, ranges: Sequence[tuple[float, float]]) -> int:
    """Number of the range that holds a power; the number after the last where it is not known."""
    if kw is None:
        return len(ranges)
    return next((at for at, (_, high) in enumerate(ranges) if kw <= high + 1e-6), len(ranges) - 1)


def _steps(ranges: Sequence[tuple[float, float]]) -> Iterator[ColourClass]:
    for at, (low, high) in enumerate(ranges):
        step = STEPS[at if len(ranges) > 1 else 1]
        ends: dict[str, Cell] = {
            "low": Number(value=low, at_most=2),
            "high": Number(value=high, unit="kW", at_most=2),
        }
        label: Cell = ends["high"] if low == high else Phrase("{low} to {high}", ends)
        yield ColourClass(name=f"power-{at}", sign=str(at + 1), paint=step, label=label)
