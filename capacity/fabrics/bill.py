"""The bill of materials of the fabrics: switches, modules, fibres and cables, by type and length."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Attached, Attachment, attached
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.fabrics.layout import Position, longest_run_m, place_of
from petaplan.capacity.fabrics.optics import links_a_cage, modules_below, modules_between
from petaplan.capacity.hardware import Medium, Optic, SwitchModel
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.state import State, states_of

LENGTHS_M = (0.5, 1, 1.5, 2, 2.5, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200, 300, 500)
"""Lengths that cables are ordered in; longer ones to the next hundred metres."""


class Item(StrEnum):
    """What a line of the bill is."""

    SWITCH = "switch"
    MODULE = "module"
    FIBRE = "fibre"
    CABLE = "cable"
    """A cable with its ends on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """So many of one thing for one part of one fabric."""

    fabric: str
    part: str
    """Tier, or the two that a link joins."""
    item: Item
    model: str
    length_m: float | None
    """None for what has no length."""
    count: int
    watts: float | None
    """Draw of all of them together; None where it isn't known, 0 for glass."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything that the fabrics of a plan are made of."""

    hub: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    """Where a length or a count is declared because the layout or the ports aren't known."""

    def totals(self) -> tuple[Line, ...]:
        """The whole order: alike things of all fabrics in one line."""
        sums: dict[tuple[Item, str, float | None], Line] = {}
        for line in self.lines:
            key = (line.item, line.model, line.length_m)
            known = sums.get(key)
            count = line.count + (known.count if known else 0)
            watts = _sum(line.watts, known.watts if known else 0.0)
            sums[key] = Line(
                fabric="all",
                part="",
                item=line.item,
                model=line.model,
                length_m=line.length_m,
                count=count,
                watts=watts,
            )
        return tuple(sorted(sums.values(), key=_order))


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _order(line: Line) -> tuple[int, str, float]:
    return (list(Item).index(line.item), line.model, line.length_m or 0.0)


def ordered_length(metres: float) -> float:
    """The next length that is sold.

    >>> ordered_length(17.6), ordered_length(3.0), ordered_length(612.0)
    (20, 3, 700)
    """
    for length in LENGTHS_M:
        if metres <= length + 1e-9:
            return length
    return math.ceil(metres / 100) * 100


def bill_of(design: Design) -> Bill:
    """Order for every fabric on the day with the most in service."""
    lines: list[Line] = []
    notes: dict[str, None] = {}
    fullest = {fabric.name: entry for fabric, entry in _fullest(design)}
    for fabric in design.hub.fabrics:
        entry = fullest.get(fabric.name, Attached())
        lines.extend(_switches(design, fabric))
        lines.extend(_node_links(design, fabric, entry, notes))
        lines.extend(_switch_links(design, fabric, entry, notes))
    return Bill(design.hub.name, tuple(lines), tuple(notes))


def brought_by(design: Design, phase: str) -> tuple[Line, ...]:
    """Switches, modules, fibres and cables that a phase adds: its fabrics, and the links of its nodes to any fabric."""
    lines: list[Line] = []
    notes: dict[str, None] = {}
    fullest = {fabric.name: entry for fabric, entry in _fullest(design)}
    for fabric in design.hub.fabrics:
        entry = fullest.get(fabric.name, Attached())
        if fabric.phase == phase:
            lines.extend(_switches(design, fabric))
            lines.extend(_switch_links(design, fabric, entry, notes))
        own = replace(entry, links=[one for one in entry.links if one.placement.phase == phase])
        if own.links:
            lines.extend(_node_links(design, fabric, own, notes))
    return tuple(lines)


def _fullest(design: Design) -> Iterator[tuple[Fabric, Attached]]:
    best: dict[str, tuple[Fabric, Attached]] = {}
    for state in states_of(design):
        for fabric, entry in _standing(state):
            if fabric.name not in best or entry.link_count >= best[fabric.name][1].link_count:
                best[fabric.name] = (fabric, entry)
    yield from best.values()


