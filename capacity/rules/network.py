"""NET: do the fabrics have ports, lanes, reach and bandwidth, and what does one loss leave of them?"""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Attached, Attachment, attached, cabinets_of
from petaplan.capacity.fabrics.fabric import Clos, cages_for, clos_of, fits, links_per_cage, links_per_module, radix
from petaplan.capacity.fabrics.layout import Place, longest_run_m, place_of
from petaplan.capacity.fabrics.routes import DELAY_MS_PER_KM, NATIONAL_LIMIT_MS, fastest_paths
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hardware import Optic, PodModel, SwitchModel
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.quantity import cited
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.state import State, states_of
from petaplan.capacity.units import W_PER_KW

COMPUTE_OVERSUBSCRIPTION = 1.0
OTHER_OVERSUBSCRIPTION = 4.0
"""Bandwidth down over up that is usual: none for compute, up to 4 for storage, front end and management (facts 7.2)."""
THIS_PLAN = "this plan"


def _switch(design: Design, tier: Tier) -> SwitchModel:
    switch = design.catalogue.find(SwitchModel, tier.switch)
    assert switch is not None, tier.switch
    return switch


def _optic(design: Design, links: Links) -> Optic:
    optic = design.catalogue.find(Optic, links.optic)
    assert optic is not None, links.optic
    return optic


def _facing(tier: Tier) -> Iterator[tuple[str, Links]]:
    yield "down", tier.down
    if tier.up is not None:
        yield "up", tier.up


@plan_rule(
    "NET-001",
    "Switches have a port for every link",
    formula="ceil(down / links a port) + ceil(up / links a port) + reserved_ports <= ports of the switch",
    basis="lanes and breakout: a link takes whole lanes of port and module; capacity reference 3.3, NET-001",
)
def port_budget(design: Design) -> Iterator[Claim]:
    """Ports of one switch of each tier, links broken out where the port is faster than they are."""
    for fabric in design.hub.fabrics:
        for tier in fabric.tiers:
            switch = _switch(design, tier)
            taken = [cages_for(switch, _optic(design, links), links.ports, links.gbps) for _, links in _facing(tier)]
            if None in taken:
                continue  # too slow for its links: NET-011 says so
            demand = sum(ports or 0 for ports in taken) + tier.reserved_ports
            over = demand - int(switch.ports.value)
            yield Claim(
                subject=fabric,
                part=tier.name,
                demand=float(demand),
                capacity=switch.ports.value,
                unit="ports",
                inputs=(
                    *_link_inputs(design, tier, switch),
                    Input("reserved_ports", tier.reserved_ports, "ports", THIS_PLAN),
                    Input(f"{switch.model}.ports", switch.ports.value, "ports", cited(switch.ports)),
                ),
                hint=f"{over} ports too many on each of {tier.switches} switches of {switch.model}" if over > 0 else "",
            )


def _link_inputs(design: Design, tier: Tier, switch: SwitchModel) -> Iterator[Input]:
    for way, links in _facing(tier):
        optic = _optic(design, links)
        yield Input(f"links {way}", links.ports, f"links of {number(links.gbps)} Gb/s", THIS_PLAN)
        each = links_per_cage(switch, optic, links.gbps)
        yield Input(f"links a port, {way}", each, "links", f"{optic.model} in a port, {cited(switch.port_gbps)}")


@plan_rule(
    "NET-002",
    "Oversubscription is what was meant",
    severity=Verdict.REVIEW,
    formula="bandwidth down / bandwidth up <= oversubscription meant (1 for compute, 4 for storage and management)",
    basis="reported, not forbidden: it is a choice; capacity reference 3.3, NET-002",
)
def oversubscription(design: Design) -> Iterator[Claim]:
    """Bandwidth toward the nodes over bandwidth toward the next tier, tier by tier."""
    for fabric in design.hub.fabrics:
        for tier in fabric.tiers[:-1]:
            if tier.up is None:
                continue
            down_gbps, up_gbps = tier.down.ports * tier.down.gbps, tier.up.ports * tier.up.gbps
            ratio, meant = down_gbps / up_gbps, meant_oversubscription(fabric, tier)
            yield Claim(
                subject=fabric,
                part=tier.name,
                demand=ratio,
                capacity=meant,
                unit="down over up",
                inputs=(
                    Input("down", down_gbps, "Gb/s a switch", THIS_PLAN),
                    Input("up", up_gbps, "Gb/s a switch", THIS_PLAN),
                ),
                hint=f"{number(ratio)} to 1: say `oversubscription: {number(ratio)}` if it is meant, or add uplinks"
                if ratio > meant
                else "",
            )


