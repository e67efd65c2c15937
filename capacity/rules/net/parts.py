"""Parts of the network rules: products of a tier, its two directions, and the fabrics in service."""

from collections.abc import Iterator

from petaplan.capacity.design import Design
from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.state import State

COMPUTE_OVERSUBSCRIPTION = 1.0
OTHER_OVERSUBSCRIPTION = 4.0
"""Usual bandwidth down over up: 1 for compute, up to 4 for storage, front end and management."""


def switch_of(design: Design, tier: Tier) -> SwitchModel:
    """The switch of a tier."""
    return design.catalogue.require(SwitchModel, tier.switch)


def optic_of(design: Design, links: Links) -> Optic:
    """The module or cable in the ports of some links."""
    return design.catalogue.require(Optic, links.optic)


def facing(tier: Tier) -> Iterator[tuple[str, Links]]:
    """The links of a tier by direction."""
    yield "down", tier.down
    if tier.up is not None:
        yield "up", tier.up


def fabrics_of(state: State) -> Iterator[Fabric]:
    """Fabrics in service."""
    fabrics: Iterator[Fabric] = state.in_service(state.design.hub.fabrics)
    return fabrics


def meant_oversubscription(fabric: Fabric, tier: Tier) -> float:
    """Oversubscription that the plan declares, or what is usual for the kind of network."""
    if tier.oversubscription is not None:
        return tier.oversubscription
    compute = fabric.kind in (FabricKind.SCALE_OUT, FabricKind.SCALE_UP)
    return COMPUTE_OVERSUBSCRIPTION if compute else OTHER_OVERSUBSCRIPTION
