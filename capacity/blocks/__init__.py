"""Building blocks for plans: a hall with two power sides and its cooling, pods in its rows, the fabrics between them.

Every function returns plain nouns of ``petaplan.capacity``: a plan changes any of them with ``replace``. Findings name
the line of the plan that called a block.
"""

from petaplan.capacity.blocks.fabrics import LeafSpine, leaf_spine, network_racks, network_row, nodes_of, rail_only
from petaplan.capacity.blocks.hall import TwoSidedHall, joined, two_sided_hall
from petaplan.capacity.blocks.own_catalogue import own_catalogue
from petaplan.capacity.blocks.pods import PodKind, filled
from petaplan.capacity.blocks.redundant import redundant_hall
from petaplan.capacity.blocks.reserve import reserve_hall
from petaplan.capacity.blocks.sizing import slots_for, units_for

__all__ = [
    "LeafSpine",
    "PodKind",
    "TwoSidedHall",
    "filled",
    "joined",
    "leaf_spine",
    "network_racks",
    "network_row",
    "nodes_of",
    "own_catalogue",
    "rail_only",
    "redundant_hall",
    "reserve_hall",
    "slots_for",
    "two_sided_hall",
    "units_for",
]