def meant_oversubscription(fabric: Fabric, tier: Tier) -> float:
    """What the plan says, or what is usual for the kind of network."""
    if tier.oversubscription is not None:
        return tier.oversubscription
    compute = fabric.kind in (FabricKind.SCALE_OUT, FabricKind.SCALE_UP)
    return COMPUTE_OVERSUBSCRIPTION if compute else OTHER_OVERSUBSCRIPTION


@plan_rule(
    "NET-003",
    "The tiers can join that many end points",
    formula="leaves x down <= down of every tier below the top x links of a top switch: P^2/2, P^3/4",
    basis="size of a folded Clos; capacity reference 3.3, NET-003",
)
def size(design: Design) -> Iterator[Claim]:
    """End points of one plane against what leaves, spines and cores of these ports can ever join."""
    for fabric in design.hub.fabrics:
        if len(fabric.tiers) == 1:
            continue
        clos, top = clos_of(fabric), fabric.tiers[-1]
        switch = _switch(design, top)
        links = radix(switch, _optic(design, top.down), top.down.gbps)
        most = clos.most_end_points // top.down.ports * links
        over = clos.end_points - most
        yield Claim(
            subject=fabric,
            demand=float(clos.end_points),
            capacity=float(most),
            unit="end points",
            inputs=(
                Input("leaves", fabric.tiers[0].switches, "switches", THIS_PLAN),
                Input("links of a top switch", links, "links", cited(switch.ports)),
            ),
            hint=f"{over} end points too many for {len(fabric.tiers)} tiers: one tier more, or larger switches"
            if over > 0
            else "",
        )


@plan_rule(
    "NET-004",
    "Uplinks find ports and share out evenly",
    formula="uplinks <= ports of the next tier; spines divide the uplinks of a leaf, or the uplinks the spines",
    basis="without it the links from leaf to spine can't be alike; capacity reference 3.3, NET-004",
)
def spines(design: Design) -> Iterator[Claim]:
    """Each tier against the next: ports in all, and whether every switch reaches every spine alike."""
    for fabric in design.hub.fabrics:
        clos = clos_of(fabric)
        for index, (lower, upper) in enumerate(zip(fabric.tiers, fabric.tiers[1:], strict=False)):
            up = lower.up.ports if lower.up else 0
            links, ports = lower.switches * up, upper.switches * upper.down.ports
            yield Claim(
                subject=fabric,
                part=f"{lower.name} to {upper.name}",
                demand=float(links),
                capacity=float(ports),
                unit="links",
                inputs=(
                    Input(f"{lower.name} switches", lower.switches, "switches", THIS_PLAN),
                    Input("uplinks of each", up, "links", THIS_PLAN),
                    Input(f"{upper.name} switches", upper.switches, "switches", THIS_PLAN),
                    Input("downlinks of each", upper.down.ports, "links", THIS_PLAN),
                ),
                hint=f"{links - ports} uplinks find no port: more {upper.name} switches" if links > ports else "",
            )
            yield _evenly(fabric, clos, index, up)


def _evenly(fabric: Fabric, clos: Clos, index: int, up: int) -> Claim:
    lower, upper = fabric.tiers[index], fabric.tiers[index + 1]
    reached = clos.reach(index)
    rest = 0 if fits(up, reached) else up % reached or reached % up
    if up == 0:
        rest = 1
    below = max((n for n in range(1, reached) if up % n == 0), default=1)
    above = next((n for n in range(reached, max(up, reached) + 1) if up and fits(up, n)), None)
    ways = f"{below} or {above}" if above else f"{below}"
    return Claim(
        subject=fabric,
        part=f"{lower.name} to {upper.name}, evenly",
        demand=float(rest),
        capacity=0.0,
        unit="links left over",
        inputs=(
            Input("uplinks of a switch", up, "links", THIS_PLAN),
            Input(f"{upper.name} switches it reaches", reached, "switches", THIS_PLAN),
        ),
        hint=f"{up} uplinks don't share out over {reached} switches; over {ways} they do" if rest else "",
    )


