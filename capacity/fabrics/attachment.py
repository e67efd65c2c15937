"""Attachments of each fabric on a day: ports of the nodes, and racks of the switches."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from petaplan.capacity.claims import PLAN
from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Placement
from petaplan.capacity.findings import Input
from petaplan.capacity.gaps import unverified_inputs
from petaplan.capacity.hardware import Node, Ports, RackRole
from petaplan.capacity.memo import memoized
from petaplan.capacity.network import Fabric, FabricKind
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.state import State


@dataclass(frozen=True, slots=True)
class Attachment:
    """Nodes of one run that are joined to a fabric with like ports."""

    placement: Placement
    rack: RackGroup
    facts: RackFacts
    node: Node
    nodes: int
    ports: Ports
    share: float
    """Share of the ports that goes to this fabric, where a pod is joined to several of a kind."""

    @property
    def links(self) -> float:
        """Links of all these nodes to the fabric."""
        return self.nodes * self.ports.count * self.share


@dataclass(slots=True)
class Attached:
    """Everything joined to one fabric."""

    links: list[Attachment] = field(default_factory=list)
    placement: dict[str, Placement] = field(default_factory=dict)
    cabinets: list[tuple[Placement, RackGroup, RackFacts]] = field(default_factory=list)
    """Racks of switches: runs that name the fabric, or for scale-up the pods' own."""
    missing: dict[str, None] = field(default_factory=dict)

    @property
    def link_count(self) -> int:
        """Whole links from nodes to the fabric; a port that is shared with other fabrics is one here as well."""
        return whole_links(attachment.links for attachment in self.links)

    @property
    def whole_links(self) -> tuple[int, ...]:
        """Links of each attachment, rounded so that they add up to all links."""
        sums = accumulate((one.links for one in self.links), initial=0.0)
        return tuple(after - before for before, after in pairwise(whole_links([part]) for part in sums))


def whole_links(parts: Iterable[float]) -> int:
    """Links that some parts of links add up to, rounded up.

    >>> whole_links([1.5] * 8), whole_links([0.5]), whole_links([1 / 3] * 3)
    (12, 1, 1)
    """
    return math.ceil(math.fsum(parts) - 1e-9)


@memoized
def attached(state: State) -> Mapping[str, Attached]:
    """What is connected to each fabric in service."""
    fabrics: dict[str, Fabric] = {fabric.name: fabric for fabric in state.in_service(state.design.hub.fabrics)}
    found = {name: Attached() for name in fabrics}
    for placement in state.placements:
        named = [fabrics[name] for name in placement.fabrics if name in fabrics]
        alike: dict[str, int] = {}
        for fabric in named:
            alike[_port_kind(fabric)] = alike.get(_port_kind(fabric), 0) + 1
        for fabric in named:
            entry = found[fabric.name]
            entry.placement[placement.name] = placement
            _join(state, placement, fabric, entry, 1 / alike[_port_kind(fabric)])
    return found


def _join(state: State, placement: Placement, fabric: Fabric, entry: Attached, share: float) -> None:
    for rack, facts in state.design.pod(placement).rack_groups:
        if facts.model.role is RackRole.SWITCH:
            if fabric.kind is FabricKind.SCALE_UP or rack is placement:
                entry.cabinets.append((placement, rack, facts))
            continue
        for count, node in facts.nodes:
            if fabric.kind is FabricKind.SCALE_UP and not node.accelerators:
                continue
            ports = _ports(node, rack, fabric)
            if ports is None:
                entry.missing[f"{node.model}.{_port_kind(fabric)}"] = None
            else:
                nodes = rack.count * count
                entry.links.append(Attachment(placement, rack, facts, node, nodes, ports, share))


def _port_kind(fabric: Fabric) -> str:
    return fabric.kind.replace("-", "_")


def _ports(node: Node, rack: RackGroup, fabric: Fabric) -> Ports | None:
    kind = _port_kind(fabric)
    own: Ports | None = getattr(node, kind)
    given: Ports | None = getattr(rack, kind, None)
    return given if own is None else own


