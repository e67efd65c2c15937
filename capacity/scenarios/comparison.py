"""Scenarios side by side: verdict, petaflops, megawatts, money and probability of each, and what fails first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.check import report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.forecast.forecast import chance_of
from petaplan.capacity.money import brought_cost
from petaplan.capacity.scenarios.applying import under
from petaplan.capacity.scenarios.changes import Scenario
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.counted import counted, peak_precision, peaks
from petaplan.capacity.throughput.delivered import best_waterfall

AS_PLANNED = "as planned"


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetUnder:
    """One target in one scenario."""

    target: str
    by: date
    asked_pflops: float
    pflops: float
    """What counts on its date; delivered petaflops at the median."""
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A plan in one scenario."""

    name: str
    statement: str
    verdict: Verdict
    targets: tuple[TargetUnder, ...]
    it_power_mw: float
    """At the last phase."""
    capex: tuple[tuple[str, float, bool], ...]
    """Currency, sum over the budgets in it, and whether all prices are known."""
    new_failures: int
    """Findings that fail here and pass, or are not there, in the plan."""
    first: Finding | None
    """The first of those, a missed target before anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A plan and its scenarios."""

    hub: str
    draws: int
    outcomes: tuple[Outcome, ...]


def compared(design: Design, catalogue: Catalogue, scenarios: Iterable[Scenario], draws: int) -> Comparison:
    """The plan as it is, then under each scenario; ``catalogue`` is that of the plan before its assumptions fill it.

    Raises:
        PlanError: where a changed plan is none.
    """
    planned = report_on(design)
    known = {key_of(finding) for finding in planned.of(Verdict.SHORTFALL)}
    said = (AS_PLANNED, "the plan without a change")
    outcomes = [outcome_of(design, planned, said, frozenset(), draws)]
    for scenario in scenarios:
        changed = under(design, catalogue, scenario)
        said = (scenario.name, scenario.statement)
        outcomes.append(outcome_of(changed, report_on(changed), said, frozenset(known), draws))
    return Comparison(hub=design.hub.name, draws=draws, outcomes=tuple(outcomes))


def key_of(finding: Finding) -> tuple[str, str, str]:
    """Rule, subject and phase: what tells two findings of a plan apart."""
    return finding.rule, finding.subject, finding.phase


def outcome_of(
    design: Design, report: Report, said: tuple[str, str], known: frozenset[tuple[str, str, str]], draws: int
) -> Outcome:
    """A plan in one scenario, with its name and statement; ``known`` are the findings that fail in the plan."""
    failing = [finding for finding in report.of(Verdict.SHORTFALL) if key_of(finding) not in known]
    return Outcome(
        name=said[0],
        statement=said[1],
        verdict=report.verdict,
        targets=tuple(_targets(design, draws)),
        it_power_mw=report.phases[-1].it_power_mw,
        capex=tuple(_capex(design)),
        new_failures=len(failing),
        first=min(failing, key=lambda one: not one.rule.startswith("PF-"), default=None),
    )


def _targets(design: Design, draws: int) -> Iterator[TargetUnder]:
    for target in sorted(design.hub.targets, key=lambda one: (one.by, one.name)):
        if target.measure is Measure.DELIVERED:
            value = best_waterfall(design, target).delivered.mid
        else:
            sums = dict(peaks(design, counted(design, target), target.sparsity, target.engine))
            value = sums.get(peak_precision(design, target), 0.0)
        probability, _ = chance_of(design, target, draws)
        yield TargetUnder(
            target=target.name, by=target.by, asked_pflops=target.pflops, pflops=value, probability=probability
        )


def _capex(design: Design) -> Iterator[tuple[str, float, bool]]:
    sums: dict[str, tuple[float, bool]] = {}
    for phase in design.phases:
        if phase.budget is not None:
            cost = brought_cost(design, phase, phase.budget)
            amount, whole = sums.get(phase.budget.currency, (0.0, True))
            sums[phase.budget.currency] = (
                amount + cost.amount + phase.budget.other_capex,
                whole and not cost.missing,
            )
    yield from ((currency, amount, whole) for currency, (amount, whole) in sorted(sums.items()))
