"""Failover results of a phase, with equal losses in one line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from petaplan.capacity.design import Design
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.loss import LossDelta
from petaplan.capacity.failover.contingencies import (
    NORMAL,
    NOTHING_DARK,
    UTILITY,
    Contingencies,
    Effect,
    claimed,
    contingencies_of,
    dark_of,
    darkened,
    normal_effects,
)
from petaplan.capacity.failover.single import SingleLoss, before_percent, single_losses_of, verdict_of
from petaplan.capacity.hub import Phase
from petaplan.capacity.power import Battery, Busway, Feed, Generator, Intake, PowerObject, Rectifier, Transformer, Ups
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State, states_of

NAMES: Mapping[type[PowerObject], tuple[str, str]] = {
    Intake: ("intake", "circuit of an intake"),
    Transformer: ("transformer group", "transformer"),
    Ups: ("UPS group", "UPS module"),
    Rectifier: ("rectifier group", "rectifier module"),
    Battery: ("storage in line", "unit of storage in line"),
    Busway: ("busway", "busway of several"),
    Feed: ("feed", "feed"),
    Generator: ("generator group", "generator"),
}
"""What a table calls the loss of a whole object and of one unit, in the order of its lines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailoverRow:
    """Losses that are alike: of one kind, with one outcome."""

    loss: str
    count: int
    """Losses folded into the line."""
    halls: tuple[str, ...]
    worst: str
    """The loss with the worst impact among them."""
    survivor: str
    """The survivor nearest to its limit after that loss; empty if no object carries anything."""
    before_percent: float
    """Load of that survivor with nothing lost, of its limit."""
    after_percent: float
    dark_kw: float
    racks_dark: int
    """Most that go dark in one of the losses, all halls together."""
    plant_dark_kw: float
    verdict: str
    """``survives``, ``overload`` or ``dark``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailoverTable:
    """Every single loss in one phase, on the day on which all of it is in service."""

    hub: str
    phase: str
    day: date
    claims: tuple[tuple[str, str], ...]
    """Redundancy that each hall claims."""
    losses: int
    broken: int
    """Losses that some hall claims to survive, and doesn't."""
    missing: tuple[str, ...]
    """Figures without which the loads are lower bounds."""
    rows: tuple[FailoverRow, ...]
    sweep: Contingencies = field(repr=False, compare=False)
    """Every single loss of the day, before alike ones are folded."""

    @property
    def single_losses(self) -> tuple[SingleLoss, ...]:
        """Every loss by itself."""
        return tuple(single_losses_of(self.sweep))

    @property
    def survived(self) -> int:
        """Losses after which nothing is dark and nothing overloaded."""
        return sum(row.count for row in self.rows if row.verdict == "survives")


def failover_tables(design: Design, phase: str | None = None) -> tuple[FailoverTable, ...]:
    """A table for each phase, or for one: on its own day and on every later day on which power or cooling plant
    changes.
    """
    days = [(one.in_service, one) for one in design.phases]
    known = {day for day, _ in days}
    days += ((day, design.phase_on(day)) for day in _changes(design) if day not in known)
    return tuple(
        _table(State(design=design, day=day), one)
        for day, one in sorted(days, key=lambda pair: pair[0])
        if phase in (None, one.name)
    )


def _changes(design: Design) -> Iterator[date]:
    """Days on which a power or cooling object enters or leaves service while racks are in service."""
    rows = (*design.hub.power_nodes, *design.hub.cooling_nodes)
    changing = {day for row in rows for day in (design.service_date(row), row.retired) if day is not None}
    return (state.day for state in states_of(design) if state.day in changing and state.placements)


def _table(state: State, phase: Phase) -> FailoverTable:
    found = contingencies_of(state)
    graph = found.graph
    halls: list[Hall] = [
        hall for hall in state.in_service(state.design.hub.halls) if state.placements_by_hall.get(hall.name)
    ]
    normal = tuple(_normal_row(found, halls))
    rows = [*normal, *_utility_row(found), *_rows(graph, found.effects)]
    return FailoverTable(
        hub=state.design.hub.name,
        phase=phase.name,
        day=state.day,
        claims=tuple((hall.name, hall.redundancy) for hall in halls),
        losses=sum(row.count for row in rows if row.loss not in (NORMAL, UTILITY)),
        broken=_broken(found, halls) + any(row.verdict == "dark" for row in normal),
        missing=tuple(dict.fromkeys(name for load in graph.loads for name in load.missing)),
        rows=tuple(rows),
        sweep=found,
    )


