"""The racks of a plan in the order of the floor: hall, row, slot."""

from dataclasses import dataclass
from datetime import date

from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.design import Design, Placement, feeds_of
from petaplan.capacity.fabrics.layout import place_of
from petaplan.capacity.quantity import Quantity, total
from petaplan.capacity.rack_facts import RackFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class RackLine:
    """One rack group of a plan: where its racks stand, from which day, and what they draw and weigh."""

    hall: str
    row: int | None
    """None where the plan does not say the place."""
    slot: int | None
    """Slot of the first rack."""
    last_slot: int | None
    """Last slot that the group takes, wholly or in part."""
    name: str
    pod: str | None
    """None for a stand-alone rack group."""
    count: int
    model: str
    phase: str
    in_service: date
    retired: date | None
    """First day on which it is out of service; None where the plan keeps it."""
    it_power_kw: Quantity
    """Of all racks together."""
    weight_kg: Quantity
    """Of all racks together."""
    feeds: tuple[str, ...]

    @property
    def cabinets(self) -> tuple[str, ...]:
        """The names of the racks, along the row."""
        return tuple(f"{self.name}-{number}" for number in range(1, self.count + 1))


def rack_lines(
    design: Design, *, hall: str | None = None, row: int | None = None, phase: str | None = None, on: date | None = None
) -> tuple[RackLine, ...]:
    """The rack groups of a plan by hall, row, slot and day; those without a place come last in their hall.

    Only those of a hall, of a row, of a phase, or in service on a day, where these are given.
    """
    lines = (
        _line(design, placement, rack, facts)
        for placement in design.placements
        if hall in (None, placement.hall)
        and phase in (None, placement.phase)
        and (on is None or design.in_service_on(placement, on))
        for rack, facts in design.pod(placement).rack_groups
        if row in (None, rack.row)
    )
    return tuple(sorted(lines, key=_order))


def _line(design: Design, placement: Placement, rack: RackGroup, facts: RackFacts) -> RackLine:
    place = place_of(design, placement, rack, facts)
    return RackLine(
        hall=placement.hall,
        row=rack.row,
        slot=rack.slot,
        last_slot=None if place is None else place.last_slot,
        name=rack.name,
        pod=placement.name if isinstance(placement, Pod) else None,
        count=rack.count,
        model=rack.model,
        phase=placement.phase,
        in_service=design.service_date(placement),
        retired=placement.retired,
        it_power_kw=total([(rack.count, facts.it_power_kw)]),
        weight_kg=total([(rack.count, facts.weight_kg)]),
        feeds=feeds_of(placement, rack),
    )


def _order(line: RackLine) -> tuple[object, ...]:
    row, slot = (2**31 if number is None else number for number in (line.row, line.slot))
    return line.hall, row, slot, line.in_service, line.pod or "", line.name
