"""One plane of a fabric as blocks of switches that are wired alike, and the maximum flow between its halves.

Every switch of a block has alike links to the switches of every other block. The flow through the blocks is then the
flow through the switches. Each flow can be spread evenly over a block, and none is lost when a block is one node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from petaplan.capacity.fabrics.fabric import Clos
from petaplan.capacity.max_flow import Edge, max_flow

HALF_A_LEAF = 0.5
"""Size of each half of the leaf through which the cut between the halves goes."""
MOST_PAIRS = 3_000
"""Pairs of joined switches up to which links left over are followed one by one (fabrics/uneven.py).

In a larger plane they count as spread evenly.
"""


class Block(NamedTuple):
    """Switches of one tier that are joined alike: to the same blocks, by as many links."""

    tier: int
    size: float
    first: bool = False
    """Whether their end points are on the first half; False above the first tier."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """The blocks of a plane, and the links of one switch of a block to one of another."""

    blocks: tuple[Block, ...]
    links: Mapping[tuple[int, int], float]
    """Bandwidth between one switch of a lower block and one of an upper block, Gb/s."""

    def without_switch(self, number: int) -> "Wiring":
        """The same without one switch of a block."""
        block = self.blocks[number]
        left = block._replace(size=block.size - 1)
        return Wiring((*self.blocks[:number], left, *self.blocks[number + 1 :]), self.links)

    def without_link(self, lower: int, upper: int, gbps: float) -> "Wiring":
        """The same without one link of so many Gb/s between a switch of a block and one of another."""
        last = len(self.blocks)
        if self.blocks[lower].size == HALF_A_LEAF:  # each half of the leaf has half of the link
            apart, pairs = self.with_apart(upper), [(lower, last), (lower + 1, last)]
        else:
            apart, pairs = self.with_apart(lower).with_apart(upper), [(last, last + 1)]
        return Wiring(apart.blocks, {**apart.links, **{pair: max(0.0, apart.links[pair] - gbps) for pair in pairs}})

    def with_apart(self, number: int) -> "Wiring":
        """The same with one switch of a block as a block by itself, the last one."""
        last = len(self.blocks)
        copied = {
            (last if a == number else a, last if b == number else b): gbps
            for (a, b), gbps in self.links.items()
            if number in (a, b)
        }
        alone = self.blocks[number]._replace(size=1)
        return Wiring((*self.without_switch(number).blocks, alone), {**self.links, **copied})

    def flow_gbps(self, end_gbps: float) -> float:
        """Maximum flow between the halves, where each switch of the first tier has end points of so many Gb/s."""
        merged = self.merged()
        edges: list[Edge] = []
        for number, block in enumerate(merged.blocks, start=2):
            if block.tier == 0:
                edges.append((0, number, block.size * end_gbps) if block.first else (number, 1, block.size * end_gbps))
        for (a, b), gbps in merged.links.items():
            whole = merged.blocks[a].size * merged.blocks[b].size * gbps
            edges.extend([(2 + a, 2 + b, whole), (2 + b, 2 + a, whole)])
        return max_flow(edges, 0, 1)

    def merged(self) -> "Wiring":
        """The same with blocks that are wired alike as one; bandwidth is then the mean over the pairs of switches."""
        colour = self.colours()
        sizes: dict[int, float] = {}
        kinds: dict[int, Block] = {}
        for number, block in enumerate(self.blocks):
            sizes[colour[number]] = sizes.get(colour[number], 0.0) + block.size
            kinds[colour[number]] = block
        totals: dict[tuple[int, int], float] = {}
        for (a, b), gbps in self.links.items():
            pair = colour[a], colour[b]
            totals[pair] = totals.get(pair, 0.0) + gbps * self.blocks[a].size * self.blocks[b].size
        order = {old: new for new, old in enumerate(kinds)}
        return Wiring(
            tuple(kinds[old]._replace(size=sizes[old]) for old in order),
            {(order[a], order[b]): total / (sizes[a] * sizes[b]) for (a, b), total in totals.items() if total},
        )

    def colours(self) -> list[int]:
        """A colour for each block, equal where switches have alike links to switches of every colour."""
        near: list[list[tuple[int, float]]] = [[] for _ in self.blocks]
        for (a, b), gbps in self.links.items():
            near[a].append((b, gbps * self.blocks[b].size))
            near[b].append((a, gbps * self.blocks[a].size))
        colour = _numbered((block.tier, block.first, block.size > 0) for block in self.blocks)
        while True:
            finer = _numbered((colour[number], _by_colour(joined, colour)) for number, joined in enumerate(near))
            if max(finer, default=0) == max(colour, default=0):
                return colour
            colour = finer


def _by_colour(joined: Iterable[tuple[int, float]], colour: list[int]) -> frozenset[tuple[int, float]]:
    """Bandwidth to the switches of each colour."""
    sums: dict[int, float] = {}
    for other, gbps in joined:
        if gbps:
            sums[colour[other]] = sums.get(colour[other], 0.0) + gbps
    return frozenset(sums.items())


def _numbered(keys: Iterable[object]) -> list[int]:
    """A number for each key, equal keys alike."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def spread(clos: Clos) -> bool:
    """Whether links left over count as spread evenly, because the plane is uneven and too large to follow each."""
    if clos.evenly_wired:
        return False
    return sum(clos.levels[tier].switches * clos.reach(tier) for tier in range(len(clos.levels) - 1)) > MOST_PAIRS


def wiring_of(clos: Clos, half: float) -> Wiring:
    """The blocks of a plane, with the end points of so many leaves on the first half, the first ones."""
    blocks: list[Block] = []
    links: dict[tuple[int, int], float] = {}
    below: list[tuple[int, int]] = []
    even = spread(clos)
    for tier in range(len(clos.levels)):
        here: list[tuple[int, int]] = []
        for block, first in _blocks(clos, tier, half, even):
            here.append((len(blocks), first))
            blocks.append(block)
        for number, lower in below:
            for above, upper in here:
                if count := clos.links_between(tier - 1, lower, upper, even=even):
                    links[number, above] = count * clos.link_gbps(tier - 1)
        below = here
    return Wiring(tuple(blocks), links)


def _blocks(clos: Clos, tier: int, half: float, even: bool) -> Iterable[tuple[Block, int]]:
    """The blocks of a tier, each with the first of its switches; the leaf in the middle is two halves."""
    members: dict[tuple[int, tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for index in range(clos.levels[tier].switches):
        side = min(2, max(0, round(2 * (half - index)))) if tier == 0 else 0
        key = (side, clos.joined_below(tier, index, even=even), clos.joined_above(tier, index, even=even))
        members.setdefault(key, []).append(index)
    for (side, _, _), found in members.items():
        if side == 1:
            yield Block(tier, HALF_A_LEAF, first=True), found[0]
            yield Block(tier, HALF_A_LEAF), found[0]
        else:
            yield Block(tier, len(found), first=side == 2), found[0]
