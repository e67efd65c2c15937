"""REL: are there spares enough, does the slowest device hold the pace, and does what is ordered come in time?"""

from collections.abc import Iterator
from datetime import timedelta

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.figures import Engine, Sparsity
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.hub import Phase
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.delivered import best_waterfall
from petaplan.capacity.throughput.spares import short_fraction, spares_needed

DAYS_PER_WEEK = 7


@plan_rule(
    "REL-001",
    "Spares suffice nearly always",
    formula="smallest s with P(nodes down <= s) >= confidence <= spares; down ~ Binomial(nodes, 1 - availability)",
    basis="nodes down are binomial; docs/basis/reliability.md#spare-nodes",
)
def spares(design: Design) -> Iterator[Claim]:
    """Spare nodes of each model against all of that model in service on the day of the phase."""
    for phase in design.phases:
        for kept in phase.spares:
            nodes = _nodes(design, phase, kept.model)
            needed = spares_needed(nodes, kept.availability, kept.confidence)
            short = short_fraction(nodes, kept.availability, kept.count)
            yield Claim(
                subject=phase,
                part=kept.model,
                demand=float(needed),
                capacity=float(kept.count),
                unit="spare nodes",
                inputs=(
                    Input("nodes in service", nodes, "nodes", "this plan"),
                    Input("availability", kept.availability, "fraction", kept.source),
                    Input("confidence", kept.confidence, "fraction", "this plan"),
                    Input("time short", short, "fraction", "binomial"),
                ),
                hint=f"{needed - kept.count} spares of {kept.model} more; with {kept.count} it is short {short:.1%} "
                "of the time"
                if needed > kept.count
                else "",
            )


def _nodes(design: Design, phase: Phase, model: str) -> int:
    count = 0
    for placement in design.placements:
        if design.stands_on(placement, phase.in_service):
            for rack, facts in design.pod(placement).runs:
                count += rack.count * sum(each for each, node in facts.nodes if node.model == model)
    return count


@plan_rule(
    "REL-004",
    "The slowest device holds the pace",
    severity=Verdict.REVIEW,
    formula="target_pflops <= delivered x expected slowest of N / mean, N the devices of the largest job",
    basis="a synchronous step waits for its slowest rank; docs/basis/throughput.md#slowest-device",
)
def slowest(design: Design) -> Iterator[Claim]:
    """Delivered targets that don't say how many ranks wait for each other, at the pace of the largest job."""
    for target in design.hub.targets:
        if target.measure is not Measure.DELIVERED or target.synchronous_ranks is not None:
            continue
        if target.sparsity is not Sparsity.DENSE or target.engine is not Engine.MATRIX:
            continue  # nobody knows what these deliver: PF-004 says so
        chain = best_waterfall(design, target)
        paced = chain.delivered.mid * chain.slowest_fraction
        gap = target.pflops - paced
        yield Claim(
            subject=target,
            demand=target.pflops,
            capacity=paced,
            unit=chain.precision.rate_unit,
            inputs=(
                Input("delivered, median", chain.delivered.mid, chain.precision.rate_unit, "throughput chain"),
                Input(
                    "slowest over mean", chain.slowest_fraction, "fraction", f"slowest of {chain.job_accelerators:,}"
                ),
            ),
            hint=f"met as a mean, {number(gap)} {chain.precision.rate_unit} short for one job of "
            f"{chain.job_accelerators:,} devices in step; say synchronous_ranks if that is what is meant"
            if gap > 0
            else "",
        )


@plan_rule(
    "REL-005",
    "What is ordered comes in time",
    formula="ordered + lead_weeks + commissioning_weeks - in_service <= 0 days",
    basis="the longest lead time is the critical path; docs/basis/supply.md#orders",
)
def lead_times(design: Design) -> Iterator[Claim]:
    """Each order of a phase against the day on which the phase serves."""
    for phase in design.phases:
        for order in phase.orders:
            weeks = order.lead_weeks + order.commissioning_weeks
            ready = order.ordered + timedelta(days=round(weeks * DAYS_PER_WEEK))
            late = (ready - phase.in_service).days
            yield Claim(
                subject=phase,
                part=order.item,
                demand=float(late),
                capacity=0.0,
                unit="days",
                inputs=(
                    Input("lead_weeks", order.lead_weeks, "weeks", order.source),
                    Input("commissioning_weeks", order.commissioning_weeks, "weeks", "this plan"),
                ),
                hint=f"{order.item} serves on {ready}, {late / DAYS_PER_WEEK:.1f} weeks late: "
                f"order it by {order.ordered - timedelta(days=late)}"
                if late > 0
                else "",
            )


@plan_rule(
    "REL-006",
    "Spares are kept for every kind of node",
    severity=Verdict.REVIEW,
    formula="models of nodes with accelerators in service, but without spares, of a phase that declares spares = 0",
    basis="a spare of one model replaces no other; docs/basis/reliability.md#spare-nodes",
)
def spare_for_each(design: Design) -> Iterator[Claim]:
    """Models that a phase with spares has none for."""
    for phase in design.phases:
        if not phase.spares:
            continue
        kept = {spare.model for spare in phase.spares}
        bare = sorted(_accelerated(design, phase) - kept)
        yield Claim(
            subject=phase,
            demand=float(len(bare)),
            capacity=0.0,
            unit="models",
            hint=f"no spares for {', '.join(bare)}" if bare else "",
        )


def _accelerated(design: Design, phase: Phase) -> set[str]:
    models: set[str] = set()
    for placement in design.placements:
        if design.stands_on(placement, phase.in_service):
            for _, facts in design.pod(placement).runs:
                models |= {node.model for _, node in facts.nodes if node.accelerators}
    return models
