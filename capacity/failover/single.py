"""Single losses one by one: which racks and plant lose power, and which survivor is nearest to its limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petaplan.capacity.electric.flow import Flow, flow_without_utility, normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.electric.loss import Loss, LossDelta, after
from petaplan.capacity.failover.contingencies import Contingencies, Effect, ratio_of

PERCENT = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SingleLoss:
    """One loss, all halls together."""

    loss: str
    """The loss as it is named in a report."""
    object: str
    """Name of the lost object; empty for the loss of all intakes at once."""
    whole: bool
    """Whether the whole object is lost; otherwise one of its units."""
    utility: bool
    """Whether the utility is there besides."""
    halls: tuple[str, ...]
    """Halls that the loss concerns."""
    survivor: str
    """The survivor nearest to its limit; empty if no object carries more than before."""
    before_percent: float
    """Load of that survivor without the loss, of its limit."""
    after_percent: float
    dark_kw: float
    racks_dark: int
    plant_dark_kw: float
    """Power of the cooling plant that loses power and that the rest cannot replace, kW."""
    dark: tuple[str, ...]
    """Rack groups and cooling plant that lose power."""
    verdict: str
    """``survives``, ``overload`` or ``dark``."""


def single_losses_of(found: Contingencies) -> Iterator[SingleLoss]:
    """Every loss of a sweep, the loss of all intakes first."""
    if found.outage:
        yield _single(found, found.outage, "")
    impacts: dict[tuple[Loss | None, bool], list[Effect]] = {}
    for effect in found.effects:
        impacts.setdefault((effect.loss, effect.utility), []).append(effect)
    for (loss, _), impact in impacts.items():
        yield _single(found, impact, "" if loss is None else loss.name)


def _single(found: Contingencies, impact: Sequence[Effect], name: str) -> SingleLoss:
    nearest = max(impact, key=lambda effect: round(effect.ratio, 9))
    first, graph = impact[0], found.graph
    return SingleLoss(
        loss=first.label,
        object=name,
        whole=first.loss is None or first.loss.whole,
        utility=first.utility,
        halls=tuple(dict.fromkeys(effect.hall for effect in impact if effect.hall)),
        survivor=graph.names[nearest.survivor] if nearest.survivor is not None else "",
        before_percent=before_percent(graph, nearest),
        after_percent=nearest.ratio * PERCENT,
        dark_kw=sum(effect.dark_kw for effect in impact),
        racks_dark=sum(effect.racks for effect in impact),
        plant_dark_kw=sum(effect.plant_part_kw for effect in impact),
        dark=_dark(found, first) if any(effect.racks or effect.plant_kw for effect in impact) else (),
        verdict=verdict_of(impact),
    )


def verdict_of(impact: Sequence[Effect]) -> str:
    """The verdict on a loss, all halls taken together."""
    if any(effect.racks or effect.plant_kw for effect in impact):
        return "dark"
    return "survives" if all(effect.survives for effect in impact) else "overload"


def before_percent(graph: PowerGraph, effect: Effect) -> float:
    """Load of the survivor of an effect without the loss, in percent of its limit."""
    place = effect.survivor
    if place is None:
        return 0.0
    base = normal_flow(graph) if effect.utility or effect.loss is None else flow_without_utility(graph)
    return ratio_of(loading_kw(base, place), graph.limits_kw[place]) * PERCENT


def situation_of(graph: PowerGraph, loss: Loss | None, *, utility: bool) -> tuple[Flow, LossDelta]:
    """The flow on which a loss falls, and the change that the loss makes to it."""
    base = normal_flow(graph) if utility else flow_without_utility(graph)
    return base, after(base, loss) if loss else LossDelta()


def _dark(found: Contingencies, effect: Effect) -> tuple[str, ...]:
    """Names of the loads that lose power and that are missed; those that are dark with nothing lost are not new."""
    graph = found.graph
    base, change = situation_of(graph, effect.loss, utility=effect.utility)
    numbers = set(change.dark) if effect.loss else set(base.dark) - set(normal_flow(graph).dark)
    spared = found.not_missed_after(base, sorted(numbers))
    loads = (graph.loads[load] for number in sorted(numbers) for load in graph.load_groups[number].loads)
    return tuple(dict.fromkeys(load.name for load in loads if load.cabinets or load.owner not in spared))
