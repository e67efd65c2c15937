"""SPC-009: room for the switches of a fabric."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_most
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Cabinets, cabinets_of, switches_of
from petaplan.capacity.findings import number
from petaplan.capacity.hardware import SwitchModel
from petaplan.capacity.network import Fabric, Tier
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
    pools = cabinets_of(state, {name: height for name, (height, _) in heights.items()})
    for fabric in state.in_service(state.design.hub.fabrics):
        pool = pools[fabric.name]
        if pool.known and all(tier.switch in pool.switches for tier in fabric.tiers):
            yield from _sold_with(fabric, pool)
        else:
            yield _height_claim(fabric, pool, *heights[fabric.name])


def _height_claim(fabric: Fabric, pool: Cabinets, height: float, missing: tuple[str, ...]) -> Claim:
    remedy = "" if pool.height_u else f": declare racks of role switch whose fabrics name {fabric.name}"
    return at_most(
        fabric,
        height,
        pool.height_u or 0.0,
        "U",
        hint=lambda over: f"Short by {number(over)} U for switches{remedy}",
        missing=(*missing, *(name for name in pool.missing if name.endswith("height_u"))),
    )


def _sold_with(fabric: Fabric, pool: Cabinets) -> Iterator[Claim]:
    """Switches of each tier against those that its racks are sold with."""
    needed = switches_of(fabric)
    for tier in fabric.tiers:
        yield _switches_claim(fabric, tier, needed[tier.switch], pool.switches[tier.switch])


def _switches_claim(fabric: Fabric, tier: Tier, needed: float, given: float) -> Claim:
    return at_most(
        fabric,
        float(needed),
        float(given),
        "switches",
        part=tier.name,
        hint=lambda over: f"Short by {number(over)} {tier.switch} switches in the racks",
    )


def _height(design: Design, fabric: Fabric) -> tuple[float, tuple[str, ...]]:
    """Height of all switches of a fabric, U, and the figures that nobody publishes."""
    height, missing = 0.0, []
    for tier in fabric.tiers:
        switch = design.catalogue.find(SwitchModel, tier.switch)
        if switch is None or switch.height_u is None:
            missing.append(f"{tier.switch}.height_u")
        else:
            height += fabric.planes * fabric.domains * tier.switches * switch.height_u.value
    return height, tuple(dict.fromkeys(missing))
