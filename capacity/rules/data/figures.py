"""DATA-005, DATA-006, DATA-007: figures of the catalogue against each other."""

from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.design import Design
from petaplan.capacity.facts.invariants import Doubt, claims_apart, rates_apart, sources_apart
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Accelerator, PodModel
from petaplan.capacity.rule import plan_rule


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


def _claim(design: Design, model: str, doubts: Iterable[Doubt], what: str) -> Claim:
    found = [f"{one.figure}: {one.text}" for one in doubts]
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return must_be_zero(
        design.hub,
        len(found),
        what,
        part=model,
        inputs=(each_of(found, "doubt:", what, "catalogue"),),
        hint=lambda _: f"{found[0]}{more}: correct one of them in a catalogue of your own (`overrides:`)",
    )
