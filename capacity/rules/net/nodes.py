"""NET-012, NET-013, NET-014: how the nodes are attached to the fabrics."""

import math
from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import PLAN, Claim, at_least, at_most, must_be_zero, planned
from petaplan.capacity.design import Placement
from petaplan.capacity.fabrics.attachment import Attached, Attachment, attached, whole_links
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.findings import Input, Verdict, count_of, number
from petaplan.capacity.network import Fabric, FabricKind
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.net.parts import fabrics_of
from petaplan.capacity.state import State

OF_NODES = "catalogue or this plan"


@rule(
    "NET-012",
    "The fabric has a port for each port of the nodes",
    formula="sum of nodes x ports, rounded up, <= leaves x down x planes x domains, at the speed of the nodes; "
    "scale-up: of each pod <= leaves x down x planes; "
    "a lone tier, not scale-up: switches of a plane <= ports of a node on it",
    basis="every port of a node has a port in the fabric; docs/basis/network.md#attachment-of-nodes",
)
def node_ports(state: State) -> Iterator[Claim]:
    """Links that the nodes in service need, against the ports of the leaves."""
    joined = attached(state)
    for fabric in fabrics_of(state):
        entry = joined[fabric.name]
        yield _ports_claim(fabric, entry)
        if entry.links:
            yield _speed_claim(fabric, entry.links)
            if _only_nodes_join(fabric):
                yield _joined_claim(fabric, entry.links)


def _only_nodes_join(fabric: Fabric) -> bool:
    """Whether a fabric has several switches that no tier and no other fabric joins.

    Scale-up is left out: there the nodes have switches of their own, whose ports the catalogue does not count.
    """
    alone = len(fabric.tiers) == 1 and not fabric.uplinks and fabric.kind is not FabricKind.SCALE_UP
    return alone and fabric.tiers[0].switches > 1


def _joined_claim(fabric: Fabric, links: list[Attachment]) -> Claim:
    """Switches without a tier above them are joined by the nodes alone, each of which needs a port on every one."""
    fewest = min(links, key=lambda attachment: attachment.ports.count * attachment.share)
    tier, ports = fabric.tiers[0], fewest.ports.count * fewest.share / fabric.planes
    return at_most(
        fabric,
        float(tier.switches),
        ports,
        "switches",
        part="joined",
        inputs=(
            Input(f"ports of {fewest.node.model}", ports, "ports per plane", OF_NODES),
            Input(f"switches of {tier.name}", tier.switches, "switches per plane", PLAN),
            planned(fabric, "planes"),
        ),
        hint=lambda over: (
            f"Nodes have no port on {count_of(math.ceil(over), 'switch', 'switches')}, and no tier joins them: "
            "add a tier, or planes"
        ),
    )


def _ports_claim(fabric: Fabric, entry: Attached) -> Claim:
    apart = fabric.kind is FabricKind.SCALE_UP
    domains = 1 if apart else fabric.domains
    leaf_links = fabric.tiers[0].down.ports * fabric.planes * domains
    return at_most(
        fabric,
        float(whole_links(one.links for one in _of_largest_pod(entry.links)) if apart else entry.link_count),
        float(clos_of(fabric).end_points * fabric.planes * domains),
        "links",
        inputs=(
            *_asking(_of_largest_pod(entry.links) if apart else entry.links),
            Input("leaves", fabric.tiers[0].switches, "switches per plane", PLAN),
            Input("down", fabric.tiers[0].down.ports, "links of a leaf", PLAN),
            planned(fabric, *(("planes",) if apart else ("planes", "domains"))),
        ),
        hint=lambda short: (
            f"Short by {count_of(short, 'leaf port')}: add {count_of(math.ceil(short / leaf_links), 'leaf', 'leaves')}"
        ),
        missing=tuple(entry.missing),
    )


def _asking(links: Iterable[Attachment]) -> Iterator[Input]:
    """Links that the nodes of each model need, all pods together."""
    asked: dict[str, float] = {}
    for attachment in links:
        asked[attachment.node.model] = asked.get(attachment.node.model, 0.0) + attachment.links
    for model, count in asked.items():
        yield Input(f"nodes x ports of {model}", count, "links", "catalogue and this plan")


def _of_largest_pod(links: Iterable[Attachment]) -> list[Attachment]:
    """Attachments of the pod that needs most; on a scale-up fabric each pod has a domain of its own."""
    by_pod: dict[str, list[Attachment]] = {}
    for attachment in links:
        by_pod.setdefault(attachment.placement.name, []).append(attachment)
    return max(by_pod.values(), key=lambda mine: sum(one.links for one in mine), default=[])