@rule(
    "NET-005",
    "The bisection carries what is attached",
    severity=Verdict.WARNING,
    formula="attached bandwidth / 2 / product of the oversubscription meant <= narrowest layer of links / 2",
    basis="min cut of a folded Clos; capacity reference 3.3, NET-005",
)
def bisection(state: State) -> Iterator[Claim]:
    """Half the bandwidth of the nodes that are joined on the day, against the fabric's."""
    joined = attached(state)
    for fabric in _fabrics(state):
        entry = joined[fabric.name]
        if not entry.placement:
            continue
        wanted = sum(a.links * min(a.ports.gbps, fabric.tiers[0].down.gbps) for a in entry.links) / 2
        for tier in fabric.tiers[:-1]:
            wanted /= max(1.0, meant_oversubscription(fabric, tier))
        given = clos_of(fabric).bisection_gbps * fabric.domains
        yield Claim(
            subject=fabric,
            demand=None if entry.missing else wanted / 1_000,
            capacity=given / 1_000,
            unit="Tb/s",
            inputs=(
                Input("links attached", entry.link_count, "links", THIS_PLAN),
                Input("planes", fabric.planes, "planes", THIS_PLAN),
                Input("domains", fabric.domains, "domains", THIS_PLAN),
            ),
            hint=f"{number((wanted - given) / 1_000)} Tb/s more between the halves: uplinks and spines in proportion"
            if wanted > given
            else "",
            missing=tuple(entry.missing),
        )


def _fabrics(state: State) -> Iterator[Fabric]:
    fabrics: Iterator[Fabric] = state.standing(state.design.hub.fabrics)
    return fabrics


@plan_rule(
    "NET-006",
    "Cables reach",
    formula="length_m <= reach_m of the module or cable; manhattan run + drops + slack <= length_m",
    basis="copper 3 to 7 m, multimode 50 to 100 m, single-mode 500 m and more; capacity reference 3.3, NET-006",
)
def reach(design: Design) -> Iterator[Claim]:
    """The length that each kind of link is ordered in against its reach, and against the layout where it is known."""
    runs = _longest_runs(design)
    for fabric in design.hub.fabrics:
        for index, tier in enumerate(fabric.tiers):
            for way, links in _facing(tier):
                optic = _optic(design, links)
                over = links.length_m > optic.reach_m.value
                yield Claim(
                    subject=fabric,
                    part=f"{tier.name} {way}",
                    demand=links.length_m,
                    capacity=optic.reach_m.value,
                    unit="m",
                    inputs=(Input(f"{optic.model}.reach_m", optic.reach_m.value, "m", cited(optic.reach_m)),),
                    hint=f"{optic.medium} by {optic.model} ends {number(links.length_m - optic.reach_m.value)} m short"
                    if over
                    else "",
                )
            for way, links in _facing(tier):
                run_m = runs.get((fabric.name, 0 if index == 0 and links is tier.down else 1))
                if run_m is not None:
                    yield _laid_out(fabric, f"{tier.name} {way}, layout", links, run_m)


def _laid_out(fabric: Fabric, part: str, links: Links, run_m: float) -> Claim:
    short = run_m - links.length_m
    return Claim(
        subject=fabric,
        part=part,
        demand=run_m,
        capacity=links.length_m,
        unit="m",
        inputs=(Input("length_m", links.length_m, "m", THIS_PLAN),),
        hint=f"the furthest cabinet is {number(run_m)} m of cable away: {number(short)} m more" if short > 0 else "",
    )


