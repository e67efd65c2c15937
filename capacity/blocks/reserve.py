"""Halls with block redundancy (N+R): working systems, and one idle reserve behind static transfer switches."""

from dataclasses import replace
from itertools import cycle

from petaplan.capacity.blocks.hall import TwoSidedHall, with_plant
from petaplan.capacity.blocks.power import (
    PLANT_SHARE,
    POWER_FACTOR,
    UPS_EFFICIENCY,
    hall_generators,
    hall_transformers,
    hall_ups,
    row_power,
)
from petaplan.capacity.blocks.redundant import OVER_TRANSFORMERS, OVER_UPS
from petaplan.capacity.blocks.sizing import units_for
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.power import Busway, Feed, Generator, Side, Transformer, Ups
from petaplan.capacity.site import Hall, Redundancy

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

RESERVE = "r"
"""Letter of the reserve system."""


def reserve_hall(
    name: str,
    *,
    systems: int,
    site: str,
    phase: str,
    grid: tuple[str, ...],
    it_power_limit_kw: float,
    rows: int,
    racks_in_a_row: int,
    floor_area_m2: float,
    floor_load_kpa: float = 30.0,
    liquid_share: float = 0.85,
    air_share: float = 0.35,
) -> TwoSidedHall:
    """A hall that claims N+R: so many working systems that feed the rows in turn, and one reserve for any of them.

    A working system has no spare unit and runs to its limit. The busway of each row has a static transfer switch. It
    draws from the UPS of its system (``fed_by``), or from that of the reserve (``standby_from``).
    ``grid`` names what feeds the systems in turn, the reserve last.

    >>> block = reserve_hall(
    ...     "hall-a", systems=3, site="site", phase="phase-1", grid=("grid-a", "grid-b"),
    ...     it_power_limit_kw=9_000, rows=6, racks_in_a_row=32, floor_area_m2=1_300,
    ... )
    >>> [(ups.name, ups.units) for ups in block.ups_systems]
    [('hall-a-ups-a', 3), ('hall-a-ups-b', 3), ('hall-a-ups-c', 3), ('hall-a-ups-r', 3)]
    >>> block.row_feeds(2), block.busways[1].standby_from
    (('hall-a-r2-feed-b',), ('hall-a-ups-r',))

    Raises:
        PlanError: for fewer than two or more than four systems, fewer rows than systems, or no source.
    """
    _refuse(name, systems, grid, rows)
    power, sides = it_power_limit_kw, tuple(Side)[:systems]
    it_kw = power * -(-rows // systems) / rows
    generators = hall_generators(name, site=site, phase=phase, it_power_kw=power)
    block = with_plant(
        Hall(
            name=name,
            site=site,
            phase=phase,
            floor_area_m2=floor_area_m2,
            floor_load_kpa=floor_load_kpa,
            it_power_limit_kw=power,
            rack_positions=rows * racks_in_a_row,
            rows=rows,
            redundancy=Redundancy.BLOCK,
        ),
        sides,
        generators=generators,
        transformers=_transformers(name, sides, grid, generators, it_kw=it_kw, hall_kw=power),
        ups_systems=_ups(name, sides, phase=phase, it_kw=it_kw, hall_kw=power),
        row_pieces=_row_pieces(name, sides, phase=phase, rows=rows, racks=racks_in_a_row),
        liquid_share=liquid_share,
        air_share=air_share,
    )
    liquid, air = block.cooling_loops
    reserve = (f"{name}-transformers-{RESERVE}", f"{name}-ups-{RESERVE}")
    return replace(block, cooling_loops=(liquid, air.replace(cooled_equipment=(*air.cooled_equipment, *reserve))))


def _transformers(
    name: str, sides: tuple[Side, ...], grid: tuple[str, ...], standby: Generator, *, it_kw: float, hall_kw: float
) -> tuple[Transformer, ...]:
    """Those of each system carry its rows, and the share of the cooling plant that one of them leaves to the others."""
    sources = dict(zip((*sides, RESERVE), cycle(grid), strict=False))
    plant_kw = hall_kw * PLANT_SHARE / (len(sides) - 1)

    def made(letter: str, side: Side, load_kw: float) -> Transformer:
        one = hall_transformers(
            name, side, phase=standby.phase, source=sources[letter], standby=standby.name, it_power_kw=it_kw
        )
        units = units_for(load_kw * OVER_TRANSFORMERS, 3_150 * POWER_FACTOR)
        own = None if letter == RESERVE else side
        return one.replace(name=f"{name}-transformers-{letter.lower()}", side=own, units=units, spare_units=0)

    working = tuple(made(side, side, it_kw / UPS_EFFICIENCY + plant_kw) for side in sides)
    return (*working, made(RESERVE, sides[0], it_kw / UPS_EFFICIENCY))


def _ups(name: str, sides: tuple[Side, ...], *, phase: str, it_kw: float, hall_kw: float) -> tuple[Ups, ...]:
    """The same for the pumps, fans and CDUs, which are on the UPSes of the working systems."""
    plant_kw = hall_kw * (OVER_UPS - 1) / (len(sides) - 1)

    def made(letter: str, side: Side, load_kw: float) -> Ups:
        one = hall_ups(name, side, phase=phase, it_power_kw=it_kw)
        source = f"{name}-transformers-{letter.lower()}"
        return one.replace(
            name=f"{name}-ups-{letter.lower()}",
            side=None if letter == RESERVE else side,
            fed_by=(source,),
            units=units_for(load_kw, 1_250 * POWER_FACTOR),
            spare_units=0,
        )

    return (*(made(side, side, it_kw + plant_kw) for side in sides), made(RESERVE, sides[0], it_kw))


def _row_pieces(name: str, sides: tuple[Side, ...], *, phase: str, rows: int, racks: int) -> list[tuple[Busway, Feed]]:
    """Each row on one system in turn, with the reserve behind it."""
    pieces = []
    for row, side in zip(range(1, rows + 1), cycle(sides), strict=False):
        busway, feed = row_power(name, row, side, phase=phase, racks=racks)
        pieces.append((busway.replace(standby_from=(f"{name}-ups-{RESERVE}",)), feed))
    return pieces


def _refuse(name: str, systems: int, grid: tuple[str, ...], rows: int) -> None:
    problems = []
    if not 2 <= systems <= len(Side):
        expected = f"2 to {len(Side)}"
        problems.append(Problem(where=name, found=f"{systems} systems", expected=expected, advice="check `systems`"))
    elif rows < systems:
        expected = f"{systems} or more, one for each system"
        problems.append(Problem(where=name, found=f"{rows} rows", expected=expected, advice="check `rows`"))
    if not 1 <= len(grid) <= max(systems, 1) + 1:
        expected = f"1 to {max(systems, 1) + 1}, one for each system and the reserve"
        problems.append(Problem(where=name, found=f"{len(grid)} sources", expected=expected, advice="check `grid`"))
    if problems:
        raise PlanError(problems)
