"""Heat loads: of racks by liquid and by air, of transformers and UPSes by the loops that name them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.gaps import Gaps, joined, unverified_inputs, unverified_of
from petaplan.capacity.memo import memoized, memoized_by_object
from petaplan.capacity.power import Converter
from petaplan.capacity.quantity import Quantity, from_figure
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.state import State

Plant = CoolingLoop | Cdu | Chiller

WATER_KJ_PER_KG_K = 4.18
"""Specific heat of water; a litre is taken as a kilogram."""


def liquid_share(facts: RackFacts) -> Quantity:
    """Share of a rack's heat that leaves by liquid: the rack's figure, else that of its nodes by power."""
    if facts.model.liquid_fraction is not None or not facts.nodes or facts.switches:
        return facts.liquid_fraction
    shares = [
        (
            count,
            from_figure(f"{node.model}.liquid_fraction", node.liquid_fraction, f"{node.model}.liquid_fraction"),
            node,
        )
        for count, node in facts.nodes
    ]
    missing = tuple(name for _, share, _ in shares for name in share.missing)
    if missing:
        return Quantity(None, missing=missing)
    inputs = tuple(given for _, share, _ in shares for given in share.inputs)
    values = [share.value or 0.0 for _, share, _ in shares]
    if len(set(values)) == 1:
        return Quantity(values[0], inputs)
    powers = [count * node.power_kw.value for count, _, node in shares if node.power_kw is not None]
    if len(powers) < len(shares):
        return Quantity(None, missing=tuple(f"{node.model}.power_kw" for _, _, node in shares if node.power_kw is None))
    return Quantity(sum(p * v for p, v in zip(powers, values, strict=True)) / sum(powers), inputs)


@dataclass(frozen=True, slots=True)
class Heat:
    """Heat of one rack of a run, by the way it leaves."""

    rack: RackGroup
    liquid_kw: float
    air_kw: float
    missing: tuple[str, ...]

    def by(self, coolant: Coolant) -> float:
        """Heat that leaves by one coolant, kW."""
        return self.liquid_kw if coolant is Coolant.LIQUID else self.air_kw


def heats_of(rack_groups: Iterable[tuple[RackGroup, RackFacts]]) -> Iterator[Heat]:
    """Heat of one rack of each run; electrical power in is heat out."""
    for rack, facts in rack_groups:
        yield Heat(rack, *_heat_of(facts))


def _heat_of(facts: RackFacts) -> tuple[float, float, Gaps]:
    """Heat of one rack that leaves by liquid and by air, kW, and what both lack."""
    share = liquid_share(facts)
    power = facts.it_power_kw.value or 0.0
    liquid = power * (share.value or 0.0)
    unverified = unverified_inputs((*facts.it_power_kw.inputs, *share.inputs))
    return liquid, power - liquid, Gaps((*facts.it_power_kw.missing, *share.missing), unverified)


@memoized_by_object
def _heat_of_alike(_: Design, facts: RackFacts) -> tuple[float, float, Gaps]:
    return _heat_of(facts)


@memoized_by_object
def heats_in(design: Design, placement: Placement) -> tuple[Heat, ...]:
    """Heat of one rack of each rack group of a pod; it is the same on every day."""
    return tuple([Heat(rack, *_heat_of_alike(design, facts)) for rack, facts in design.pod(placement).rack_groups])


@memoized_by_object
def heat_by_loop(design: Design, placement: Placement) -> tuple[tuple[str, float, Gaps], ...]:
    """The loops that the heat of a pod goes to: the heat of all its racks, kW, and what that number lacks."""
    heats = heats_in(design, placement)
    gaps = joined(heat.missing for heat in heats)
    goals = [(coolant, name) for coolant in Coolant if (name := loop_of(placement, coolant)) is not None]
    return tuple([(name, sum(heat.rack.count * heat.by(coolant) for heat in heats), gaps) for coolant, name in goals])


@dataclass(slots=True)
class HeatLoad:
    """Heat load of a cooling object, kW, and the figures that are missing."""

    kw: float = 0.0
    missing: dict[str, None] = field(default_factory=dict)
    unverified: dict[str, None] = field(default_factory=dict)
    """Figures in it that nobody verified."""

    @property
    def gaps(self) -> Gaps:
        """The missing figures, and the unverified ones."""
        return Gaps(self.missing, self.unverified)

    def add(self, kw: float, missing: Iterable[str], share: float = 1.0) -> None:
        """Some more heat."""
        self.kw += kw * share
        if missing:
            self.missing.update(dict.fromkeys(missing))
        if unverified := unverified_of(missing):
            self.unverified.update(dict.fromkeys(unverified))


@memoized
def heat_loads_of(state: State) -> Mapping[str, HeatLoad]:
    """What every loop, CDU and chiller in service has to move."""
    return heat_loads_between(state.design, state.placements, plant_of(state), conversion_losses_of(state))


@memoized
def plant_of(state: State) -> tuple[Plant, ...]:
    """The cooling plant in service."""
    return tuple(state.in_service(state.design.hub.cooling_nodes))


def loop_of(placement: Placement, coolant: Coolant) -> str | None:
    """Name of the loop that a pod's heat goes to."""
    return placement.liquid_loop if coolant is Coolant.LIQUID else placement.air_loop


