"""Modules for the links of a pod: its own, and its share of those between the switches above it."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.fabrics.attachment import attached
from petaplan.capacity.fabrics.fabric import cages_of, clos_of, links_per_cage
from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric, Links, Tier
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.state import State, states_of

_KNOWN: WeakKeyDictionary[State, Mapping[str, tuple[float, dict[str, None]]]] = WeakKeyDictionary()


def pod_optics(design: Design, pod: Placement) -> tuple[float, tuple[str, ...]]:
    """Optic modules of a pod on its last day of service, and the figures of its ports that are missing."""
    states = [state for state in states_of(design) if design.in_service_on(pod, state.day)]
    if not states:
        return 0.0, ()
    modules, missing = _by_pod(states[-1]).get(pod.name, (0.0, {}))
    return modules, tuple(missing)


def _by_pod(state: State) -> Mapping[str, tuple[float, dict[str, None]]]:
    if state not in _KNOWN:
        _KNOWN[state] = _counted(state)
    return _KNOWN[state]


def _counted(state: State) -> Mapping[str, tuple[float, dict[str, None]]]:
    found: dict[str, tuple[float, dict[str, None]]] = {}
    joined = attached(state)
    for fabric in state.in_service(state.design.hub.fabrics):
        entry = joined[fabric.name]
        count, each = entry.link_count, 0.0
        if count:
            above = sum(sum(modules_between(state.design, fabric, lower)) for lower in range(len(fabric.tiers) - 1))
            each = 1.0 + (modules_below(state.design, fabric, round(count)) + above) / count
        for attachment in entry.links:
            modules, missing = found.get(attachment.placement.name, (0.0, {}))
            found[attachment.placement.name] = (modules + attachment.links * each, missing)
        for name in entry.placement if entry.missing else ():
            modules, missing = found.get(name, (0.0, {}))
            found[name] = (modules, missing | entry.missing)
    return found


def links_a_cage(design: Design, tier: Tier, links: Links) -> int:
    """Links that share a module at a switch's end: more than one where a port is broken out."""
    switch, optic = design.catalogue.require(SwitchModel, tier.switch), design.catalogue.require(Optic, links.optic)
    return max(1, links_per_cage(switch, optic, links.gbps))


def modules_between(design: Design, fabric: Fabric, lower: int) -> tuple[int, int]:
    """Modules at the lower and at the upper end of the links between a tier and the next, all planes and domains."""
    clos, copies = clos_of(fabric), fabric.planes * fabric.domains
    below, above = fabric.tiers[lower], fabric.tiers[lower + 1]
    if below.up is None:
        return 0, 0
    rising = [clos.levels[lower].up] * below.switches
    ends = cages_of(rising, links_a_cage(design, below, below.up))
    return copies * ends, copies * cages_of(clos.carried(lower), links_a_cage(design, above, above.down))


def modules_below(design: Design, fabric: Fabric, links: int) -> int:
    """Modules in the leaves of links from nodes, shared out evenly over all leaves."""
    tier = fabric.tiers[0]
    leaves = tier.switches * fabric.planes * fabric.domains
    each, rest = divmod(links, leaves)
    return cages_of((each + (index < rest) for index in range(leaves)), links_a_cage(design, tier, tier.down))


def network_ports(design: Design, placement: Placement) -> Quantity:
    """Ports of a pod's nodes toward scale-out networks; unknown if neither catalogue nor plan states them."""
    ports = 0
    missing: dict[str, None] = {}
    for rack, facts in design.pod(placement).rack_groups:
        for count, node in facts.nodes:
            given = node.scale_out or rack.scale_out
            if given is None:
                missing[f"{node.model}.scale_out"] = None
            else:
                ports += rack.count * count * given.count
    return Quantity(None if missing else float(ports), missing=tuple(missing))
