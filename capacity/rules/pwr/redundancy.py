"""PWR-004, PWR-005, PWR-006, PWR-021, PWR-022: the redundancy that a hall claims, tested loss by loss."""

from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.failover.contingencies import (
    CLAIMS_PATHS,
    NORMAL,
    Contingencies,
    Effect,
    claimed,
    contingencies_of,
)
from petaplan.capacity.failover.exposure import maintenance_n_minus_2
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.survivors import SURVIVOR, effect_claim, felt, missing_of
from petaplan.capacity.site import Hall, Redundancy
from petaplan.capacity.state import State


def _claims(state: State, levels: Iterable[Redundancy]) -> Iterator[Claim]:
    found = contingencies_of(state)
    for hall in state.in_service(state.design.hub.halls):
        if hall.redundancy in levels:
            for effect in found.by_hall.get(hall.name, ()):
                if claimed(found.graph, hall, effect):
                    yield effect_claim(found.graph, hall, effect, f"without-{effect.loss}")


@rule(
    "PWR-004",
    "2N: either side carries the full load",
    formula=f"for each object or unit lost: {SURVIVOR}",
    basis="2N is tested by enumeration, whole objects and single units; docs/basis/power.md#single-losses",
    also_on_contract_changes=True,
)
def two_sides(state: State) -> Iterator[Claim]:
    """Each single loss in the power graph of each hall that claims 2N."""
    return _claims(state, (Redundancy.TWO_N,))


@rule(
    "PWR-005",
    "N+1: the load is carried without any one unit",
    formula=f"for each unit of intakes, transformers, UPSes and generators lost: {SURVIVOR}",
    basis="N+1 is about what makes and converts power, not about the path; docs/basis/power.md#single-losses",
    also_on_contract_changes=True,
)
def one_spare(state: State) -> Iterator[Claim]:
    """Each single unit in the power graph of each hall that claims N+1; distribution paths are not part of N+1."""
    return _claims(state, (Redundancy.N_PLUS_1,))


@rule(
    "PWR-006",
    "Distributed and block redundancy: other systems carry the load of the lost one",
    formula=f"for each object or unit lost (N+R: each whole object that converts power, each generator): {SURVIVOR}",
    basis="3N/2, 4N/3 and N+R are tested by enumeration; docs/basis/power.md#single-losses",
    also_on_contract_changes=True,
)
def distributed(state: State) -> Iterator[Claim]:
    """Each single loss in the power graph of each hall that claims 3N/2, 4N/3 or N+R."""
    return _claims(state, (Redundancy.THREE_TO_MAKE_TWO, Redundancy.FOUR_TO_MAKE_THREE, Redundancy.BLOCK))


@rule(
    "PWR-021",
    "Concurrent maintainability: any one object can be out of service",
    formula=f"for each object or unit out of service: {SURVIVOR}",
    basis="what the plan claims with concurrently_maintainable; docs/basis/power.md#maintenance-and-one-more-loss",
    also_on_contract_changes=True,
)
def maintainable(state: State) -> Iterator[Claim]:
    """The worst planned outage of each hall that claims concurrent maintainability."""
    found = contingencies_of(state)
    for hall in state.in_service(state.design.hub.halls):
        if hall.concurrently_maintainable and (effects := found.by_hall.get(hall.name)):
            yield _worst_outage(found, hall, effects)


def _worst_outage(found: Contingencies, hall: Hall, effects: list[Effect]) -> Claim:
    worst = max(effects, key=lambda effect: effect.badness)
    claim = effect_claim(found.graph, hall, worst, "")
    claim.inputs = (*claim.inputs, Input("outages", len(effects), "outages", "enumerated"))
    claim.note = f"the worst is {worst.label}" + (f"; {claim.note}" if claim.note else "")
    return claim


@rule(
    "PWR-022",
    "The load survives one loss during planned maintenance",
    severity=Verdict.WARNING,
    formula=f"planned outages in which some single loss, or the loss of the utility, breaks ({SURVIVOR}) = 0",
    basis="single losses asked again with each piece out for work; docs/basis/power.md#maintenance-and-one-more-loss",
    also_on_contract_changes=True,
)
def maintained_and_hit(state: State) -> Iterator[Claim]:
    """Planned outages that leave a hall without redundancy, where it claims concurrent maintainability."""
    found = contingencies_of(state)
    for hall in state.in_service(state.design.hub.halls):
        if hall.concurrently_maintainable:
            outcomes = list(maintenance_n_minus_2(found, hall.name, whole=hall.redundancy in CLAIMS_PATHS))
            if outcomes:
                yield _exposure_claim(hall, [(str(out), effect) for out, effect in outcomes])


def _exposure_claim(hall: Hall, outcomes: list[tuple[str, Effect]]) -> Claim:
    broken = [(out, effect) for out, effect in outcomes if not effect.survives]
    return must_be_zero(
        hall,
        len(broken),
        "planned outages",
        inputs=(
            Input("planned outages", len(outcomes), "outages", "enumerated, each with every single loss"),
            each_of((out for out, _ in broken), "not survived:", "planned outages", "load flow after each loss"),
        ),
        hint=lambda _: _worst_exposure(broken),
        missing=() if broken else missing_of(effect for _, effect in outcomes),
    )


def _worst_exposure(broken: list[tuple[str, Effect]]) -> str:
    out, worst = max(broken, key=lambda pair: pair[1].badness)
    lost = "nothing else lost" if worst.label == NORMAL else f"{worst.label} lost"
    return f"With {out} out of service and {lost}: {felt(worst)}; plan such work for hours of low load"
