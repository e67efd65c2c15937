"""Rules: a rule makes claims about a state or about the plan, and each claim is judged."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.design import Design
from petaplan.capacity.findings import HOLDS_BY, TOLERANCE, Finding, Verdict
from petaplan.capacity.gaps import Gaps, unverified_inputs
from petaplan.capacity.state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A check with an id: what it asks, its formula and its basis."""

    id: str
    title: str
    severity: Verdict
    """Verdict on a claim that fails."""
    formula: str
    basis: str
    """A standard or a document by name and number, or a page of ``docs/basis``."""
    by_state: bool
    """Whether it is asked on every day on which the hub changes, or once of the plan."""
    ask: Callable[[Any], Iterable[Claim]]
    also_on_contract_changes: bool = False
    """Whether it is asked as well on days on which only a contract or a carbon factor changes."""
    days: Callable[[Design], Iterable[date]] | None = None
    """Days of its own on which it is asked as well, such as the day on which something reaches an age."""

    @property
    def family(self) -> str:
        """The letters before the number."""
        return self.id.partition("-")[0]


def rule(
    id: str,
    title: str,
    *,
    severity: Verdict = Verdict.SHORTFALL,
    formula: str,
    basis: str,
    also_on_contract_changes: bool = False,
    days: Callable[[Design], Iterable[date]] | None = None,
) -> Callable[[Callable[[State], Iterable[Claim]]], Rule]:
    """A rule that is asked on every day on which the hub changes, and on the days of its own that ``days`` gives."""

    def made(ask: Callable[[State], Iterable[Claim]]) -> Rule:
        return Rule(
            id=id,
            title=title,
            severity=severity,
            formula=formula,
            basis=basis,
            by_state=True,
            ask=ask,
            also_on_contract_changes=also_on_contract_changes,
            days=days,
        )

    return made


def plan_rule(
    id: str, title: str, *, severity: Verdict = Verdict.SHORTFALL, formula: str, basis: str
) -> Callable[[Callable[[Design], Iterable[Claim]]], Rule]:
    """A rule that is asked once of the whole plan."""

    def made(ask: Callable[[Design], Iterable[Claim]]) -> Rule:
        return Rule(id=id, title=title, severity=severity, formula=formula, basis=basis, by_state=False, ask=ask)

    return made


def judge(asked: Rule, claim: Claim, phase: str) -> Finding:
    """The finding that a claim amounts to."""
    noun, missing = claim.subject, claim.missing
    name: str = noun.name
    verdict = _verdict(asked, claim)
    doubtful: tuple[str, ...] = ()
    if verdict is Verdict.PASS:
        doubtful = (missing.unverified if missing.__class__ is Gaps else ()) or unverified_inputs(claim.inputs)
        if doubtful:
            verdict = Verdict.REVIEW
    return Finding(
        asked.id,
        verdict,
        type(noun).__name__,
        f"{name}/{claim.part}" if claim.part else name,
        phase,
        claim.demand,
        claim.capacity,
        claim.unit,
        asked.formula,
        claim.inputs,  # type: ignore[arg-type]  # inputs when they are read
        "" if verdict is Verdict.PASS else _doubt(doubtful) if doubtful else _hint(claim),
        missing,
        claim.note,
        getattr(noun, "declared_at", None),
        claim.culprit,
    )


MOST_NAMED = 3


@lru_cache(maxsize=4_096)
def _doubt(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    named = ", ".join(dict.fromkeys(names[:MOST_NAMED]))
    return f"{HOLDS_BY} ({named}{more}): cite a document in a catalogue of your own, or measure"


def _verdict(asked: Rule, claim: Claim) -> Verdict:
    demand, capacity = claim.demand, claim.capacity
    if demand is None or capacity is None:
        return Verdict.UNKNOWN
    return claim.severity or asked.severity if _excess(demand, capacity) else claim.at_best


def _excess(demand: float, capacity: float) -> float:
    """By how much a demand is more than its capacity; 0 where it is not, or by the rounding of sums alone."""
    if demand <= capacity or demand - capacity <= TOLERANCE * max(abs(demand), abs(capacity)):
        return 0.0
    return demand - capacity


def _hint(claim: Claim) -> str:
    """The hint of a claim that fails; one that depends on the numbers is not written where they are unknown."""
    if isinstance(claim.hint, str):
        return claim.hint
    if claim.demand is None or claim.capacity is None:
        return ""
    return claim.hint(_excess(claim.demand, claim.capacity))
