"""DATA-008, DATA-009: days of service before the days of what they rest on."""

from collections.abc import Iterator
from datetime import date

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Product
from petaplan.capacity.hub import Phase
from petaplan.capacity.memo import memoized_by_object
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import plan_rule


@plan_rule(
    "DATA-008",
    "Nothing is in service before it was released",
    severity=Verdict.REVIEW,
    formula="products of a pod or a rack group that are in service before `released` = 0",
    basis="a product that nobody sold yet; docs/basis/throughput.md#days-that-contradict-each-other",
)
def released_first(design: Design) -> Iterator[Claim]:
    """Racks, nodes, switches and accelerators of each placement against the days of their release."""
    for placement in design.placements:
        day = design.service_date(placement)
        dated = (product for _, facts in design.pod(placement).rack_groups for product in _released(design, facts))
        early = {f"{product.model} (released {day_of})" for product, day_of in dated if day < day_of}
        yield _early_claim(placement, day, sorted(early))


def _early_claim(placement: Placement, day: date, early: list[str]) -> Claim:
    return must_be_zero(
        placement,
        len(early),
        "products before their release",
        inputs=(each_of(early, "too early:", "products before their release", "catalogue"),),
        hint=lambda _: f"In service on {day}, before {', '.join(early)}: correct the day or the model",
    )


@memoized_by_object
def _released(design: Design, facts: RackFacts) -> tuple[tuple[Product, date], ...]:
    """The products of a rack whose day of release is known."""
    accelerators = (design.accelerator(model) for model in facts.accelerators)
    products = (facts.model, *(product for _, product in (*facts.nodes, *facts.switches)), *accelerators)
    return tuple((product, product.released) for product in products if product.released is not None)


@plan_rule(
    "DATA-009",
    "No phase is in service before its assumptions were made",
    severity=Verdict.REVIEW,
    formula="assumptions of the plan that were made after the phase is in service = 0",
    basis="what is built is measured, not assumed; docs/basis/throughput.md#days-that-contradict-each-other",
)
def assumed_first(design: Design) -> Iterator[Claim]:
    """Each phase against the days of all assumptions."""
    for phase in design.phases if design.hub.assumptions else ():
        later = [f"{one.name} ({one.as_of})" for one in design.hub.assumptions if one.as_of > phase.in_service]
        yield _later_claim(phase, later)


def _later_claim(phase: Phase, later: list[str]) -> Claim:
    more = f" and {len(later) - 1} more" if len(later) > 1 else ""
    return must_be_zero(
        phase,
        len(later),
        "assumptions made later",
        inputs=(each_of(later, "later:", "assumptions made later"),),
        hint=lambda _: f"In service on {phase.in_service}, before {later[0]}{more}: measure it, or correct the day",
    )