def _broken(found: Contingencies, halls: Iterable[Hall]) -> int:
    """Losses that some hall claims to survive and doesn't; that of the whole utility is one of them."""
    impact = {(e.loss, e.utility) for e in found.effects if not e.survives and _claimed(found.graph, halls, e)}
    return len(impact) + any(not effect.survives for effect in found.outage if effect.hall in found.backed)


def _claimed(graph: PowerGraph, halls: Iterable[Hall], effect: Effect) -> bool:
    return any(hall.name == effect.hall and claimed(graph, hall, effect) for hall in halls)


def _normal_row(found: Contingencies, halls: Iterable[Hall]) -> Iterator[FailoverRow]:
    """Nothing lost: what has no power all the same, and the most loaded object."""
    base, names = normal_flow(found.graph), [hall.name for hall in halls]
    dark = dark_of(base, LossDelta(dark=list(base.dark)), names, found.cooling)
    carried = {effect.hall: effect for effect in normal_effects(base, names)}
    effects = [darkened(carried.get(name, Effect(None, name)), dark.get(name, NOTHING_DARK)) for name in names]
    if effects:
        yield _row(found.graph, NORMAL, [effects])


def _utility_row(found: Contingencies) -> Iterator[FailoverRow]:
    """The utility outage: load of the generators, and what loses power without one."""
    if found.outage:
        yield _row(found.graph, UTILITY, [list(found.outage)])


def _rows(graph: PowerGraph, effects: Iterable[Effect]) -> Iterator[FailoverRow]:
    losses: dict[tuple[object, bool], list[Effect]] = {}
    for effect in effects:
        losses.setdefault((effect.loss, effect.utility), []).append(effect)
    groups: dict[tuple[int, bool, str, str], list[list[Effect]]] = {}
    for impact in losses.values():
        loss = impact[0].loss
        assert loss is not None
        kind = type(graph.nodes[loss.place])
        whole = loss.whole and (kind is not Generator or impact[0].utility)
        words = NAMES[kind][not whole] + ("" if impact[0].utility else ", utility out")
        key = (list(NAMES).index(kind), not whole, words, verdict_of(impact))
        groups.setdefault(key, []).append(impact)
    for _, _, words, verdict in sorted(groups):
        alike = next(group for key, group in groups.items() if key[2:] == (words, verdict))
        yield _row(graph, words, alike)


def _row(graph: PowerGraph, words: str, alike: list[list[Effect]]) -> FailoverRow:
    sums = [
        (sum(e.racks for e in impact), sum(e.dark_kw for e in impact), sum(e.plant_part_kw for e in impact))
        for impact in alike
    ]
    racks, dark_kw, plant_kw = max(sums)
    worst = max((effect for impact in alike for effect in impact), key=lambda effect: effect.badness)
    nearest = max((effect for impact in alike for effect in impact), key=lambda effect: round(effect.ratio, 9))
    return FailoverRow(
        loss=words,
        count=len(alike),
        halls=tuple(dict.fromkeys(effect.hall for impact in alike for effect in impact if effect.hall)),
        worst=(worst if racks else nearest).label if worst.loss else words,
        survivor=graph.names[nearest.survivor] if nearest.survivor is not None else "",
        before_percent=before_percent(graph, nearest),
        after_percent=nearest.ratio * 100,
        dark_kw=dark_kw,
        racks_dark=racks,
        plant_dark_kw=plant_kw,
        verdict=verdict_of([effect for impact in alike for effect in impact]),
    )


def redundancy_words(claims: Iterable[tuple[str, str]]) -> str:
    """The claims, short: ``2N (hall-a, hall-b)``."""
    halls: dict[str, list[str]] = {}
    for hall, claim in claims:
        halls.setdefault(claim, []).append(hall)
    return "; ".join(f"{claim} ({', '.join(names)})" for claim, names in sorted(halls.items()))