def _standing(state: State) -> Iterator[tuple[Fabric, Attached]]:
    joined = attached(state)
    for fabric in state.in_service(state.design.hub.fabrics):
        yield fabric, joined[fabric.name]


def _switches(design: Design, fabric: Fabric) -> Iterator[Line]:
    copies = fabric.planes * fabric.domains
    for tier in fabric.tiers:
        switch = design.catalogue.require(SwitchModel, tier.switch)
        count = tier.switches * copies
        watts = count * switch.power_w.value if switch.power_w else None
        yield Line(
            fabric=fabric.name,
            part=tier.name,
            item=Item.SWITCH,
            model=switch.model,
            length_m=None,
            count=count,
            watts=watts,
        )


def _node_links(design: Design, fabric: Fabric, entry: Attached, notes: dict[str, None]) -> Iterator[Line]:
    tier = fabric.tiers[0]
    part = f"nodes to {tier.name}"
    if entry.missing:
        notes[f"{fabric.name}: every leaf port is counted, for {', '.join(entry.missing)} isn't known"] = None
        every = tier.switches * tier.down.ports * fabric.planes * fabric.domains
        ends = _node_ends(design, fabric, every, notes)
        yield from _links(fabric, part, ends, {ordered_length(tier.down.length_m): every})
        return
    lengths: dict[float, int] = {}
    for attachment, count in zip(entry.links, entry.whole_links, strict=True):
        for metres, links in _lengths(design, fabric, entry, (attachment, count), notes):
            lengths[metres] = lengths.get(metres, 0) + links
    yield from _links(fabric, part, _node_ends(design, fabric, sum(lengths.values()), notes), lengths)


@dataclass(frozen=True, slots=True)
class End:
    """What one end of each link of a layer takes."""

    model: str
    optic: Optic | None
    """None if neither the plan nor the catalogue states it."""
    modules: int
    """Modules at this end of all the links."""
    per_module: int = 1
    """Links that share one of them."""


def _switch_end(design: Design, tier: Tier, links: Links, modules: int) -> End:
    return End(links.optic, _optic(design, links.optic), modules, links_a_cage(design, tier, links))


def _node_ends(design: Design, fabric: Fabric, links: int, notes: dict[str, None]) -> tuple[End, End]:
    """The node's end and the leaf's: the same module in both, unless the plan says else or a leaf's is broken out."""
    tier = fabric.tiers[0]
    leaf = _switch_end(design, tier, tier.down, modules_below(design, fabric, links))
    if tier.down.node_optic is not None:
        optic = _optic(design, tier.down.node_optic)
        return End(optic.model, optic, links), leaf
    if leaf.per_module == 1 or leaf.optic is None or not leaf.optic.pluggable:
        return End(leaf.model, leaf.optic, links), leaf
    unsaid = f"module at the node, {tier.down.gbps:g} Gb/s"
    notes[f"{fabric.name}: ports of {tier.name} are broken out and no node_optic is named for the other end"] = None
    return End(unsaid, None, links), leaf


def _lengths(
    design: Design, fabric: Fabric, entry: Attached, counted: tuple[Attachment, int], notes: dict[str, None]
) -> Iterator[tuple[float, int]]:
    """Links of a run by the length of each rack's cables to the furthest switch rack."""
    attachment, links = counted
    here = place_of(design, attachment.placement, attachment.rack, attachment.facts)
    switches = [place for place in _switch_places(design, fabric, entry, attachment) if place is not None]
    if here is None or not switches:
        notes[f"{fabric.name}: lengths are those declared, for rows and slots aren't all known"] = None
        yield ordered_length(fabric.tiers[0].down.length_m), links
        return
    racks = attachment.rack.count
    each, rest = divmod(links, racks)
    for index, place in enumerate(_cabinets(here, racks)):
        runs = [run for switch in switches if (run := longest_run_m(place, switch)) is not None]
        metres = max(runs, default=fabric.tiers[0].down.length_m)
        yield ordered_length(metres), each + (index < rest)


