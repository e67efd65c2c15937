"""EXP-003: export rules on the end use of a whole system.

Each finding gives the facts, the rules with their dates, and refers to counsel. None says what may be done.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from petaplan.capacity.claims import Claim, each_of
from petaplan.capacity.design import Design
from petaplan.capacity.export_facts import Measured, system_readings
from petaplan.capacity.facts.export_rules import ExportQuantity, ExportRule, rules_of
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.memo import memoized_by_object_and_values, memoized_by_value
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.exp.devices import COUNSEL
from petaplan.capacity.site import Hall
from petaplan.capacity.state import State
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

ROOM_HEIGHT_M = 3.0
"""Height of a hall that is counted as the volume of a system: a plan has none. Engineering knowledge, unverified."""

HALF_BITS = 16
MEASURES: Mapping[ExportQuantity, Precision] = {
    ExportQuantity.SYSTEM_FP64_PFLOPS: Precision.FP64,
    ExportQuantity.SYSTEM_FP32_PFLOPS: Precision.FP32,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """Theoretical peak at one precision between two bounds, PFLOP/s, and the figures that would tell it."""

    least: float = 0.0
    most: float = 0.0
    missing: tuple[str, ...] = ()

    def __add__(self, other: "Rate") -> "Rate":
        missing = dict.fromkeys((*self.missing, *other.missing))
        return Rate(self.least + other.least, self.most + other.most, tuple(missing))

    def __mul__(self, count: float) -> "Rate":
        return Rate(self.least * count, self.most * count, self.missing if count else ())


Rates = Mapping[ExportQuantity, Rate]
NO_RACKS: tuple[None, int] = None, 0


@rule(
    "EXP-003",
    "Export rules on the end use of whole systems are known",
    severity=Verdict.REVIEW,
    formula="rules in force whose condition holds of the racks of a hall with the highest rate that fit into the "
    "rule's envelope = 0; racks that fit = envelope_m3 / (floor_area_m2 / rack_positions x 3 m)",
    basis=(
        "15 CFR 744.23 and 772.1, as capacity/data/export_rules.yaml gives them; facts for counsel; "
        "docs/basis/export.md#end-use-in-a-supercomputer"
    ),
)
def systems(state: State) -> Iterator[Claim]:
    """The densest part of each hall whose site is a destination of such a rule; chips of all makers count."""
    for hall in state.in_service(state.design.hub.halls):
        country = state.design.by_name[hall.site].country
        rules = _rules_of_systems(state, country)
        for envelope_m3 in dict.fromkeys(one.envelope_m3 for one in rules):
            room = _racks_that_fit(hall, envelope_m3)
            rates = _densest(state, hall, room)
            alike = [one for one in rules if one.envelope_m3 == envelope_m3]
            yield _claim(hall, country, _held(rates, alike, country, state), rates, room)


@memoized_by_value
def _rules_of_systems(state: State, country: str) -> tuple[ExportRule, ...]:
    """The rules on whole systems that are in force on the day at a destination."""
    known = rules_of(state.design.catalogue)
    return tuple(reading.rule for reading in system_readings(Measured({}, (), {}), country, state.day, known))


def _held(rates: Rates, rules: list[ExportRule], country: str, state: State) -> list[tuple[ExportRule, bool | None]]:
    """Each rule, and whether its condition holds; None where it does at the upper bounds and not at the lower."""
    known = rules_of(state.design.catalogue)

    def told(bound: Mapping[ExportQuantity, float]) -> dict[str, bool | None]:
        return {one.rule.id: one.holds for one in system_readings(Measured(bound, (), {}), country, state.day, known)}

    least = {quantity: rate.least for quantity, rate in rates.items()}
    most = {quantity: rate.most for quantity, rate in rates.items()}
    at_least = told(least)
    at_most = at_least if most == least else told(most)
    return [(one, at_least[one.id] if at_least[one.id] == at_most[one.id] else None) for one in rules]


def _racks_that_fit(hall: Hall, envelope_m3: float | None) -> float:
    """Racks with their share of the floor that stand within a volume; all of them where the rule gives none."""
    if envelope_m3 is None:
        return math.inf
    return math.floor(envelope_m3 * hall.rack_positions / (hall.floor_area_m2 * ROOM_HEIGHT_M) + 1e-9)


def _densest(state: State, hall: Hall, room: float) -> Rates:
    """The racks with the highest rates, as many as there is room for, at each precision."""
    kinds: dict[int, tuple[RackFacts, int]] = {}
    for placement in state.placements_by_hall.get(hall.name, ()):
        for rack, facts in state.design.pod(placement).rack_groups:
            kind = id(facts)
            _, racks = kinds.get(kind, NO_RACKS)
            kinds[kind] = facts, racks + rack.count
    alike = list(kinds.values())
    return {quantity: _fastest(state.design, alike, precision, room) for quantity, precision in MEASURES.items()}


def _fastest(design: Design, alike: list[tuple[RackFacts, int]], precision: Precision, room: float) -> Rate:
    groups = [(_rack_rate(design, facts, precision), count) for facts, count in alike]
    whole = Rate()
    for rate, count in sorted(groups, key=lambda group: -group[0].most):
        taken = min(count, room)
        whole += rate * taken
        room -= taken
    return whole


@memoized_by_object_and_values
def _rack_rate(design: Design, facts: RackFacts, precision: Precision) -> Rate:
    """The dense peak of the faster engine of each package. A precision that a chip does not list counts as none.

    One that is listed without a rate is at most as fast as 16 bits on the same chip.
    """
    whole = Rate()
    for model, count in facts.accelerators.items():
        peaks = [peak for peak in design.accelerator(model).peaks if peak.sparsity is Sparsity.DENSE]
        listed = [peak.tflops for peak in peaks if peak.precision is precision]
        known = [figure.value for figure in listed if figure is not None]
        pflops = max(known, default=0.0) * count / TFLOPS_PER_PFLOPS
        if known or not listed:
            whole += Rate(pflops, pflops)
            continue
        sixteen = [peak.tflops.value for peak in peaks if peak.tflops is not None and peak.precision.bits == HALF_BITS]
        most = max(sixteen, default=math.inf) * count / TFLOPS_PER_PFLOPS
        whole += Rate(0.0, most, (f"{model}.peaks[{precision}]",))
    return whole


def _claim(hall: Hall, country: str, found: list[tuple[ExportRule, bool | None]], rates: Rates, room: float) -> Claim:
    holding = [one for one, holds in found if holds]
    unsettled = not holding and any(holds is None for _, holds in found)
    missing = tuple(dict.fromkeys(name for rate in rates.values() for name in rate.missing))
    texts = [f"{one.id} (from {one.effective}; {one.citation}): {one.text}" for one in holding]
    peaks = {MEASURES[quantity]: rate.least for quantity, rate in rates.items()}
    told = " and ".join(f"{number(pflops)} PFLOP/s at {precision}" for precision, pflops in peaks.items())
    return Claim(
        hall,
        "",
        None if unsettled else float(len(holding)),
        0.0,
        "rule in force concerns it" if len(holding) == 1 else "rules in force concern it",
        inputs=(
            *(Input(f"peak at {precision}", pflops, "PFLOP/s", "catalogue") for precision, pflops in peaks.items()),
            *((Input("racks that fit", room, "racks", "envelope of the rule"),) if math.isfinite(room) else ()),
            each_of((one.id for one in holding), "condition holds:", "rules", "rules of the catalogue"),
        ),
        hint=lambda _: f"The densest part of the hall has {told}. {' '.join(texts)} {COUNSEL}.",
        missing=missing if unsettled else (),
        note=f"destination {country}; the purpose of the hub decides, and a plan does not hold it",
    )
