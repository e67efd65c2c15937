"""SPC-001, SPC-002, SPC-004: height and weight of one rack."""

from collections.abc import Callable, Iterator

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Input, number
from petaplan.capacity.memo import memoized_by_object
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import plan_rule

STANDARD_GRAVITY = 9.80665
"""m/s2."""
MM2_PER_M2 = 1e6
PA_PER_KPA = 1_000.0


def _each_rack(design: Design, claim: Callable[[Design, Placement, str, RackFacts], Claim | None]) -> Iterator[Claim]:
    """A claim on one rack of each rack group, where there is one to make."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).rack_groups:
            found = claim(design, placement, _part(placement, rack), facts)
            if found is not None:
                yield found


def _part(placement: Placement, rack: RackGroup) -> str:
    return rack.name if isinstance(placement, Pod) else ""


@plan_rule(
    "SPC-001",
    "Equipment fits into the rack units of its rack",
    formula="sum of height_u of nodes and switches <= height_u of the rack",
    basis="IEC 60297: rack units; docs/basis/space.md#rack-units",
)
def rack_units(design: Design) -> Iterator[Claim]:
    """Height in each rack."""
    return _each_rack(design, _height_claim)


def _height_claim(_: Design, placement: Placement, part: str, facts: RackFacts) -> Claim:
    height = from_catalogue(facts.model, "height_u")
    return Claim(
        placement,
        part,
        facts.used_u.value,
        height.value,
        "U",
        inputs=(*facts.used_u.inputs, *height.inputs),
        hint=lambda over: f"Over by {number(over)} U: move nodes or switches to another rack",
        missing=(*facts.used_u.missing, *height.missing),
    )


@plan_rule(
    "SPC-002",
    "Floor load under a rack is within the limit of the hall",
    formula="weight_kg x 9.80665 / (width_mm x depth_mm) <= floor_load_kpa",
    basis="uniform load under the footprint of the rack; docs/basis/space.md#weight",
)
def floor_load(design: Design) -> Iterator[Claim]:
    """Pressure under each rack."""
    return _each_rack(design, _floor_claim)


def _floor_claim(design: Design, placement: Placement, part: str, facts: RackFacts) -> Claim:
    hall, weight = design.by_name[placement.hall], facts.weight_kg
    width, depth = from_catalogue(facts.model, "width_mm"), from_catalogue(facts.model, "depth_mm")
    pressure_kpa = None
    if weight.value is not None and width.value is not None and depth.value is not None:
        area_m2 = width.value * depth.value / MM2_PER_M2
        pressure_kpa = weight.value * STANDARD_GRAVITY / area_m2 / PA_PER_KPA
    return Claim(
        placement,
        part,
        pressure_kpa,
        hall.floor_load_kpa,
        "kPa",
        inputs=(*weight.inputs, *width.inputs, *depth.inputs, planned(hall, "floor_load_kpa")),
        hint=lambda _: "Spread the load, reduce the weight of the rack, or choose a stronger floor",
        missing=(*weight.missing, *width.missing, *depth.missing),
    )


@memoized_by_object
def _load_inputs(_: Design, facts: RackFacts) -> tuple[Input, ...]:
    figures = [from_catalogue(facts.model, name).inputs[0] for name in ("empty_weight_kg", "load_limit_kg")]
    return (*facts.weight_kg.inputs, *(given for given in figures if given not in facts.weight_kg.inputs))


@plan_rule(
    "SPC-004",
    "Equipment weight is within the load rating of the rack",
    formula="sum of weight_kg of nodes and switches <= load_limit_kg of the rack",
    basis="static load rating of the rack; docs/basis/space.md#weight",
)
def rack_load(design: Design) -> Iterator[Claim]:
    """Weight in each rack against its rating, where both are published."""
    return _each_rack(design, _load_claim)


def _load_claim(design: Design, placement: Placement, part: str, facts: RackFacts) -> Claim | None:
    limit, empty = facts.model.load_limit_kg, facts.model.empty_weight_kg
    if limit is None or empty is None or facts.weight_kg.value is None:
        return None
    return at_most(
        placement,
        facts.weight_kg.value - empty.value,
        limit.value,
        "kg",
        part=part,
        inputs=_load_inputs(design, facts),
        hint=lambda over: f"Over by {number(over)} kg: move nodes to another rack",
    )