def _speed_claim(fabric: Fabric, links: list[Attachment]) -> Claim:
    """The fastest node against the leaf; one claim for the fabric."""
    fastest = max(links, key=lambda attachment: attachment.ports.gbps)
    return at_least(
        fabric,
        fabric.tiers[0].down.gbps,
        fastest.ports.gbps,
        "Gb/s",
        part="speed",
        inputs=(
            Input(f"{fastest.node.model} port", fastest.ports.gbps, "Gb/s", OF_NODES),
            planned(fabric.tiers[0].down, "gbps"),
        ),
        hint=f"Ports of {fastest.node.model} are faster than the leaf: use faster links",
    )


@rule(
    "NET-013",
    "Rails are aligned where the plan says so",
    formula="leaves mod ports of a node = 0; nodes <= leaves / ports of a node x down",
    basis="port i of every node goes to leaf i of its group; docs/basis/network.md#rails",
)
def rails(state: State) -> Iterator[Claim]:
    """Whether the leaves form groups of one for each port of a node, and the nodes fit into the groups."""
    joined = attached(state)
    for fabric in fabrics_of(state):
        entry = joined[fabric.name]
        counts = {a.ports.count * a.share / fabric.planes for a in entry.links}
        if fabric.rail_aligned and counts:
            leaves, widest = fabric.tiers[0].switches, max(counts)
            whole = all(count == int(count) for count in counts)
            rest = sum(leaves % count for count in sorted(counts)) if whole else 1.0
            yield _groups_claim(fabric, leaves, sorted(counts), rest)
            yield _group_room_claim(fabric, entry, int(leaves // widest))


def _groups_claim(fabric: Fabric, leaves: int, counts: list[float], rest: float) -> Claim:
    widest = counts[-1]
    return must_be_zero(
        fabric,
        rest,
        "leaves left over",
        part="groups",
        inputs=(
            Input("leaves", leaves, "switches per plane", PLAN),
            *(Input("ports of a node", count, "ports per plane", OF_NODES) for count in counts),
        ),
        hint=lambda _: (
            f"{leaves} leaves do not form groups of {number(widest)}: use {number((leaves // widest + 1) * widest)}"
        ),
    )


def _group_room_claim(fabric: Fabric, entry: Attached, groups: int) -> Claim:
    return at_most(
        fabric,
        float(sum(a.nodes for a in entry.links)),
        float(groups * fabric.tiers[0].down.ports * fabric.domains),
        "nodes",
        part="nodes",
        inputs=(
            *(Input(f"nodes of {name}", nodes, "nodes", PLAN) for name, nodes in _nodes_of(entry.links).items()),
            Input("groups", groups, "groups of leaves", "leaves / ports of a node, rounded down"),
            Input("down", fabric.tiers[0].down.ports, "links of a leaf", PLAN),
            planned(fabric, "domains"),
        ),
        hint=lambda over: f"No port on each rail for {count_of(over, 'node')}: add groups of leaves",
    )


def _nodes_of(links: Iterable[Attachment]) -> dict[str, int]:
    """Nodes attached, by model."""
    nodes: dict[str, int] = {}
    for one in links:
        nodes[one.node.model] = nodes.get(one.node.model, 0) + one.nodes
    return nodes


@rule(
    "NET-014",
    "Nodes with accelerators are attached to a scale-out fabric",
    severity=Verdict.REVIEW,
    formula="nodes with accelerators in no scale-out fabric = 0, where the plan has such fabrics",
    basis="a node outside the fabric takes part in no job; docs/basis/network.md#attachment-of-nodes",
)
def networked(state: State) -> Iterator[Claim]:
    """Nodes of each pod that no scale-out fabric connects; not asked while no such fabric is in service."""
    fabrics = {fabric.name for fabric in fabrics_of(state) if fabric.kind is FabricKind.SCALE_OUT}
    for placement in state.placements if fabrics else ():
        nodes = _accelerated(state, placement)
        if nodes:
            joined = not fabrics.isdisjoint(placement.fabrics)
            hint = f"Name a scale-out fabric in the fabrics of {placement.name}"
            inputs = (
                Input("nodes with accelerators", nodes, "nodes", PLAN),
                Input("scale-out fabrics named", 1 if joined else 0, "fabrics", "at least, of those in service"),
            )
            yield must_be_zero(placement, 0 if joined else nodes, "nodes on no network", inputs=inputs, hint=hint)


def _accelerated(state: State, placement: Placement) -> int:
    """Nodes with accelerators of a pod or a rack group."""
    runs = state.design.pod(placement).rack_groups
    return sum(rack.count * count for rack, facts in runs for count, node in facts.nodes if node.accelerators)
