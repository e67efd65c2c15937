"""BUD-004: prices that no sum uses."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Phase
from petaplan.capacity.money import brought_cost, standing_cost
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.supply import Budget


@plan_rule(
    "BUD-004",
    "Every declared price is used",
    severity=Verdict.REVIEW,
    formula="prices of models and kinds of plant that the phase neither brings nor maintains, or that stand twice = 0",
    basis="a price that no sum uses misleads; docs/basis/supply.md#prices-and-budgets",
)
def unused_prices(design: Design) -> Iterator[Claim]:
    """The declared prices of each budget, against those that its investment or its maintenance uses."""
    for phase in design.phases:
        if phase.budget is not None and (phase.budget.prices or phase.budget.rated_prices):
            unused = _unused(phase.budget, _used(design, phase, phase.budget))
            hint = f"No sum uses the price of {', '.join(unused)}: remove it, or declare what it is the price of"
            inputs = (each_of(unused, "unused price:", "unused prices"),)
            yield must_be_zero(phase, len(unused), "unused prices", part="prices", inputs=inputs, hint=hint)


def _used(design: Design, phase: Phase, budget: Budget) -> set[str]:
    used: set[str] = set()
    if budget.capex is not None:
        used.update(brought_cost(design, phase, budget).models)
    if budget.opex_per_year is not None and budget.yearly_fraction:
        used.update(standing_cost(design, phase, budget).models)
    return used


def _unused(budget: Budget, used: set[str]) -> list[str]:
    """Models and kinds of plant whose price is not used, and those with a second price."""
    seen: set[str] = set()
    unused: list[str] = []
    for name in (*(price.model for price in budget.prices), *(str(price.kind) for price in budget.rated_prices)):
        if name not in used or name in seen:
            unused.append(name)
        seen.add(name)
    return unused
