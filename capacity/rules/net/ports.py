"""NET-001, NET-011: ports of the switches, and the speed of what is in them."""

from collections.abc import Iterator
from itertools import pairwise

from petaplan.capacity.claims import PLAN, Claim, at_least, at_most, each_of, must_be_zero, planned
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.fabric import cages_for, links_per_cage, links_per_module
from petaplan.capacity.findings import Input, count_of, later, number
from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric, Links, Tier
from petaplan.capacity.quantity import cited, from_catalogue
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.net.parts import facing, optic_of, switch_of


@plan_rule(
    "NET-001",
    "Each switch has a port for each link",
    formula="ceil(down / links per port) + ceil(up / links per port) + reserved_ports <= ports",
    basis="a link takes whole lanes of port and module; docs/basis/network.md#ports-lanes-and-breakout",
)
def port_budget(design: Design) -> Iterator[Claim]:
    """Ports of one switch of each tier; a port that is faster than its links is broken out."""
    for fabric in design.hub.fabrics:
        for tier in fabric.tiers:
            switch = switch_of(design, tier)
            taken = [cages_for(switch, optic_of(design, links), links.ports, links.gbps) for _, links in facing(tier)]
            known = [ports for ports in taken if ports is not None]
            if len(known) == len(taken):  # NET-011 reports a port that is too slow for its links
                yield _budget_claim(design, fabric, tier, sum(known) + tier.reserved_ports)


def _budget_claim(design: Design, fabric: Fabric, tier: Tier, demand: int) -> Claim:
    switch = switch_of(design, tier)
    return at_most(
        fabric,
        float(demand),
        switch.ports.value,
        "ports",
        part=tier.name,
        inputs=(
            later(_link_inputs, design, tier, switch),
            Input("reserved_ports", tier.reserved_ports, "ports", PLAN),
            *from_catalogue(switch, "ports").inputs,
        ),
        hint=lambda over: (
            f"Short by {count_of(over, 'port')} per {switch.model} ({tier.switches} of them): add switches"
        ),
    )


def _link_inputs(design: Design, tier: Tier, switch: SwitchModel) -> Iterator[Input]:
    for way, links in facing(tier):
        optic = optic_of(design, links)
        each = links_per_cage(switch, optic, links.gbps)
        yield Input(f"links {way}", links.ports, f"links of {number(links.gbps)} Gb/s", PLAN)
        yield Input(f"links per port, {way}", each, "links", f"{optic.model} in a port, {cited(switch.port_gbps)}")


@plan_rule(
    "NET-011",
    "Ports and modules are fast enough, and both ends of a link match",
    formula="gbps of the link <= port_gbps of the switch and gbps of the module; both ends have the same medium, "
    "lane_gbps and fibre pairs per link, and are both modules or both one cable",
    basis="the slower end sets the speed of a link; docs/basis/network.md#ports-lanes-and-breakout",
)
def speeds(design: Design) -> Iterator[Claim]:
    """Each kind of link against the switch port and the module, and one end against the other."""
    for fabric in design.hub.fabrics:
        for part, gbps, near, far in _ends(design, fabric):
            yield _ends_claim(fabric, part, gbps, (near, far))
        for tier in fabric.tiers:
            for way, links in facing(tier):
                yield from _speed_claims(design, fabric, tier, way, links)


def _speed_claims(design: Design, fabric: Fabric, tier: Tier, way: str, links: Links) -> Iterator[Claim]:
    switch, optic = switch_of(design, tier), optic_of(design, links)
    port_gbps, module_gbps = switch.port_gbps.value, optic.gbps.value
    least = min(port_gbps, module_gbps)
    slower = " and ".join(
        name for name, gbps in ((switch.model, port_gbps), (optic.model, module_gbps)) if gbps == least
    )
    yield at_least(
        fabric,
        least,
        links.gbps,
        "Gb/s",
        part=f"{tier.name} {way}",
        inputs=(planned(links, "gbps"), *_speeds(switch, optic)),
        hint=lambda _: f"Limited to {number(least)} Gb/s by {slower}: use faster ports and modules, or slower links",
    )
    if module_gbps > port_gbps:
        yield at_most(
            fabric,
            module_gbps,
            port_gbps,
            "Gb/s",
            part=f"{tier.name} {way}, module",
            inputs=_speeds(switch, optic),
            hint=f"{optic.model} has more lanes than a port of {switch.model}: use a module of the port's speed",
        )


def _speeds(switch: SwitchModel, optic: Optic) -> tuple[Input, ...]:
    return (*from_catalogue(switch, "port_gbps").inputs, *from_catalogue(optic, "gbps").inputs)


def _ends(design: Design, fabric: Fabric) -> Iterator[tuple[str, float, Optic, Optic]]:
    """Speed and modules at both ends of each layer of links whose ends the plan names apart."""
    first = fabric.tiers[0]
    if first.down.node_optic is not None:
        node = design.catalogue.require(Optic, first.down.node_optic)
        yield f"nodes to {first.name}", first.down.gbps, node, optic_of(design, first.down)
    for lower, upper in pairwise(fabric.tiers):
        if lower.up is not None:
            gbps = min(lower.up.gbps, upper.down.gbps)
            yield f"{lower.name} to {upper.name}", gbps, optic_of(design, lower.up), optic_of(design, upper.down)


def _ends_claim(fabric: Fabric, part: str, gbps: float, ends: tuple[Optic, Optic]) -> Claim:
    """Differences between the modules at both ends of a layer of links; two makes of cable are no cable."""
    near, far = ends
    differences = list(_differences(near, far, gbps)) if near.model != far.model else []
    missing = tuple(_undeclared(ends)) if near.model != far.model and not differences else ()
    return must_be_zero(
        fabric,
        len(differences),
        "differences between the ends",
        part=part,
        inputs=(each_of(differences, "differs:", "differences between the ends", f"{near.model}, {far.model}"),),
        hint=lambda _: f"{near.model} and {far.model} do not match: {', '.join(differences)}",
        missing=missing,
    )


def _undeclared(ends: tuple[Optic, Optic]) -> Iterator[str]:
    for end in ends:
        if end.lane_gbps is None:
            yield f"{end.model}.lane_gbps"
        if end.fibre_pairs is None and end.pluggable:
            yield f"{end.model}.fibre_pairs"


def _differences(near: Optic, far: Optic, gbps: float) -> Iterator[str]:
    """What keeps two modules from being the two ends of one link."""
    if near.medium != far.medium:
        yield f"{near.medium} against {far.medium}"
    if near.pluggable != far.pluggable:
        yield "a cable with fixed ends against a module"
    elif not near.pluggable:
        yield "two makes of cable"
    if near.lane_gbps and far.lane_gbps and near.lane_gbps.value != far.lane_gbps.value:
        yield f"lanes of {number(near.lane_gbps.value)} against {number(far.lane_gbps.value)} Gb/s"
    if near.fibre_pairs and far.fibre_pairs:
        one = near.fibre_pairs.value / links_per_module(near, gbps)
        other = far.fibre_pairs.value / links_per_module(far, gbps)
        if one != other:
            yield f"{number(one)} against {number(other)} fibre pairs per link"
