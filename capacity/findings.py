"""Rules, and what they say: a rule makes claims about subjects, a claim judged is a finding."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from petaplan.capacity.noun import Place

if TYPE_CHECKING:
    from petaplan.capacity.design import Design, State


class Verdict(StrEnum):
    """What a rule says of one subject."""

    PASS = "pass"
    SHORTFALL = "shortfall"
    WARNING = "warning"
    QUESTION = "question"
    UNKNOWN = "unknown"


WORST_FIRST = (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING, Verdict.QUESTION, Verdict.PASS)
RANK = {verdict: rank for rank, verdict in enumerate(WORST_FIRST)}
"""Place of a verdict in a report, worst first."""


@dataclass(slots=True, unsafe_hash=True)
class Input:
    """One number that a formula was given, and where it comes from.

    Nobody changes one. It isn't frozen, as a claim isn't, since a frozen object takes two and a half times as long to
    make, and a large hub makes a million of them.
    """

    name: str
    value: float
    unit: str
    source: str

    def __str__(self) -> str:
        return f"{self.name} = {number(self.value)} {self.unit} ({self.source})"


@dataclass(kw_only=True, slots=True)
class Claim:
    """Demand held against capacity for one subject; it holds where demand is not above capacity.

    It is made, judged and dropped.
    """

    subject: Any
    """The declared object that it is about."""
    part: str = ""
    """The piece of the subject, such as ``racks[2]`` or the name of a loss."""
    demand: float | None = None
    capacity: float | None = None
    unit: str = ""
    inputs: tuple[Input, ...] = ()
    hint: str = ""
    """What would mend it, in units a person can act on; shown when the claim fails."""
    missing: tuple[str, ...] = ()
    """Figures without which nothing can be said."""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A check with an id: what it asks, by which formula, on what basis."""

    id: str
    title: str
    severity: Verdict
    """What a claim that fails is."""
    formula: str
    basis: str
    """The standard, the physics or the design decision behind it."""
    by_state: bool
    """Whether it is asked at every moment at which the hub changes, or once of the plan."""
    ask: Callable[[Any], Iterable[Claim]]
    also_on_contract_changes: bool = False
    """Whether it is asked as well on days on which only a contract or a carbon factor changes."""

    @property
    def family(self) -> str:
        """The letters before the number."""
        return self.id.partition("-")[0]


@dataclass(kw_only=True, slots=True, unsafe_hash=True)
class Finding:
    """A rule's verdict on one subject in one phase; nobody changes one, as nobody changes an input."""

    rule: str
    verdict: Verdict
    kind: str
    subject: str
    phase: str
    """Phase in force at the moment of judgement; empty for the plan as a whole."""
    demand: float | None
    capacity: float | None
    unit: str
    formula: str
    inputs: tuple[Input, ...]
    hint: str
    missing: tuple[str, ...]
    note: str
    place: Place | None

    @property
    def ratio(self) -> float | None:
        """Demand over capacity; None where either is unknown, infinite where nothing meets a demand."""
        if self.demand is None or self.capacity is None:
            return None
        if self.capacity == 0:
            return 0.0 if self.demand == 0 else float("inf")
        return self.demand / self.capacity

    @property
    def identity(self) -> str:
        """What stays the same when numbers move: rule, subject and phase."""
        return f"{self.rule}:{self.subject}:{self.phase}"


def rule(
    id: str,
    title: str,
    *,
    severity: Verdict = Verdict.SHORTFALL,
    formula: str,
    basis: str,
    also_on_contract_changes: bool = False,
) -> Callable[[Callable[["State"], Iterable[Claim]]], Rule]:
    """A rule asked at every moment at which the hub changes."""

    def made(ask: Callable[["State"], Iterable[Claim]]) -> Rule:
        return Rule(
            id=id,
            title=title,
            severity=severity,
            formula=formula,
            basis=basis,
            by_state=True,
            ask=ask,
            also_on_contract_changes=also_on_contract_changes,
        )

    return made


def plan_rule(
    id: str, title: str, *, severity: Verdict = Verdict.SHORTFALL, formula: str, basis: str
) -> Callable[[Callable[["Design"], Iterable[Claim]]], Rule]:
    """A rule asked once of the whole plan."""

    def made(ask: Callable[["Design"], Iterable[Claim]]) -> Rule:
        return Rule(id=id, title=title, severity=severity, formula=formula, basis=basis, by_state=False, ask=ask)

    return made


TOLERANCE = 1e-9
"""Relative slack that floating-point sums are granted."""


def judge(asked: Rule, claim: Claim, phase: str) -> Finding:
    """The finding that a claim amounts to."""
    noun = claim.subject
    name: str = noun.name
    return Finding(
        rule=asked.id,
        verdict=_verdict(asked, claim),
        kind=type(noun).__name__,
        subject=f"{name}/{claim.part}" if claim.part else name,
        phase=phase,
        demand=claim.demand,
        capacity=claim.capacity,
        unit=claim.unit,
        formula=asked.formula,
        inputs=claim.inputs,
        hint=claim.hint,
        missing=claim.missing,
        note=claim.note,
        place=getattr(noun, "declared_at", None),
    )


def _verdict(asked: Rule, claim: Claim) -> Verdict:
    if claim.demand is None or claim.capacity is None:
        return Verdict.UNKNOWN
    if claim.demand - claim.capacity > TOLERANCE * max(abs(claim.demand), abs(claim.capacity)):
        return asked.severity
    return Verdict.PASS


def number(value: float) -> str:
    """A number with the digits that matter and no more.

    >>> number(40000.0), number(0.98765), number(559.04), number(12.0)
    ('40,000', '0.9877', '559.0', '12')
    """
    if value == int(value) if abs(value) < 1e15 else False:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"
