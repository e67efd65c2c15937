"""The fabrics of the Hong Kong hub: scale-out by hall, the unified bus by phase."""

from collections.abc import Iterable
from dataclasses import replace

from petaplan.capacity.blocks.fabrics import LeafSpine, leaf_spine, nodes_of
from petaplan.capacity.blocks.hall import TwoSidedHall
from petaplan.capacity.compute import Pod, StandAloneRackGroup
from petaplan.capacity.hub import Hub
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier

ROCE_400 = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
SCALE_OUT = {
    "roce": ROCE_400,
    "roce-950": ROCE_400,
    "roce-200": LeafSpine(switch="generic-switch-64x200g", gbps=200, optic="dr4-200g", down=32, up=32),
    "frontend": LeafSpine(switch="generic-switch-32x100g", gbps=100, optic="sr4-100g", down=16, up=16, ports_of_node=2),
}
LATER_SCALE_OUT = {"roce-950": replace(ROCE_400, down=84, up=42)}
"""In phase 3 the leaves of the Atlas 950 fabric are oversubscribed two to one."""


def scale_out_fabrics(block: TwoSidedHall, pods: Iterable[Pod], racks: Iterable[StandAloneRackGroup]) -> list[Fabric]:
    """The scale-out fabrics of a hall, each as large as the nodes that are joined to it."""
    nodes: dict[str, int] = {}
    here: list[Pod | StandAloneRackGroup] = [*pods, *(rack for rack in racks if rack.hall == block.hall.name)]
    for placement in here:
        for name in placement.fabrics:
            if name.startswith(block.hall.name):
                nodes[name] = nodes.get(name, 0) + nodes_of(placement)
    shapes = SCALE_OUT | (LATER_SCALE_OUT if block.hall.phase == "phase-3" else {})
    fabrics = []
    for name, count in nodes.items():
        shape = shapes[name.removeprefix(f"{block.hall.name}-")]
        fabrics.append(leaf_spine(name, shape, phase=block.hall.phase, site=block.hall.site, nodes=count))
    return fabrics


def unified_bus(hub: Hub, phase: str, pod_model: str | None) -> Fabric:
    """Seven planes of 16 second-level switches in each CloudMatrix384 pod; the first level is on the nodes."""
    pods = [pod for pod in hub.pods if pod.phase == phase and pod.model == pod_model]
    return Fabric(
        name=f"unified-bus-{phase}",
        phase=phase,
        site=hub.sites[0].name,
        kind=FabricKind.SCALE_UP,
        domains=max(1, len(pods)),
        planes=7,
        tiers=(
            Tier(
                name="second-level",
                switch="huawei-ub-l2-switch",
                switches=16,
                down=Links(ports=24, gbps=400, optic="lpo-dr4-400g", length_m=30),
            ),
        ),
    )
