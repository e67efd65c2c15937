"""PWR-004 to 006, 021, 022; REL-002, REL-003; PH-005: what stays up when one thing fails?"""

import math
from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import halls_of_plant
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import uneven_busways
from petaplan.capacity.failover.contingencies import (
    CLAIMS_PATHS,
    NORMAL,
    Effect,
    claimed,
    contingencies_of,
    normal_effects,
    transition_state,
)
from petaplan.capacity.failover.exposure import maintenance_n_minus_2
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.power import Intake
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.rules.cooling import broken_by_one_unit
from petaplan.capacity.site import Hall, Redundancy
from petaplan.capacity.state import State, review_states_of

SURVIVOR = "racks dark = 0, and load of every survivor <= rating x derating x pf"


Known = dict[int, tuple[Input, ...]]
"""Inputs of each piece that was a survivor before, by its place."""


def effect_claim(graph: PowerGraph, hall: Hall, effect: Effect, part: str, known: Known | None = None) -> Claim:
    """What a hall feels of a loss, as demand against capacity: racks first, then plant, then the worst survivor."""
    lost = effect.label
    if effect.racks:
        hint = (
            f"{effect.racks} racks ({number(effect.dark_kw)} kW) have no live feed without {lost}: "
            "let a second one have power then"
        )
        return Claim(subject=hall, part=part, demand=float(effect.racks), capacity=0.0, unit="racks dark", hint=hint)
    if effect.plant_kw:
        hint = (
            f"{number(effect.plant_kw)} kW of cooling plant stop without {lost}, and the rest cannot move their heat: "
            "feed them from a second source, or add to the rest"
        )
        return Claim(subject=hall, part=part, demand=effect.plant_kw, capacity=0.0, unit="kW of plant dark", hint=hint)
    if effect.survivor is None:
        return Claim(subject=hall, part=part, demand=0.0, capacity=0.0, unit="racks dark", note="nothing moves")
    return Claim(
        subject=hall,
        part=part,
        demand=None if effect.missing else effect.carries_kw,
        capacity=effect.limit_kw,
        unit="kW",
        inputs=_inputs(graph, effect.survivor, {} if known is None else known),
        hint="" if effect.survives else _relief(graph, effect),
        missing=effect.missing,
        note=f"{graph.names[effect.survivor]} is the survivor nearest to its limit"
        + (", three times its fullest line being held against it" if effect.survivor in uneven_busways(graph) else ""),
    )


def _inputs(graph: PowerGraph, survivor: int, known: Known) -> tuple[Input, ...]:
    if survivor not in known:
        node = graph.nodes[survivor]
        terms, is_feed = graph.terms_of(node), graph.is_feed[survivor]
        if isinstance(node, Intake):
            known[survivor] = (
                Input("contracted_kva", terms.contracted_kva, "kVA", f"{node.name} of this plan, on the day"),
                Input("unit_rated_kva", node.unit_rated_kva, "kVA", f"one circuit of {node.name}"),
                Input("units", node.units, "circuits", f"{node.name} of this plan"),
                Input("pf", terms.power_factor, "fraction", "site of this plan"),
                Input("diversity", terms.diversity, "fraction", "site of this plan"),
            )
            return known[survivor]
        unit = graph.limits_kw[survivor] / (1 if is_feed else node.units)
        known[survivor] = (
            Input(
                "limit of one circuit" if is_feed else "limit of one unit", unit, "kW", f"{node.name}, derated, at pf"
            ),
            Input("units", node.units, "units", f"{node.name} of this plan"),
            Input("derating", terms.derating, "fraction", f"jurisdiction {terms.jurisdiction}"),
            Input("pf", terms.power_factor, "fraction", "site of this plan"),
        )
    return known[survivor]


def _relief(graph: PowerGraph, effect: Effect) -> str:
    assert effect.survivor is not None
    node, over = graph.nodes[effect.survivor], effect.carries_kw - effect.limit_kw
    unit = graph.limits_kw[effect.survivor] / node.units
    when = f"with {NORMAL}" if effect.label == NORMAL else f"without {effect.label}"
    words = f"{when}, {node.name} carries {number(over)} kW too much"
    if graph.is_feed[effect.survivor]:
        return f"{words} on one circuit: a larger breaker or one more feed"
    if isinstance(node, Intake):
        terms = graph.terms_of(node)
        what = (
            "contract" if terms.contracted_kva <= graph.ratings_kva[effect.survivor] else "circuits that are rated for"
        )
        return f"{words}: {what} {number(over * terms.diversity / terms.power_factor)} kVA more"
    if effect.survivor in uneven_busways(graph):
        return (
            f"{words} if all its lines were as full as the fullest: {number(over / 3)} kW off that line, or elsewhere"
        )
    more = f"{math.ceil(over / unit - 1e-9)} more of its units or " if unit else ""
    return f"{words}: {more}{number(over)} kW of racks elsewhere"


