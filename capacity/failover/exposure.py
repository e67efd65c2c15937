"""Exposure of a hall during maintenance: the worst single loss while an object is out for work.

Most pairs of losses do not meet: no object, load or line is changed by both. Each survivor then carries its load from
before plus both changes. Of those pairs only the worst is computed as a pair. The sum only chooses it. Pairs that
meet are computed one by one.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from petaplan.capacity.electric.flow import flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import loading_kw, uneven_busways
from petaplan.capacity.electric.loss import NEGLIGIBLE_KW, Loss, LossDelta, PostLossFlow, limit_after, losses_of
from petaplan.capacity.failover.contingencies import NOTHING_DARK, Contingencies, Effect, dark_of, effects_of, ratio_of

if TYPE_CHECKING:  # numpy is loaded where a pair of losses is asked for
    import numpy as np
    from numpy.typing import NDArray


def pieces(graph: PowerGraph, hall: str) -> tuple[Loss, ...]:
    """What can be out for maintenance at one time above a hall: one unit, or the whole of an object with one unit."""
    return tuple(
        loss for place in graph.above.get(hall, ()) for loss in losses_of(graph, place) if _is_piece(graph, loss)
    )


def candidate_losses(found: Contingencies, hall: str, *, whole: bool) -> tuple[Loss, ...]:
    """The losses that may come during maintenance: first the objects of the hall, then others that can affect it.

    With ``whole`` an object of several units may be lost whole, as halls with two paths claim to survive. A loss above
    another hall counts if it can overload what both halls share.
    """
    graph, outs = found.graph, pieces(found.graph, hall)
    losses: dict[Loss, None] = dict.fromkeys(outs)
    room_kw = _room_kw(found, hall, outs)
    halls = dict.fromkeys(name for out in outs for name in graph.halls[out.place])
    near = dict.fromkeys(place for name in halls for place in graph.above[name])
    for loss in (loss for place in near for loss in losses_of(graph, place) if whole or _is_piece(graph, loss)):
        served = graph.halls[loss.place]
        if (
            hall in served
            or graph.any_missing
            or _moved_kw(found, loss) > min(room_kw.get(name, math.inf) for name in served)
        ):
            losses[loss] = None
    return tuple(losses)


def _moved_kw(found: Contingencies, loss: Loss) -> float:
    """No loss brings more than this to any survivor: what was given, drawn by the way that loses most."""
    return normal_flow(found.graph).output_kw[loss.place] * found.graph.worst_loss_gain


def _room_kw(found: Contingencies, hall: str, outs: Iterable[Loss]) -> dict[str, float]:
    """For each hall what could at least be added to all that it shares with one, whichever piece is out for work."""
    graph, base = found.graph, normal_flow(found.graph)
    changes = [found.change(out) for out in outs]
    room_kw: dict[str, float] = {}
    for place in graph.above.get(hall, ()):
        if graph.is_feed[place]:
            room_kw |= dict.fromkeys(graph.halls[place], -math.inf)  # one heavy circuit trips a feed for all on it
            continue
        if not base.alive[place]:
            continue
        carries = max((base.output_kw[place], *(change.output_kw.get(place, 0.0) for change in changes)))
        limit = min((limit_after(graph, place, change.left) for change in changes), default=graph.limits_kw[place])
        lines = 3 if place in uneven_busways(graph) else 1  # at worst one line carries all
        for name in graph.halls[place]:
            room_kw[name] = min(room_kw.get(name, math.inf), limit / lines - carries)
    return room_kw


def _is_piece(graph: PowerGraph, loss: Loss) -> bool:
    """Whether a loss is that of one unit, or of all that there is."""
    return not loss.whole or graph.nodes[loss.place].units == 1 or graph.is_feed[loss.place]


def maintenance_n_minus_2(found: Contingencies, hall: str, *, whole: bool) -> Iterator[tuple[Loss, Effect]]:
    """Each object that may be out for maintenance, with the worst single loss during that time, or none if that is
    worse.

    A hall with generators among its sources may also lose the utility during that time, all intakes at once. Only then
    does a generator that is out for maintenance count.
    """
    graph, backed = found.graph, hall in found.backed
    outs = pieces(graph, hall)
    pairs = Pairs(found, hall, candidate_losses(found, hall, whole=whole))
    for number, out in enumerate(outs):
        impact = list(pairs.impact(number))
        if not out.whole:
            impact += _felt(found, hall, out, out)
        if backed:
            impact += _without_utility(found, hall, out)
        impact += (replace(effect, loss=None) for effect in _felt(found, hall, out))
        yield out, max(impact, key=lambda effect: effect.badness)
    for effect in found.by_hall.get(hall, ()) if backed else ():
        if effect.loss and not effect.utility and effect.loss not in outs:
            yield effect.loss, replace(effect, loss=None)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The graph above a hall with one object out for maintenance, and a second loss; the objects of the hall come
    first.
    """

    found: Contingencies
    hall: str
    losses: tuple[Loss, ...]
    _asked: dict[tuple[int, int], tuple[Effect, ...]] = field(default_factory=dict)

    @property
    def graph(self) -> PowerGraph:
        """The power graph."""
        return self.found.graph

    def impact(self, number: int) -> Iterator[Effect]:
        """With an object out for work, the impact of each loss that meets it, and of the worst that does not."""
        apart, meeting = self.sorted_out(number)
        if apart:
            meeting.append(self.sums.worst(number, apart))
        for other in sorted(meeting):
            yield from self._pair(number, other)

    def _pair(self, out: int, other: int) -> Iterator[Effect]:
        """The same two losses leave the same graph in either order, so each pair is examined once."""
        key = (min(out, other), max(out, other))
        for one, two in (key, key[::-1]):
            if self.losses[two].place in self._changes[one].dead:
                key = (one, one)
        if key not in self._asked:
            lost = dict.fromkeys(self.losses[number] for number in key)
            self._asked[key] = tuple(_felt(self.found, self.hall, *lost))
        return (replace(effect, loss=self.losses[other]) for effect in self._asked[key])

    def sorted_out(self, number: int) -> tuple[list[int], list[int]]:
        """Losses that do not interact with that of one object, and losses that do."""
        apart: list[int] = []
        meeting: list[int] = []
        own = self._reaches[number]
        for other, reach in enumerate(self._reaches):
            if other != number:
                (meeting if self._clouded or own.meets(reach) else apart).append(other)
        return apart, meeting

    @cached_property
    def _clouded(self) -> bool:
        """Whether a figure is missing of what the hall's chain carries: each pair says for itself what it lacks."""
        return any(self.graph.missing_inputs[place] for place in self.graph.above.get(self.hall, ()))

    @cached_property
    def _changes(self) -> tuple[LossDelta, ...]:
        return tuple(self.found.change(loss) for loss in self.losses)

    @cached_property
    def _reaches(self) -> tuple["Reach", ...]:
        return tuple(Reach.of(self.graph, *pair) for pair in zip(self.losses, self._changes, strict=True))

    @cached_property
    def sums(self) -> "Sums":
        """What each loss changes by itself."""
        return Sums.of(self.found, self.hall, self._changes)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a loss reaches: two that share nothing of this add up."""

    turned: frozenset[int]
    """Objects that are lost or have fewer units, and objects whose sources change."""
    load_groups: frozenset[int]
    """Loads that turn to their other feeds."""
    lines: frozenset[int]
    """Busways whose lines may be uneven: their currents have directions."""
    darkens_plant: bool
    """Whether cooling plant loses power: the rest of a loop may replace one piece, but not two."""
    redrawn: frozenset[int]
    """Objects that draw in other shares."""
    carrying: frozenset[int]
    """Objects that carry something else than before."""

    @classmethod
    def of(cls, graph: PowerGraph, loss: Loss, change: LossDelta) -> "Reach":
        """The reach of one loss."""
        gone = (loss.place, *change.dead, *change.left)
        carrying = frozenset((*change.output_kw, *change.dead))
        return cls(
            turned=frozenset((*gone, *(child for place in gone for child in graph.children[place]))),
            load_groups=frozenset(number for place in change.dead for number in graph.loads_on[place]),
            lines=carrying & uneven_busways(graph) if uneven_busways(graph) else frozenset(),
            darkens_plant=any(not graph.load_groups[number].cabinets for number in change.dark),
            redrawn=frozenset(change.redrawn),
            carrying=carrying,
        )

    def meets(self, other: "Reach") -> bool:
        """Whether the two losses together do something else than each by itself."""
        return (self.darkens_plant and other.darkens_plant) or not (
            self.turned.isdisjoint(other.turned)
            and self.load_groups.isdisjoint(other.load_groups)
            and self.redrawn.isdisjoint(other.carrying)
            and other.redrawn.isdisjoint(self.carrying)
            and self.lines.isdisjoint(other.lines)
        )


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """What losses change in a hall, as arrays: a row for each of n losses, a column for each of m objects above it."""

    before_kw: "NDArray[np.float64]"
    """What is held against the limits with nothing lost; m."""
    more_kw: "NDArray[np.float64]"
    """What each loss adds to it; n x m."""
    limit_kw: "NDArray[np.float64]"
    """Limits after each loss; n x m."""
    weaker: "NDArray[np.bool_]"
    """Whether an object has lost some of its units; n x m."""
    alone: "NDArray[np.float64]"
    """Load over limit after each loss by itself, 0 of what carries no more than before; n x m."""
    circuits: "NDArray[np.float64]"
    """Load over limit of the heaviest circuit that took over; n."""
    racks: "NDArray[np.int64]"
    """Racks that go dark; n."""
    plant_kw: "NDArray[np.float64]"
    """Cooling plant that goes dark; n."""

    @classmethod
    def of(cls, found: Contingencies, hall: str, changes: Sequence[LossDelta]) -> "Sums":
        """The changes that losses make, each by itself."""
        import numpy as np

        graph, base = found.graph, normal_flow(found.graph)
        places = [place for place in graph.above.get(hall, ()) if base.alive[place] and not graph.is_feed[place]]
        column = {place: index for index, place in enumerate(places)}
        before = [loading_kw(base, place) for place in places]
        shape = len(changes), len(places)
        more, weaker = np.zeros(shape), np.zeros(shape, dtype=bool)
        limit = np.tile(np.array([graph.limits_kw[place] for place in places]), (len(changes), 1))
        for row, change in enumerate(changes):
            fullest = PostLossFlow(base, change).fullest_kw()
            for place, carries in change.output_kw.items():
                if (at := column.get(place)) is not None:
                    more[row, at] = fullest.get(place, carries) - before[at]
                    if place in change.left:
                        weaker[row, at], limit[row, at] = True, limit_after(graph, place, change.left)
            for place in change.dead:
                if (at := column.get(place)) is not None:
                    more[row, at] = -before[at]
        dark = [dark_of(base, change, (hall,), found.cooling).get(hall, NOTHING_DARK) for change in changes]
        before_kw = np.array(before)
        return cls(
            before_kw=before_kw,
            more_kw=more,
            alone=ratios(before_kw, more, limit, weaker),
            limit_kw=limit,
            weaker=weaker,
            circuits=np.array([_circuits(graph, hall, change) for change in changes]),
            racks=np.array([one.racks for one in dark]),
            plant_kw=np.array([one.plant_kw for one in dark]),
        )

    def worst(self, number: int, others: Sequence[int]) -> int:
        """The loss, among some that do not meet one of them, that together with it is worst; the first of equals."""
        import numpy as np

        racks, plant_kw, ratio = self.together(number, others)
        order = np.lexsort((-np.arange(len(others)), ratio, plant_kw, racks))
        return others[int(order[-1])]

    def together(
        self, number: int, others: Sequence[int]
    ) -> "tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]":
        """A loss and each of some that do not meet it: racks and plant that go dark, load over limit of the worst."""
        import numpy as np

        rows, reached = np.array(others, dtype=int), np.flatnonzero((self.more_kw[number] != 0) | self.weaker[number])
        shared = np.ix_(rows, reached)
        both = ratios(
            self.before_kw[reached],
            self.more_kw[shared] + self.more_kw[number, reached],
            np.minimum(self.limit_kw[shared], self.limit_kw[number, reached]),
            self.weaker[shared] | self.weaker[number, reached],
        )
        alone = self.alone[rows]
        alone[:, reached] = 0.0
        circuits = np.maximum(self.circuits[rows], self.circuits[number])
        ratio = np.maximum.reduce([circuits, both.max(axis=1, initial=0.0), alone.max(axis=1, initial=0.0)])
        return self.racks[rows] + self.racks[number], self.plant_kw[rows] + self.plant_kw[number], ratio


def ratios(
    before_kw: "NDArray[np.float64]",
    more_kw: "NDArray[np.float64]",
    limit_kw: "NDArray[np.float64]",
    weaker: "NDArray[np.bool_]",
) -> "NDArray[np.float64]":
    """Load over limit, element by element, of what carries more than before or has lost units; 0 of all else."""
    import numpy as np

    carries_kw = before_kw + more_kw
    counted = (weaker | (more_kw > NEGLIGIBLE_KW)) & (carries_kw > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counted, carries_kw / limit_kw, 0.0)


def _circuits(graph: PowerGraph, hall: str, change: LossDelta) -> float:
    taking = ((place, kw) for place, kw in change.circuit_kw.items() if hall in graph.halls[place])
    return max((ratio_of(kw, graph.limits_kw[place]) for place, kw in taking), default=0.0)


def _felt(found: Contingencies, hall: str, *losses: Loss) -> Iterator[Effect]:
    effects = effects_of(normal_flow(found.graph), *losses, cooling=found.cooling)
    return (effect for effect in effects if effect.hall == hall)


def _without_utility(found: Contingencies, hall: str, out: Loss) -> list[Effect]:
    """Impact on a hall when the utility is lost while an object is out for work."""
    effects = effects_of(flow_without_utility(found.graph), out, utility=False, cooling=found.cooling)
    return [replace(effect, loss=None) for effect in effects if effect.hall == hall]
