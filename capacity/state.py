"""The hub on one day, and the days on which a hub is judged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.memo import MemoOwner, memoized, memoized_by_object
from petaplan.capacity.noun import Scheduled

S = TypeVar("S", bound=Scheduled)


@dataclass(frozen=True, eq=False)
class State(MemoOwner):
    """The hub on one day."""

    design: Design
    day: date

    @cached_property
    def phase(self) -> Phase:
        """The phase in force."""
        return self.design.phase_on(self.day)

    def in_service(self, rows: Iterable[S]) -> Iterator[S]:
        """Those of the rows that are in service on the day; those of a table are looked up once."""
        if isinstance(rows, tuple):
            return iter(_in_service(self, rows))
        return (row for row in rows if self.design.in_service_on(row, self.day))

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Pods and stand-alone racks in service."""
        return tuple(self.in_service(self.design.placements))

    @cached_property
    def placements_by_hall(self) -> Mapping[str, tuple[Placement, ...]]:
        """Placements in service, by hall."""
        halls: dict[str, list[Placement]] = {}
        for placement in self.placements:
            halls.setdefault(placement.hall, []).append(placement)
        return MappingProxyType({hall: tuple(rows) for hall, rows in halls.items()})


@memoized_by_object
def _in_service(state: State, rows: tuple[S, ...]) -> tuple[S, ...]:
    return tuple([row for row in rows if state.design.in_service_on(row, state.day)])


@memoized
def states_of(design: Design) -> tuple[State, ...]:
    """The hub on every day on which something enters or leaves service."""
    return tuple(state for state in review_states_of(design) if state.day in design.change_dates)


@memoized
def review_states_of(design: Design) -> tuple[State, ...]:
    """The same, and the days on which only a contract shrinks or a carbon factor changes."""
    later = {day for day in _contract_dates(design.hub) if day > design.change_dates[0]}
    return tuple(State(design=design, day=day) for day in sorted({*design.change_dates, *later}))


def states_with(design: Design, states: tuple[State, ...], days: Iterable[date]) -> tuple[State, ...]:
    """Some states and those of further days, in order; days before the first state are left out."""
    known = {state.day: state for state in (*review_states_of(design), *states)}
    wanted = {state.day for state in states} | {day for day in days if day >= design.change_dates[0]}
    return tuple(known.get(day) or State(design=design, day=day) for day in sorted(wanted))


def _contract_dates(hub: Hub) -> Iterator[date]:
    """Days on which a contract shrinks or a carbon factor changes; where a contract grows, nothing gets worse."""
    for intake in hub.intakes:
        for before, step in pairwise(sorted(intake.supply, key=lambda step: step.from_date)):
            if step.contracted_kva < before.contracted_kva:
                yield step.from_date
    for site in hub.sites:
        yield from (step.from_date for step in site.carbon)
