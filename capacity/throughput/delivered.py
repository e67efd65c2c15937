"""Delivered throughput of a target: its waterfall, at the precision that gives most."""

from weakref import WeakKeyDictionary

from petaplan.capacity.design import Design
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.counted import counted
from petaplan.capacity.throughput.factors import Waterfall, waterfall

_KNOWN: WeakKeyDictionary[Design, dict[Target, Waterfall]] = WeakKeyDictionary()
"""Several rules ask the same of one design."""


def best_waterfall(design: Design, target: Target) -> Waterfall:
    """The throughput of the pods that a target counts, on its day, at the precision that delivers most."""
    known = _KNOWN.setdefault(design, {})
    if target not in known:
        placement = counted(design, target)
        chains = [
            waterfall(design, placement, label=target.name, day=target.by, precision=precision)
            for precision in target.counted_precisions
        ]
        known[target] = max(chains, key=lambda chain: chain.delivered.mid)
    return known[target]
