"""Leaf-spine and rail-only fabrics for so many nodes, and the racks that their switches stand in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from petaplan.capacity.blocks.hall import TwoSidedHall
from petaplan.capacity.blocks.own_catalogue import required
from petaplan.capacity.blocks.sizing import slots_for, units_for
from petaplan.capacity.compute import Pod, StandAloneRackGroup
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.fabrics.fabric import radix, spines_for
from petaplan.capacity.figures import Figure
from petaplan.capacity.hardware import Optic, RackModel, SwitchModel
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.units import W_PER_KW

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

SURVIVING_FRACTION = 0.9
"""Share of the bisection that must survive the loss of any switch, in fabrics of ten leaves or more."""

NETWORK_RACK = "generic-network-rack"
NETWORK_RACK_KW = 22.0
NETWORK_RACK_U = 40

LEAF_LENGTH_M = 90
SPINE_LENGTH_M = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafSpine:
    """Two tiers of one switch, in which port i of every node goes to leaf i of its group."""

    switch: str
    """Switch of the catalogue."""
    gbps: float
    """Speed of a link, in Gb/s."""
    optic: str
    """Module of the catalogue, at both ends of every link."""
    down: int
    """Ports of a leaf to the nodes."""
    up: int
    """Ports of a leaf to the spines."""
    ports_of_node: int = 8

    def spines(self, leaves: int) -> int:
        """The fewest spines that carry the leaves evenly, and of which losing one leaves nine tenths.

        >>> shape = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
        >>> shape.spines(leaves=8)
        16

        Raises:
            PlanError: when switch or module is not in the catalogue.
        """
        spines = spines_for(leaves, self.up, _ports_of(self))
        while spines * (1 - SURVIVING_FRACTION) < 1 - 1e-9 or self.up % spines:
            spines += 1
        return spines


def _ports_of(shape: LeafSpine) -> int:
    """Links of a whole switch at the speed of the shape."""
    switch, optic = required(SwitchModel, shape.switch), required(Optic, shape.optic)
    return radix(switch, optic, shape.gbps)


def leaf_spine(name: str, shape: LeafSpine, *, phase: str, site: str, nodes: int) -> Fabric:
    """Leaves for every rail of so many nodes, and the spines above them.

    The fabric claims that nine tenths of its bisection survive any switch. With fewer than ten leaves, all but one
    leaf's share survive.

    >>> shape = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
    >>> fabric = leaf_spine("roce", shape, phase="phase-1", site="site", nodes=64)
    >>> [(tier.name, tier.switches) for tier in fabric.tiers]
    [('leaf', 8), ('spine', 16)]
    """
    leaves = shape.ports_of_node * units_for(nodes, shape.down)
    spines = shape.spines(leaves)

    def links(ports: int, length_m: float) -> Links:
        return Links(ports=ports, length_m=length_m, gbps=shape.gbps, optic=shape.optic)

    leaf = Tier(
        name="leaf",
        switch=shape.switch,
        switches=leaves,
        down=links(shape.down, LEAF_LENGTH_M),
        up=links(shape.up, SPINE_LENGTH_M),
        oversubscription=shape.down / shape.up,
    )
    spine_links = links(leaves * shape.up // spines, SPINE_LENGTH_M)
    return Fabric(
        name=name,
        phase=phase,
        site=site,
        kind=FabricKind.SCALE_OUT,
        tiers=(leaf, Tier(name="spine", switch=shape.switch, switches=spines, down=spine_links)),
        rail_aligned=True,
        minimum_bisection_fraction=min(SURVIVING_FRACTION, 1 - 1 / leaves),
    )


def rail_only(name: str, shape: LeafSpine, *, phase: str, site: str, nodes: int) -> Fabric:
    """A network for each rail of so many nodes, and nothing that joins the rails.

    Traffic from one rail to another goes through a node.
    Each rail is a plane of its own. It is one switch where that has a port for every node, else leaves and spines.

    >>> shape = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
    >>> [(one.planes, [(tier.name, tier.switches) for tier in one.tiers])
    ...  for one in (rail_only("rails", shape, phase="p", site="s", nodes=count) for count in (128, 129))]
    [(8, [('rail', 1)]), (8, [('leaf', 3), ('spine', 16)])]

    Raises:
        PlanError: when switch or module is not in the catalogue.
    """
    ports = _ports_of(shape)
    if nodes > ports:
        one = replace(shape, ports_of_node=1)
        rail = leaf_spine(name, one, phase=phase, site=site, nodes=nodes)
        return rail.replace(planes=shape.ports_of_node)
    down = Links(ports=nodes, length_m=LEAF_LENGTH_M, gbps=shape.gbps, optic=shape.optic)
    return Fabric(
        name=name,
        phase=phase,
        site=site,
        kind=FabricKind.SCALE_OUT,
        tiers=(Tier(name="rail", switch=shape.switch, switches=1, down=down),),
        planes=shape.ports_of_node,
        rail_aligned=True,
        minimum_bisection_fraction=1 - 1 / shape.ports_of_node,
    )


def nodes_of(placement: Pod | StandAloneRackGroup) -> int:
    """Nodes in a pod or in a group of racks.

    >>> nodes_of(StandAloneRackGroup(name="r", phase="p", hall="h", model="alibaba-yitian-rack", count=2))
    32

    Raises:
        PlanError: when a rack is not in the catalogue.
    """
    nodes = 0
    for rack in placement.racks if isinstance(placement, Pod) else (placement,):
        model = required(RackModel, rack.model)
        nodes += rack.count * sum(group.count for group in rack.nodes or model.nodes)
    return nodes


def network_row(block: TwoSidedHall, row: int, fabrics: Iterable[Fabric]) -> tuple[StandAloneRackGroup, ...]:
    """Racks of 22 kW and 40 U for the switches of fabrics, one group a fabric, side by side in a row of the hall.

    Raises:
        PlanError: when a switch or a module has no height or no power in the catalogue.
    """
    groups, slot = [], 1
    for fabric in fabrics:
        racks = network_racks(fabric)
        groups.append(
            StandAloneRackGroup(
                name=f"{fabric.name}-cabinets",
                phase=fabric.phase,
                hall=block.hall.name,
                model=NETWORK_RACK,
                count=racks,
                it_power_kw=NETWORK_RACK_KW,
                feeds=block.row_feeds(row),
                row=row,
                slot=slot,
                air_loop=block.air_loop,
                fabrics=(fabric.name,),
            )
        )
        slot += slots_for(NETWORK_RACK, racks, block.hall.rack_pitch_m)
    return tuple(groups)


def network_racks(fabric: Fabric) -> int:
    """Racks of 22 kW and 40 U that hold the switches of a fabric with the modules in them.

    >>> shape = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)
    >>> network_racks(leaf_spine("roce", shape, phase="phase-1", site="site", nodes=64))
    3

    Raises:
        PlanError: when a switch or a module has no height or no power in the catalogue.
    """
    height_u = watts = 0.0
    copies = fabric.planes * fabric.domains
    for tier in fabric.tiers:
        switch, optic = (
            required(SwitchModel, tier.switch),
            required(Optic, tier.down.optic),
        )
        modules = tier.down.ports + (tier.up.ports if tier.up else 0)
        height_u += copies * tier.switches * _known(switch.height_u, f"{switch.model}.height_u")
        watts += (
            copies
            * tier.switches
            * (
                _known(switch.power_w, f"{switch.model}.power_w")
                + modules * _known(optic.power_w, f"{optic.model}.power_w")
            )
        )
    return max(units_for(height_u, NETWORK_RACK_U), units_for(watts / W_PER_KW, NETWORK_RACK_KW))


def _known(figure: Figure | None, name: str) -> float:
    if figure is None:
        advice = "declare the racks of this fabric by hand"
        raise PlanError([Problem(where="the plan", found=f"no figure {name}", expected="a figure", advice=advice)])
    return figure.value
