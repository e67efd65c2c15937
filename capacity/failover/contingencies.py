"""Every single loss in the power graph, and its impact on each hall.

A stand-by generator carries nothing while the utility is present, so its loss is examined during a utility outage.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import Flow, flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import LoadGroup, PowerGraph
from petaplan.capacity.electric.lines import loading_kw, uneven_busways
from petaplan.capacity.electric.loss import (
    NEGLIGIBLE_KW,
    Loss,
    LossDelta,
    PostLossFlow,
    after,
    capacity_piece,
    generator_losses,
    limit_after,
    single_losses,
)
from petaplan.capacity.electric.reserve import generators_above
from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.gaps import Gaps
from petaplan.capacity.memo import MemoOwner, memoized, memoized_by_value
from petaplan.capacity.power import Generator, Intake
from petaplan.capacity.site import Hall, Redundancy
from petaplan.capacity.state import State
from petaplan.capacity.thermal.redundant_plant import RedundantPlant, redundant_plant_of

NORMAL = "nothing lost"
UTILITY = "utility (all intakes)"


@dataclass(frozen=True, slots=True)
class Effect:
    """Impact of a loss on one hall: racks and plant without power, and the survivor that is nearest to its limit."""

    loss: Loss | None
    """The loss; None with nothing lost, or with the utility alone lost."""
    hall: str
    racks: int = 0
    """Racks that go dark."""
    dark_kw: float = 0.0
    plant_kw: float = 0.0
    """Power of the cooling plant that loses power and that the rest cannot replace, kW."""
    plant_part_kw: float = 0.0
    """The hall's part of it, where several halls share the plant."""
    survivor: int | None = None
    """Place of the most loaded survivor, among those with more load than before or with fewer units."""
    carries_kw: float = 0.0
    limit_kw: float = 0.0
    utility: bool = True
    """Whether the utility is there."""
    missing: tuple[str, ...] = ()

    def of(self, loss: Loss) -> "Effect":
        """The same impact of another loss; ``dataclasses.replace`` takes three times as long."""
        return Effect(
            loss,
            self.hall,
            self.racks,
            self.dark_kw,
            self.plant_kw,
            self.plant_part_kw,
            self.survivor,
            self.carries_kw,
            self.limit_kw,
            self.utility,
            self.missing,
        )

    @property
    def ratio(self) -> float:
        """Load of the worst survivor over its limit."""
        return ratio_of(self.carries_kw, self.limit_kw)

    @property
    def survives(self) -> bool:
        """Whether no rack and no needed plant loses power, and no survivor is overloaded."""
        return not (self.racks or self.plant_kw or self.ratio > 1 + TOLERANCE)

    @property
    def badness(self) -> tuple[int, float, bool, bool, float]:
        """Order of severity to nine digits: racks dark, plant dark, an overload, not known, load of the survivor."""
        return self.racks, round(self.plant_kw, 9), not self.survives, bool(self.missing), round(self.ratio, 9)

    @property
    def label(self) -> str:
        """The loss as it is named in a report."""
        if self.loss is None:
            return NORMAL if self.utility else UTILITY
        name = self.loss.name if self.loss.whole else f"one unit of {self.loss.name}"
        return name if self.utility else f"{name} while the utility is out"


@dataclass(frozen=True, eq=False)
class Contingencies(MemoOwner):
    """All single losses of a power graph, and the loss of all intakes at once."""

    graph: PowerGraph
    cooling: RedundantPlant | None
    """The cooling plant, which tells what it can do without."""
    effects: tuple[Effect, ...]
    outage: tuple[Effect, ...]
    """Impact of a utility outage on each hall, with all generators available."""
    backed: frozenset[str]
    """Halls with generators among the sources of their racks: they claim to survive a utility outage."""

    @memoized_by_value
    def change(self, loss: Loss) -> LossDelta:
        """What one loss changes with nothing else lost."""
        return after(normal_flow(self.graph), loss)

    def not_missed(self, base: Flow) -> frozenset[str]:
        """Plant that is dark in a situation and whose heat the rest moves."""
        return self.not_missed_after(base, base.dark)

    def not_missed_after(self, base: Flow, dark: Iterable[int]) -> frozenset[str]:
        """Plant among load groups that go dark in a situation, and whose heat the rest moves."""
        return _spared(base, LossDelta(dark=list(dark)), self.cooling) if self.cooling else frozenset()

    @cached_property
    def by_hall(self) -> Mapping[str, list[Effect]]:
        """The effects, hall by hall."""
        found: dict[str, list[Effect]] = {}
        for effect in self.effects:
            found.setdefault(effect.hall, []).append(effect)
        return found