def _longest_runs(design: Design) -> Mapping[tuple[str, int], float]:
    """Longest cable of each fabric in the whole plan: 0 from a node to a switch, 1 between switches."""
    longest: dict[tuple[str, int], float] = {}
    before: dict[str, tuple[str, ...]] = {}
    for state in states_of(design):
        joined = attached(state)
        for fabric in _fabrics(state):
            entry = joined[fabric.name]
            if before.get(fabric.name) == (names := tuple(entry.placement)):
                continue  # nothing was added since the last state
            before[fabric.name] = names
            for layer, run_m in _runs(design, fabric, entry):
                key = (fabric.name, layer)
                longest[key] = max(longest.get(key, 0.0), run_m)
    return longest


def _runs(design: Design, fabric: Fabric, entry: Attached) -> Iterator[tuple[int, float]]:
    """Every run from a node or a switch to a switch; in scale-up, within a pod."""
    apart = fabric.kind is FabricKind.SCALE_UP
    nodes, switches = _places(design, entry, apart=apart)
    for domain, here in switches.items():
        for one in here:
            for layer, others in ((0, nodes.get(domain, ())), (1, here)):
                for other in others:
                    if (run_m := longest_run_m(one, other)) is not None:
                        yield layer, run_m


Places = dict[str, list[Place]]


def _places(design: Design, entry: Attached, *, apart: bool) -> tuple[Places, Places]:
    """Where nodes and switches stand, by pod where each pod has a network of its own."""
    nodes: Places = {}
    switches: Places = {}
    attachments = ((a.placement, a.rack, a.facts) for a in entry.links)
    for found, runs in ((nodes, attachments), (switches, iter(entry.cabinets))):
        for placement, rack, facts in runs:
            if (place := place_of(design, placement, rack, facts)) is not None:
                found.setdefault(placement.name if apart else "", []).append(place)
    return nodes, switches


@rule(
    "NET-007",
    "Cabinets are declared with the power of their switches and optics",
    formula="switches x power_w + modules in them x power_w <= it_power_kw of the cabinets that name the fabric",
    basis="a network draws power too; capacity reference 3.3, NET-007",
)
def network_power(state: State) -> Iterator[Claim]:
    """Watts of switches and of the optics at their end of each link, against the cabinets they stand in."""
    draws = {fabric.name: _draw(state.design, fabric) for fabric in _fabrics(state)}
    pools = cabinets_of(state, {name: kw for name, (kw, _, _) in draws.items()})
    for fabric in _fabrics(state):
        pool = pools[fabric.name]
        kilowatts, inputs, missing = draws[fabric.name]
        if all(tier.switch in pool.switches for tier in fabric.tiers):
            # the cabinets' own figure includes the switches that they are sold with
            missing = tuple(name for name in missing if name not in {f"{tier.switch}.power_w" for tier in fabric.tiers})
        if not pool.known:
            continue  # no cabinet at all: SPC-009 says so
        missing = (*missing, *pool.missing)
        capacity = pool.power_kw or 0.0
        yield Claim(
            subject=fabric,
            demand=None if missing else kilowatts,
            capacity=capacity,
            unit="kW",
            inputs=inputs,
            hint=f"{number(kilowatts - capacity)} kW more, in cabinets of role switch that name the fabric"
            if kilowatts > capacity
            else "",
            missing=missing,
        )


def _draw(design: Design, fabric: Fabric) -> tuple[float, tuple[Input, ...], tuple[str, ...]]:
    watts, inputs, missing = 0.0, [], []
    copies = fabric.planes * fabric.domains
    for tier in fabric.tiers:
        switch = _switch(design, tier)
        if switch.power_w is None:
            missing.append(f"{switch.model}.power_w")
        else:
            watts += copies * tier.switches * switch.power_w.value
            inputs.append(Input(f"{tier.name} switches", copies * tier.switches, "switches", THIS_PLAN))
            inputs.append(Input(f"{switch.model}.power_w", switch.power_w.value, "W", cited(switch.power_w)))
        for way, links in _facing(tier):
            optic = _optic(design, links)
            cages = cages_for(switch, optic, links.ports, links.gbps)
            modules = copies * tier.switches * (links.ports if cages is None else cages)
            if optic.power_w is None:
                missing.append(f"{optic.model}.power_w")
                continue
            watts += modules * optic.power_w.value
            inputs.append(Input(f"{tier.name} {way} modules", modules, "modules", THIS_PLAN))
            inputs.append(Input(f"{optic.model}.power_w", optic.power_w.value, "W", cited(optic.power_w)))
    return watts / W_PER_KW, tuple(inputs), tuple(dict.fromkeys(missing))


