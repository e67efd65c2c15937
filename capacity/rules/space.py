"""SPC: is there room, and does the floor hold?"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design, Placement, feeds_of
from petaplan.capacity.fabrics.attachment import Cabinets, cabinets_of, switches_of
from petaplan.capacity.fabrics.layout import Place, overlaps, places
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hardware import SwitchModel
from petaplan.capacity.network import Fabric
from petaplan.capacity.power import Busway
from petaplan.capacity.quantity import from_figure
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State

STANDARD_GRAVITY = 9.80665
"""m/s2."""
MM2_PER_M2 = 1e6


@plan_rule(
    "SPC-001",
    "Rack units hold what the cabinet holds",
    formula="sum of height_u of nodes and switches <= height_u of the cabinet",
    basis="IEC 60297: rack units; docs/basis/space.md#rack-units",
)
def rack_units(design: Design) -> Iterator[Claim]:
    """Height in each cabinet."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).runs:
            height = from_figure("height_u", facts.model.height_u, f"{facts.model.model}.height_u")
            used, room = facts.used_u.value, height.value
            over = (used or 0.0) - (room or 0.0)
            yield Claim(
                subject=placement,
                part=rack.name if isinstance(placement, Pod) else "",
                demand=used,
                capacity=room,
                unit="U",
                inputs=(*facts.used_u.inputs, *height.inputs),
                hint=f"{number(over)} U too many" if over > 0 else "",
                missing=(*facts.used_u.missing, *height.missing),
            )


@plan_rule(
    "SPC-002",
    "The floor carries the cabinet",
    formula="weight_kg x 9.80665 / (width_mm x depth_mm) <= floor_load_kpa",
    basis="uniform load under the footprint of the cabinet; docs/basis/space.md#weight",
)
def floor_load(design: Design) -> Iterator[Claim]:
    """Pressure under each cabinet."""
    for placement in design.placements:
        hall = design.by_name[placement.hall]
        for rack, facts in design.pod(placement).runs:
            width = from_figure("width_mm", facts.model.width_mm, f"{facts.model.model}.width_mm")
            depth = from_figure("depth_mm", facts.model.depth_mm, f"{facts.model.model}.depth_mm")
            weight = facts.weight_kg
            pressure_kpa = None
            if weight.value is not None and width.value is not None and depth.value is not None:
                area_m2 = width.value * depth.value / MM2_PER_M2
                pressure_kpa = weight.value * STANDARD_GRAVITY / area_m2 / 1_000
            over = pressure_kpa is not None and pressure_kpa > hall.floor_load_kpa
            yield Claim(
                subject=placement,
                part=rack.name if isinstance(placement, Pod) else "",
                demand=pressure_kpa,
                capacity=hall.floor_load_kpa,
                unit="kPa",
                inputs=(
                    *weight.inputs,
                    *width.inputs,
                    *depth.inputs,
                    Input("floor_load_kpa", hall.floor_load_kpa, "kPa", "this plan"),
                ),
                hint="spread the load, lighten the cabinet or choose a stronger floor" if over else "",
                missing=(*weight.missing, *width.missing, *depth.missing),
            )


@rule(
    "SPC-003",
    "The hall has a place for every cabinet",
    formula="cabinets in the hall <= rack_positions",
    basis="layout of the hall; docs/basis/space.md#places-in-a-row",
)
def positions(state: State) -> Iterator[Claim]:
    """Cabinets against places, hall by hall."""
    for hall in state.standing(state.design.hub.halls):
        racks = sum(state.design.pod(placement).rack_count for placement in state.placements_by_hall.get(hall.name, ()))
        over = racks - hall.rack_positions
        yield Claim(
            subject=hall,
            demand=float(racks),
            capacity=float(hall.rack_positions),
            unit="racks",
            inputs=(Input("rack_positions", hall.rack_positions, "racks", "this plan"),),
            hint=f"{over} racks must stand elsewhere" if over > 0 else "",
        )


