"""Load of the three lines of a busway with single-phase circuits.

Currents are phasors. A circuit from line k to neutral loads line k in phase with its voltage. A circuit between two
lines is in phase with the voltage between them, 30 degrees ahead of the first line's. It loads the two lines with
opposite signs. A three-phase circuit loads all lines alike. A busway of direct current has no lines: its load is
its output.
"""

import cmath
import math
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from petaplan.capacity.electric.flow import Flow, normal_flow
from petaplan.capacity.electric.graph import PowerGraph, Shares
from petaplan.capacity.electric.rating import SQRT3, circuit_volts, is_single_phase, line_volts, three_phase_kva
from petaplan.capacity.memo import memoized
from petaplan.capacity.power import Busway, Feed, Supply
from petaplan.capacity.units import W_PER_KW

LINES = tuple(cmath.rect(1.0, -math.tau * line / 3) for line in range(3))
"""Directions of the voltages from each line to neutral."""


@dataclass(slots=True)
class LineCurrents:
    """Phasors of the three lines, A, and the single-phase feeds without a declared line."""

    amps: list[complex]
    any_single_phase: bool = False
    """Whether a single-phase feed is on the busway."""
    nameless: tuple[str, ...] = ()

    @property
    def magnitudes(self) -> tuple[float, float, float]:
        """Currents of the three lines, A."""
        one, two, three = (abs(amps) for amps in self.amps)
        return one, two, three

    @property
    def highest_a(self) -> float:
        """Current of the line that carries most."""
        return max(self.magnitudes)

    @property
    def fullest(self) -> int:
        """Number of that line, from 1."""
        return max(range(3), key=self.magnitudes.__getitem__) + 1

    @property
    def imbalance(self) -> float:
        """Largest deviation from the mean of the three, as a share of the mean."""
        mean = sum(self.magnitudes) / 3
        return max(abs(amps - mean) for amps in self.magnitudes) / mean if mean else 0.0


class Situation(Protocol):
    """Load of every object, with nothing lost or after a loss."""

    def lives(self, place: int) -> bool:
        """Whether an object has power."""

    def gives_kw(self, place: int) -> float:
        """Output of an object, kW."""

    def draws_kw(self, place: int) -> float:
        """Input of an object, kW."""

    def draws_from(self, place: int) -> Shares:
        """Sources of an object, with their shares."""


def line_currents(
    graph: PowerGraph,
    situation: Situation,
    places: Iterable[int] | None = None,
    known: dict[int, LineCurrents] | None = None,
) -> dict[int, LineCurrents]:
    """Currents of the lines of every live AC busway, or of those in ``places``; taps of a busway are part of it.

    For the other busways the currents in ``known`` are used.
    """
    if known is None:
        known = {}
    found: dict[int, LineCurrents] = {}
    for place in sorted(range(len(graph.nodes)) if places is None else places, reverse=True):
        node = graph.nodes[place]
        if not isinstance(node, Busway) or node.supply is Supply.DC or not situation.lives(place):
            continue
        if graph.any_single_phase:
            found[place] = _summed(graph, situation, place, ChainMap(found, known))
        else:
            factor = graph.terms_of(node).power_factor
            found[place] = LineCurrents(_balanced(situation.gives_kw(place), line_volts(node), factor))
    return found


def fullest_kw(graph: PowerGraph, place: int, lines: LineCurrents) -> float:
    """Three times the most loaded line of a busway, kW: its load if all lines were equal."""
    node = graph.nodes[place]
    assert isinstance(node, Busway)
    return three_phase_kva(line_volts(node), lines.highest_a) * graph.terms_of(node).power_factor


@memoized
def busway_lines(flow: Flow) -> dict[int, LineCurrents]:
    """Currents of the lines of every live AC busway."""
    return line_currents(flow.graph, flow)


@memoized
def uneven_busways(graph: PowerGraph) -> frozenset[int]:
    """Places of the busways whose lines may differ, since single-phase circuits are connected to them."""
    return frozenset(place for place, lines in busway_lines(normal_flow(graph)).items() if lines.any_single_phase)


def loading_kw(flow: Flow, place: int) -> float:
    """Load that is compared with the limit of an object, kW: its output.

    Of a feed it is the most loaded circuit; of a busway with single-phase circuits, three times its most loaded line.
    """
    if not flow.alive[place]:
        return 0.0
    if flow.graph.is_feed[place]:
        return flow.circuit_kw(place)
    if place in uneven_busways(flow.graph):
        return fullest_kw(flow.graph, place, busway_lines(flow)[place])
    return flow.output_kw[place]


def _summed(graph: PowerGraph, flow: Situation, place: int, below: Mapping[int, LineCurrents]) -> LineCurrents:
    busway = graph.nodes[place]
    assert isinstance(busway, Busway)
    factor = graph.terms_of(busway).power_factor
    rest = flow.gives_kw(place)
    whole = LineCurrents([0j, 0j, 0j])
    for child in graph.children[place]:
        node, share = graph.nodes[child], dict(flow.draws_from(child)).get(place, 0.0)
        if not share:
            continue
        if isinstance(node, Feed) and is_single_phase(node):
            power_kw = flow.draws_kw(child) * share
            whole.any_single_phase = True
            if node.line is None:
                whole.nameless += (node.name,)
                amps = _balanced(power_kw, line_volts(busway), factor)
            else:
                amps = _one_circuit(node, node.line, power_kw, factor)
            rest -= power_kw
        elif child in below:
            amps = [each * share for each in below[child].amps]
            whole.any_single_phase |= below[child].any_single_phase
            whole.nameless += below[child].nameless
            rest -= flow.draws_kw(child) * share
        else:
            continue
        whole.amps = [one + other for one, other in zip(whole.amps, amps, strict=True)]
    balanced = _balanced(rest, line_volts(busway), factor)
    whole.amps = [one + other for one, other in zip(whole.amps, balanced, strict=True)]
    return whole


def _balanced(power_kw: float, voltage_ll_v: float, factor: float) -> list[complex]:
    amps = power_kw * W_PER_KW / (SQRT3 * voltage_ll_v * factor)
    return [amps * direction for direction in LINES]


def _one_circuit(feed: Feed, line: int, power_kw: float, factor: float) -> list[complex]:
    first = line - 1
    amps = [0j, 0j, 0j]
    if feed.voltage_ln_v is not None:
        amps[first] = power_kw * W_PER_KW / (feed.voltage_ln_v * factor) * LINES[first]
        return amps
    second = (first + 1) % 3
    between = LINES[first] - LINES[second]
    current = power_kw * W_PER_KW / (circuit_volts(feed) * factor) * between / abs(between)
    amps[first], amps[second] = current, -current
    return amps