@plan_rule(
    "NET-008",
    "Scale-up domains are kept whole",
    formula="accelerators of the pod mod scale_up_domain = 0; pods on a scale-up fabric <= its domains",
    basis="a supernode can't be split over phases or halls; capacity reference 3.3, NET-008",
)
def whole_domains(design: Design) -> Iterator[Claim]:
    """Each pod holds whole domains, and each has a network of its own."""
    for pod in design.hub.pods:
        model = design.catalogue.find(PodModel, pod.model) if pod.model else None
        if model is None or model.scale_up_domain is None:
            continue
        domain, held = int(model.scale_up_domain.value), sum(design.pod(pod).accelerators.values())
        lacking = -held % domain
        figure = Input("scale_up_domain", domain, "accelerators", cited(model.scale_up_domain))
        yield Claim(
            subject=pod,
            demand=float(lacking),
            capacity=0.0,
            unit="accelerators",
            inputs=(figure, Input("accelerators", held, "accelerators", THIS_PLAN)),
            hint=f"{lacking} accelerators short of whole domains of {domain}: one pod, one phase, one hall"
            if lacking
            else "",
        )
    yield from _own_networks(design)


def _own_networks(design: Design) -> Iterator[Claim]:
    """Each scale-up fabric on the day on which most pods are joined to it."""
    most: dict[str, int] = {}
    for state in states_of(design):
        joined = attached(state)
        for fabric in _fabrics(state):
            if fabric.kind is FabricKind.SCALE_UP:
                most[fabric.name] = max(most.get(fabric.name, 0), len(joined[fabric.name].placement))
    for name, pods in most.items():
        domains = design.by_name[name].domains
        yield Claim(
            subject=design.by_name[name],
            demand=float(pods),
            capacity=float(domains),
            unit="domains",
            hint=f"{pods - domains} pods share a network with another" if pods > domains else "",
        )


@plan_rule(
    "NET-009",
    "Any one switch or link may fail",
    formula="bisection left after the worst loss / bisection >= minimum_bisection_fraction; parts - 1 = 0",
    basis="every switch and link of each tier; articulation points and bridges; capacity reference 3.3, NET-009",
)
def single_loss(design: Design) -> Iterator[Claim]:
    """The worst switch of each tier and the worst link of each layer, as the share of the bisection that is lost."""
    for fabric in design.hub.fabrics:
        clos, floor = clos_of(fabric), fabric.minimum_bisection_fraction
        if not clos.whole:
            parts = "a plane of it falls into parts: give each switch links to every switch of the next tier"
            yield Claim(subject=fabric, part="as built", demand=1.0, capacity=0.0, unit="parts too many", hint=parts)
            continue
        for loss in clos.losses():
            lost = 1 - loss.remaining_fraction
            allowed = 1 - (floor or 0.0)
            if loss.parted and fabric.planes == 1:
                yield Claim(
                    subject=fabric,
                    part=f"parted by the loss of a {loss.name}",
                    demand=1.0,
                    capacity=0.0,
                    unit="parts too many",
                    hint="it parts switches from each other: a second one beside it",
                )
            if floor is None:
                continue
            yield Claim(
                subject=fabric,
                part=f"loss of a {loss.name}",
                demand=lost,
                capacity=allowed,
                unit="of the bisection",
                inputs=(Input("minimum_bisection_fraction", floor, "fraction", THIS_PLAN),),
                hint=f"{lost:.1%} is lost where {allowed:.1%} is allowed: more and smaller switches in that tier"
                if lost > allowed
                else "",
            )