def _cabinets(run: Position, racks: int) -> Iterator[Position]:
    """Each rack of a run by itself."""
    for index in range(racks):
        slot = run.slot + index * run.slots // racks
        yield Position(run.placement, run.rack, run.hall, run.row, slot, max(1, run.slots // racks))


def _switch_places(
    design: Design, fabric: Fabric, entry: Attached, attachment: Attachment
) -> Iterator[Position | None]:
    for placement, rack, facts in entry.cabinets:
        if fabric.kind is not FabricKind.SCALE_UP or placement is attachment.placement:
            yield place_of(design, placement, rack, facts)


def _switch_links(design: Design, fabric: Fabric, entry: Attached, notes: dict[str, None]) -> Iterator[Line]:
    clos, copies = clos_of(fabric), fabric.planes * fabric.domains
    racks: list[RackGroup] = [rack for _, rack, _ in entry.cabinets]
    found = [place_of(design, placement, rack, facts) for placement, rack, facts in entry.cabinets]
    known = [place for place in found if place is not None]
    for index, (lower, upper) in enumerate(zip(fabric.tiers, fabric.tiers[1:], strict=False)):
        if lower.up is None:
            continue
        runs = [run for one in known for other in known if (run := longest_run_m(one, other)) is not None]
        metres = max(runs, default=None)
        if metres is None or len(known) < len(racks):
            notes[f"{fabric.name}: lengths are those declared, for rows and slots aren't all known"] = None
            metres = lower.up.length_m
        links = copies * sum(count for _, _, count in clos.pairs(index))
        part = f"{lower.name} to {upper.name}"
        modules = modules_between(design, fabric, index)
        ends = (
            _switch_end(design, lower, lower.up, modules[0]),
            _switch_end(design, upper, upper.down, modules[1]),
        )
        yield from _links(fabric, part, ends, {ordered_length(metres): links})


def _links(fabric: Fabric, part: str, ends: tuple[End, End], lengths: dict[float, int]) -> Iterator[Line]:
    """A module at each end and a fibre for each link, or a cable with its ends on it."""
    lead = next(end.optic for end in ends if end.optic is not None)
    count, cables = sum(lengths.values()), _cables(ends, lengths)
    for length, links in sorted(lengths.items()):
        tails = links if min(end.per_module for end in ends) == 1 else cables[length]
        watts = None if lead.power_w is None else (cables[length] + tails) * lead.power_w.value
        yield Line(
            fabric=fabric.name,
            part=part,
            item=Item.FIBRE if lead.pluggable else Item.CABLE,
            model=_fibre(lead) if lead.pluggable else lead.model,
            length_m=length,
            count=links if lead.pluggable else cables[length],
            watts=0.0 if lead.pluggable else watts,
        )
    if lead.pluggable and count:
        for model, (optic, modules) in _modules(ends).items():
            yield Line(
                fabric=fabric.name,
                part=part,
                item=Item.MODULE,
                model=model,
                length_m=None,
                count=modules,
                watts=modules * optic.power_w.value if optic and optic.power_w else None,
            )


def _cables(ends: tuple[End, End], lengths: dict[float, int]) -> dict[float, int]:
    """Cables by length; where ports are broken out, one a cage, and those of half-filled cages the longest there is."""
    broken = max(ends, key=lambda end: (end.per_module, end.modules))
    counts = {length: math.ceil(links / broken.per_module) for length, links in lengths.items()}
    if counts:
        counts[max(counts)] += max(0, broken.modules - sum(counts.values()))
    return counts


def _modules(ends: tuple[End, End]) -> dict[str, tuple[Optic | None, int]]:
    counts: dict[str, tuple[Optic | None, int]] = {}
    for end in ends:
        _, known = counts.get(end.model, (None, 0))
        counts[end.model] = (end.optic, known + end.modules)
    return counts


def _optic(design: Design, model: str) -> Optic:
    return design.catalogue.require(Optic, model)


def _fibre(optic: Optic) -> str:
    return "multimode fibre" if optic.medium is Medium.MULTIMODE else "single-mode fibre"