@dataclass(frozen=True, slots=True)
class Cabinets:
    """The share of the switch racks that one fabric may use."""

    known: bool
    """Whether any rack names the fabric."""
    power_kw: float | None
    height_u: float | None
    switches: Mapping[str, float]
    """Its part of the switches that the catalogue sells the racks with, by model."""
    missing: tuple[str, ...]
    parts: tuple["SwitchRacks", ...]

    @property
    def unverified(self) -> tuple[str, ...]:
        """Figures of room and power of the racks that nobody verified."""
        facts = {part.facts.model.model: part.facts for part in self.parts}.values()
        heights = [one for each in facts for one in from_catalogue(each.model, "height_u").inputs]
        return unverified_inputs([*(one for each in facts for one in each.it_power_kw.inputs), *heights])

    def inputs(self, what: str, each: Callable[[RackFacts], float | None], unit: str) -> Iterator[Input]:
        """What the racks offer of something, as inputs: racks, how much each offers, and this fabric's share."""
        for part in self.parts:
            yield Input(f"racks of {part.label}", part.count, "racks", PLAN)
            yield Input(f"{what} of {part.label}", each(part.facts) or 0.0, unit, f"one rack of {part.label}")
            yield Input(f"share of {part.label}", part.share, "fraction", "racks are shared by what fabrics need")


@dataclass(frozen=True, slots=True)
class SwitchRacks:
    """A group of switch racks that a fabric may use."""

    label: str
    count: int
    facts: RackFacts
    share: float
    """Share of its room and power that goes to the fabric."""
    switches: Mapping[str, tuple[int, float]]
    """By model: switches of one rack, and the share of them that goes to the fabric."""


def cabinets_of(state: State, weights: Mapping[str, float]) -> Mapping[str, Cabinets]:
    """Switch racks by fabric; one that serves several is shared by the weight of each, its switches by number."""
    joined = attached(state)
    asked = {fabric.name: switches_of(fabric) for fabric in state.in_service(state.design.hub.fabrics)}
    weighed: dict[Cabinet, float] = {}
    counted: dict[tuple[Cabinet, str], int] = {}
    for name, entry in joined.items():
        for placement, rack, _ in entry.cabinets:
            key = (placement.name, rack.name)
            weighed[key] = weighed.get(key, 0.0) + weights.get(name, 0.0)
            for model, count in asked[name].items():
                counted[key, model] = counted.get((key, model), 0) + count
    return {
        name: _pooled(entry, weights.get(name, 0.0), weighed, asked[name], counted) for name, entry in joined.items()
    }


Cabinet = tuple[str, str]
"""Names of what is placed, and of the run."""


def switches_of(fabric: Fabric) -> Mapping[str, int]:
    """Switches of a fabric by model, all planes and domains."""
    counts: dict[str, int] = {}
    for tier in fabric.tiers:
        counts[tier.switch] = counts.get(tier.switch, 0) + tier.switches * fabric.planes * fabric.domains
    return counts


def _pooled(
    entry: Attached,
    weight: float,
    weighed: Mapping[Cabinet, float],
    asked: Mapping[str, int],
    counted: Mapping[tuple[Cabinet, str], int],
) -> Cabinets:
    power = height = 0.0
    switches: dict[str, float] = {}
    missing: dict[str, None] = {}
    parts: list[SwitchRacks] = []
    for placement, rack, facts in entry.cabinets:
        key = (placement.name, rack.name)
        share = weight / weighed[key] if weighed[key] else 1.0
        missing.update(dict.fromkeys(facts.it_power_kw.missing))
        power += share * rack.count * (facts.it_power_kw.value or 0.0)
        if facts.model.height_u is None:
            missing[f"{facts.model.model}.height_u"] = None
        else:
            height += share * rack.count * facts.model.height_u.value
        sold: dict[str, tuple[int, float]] = {}
        for count, switch in facts.switches:
            part = asked[switch.model] / counted[key, switch.model] if switch.model in asked else 1.0
            switches[switch.model] = switches.get(switch.model, 0.0) + rack.count * count * part
            sold[switch.model] = (sold.get(switch.model, (0, part))[0] + count, part)
        label = placement.name if rack is placement else f"{placement.name}/{rack.name}"
        parts.append(SwitchRacks(label, rack.count, facts, share, sold))
    known = bool(entry.cabinets)
    lacks = tuple(missing)
    return Cabinets(known, None if lacks else power, None if lacks else height, switches, lacks, tuple(parts))