@plan_rule(
    "NET-011",
    "Ports and modules are as fast as their links",
    formula="gbps of the link <= gbps of the port and of the module; both ends of one medium, one lane rate, "
    "as many fibres a link, and either modules or one cable",
    basis="a slow end makes a slow link, and unlike ends make none; capacity reference 3.3, NET-001",
)
def speeds(design: Design) -> Iterator[Claim]:
    """Every kind of link against the switch's port, against what runs in it, and one end against the other."""
    for fabric in design.hub.fabrics:
        yield from _unlike_ends(design, fabric)
        for tier in fabric.tiers:
            switch = _switch(design, tier)
            for way, links in _facing(tier):
                optic = _optic(design, links)
                slower = switch.port_gbps if switch.port_gbps.value < optic.gbps.value else optic.gbps
                model = switch.model if slower is switch.port_gbps else optic.model
                yield Claim(
                    subject=fabric,
                    part=f"{tier.name} {way}",
                    demand=links.gbps,
                    capacity=slower.value,
                    unit="Gb/s",
                    inputs=(
                        Input(f"{switch.model}.port_gbps", switch.port_gbps.value, "Gb/s", cited(switch.port_gbps)),
                        Input(f"{optic.model}.gbps", optic.gbps.value, "Gb/s", cited(optic.gbps)),
                    ),
                    hint=f"{model} gives {number(slower.value)} Gb/s" if links.gbps > slower.value else "",
                )
                if optic.gbps.value > switch.port_gbps.value:
                    yield Claim(
                        subject=fabric,
                        part=f"{tier.name} {way}, module",
                        demand=optic.gbps.value,
                        capacity=switch.port_gbps.value,
                        unit="Gb/s",
                        hint=f"{optic.model} has more lanes than a port of {switch.model}: a module of its speed",
                    )


def _ends(design: Design, fabric: Fabric) -> Iterator[tuple[str, float, Optic, Optic]]:
    """Speed and modules at both ends of each layer of links whose ends the plan names apart."""
    first = fabric.tiers[0]
    if first.down.node_optic is not None:
        node = design.catalogue.find(Optic, first.down.node_optic)
        assert node is not None, first.down.node_optic
        yield f"nodes to {first.name}", first.down.gbps, node, _optic(design, first.down)
    for lower, upper in pairwise(fabric.tiers):
        if lower.up is not None:
            gbps = min(lower.up.gbps, upper.down.gbps)
            yield f"{lower.name} to {upper.name}", gbps, _optic(design, lower.up), _optic(design, upper.down)


def _differences(near: Optic, far: Optic, gbps: float) -> Iterator[str]:
    """What keeps two modules from being two ends of one link."""
    if near.medium != far.medium:
        yield f"{near.medium} against {far.medium}"
    if near.pluggable != far.pluggable:
        yield "a cable with its own ends against a module"
    elif not near.pluggable:
        yield "two makes of cable"
    if near.lane_gbps and far.lane_gbps and near.lane_gbps.value != far.lane_gbps.value:
        yield f"lanes of {number(near.lane_gbps.value)} against {number(far.lane_gbps.value)} Gb/s"
    if near.fibre_pairs and far.fibre_pairs:
        one, other = (end.fibre_pairs.value / links_per_module(end, gbps) for end in (near, far) if end.fibre_pairs)
        if one != other:
            yield f"{number(one)} against {number(other)} pairs of fibres a link"


def _unlike_ends(design: Design, fabric: Fabric) -> Iterator[Claim]:
    """What differs between the modules at both ends of each layer of links; two makes of cable are no cable."""
    for part, gbps, near, far in _ends(design, fabric):
        apart, missing = list[str](), tuple[str, ...]()
        if near.model != far.model:
            apart = list(_differences(near, far, gbps))
            missing = tuple(
                f"{end.model}.{name}"
                for end in (near, far)
                for name in ("lane_gbps", "fibre_pairs")
                if getattr(end, name) is None and (name == "lane_gbps" or end.pluggable)
            )
        yield Claim(
            subject=fabric,
            part=part,
            demand=None if missing and not apart else float(len(apart)),
            capacity=0.0,
            unit="differences between the ends",
            hint=f"{near.model} and {far.model} do not fit each other: {', '.join(apart)}" if apart else "",
            missing=() if apart else missing,
        )