def ratio_of(carries: float, limit: float) -> float:
    """Load over limit; infinite where nothing may be carried and something is.

    >>> ratio_of(50, 100), ratio_of(0, 0), ratio_of(1, 0)
    (0.5, 0.0, inf)
    """
    if limit > 0:
        return carries / limit
    return float("inf") if carries > 0 else 0.0


@memoized
def contingencies_of(state: State) -> Contingencies:
    """Every single loss on a day."""
    return contingencies(power_graph_of(state), redundant_plant_of(state))


def contingencies(graph: PowerGraph, cooling: RedundantPlant | None = None) -> Contingencies:
    """Every single loss of a power graph, hall by hall."""
    effects: list[Effect] = []
    whole: dict[int, list[Effect]] = {}
    for loss in reversed(list(single_losses(graph))):
        if loss.whole and (same := only_child(graph, loss.place)) in whole:
            impact = [effect.of(loss) for effect in whole[same]]
        else:
            impact = list(effects_of(normal_flow(graph), loss, cooling=cooling))
        if loss.whole:
            whole[loss.place] = impact
        effects.extend(reversed(impact))
    effects.reverse()
    backed = backed_halls(graph)
    for loss in generator_losses(graph) if has_utility(graph) else ():
        found = effects_of(flow_without_utility(graph), loss, utility=False, cooling=cooling)
        effects.extend(effect for effect in found if effect.hall in backed)
    return Contingencies(graph, cooling, tuple(effects), tuple(outage_effects(graph, cooling)), backed)


def backed_halls(graph: PowerGraph) -> frozenset[str]:
    """Names of the halls with generators above any of their racks."""
    above = generators_above(graph)
    load_groups = (
        load_group
        for load_group in graph.load_groups
        if load_group.cabinets and any(above[feed] for feed in load_group.feeds)
    )
    return frozenset(hall for load_group in load_groups for hall in load_group.halls)


def has_utility(graph: PowerGraph) -> bool:
    """Whether any intake is in service; without one there is no outage to examine."""
    return any(isinstance(node, Intake) for node in graph.nodes)


def outage_effects(graph: PowerGraph, cooling: RedundantPlant | None = None) -> Iterator[Effect]:
    """Impact on each hall when every intake is lost: what has no power, and the worst object that carries more."""
    if not has_utility(graph):
        return
    base = flow_without_utility(graph)
    halls = dict.fromkeys(hall for load_group in graph.load_groups for hall in load_group.halls)
    went = LossDelta(dark=sorted(set(base.dark) - set(normal_flow(graph).dark)))
    dark = dark_of(base, went, halls, cooling)
    carried = {effect.hall: effect for effect in normal_effects(base, halls, normal_flow(graph))}
    for hall in halls:
        yield darkened(carried.get(hall, Effect(None, hall)), dark.get(hall, NOTHING_DARK), utility=False)


def darkened(effect: "Effect", dark: "Dark", *, utility: bool = True) -> "Effect":
    """An effect with the racks and the plant that lose power."""
    racks, racks_kw, plant_kw, part_kw = dark
    return replace(effect, racks=racks, dark_kw=racks_kw, plant_kw=plant_kw, plant_part_kw=part_kw, utility=utility)


def only_child(graph: PowerGraph, place: int) -> int | None:
    """The one object that a lossless object carries and that nothing else feeds: to lose either is the same."""
    children = graph.children[place]
    if len(children) != 1 or graph.loads_on[place] or graph.losses[place] != (1.0, 0.0) or graph.origins[place]:
        return None
    (child,) = children
    alone = graph.upstream[child] == (place,) and not graph.standby[child]
    return child if alone else None


