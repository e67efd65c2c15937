"""Parts of the power rules: terms of a site, and the feeds of a rack."""

import math
from collections.abc import Callable

from petaplan.capacity.electric.rating import Terms
from petaplan.capacity.findings import Input, count_of, number


def power_factor(value: float) -> Input:
    """Power factor of the load, which the site declares."""
    return Input("load_power_factor", value, "fraction", "site of this plan")


def derating(terms: Terms) -> Input:
    """Share of the rated current that a continuous load may use."""
    return Input("derating", terms.derating, "fraction", f"jurisdiction {terms.jurisdiction}")


def more_units(unit: float, symbol: str) -> Callable[[float], str]:
    """A hint that says how many units more would carry what is over the limit."""

    def hint(over: float) -> str:
        units = count_of(math.ceil(over / unit), "unit") if unit else "units"
        return f"Over by {number(over)} {symbol}: add {units}, or move racks"

    return hint