@rule(
    "NET-012",
    "Every port of the nodes has a port in the fabric",
    formula="sum of nodes x ports <= leaves x down x planes x domains, at the speed of the nodes; on a scale-up fabric "
    "of each pod <= leaves x down x planes, a domain",
    basis="what isn't plugged in doesn't train; capacity reference 3.3, NET-001",
)
def node_ports(state: State) -> Iterator[Claim]:
    """Links that the nodes in service ask for against the leaf ports there are."""
    joined = attached(state)
    for fabric in _fabrics(state):
        entry, clos = joined[fabric.name], clos_of(fabric)
        apart = fabric.kind is FabricKind.SCALE_UP
        given = clos.end_points * fabric.planes * _domains(fabric)
        wanted = _fullest_pod(entry) if apart else entry.link_count
        short = wanted - given
        yield Claim(
            subject=fabric,
            demand=None if entry.missing else wanted,
            capacity=float(given),
            unit="links",
            inputs=(
                *_asking(entry.links),
                Input("leaves", fabric.tiers[0].switches, "switches a plane", THIS_PLAN),
                Input("down", fabric.tiers[0].down.ports, "links of a leaf", THIS_PLAN),
                Input("planes", fabric.planes, "planes", THIS_PLAN),
                *(() if apart else (Input("domains", fabric.domains, "domains", THIS_PLAN),)),
            ),
            hint=f"{number(short)} links find no leaf port: {_leaves(fabric, short)} leaves more" if short > 0 else "",
            missing=tuple(entry.missing),
        )
        yield from _node_speeds(fabric, entry.links)


def _asking(links: Iterable[Attachment]) -> Iterator[Input]:
    """Links that the nodes of each model ask for, all pods together."""
    asked: dict[str, float] = {}
    for attachment in links:
        asked[attachment.node.model] = asked.get(attachment.node.model, 0.0) + attachment.links
    for model, count in asked.items():
        yield Input(f"nodes x ports of {model}", count, "links", "catalogue and this plan")


def _fullest_pod(entry: Attached) -> float:
    """Links of the pod that asks for most."""
    links: dict[str, float] = {}
    for attachment in entry.links:
        links[attachment.placement.name] = links.get(attachment.placement.name, 0.0) + attachment.links
    return max(links.values(), default=0.0)


def _domains(fabric: Fabric) -> int:
    """Domains whose ports are held against demand together: on a scale-up fabric each pod has one of its own."""
    return 1 if fabric.kind is FabricKind.SCALE_UP else fabric.domains


