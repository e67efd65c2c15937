"""PH-005: redundancy of the halls in service on the day before a phase joins."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.failover.contingencies import (
    Contingencies,
    Effect,
    claimed,
    normal_effects,
)
from petaplan.capacity.failover.transition import transition_state
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.survivors import SURVIVOR, effect_claim
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State, review_states_of


@rule(
    "PH-005",
    "Cut-over of a phase keeps the redundancy of the halls in service",
    formula=f"on the day before, with old and new racks drawing power, nothing lost and each claimed loss: {SURVIVOR}",
    basis="shared equipment counted once, with the contract of the day before; docs/basis/phases.md#transition",
    also_on_contract_changes=True,
)
def cut_overs(state: State) -> Iterator[Claim]:
    """Halls in service before a change, while new equipment is being accepted and leaving equipment still runs."""
    found = transition_state(state)
    if found is None:
        return
    before = _state_before(state)
    halls = [hall for hall in before.in_service(state.design.hub.halls) if before.placements_by_hall.get(hall.name)]
    normal = {effect.hall: effect for effect in normal_effects(normal_flow(found.graph), [hall.name for hall in halls])}
    for hall in halls:
        effects = list(_effects(found, hall, normal.get(hall.name)))
        if effects:
            yield _cut_over_claim(state, found.graph, hall, max(effects, key=lambda effect: effect.badness))


def _state_before(state: State) -> State:
    states = review_states_of(state.design)
    return states[states.index(state) - 1]


def _effects(found: Contingencies, hall: Hall, normal: Effect | None) -> Iterator[Effect]:
    """What a hall has to survive on that day: claimed losses, the loss of the utility, and nothing lost."""
    yield from (effect for effect in found.by_hall.get(hall.name, ()) if claimed(found.graph, hall, effect))
    yield from (effect for effect in found.outage if effect.hall == hall.name and hall.name in found.backed)
    if normal is not None:
        yield normal


def _cut_over_claim(state: State, graph: PowerGraph, hall: Hall, worst: Effect) -> Claim:
    claim = effect_claim(graph, hall, worst, "cut-over")
    claim.note = f"on the day before {state.day}, {worst.label}" + (f"; {claim.note}" if claim.note else "")
    return claim
