"""Modules that a pod's links take: its own, and its part of those between the switches above it."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from capacity.design import Design, Placed, Quantity, State
from capacity.fabrics.attachment import attached
from capacity.fabrics.fabric import clos_of, links_per_cage
from capacity.hardware import Optic, SwitchModel
from capacity.network import Fabric, Links, Tier

_KNOWN: WeakKeyDictionary[State, Mapping[str, tuple[float, dict[str, None]]]] = WeakKeyDictionary()


def pod_optics(design: Design, pod: Placed) -> tuple[float, tuple[str, ...]]:
    """Modules of a pod on the last day it stands, and what isn't known of its ports."""
    states = [state for state in design.states if design.stands_on(pod, state.day)]
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
    for fabric in state.standing(state.design.hub.fabrics):
        entry = joined[fabric.name]
        above = modules_above(state.design, fabric) / entry.link_count if entry.link_count else 0.0
        first = fabric.tiers[0]
        each = 1.0 + modules_per_link(state.design, first, first.down) + above
        for attachment in entry.links:
            modules, missing = found.get(attachment.placed.name, (0.0, {}))
            found[attachment.placed.name] = (modules + attachment.links * each, missing)
        for name in entry.placed if entry.missing else ():
            modules, missing = found.get(name, (0.0, {}))
            found[name] = (modules, missing | entry.missing)
    return found


def modules_per_link(design: Design, tier: Tier, links: Links) -> float:
    """Modules at a switch's end of one link: less than one where a port is broken out."""
    switch, optic = design.catalogue.find(SwitchModel, tier.switch), design.catalogue.find(Optic, links.optic)
    assert switch is not None, tier.switch
    assert optic is not None, links.optic
    return 1.0 / max(1, links_per_cage(switch, optic, links.gbps))


def modules_above(design: Design, fabric: Fabric) -> float:
    """Modules of the links between the switches of a fabric, all planes and domains."""
    clos, modules = clos_of(fabric), 0.0
    for level, lower, upper in zip(clos.levels, fabric.tiers, fabric.tiers[1:], strict=False):
        if lower.up is not None:
            ends = modules_per_link(design, lower, lower.up) + modules_per_link(design, upper, upper.down)
            modules += level.switches * level.up * ends
    return modules * fabric.planes * fabric.domains


def network_ports(design: Design, placed: Placed) -> Quantity:
    """Ports of a pod's nodes toward scale-out networks; unknown where neither maker nor plan says."""
    ports = 0
    missing: dict[str, None] = {}
    for rack, facts in design.pod(placed).runs:
        for count, node in facts.nodes:
            given = node.scale_out or rack.scale_out
            if given is None:
                missing[f"{node.model}.scale_out"] = None
            else:
                ports += rack.count * count * given.count
    return Quantity(None if missing else float(ports), missing=tuple(missing))
