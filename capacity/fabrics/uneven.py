"""The bisection of an unevenly wired plane after every single loss, switch by switch and link by link.

No two switches of such a plane need be alike. The maximum flow is computed once for each way to part the end points.
Each loss then takes away the flow that it interrupts, and sends as much of it as it can along what is left.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from petaplan.capacity.fabrics.fabric import Clos
from petaplan.capacity.max_flow import Edge, Residual

Place = tuple[int, int]
"""Tier and number of a switch; the leaf in the middle has a second node, numbered from the end of its tier."""

SOURCE, SINK = 0, 1


@dataclass(frozen=True, eq=False)
class Plane:
    """One plane, with the end points of so many leaves on the first half, the first ones."""

    clos: Clos
    half: float

    @property
    def flow_gbps(self) -> float:
        """Maximum flow between the halves."""
        return self._residual.flow

    def without_switch(self, tier: int, index: int) -> float:
        """Flow that is left without one switch."""
        return self._residual.without_nodes(self._nodes[tier, index])

    def without_link(self, tier: int, lower: int, upper: int) -> float:
        """Flow that is left without one link between a switch of a tier and one of the next."""
        gbps, nodes, (above,) = self.clos.link_gbps(tier), self._nodes[tier, lower], self._nodes[tier + 1, upper]
        return self._residual.with_less([(node, above, gbps / len(nodes)) for node in nodes])

    @cached_property
    def _nodes(self) -> Mapping[Place, tuple[int, ...]]:
        """Numbers of the nodes of each switch; the leaf in the middle is two."""
        nodes: dict[Place, tuple[int, ...]] = {}
        number = SINK + 1
        for tier, level in enumerate(self.clos.levels):
            for index in range(level.switches):
                parts = 2 if tier == 0 and 0 < self.half - index < 1 else 1
                nodes[tier, index] = tuple(range(number, number + parts))
                number += parts
        return nodes

    @cached_property
    def _residual(self) -> Residual:
        return Residual(self._edges(), SOURCE, SINK)

    def _edges(self) -> Iterator[Edge]:
        clos, end_gbps = self.clos, self.clos.levels[0].down * self.clos.levels[0].down_gbps
        for index in range(clos.levels[0].switches):
            nodes = self._nodes[0, index]
            for place, node in enumerate(nodes):
                first = index + 1 <= self.half or (len(nodes) == 2 and place == 0)
                yield (SOURCE, node, end_gbps / len(nodes)) if first else (node, SINK, end_gbps / len(nodes))
        for tier in range(len(clos.levels) - 1):
            for lower, upper, links in clos.pairs(tier):
                nodes, (above,) = self._nodes[tier, lower], self._nodes[tier + 1, upper]
                for node in nodes:
                    gbps = links * clos.link_gbps(tier) / len(nodes)
                    yield node, above, gbps
                    yield above, node, gbps


@cache
def plane_of(clos: Clos, half: float) -> Plane:
    """A plane; its flow is computed once."""
    return Plane(clos, half)


def least_without_switch(clos: Clos, tier: int) -> float:
    """Flow after the worst loss of a switch of a tier.

    The end points of a lost leaf are gone, so the halves are those of the end points that remain.
    """
    leaves = clos.levels[0].switches
    if tier:
        plane = plane_of(clos, leaves / 2)
        return min(plane.without_switch(tier, index) for index in range(clos.levels[tier].switches))
    more, fewer = plane_of(clos, (leaves + 1) / 2), plane_of(clos, (leaves - 1) / 2)
    first = (more.without_switch(0, index) for index in range(leaves) if index + 1 <= more.half)
    second = (fewer.without_switch(0, index) for index in range(leaves) if index >= fewer.half)
    return min(*first, *second)


def least_without_link(clos: Clos, tier: int) -> float:
    """Flow after the worst loss of a link between a tier and the next; no loss takes more than the link."""
    plane, gbps = plane_of(clos, clos.levels[0].switches / 2), clos.link_gbps(tier)
    return _least(
        (plane.without_link(tier, lower, upper) for lower, upper, _ in clos.pairs(tier)),
        plane.flow_gbps - gbps,
    )


def _least(flows: Iterable[float], bound: float) -> float:
    """The least of some flows, as far as one may be less than those before."""
    least = float("inf")
    for flow in flows:
        least = min(least, flow)
        if least <= bound + 1e-9 * abs(bound):
            break
    return least