@plan_rule(
    "SPC-004",
    "The cabinet carries its load",
    formula="sum of weight_kg of nodes and switches <= load_limit_kg of the cabinet",
    basis="static load rating of the cabinet; docs/basis/space.md#weight",
)
def cabinet_load(design: Design) -> Iterator[Claim]:
    """Weight in each cabinet against the cabinet's rating, where both are published."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).runs:
            limit, empty = facts.model.load_limit_kg, facts.model.empty_weight_kg
            if limit is None or empty is None or facts.weight_kg.value is None:
                continue
            load_kg = facts.weight_kg.value - empty.value
            over = load_kg - limit.value
            yield Claim(
                subject=placement,
                part=rack.name if isinstance(placement, Pod) else "",
                demand=load_kg,
                capacity=limit.value,
                unit="kg",
                inputs=(*facts.weight_kg.inputs, *from_figure("load_limit_kg", limit, "").inputs),
                hint=f"{number(over)} kg too heavy for the cabinet" if over > 0 else "",
            )


@rule(
    "SPC-005",
    "No two cabinets stand in one place",
    formula="pitches claimed twice in a row, or beyond its end = 0",
    basis="a cabinet takes width_mm / rack_pitch_m places of its row; docs/basis/space.md#places-in-a-row",
)
def places_once(state: State) -> Iterator[Claim]:
    """Runs whose row and slot are declared, hall by hall."""
    standing: dict[str, list[Place]] = {}
    for place in places(state.design, state.placements):
        standing.setdefault(place.hall.name, []).append(place)
    for here in standing.values():
        hall = here[0].hall
        shared = list(overlaps(here))
        beyond = [(place, _beyond(hall, place)) for place in here]
        outside = [(place, many) for place, many in beyond if many > 0]
        words = [f"{one.label} and {other.label} share {many} places" for one, other, many in shared]
        words += [_outside(hall, place, many) for place, many in outside]
        yield Claim(
            subject=hall,
            demand=float(sum(many for *_, many in shared) + sum(many for _, many in outside)),
            capacity=0.0,
            unit="places",
            inputs=(Input("rack_pitch_m", hall.rack_pitch_m, "m", "this plan"),),
            hint="; ".join(words[:3]) + (f"; and {len(words) - 3} more" if len(words) > 3 else ""),
        )


def _outside(hall: Hall, place: Place, many: int) -> str:
    if hall.rows is not None and place.row > hall.rows:
        return f"{place.label} stands in row {place.row} of {hall.rows}"
    return f"{place.label} needs {many} places beyond the end of row {place.row}"


def _beyond(hall: Hall, place: Place) -> int:
    """Places that a run needs beyond the end of its row, or in a row that the hall hasn't."""
    if hall.rows is None:
        return 0
    if place.row > hall.rows:
        return place.slots
    return max(0, min(place.slots, place.last_slot - hall.rack_positions // hall.rows))


@rule(
    "SPC-006",
    "Rows are deep enough for their cabinets",
    formula="depth_mm / 1000 <= row_pitch_m",
    basis="a row and its aisle share the pitch; docs/basis/space.md#places-in-a-row",
)
def depth(state: State) -> Iterator[Claim]:
    """The deepest cabinet of each hall against the pitch of its rows."""
    for hall, deepest_m, inputs in _deepest(state):
        over = deepest_m - hall.row_pitch_m
        yield Claim(
            subject=hall,
            demand=deepest_m,
            capacity=hall.row_pitch_m,
            unit="m",
            inputs=inputs,
            hint=f"{number(over * 1_000)} mm deeper than the rows are apart" if over > 0 else "",
        )


@rule(
    "SPC-007",
    "People can pass and cabinets be moved",
    severity=Verdict.REVIEW,
    formula="minimum_aisle_m <= row_pitch_m - depth_mm / 1000; heaviest cabinet <= access_route_load_kg",
    basis="aisle, service clearance, lift and door; docs/basis/space.md#aisles-and-access",
)
def access(state: State) -> Iterator[Claim]:
    """The aisle that the deepest cabinet leaves, and the way in for the heaviest where it is declared."""
    for hall, deepest_m, inputs in _deepest(state):
        aisle_m = hall.row_pitch_m - deepest_m
        narrow_m = hall.minimum_aisle_m - aisle_m
        yield Claim(
            subject=hall,
            part="aisle",
            demand=hall.minimum_aisle_m,
            capacity=max(0.0, aisle_m),
            unit="m",
            inputs=inputs,
            hint=f"rows {number(narrow_m)} m further apart" if narrow_m > 0 else "",
        )
    for hall in state.standing(state.design.hub.halls):
        if hall.access_route_load_kg is not None and hall.name in state.placements_by_hall:
            yield _way_in(state, hall, hall.access_route_load_kg)


def _way_in(state: State, hall: Hall, limit_kg: float) -> Claim:
    runs = [facts for one in state.placements_by_hall[hall.name] for _, facts in state.design.pod(one).runs]
    missing = tuple(dict.fromkeys(name for facts in runs for name in facts.weight_kg.missing))
    heaviest = max(facts.weight_kg.value or 0.0 for facts in runs)
    return Claim(
        subject=hall,
        part="way in",
        demand=None if missing else heaviest,
        capacity=limit_kg,
        unit="kg",
        inputs=(Input("access_route_load_kg", limit_kg, "kg", "this plan"),),
        hint=f"{number(heaviest - limit_kg)} kg too heavy for the way in: deliver cabinets empty, or another way"
        if heaviest > limit_kg
        else "",
        missing=missing,
    )


def _deepest(state: State) -> Iterator[tuple[Hall, float, tuple[Input, ...]]]:
    """Each hall with cabinets of known depth, the depth of the deepest, and whose it is."""
    for hall in state.standing(state.design.hub.halls):
        known = [
            facts.model
            for one in state.placements_by_hall.get(hall.name, ())
            for _, facts in state.design.pod(one).runs
            if facts.model.depth_mm is not None
        ]
        if known:
            model = max(known, key=lambda model: model.depth_mm.value if model.depth_mm else 0.0)
            figure = from_figure(f"{model.model}.depth_mm", model.depth_mm, "")
            yield hall, (figure.value or 0.0) / 1_000, figure.inputs


@plan_rule(
    "SPC-008",
    "There is room to build the next phase while the present one runs",
    severity=Verdict.WARNING,
    formula="cabinets that still stand on the day before the phase serves + cabinets that it brings <= rack_positions",
    basis="new cabinets stand before old ones leave; docs/basis/space.md#building-while-the-hall-serves",
)
def room_for_next(design: Design) -> Iterator[Claim]:
    """Each hall while a phase is being installed: what hasn't left yet, and what comes."""
    halls: dict[str, list[Placement]] = {}
    for placement in design.placements:
        halls.setdefault(placement.hall, []).append(placement)
    for phase in design.phases:
        for hall in design.hub.halls:
            here = halls.get(hall.name, ())
            days = {design.serves_from(p) for p in here if p.phase == phase.name}
            if not days:
                continue
            standing, arriving = max((_meeting(design, here, day) for day in days), key=sum)
            over = standing + arriving - hall.rack_positions
            yield Claim(
                subject=phase,
                part=hall.name,
                demand=float(standing + arriving),
                capacity=float(hall.rack_positions),
                unit="racks",
                inputs=(
                    Input("still standing", standing, "racks", "this plan"),
                    Input("coming", arriving, "racks", "this plan"),
                ),
                hint=f"{over} racks must leave before the phase can be installed" if over > 0 else "",
            )


def _meeting(design: Design, here: Iterable[Placement], day: date) -> tuple[int, int]:
    """Cabinets that stand in a hall on the day before some come, and those that come."""
    day_before = day - timedelta(days=1)
    standing = sum(design.pod(p).rack_count for p in here if design.stands_on(p, day_before))
    return standing, sum(design.pod(p).rack_count for p in here if design.serves_from(p) == day)


@rule(
    "SPC-009",
    "Switches have a place in a cabinet",
    formula="sum of switches x height_u <= height_u of the cabinets that name the fabric; or as sold with them",
    basis="IEC 60297: rack units; docs/basis/space.md#rack-units",
)
def switch_places(state: State) -> Iterator[Claim]:
    """Height of the switches of each fabric against the cabinets of role switch that name it."""
    heights = {fabric.name: _height(state.design, fabric) for fabric in state.standing(state.design.hub.fabrics)}
    pools = cabinets_of(state, {name: height for name, (height, _) in heights.items()})
    for fabric in state.standing(state.design.hub.fabrics):
        pool = pools[fabric.name]
        if pool.known and all(tier.switch in pool.switches for tier in fabric.tiers):
            yield from _as_sold(fabric, pool)
            continue
        height, missing = heights[fabric.name]
        missing = (*missing, *(name for name in pool.missing if name.endswith("height_u")))
        room = pool.height_u or 0.0
        yield Claim(
            subject=fabric,
            demand=None if missing else height,
            capacity=room,
            unit="U",
            hint=_no_place(fabric, height, room) if height > room else "",
            missing=missing,
        )


def _as_sold(fabric: Fabric, pool: Cabinets) -> Iterator[Claim]:
    wanted_of = switches_of(fabric)
    for tier in fabric.tiers:
        wanted, given = wanted_of[tier.switch], pool.switches[tier.switch]
        yield Claim(
            subject=fabric,
            part=tier.name,
            demand=float(wanted),
            capacity=float(given),
            unit="switches",
            hint=f"{number(wanted - given)} switches of {tier.switch} aren't in the cabinets" if wanted > given else "",
        )


def _no_place(fabric: Fabric, height: float, room: float) -> str:
    lacking = f"{number(height - room)} U of switches find no place"
    if room:
        return lacking
    return f"{lacking}: declare cabinets of role switch whose fabrics name {fabric.name}"


def _height(design: Design, fabric: Fabric) -> tuple[float, tuple[str, ...]]:
    height, missing = 0.0, []
    for tier in fabric.tiers:
        switch = design.catalogue.find(SwitchModel, tier.switch)
        if switch is None or switch.height_u is None:
            missing.append(f"{tier.switch}.height_u")
        else:
            height += fabric.planes * fabric.domains * tier.switches * switch.height_u.value
    return height, tuple(dict.fromkeys(missing))


@rule(
    "SPC-010",
    "The floor is larger than what stands on it",
    formula="sum of width_mm x depth_mm / 1e6 of the cabinets <= floor_area_m2",
    basis="footprints alone; SPC-007 asks about aisles; docs/basis/space.md#area",
)
def footprints(state: State) -> Iterator[Claim]:
    """Footprints of the cabinets of each hall against its net floor."""
    for hall in state.standing(state.design.hub.halls):
        area_m2, missing = 0.0, dict[str, None]()
        for placement in state.placements_by_hall.get(hall.name, ()):
            for rack, facts in state.design.pod(placement).runs:
                width, depth = facts.model.width_mm, facts.model.depth_mm
                if width is None or depth is None:
                    missing |= {f"{facts.model.model}.{side}_mm": None for side in ("width", "depth")}
                else:
                    area_m2 += rack.count * width.value * depth.value / MM2_PER_M2
        over_m2 = area_m2 - hall.floor_area_m2
        yield Claim(
            subject=hall,
            demand=None if missing else area_m2,
            capacity=hall.floor_area_m2,
            unit="m2",
            inputs=(Input("floor_area_m2", hall.floor_area_m2, "m2", "this plan"),),
            hint=f"{number(over_m2)} m2 of cabinets more than there is floor" if over_m2 > 0 else "",
            missing=tuple(missing),
        )


@plan_rule(
    "SPC-011",
    "What serves a cabinet is in its hall",
    severity=Verdict.REVIEW,
    formula="busways above its feeds, and loops, that stand in another hall = 0",
    basis="busbars and loops serve cabinets of their hall; docs/basis/space.md#one-room",
)
def same_hall(design: Design) -> Iterator[Claim]:
    """Busways and loops of each pod, by the hall that they name."""
    for placement in design.placements:
        elsewhere = [name for name, hall in _servers(design, placement) if hall != placement.hall]
        yield Claim(
            subject=placement,
            demand=float(len(elsewhere)),
            capacity=0.0,
            unit="pieces in another hall",
            hint=f"{', '.join(elsewhere[:3])} serve it from another hall than {placement.hall}" if elsewhere else "",
        )


def _servers(design: Design, placement: Placement) -> Iterator[tuple[str, str]]:
    """Loops of a pod, and the busways that feed it, each once, with their halls."""
    for loop in filter(None, (placement.liquid_loop, placement.air_loop)):
        yield loop, design.by_name[loop].hall
    feeds = dict.fromkeys(name for rack, _ in design.pod(placement).runs for name in feeds_of(placement, rack))
    for source in dict.fromkeys(source for feed in feeds for source in design.by_name[feed].fed_by):
        if isinstance(busway := design.by_name[source], Busway):
            yield source, busway.hall
