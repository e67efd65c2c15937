"""How a number and its unit are written: digits, thousands, and the unit that reads best."""

from dataclasses import dataclass


def number(value: float) -> str:
    """A number with four significant digits, or with one decimal from 100 on.

    >>> number(40000.0), number(0.98765), number(559.04), number(12.0)
    ('40,000', '0.9877', '559.0', '12')
    """
    if value == int(value) if abs(value) < 1e15 else False:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"


def exactly(value: float, decimals: int) -> str:
    """A number with a fixed count of decimals.

    >>> exactly(12_345.678, 2), exactly(46.4, 0)
    ('12,345.68', '46')
    """
    return f"{value:,.{decimals}f}"


def at_most(value: float, decimals: int) -> str:
    """A number rounded to so many decimals, with fewer where they say nothing.

    >>> at_most(6202.26, 1), at_most(12.04, 1), at_most(float("inf"), 1)
    ('6,202.3', '12', 'inf')
    """
    return number(round(value, decimals))


def quantity(value: float, unit: str) -> str:
    """A number with its unit.

    >>> quantity(19801.9, "PFLOP/s"), quantity(3, "")
    ('19,801.9 PFLOP/s', '3')
    """
    return f"{number(value)} {unit}".rstrip()


SMALLEST_STEP = 1e-9
"""Relative step below which two numbers are the same: the rounding of sums."""


def two_quantities(first: float, second: float, unit: str) -> tuple[str, str]:
    """Two numbers with their unit, with as many digits as tell them apart.

    >>> two_quantities(4.25134, 4.251, "of capacity"), two_quantities(510, 500, "kW")
    (('4.2513 of capacity', '4.251 of capacity'), ('510 kW', '500 kW'))
    """
    texts = quantity(first, unit), quantity(second, unit)
    if texts[0] != texts[1] or abs(first - second) <= SMALLEST_STEP * max(abs(first), abs(second)):
        return texts
    for digits in range(5, 17):
        one, other = f"{first:,.{digits}g}", f"{second:,.{digits}g}"
        if one != other and "e" not in one + other:
            return f"{one} {unit}".rstrip(), f"{other} {unit}".rstrip()
    return texts


def two_amounts(first: float | None, second: float | None, unit: str) -> tuple[str, str]:
    """Two numbers of which either may be unknown, with their unit; what differs never reads the same.

    >>> two_amounts(None, 500, "kW"), two_amounts(510, 500, "kW")
    (('unknown', '500 kW'), ('510 kW', '500 kW'))
    """
    if first is not None and second is not None:
        return two_quantities(first, second, unit)
    one, other = ("unknown" if value is None else quantity(value, unit) for value in (first, second))
    return one, other


def percent(fraction: float, decimals: int = 0) -> str:
    """A share of one as a percentage.

    >>> percent(0.4567), percent(0.4567, 1)
    ('46%', '45.7%')
    """
    return f"{fraction:.{decimals}%}"


@dataclass(frozen=True, slots=True)
class Step:
    """The next larger unit, and how many of the smaller one it holds."""

    unit: str
    holds: float


LARGER = {
    "W": Step("kW", 1_000.0),
    "kW": Step("MW", 1_000.0),
    "kVA": Step("MVA", 1_000.0),
    "kWh": Step("MWh", 1_000.0),
    "TFLOP/s": Step("PFLOP/s", 1_000.0),
    "TOP/s": Step("POP/s", 1_000.0),
    "Gb/s": Step("Tb/s", 1_000.0),
    "kg": Step("t", 1_000.0),
}


def readable(value: float, unit: str) -> tuple[float, str]:
    """The same amount in the unit in which it has at most four digits before the point.

    >>> readable(94_020.0, "kW"), readable(510.0, "kW"), readable(12.0, "racks")
    ((94.02, 'MW'), (510.0, 'kW'), (12.0, 'racks'))
    """
    while abs(value) >= 10_000 and unit in LARGER:
        step = LARGER[unit]
        value, unit = value / step.holds, step.unit
    return value, unit
