"""Modules that a pod's links take: its own, and its part of those between the switches above it."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from capacity.design import Design, Placed, Quantity, State
from capacity.fabrics.attachment import attached
from capacity.fabrics.fabric import clos_of
from capacity.network import Fabric

ENDS = 2

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
        above = links_above(fabric) / entry.link_count if entry.link_count else 0.0
        for attachment in entry.links:
            modules, missing = found.get(attachment.placed.name, (0.0, {}))
            found[attachment.placed.name] = (modules + ENDS * attachment.links * (1 + above), missing)
        for name in entry.placed if entry.missing else ():
            modules, missing = found.get(name, (0.0, {}))
            found[name] = (modules, missing | entry.missing)
    return found


def links_above(fabric: Fabric) -> int:
    """Links between the switches of a fabric, all planes and domains."""
    clos = clos_of(fabric)
    between = sum(level.switches * level.up for level in clos.levels[:-1])
    return between * fabric.planes * fabric.domains


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
