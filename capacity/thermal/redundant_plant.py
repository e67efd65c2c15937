"""Redundant plant: the rest of a loop's CDUs, and of its chillers, carries the heat load of what loses power."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from petaplan.capacity.findings import TOLERANCE
from petaplan.capacity.memo import memoized
from petaplan.capacity.state import State
from petaplan.capacity.thermal.heat import (
    HeatLoad,
    Plant,
    handed_on,
    heat_loads_of,
    plant_of,
    running_kw,
    shared_by,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The heat of a loop at one stage, and the objects that share it by their capacity in operation."""

    heat: HeatLoad
    pieces: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RedundantPlant:
    """The cooling plant of a day, and what of it can be lost without loss of cooling."""

    plant: tuple[Plant, ...]
    heat_loads: Mapping[str, HeatLoad]
    """Heat load of each object with nothing lost."""

    def not_missed(self, dark: frozenset[str]) -> frozenset[str]:
        """Objects without power whose heat the others of their kind move, spare units left out.

        Spare units are off and draw nothing in the power graph, so their capacity does not count.
        """
        touched = [exchange for exchange in self._exchanges if not dark.isdisjoint(exchange.pieces)]
        short = {name for exchange in touched if self._short(exchange, dark) for name in exchange.pieces}
        return frozenset(name for exchange in touched for name in exchange.pieces if name in dark and name not in short)

    def free_kw(self, name: str) -> float:
        """Heat of an object that others can move besides their own, all their units in operation."""
        serving = [set(exchange.pieces) for exchange in self._serving.get(name, ())]
        others = set[str].intersection(*serving) - {name} if serving else set[str]()
        pieces = (self._pieces[other] for other in others)
        return sum(max(0.0, piece.units * piece.unit_rated_kw - self.heat_loads[piece.name].kw) for piece in pieces)

    def _short(self, exchange: Exchange, dark: frozenset[str]) -> bool:
        """Whether the heat of a loop is unknown, or too much for those that are left to move it."""
        left = [name for name in exchange.pieces if name not in dark]
        return bool(exchange.heat.missing) or not left or any(self._too_much(name, dark) for name in left)

    def _too_much(self, name: str, dark: frozenset[str]) -> bool:
        piece, carries = self._pieces[name], 0.0
        for exchange in self._serving[name]:
            live = [self._pieces[other] for other in exchange.pieces if other not in dark]
            carries += exchange.heat.kw * next(share for other, share in shared_by(live) if other is piece)
        return carries > running_kw(piece) * (1 + TOLERANCE)

    @cached_property
    def _pieces(self) -> Mapping[str, Plant]:
        return {piece.name: piece for piece in self.plant}

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


@memoized
def redundant_plant_of(state: State) -> RedundantPlant:
    """The cooling plant in service on a day."""
    return RedundantPlant(plant_of(state), heat_loads_of(state))
