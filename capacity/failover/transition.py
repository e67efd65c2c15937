"""The power graph on the day before a change, with old and new equipment at work."""

from datetime import timedelta

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.electric.building import power_graph_between
from petaplan.capacity.fabrics.layout import overlaps, places
from petaplan.capacity.failover.contingencies import Contingencies, contingencies, contingencies_of
from petaplan.capacity.state import State, review_states_of
from petaplan.capacity.thermal.heat import conversion_losses_in, heat_loads_between
from petaplan.capacity.thermal.redundant_plant import RedundantPlant


def transition_state(state: State) -> Contingencies | None:
    """Every single loss on the day before a change: what leaves still draws, what comes draws already.

    Of racks that stand in the same place, one after the other, only those that draw more do. The utility supplies what
    it has contracted for that day. None if nothing joins what is in service.
    """
    design = state.design
    place = review_states_of(design).index(state)
    if place == 0 or not review_states_of(design)[place - 1].placements:
        return None
    before, day_before = review_states_of(design)[place - 1], state.day - timedelta(days=1)
    comes = [one for one in state.placements if not design.in_service_on(one, before.day)]
    if not comes:
        return None
    leaves = [one for one in before.placements if not design.in_service_on(one, state.day)]
    waiting = _waiting(design, comes, leaves)
    leaves = [one for one in leaves if one.name not in waiting]
    hub, both = design.hub, (before.day, state.day)
    nodes = (*hub.power_nodes, *hub.cooling_nodes)
    old = [node for node in nodes if design.in_service_on(node, both[0]) and not design.in_service_on(node, both[1])]
    same_contract = all(
        [step for step in intake.supply if step.from_date <= day_before]
        == [s for s in intake.supply if s.from_date <= state.day]
        for intake in hub.intakes
    )
    if not leaves and not waiting and not old and same_contract:
        return contingencies_of(state)
    plant = [piece for piece in hub.cooling_nodes if any(design.in_service_on(piece, day) for day in both)]
    power_nodes = (node for node in hub.power_nodes if any(design.in_service_on(node, day) for day in both))
    placements = (*state.placements, *leaves)
    graph = power_graph_between(design, power_nodes, placements, plant, day_before)
    heat_loads = heat_loads_between(design, placements, plant, conversion_losses_in(graph, plant))
    return contingencies(graph, RedundantPlant(tuple(plant), heat_loads))


def _waiting(design: Design, comes: list[Placement], leaves: list[Placement]) -> set[str]:
    """Placements that do not draw beside others because they stand in the same place: those that draw less."""
    new = {one.name for one in comes}
    waiting: set[str] = set()
    for one, other, _ in overlaps(places(design, (*comes, *leaves))):
        if (one.placement.name in new) != (other.placement.name in new):
            less = min(
                one.placement,
                other.placement,
                key=lambda placement: (_power_kw(design, placement), placement.name in new),
            )
            waiting.add(less.name)
    return waiting


def _power_kw(design: Design, placement: Placement) -> float:
    return design.pod(placement).it_power_kw.value or 0.0