def _leaves(fabric: Fabric, short: float) -> int:
    each = fabric.tiers[0].down.ports * fabric.planes * _domains(fabric)
    return int(-(-short // each))


def _node_speeds(fabric: Fabric, links: list[Attachment]) -> Iterator[Claim]:
    """The fastest node against the leaf; one claim for the fabric."""
    if not links:
        return
    fastest = max(links, key=lambda attachment: attachment.ports.gbps)
    leaf = fabric.tiers[0].down.gbps
    yield Claim(
        subject=fabric,
        part="speed",
        demand=fastest.ports.gbps,
        capacity=leaf,
        unit="Gb/s",
        inputs=(Input(f"{fastest.node.model} port", fastest.ports.gbps, "Gb/s", "catalogue or this plan"),),
        hint=f"ports of {fastest.node.model} are faster than the leaf" if fastest.ports.gbps > leaf else "",
    )


@rule(
    "NET-013",
    "Rails are aligned where the plan says so",
    formula="leaves mod ports of a node = 0; nodes <= leaves / ports of a node x down",
    basis="port i of every node goes to leaf i of its group; facts 7.2",
)
def rails(state: State) -> Iterator[Claim]:
    """Whether the leaves come in groups of one for each port of a node, and the nodes fit the groups."""
    joined = attached(state)
    for fabric in _fabrics(state):
        entry = joined[fabric.name]
        counts = {a.ports.count * a.share / fabric.planes for a in entry.links}
        if not fabric.rail_aligned or not counts:
            continue
        leaves, widest = fabric.tiers[0].switches, max(counts)
        rest = sum(leaves % count for count in sorted(counts)) if all(c == int(c) for c in counts) else 1.0
        groups = int(leaves // widest)
        yield Claim(
            subject=fabric,
            part="groups",
            demand=float(rest),
            capacity=0.0,
            unit="leaves left over",
            inputs=(
                Input("leaves", leaves, "switches a plane", THIS_PLAN),
                Input("ports of a node", widest, "ports a plane", "catalogue or this plan"),
            ),
            hint=f"{leaves} leaves aren't groups of {number(widest)}: {number((groups + 1) * widest)} are"
            if rest
            else "",
        )
        nodes = sum(a.nodes for a in entry.links)
        room = groups * fabric.tiers[0].down.ports
        yield Claim(
            subject=fabric,
            part="nodes",
            demand=float(nodes),
            capacity=float(room * fabric.domains),
            unit="nodes",
            hint=f"{nodes - room * fabric.domains} nodes find no group with room on every rail"
            if nodes > room * fabric.domains
            else "",
        )


@plan_rule(
    "NET-010",
    "Sites are near enough in time",
    formula="sum over the fastest path of 4.9 us/km x route_km x detour + equipment <= limit_ms, one way",
    basis="light in fibre; 20 ms between national hubs; capacity reference 3.3, NET-010",
)
def latency(design: Design) -> Iterator[Claim]:
    """One-way delay between every two sites, over the fastest path that the declared routes give."""
    routes = [(site.name, route) for site in design.hub.sites for route in site.routes]
    if not routes:
        return
    limits: dict[frozenset[str], float] = {}
    for one, route in routes:
        ends = frozenset((one, route.to))
        limits[ends] = min(route.limit_ms, limits.get(ends, math.inf))
    sites = {site.name: site for site in design.hub.sites}
    for path in fastest_paths(sites, routes):
        limit = limits.get(frozenset((path.origin, path.destination)), NATIONAL_LIMIT_MS)
        over = None if path.delay_ms is None else path.delay_ms - limit
        yield Claim(
            subject=sites[path.origin],
            part=f"to {path.destination}",
            demand=path.delay_ms,
            capacity=limit,
            unit="ms",
            inputs=(
                Input("fibre", path.fibre_km, "km", THIS_PLAN),
                Input("delay of fibre", DELAY_MS_PER_KM * 1_000, "us/km", "refractive index of glass"),
                Input("equipment", path.equipment_ms, "ms", THIS_PLAN),
            ),
            hint=f"{number(over)} ms too long: {number(over / DELAY_MS_PER_KM)} km of fibre less"
            if over is not None and over > 0
            else "",
            missing=() if path.delay_ms is not None else (f"a route from {path.origin} to {path.destination}",),
            note=f"by {', '.join(path.via)}" if path.via else "",
        )


@rule(
    "NET-014",
    "Accelerators hang on a network",
    severity=Verdict.REVIEW,
    formula="nodes with accelerators in no scale-out fabric = 0, where the plan has such fabrics",
    basis="what isn't plugged in trains with nobody; capacity reference 3.3, NET-001",
)
def networked(state: State) -> Iterator[Claim]:
    """Nodes of each pod that no scale-out fabric joins; not asked while no such fabric stands."""
    fabrics = {fabric.name for fabric in _fabrics(state) if fabric.kind is FabricKind.SCALE_OUT}
    for placement in state.placements if fabrics else ():
        nodes = sum(
            rack.count * count
            for rack, facts in state.design.pod(placement).runs
            for count, node in facts.nodes
            if node.accelerators
        )
        if not nodes:
            continue
        joined = not fabrics.isdisjoint(placement.fabrics)
        yield Claim(
            subject=placement,
            demand=0.0 if joined else float(nodes),
            capacity=0.0,
            unit="nodes on no network",
            hint="" if joined else f"name a scale-out fabric in the fabrics of {placement.name}",
        )
