"""Likely slips of the pen behind a number out of bounds: a neighbouring unit first, then other hypotheses.

A guess is made only where the number that it makes lies within the bounds of its field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from annotated_types import Ge, Gt, Le, Lt

from petaplan.capacity.units import Unit

LADDERS = (
    ("W", "kW", "MW", "GW"),
    ("VA", "kVA", "MVA", "GVA"),
    ("Wh", "kWh", "MWh", "GWh"),
    ("V", "kV", "MV"),
    ("A", "kA"),
    ("mm", "m", "km"),
    ("g", "kg", "t"),
    ("Pa", "kPa", "MPa"),
    ("ns", "us", "ms", "s"),
    ("kHz", "MHz", "GHz", "THz"),
    ("Mb/s", "Gb/s", "Tb/s"),
    ("MB", "GB", "TB"),
    ("MB/s", "GB/s", "TB/s"),
    ("GFLOP/s", "TFLOP/s", "PFLOP/s", "EFLOP/s"),
    ("GOP/s", "TOP/s", "POP/s", "EOP/s"),
)
"""Units a factor of 1,000 apart, smallest first."""

THOUSANDS = 1_000.0

OTHERS: dict[str, tuple[tuple[float, str], ...]] = {
    "fraction": ((0.01, "percent for a fraction"),),
    "m": ((0.01, "cm for m"), (0.3048, "feet for m")),
    "mm": ((10.0, "cm for mm"), (25.4, "inches for mm")),
    "m2": ((1e-6, "mm2 for m2"), (0.092903, "square feet for m2")),
    "mm2": ((100.0, "cm2 for mm2"),),
    "min": ((1 / 60, "s for min"), (60.0, "h for min")),
    "h": ((1 / 3_600, "s for h"), (1 / 60, "min for h")),
    "s": ((60.0, "min for s"),),
    "L/min": ((1 / 60, "L/h for L/min"), (1_000 / 60, "m3/h for L/min"), (60.0, "L/s for L/min")),
    "kg": ((0.45359237, "pounds for kg"),),
    "kPa": ((9.80665, "t/m2 for kPa"), (0.00980665, "kg/m2 for kPa")),
}
"""Other units that people write by mistake: the factor to the field's own unit, and the words."""

LOST_POINT = ((0.1, "a lost decimal point"), (0.01, "a lost decimal point"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The unit of a field and the bounds outside which its number is taken for an error."""

    unit: str = ""
    low: float = 0.0
    high: float = float("inf")
    whole: bool = False
    """Whether only whole numbers are taken."""


def slip(given: object, limits: Limits) -> str:
    """A guess at the slip behind a number out of bounds; empty where none explains it.

    >>> slip(13_200, Limits(unit="kW", high=1_000)), slip(0.4, Limits(unit="V", low=48, high=500_000))
    ('was 13.2 meant (W for kW)?', 'was 400 meant (kV for V)?')
    >>> slip(97, Limits(unit="fraction", high=1)), slip(1e9, Limits(unit="fraction", high=1))
    ('was 0.97 meant (percent for a fraction)?', '')
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or limits.low <= given <= limits.high:
        return ""
    for factor, reason in _hypotheses(limits, too_large=given > limits.high):
        meant = float(f"{given * factor:.6g}")
        if max(limits.low, 1e-6) <= meant <= limits.high and not (limits.whole and meant % 1):
            return f"was {meant:.6g} meant ({reason})?"
    return ""


def _hypotheses(limits: Limits, *, too_large: bool) -> Iterator[tuple[float, str]]:
    """Factors with their reasons, the likeliest first."""
    for ladder in LADDERS:
        if limits.unit in ladder:
            at = ladder.index(limits.unit)
            others = ladder[at - 1 :: -1] if too_large and at else () if too_large else ladder[at + 1 :]
            for steps, other in enumerate(others, 1):
                factor = THOUSANDS ** (-steps if too_large else steps)
                yield factor, f"{other} for {limits.unit}"
    for factor, reason in OTHERS.get(limits.unit, ()):
        if (factor < 1) is too_large:
            yield factor, reason
    if too_large and limits.unit and not limits.whole:
        yield from LOST_POINT


def limits_of(kind: type, field: str) -> Limits | None:
    """Unit and bounds of a field that holds a number; None where it has no bounds."""
    return _limits_of(kind, field)


@cache
def _limits_of(kind: Any, field: str) -> Limits | None:
    hint = _hints(kind).get(field)
    notes = list(_notes(hint))
    lows = [_number(one.ge if isinstance(one, Ge) else one.gt) for one in notes if isinstance(one, Ge | Gt)]
    highs = [_number(one.le if isinstance(one, Le) else one.lt) for one in notes if isinstance(one, Le | Lt)]
    found = Limits(
        unit=next((one.symbol for one in notes if isinstance(one, Unit)), ""),
        low=max(lows, default=0.0),
        high=min(highs, default=float("inf")),
        whole=int in _types(hint) and float not in _types(hint),
    )
    return found if lows or highs else None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _notes(hint: Any) -> Iterator[object]:
    yield from getattr(hint, "__metadata__", ())
    for inner in get_args(hint):
        if not isinstance(inner, str):
            yield from _notes(inner)


def _types(hint: Any) -> Iterator[object]:
    yield hint
    for inner in get_args(hint):
        yield from _types(inner)


def _number(bound: object) -> float:
    assert isinstance(bound, int | float)
    return float(bound)
