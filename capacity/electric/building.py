"""The power graph of a state of the hub: its power objects, its racks and its cooling plant."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design, Placement, feeds_of
from petaplan.capacity.electric.graph import Load, PowerGraph, in_order, sources
from petaplan.capacity.electric.rating import Terms
from petaplan.capacity.gaps import unverified_inputs
from petaplan.capacity.memo import memoized, memoized_by_object, memoized_by_object_and_values
from petaplan.capacity.power import Intake, PowerObject
from petaplan.capacity.state import State


@memoized
def power_graph_of(state: State) -> PowerGraph:
    """The power graph of a day, with the racks and the cooling plant in service."""
    hub = state.design.hub
    return power_graph_between(
        state.design,
        tuple(state.in_service(hub.power_nodes)),
        state.placements,
        tuple(state.in_service(hub.cooling_nodes)),
        state.day,
    )


def power_graph_between(
    design: Design, nodes: Iterable[PowerObject], placements: Iterable[Placement], plant: Iterable[Any], day: date
) -> PowerGraph:
    """The power graph of these objects on a day."""
    names = {node.name for node in nodes}
    ordered = tuple(node for node in power_order(design) if node.name in names)
    loads = sorted((*_rack_loads(design, placements), *_plant_loads(design, plant)), key=lambda load: load.name)
    return PowerGraph(nodes=ordered, loads=tuple(loads), terms=_terms(design, ordered, day))


@memoized
def power_order(design: Design) -> tuple[PowerObject, ...]:
    """All power objects of the hub, every source before what it feeds."""
    return in_order(design.hub.power_nodes)


def _terms(design: Design, ordered: Iterable[PowerObject], day: date) -> dict[str, Terms]:
    """The terms of each object: those of its own site, of its hall's site, or of the site of its first source."""
    terms: dict[str, Terms] = {}
    sites: dict[str, Any] = {}
    for node in ordered:
        if (hall := getattr(node, "hall", None)) is not None:
            site = design.by_name[design.by_name[hall].site]
        elif (own := getattr(node, "site", None)) is not None:
            site = design.by_name[own]
        else:
            site = next((sites[source] for source in sources(node) if source in sites), design.hub.sites[0])
        sites[node.name] = site
        terms[node.name] = Terms.at(site, node, day) if isinstance(node, Intake) else _lasting(design, node, site.name)
    return terms


@memoized_by_object_and_values
def _lasting(design: Design, node: PowerObject, site: str) -> Terms:
    """The terms of an object that is no intake: they are the same on every day."""
    return Terms.at(design.by_name[site], node, date.min)


def _rack_loads(design: Design, placements: Iterable[Placement]) -> Iterator[Load]:
    for placement in placements:
        yield from _loads_of(design, placement)


@memoized_by_object
def _loads_of(design: Design, placement: Placement) -> tuple[Load, ...]:
    return tuple(_loads(design, placement))


def _loads(design: Design, placement: Placement) -> Iterator[Load]:
    for rack, facts in design.pod(placement).rack_groups:
        power_kw = rack.count * (facts.it_power_kw.value or 0.0)
        yield Load(
            name=f"{placement.name}/{rack.name}" if isinstance(placement, Pod) else placement.name,
            feeds=feeds_of(placement, rack),
            power_kw=power_kw,
            cabinets=rack.count,
            owner=placement.name,
            halls=(placement.hall,),
            missing=facts.it_power_kw.missing,
            unverified=unverified_inputs(facts.it_power_kw.inputs),
            step_kw=power_kw if facts.accelerators else 0.0,
        )


def _plant_loads(design: Design, plant: Iterable[Any]) -> Iterator[Load]:
    served = halls_of_plant(design)
    for piece in plant:
        if piece.fed_by and piece.unit_electrical_kw:
            yield Load(
                name=piece.name,
                feeds=piece.fed_by,
                power_kw=(piece.units - piece.spare_units) * piece.unit_electrical_kw,
                cabinets=0,
                units=max(1, piece.units - piece.spare_units),
                owner=piece.name,
                halls=served.get(piece.name, ()),
            )


def halls_of_plant(design: Design) -> Mapping[str, tuple[str, ...]]:
    """Names of the halls that each cooling object serves."""
    hub = design.hub
    loops = {loop.name: (loop.hall,) for loop in hub.cooling_loops}
    served: dict[str, dict[str, None]] = {name: dict.fromkeys(halls) for name, halls in loops.items()}
    for cdu in hub.cdus:
        served[cdu.name] = dict.fromkeys(loops.get(cdu.loop, ()))
    for loop in hub.cooling_loops:
        for chiller in loop.chillers:
            served.setdefault(chiller, {})[loop.hall] = None
    return {name: tuple(halls) for name, halls in served.items()}
