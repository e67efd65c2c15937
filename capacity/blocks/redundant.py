"""Halls that claim N+1, 3N/2 or 4N/3: the systems that share a hall, and the rows that each pair of them feeds."""

from dataclasses import replace
from itertools import combinations, cycle, product

from petaplan.capacity.blocks.hall import TwoSidedHall, with_plant
from petaplan.capacity.blocks.power import (
    POWER_FACTOR,
    hall_generators,
    hall_power_kw,
    hall_transformers,
    hall_ups,
    row_power,
)
from petaplan.capacity.blocks.sizing import units_for
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.power import Busway, Feed, Generator, Side, Transformer, Ups
from petaplan.capacity.site import Hall, Redundancy

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

Sides = tuple[Side, ...]

SYSTEMS = {Redundancy.N_PLUS_1: 1, Redundancy.THREE_TO_MAKE_TWO: 3, Redundancy.FOUR_TO_MAKE_THREE: 4}
"""Power systems of a hall: each has its own transformers, UPS and busways."""

OVER_UPS = 1.04
"""Output of a UPS over the IT power: pumps, fans and CDUs are on it too."""

OVER_TRANSFORMERS = 1.06
"""Power of transformers over that of the hall: their own losses, and those of UPSes at part load."""

TURNS: dict[Redundancy, tuple[Sides, ...]] = {
    Redundancy.N_PLUS_1: ((Side.A,),),
    Redundancy.THREE_TO_MAKE_TWO: tuple(combinations((Side.A, Side.B, Side.C), 2)),
    Redundancy.FOUR_TO_MAKE_THREE: (
        (Side.A, Side.B),
        (Side.C, Side.D),
        (Side.A, Side.C),
        (Side.B, Side.D),
        (Side.A, Side.D),
        (Side.B, Side.C),
    ),
}
"""Systems that feed a row, row after row: all pairs, so that each system has its share as early as can be."""


def redundant_hall(
    name: str,
    redundancy: Redundancy,
    *,
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
    """A hall that claims N+1, 3N/2 or 4N/3, with everything that powers and cools it.

    With N+1 one system feeds every row, and each group of its units has one spare. With 3N/2 and 4N/3 each row draws
    from two of three or four systems, and each pair of systems has its rows in turn. Without any one system the others
    carry rows of equal load. ``grid`` names what feeds the systems, in turn.

    >>> block = redundant_hall(
    ...     "hall-a", Redundancy.THREE_TO_MAKE_TWO, site="site", phase="phase-1", grid=("grid-a", "grid-b"),
    ...     it_power_limit_kw=9_000, rows=6, racks_in_a_row=32, floor_area_m2=1_300,
    ... )
    >>> [ups.units for ups in block.ups_systems], block.row_feeds(2)
    ([4, 4, 4], ('hall-a-r2-feed-a', 'hall-a-r2-feed-c'))

    Raises:
        PlanError: for another claim, no row or no source, or more sources than systems.
    """
    _refuse(name, redundancy, grid, rows)
    power, sides = it_power_limit_kw, tuple(Side)[: SYSTEMS[redundancy]]
    shares = share_of_a_system(redundancy, rows), share_of_a_system(redundancy, rows, lost=False)
    transformers = _units(hall_power_kw(power) * OVER_TRANSFORMERS, shares, 3_150 * POWER_FACTOR)
    modules = _units(power * OVER_UPS, shares, 1_250 * POWER_FACTOR)
    generators = hall_generators(name, site=site, phase=phase, it_power_kw=power)
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
            redundancy=redundancy,
        ),
        sides,
        generators=generators,
        transformers=_transformers(name, sides, grid, generators, power=power, units=transformers),
        ups_systems=_ups(name, sides, phase=phase, power=power, units=modules),
        row_pieces=_row_pieces(name, redundancy, phase=phase, rows=rows, racks=racks_in_a_row),
        liquid_share=liquid_share,
        air_share=air_share,
    )


def _row_pieces(name: str, redundancy: Redundancy, *, phase: str, rows: int, racks: int) -> list[tuple[Busway, Feed]]:
    return [
        row_power(name, row, side, phase=phase, racks=racks)
        for row in range(1, rows + 1)
        for side in sides_of_row(redundancy, row)
    ]


def _transformers(
    name: str, sides: Sides, grid: tuple[str, ...], standby: Generator, *, power: float, units: int
) -> tuple[Transformer, ...]:
    made = (
        hall_transformers(name, side, phase=standby.phase, source=source, standby=standby.name, it_power_kw=power)
        for side, source in zip(sides, cycle(grid), strict=False)
    )
    return tuple(replace(one, units=units, spare_units=_spare(sides)) for one in made)


def _ups(name: str, sides: Sides, *, phase: str, power: float, units: int) -> tuple[Ups, ...]:
    made = (hall_ups(name, side, phase=phase, it_power_kw=power) for side in sides)
    return tuple(replace(one, units=units, spare_units=_spare(sides)) for one in made)


def _spare(sides: Sides) -> int:
    """Units that a plan calls spare: with several systems, the others are the spare."""
    return int(len(sides) == 1)


def sides_of_row(redundancy: Redundancy, row: int) -> Sides:
    """The systems that feed a row: of N+1 the only one, else each pair in turn; the first row is 1.

    >>> [" ".join(sides_of_row(Redundancy.FOUR_TO_MAKE_THREE, row)) for row in range(1, 8)]
    ['A B', 'C D', 'A C', 'B D', 'A D', 'B C', 'A B']
    """
    turns = TURNS[redundancy]
    return turns[(row - 1) % len(turns)]


def share_of_a_system(redundancy: Redundancy, rows: int, *, lost: bool = True) -> float:
    """The largest share of a hall that one system carries with rows of equal load: any other lost, or none.

    >>> share_of_a_system(Redundancy.THREE_TO_MAKE_TWO, 6), share_of_a_system(Redundancy.N_PLUS_1, 6)
    (0.5, 1.0)
    """
    fed = [sides_of_row(redundancy, row) for row in range(1, rows + 1)]
    sides = tuple(Side)[: SYSTEMS[redundancy]]
    return max(
        sum(1.0 if gone in pair else 1 / len(pair) for pair in fed if side in pair) / rows
        for side, gone in product(sides, (*sides, None) if lost else (None,))
        if side is not gone
    )


def _units(whole_kw: float, shares: tuple[float, float], unit_kw: float) -> int:
    """Units of a system that carry its share without another system, and without one of their own."""
    after, normal = shares
    return max(units_for(whole_kw * after, unit_kw), units_for(whole_kw * normal, unit_kw, spare=1))


def _refuse(name: str, redundancy: Redundancy, grid: tuple[str, ...], rows: int) -> None:
    problems = []
    if redundancy not in SYSTEMS:
        advice = "take two_sided_hall for 2N"
        expected = f"one of {', '.join(SYSTEMS)}"
        problems.append(Problem(where=name, found=f"redundancy {redundancy}", expected=expected, advice=advice))
    if rows < 1:
        problems.append(Problem(where=name, found=f"{rows} rows", expected="one or more", advice="check `rows`"))
    most = SYSTEMS.get(redundancy, 1)
    if not 1 <= len(grid) <= most and redundancy in SYSTEMS:
        expected, advice = f"1 to {most}, one for each system", "check `grid`"
        problems.append(Problem(where=name, found=f"{len(grid)} sources", expected=expected, advice=advice))
    if problems:
        raise PlanError(problems)