def effects_of(
    base: Flow, loss: Loss, *more: Loss, utility: bool = True, cooling: RedundantPlant | None = None
) -> Iterator[Effect]:
    """Impact on each hall below any of the losses, and on each hall below a survivor that they overload.

    Cooling plant that loses power counts only if ``cooling`` cannot do without it.
    """
    graph = base.graph
    halls = dict.fromkeys(hall for one in (loss, *more) for hall in graph.halls[one.place])
    if not halls:
        return
    change = after(base, loss, *more)
    loaded = sorted(_loaded_more(base, change))
    halls |= _also_hit(base, loaded)
    dark = dark_of(base, change, halls, cooling)
    worst = _worst(base, loaded, halls)
    for hall in halls:
        place, carries, limit = worst.get(hall, (None, 0.0, 0.0))
        missing = _missing(base, change, hall) if graph.any_missing else ()
        if place is not None:
            gaps = graph.missing_inputs[place]
            missing = gaps if missing == gaps else Gaps(missing, gaps.unverified)
        yield Effect(loss, hall, *dark.get(hall, NOTHING_DARK), place, carries, limit, utility, missing)


class Dark(NamedTuple):
    """Racks and plant of one hall that lose power."""

    racks: int = 0
    racks_kw: float = 0.0
    plant_kw: float = 0.0
    """Cooling plant whose heat the rest cannot move."""
    plant_part_kw: float = 0.0
    """The hall's part of it, where several halls share the plant: parts add up."""

    def with_racks(self, load_group: LoadGroup) -> "Dark":
        """The same and some racks."""
        return self._replace(racks=self.racks + load_group.cabinets, racks_kw=self.racks_kw + load_group.power_kw)

    def with_plant(self, power_kw: float, halls: int) -> "Dark":
        """The same and some plant that so many halls share."""
        part_kw = self.plant_part_kw + power_kw / halls
        return self._replace(plant_kw=self.plant_kw + power_kw, plant_part_kw=part_kw)


NOTHING_DARK = Dark()


def dark_of(
    base: Flow, change: LossDelta, halls: Iterable[str], cooling: RedundantPlant | None = None
) -> dict[str, Dark]:
    """Racks and needed cooling plant of each hall that lose power."""
    graph, dark = base.graph, dict[str, Dark]()
    not_missed = _spared(base, change, cooling) if cooling else frozenset[str]()
    for number in change.dark:
        load_group = graph.load_groups[number]
        for hall in load_group.halls:
            if hall in halls and load_group.cabinets:
                dark[hall] = dark.get(hall, NOTHING_DARK).with_racks(load_group)
            elif hall in halls:
                loads = (graph.loads[load] for load in load_group.loads)
                missed_kw = sum(load.power_kw for load in loads if load.owner not in not_missed)
                dark[hall] = dark.get(hall, NOTHING_DARK).with_plant(missed_kw, len(load_group.halls))
    return dark


def _spared(base: Flow, change: LossDelta, cooling: RedundantPlant) -> frozenset[str]:
    """Cooling plant that loses power and whose heat the rest moves."""
    load_groups = base.graph.load_groups
    if all(load_groups[number].cabinets for number in change.dark):
        return frozenset()
    still = (load_groups[number] for number in (*base.dark, *change.dark) if not load_groups[number].cabinets)
    return cooling.not_missed(
        frozenset(base.graph.loads[load].owner for load_group in still for load in load_group.loads)
    )


Survivor = tuple[int, float, float]
"""Place of the survivor, its load and its limit, kW."""


def _also_hit(base: Flow, loaded: Iterable[Survivor]) -> dict[str, None]:
    """Halls below survivors that the loss overloads: an overloaded survivor trips for every hall that shares it."""
    halls: dict[str, None] = {}
    for place, carries, limit in loaded:
        if carries > limit and ratio_of(carries, limit) > 1 + TOLERANCE >= ratio_of(
            loading_kw(base, place), base.graph.limits_kw[place]
        ):
            halls |= dict.fromkeys(base.graph.halls[place])
    return halls


def _worst(base: Flow, loaded: Iterable[Survivor], halls: Mapping[str, None]) -> dict[str, Survivor]:
    """For each hall the survivor nearest to its limit.

    Of several that are equally near: one with unknown figures, else one with unverified figures, else the first.
    """
    graph, worst = base.graph, dict[str, Survivor]()
    nearest: dict[str, tuple[float, int]] = {}
    for place, carries, limit in loaded:
        ratio = carries / limit if limit > 0 else ratio_of(carries, limit)
        own = _doubt(graph.missing_inputs[place])
        for hall in graph.halls[place]:
            highest, doubt = nearest.get(hall, (-1.0, 0))
            if hall in halls and (ratio > highest + TOLERANCE or (ratio > highest - TOLERANCE and own > doubt)):
                worst[hall], nearest[hall] = (place, carries, limit), (ratio, own)
    return worst


