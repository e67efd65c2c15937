"""NET-002, NET-003, NET-004, NET-005, NET-009: size, bandwidth and redundancy of a folded Clos network."""

import math
from collections.abc import Iterator
from itertools import count, pairwise

from petaplan.capacity.claims import PLAN, Claim, at_most, must_be_zero, planned
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Attached, attached
from petaplan.capacity.fabrics.bisection import FabricLoss, bisection_gbps, losses_of
from petaplan.capacity.fabrics.fabric import Clos, clos_of, fits, radix
from petaplan.capacity.fabrics.wiring import MOST_PAIRS, spread
from petaplan.capacity.findings import Input, Verdict, count_of, number
from petaplan.capacity.network import Fabric, Tier
from petaplan.capacity.quantity import cited
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.rules.net.parts import fabrics_of, meant_oversubscription, optic_of, switch_of
from petaplan.capacity.state import State


@plan_rule(
    "NET-002",
    "Oversubscription is the declared one",
    severity=Verdict.REVIEW,
    formula="bandwidth down / bandwidth up <= oversubscription (default: 1 for compute, 4 for storage and management)",
    basis="oversubscription is a choice; docs/basis/network.md#oversubscription",
)
def oversubscription(design: Design) -> Iterator[Claim]:
    """Bandwidth toward the nodes over bandwidth toward the next tier, tier by tier."""
    for fabric in design.hub.fabrics:
        for tier in fabric.tiers[:-1]:
            if tier.up is not None:
                down_gbps, up_gbps = tier.down.ports * tier.down.gbps, tier.up.ports * tier.up.gbps
                yield _ratio_claim(fabric, tier, down_gbps, up_gbps)


def _ratio_claim(fabric: Fabric, tier: Tier, down_gbps: float, up_gbps: float) -> Claim:
    ratio, meant, declared = number(down_gbps / up_gbps), meant_oversubscription(fabric, tier), tier.oversubscription
    return at_most(
        fabric,
        down_gbps / up_gbps,
        meant,
        "down over up",
        part=tier.name,
        inputs=(
            Input("down", down_gbps, "Gb/s per switch", PLAN),
            Input("up", up_gbps, "Gb/s per switch", PLAN),
            Input("oversubscription", meant, "down over up", PLAN if declared else f"usual for {fabric.kind}"),
        ),
        hint=lambda _: f"Oversubscription is {ratio} to 1: declare `oversubscription: {ratio}`, or add uplinks",
    )


@plan_rule(
    "NET-003",
    "The tiers can connect all end points",
    formula="end points <= product of down of the tiers below the top x links of a top switch; P^2/2 for two tiers, "
    "P^3/4 for three",
    basis="size of a folded Clos network; docs/basis/network.md#size-of-a-clos-network",
)
def size(design: Design) -> Iterator[Claim]:
    """End points of one plane against the most that switches with these ports can connect."""
    for fabric in design.hub.fabrics:
        if len(fabric.tiers) > 1:
            yield _size_claim(design, fabric)


