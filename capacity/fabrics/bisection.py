"""Bandwidth between two halves of the end points of a fabric, as built and after every single loss.

It is the maximum flow from one half to the other over all links of a plane. What is lost on one half is not replaced by
the other. Planes cannot lend each other their links. Switches and links that are wired alike are one
(docs/adr/0041-bisection-is-a-maximum-flow.md).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import rustworkx as rx

from petaplan.capacity.fabrics.fabric import Clos
from petaplan.capacity.fabrics.uneven import least_without_link, least_without_switch, plane_of
from petaplan.capacity.fabrics.wiring import HALF_A_LEAF, Wiring, spread, wiring_of


@dataclass(frozen=True, slots=True)
class FabricLoss:
    """Bisection that remains after the loss of one switch or link."""

    name: str
    remaining_fraction: float
    parted: bool
    """Whether some remaining switches no longer reach each other."""


def bisection_gbps(clos: Clos) -> float:
    """Bandwidth between two halves of the end points, all planes together."""
    return clos.planes * _plane_gbps(clos)


@cache
def _plane_gbps(clos: Clos) -> float:
    leaves = clos.levels[0].switches
    if len(clos.levels) == 1:  # the nodes join the switches: each has half of its end points on each half
        return leaves * _end_gbps(clos) / 2
    if _single(clos):
        return plane_of(clos, leaves / 2).flow_gbps
    return _wiring(clos, leaves / 2).flow_gbps(_end_gbps(clos))


def _single(clos: Clos) -> bool:
    """Whether no two switches of a plane count as alike."""
    return len(clos.levels) > 1 and not clos.evenly_wired and not spread(clos)


@cache
def _wiring(clos: Clos, half: float) -> Wiring:
    return wiring_of(clos, half)


def _end_gbps(clos: Clos) -> float:
    return clos.levels[0].down * clos.levels[0].down_gbps


@cache
def losses_of(clos: Clos) -> tuple[FabricLoss, ...]:
    """The worst switch of each tier, and the worst link of each layer: no loss leaves less."""
    cuts, bridges = _parting(clos)
    switches = [
        FabricLoss(f"switch of tier {tier + 1}", _remaining(clos, _switch_losses(clos, tier)), tier in cuts)
        for tier in range(len(clos.levels))
    ]
    links = [
        FabricLoss(f"link of tier {tier + 1}", _remaining(clos, _link_losses(clos, tier)), tier in bridges)
        for tier in range(len(clos.levels) - 1)
    ]
    return (*switches, *links)


def _parting(clos: Clos) -> tuple[set[int], set[int]]:
    """Tiers with a switch, and with a link to the next, that keeps the plane in one part."""
    if len(clos.levels) == 1:
        return set(), set()
    graph = clos.graph
    bridges = (edge for edge in rx.bridges(graph) if graph.get_edge_data(*edge) == 1)  # type: ignore[call-arg]
    return (
        {graph[node][0] for node in rx.articulation_points(graph)},
        {min(graph[node][0] for node in edge) for edge in bridges},
    )


def _remaining(clos: Clos, flows_gbps: Iterable[float]) -> float:
    """Share of the bisection of all planes that remains when one plane has the least of some flows."""
    whole = _plane_gbps(clos)
    if not whole:
        return 0.0
    left = min(whole, *flows_gbps)
    return ((clos.planes - 1) * whole + left) / (clos.planes * whole)


def _switch_losses(clos: Clos, tier: int) -> Iterator[float]:
    """Flow of a plane after the loss of each kind of switch of a tier.

    The end points of a lost leaf are gone, so the halves are those of the end points that remain.
    """
    leaves, end_gbps = clos.levels[0].switches, _end_gbps(clos)
    if _single(clos):
        yield least_without_switch(clos, tier)
        return
    if len(clos.levels) == 1:
        yield (leaves - 1) * end_gbps / 2
        return
    for half in ((leaves + 1) / 2, (leaves - 1) / 2) if tier == 0 else (leaves / 2,):
        wiring = _wiring(clos, half)
        for number in _kinds(wiring, tier):
            block = wiring.blocks[number]
            if block.size >= 1 and (tier or block.first == (half > leaves / 2)):
                yield wiring.without_switch(number).flow_gbps(end_gbps)


def _link_losses(clos: Clos, tier: int) -> Iterator[float]:
    """Flow of a plane after the loss of each kind of link between a tier and the next."""
    if _single(clos):
        yield least_without_link(clos, tier)
        return
    wiring = _wiring(clos, clos.levels[0].switches / 2)
    lower, colour = set(_kinds(wiring, tier)), wiring.colours()
    pairs = [pair for pair in wiring.links if pair[0] in lower and _one_of_two(wiring, pair[0])]
    for a, b in {(a, colour[b]): (a, b) for a, b in pairs}.values():
        yield wiring.without_link(a, b, clos.link_gbps(tier)).flow_gbps(_end_gbps(clos))


def _one_of_two(wiring: Wiring, number: int) -> bool:
    """Whether a block is not the second half of a leaf."""
    block = wiring.blocks[number]
    return block.first or block.size != HALF_A_LEAF


def _kinds(wiring: Wiring, tier: int) -> list[int]:
    """Blocks of a tier, one of each colour: the loss of any of a colour leaves the same."""
    numbers = [number for number, block in enumerate(wiring.blocks) if block.tier == tier]
    colour = wiring.colours()
    return list({(colour[number], wiring.blocks[number].size < 1): number for number in reversed(numbers)}.values())
