"""REL-002, REL-003: single points of failure, and the topology behind a facility class."""

from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim, at_most, each_of, must_be_zero
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import halls_of_plant
from petaplan.capacity.failover.contingencies import Effect, contingencies_of
from petaplan.capacity.findings import Input, Verdict, count_of, number
from petaplan.capacity.rule import plan_rule, rule
from petaplan.capacity.rules.cool.unit_loss import broken_by_one_unit
from petaplan.capacity.rules.pwr.survivors import felt, missing_of
from petaplan.capacity.site import Hall, Redundancy
from petaplan.capacity.state import State


@rule(
    "REL-003",
    "No single loss of power or cooling takes down racks or overloads a survivor",
    severity=Verdict.REVIEW,
    formula="losses of one object or one unit that a hall does not survive = 0",
    basis="every single loss is enumerated, claimed or not; docs/basis/reliability.md#every-single-loss",
    also_on_contract_changes=True,
)
def single_points(state: State) -> Iterator[Claim]:
    """Single points of failure in the power and cooling of each hall, independent of the redundancy that it claims."""
    by_hall = contingencies_of(state).by_hall
    served = halls_of_plant(state.design)
    hot: dict[str, list[str]] = {}
    for piece, left_over_kw in broken_by_one_unit(state):
        for name in served.get(piece.name, ()):
            hot.setdefault(name, []).append(
                f"one unit of {piece.name}: {number(left_over_kw)} kW of heat are not removed"
            )
    for hall in state.in_service(state.design.hub.halls):
        effects, heats = by_hall.get(hall.name, []), hot.get(hall.name, [])
        if effects or heats:
            yield _single_point_claim(hall, effects, heats)


def _single_point_claim(hall: Hall, effects: list[Effect], heats: list[str]) -> Claim:
    broken = [effect for effect in effects if not effect.survives]
    return must_be_zero(
        hall,
        len(broken) + len(heats),
        "single points of failure",
        inputs=(
            Input("losses of power", len(effects), "losses", "enumerated"),
            Input("losses of power that the hall does not survive", len(broken), "losses", "load flow after each loss"),
            each_of(heats, "heat stays:", "losses of cooling", "maximum flow after the loss"),
        ),
        hint=lambda _: _worst_points(effects, broken, heats),
        missing=() if broken or heats else missing_of(effects),
    )


def _worst_points(effects: list[Effect], broken: list[Effect], heats: list[str]) -> str:
    points = list(heats[:1])
    if broken:
        worst = max(broken, key=lambda effect: effect.badness)
        losses = count_of(len(effects), "loss", "losses")
        points.insert(0, f"{len(broken)} of {losses} of power; the worst is {worst.label}: {felt(worst)}")
    return "; ".join(points)


@plan_rule(
    "REL-002",
    "A facility class matches the topology",
    formula="class 2: N+1; class 3: N+1 and concurrently maintainable; class 4: 2N, 3N/2 or 4N/3 as well",
    basis=(
        "Uptime Tier Standard, TIA-942 and EN 50600: each class is a topology; "
        "docs/basis/reliability.md#facility-classes"
    ),
)
def facility_class(design: Design) -> Iterator[Claim]:
    """The class that a hall claims against the redundancy that it declares, which other rules test."""
    for hall in design.hub.halls:
        if hall.facility_class is not None:
            yield _class_claim(hall, hall.facility_class)


def _class_claim(hall: Hall, asked: int) -> Claim:
    reached, scheme = _class_reached(hall), hall.facility_scheme
    kept = "" if hall.concurrently_maintainable else ", not concurrently maintainable,"
    return at_most(
        hall,
        float(asked),
        float(reached),
        "class",
        inputs=(
            Input("facility_class", asked, "class", PLAN),
            each_of([f"redundancy {hall.redundancy}"], "declared:", "topology"),
            Input("concurrently_maintainable", float(hall.concurrently_maintainable), "1 = yes", PLAN),
        ),
        hint=lambda _: f"{hall.redundancy}{kept} is a topology of class {reached}: claim that class, or add redundancy",
        missing=() if scheme else ("facility_scheme",),
        note=f"by {scheme}" if scheme else "no scheme is named",
    )


def _class_reached(hall: Hall) -> int:
    """The highest class whose topology a hall declares."""
    if hall.redundancy is Redundancy.N:
        return 1
    if not hall.concurrently_maintainable:
        return 2
    return 3 if hall.redundancy in (Redundancy.N_PLUS_1, Redundancy.BLOCK) else 4