def _size_claim(design: Design, fabric: Fabric) -> Claim:
    clos, top = clos_of(fabric), fabric.tiers[-1]
    switch = switch_of(design, top)
    links = radix(switch, optic_of(design, top.down), top.down.gbps)
    return at_most(
        fabric,
        float(clos.end_points),
        float(clos.most_end_points // top.down.ports * links),
        "end points",
        inputs=(
            Input("leaves", fabric.tiers[0].switches, "switches", PLAN),
            *(Input(f"down of {tier.name}", tier.down.ports, "links of a switch", PLAN) for tier in fabric.tiers[:-1]),
            Input("links of a top switch", links, "links", cited(switch.ports)),
        ),
        hint=lambda over: (
            f"Over by {count_of(over, 'end point')} for {len(fabric.tiers)} tiers: add a tier or use larger switches"
        ),
    )


@plan_rule(
    "NET-004",
    "Uplinks have ports and are spread evenly over the next tier",
    formula="uplinks <= ports of the next tier; uplinks of a leaf mod spines = 0, or spines mod uplinks = 0",
    basis="links from leaf to spine are alike; docs/basis/network.md#spines-divide-uplinks",
)
def spines(design: Design) -> Iterator[Claim]:
    """Each tier against the next: ports in total, and whether each switch reaches each spine alike."""
    for fabric in design.hub.fabrics:
        clos = clos_of(fabric)
        for index, (lower, upper) in enumerate(pairwise(fabric.tiers)):
            yield _uplink_claim(fabric, lower, upper)
            yield _evenly_claim(fabric, clos, index)


def _uplink_claim(fabric: Fabric, lower: Tier, upper: Tier) -> Claim:
    up = lower.up.ports if lower.up else 0
    return at_most(
        fabric,
        float(lower.switches * up),
        float(upper.switches * upper.down.ports),
        "links",
        part=f"{lower.name} to {upper.name}",
        inputs=(
            Input(f"{lower.name} switches", lower.switches, "switches", PLAN),
            Input("uplinks of each", up, "links", PLAN),
            Input(f"{upper.name} switches", upper.switches, "switches", PLAN),
            Input("downlinks of each", upper.down.ports, "links", PLAN),
        ),
        hint=lambda over: f"Short by {count_of(over, 'port')} for uplinks: add {upper.name} switches",
    )


def _evenly_claim(fabric: Fabric, clos: Clos, index: int) -> Claim:
    lower, upper = fabric.tiers[index], fabric.tiers[index + 1]
    up, reached = lower.up.ports if lower.up else 0, clos.reach(index)
    rest = 0 if fits(up, reached) else up % reached
    return must_be_zero(
        fabric,
        rest if up else 1,
        "links left over",
        part=f"{lower.name} to {upper.name}, evenly",
        inputs=(
            Input("uplinks of a switch", up, "links", PLAN),
            Input(f"{upper.name} switches it reaches", reached, "switches", PLAN),
        ),
        hint=lambda _: (
            f"{up} uplinks do not spread evenly over {reached} switches: use {_fitting(up, reached)}"
            if up
            else f"A switch of {lower.name} has no uplinks: give it a multiple of {reached}"
        ),
    )


def _fitting(up: int, reached: int) -> str:
    """The nearest numbers of switches over which some uplinks spread evenly."""
    below = max(n for n in range(1, reached) if fits(up, n))
    above = next(n for n in count(reached) if fits(up, n))
    return f"{below} or {above}"


@rule(
    "NET-005",
    "Bisection bandwidth covers the attached nodes",
    severity=Verdict.WARNING,
    formula="attached bandwidth / 2 / product of the declared oversubscription <= maximum flow "
    "between two halves of the end points",
    basis="minimum cut of a folded Clos network; docs/basis/network.md#bisection",
)
def bisection(state: State) -> Iterator[Claim]:
    """Half the bandwidth of the nodes that are attached on the day, against that of the fabric."""
    joined = attached(state)
    for fabric in fabrics_of(state):
        if joined[fabric.name].placement:
            yield _bisection_claim(fabric, joined[fabric.name])


def _bisection_claim(fabric: Fabric, entry: Attached) -> Claim:
    attached_gbps = sum(a.links * min(a.ports.gbps, fabric.tiers[0].down.gbps) for a in entry.links)
    meant = math.prod(max(1.0, meant_oversubscription(fabric, tier)) for tier in fabric.tiers[:-1])
    flow_gbps = bisection_gbps(clos_of(fabric)) * fabric.domains
    asked = attached_gbps / 2 / meant
    return at_most(
        fabric,
        asked / 1_000,
        flow_gbps / 1_000,
        "Tb/s",
        inputs=(
            Input("links attached", entry.link_count, "links", PLAN),
            Input("bandwidth attached", attached_gbps, "Gb/s", PLAN),
            Input("oversubscription of all tiers", meant, "ratio", PLAN),
            Input("maximum flow", flow_gbps, "Gb/s", "between two halves, all planes and domains"),
            planned(fabric, "planes", "domains"),
        ),
        hint=lambda over: f"Short by {number(over)} Tb/s between the halves: add uplinks and spines in proportion",
        missing=(*entry.missing, *_not_followed(fabric, holds=asked <= flow_gbps)),
    )


@plan_rule(
    "NET-009",
    "The fabric survives the loss of any one switch or link",
    formula="1 - bisection after the worst loss / bisection <= 1 - minimum_bisection_fraction; parts - 1 = 0",
    basis="each switch and link lost once; docs/basis/network.md#single-losses-of-a-fabric",
)
def single_loss(design: Design) -> Iterator[Claim]:
    """The worst switch of each tier and the worst link of each layer, as the share of the bisection that is lost."""
    for fabric in design.hub.fabrics:
        clos = clos_of(fabric)
        if not clos.whole:
            hint = "A plane is in parts: connect each switch to each switch of the next tier"
            inputs = (Input("parts", 2, "parts at least", "links of a plane"),)
            yield must_be_zero(fabric, 1, "parts too many", part="as built", inputs=inputs, hint=hint)
            continue
        for loss in losses_of(clos):
            yield from _loss_claims(fabric, loss)


def _loss_claims(fabric: Fabric, loss: FabricLoss) -> Iterator[Claim]:
    if loss.parted and fabric.planes == 1:
        part = f"parted by the loss of a {loss.name}"
        hint = "The loss separates switches from each other: add a second one in parallel"
        inputs = (Input("parts", 2, "parts at least", "links of a plane after the loss"),)
        yield must_be_zero(fabric, 1, "parts too many", part=part, inputs=inputs, hint=hint)
    if fabric.minimum_bisection_fraction is not None:
        yield _bisection_loss_claim(fabric, loss, fabric.minimum_bisection_fraction)


def _not_followed(fabric: Fabric, *, holds: bool) -> tuple[str, ...]:
    """What is not known of an uneven plane that is too large to be followed link by link.

    Its links count as spread evenly, which is the most that they can carry. A limit that is broken even so is broken.
    """
    if not holds or not spread(clos_of(fabric)):
        return ()
    return (f"the flow of {fabric.name}, whose planes are uneven and join more than {MOST_PAIRS:,} pairs of switches",)


def _bisection_loss_claim(fabric: Fabric, loss: FabricLoss, floor: float) -> Claim:
    lost, allowed, whole_gbps = 1 - loss.remaining_fraction, 1 - floor, bisection_gbps(clos_of(fabric))
    return at_most(
        fabric,
        lost,
        allowed,
        "of the bisection",
        part=f"loss of a {loss.name}",
        inputs=(
            Input("bisection", whole_gbps, "Gb/s", "maximum flow between two halves, all planes"),
            Input("bisection left", whole_gbps * loss.remaining_fraction, "Gb/s", "maximum flow after the loss"),
            planned(fabric, "minimum_bisection_fraction"),
        ),
        missing=_not_followed(fabric, holds=lost <= allowed),
        hint=lambda _: f"{lost:.1%} is lost and {allowed:.1%} is allowed: use more and smaller switches in that tier",
    )
