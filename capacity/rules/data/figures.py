"""DATA-005, DATA-006, DATA-007, DATA-010: figures of the catalogue against each other."""

from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.facts.invariants import (
    Doubt,
    claims_apart,
    has_parts,
    rates_apart,
    sources_apart,
    totals_of_other_parts,
)
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Accelerator, PodModel, Product
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.data.dates import products_of


@plan_rule(
    "DATA-005",
    "The rates of a chip agree with each other",
    severity=Verdict.REVIEW,
    formula="2:4 rates that are not twice the dense ones where the maker says so, and FP8 rates below BF16 = 0",
    basis="a rate in the wrong column; docs/basis/throughput.md#figures-that-contradict-each-other",
)
def rates_agree(design: Design) -> Iterator[Claim]:
    """The rates of each accelerator of the plan, whatever layer of the catalogue they come from."""
    for model in design.models:
        yield _claim(design, model, rates_apart(design.accelerator(model)), "rates that contradict each other")


@plan_rule(
    "DATA-006",
    "A maker's rate of a pod agrees with the sum of its parts",
    severity=Verdict.REVIEW,
    formula="rates in the maker's words of which |stated - sum of the parts| / sum of the parts > 0.05 = 0",
    basis="a rate of another precision, or sparse; docs/basis/throughput.md#figures-that-contradict-each-other",
)
def claims_agree(design: Design) -> Iterator[Claim]:
    """Each pod model of the plan of which the maker states a rate."""
    for model in dict.fromkeys(pod.model for pod in design.hub.pods if pod.model):
        pod = design.catalogue.require(PodModel, model)
        if pod.maker_claims:
            yield _claim(design, model, claims_apart(pod, design.catalogue), "rates unlike the parts")


@plan_rule(
    "DATA-007",
    "Documents of a rate agree within 5 %",
    severity=Verdict.REVIEW,
    formula="published rates of which another document gives one that is more than 0.05 of them away = 0",
    basis="two makers' figures that mean unlike things; docs/basis/throughput.md#figures-that-contradict-each-other",
)
def sources_agree(design: Design) -> Iterator[Claim]:
    """The rates of each accelerator of the plan against those that other documents give (`elsewhere`)."""
    for model in design.models:
        chip = design.catalogue.require(Accelerator, model)
        yield _claim(design, model, sources_apart(chip), "rates with sources apart")


@plan_rule(
    "DATA-010",
    "A figure that follows from parts is not that of other parts",
    severity=Verdict.REVIEW,
    formula="power, weight, accelerators, modules and scale-up domain taken over (`based_on`) from other parts = 0",
    basis="a total of another product; docs/basis/throughput.md#figures-that-contradict-each-other",
)
def totals_agree(design: Design) -> Iterator[Claim]:
    """Each node, rack and pod model of the plan that is based on another product, against the parts of that one."""
    for product in _based(design):
        doubts = totals_of_other_parts(product, design.catalogue)
        advice = f"state it for {product.model} in its layer, with a source"
        yield _claim(design, product.model, doubts, "totals of other parts", advice)


def _based(design: Design) -> tuple[Product, ...]:
    """The products of the plan that have parts, and that are based on others, in the order of the placements."""
    based = any(one.based_on for one in design.catalogue.products.values())
    found: dict[str, Product] = {}
    for placement in design.placements if based else ():
        model = placement.model if isinstance(placement, Pod) else None
        pod = [design.catalogue.require(PodModel, model)] if model else []
        racks = (one for _, facts in design.pod(placement).rack_groups for one in products_of(design, facts))
        found |= {one.model: one for one in (*pod, *racks) if one.based_on and has_parts(one)}
    return tuple(found.values())


CORRECT = "correct one of them in a catalogue of your own (`overrides:`)"


def _claim(design: Design, model: str, doubts: Iterable[Doubt], what: str, advice: str = CORRECT) -> Claim:
    found = [f"{one.figure}: {one.text}" for one in doubts]
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return must_be_zero(
        design.hub,
        len(found),
        what,
        part=model,
        inputs=(each_of(found, "doubt:", what, "catalogue"),),
        hint=lambda _: f"{found[0]}{more}: {advice}",
    )
