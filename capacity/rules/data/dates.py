"""DATA-008, DATA-009: days of service before the days of what they rest on."""

from collections.abc import Iterator
from datetime import date

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.compute import Pod, StandAloneRackGroup
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Product
from petaplan.capacity.hub import Phase
from petaplan.capacity.memo import memoized_by_object
from petaplan.capacity.network import Fabric
from petaplan.capacity.noun import Scheduled
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
    products = products_of(design, facts)
    return tuple((product, product.released) for product in products if product.released is not None)


def products_of(design: Design, facts: RackFacts) -> tuple[Product, ...]:
    """The model of a rack, its nodes, switches and accelerators."""
    accelerators = (design.accelerator(model) for model in facts.accelerators)
    return (facts.model, *(product for _, product in (*facts.nodes, *facts.switches)), *accelerators)


@plan_rule(
    "DATA-009",
    "No phase is in service before its assumptions were made",
    severity=Verdict.REVIEW,
    formula="assumptions of the plan that were made after the phase is in service, about what is in service then = 0",
    basis="what is built is measured, not assumed; docs/basis/throughput.md#days-that-contradict-each-other",
)
def assumed_first(design: Design) -> Iterator[Claim]:
    """Each phase against the days of its own assumptions: those of the whole plan, and those about its products."""
    for phase in design.phases if design.hub.assumptions else ():
        late = [one for one in design.hub.assumptions if one.as_of > phase.in_service]
        used = _models_on(design, phase.in_service) if any(one.model for one in late) else frozenset()
        own = [one for one in late if one.model is None or one.model in used]
        yield _later_claim(phase, [f"{one.name} ({one.as_of})" for one in own])


def _models_on(design: Design, day: date) -> frozenset[str]:
    """Models of the catalogue that are in service on a day."""
    rows = [row for row in design.hub.scheduled if design.in_service_on(row, day)]
    return frozenset(model for row in rows for model in _models_of(design, row))


def _models_of(design: Design, row: Scheduled) -> Iterator[str]:
    """The model of a row itself, and the models of what it holds."""
    if isinstance(row, Fabric):
        for tier in row.tiers:
            yield tier.switch
            for links in filter(None, (tier.down, tier.up)):
                yield from filter(None, (links.optic, links.node_optic))
    if isinstance(row, Pod | StandAloneRackGroup):
        for _, facts in design.pod(row).rack_groups:
            yield from (product.model for product in products_of(design, facts))
        yield from design.pod(row).cpus
    if own := getattr(row, "model", None):
        yield own


def _later_claim(phase: Phase, later: list[str]) -> Claim:
    more = f" and {len(later) - 1} more" if len(later) > 1 else ""
    return must_be_zero(
        phase,
        len(later),
        "assumptions made later",
        inputs=(each_of(later, "later:", "assumptions made later"),),
        hint=lambda _: f"In service on {phase.in_service}, before {later[0]}{more}: measure it, or correct the day",
    )
