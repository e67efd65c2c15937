"""Positions of racks in their halls, and lengths of cables between them.

Positions count in pitches along a row: slot 1 starts at the wall. A rack wider than the pitch takes more than one.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petaplan.capacity.claims import PLAN
from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Input
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.site import Hall

MM_PER_M = 1_000.0
DROP_M = 3.0
"""From the port to the tray above the row, at each end: engineering knowledge."""
SLACK_M = 1.0
"""Spare length at each end: engineering knowledge."""


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a rack group along a row."""

    placement: Placement
    rack: RackGroup
    hall: Hall
    row: int
    slot: int
    slots: int
    """Pitches that the run takes."""

    @property
    def last_slot(self) -> int:
        """The last pitch that the run takes, wholly or in part."""
        return self.slot + self.slots - 1

    @property
    def label(self) -> str:
        """What people call it."""
        return f"{self.placement.name}/{self.rack.name}" if isinstance(self.placement, Pod) else self.placement.name


def slots_of(count: int, width_mm: float | None, pitch_m: float) -> int:
    """Pitches that so many racks side by side take; one each where their width isn't known.

    >>> slots_of(16, 600, 0.6), slots_of(16, 800, 0.6)
    (16, 22)
    """
    if width_mm is None:
        return count
    return max(1, math.ceil(count * width_mm / (pitch_m * MM_PER_M) - 1e-9))


def place_of(design: Design, placement: Placement, rack: RackGroup, facts: RackFacts) -> Position | None:
    """Position of a rack group; None if the plan does not state it."""
    if rack.row is None or rack.slot is None:
        return None
    hall: Hall = design.by_name[placement.hall]
    width = facts.model.width_mm
    slots = slots_of(rack.count, width.value if width else None, hall.rack_pitch_m)
    return Position(placement, rack, hall, rack.row, rack.slot, slots)


def places(design: Design, placements: Iterable[Placement]) -> Iterator[Position]:
    """Positions of all rack groups that state one."""
    for one in placements:
        for rack, facts in design.pod(one).rack_groups:
            if (place := place_of(design, one, rack, facts)) is not None:
                yield place


def longest_run_m(one: Position, other: Position) -> float | None:
    """Cable length from any rack of one group to any rack of another, along and across rows, drops and slack included,
    m.

    None between two halls if one of them does not state the cable to its meet-me room.
    """
    ends = 2 * (DROP_M + SLACK_M)
    if one.hall.name == other.hall.name:
        rows = abs(one.row - other.row) * one.hall.row_pitch_m
        pitches = max(abs(one.last_slot - other.slot), abs(other.last_slot - one.slot))
        return rows + pitches * one.hall.rack_pitch_m + ends
    to_entry, from_entry = _entry_run_m(one), _entry_run_m(other)
    if to_entry is None or from_entry is None:
        return None
    return to_entry + from_entry + ends


def run_inputs(one: Position, other: Position) -> tuple[Input, ...]:
    """What ``longest_run_m`` adds up, as inputs."""
    ends = Input("drops and slack", 2 * (DROP_M + SLACK_M), "m", "docs/basis/network.md#reach-of-cables")
    if one.hall.name != other.hall.name:
        return (ends, *(given for place in (one, other) for given in _entry_inputs(place)))
    pitches = max(abs(one.last_slot - other.slot), abs(other.last_slot - one.slot))
    return (
        ends,
        Input("rows apart", abs(one.row - other.row), "rows", PLAN),
        Input("row_pitch_m", one.hall.row_pitch_m, "m", PLAN),
        Input("positions apart", pitches, "positions", f"{one.label} to {other.label}"),
        Input("rack_pitch_m", one.hall.rack_pitch_m, "m", PLAN),
    )


def _entry_inputs(place: Position) -> tuple[Input, ...]:
    """The run from a rack group to the meet-me room of its hall."""
    hall = place.hall
    return (
        Input(f"meet_me_room_cable_m of {hall.name}", hall.meet_me_room_cable_m or 0.0, "m", PLAN),
        Input(f"row of {hall.name}", place.row, "rows", place.label),
        Input(f"row_pitch_m of {hall.name}", hall.row_pitch_m, "m", PLAN),
        Input(f"last position of {hall.name}", place.last_slot, "positions", place.label),
        Input(f"rack_pitch_m of {hall.name}", hall.rack_pitch_m, "m", PLAN),
    )


def _entry_run_m(place: Position) -> float | None:
    hall = place.hall
    if hall.meet_me_room_cable_m is None:
        return None
    return hall.meet_me_room_cable_m + place.row * hall.row_pitch_m + place.last_slot * hall.rack_pitch_m


def overlaps(placements: Iterable[Position]) -> Iterator[tuple[Position, Position, int]]:
    """Runs that claim the same pitches of one row, and how many."""
    rows: dict[tuple[str, int], list[Position]] = {}
    for place in placements:
        rows.setdefault((place.hall.name, place.row), []).append(place)
    for _, row in sorted(rows.items()):
        row.sort(key=lambda place: (place.slot, place.last_slot, place.label))
        furthest = row[0]
        for place in row[1:]:
            shared = min(furthest.last_slot, place.last_slot) - place.slot + 1
            if shared > 0:
                yield furthest, place, shared
            if place.last_slot > furthest.last_slot:
                furthest = place
