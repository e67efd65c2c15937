"""Loads of a power chain with nothing lost, and what each single loss changes: only the differences are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf

from petaplan.capacity.electric.flow import Flow, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.electric.loss import Loss, LossDelta, PostLossFlow, limit_after
from petaplan.capacity.failover.contingencies import Contingencies, ratio_of
from petaplan.capacity.failover.single import situation_of

PERCENT = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Differences of a loss against the chain with nothing lost, by place in the graph."""

    lost: int | None
    """The lost object, or the object that lost a unit; None for all intakes at once."""
    dead: tuple[int, ...] = ()
    """Objects that lose power besides."""
    percent: Mapping[int, float] = field(default_factory=dict)
    """Load of each object that carries another share of its limit than before."""
    dark: tuple[int, ...] = ()
    """Numbers of the load groups that lose power."""


def resting_percent(graph: PowerGraph) -> tuple[float, ...]:
    """Load of each object with nothing lost, in percent of its limit; 0 for one without power."""
    base = normal_flow(graph)
    return tuple(_percent(base, place) for place in range(len(graph.nodes)))


Situation = tuple[Loss | None, bool]
"""A loss, None for that of all intakes, and whether the utility is there besides."""


def situations_of(found: Contingencies) -> tuple[Situation, ...]:
    """Each loss of a sweep in the order of ``single_losses_of``: that of all intakes first, where there are any."""
    outage: tuple[Situation, ...] = ((None, False),) if found.outage else ()
    return (*outage, *dict.fromkeys((effect.loss, effect.utility) for effect in found.effects))


def change_of(found: Contingencies, situation: Situation, rest: Sequence[float]) -> Change:
    """What a loss changes; ``rest`` is the load of each object with nothing lost."""
    loss, utility = situation
    return _change(found.graph, loss, utility, rest)


def _change(graph: PowerGraph, loss: Loss | None, utility: bool, rest: Sequence[float]) -> Change:
    base, delta = situation_of(graph, loss, utility=utility)
    flows = PostLossFlow(base, delta)
    reached = range(len(graph.nodes)) if not utility else sorted({*delta.output_kw, *delta.circuit_kw, *delta.left})
    live = [place for place in reached if flows.lives(place)]
    fullest = flows.fullest_kw()
    after = {place: _after_percent(base, delta, fullest, place) for place in live}
    normal = normal_flow(graph)
    dead = range(len(graph.nodes)) if not utility else sorted(delta.dead)
    return Change(
        lost=None if loss is None else loss.place,
        dead=tuple(
            one
            for one in dead
            if normal.alive[one] and not flows.lives(one) and not (loss and loss.whole and one == loss.place)
        ),
        percent={place: percent for place, percent in after.items() if _differ(percent, rest[place])},
        dark=tuple(sorted({*base.dark, *delta.dark} - set(normal.dark))),
    )


def _differ(one: float, other: float) -> bool:
    """Whether two loads differ by a percent that a reader sees; that of what may carry nothing is infinite."""
    return one != other if isinf(one) or isinf(other) else round(one) != round(other)


def _percent(flow: Flow, place: int) -> float:
    return ratio_of(loading_kw(flow, place), flow.graph.limits_kw[place]) * PERCENT


def _after_percent(base: Flow, delta: LossDelta, fullest: Mapping[int, float], place: int) -> float:
    """Load of a live object after a loss, in percent of what the units that it has left may give."""
    graph = base.graph
    if place in delta.circuit_kw:
        carries = delta.circuit_kw[place]
    elif graph.is_feed[place]:
        carries = loading_kw(base, place)
    else:
        carries = fullest.get(place, delta.output_kw.get(place, loading_kw(base, place)))
    return ratio_of(carries, limit_after(graph, place, delta.left)) * PERCENT
