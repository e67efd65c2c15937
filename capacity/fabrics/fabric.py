"""Fabrics as folded Clos networks: breakout of ports, links between tiers, bandwidth after a single loss.

A fabric is reduced to a ``Clos`` of plain numbers. Like fabrics share one, and so share the graph work: a hub with a
hundred equal halls costs what one hall costs.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric

if TYPE_CHECKING:
    import rustworkx as rx


def links_per_port(switch: SwitchModel, gbps: float) -> int:
    """Links of a speed that one port breaks out into; 0 where the port is too slow.

    A link takes whole lanes: an 800G port of eight 100G lanes gives two links of 400G, or eight of 100G.
    """
    if gbps > switch.port_gbps.value:
        return 0
    lanes = max(1, math.ceil(gbps * switch.lanes_per_port / switch.port_gbps.value - 1e-9))
    return switch.lanes_per_port // lanes


def links_per_module(optic: Optic, gbps: float) -> int:
    """Links of a speed that one module or cable carries, in whole lanes; 1 where it is too slow for one.

    An 800G module of eight 100G lanes carries two links of 400G, one of 400G carries one, in whatever port. A link
    takes a pair of fibres at least: lanes that share a pair by wavelength are not broken out.
    """
    lane = optic.lane_gbps.value if optic.lane_gbps else optic.gbps.value
    lanes = max(1, math.ceil(gbps / lane - 1e-9))
    links = round(optic.gbps.value / lane) // lanes
    return max(1, links if optic.fibre_pairs is None else min(links, int(optic.fibre_pairs.value)))


def links_per_cage(switch: SwitchModel, optic: Optic, gbps: float) -> int:
    """Links of a speed that a port gives with such a module in it; 0 where the port is too slow."""
    return min(links_per_port(switch, gbps), links_per_module(optic, gbps))


def cages_for(switch: SwitchModel, optic: Optic, links: int, gbps: float) -> int | None:
    """Ports, and modules in them, that so many links of a speed take; None where a port is too slow for one."""
    each = links_per_cage(switch, optic, gbps)
    return math.ceil(links / each) if each else None


def cages_of(links: Iterable[int], each: int) -> int:
    """Cages, and modules in them, that switches with so many links take: none is shared by two switches.

    >>> cages_of([15] * 8, 2), cages_of([24] * 5, 2)
    (64, 60)
    """
    return sum([-(-count // each) for count in links])


def radix(switch: SwitchModel, optic: Optic, gbps: float) -> int:
    """Links of a speed that a whole switch gives when every port holds such a module."""
    return int(switch.ports.value) * links_per_cage(switch, optic, gbps)


def largest(ports: int, tiers: int) -> int:
    """End points of the largest non-blocking folded Clos: P, P^2/2, P^3/4.

    >>> largest(64, 2), largest(144, 2), largest(64, 3)
    (2048, 10368, 65536)
    """
    ends: int = 2 * (ports // 2) ** tiers
    return ends


def fits(uplinks: int, spines: int) -> bool:
    """Whether a switch can share its uplinks evenly over so many spines, or over whole groups of them."""
    return uplinks % spines == 0 or spines % uplinks == 0


def spines_for(leaves: int, uplinks: int, ports: int) -> int:
    """The fewest spines that have ports for all uplinks and share them evenly.

    >>> spines_for(32, 72, 144), spines_for(64, 72, 144)
    (18, 36)
    """
    spines = max(1, math.ceil(leaves * uplinks / ports))
    while not fits(uplinks, spines):
        spines += 1
    return spines


@dataclass(frozen=True, slots=True)
class Level:
    """A tier of one plane, as its wiring sees it."""

    switches: int
    groups: int
    down: int
    """Links of one switch toward the nodes."""
    down_gbps: float
    up: int
    up_gbps: float


@dataclass(frozen=True)
class Clos:
    """One plane of one domain, and how many planes share the links."""

    levels: tuple[Level, ...]
    planes: int

    @property
    def end_points(self) -> int:
        """Links toward the nodes, of one plane."""
        return self.levels[0].switches * self.levels[0].down

    @property
    def most_end_points(self) -> int:
        """End points that tiers with these ports can join: the leaves' share of every tier, times the top's ports."""
        below = math.prod(level.down for level in self.levels[:-1])
        return below * self.levels[-1].down

    @cached_property
    def boundaries_gbps(self) -> tuple[float, ...]:
        """Bandwidth across each layer of links of a plane, the nodes' own first."""
        first = self.levels[0]
        nodes = first.switches * first.down * first.down_gbps
        return (nodes, *(sum(links for _, _, links in self.pairs(t)) * self.link_gbps(t) for t in self._joints))

    @property
    def _joints(self) -> range:
        return range(len(self.levels) - 1)

    def link_gbps(self, lower: int) -> float:
        """Speed of the links between a tier and the next: the slower end."""
        return min(self.levels[lower].up_gbps, self.levels[lower + 1].down_gbps)

    def reach(self, lower: int) -> int:
        """Switches of the next tier that one switch is joined to, when its uplinks suffice."""
        return len(self._candidates(lower, 0))

    def _candidates(self, lower: int, index: int) -> range:
        """Switches of the next tier that a switch may be joined to."""
        below, above = self.levels[lower], self.levels[lower + 1]
        if below.groups == above.groups and above.switches % above.groups == 0:
            size = above.switches // above.groups
            start = min(index * below.groups // below.switches, above.groups - 1) * size
            return range(start, start + size)
        in_group = max(1, below.switches // below.groups)
        if below.groups > above.groups == 1 and below.up % above.switches and above.switches % in_group == 0:
            size = above.switches // in_group
            plane = index % in_group
            return range(plane * size, (plane + 1) * size)
        return range(above.switches)

    def pairs(self, lower: int) -> Iterator[tuple[int, int, int]]:
        """Links between a tier and the next: lower switch, upper switch, how many."""
        below = self.levels[lower]
        for index in range(below.switches):
            candidates = self._candidates(lower, index)
            each, rest = divmod(below.up, len(candidates))
            for place, upper in enumerate(candidates):
                extra = (place - index * rest) % len(candidates) < rest
                if each or extra:
                    yield index, upper, each + extra

    def links_between(self, lower: int, index: int, upper: int, *, even: bool = False) -> float:
        """Links between a switch of a tier and one of the next; ``even`` spreads those left over evenly."""
        candidates = self._candidates(lower, index)
        if upper not in candidates:
            return 0
        if even:
            return self.levels[lower].up / len(candidates)
        each, rest = divmod(self.levels[lower].up, len(candidates))
        return each + ((upper - candidates.start - index * rest) % len(candidates) < rest)

    def joined_above(self, tier: int, index: int, *, even: bool = False) -> tuple[int, ...]:
        """What tells a switch from those of its tier that are joined to the next in the same way."""
        if tier + 1 == len(self.levels):
            return ()
        candidates = self._candidates(tier, index)
        rest = 0 if even else self.levels[tier].up % len(candidates)
        return candidates.start, index * rest % len(candidates)

    def joined_below(self, tier: int, index: int, *, even: bool = False) -> tuple[int, ...]:
        """What tells a switch from those of its tier that are joined to the tier below in the same way."""
        if tier == 0:
            return ()
        reached = self.reach(tier - 1)
        if self.levels[tier - 1].up % reached and not even:
            return (index,)  # links left over go to single switches
        return (index // reached,)

    @cached_property
    def evenly_wired(self) -> bool:
        """Whether groups are equal, and each switch has equally many links to each that it may be joined to."""
        even = all(level.switches % level.groups == 0 for level in self.levels)
        return even and not any(self.levels[tier].up % self.reach(tier) for tier in self._joints)

    def carried(self, lower: int) -> tuple[int, ...]:
        """Links that each switch of the next tier has to the switches of a tier."""
        return _carried(self, lower)

    @cached_property
    def graph(self) -> "rx.PyGraph[tuple[int, int], int]":
        """The switches of one plane; an edge holds its number of links."""
        import rustworkx as rx  # a plan that is only read needs no graph

        graph: rx.PyGraph[tuple[int, int], int] = rx.PyGraph(multigraph=False)
        starts, nodes = [], 0
        for tier, level in enumerate(self.levels):
            starts.append(nodes)
            graph.add_nodes_from([(tier, index) for index in range(level.switches)])
            nodes += level.switches
        for tier in self._joints:
            graph.add_edges_from([(starts[tier] + a, starts[tier + 1] + b, links) for a, b, links in self.pairs(tier)])
        return graph

    @cached_property
    def whole(self) -> bool:
        """Whether every switch of a plane reaches every other; a single tier is joined by the nodes."""
        import rustworkx as rx

        return len(self.levels) == 1 or rx.number_connected_components(self.graph) == 1


@cache
def _carried(clos: Clos, lower: int) -> tuple[int, ...]:
    counts = [0] * clos.levels[lower + 1].switches
    for _, upper, links in clos.pairs(lower):
        counts[upper] += links
    return tuple(counts)


def clos_of(fabric: Fabric) -> Clos:
    """A fabric reduced to numbers."""
    return _clos(
        tuple(
            Level(
                switches=tier.switches,
                groups=tier.groups,
                down=tier.down.ports,
                down_gbps=tier.down.gbps,
                up=tier.up.ports if tier.up else 0,
                up_gbps=tier.up.gbps if tier.up else tier.down.gbps,
            )
            for tier in fabric.tiers
        ),
        fabric.planes,
    )


@cache
def _clos(levels: tuple[Level, ...], planes: int) -> Clos:
    return Clos(levels, planes)
