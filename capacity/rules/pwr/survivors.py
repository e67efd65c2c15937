"""Claims after a loss: racks and plant without power, and the load of the survivors."""

import math
from collections.abc import Iterable

from petaplan.capacity.claims import Claim, at_most, must_be_zero
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import uneven_busways
from petaplan.capacity.failover.contingencies import NORMAL, Effect
from petaplan.capacity.findings import Input, count_of, later, number
from petaplan.capacity.gaps import joined
from petaplan.capacity.power import Intake, is_dc
from petaplan.capacity.rules.pwr.terms import derating, power_factor
from petaplan.capacity.site import Hall

SURVIVOR = "racks dark = 0, kW of plant dark = 0, load of each survivor <= rating x derating x load_power_factor"
"""What holds after a loss; a survivor is equipment that is left and carries more than before."""

LOSS = "load flow after the loss"


def effect_claim(graph: PowerGraph, hall: Hall, effect: Effect, part: str) -> Claim:
    """The effect of a loss on a hall as one claim: dark racks first, then dark plant, then the worst survivor."""
    if effect.racks:
        inputs = (Input("racks without a live feed", effect.racks, "racks dark", LOSS),)
        return must_be_zero(hall, effect.racks, "racks dark", part=part, inputs=inputs, hint=_dark_racks(effect))
    if effect.plant_kw:
        inputs = (Input("plant that is missed", effect.plant_kw, "kW of plant dark", LOSS),)
        unit, hint = "kW of plant dark", _dark_plant(effect)
        return must_be_zero(hall, effect.plant_kw, unit, part=part, inputs=inputs, hint=hint)
    survivor = effect.survivor
    if survivor is None:
        return must_be_zero(hall, 0.0, "racks dark", part=part, note="no load moves")
    note = f"{graph.names[survivor]} is the survivor nearest to its limit"
    if survivor in uneven_busways(graph):
        note += "; three times its line with the highest load is compared"
    claim = at_most(
        hall,
        effect.carries_kw,
        effect.limit_kw,
        "kW",
        part=part,
        inputs=(
            Input("load", effect.carries_kw, "kW", LOSS),
            later(_inputs, graph, survivor, _units_left(graph, effect)),
        ),
        hint=lambda over: _relief(graph, effect, survivor, over),
        missing=effect.missing,
        note=note,
    )
    claim.culprit = graph.nodes[survivor].name
    return claim


def _dark_racks(effect: Effect) -> str:
    return (
        f"No live feed for {count_of(effect.racks, 'rack')} ({number(effect.dark_kw)} kW) without {effect.label}: "
        "add a feed from a source that is left"
    )


def _dark_plant(effect: Effect) -> str:
    return (
        f"{number(effect.plant_kw)} kW of cooling plant stop without {effect.label}, and the rest cannot carry their "
        "heat load: feed them from a second source, or add units"
    )


def _units_left(graph: PowerGraph, effect: Effect) -> int:
    """Units of the survivor that the loss leaves; a loss may take one of its own."""
    assert effect.survivor is not None
    lost = effect.loss is not None and effect.loss.place == effect.survivor
    return graph.nodes[effect.survivor].units - lost


def _inputs(graph: PowerGraph, survivor: int, units: int) -> tuple[Input, ...]:
    is_intake = isinstance(graph.nodes[survivor], Intake)
    return _of_intake(graph, survivor, units) if is_intake else _of_others(graph, survivor, units)


def _of_intake(graph: PowerGraph, survivor: int, units: int) -> tuple[Input, ...]:
    node = graph.nodes[survivor]
    assert isinstance(node, Intake)
    terms = graph.terms_of(node)
    return (
        Input("contracted_kva", terms.contracted_kva, "kVA", f"{node.name} of this plan, on the day"),
        Input("unit_rated_kva", node.unit_rated_kva, "kVA", f"one circuit of {node.name}"),
        Input("units", units, "circuits", f"{node.name} of this plan that are left"),
        power_factor(terms.power_factor),
        Input("diversity_fraction", terms.diversity, "fraction", "site of this plan"),
    )


def _of_others(graph: PowerGraph, survivor: int, units: int) -> tuple[Input, ...]:
    node, is_feed = graph.nodes[survivor], graph.is_feed[survivor]
    terms = graph.terms_of(node)
    unit_kw = graph.limits_kw[survivor] / (1 if is_feed else node.units)
    return (
        Input(
            "limit of one circuit" if is_feed else "limit of one unit",
            unit_kw,
            "kW",
            f"{node.name}, derated{'' if is_dc(node) else ', at the power factor'}",
        ),
        Input("units", units, "units", f"{node.name} of this plan that are left"),
        derating(terms),
        *(() if is_dc(node) else (power_factor(terms.power_factor),)),
    )


def _relief(graph: PowerGraph, effect: Effect, survivor: int, over: float) -> str:
    """What takes a survivor back to its limit."""
    node = graph.nodes[survivor]
    when = f"With {NORMAL}" if effect.label == NORMAL else f"Without {effect.label}"
    found = f"{when}, {node.name} is over by {number(over)} kW"
    if graph.is_feed[survivor]:
        return f"{found} on one circuit: use a larger breaker or add a feed"
    if isinstance(node, Intake):
        return f"{found}: {_more_supply(graph, effect, survivor, over)}"
    if survivor in uneven_busways(graph):
        return f"{found} at three times its highest line: move {number(over / 3)} kW off that line"
    unit = graph.limits_kw[survivor] / node.units
    more = f"add {count_of(math.ceil(over / unit - 1e-9), 'unit')}, or " if unit else ""
    return f"{found}: {more}move {number(over)} kW of racks"


def _more_supply(graph: PowerGraph, effect: Effect, survivor: int, over: float) -> str:
    """Contract and circuits that an intake lacks; to raise the lower one may not be enough."""
    terms, node = graph.terms_of(graph.nodes[survivor]), graph.nodes[survivor]
    contracted, rated = terms.contracted_kva, graph.ratings_kva[survivor] * _units_left(graph, effect) / node.units
    needed = min(contracted, rated) + over * terms.diversity / terms.power_factor
    more = [f"contract {number(needed - contracted)} kVA more"] if needed > contracted else []
    more += [f"use circuits rated {number(needed - rated)} kVA higher"] if needed > rated else []
    return " and ".join(more)


def felt(effect: Effect) -> str:
    """The effect of a loss that a hall does not survive, in few words."""
    if effect.racks:
        return f"{count_of(effect.racks, 'rack')} ({number(effect.dark_kw)} kW) without power"
    if effect.plant_kw:
        return f"{number(effect.plant_kw)} kW of cooling plant without power"
    return f"a survivor at {effect.ratio:.1%} of its limit"


def missing_of(effects: Iterable[Effect]) -> tuple[str, ...]:
    """Values that some effects lack, each once."""
    return joined(effect.missing for effect in effects)
