"""REL-001, REL-006: spare nodes."""

from collections.abc import Iterator, Mapping
from datetime import date

from petaplan.capacity.claims import PLAN, Claim, at_least, each_of, must_be_zero
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input, Verdict, count_of
from petaplan.capacity.hub import Phase
from petaplan.capacity.memo import memoized_by_value
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.supply import Spares
from petaplan.capacity.throughput.spares import short_fraction, spares_needed


@plan_rule(
    "REL-001",
    "Spare nodes suffice with the asked confidence",
    formula="smallest s with P(nodes down <= s) >= confidence <= count; nodes down ~ Binomial(nodes, 1 - availability)",
    basis="nodes down are binomial; docs/basis/reliability.md#spare-nodes",
)
def spares(design: Design) -> Iterator[Claim]:
    """Spare nodes of each model against all nodes of that model in service on the day of the phase."""
    for phase in design.phases:
        for kept in phase.spares:
            yield _spares_claim(phase, kept, _nodes(design, phase.in_service).get(kept.model, 0))


def _spares_claim(phase: Phase, kept: Spares, nodes: int) -> Claim:
    short = short_fraction(nodes, kept.availability, kept.count)
    return at_least(
        phase,
        float(kept.count),
        float(spares_needed(nodes, kept.availability, kept.confidence)),
        "spare nodes",
        part=kept.model,
        inputs=(
            Input("nodes in service", nodes, "nodes", PLAN),
            Input("availability", kept.availability, "fraction", kept.source),
            Input("confidence", kept.confidence, "fraction", PLAN),
            Input("count", kept.count, "nodes", PLAN),
            Input("time short", short, "fraction", "binomial distribution"),
        ),
        hint=lambda more: (
            f"Add {count_of(more, 'spare')} of {kept.model}: {kept.count} are too few {short:.1%} of the time"
        ),
    )


@memoized_by_value
def _nodes(design: Design, day: date) -> Mapping[str, int]:
    """Nodes in service on a day, by model."""
    counts: dict[str, int] = {}
    for placement in design.placements:
        if design.in_service_on(placement, day):
            for rack, facts in design.pod(placement).rack_groups:
                for each, node in facts.nodes:
                    counts[node.model] = counts.get(node.model, 0) + rack.count * each
    return counts


@plan_rule(
    "REL-006",
    "Each model of node with accelerators has spares",
    severity=Verdict.REVIEW,
    formula="models of nodes with accelerators in service, but without spares, of a phase that declares spares = 0",
    basis="a spare of one model replaces no other; docs/basis/reliability.md#spare-nodes",
)
def spare_for_each(design: Design) -> Iterator[Claim]:
    """Models without spares of each phase that declares spares."""
    for phase in design.phases:
        if phase.spares:
            kept = {spare.model for spare in phase.spares}
            yield _bare_claim(phase, sorted(_accelerated(design, phase) - kept))


def _bare_claim(phase: Phase, bare: list[str]) -> Claim:
    inputs = (each_of(bare, "without spares:", "models"),)
    return must_be_zero(phase, len(bare), "models", inputs=inputs, hint=lambda _: f"Add spares of {', '.join(bare)}")


def _accelerated(design: Design, phase: Phase) -> set[str]:
    """Models of nodes with accelerators in service on the day of a phase."""
    models: set[str] = set()
    for placement in design.placements:
        if design.in_service_on(placement, phase.in_service):
            for _, facts in design.pod(placement).rack_groups:
                models |= {node.model for _, node in facts.nodes if node.accelerators}
    return models
