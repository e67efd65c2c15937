"""Quantities as types: a number, its unit, and the bounds outside which it is taken for an error.

The bounds are physical plausibility, not policy: wide enough for hardware that is announced, narrow enough
to catch kW typed for MW. A field says its unit in its name as well (``it_power_kw``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge, Gt, Le, Len, Predicate

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit a quantity is written in, such as ``kW``."""

    symbol: str


class Checked:
    """Marks a type whose values a function checks after all else: it raises ``ValueError`` for a wrong one.

    The strict reader asks it, and imports its library for that: a module that declares nouns need not.
    """

    __slots__ = ("check",)

    def __init__(self, check: Callable[[Any], None]) -> None:
        self.check = check

    def holds(self, value: object) -> bool:
        """Whether the function takes a value."""
        try:
            self.check(value)
        except ValueError:
            return False
        return True

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """The check, as the strict reader runs it."""
        from pydantic_core.core_schema import no_info_after_validator_function

        def checked(value: Any) -> Any:
            self.check(value)
            return value

        return no_info_after_validator_function(checked, handler(source))


def quantity(unit: str, low: float, high: float) -> Any:
    """A float in ``unit`` between two plausible bounds, both allowed."""
    return Annotated[float, Unit(unit), Ge(low), Le(high)]


TINY = 1e-9
"""What a positive quantity is larger than: a quotient by anything smaller may be too large for a number."""

W_PER_KW = 1_000.0
KW_PER_MW = 1_000.0
TFLOPS_PER_PFLOPS = 1_000.0
HOURS_PER_YEAR = 8_760.0
DAYS_PER_WEEK = 7.0
MINUTES_PER_HOUR = 60.0
SECONDS_PER_MINUTE = 60.0

RackKw = Annotated[float, Unit("kW"), Gt(TINY), Le(1_000)]
PodKw = Annotated[float, Unit("kW"), Gt(TINY), Le(100_000)]
HallKw = Annotated[float, Unit("kW"), Gt(TINY), Le(1_000_000)]
Kva = Annotated[float, Unit("kVA"), Gt(TINY), Le(2_000_000)]
Kw = Annotated[float, Unit("kW"), Ge(0), Le(1_000_000)]
RatedKw = Annotated[float, Unit("kW"), Gt(TINY), Le(1_000_000)]
"""What one unit may give; a unit of nothing is none."""
Kwh = Annotated[float, Unit("kWh"), Gt(TINY), Le(10_000_000)]
Volts = Annotated[float, Unit("V"), Ge(48), Le(500_000)]
Amperes = Annotated[float, Unit("A"), Gt(TINY), Le(10_000)]
Fraction = Annotated[float, Unit("fraction"), Ge(0), Le(1)]
PositiveFraction = Annotated[float, Unit("fraction"), Ge(1e-6), Le(1)]
Efficiency = Annotated[float, Unit("fraction"), Ge(0.5), Le(1)]
Celsius = Annotated[float, Unit("C"), Ge(-40), Le(90)]
Metres = Annotated[float, Unit("m"), Gt(TINY), Le(100_000)]
Kilometres = Annotated[float, Unit("km"), Gt(TINY), Le(40_000)]
Millimetres = Annotated[float, Unit("mm"), Gt(TINY), Le(10_000)]
SquareMetres = Annotated[float, Unit("m2"), Gt(TINY), Le(10_000_000)]
Kilograms = Annotated[float, Unit("kg"), Gt(TINY), Le(100_000)]
Kilopascals = Annotated[float, Unit("kPa"), Gt(TINY), Le(200)]
LitresPerMinute = Annotated[float, Unit("L/min"), Gt(TINY), Le(1_000_000)]
Seconds = Annotated[float, Unit("s"), Ge(0), Le(1_000_000)]
Minutes = Annotated[float, Unit("min"), Ge(0), Le(1_000_000)]
Hours = Annotated[float, Unit("h"), Ge(0), Le(100_000)]
Milliseconds = Annotated[float, Unit("ms"), Ge(0), Le(1_000)]
Gbps = Annotated[float, Unit("Gb/s"), Gt(TINY), Le(1_000_000)]
Pflops = Annotated[float, Unit("PFLOP/s"), Gt(TINY), Le(1_000_000_000)]

Count = Annotated[int, Ge(1), Le(100_000_000)]
"""How many there are, at least one."""
RackCount = Annotated[int, Unit("racks"), Ge(1), Le(100_000)]
"""Racks in one line of a declaration."""
Units = Annotated[int, Unit("units"), Ge(1), Le(10_000)]
"""Identical units in parallel, of which any one can fail alone."""
RackUnits = Annotated[int, Unit("U"), Ge(1), Le(60)]

Currency = Annotated[str, Len(3, 3), Predicate(str.isupper)]
"""ISO 4217 code."""
Text = Annotated[str, Len(1, 2_000)]
