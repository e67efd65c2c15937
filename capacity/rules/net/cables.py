"""NET-006: length of the cables against their reach, and against the layout."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Attached, attached
from petaplan.capacity.fabrics.layout import Position, longest_run_m, place_of, run_inputs
from petaplan.capacity.findings import number
from petaplan.capacity.hardware import Optic
from petaplan.capacity.network import Fabric, FabricKind, Links
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.net.parts import fabrics_of, facing, optic_of
from petaplan.capacity.state import states_of

Places = dict[str, list[Position]]
Ends = tuple[Position, Position]
Run = tuple[float, Ends]
"""Length of the longest run, m, and the two rack groups at its ends."""


@plan_rule(
    "NET-006",
    "Cables are long enough and within reach",
    formula="length_m <= reach_m of the module or cable; Manhattan run + drops + slack <= length_m",
    basis="copper 3 to 7 m, multimode 50 to 100 m, single-mode 500 m and more; docs/basis/network.md#reach-of-cables",
)
def reach(design: Design) -> Iterator[Claim]:
    """The ordered length of each kind of link against its reach, and against the layout where it is known."""
    runs = _longest_runs(design)
    for fabric in design.hub.fabrics:
        for index, tier in enumerate(fabric.tiers):
            for way, links in facing(tier):
                yield _reach_claim(fabric, f"{tier.name} {way}", links, optic_of(design, links))
            for way, links in facing(tier):
                run = runs.get((fabric.name, 0 if index == 0 and links is tier.down else 1))
                if run is not None:
                    yield _layout_claim(fabric, f"{tier.name} {way}, layout", links, *run)


def _reach_claim(fabric: Fabric, part: str, links: Links, optic: Optic) -> Claim:
    return at_most(
        fabric,
        links.length_m,
        optic.reach_m.value,
        "m",
        part=part,
        inputs=(planned(links, "length_m"), *from_catalogue(optic, "reach_m").inputs),
        hint=lambda over: f"{optic.model} ({optic.medium}) is {number(over)} m short: use a module of longer reach",
    )


def _layout_claim(fabric: Fabric, part: str, links: Links, run_m: float, ends: Ends) -> Claim:
    return at_most(
        fabric,
        run_m,
        links.length_m,
        "m",
        part=part,
        inputs=(*run_inputs(*ends), planned(links, "length_m")),
        hint=lambda short: f"The longest run is {number(run_m)} m of cable: order {number(short)} m more",
    )


def _longest_runs(design: Design) -> Mapping[tuple[str, int], Run]:
    """Longest cable of each fabric in the whole plan: 0 from a node to a switch, 1 between switches."""
    longest: dict[tuple[str, int], Run] = {}
    before: dict[str, tuple[str, ...]] = {}
    for state in states_of(design):
        joined = attached(state)
        for fabric in fabrics_of(state):
            entry = joined[fabric.name]
            if before.get(fabric.name) == (names := tuple(entry.placement)):
                continue  # nothing was added since the last state
            before[fabric.name] = names
            for layer, run in _runs(design, fabric, entry):
                key = (fabric.name, layer)
                if key not in longest or run[0] > longest[key][0]:
                    longest[key] = run
    return longest


def _runs(design: Design, fabric: Fabric, entry: Attached) -> Iterator[tuple[int, Run]]:
    """Each run from a node or a switch to a switch; in scale-up, within a pod."""
    apart = fabric.kind is FabricKind.SCALE_UP
    nodes, switches = _places(design, entry, apart=apart)
    for domain, here in switches.items():
        for one in here:
            for layer, others in ((0, nodes.get(domain, ())), (1, here)):
                for other in others:
                    if (run_m := longest_run_m(one, other)) is not None:
                        yield layer, (run_m, (one, other))


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