def _doubt(gaps: Gaps) -> int:
    """2 with unknown figures, 1 with unverified ones, else 0."""
    return 2 if gaps else 1 if gaps.unverified else 0


def _loaded_more(base: Flow, change: LossDelta) -> Iterator[Survivor]:
    graph, is_feed, limits = base.graph, base.graph.is_feed, base.graph.limits_kw
    fullest = PostLossFlow(base, change).fullest_kw() if uneven_busways(graph) else {}
    for place, carries in change.output_kw.items():
        if is_feed[place]:
            continue
        if place in fullest:
            if place in change.left or fullest[place] > loading_kw(base, place) + NEGLIGIBLE_KW:
                yield place, fullest[place], limit_after(graph, place, change.left)
        elif place in change.left:
            yield place, carries, limit_after(graph, place, change.left)
        elif carries > base.output_kw[place] + NEGLIGIBLE_KW:
            yield place, carries, limits[place]
    for place, carries in change.circuit_kw.items():
        yield place, carries, limits[place]


def _missing(base: Flow, change: LossDelta, hall: str) -> tuple[str, ...]:
    """What isn't known of the loads that were lost, and of those of every survivor that isn't relieved."""
    graph, before = base.graph, base.output_kw
    taking = (place for place, kw in change.output_kw.items() if place in change.left or kw >= before[place])
    reached = (place for place in (*taking, *change.dead) if hall in graph.halls[place])
    return tuple(dict.fromkeys(name for place in reached for name in graph.missing_inputs[place]))


CLAIMS_PATHS = (Redundancy.TWO_N, Redundancy.THREE_TO_MAKE_TWO, Redundancy.FOUR_TO_MAKE_THREE)


def claimed(graph: PowerGraph, hall: Hall, effect: Effect) -> bool:
    """Whether a hall claims to survive a loss.

    With N+1 it claims that of any one unit that makes or converts power; with 2N, 3N/2 and 4N/3 of any one object. With
    N+R it claims that of any object that converts power, whole. Static transfer switches move all that it carries, even
    if one unit alone is lost. Of generators it claims that of one unit.
    """
    if hall.redundancy is Redundancy.N or effect.loss is None:
        return False
    if hall.redundancy is Redundancy.N_PLUS_1:
        node = graph.nodes[effect.loss.place]
        return capacity_piece(node) and (not effect.loss.whole or node.units == 1)
    if hall.redundancy is Redundancy.BLOCK:
        node = graph.nodes[effect.loss.place]
        by_unit = isinstance(node, Generator) and node.units > 1
        return capacity_piece(node) and effect.loss.whole != by_unit
    return True


def normal_effects(base: Flow, halls: Iterable[str], before: Flow | None = None) -> Iterator[Effect]:
    """The most loaded object above each hall in a situation in which no single object is lost.

    With ``before``, only objects with more load than in that flow count.
    """
    graph, wanted = base.graph, set(halls)
    worst: dict[str, Effect] = {}
    missing: dict[str, dict[str, None]] = {}
    for place in range(len(graph.nodes)):
        served = [hall for hall in graph.halls[place] if hall in wanted]
        if not served or not base.alive[place]:
            continue
        carries, limit = loading_kw(base, place), graph.limits_kw[place]
        more = before is None or carries > loading_kw(before, place) + NEGLIGIBLE_KW
        for hall in served:
            if graph.missing_inputs[place]:
                missing.setdefault(hall, {}).update(dict.fromkeys(graph.missing_inputs[place]))
            if more and (hall not in worst or ratio_of(carries, limit) > worst[hall].ratio):
                worst[hall] = Effect(None, hall, survivor=place, carries_kw=carries, limit_kw=limit)
    for hall, effect in worst.items():
        unverified = () if effect.survivor is None else graph.missing_inputs[effect.survivor].unverified
        yield replace(effect, missing=Gaps(missing.get(hall, ()), unverified))
