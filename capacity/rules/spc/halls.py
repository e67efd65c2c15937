"""SPC-003, SPC-008, SPC-010, SPC-011: room in a hall, and what serves it from where."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from petaplan.capacity.claims import PLAN, Claim, at_most, each_of, must_be_zero, planned
from petaplan.capacity.design import Design, Placement, feeds_of
from petaplan.capacity.findings import Input, Verdict, count_of, later, number
from petaplan.capacity.hardware import RackModel
from petaplan.capacity.hub import Phase
from petaplan.capacity.power import Busway
from petaplan.capacity.quantity import from_catalogue, times_of
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.rules.spc.racks import MM2_PER_M2
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State


@rule(
    "SPC-003",
    "The hall has a position for each rack",
    formula="racks in the hall <= rack_positions",
    basis="layout of the hall; docs/basis/space.md#positions-in-a-row",
)
def positions(state: State) -> Iterator[Claim]:
    """Racks against positions, hall by hall."""
    for hall in state.in_service(state.design.hub.halls):
        here = state.placements_by_hall.get(hall.name, ())
        racks = [(placement.name, state.design.pod(placement).rack_count) for placement in here]
        yield at_most(
            hall,
            float(sum(count for _, count in racks)),
            float(hall.rack_positions),
            "racks",
            inputs=(
                later(_racks_of, racks),
                planned(hall, "rack_positions"),
            ),
            hint=lambda over: f"Over by {count_of(over, 'rack')}: place racks in another hall",
        )


def _racks_of(racks: list[tuple[str, int]]) -> list[Input]:
    return [Input(f"racks of {name}", count, "racks", PLAN) for name, count in racks]


@plan_rule(
    "SPC-008",
    "The hall has room to install a phase while the present one runs",
    severity=Verdict.WARNING,
    formula="racks in service on the day before the phase serves + racks that it brings <= rack_positions",
    basis="new racks stand before old ones leave; docs/basis/space.md#building-while-the-hall-serves",
)
def room_for_next(design: Design) -> Iterator[Claim]:
    """Each hall while a phase is being installed: racks that have not left yet, and racks that arrive."""
    halls: dict[str, list[Placement]] = {}
    for placement in design.placements:
        halls.setdefault(placement.hall, []).append(placement)
    for phase in design.phases:
        for hall in design.hub.halls:
            here = halls.get(hall.name, [])
            days = {design.service_date(p) for p in here if p.phase == phase.name}
            if days:
                present, arriving = max((_meeting(design, here, day) for day in days), key=sum)
                yield _room_claim(phase, hall, present, arriving)


def _room_claim(phase: Phase, hall: Hall, present: int, arriving: int) -> Claim:
    return at_most(
        phase,
        float(present + arriving),
        float(hall.rack_positions),
        "racks",
        part=hall.name,
        inputs=(
            Input("racks present", present, "racks", PLAN),
            Input("racks arriving", arriving, "racks", PLAN),
            planned(hall, "rack_positions"),
        ),
        hint=lambda over: f"{count_of(over, 'rack')} must leave before the phase can be installed",
    )


def _meeting(design: Design, here: Iterable[Placement], day: date) -> tuple[int, int]:
    """Racks in service in a hall on the day before some arrive, and those that arrive."""
    day_before = day - timedelta(days=1)
    present = sum(design.pod(p).rack_count for p in here if design.in_service_on(p, day_before))
    return present, sum(design.pod(p).rack_count for p in here if design.service_date(p) == day)


@rule(
    "SPC-010",
    "The net floor area is larger than the footprints of the racks",
    formula="sum of width_mm x depth_mm / 1e6 of the racks <= floor_area_m2",
    basis="footprints alone; SPC-007 asks about aisles; docs/basis/space.md#area",
)
def footprints(state: State) -> Iterator[Claim]:
    """Footprints of the racks of each hall against its net floor area."""
    for hall in state.in_service(state.design.hub.halls):
        yield _footprint_claim(state, hall)


def _footprint_claim(state: State, hall: Hall) -> Claim:
    area_m2, missing, counts = 0.0, dict[str, None](), dict[str, tuple[int, RackModel]]()
    for placement in state.placements_by_hall.get(hall.name, ()):
        for rack, facts in state.design.pod(placement).rack_groups:
            width, depth = facts.model.width_mm, facts.model.depth_mm
            if width is None or depth is None:
                missing |= {f"{facts.model.model}.{side}_mm": None for side in ("width", "depth")}
            else:
                area_m2 += rack.count * width.value * depth.value / MM2_PER_M2
                counted, _ = counts.get(facts.model.model, (0, facts.model))
                counts[facts.model.model] = (counted + rack.count, facts.model)
    return at_most(
        hall,
        area_m2,
        hall.floor_area_m2,
        "m2",
        inputs=(*_sides(counts.values()), planned(hall, "floor_area_m2")),
        hint=lambda over: f"Over by {number(over)} m2: place racks in another hall",
        missing=tuple(missing),
    )


def _sides(counts: Iterable[tuple[int, RackModel]]) -> Iterator[Input]:
    """Racks of each model, with their width and depth."""
    for count, model in counts:
        for given in from_catalogue(model, "width_mm").inputs:
            yield times_of(count, given)
        yield from from_catalogue(model, "depth_mm").inputs


@plan_rule(
    "SPC-011",
    "Busways and loops of a rack are in its hall",
    severity=Verdict.REVIEW,
    formula="busways above its feeds, and loops, that are in another hall = 0",
    basis="busbars and loops serve racks of their hall; docs/basis/space.md#one-room",
)
def same_hall(design: Design) -> Iterator[Claim]:
    """Busways and loops of each pod, by the hall that they name."""
    for placement in design.placements:
        elsewhere = [name for name, hall in _servers(design, placement) if hall != placement.hall]
        yield _elsewhere_claim(placement, elsewhere)


def _elsewhere_claim(placement: Placement, elsewhere: list[str]) -> Claim:
    return must_be_zero(
        placement,
        len(elsewhere),
        "objects in another hall",
        inputs=(each_of(elsewhere, "in another hall:", "objects in another hall"),),
        hint=lambda _: f"In another hall than {placement.hall}: {', '.join(elsewhere[:3])}",
    )


def _servers(design: Design, placement: Placement) -> Iterator[tuple[str, str]]:
    """Loops of a pod, and the busways that feed it, each once, with their halls."""
    for loop in filter(None, (placement.liquid_loop, placement.air_loop)):
        yield loop, design.by_name[loop].hall
    feeds = dict.fromkeys(name for rack, _ in design.pod(placement).rack_groups for name in feeds_of(placement, rack))
    for source in dict.fromkeys(source for feed in feeds for source in design.by_name[feed].fed_by):
        if isinstance(busway := design.by_name[source], Busway):
            yield source, busway.hall
