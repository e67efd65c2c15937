"""Parts of the power rules: terms of a site, and the feeds of a rack."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from petaplan.capacity.claims import planned_of
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.rating import Terms
from petaplan.capacity.findings import Input, count_of, number
from petaplan.capacity.power import PowerObject, is_dc


@lru_cache(maxsize=256, typed=True)
def power_factor(value: float) -> Input:
    """Power factor of the load, which the site declares."""
    return Input("load_power_factor", value, "fraction", "site of this plan")


def derating(terms: Terms) -> Input:
    """Share of the rated current that a continuous load may use."""
    return _derating(terms.derating, terms.jurisdiction)


@lru_cache(maxsize=256, typed=True)
def _derating(share: float, jurisdiction: str) -> Input:
    return Input("derating", share, "fraction", f"jurisdiction {jurisdiction}")


def limits_of_groups(graph: PowerGraph, group: Iterable[int]) -> Iterator[Input]:
    """Limit of a unit, units and spare units of each group of some that feed the same equipment."""
    for place in group:
        node = graph.nodes[place]
        unit_kw = graph.limits_kw[place] / node.units
        yield Input(f"limit of one unit of {node.name}", unit_kw, "kW", limit_words(node))
        yield from planned_of(node, "units", "spare_units")


def limit_words(node: PowerObject) -> str:
    """How the limit of one unit of an object in a group follows from its ratings."""
    return "rating, derated" if is_dc(node) else "lower rating, derated, at the power factor"


def more_units(unit: float, symbol: str) -> Callable[[float], str]:
    """A hint that says how many units more would carry what is over the limit."""

    def hint(over: float) -> str:
        units = count_of(math.ceil(over / unit), "unit") if unit else "units"
        return f"Over by {number(over)} {symbol}: add {units}, or move racks"

    return hint
