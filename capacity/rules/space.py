"""SPC: is there room, and does the floor hold?"""

from collections.abc import Iterator

from capacity.compute import Pod
from capacity.design import State, from_figure
from capacity.findings import Claim, Input, number, rule

STANDARD_GRAVITY = 9.80665
"""m/s2."""
MM2_PER_M2 = 1e6


@rule(
    "SPC-001",
    "Rack units hold what the cabinet holds",
    formula="sum of height_u of nodes and switches <= height_u of the cabinet",
    basis="IEC 60297 rack units; capacity reference 3.2, SPC-001",
)
def rack_units(state: State) -> Iterator[Claim]:
    """Height in each cabinet."""
    for placed in state.placed:
        for rack, facts in state.design.pod(placed).runs:
            height = from_figure("height_u", facts.model.height_u, f"{facts.model.model}.height_u")
            used, room = facts.used_u.value, height.value
            over = (used or 0.0) - (room or 0.0)
            yield Claim(
                subject=placed,
                part=rack.name if isinstance(placed, Pod) else "",
                demand=used,
                capacity=room,
                unit="U",
                inputs=(*facts.used_u.inputs, *height.inputs),
                hint=f"{number(over)} U too many" if over > 0 else "",
                missing=(*facts.used_u.missing, *height.missing),
            )


@rule(
    "SPC-002",
    "The floor carries the cabinet",
    formula="weight_kg x 9.80665 / (width_mm x depth_mm) <= floor_load_kpa",
    basis="uniform load under the cabinet's own footprint; capacity reference 3.2, SPC-002",
)
def floor_load(state: State) -> Iterator[Claim]:
    """Pressure under each cabinet."""
    for placed in state.placed:
        hall = state.design.by_name[placed.hall]
        for rack, facts in state.design.pod(placed).runs:
            width = from_figure("width_mm", facts.model.width_mm, f"{facts.model.model}.width_mm")
            depth = from_figure("depth_mm", facts.model.depth_mm, f"{facts.model.model}.depth_mm")
            weight = facts.weight_kg
            pressure_kpa = None
            if weight.value is not None and width.value is not None and depth.value is not None:
                area_m2 = width.value * depth.value / MM2_PER_M2
                pressure_kpa = weight.value * STANDARD_GRAVITY / area_m2 / 1_000
            over = pressure_kpa is not None and pressure_kpa > hall.floor_load_kpa
            yield Claim(
                subject=placed,
                part=rack.name if isinstance(placed, Pod) else "",
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
    basis="the layout of the hall",
)
def positions(state: State) -> Iterator[Claim]:
    """Cabinets against places, hall by hall."""
    for hall in state.standing(state.design.hub.halls):
        racks = sum(state.design.pod(placed).rack_count for placed in state.placed_by_hall.get(hall.name, ()))
        over = racks - hall.rack_positions
        yield Claim(
            subject=hall,
            demand=float(racks),
            capacity=float(hall.rack_positions),
            unit="racks",
            inputs=(Input("rack_positions", hall.rack_positions, "racks", "this plan"),),
            hint=f"{over} racks must stand elsewhere" if over > 0 else "",
        )


@rule(
    "SPC-004",
    "The cabinet carries its load",
    formula="sum of weight_kg of nodes and switches <= load_limit_kg of the cabinet",
    basis="static load rating of the cabinet; capacity reference 3.2, SPC-002",
)
def cabinet_load(state: State) -> Iterator[Claim]:
    """Weight in each cabinet against the cabinet's rating, where both are published."""
    for placed in state.placed:
        for rack, facts in state.design.pod(placed).runs:
            limit, empty = facts.model.load_limit_kg, facts.model.empty_weight_kg
            if limit is None or empty is None or facts.weight_kg.value is None:
                continue
            load_kg = facts.weight_kg.value - empty.value
            over = load_kg - limit.value
            yield Claim(
                subject=placed,
                part=rack.name if isinstance(placed, Pod) else "",
                demand=load_kg,
                capacity=limit.value,
                unit="kg",
                inputs=(*facts.weight_kg.inputs, *from_figure("load_limit_kg", limit, "").inputs),
                hint=f"{number(over)} kg too heavy for the cabinet" if over > 0 else "",
            )
