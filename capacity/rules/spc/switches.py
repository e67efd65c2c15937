"""SPC-009: room for the switches of a fabric."""

from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim, at_most, planned
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Cabinets, cabinets_of, switches_of
from petaplan.capacity.findings import Input, later, number
from petaplan.capacity.gaps import Gaps
from petaplan.capacity.hardware import SwitchModel
from petaplan.capacity.network import Fabric, Tier
from petaplan.capacity.quantity import Quantity, from_figure, total
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import rule
from petaplan.capacity.state import State


@rule(
    "SPC-009",
    "Switches have a place in a rack",
    formula="sum of switches x height_u <= height_u of the racks that name the fabric; or switches <= those sold with "
    "the racks",
    basis="IEC 60297: rack units; docs/basis/space.md#rack-units",
)
def switch_places(state: State) -> Iterator[Claim]:
    """Height of the switches of each fabric against the racks of role switch that name it."""
    heights = {fabric.name: _height(state.design, fabric) for fabric in state.in_service(state.design.hub.fabrics)}
    pools = cabinets_of(state, {name: height.value or 0.0 for name, height in heights.items()})
    for fabric in state.in_service(state.design.hub.fabrics):
        pool = pools[fabric.name]
        if pool.known and all(tier.switch in pool.switches for tier in fabric.tiers):
            yield from _sold_with(fabric, pool)
        else:
            yield _height_claim(fabric, pool, heights[fabric.name])


def _height_claim(fabric: Fabric, pool: Cabinets, height: Quantity) -> Claim:
    remedy = "" if pool.height_u else f": declare racks of role switch whose fabrics name {fabric.name}"
    missing = (*height.missing, *(name for name in pool.missing if name.endswith("height_u")))
    return at_most(
        fabric,
        height.value,
        pool.height_u or 0.0,
        "U",
        inputs=(*height.inputs, later(pool.inputs, "height_u", _height_of_rack, "U")),
        hint=lambda over: f"Short by {number(over)} U for switches{remedy}",
        missing=Gaps(missing, pool.unverified),
    )


def _sold_with(fabric: Fabric, pool: Cabinets) -> Iterator[Claim]:
    """Switches of each tier against those that its racks are sold with."""
    needed = switches_of(fabric)
    for tier in fabric.tiers:
        yield _switches_claim(fabric, tier, needed[tier.switch], pool)


def _switches_claim(fabric: Fabric, tier: Tier, needed: float, pool: Cabinets) -> Claim:
    return at_most(
        fabric,
        float(needed),
        float(pool.switches[tier.switch]),
        "switches",
        part=tier.name,
        inputs=(later(_needed, fabric, tier.switch), later(_sold, pool, tier.switch)),
        hint=lambda over: f"Short by {number(over)} {tier.switch} switches in the racks",
    )


def _needed(fabric: Fabric, model: str) -> Iterator[Input]:
    """Switches of a model in each tier of a fabric."""
    for tier in fabric.tiers:
        if tier.switch == model:
            yield Input(f"switches of {tier.name}", tier.switches, "switches per plane", PLAN)
    yield from planned(fabric, "planes", "domains")


def _sold(pool: Cabinets, model: str) -> Iterator[Input]:
    """Switches of a model that come with the racks, and the share of them that goes to this fabric."""
    for part in pool.parts:
        if model in part.switches:
            each, share = part.switches[model]
            yield Input(f"racks of {part.label}", part.count, "racks", PLAN)
            yield Input(f"{model} of {part.label}", each, "switches", part.facts.model.model)
            yield Input(f"share of {part.label}", share, "fraction", "shared by the switches that fabrics need")


def _height_of_rack(facts: RackFacts) -> float | None:
    return None if facts.model.height_u is None else facts.model.height_u.value


def _height(design: Design, fabric: Fabric) -> Quantity:
    """Height of all switches of a fabric, U; what is published of it where a figure is missing."""
    parts, copies = [], fabric.planes * fabric.domains
    for tier in fabric.tiers:
        switch = design.catalogue.find(SwitchModel, tier.switch)
        name = f"{tier.switch}.height_u"
        parts.append((copies * tier.switches, from_figure(name, switch.height_u if switch else None, name)))
    return total(parts)