def heat_loads_between(
    design: Design, placements: Iterable[Placement], plant: Sequence[Plant], losses: Iterable["ConversionLoss"]
) -> Mapping[str, HeatLoad]:
    """Heat load of each cooling object: heat of the racks, and losses of transformers and UPSes."""
    heat_loads = {piece.name: HeatLoad() for piece in plant}
    for one in placements:
        for name, kw, gaps in heat_by_loop(design, one):
            if name in heat_loads:
                heat_loads[name].add(kw, gaps)
    for loss in losses:
        for name, share in loss.loops:
            heat_loads[name].add(loss.kw, loss.missing, share)
    for loop, takers in handed_on(plant):
        _pass_on(heat_loads, loop, takers)
    return heat_loads


@memoized
def cdus_of(design: Design) -> Mapping[str, tuple[Cdu, ...]]:
    """The CDUs of each loop, in service or not."""
    found: dict[str, list[Cdu]] = {}
    for cdu in design.hub.cdus:
        found.setdefault(cdu.loop, []).append(cdu)
    return {loop: tuple(cdus) for loop, cdus in found.items()}


def handed_on(plant: Iterable[Plant]) -> Iterator[tuple[CoolingLoop, tuple[Plant, ...]]]:
    """Each loop with the CDUs that take its heat, and again with the chillers that do."""
    pieces = {piece.name: piece for piece in plant}
    cdus: dict[str, list[Plant]] = {}
    for piece in pieces.values():
        if isinstance(piece, Cdu):
            cdus.setdefault(piece.loop, []).append(piece)
    for loop in pieces.values():
        if isinstance(loop, CoolingLoop):
            yield loop, tuple(cdus.get(loop.name, ()))
            yield loop, tuple(pieces[name] for name in loop.chillers if name in pieces)


@dataclass(frozen=True, slots=True)
class ConversionLoss:
    """Heat that a group of transformers, UPS modules or rectifiers gives off, and the loops that take it."""

    node: Converter
    kw: float
    loops: tuple[tuple[str, float], ...]
    """Loops that name it, each with its share by rating."""
    missing: tuple[str, ...]


@memoized
def conversion_losses_of(state: State) -> tuple[ConversionLoss, ...]:
    """Losses of every live transformer, UPS and rectifier with nothing lost."""
    return conversion_losses_in(power_graph_of(state), plant_of(state))


def conversion_losses_in(graph: PowerGraph, plant: Iterable[Plant]) -> tuple[ConversionLoss, ...]:
    """Losses of every live transformer, UPS and rectifier of a power graph, and the loops that take them."""
    taken: dict[str, list[CoolingLoop]] = {}
    for loop in plant:
        if isinstance(loop, CoolingLoop):
            for name in loop.cooled_equipment:
                taken.setdefault(name, []).append(loop)
    return tuple(
        _loss(graph, place, node, taken.get(node.name, ()))
        for place, node in enumerate(graph.nodes)
        if isinstance(node, Converter) and normal_flow(graph).alive[place]
    )


def _loss(graph: PowerGraph, place: int, node: Converter, loops: Sequence[CoolingLoop]) -> ConversionLoss:
    lost_kw = normal_flow(graph).input_kw[place] - normal_flow(graph).output_kw[place]
    return ConversionLoss(
        node, lost_kw, tuple((loop.name, share) for loop, share in shared_by(loops)), graph.missing_inputs[place]
    )


def _pass_on(heat_loads: dict[str, HeatLoad], loop: CoolingLoop, to: Sequence[Plant]) -> None:
    """Pass the heat of a loop on to the objects behind it."""
    heat_load = heat_loads[loop.name]
    for piece, share in shared_by(to):
        heat_loads[piece.name].add(heat_load.kw, heat_load.gaps, share)


def running_kw(piece: Plant) -> float:
    """Heat that the units of a cooling object move without its spare units, kW."""
    return (piece.units - piece.spare_units) * piece.unit_rated_kw


def shared_by(plant: Sequence[Plant]) -> Iterator[tuple[Plant, float]]:
    """Share of their common heat that each object takes: by capacity in operation, in equal parts if there is none."""
    whole = sum(running_kw(piece) for piece in plant)
    for piece in plant:
        yield piece, running_kw(piece) / whole if whole else 1 / len(plant)


def flow_l_per_min(heat_kw: float, rise_k: float) -> float:
    """Water that carries a heat away: ``m = Q / (cp dT)``.

    >>> round(flow_l_per_min(102, 10))
    146
    """
    return heat_kw / (WATER_KJ_PER_KG_K * rise_k) * 60.0


def after_one_unit(piece: Plant) -> float:
    """Heat that a cooling object moves with one unit lost, kW."""
    return (piece.units - 1) * piece.unit_rated_kw
