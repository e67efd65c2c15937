"""Redundant plant: the rest of a loop's CDUs, and of its chillers, carries the heat load of what loses power.

Loops and the plant that they share form a network: the heat of a loop can go to any piece that serves it. What the
plant moves is the maximum flow of that network.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.max_flow import Edge, max_flow
from petaplan.capacity.memo import memoized
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import HeatLoad, Plant, handed_on, heat_loads_of, plant_of, running_kw

UNLIMITED = float("inf")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The heat of a loop at one stage, and the objects that can take it."""

    heat: HeatLoad
    pieces: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SharedPlant:
    """Loops that share plant at one stage, directly or by way of others, and the pieces that serve them."""

    exchanges: tuple[Exchange, ...]
    pieces: tuple[str, ...]

    @property
    def heat_kw(self) -> float:
        """Heat of all its loops."""
        return sum(exchange.heat.kw for exchange in self.exchanges)

    def moved_kw(self, capacities_kw: Mapping[str, float]) -> float:
        """The most heat that pieces of these capacities move; a piece that is not named moves nothing."""
        node = {name: number for number, name in enumerate(self.pieces, start=2)}
        edges: list[Edge] = [(node[name], 1, kw) for name, kw in capacities_kw.items()]
        for number, exchange in enumerate(self.exchanges, start=2 + len(self.pieces)):
            edges.append((0, number, exchange.heat.kw))
            edges.extend((number, node[name], UNLIMITED) for name in exchange.pieces)
        return max_flow(edges, 0, 1)


@dataclass(frozen=True, eq=False)
class RedundantPlant:
    """The cooling plant of a day, and what of it can be lost without loss of cooling."""

    plant: tuple[Plant, ...]
    heat_loads: Mapping[str, HeatLoad]
    """Heat load of each object with nothing lost."""
    _asked: dict[tuple[int, frozenset[str]], float] = field(default_factory=dict)

    def not_missed(self, dark: frozenset[str]) -> frozenset[str]:
        """Objects without power with which no more heat would be moved, spare units left out.

        Spare units are off and draw nothing in the power graph, so their capacity does not count.
        """
        return frozenset(name for name in dark if name in self._shared and not self._missed(name, dark))

    def own_kw(self, name: str) -> float:
        """Heat that only this object can move, when the others on its loops move all they can with all their units."""
        number = self._shared.get(name)
        if number is None:
            return self.heat_loads[name].kw
        shared = self._groups[number]
        if len(shared.pieces) == 1:
            return shared.heat_kw
        others = {other: self._all_units_kw(other) for other in shared.pieces if other != name}
        return max(0.0, shared.moved_kw({**others, name: UNLIMITED}) - shared.moved_kw(others))

    def _missed(self, name: str, dark: frozenset[str]) -> bool:
        serving = self._serving[name]
        if any(exchange.heat.missing or dark.issuperset(exchange.pieces) for exchange in serving):
            return True
        number = self._shared[name]
        without = dark.intersection(self._groups[number].pieces)
        moved_kw = self._moved_kw(number, without)
        return self._moved_kw(number, without - {name}) > moved_kw + TOLERANCE * self._groups[number].heat_kw

    def _moved_kw(self, number: int, dark: frozenset[str]) -> float:
        if (number, dark) not in self._asked:
            shared = self._groups[number]
            left = {name: running_kw(self._pieces[name]) for name in shared.pieces if name not in dark}
            self._asked[number, dark] = shared.moved_kw(left)
        return self._asked[number, dark]

    def _all_units_kw(self, name: str) -> float:
        return self._pieces[name].units * self._pieces[name].unit_rated_kw

    @cached_property
    def _pieces(self) -> Mapping[str, Plant]:
        return {piece.name: piece for piece in self.plant}

    @cached_property
    def _groups(self) -> tuple[SharedPlant, ...]:
        return tuple(_grouped(self._exchanges))

    @cached_property
    def _shared(self) -> Mapping[str, int]:
        """Number of the group that each piece belongs to."""
        return {name: number for number, shared in enumerate(self._groups) for name in shared.pieces}

    @cached_property
    def _exchanges(self) -> tuple[Exchange, ...]:
        steps = ((self.heat_loads[loop.name], takers) for loop, takers in handed_on(self.plant))
        return tuple(Exchange(heat, tuple(piece.name for piece in takers)) for heat, takers in steps if takers)

    @cached_property
    def _serving(self) -> Mapping[str, tuple[Exchange, ...]]:
        found: dict[str, list[Exchange]] = {}
        for exchange in self._exchanges:
            for name in exchange.pieces:
                found.setdefault(name, []).append(exchange)
        return {name: tuple(exchanges) for name, exchanges in found.items()}


def _grouped(exchanges: Iterable[Exchange]) -> Iterator[SharedPlant]:
    """The exchanges in groups that have no piece in common."""
    group_of: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        joined = [exchange]
        for other in {id(group_of[name]): group_of[name] for name in exchange.pieces if name in group_of}.values():
            joined, fewer = (joined, other) if len(joined) >= len(other) else (other, joined)
            joined.extend(fewer)
            group_of |= {name: joined for moved in fewer for name in moved.pieces}
        group_of |= dict.fromkeys(exchange.pieces, joined)
    for group in {id(group): group for group in group_of.values()}.values():
        pieces = dict.fromkeys(name for exchange in group for name in exchange.pieces)
        yield SharedPlant(tuple(group), tuple(pieces))


@memoized
def redundant_plant_of(state: State) -> RedundantPlant:
    """The cooling plant in service on a day."""
    return RedundantPlant(plant_of(state), heat_loads_of(state))