def _claims(state: State, levels: Iterable[Redundancy]) -> Iterator[Claim]:
    found = contingencies_of(state)
    by_hall, known = found.by_hall, Known()
    for hall in state.standing(state.design.hub.halls):
        if hall.redundancy in levels:
            for effect in by_hall.get(hall.name, ()):
                if claimed(found.graph, hall, effect):
                    yield effect_claim(found.graph, hall, effect, f"without-{effect.loss}", known)


@rule(
    "PWR-004",
    "With two sides, either side carries all",
    formula=f"for each object lost: {SURVIVOR}",
    basis="2N is tested by enumeration, whole objects and single units; capacity reference 3.1, PWR-004",
    also_on_contract_changes=True,
)
def two_sides(state: State) -> Iterator[Claim]:
    """Every single loss in the chain of each hall that claims 2N."""
    return _claims(state, (Redundancy.TWO_N,))


@rule(
    "PWR-005",
    "With one spare, any one unit may fail",
    formula=f"for each unit lost of intakes, transformers, UPSes and generators: {SURVIVOR}",
    basis="N+1 speaks of what makes and converts power, not of the path; capacity reference 3.1, PWR-005",
    also_on_contract_changes=True,
)
def one_spare(state: State) -> Iterator[Claim]:
    """Every single unit in the chain of each hall that claims N+1."""
    return _claims(state, (Redundancy.N_PLUS_1,))


@rule(
    "PWR-006",
    "With distributed redundancy, the partners take over",
    formula=f"for each object lost: {SURVIVOR}; so normal load <= (n-1)/n of the limit",
    basis="3N/2 and 4N/3 are tested by enumeration; capacity reference 3.1, PWR-006",
    also_on_contract_changes=True,
)
def distributed(state: State) -> Iterator[Claim]:
    """Every single loss in the chain of each hall that claims 3N/2 or 4N/3."""
    return _claims(state, (Redundancy.THREE_TO_MAKE_TWO, Redundancy.FOUR_TO_MAKE_THREE))


@rule(
    "PWR-021",
    "Any one piece may be out for work",
    formula=f"for each object or unit out for work: {SURVIVOR}",
    basis="what the plan claims with concurrently_maintainable; capacity reference 3.4, REL-003",
    also_on_contract_changes=True,
)
def maintainable(state: State) -> Iterator[Claim]:
    """The worst planned outage of each hall that claims concurrent maintainability."""
    found = contingencies_of(state)
    by_hall = found.by_hall
    for hall in state.standing(state.design.hub.halls):
        if hall.concurrently_maintainable and by_hall.get(hall.name):
            effects = by_hall[hall.name]
            worst = max(effects, key=lambda effect: effect.badness)
            claim = effect_claim(found.graph, hall, worst, "")
            yield Claim(
                subject=hall,
                demand=claim.demand,
                capacity=claim.capacity,
                unit=claim.unit,
                inputs=(*claim.inputs, Input("outages", len(effects), "outages", "enumerated")),
                hint=claim.hint,
                missing=claim.missing,
                note=f"the worst is {worst.label}" + (f"; {claim.note}" if claim.note else ""),
            )


@rule(
    "PWR-022",
    "During planned work one more loss is survived",
    severity=Verdict.WARNING,
    formula=f"planned outages in which some single loss, or that of the utility, breaks: {SURVIVOR}, = 0",
    basis="N-1 asked again with each piece and each generator out for work: how exposed a hall is then; capacity "
    "reference 3.4, REL-003",
    also_on_contract_changes=True,
)
def maintained_and_hit(state: State) -> Iterator[Claim]:
    """Planned outages that leave a hall on its last leg, where it claims concurrent maintainability."""
    found = contingencies_of(state)
    for hall in state.standing(state.design.hub.halls):
        if not hall.concurrently_maintainable:
            continue
        outcomes = list(maintenance_n_minus_2(found, hall.name, whole=hall.redundancy in CLAIMS_PATHS))
        if not outcomes:
            continue
        broken = [(out, effect) for out, effect in outcomes if not effect.survives]
        hint = ""
        if broken:
            out, worst = max(broken, key=lambda pair: pair[1].badness)
            lost = "nothing else lost" if worst.label == NORMAL else f"{worst.label} lost"
            hint = f"the worst: {out} out for work and {lost}, {_felt(worst)}; plan such work for hours of less load"
        missing = () if broken else _missing(effect for _, effect in outcomes)
        yield Claim(
            subject=hall,
            demand=None if missing else float(len(broken)),
            capacity=0.0,
            unit="planned outages",
            missing=missing,
            inputs=(Input("planned outages", len(outcomes), "outages", "enumerated, each with every single loss"),),
            hint=hint,
        )


