"""Wording of a cell, the same in every output for people."""

from collections.abc import Callable, Iterator, Mapping
from string import Formatter

from petaplan.reporting.cells import (
    Bar,
    Cell,
    Code,
    Comparison,
    Day,
    Missing,
    Number,
    Phrase,
    Reading,
    Several,
    Share,
    Source,
    Status,
    Text,
    Told,
    Tone,
)
from petaplan.reporting.units import at_most, exactly, number, percent, two_amounts

BAR_WIDTH = 24
"""Characters of the longest bar."""

Wording = Callable[[Cell], str]


def words(cell: Cell, unit: str = "") -> str:
    """What people read in a cell; ``unit`` is the one that the column already names.

    >>> from petaplan.reporting.cells import Number, Phrase
    >>> words(Phrase("{load} of {limit}", {"load": Number(value=510, unit="kW"), "limit": Number(value=5000)}))
    '510 kW of 5,000'
    """
    match cell:
        case Text(value) | Code(value):
            return value
        case Number():
            return _number(cell, unit)
        case Share():
            return percent(cell.value, cell.decimals)
        case Status():
            return cell.label or cell.key
        case Day(value):
            return value.isoformat()
        case Source():
            return f"{cell.file}:{cell.line}"
        case Missing(mark):
            return mark
        case _:
            return _compound(cell, unit)


def told(cell: Cell, tone: Tone = Tone.PLAIN) -> Told:
    """Words of the program: a cell with a translation on pages, its text everywhere else.

    >>> from petaplan.reporting.cells import Phrase
    >>> told(Phrase("million {currency}", {"currency": Text("USD")})).value
    'million USD'
    """
    return Told(words(cell), tone, cell=cell)


def literal(text: str) -> str:
    """A text as the template of a phrase without cells."""
    return text.replace("{", "{{").replace("}", "}}")


def _compound(cell: Comparison | Bar | Several | Phrase, unit: str) -> str:
    match cell:
        case Comparison():
            return comparison(cell)
        case Bar():
            return bar(cell)
        case Several(cells, separator):
            return separator.join(words(one, unit) for one in cells)
        case Phrase():
            return "".join(part if isinstance(part, str) else words(part) for part in parts(cell))


def _number(cell: Number, unit: str) -> str:
    if cell.decimals is not None:
        figure = exactly(cell.value, cell.decimals)
    else:
        figure = number(cell.value) if cell.at_most is None else at_most(cell.value, cell.at_most)
    bound = "≥ " if cell.lower_bound else ""
    return f"{bound}{figure} {'' if cell.unit == unit else cell.unit}".rstrip()


def comparison(cell: Comparison) -> str:
    """Demand and capacity in words.

    >>> from petaplan.reporting.cells import Comparison, Reading
    >>> comparison(Comparison(demand=3, capacity=0, unit="racks dark", reading=Reading.NONE_ALLOWED))
    '3 racks dark, where none is allowed'
    """
    demand, capacity = two_amounts(cell.demand, cell.capacity, cell.unit)
    match cell.reading:
        case Reading.NEEDS:
            return f"needs {demand}, has {capacity}"
        case Reading.NEEDS_HAS_NONE:
            return f"needs {demand}, has none"
        case Reading.NONE_ALLOWED:
            return f"{demand}, where none is allowed"
        case Reading.DEMAND_ALONE:
            return demand
        case Reading.REMARK:
            return cell.remark


def bar(cell: Bar) -> str:
    """Full blocks up to the low end, lighter ones up to the high end."""
    if not cell.whole:
        return ""
    sure, likely = (round(end / cell.whole * BAR_WIDTH) for end in (cell.low, cell.high))
    return "█" * sure + "░" * (likely - sure)


def parts(phrase: Phrase) -> Iterator[str | Cell]:
    """The fixed words and the cells of a phrase, in order."""
    for literal, name, _, _ in Formatter().parse(phrase.template):
        if literal:
            yield literal
        if name is not None:
            yield phrase.cells[name]


def value_of(cell: Cell) -> object:
    """What a program reads in a cell: a number, a text, a day, or None.

    >>> from petaplan.reporting.cells import Missing, Share
    >>> value_of(Share(value=0.25)), value_of(Missing())
    (0.25, None)
    """
    match cell:
        case Number() | Share():
            return cell.value if abs(cell.value) != float("inf") else None
        case Status():
            return cell.key
        case Missing():
            return None
        case Several(cells, _):
            return [value_of(one) for one in cells]
        case _:
            return words(cell)


def fields_of(key: str, cell: Cell) -> Mapping[str, object]:
    """A cell as fields of a flat record: a comparison has three, every other cell one."""
    match cell:
        case Comparison():
            return {"demand": cell.demand, "capacity": cell.capacity, "unit": cell.unit}
        case Bar():
            return {}
        case Several(cells, _) if len(cells) == 1:
            return {key: value_of(cells[0])}
        case Several():
            return {key: words(cell)}
        case _:
            return {key: value_of(cell)}
