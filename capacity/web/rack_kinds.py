"""Kinds of racks of a plan: one for each rack model, content and design power, however many racks there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from petaplan.capacity.compute import NodeGroup, Pod
from petaplan.capacity.design import Design, feeds_of
from petaplan.capacity.memo import memoized
from petaplan.capacity.rack_facts import RackFacts


@dataclass(slots=True)
class RackKind:
    """Racks that are alike."""

    at: int
    facts: RackFacts
    racks: int = 0
    """In the whole plan, on any day."""
    feeds: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Sides of the feeds of one rack, and how many racks have them."""


@dataclass(frozen=True, slots=True)
class RackKinds:
    """The kinds, and the kind of each rack group by the names of its pod (or None) and of itself."""

    kinds: tuple[RackKind, ...]
    of: Mapping[tuple[str | None, str], int]


@memoized
def rack_kinds(design: Design) -> RackKinds:
    """The kinds of racks, in the order of the plan."""
    kinds: dict[tuple[str, tuple[NodeGroup, ...], float | None], RackKind] = {}
    of: dict[tuple[str | None, str], int] = {}
    sides = {feed.name: str(feed.side or "–") for feed in design.hub.feeds}
    for placement in design.placements:
        for rack, facts in design.pod(placement).rack_groups:
            key = (rack.model, rack.nodes, rack.it_power_kw)
            kind = kinds.setdefault(key, RackKind(len(kinds), facts))
            kind.racks += rack.count
            drawn = tuple(sides.get(name, "–") for name in feeds_of(placement, rack))
            kind.feeds[drawn] = kind.feeds.get(drawn, 0) + rack.count
            of[placement.name if isinstance(placement, Pod) else None, rack.name] = kind.at
    return RackKinds(tuple(kinds.values()), of)