@rule(
    "REL-003",
    "No single loss of power or cooling darkens racks or overloads a survivor",
    severity=Verdict.REVIEW,
    formula="losses of one object or one unit that a hall doesn't survive = 0",
    basis="every single loss is enumerated, claimed or not; capacity reference 3.4, REL-003",
    also_on_contract_changes=True,
)
def single_points(state: State) -> Iterator[Claim]:
    """Single points of failure in the power and cooling of each hall, whatever redundancy it claims."""
    by_hall = contingencies_of(state).by_hall
    served = halls_of_plant(state.design)
    hot: dict[str, list[str]] = {}
    for piece, left_over in broken_by_one_unit(state):
        for name in served.get(piece.name, ()):
            hot.setdefault(name, []).append(f"one unit of {piece.name}: {number(left_over)} kW of heat stay")
    for hall in state.standing(state.design.hub.halls):
        effects, heats = by_hall.get(hall.name, []), hot.get(hall.name, [])
        if not effects and not heats:
            continue
        broken = [effect for effect in effects if not effect.survives]
        words = [*heats[:1]]
        if broken:
            worst = max(broken, key=lambda effect: effect.badness)
            words.insert(
                0, f"{len(broken)} of {len(effects)} losses of power, the worst is {worst.label}: {_felt(worst)}"
            )
        missing = () if words else _missing(effects)
        yield Claim(
            subject=hall,
            demand=None if missing else float(len(broken) + len(heats)),
            capacity=0.0,
            unit="single points of failure",
            missing=missing,
            inputs=(Input("losses of power", len(effects), "losses", "enumerated"),),
            hint="; ".join(words),
        )


def _felt(effect: Effect) -> str:
    """What a hall feels of a loss that it doesn't survive, in few words."""
    if effect.racks:
        return f"{effect.racks} racks ({number(effect.dark_kw)} kW) go dark"
    if effect.plant_kw:
        return f"{number(effect.plant_kw)} kW of cooling plant go dark"
    return f"a survivor is at {effect.ratio:.1%}"


def _missing(effects: Iterable[Effect]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for effect in effects for name in effect.missing))


@rule(
    "PH-005",
    "A phase that joins leaves the redundancy of what serves",
    formula=f"on the eve, old and new racks drawing, nothing lost and for each loss claimed: {SURVIVOR}",
    basis="cut-over: shared equipment counted once, the contract of the eve; capacity reference 3.4, PH-003",
    also_on_contract_changes=True,
)
def cut_overs(state: State) -> Iterator[Claim]:
    """Halls in service before a change, while what comes is being accepted and what leaves still runs."""
    found = transition_state(state)
    if found is None:
        return
    design = state.design
    before = review_states_of(design)[review_states_of(design).index(state) - 1]
    halls = [hall for hall in before.standing(design.hub.halls) if before.placements_by_hall.get(hall.name)]
    by_hall = found.by_hall
    normal = {effect.hall: effect for effect in normal_effects(normal_flow(found.graph), [hall.name for hall in halls])}
    for hall in halls:
        effects = [effect for effect in by_hall.get(hall.name, ()) if claimed(found.graph, hall, effect)]
        effects += (effect for effect in found.outage if effect.hall == hall.name and hall.name in found.backed)
        if hall.name in normal:
            effects.append(normal[hall.name])
        if effects:
            yield _cut_over_claim(state, found.graph, hall, max(effects, key=lambda effect: effect.badness))


def _cut_over_claim(state: State, graph: PowerGraph, hall: Hall, worst: Effect) -> Claim:
    claim = effect_claim(graph, hall, worst, "cut-over")
    return Claim(
        subject=hall,
        part="cut-over",
        demand=claim.demand,
        capacity=claim.capacity,
        unit=claim.unit,
        inputs=claim.inputs,
        hint=claim.hint,
        missing=claim.missing,
        note=f"on the eve of {state.day}, {worst.label}" + (f"; {claim.note}" if claim.note else ""),
    )


def _class_reached(hall: Hall) -> int:
    """The highest class whose topology a hall declares."""
    if hall.redundancy is Redundancy.N:
        return 1
    if not hall.concurrently_maintainable:
        return 2
    return 3 if hall.redundancy is Redundancy.N_PLUS_1 else 4


@plan_rule(
    "REL-002",
    "A facility class rests on a topology",
    formula="class 2: N+1; class 3: N+1 and concurrently maintainable; class 4: 2N, 3N/2 or 4N/3 as well",
    basis="Uptime, TIA-942 and EN 50600 are different schemes, each a topology; capacity reference 3.4, REL-002",
)
def facility_class(design: Design) -> Iterator[Claim]:
    """The class that a hall claims against the redundancy that it declares, which other rules test."""
    for hall in design.hub.halls:
        if hall.facility_class is None:
            continue
        reached, scheme = _class_reached(hall), hall.facility_scheme
        how = (
            hall.redundancy if hall.concurrently_maintainable else f"{hall.redundancy}, not concurrently maintainable,"
        )
        yield Claim(
            subject=hall,
            demand=float(hall.facility_class) if scheme else None,
            capacity=float(reached),
            unit="class",
            hint=f"{how} is a topology of class {reached}" if reached < hall.facility_class else "",
            missing=() if scheme else ("facility_scheme",),
            note=f"by {scheme}" if scheme else "no scheme is named",
        )
