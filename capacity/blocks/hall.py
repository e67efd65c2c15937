"""A hall whose every row has a busway on side A and one on side B, each able to carry the row alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import product

from petaplan.capacity.blocks.cooling import LOSS_SHARE, air_loop, hall_cdus, hall_chillers, liquid_loop
from petaplan.capacity.blocks.old_arguments import takes_old_arguments
from petaplan.capacity.blocks.power import (
    SIDES,
    hall_batteries,
    hall_generators,
    hall_transformers,
    hall_ups,
    row_power,
)
from petaplan.capacity.cooling import Cdu, Chiller, CoolingLoop
from petaplan.capacity.hub import Hub
from petaplan.capacity.power import Battery, Busway, Feed, Generator, Side, Transformer, Ups
from petaplan.capacity.site import Hall, Redundancy

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoSidedHall:
    """A hall with everything that powers and cools it, table by table of a hub."""

    hall: Hall
    transformers: tuple[Transformer, ...]
    ups_systems: tuple[Ups, ...]
    generators: tuple[Generator, ...]
    batteries: tuple[Battery, ...]
    busways: tuple[Busway, ...]
    feeds: tuple[Feed, ...]
    cooling_loops: tuple[CoolingLoop, ...]
    cdus: tuple[Cdu, ...]
    chillers: tuple[Chiller, ...]

    def row_feeds(self, row: int) -> tuple[str, ...]:
        """Names of the feeds of a row, one for each side that it draws from; the first row is 1."""
        start = f"{self.hall.name}-r{row}-feed-"
        return tuple(feed.name for feed in self.feeds if feed.name.startswith(start))

    @property
    def liquid_loop(self) -> str:
        """Name of the hall's liquid loop."""
        return f"{self.hall.name}-liquid"

    @property
    def air_loop(self) -> str:
        """Name of the hall's air loop."""
        return f"{self.hall.name}-air"


@takes_old_arguments(cabinets_in_a_row="racks_in_a_row")
def two_sided_hall(
    name: str,
    *,
    site: str,
    phase: str,
    grid: tuple[str, str],
    it_power_limit_kw: float,
    rows: int,
    racks_in_a_row: int,
    floor_area_m2: float,
    floor_load_kpa: float = 30.0,
    liquid_share: float = 0.85,
    air_share: float = 0.35,
) -> TwoSidedHall:
    """A hall with everything that powers and cools it, each side sized for the whole of it.

    ``grid`` names what feeds side A and side B. ``liquid_share`` and ``air_share`` are shares of the IT power that the
    two loops can take away; together they may be more than 1.

    >>> block = two_sided_hall(
    ...     "hall-a", site="site", phase="phase-1", grid=("grid-a", "grid-b"),
    ...     it_power_limit_kw=13_000, rows=7, racks_in_a_row=64, floor_area_m2=1_300,
    ... )
    >>> len(block.busways), [ups.units for ups in block.ups_systems], block.row_feeds(1)
    (14, [12, 12], ('hall-a-r1-feed-a', 'hall-a-r1-feed-b'))
    """
    power = it_power_limit_kw
    generators = hall_generators(name, site=site, phase=phase, it_power_kw=power)
    row_pieces = [
        row_power(name, row, side, phase=phase, racks=racks_in_a_row)
        for row, side in product(range(1, rows + 1), SIDES)
    ]
    return with_plant(
        Hall(
            name=name,
            site=site,
            phase=phase,
            floor_area_m2=floor_area_m2,
            floor_load_kpa=floor_load_kpa,
            it_power_limit_kw=power,
            rack_positions=rows * racks_in_a_row,
            rows=rows,
            redundancy=Redundancy.TWO_N,
        ),
        SIDES,
        generators=generators,
        transformers=tuple(
            hall_transformers(name, side, phase=phase, source=source, standby=generators.name, it_power_kw=power)
            for side, source in zip(SIDES, grid, strict=True)
        ),
        ups_systems=tuple(hall_ups(name, side, phase=phase, it_power_kw=power) for side in SIDES),
        row_pieces=row_pieces,
        liquid_share=liquid_share,
        air_share=air_share,
    )


def with_plant(
    hall: Hall,
    sides: tuple[Side, ...],
    *,
    generators: Generator,
    transformers: tuple[Transformer, ...],
    ups_systems: tuple[Ups, ...],
    row_pieces: Sequence[tuple[Busway, Feed]],
    liquid_share: float,
    air_share: float,
) -> TwoSidedHall:
    """A hall with its power systems, and the batteries and the cooling that all of its sides share."""
    name, site, phase, power = hall.name, hall.site, hall.phase, hall.it_power_limit_kw
    return TwoSidedHall(
        hall=hall,
        generators=(generators,),
        transformers=transformers,
        ups_systems=ups_systems,
        batteries=(hall_batteries(name, phase=phase, it_power_kw=power, sides=sides),),
        busways=tuple(busway for busway, _ in row_pieces),
        feeds=tuple(feed for _, feed in row_pieces),
        cooling_loops=(
            liquid_loop(name, phase=phase, heat_kw=power * liquid_share, sides=sides),
            air_loop(name, phase=phase, heat_kw=power * (air_share + LOSS_SHARE), sides=sides),
        ),
        cdus=(hall_cdus(name, phase=phase, heat_kw=power * liquid_share, sides=sides),),
        chillers=(hall_chillers(name, site=site, phase=phase, it_power_kw=power, sides=sides),),
    )


def joined(hub: Hub, halls: Iterable[TwoSidedHall]) -> Hub:
    """The hub with the halls, and all that powers and cools them, at the end of its tables.

    >>> block = two_sided_hall(
    ...     "hall-a", site="site", phase="phase-1", grid=("grid-a", "grid-b"),
    ...     it_power_limit_kw=1_000, rows=1, racks_in_a_row=8, floor_area_m2=100,
    ... )
    >>> made = joined(Hub(name="small", sites=(), phases=()), [block])
    >>> [hall.name for hall in made.halls], len(made.feeds)
    (['hall-a'], 2)
    """
    blocks = tuple(halls)
    tables: dict[str, tuple[object, ...]] = {"halls": (*hub.halls, *(block.hall for block in blocks))}
    for name in (field.name for field in fields(TwoSidedHall) if field.name != "hall"):
        tables[name] = (*getattr(hub, name), *(piece for block in blocks for piece in getattr(block, name)))
    return hub.replace(**tables)
