"""The claims of docs/bench.md that a device can prove or refute, and what was found about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["proved", "refuted", "not asked"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A sentence of docs/bench.md with its id."""

    id: str
    text: str
    asked_by: str
    """What is done to find out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one device said about one claim."""

    claim: str
    device: str
    verdict: Verdict
    text: str
    applies: bool = True
    """False for a device that the claim does not concern."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A claim with its verdict over all devices."""

    claim: Claim
    verdict: Verdict
    findings: tuple[Finding, ...]


CLAIMS: tuple[Claim, ...] = tuple(
    Claim(id=id, text=text, asked_by=asked_by)
    for id, text, asked_by in (
        ("B-01", "Every precision that a device has gets a verified figure.", "a row for each precision"),
        ("B-02", "On a GPU or NPU 8192³ is tried at every precision.", "the trials of each row"),
        ("B-03", "No rate is above the dense peak of the data sheet.", "the rows that have a peak"),
        ("B-04", "The clock of a row lies below the device's highest, and within a tenth of the driver's.", "the rows"),
        ("B-05", "A rate is at most 3 % below a plain loop over `torch` at the same shape.", "pairs in turns"),
        ("B-06", "A rate is at most 3 % below a plain loop over CuPy at the same shape.", "pairs in turns"),
        ("B-07", "Values agree with the product in float64 within the tolerance; int8 exactly.", "NumPy on the host"),
        ("B-08", "Each of seven faults in a product is found.", "faults put into the device's buffers"),
        ("B-09", "Clean batches raise no alarm.", "every batch of every row"),
        ("B-10", "The same operands give the same bits again.", "hashes of two workloads of one seed"),
        ("B-11", "A load of 90 s is enough for a settled figure in bf16.", "one row of 90 s on each device"),
        (
            "B-12",
            "A row that is called sustained has the settled rate in its interval.",
            "the row against that of 90 s",
        ),
        ("B-13", "A device on which somebody else computes is not measured.", "a run beside another process"),
        ("B-14", "Nothing is ever set on the device.", "power limit and highest clock, before and after"),
        ("B-15", "The kernel that hashes agrees with NumPy, bit by bit.", "one product on both"),
        ("B-16", "The kernel that fills operands draws from its whole table.", "the values of a large buffer"),
        ("B-17", "Zeros run at a higher or equal clock than random operands.", "batches of both"),
    )
)
"""In the order of docs/bench.md, whose table a test holds against this one."""


def answers(findings: Sequence[Finding]) -> tuple[Answer, ...]:
    """Every claim with its verdict over all findings that concern it.

    One refutation refutes it. It is proved when nothing that it concerns was left unasked.
    """
    return tuple(_answer(claim, [f for f in findings if f.claim == claim.id]) for claim in CLAIMS)


def _answer(claim: Claim, findings: Sequence[Finding]) -> Answer:
    verdicts = {finding.verdict for finding in findings if finding.applies}
    ranked: tuple[Verdict, ...] = ("refuted", "not asked", "proved")
    verdict: Verdict = next((each for each in ranked if each in verdicts), "not asked")
    return Answer(claim=claim, verdict=verdict, findings=tuple(findings))


def not_concerned(claim: str, device: str, text: str) -> Finding:
    """A device that a claim says nothing about."""
    return Finding(claim=claim, device=device, verdict="not asked", text=text, applies=False)


def verdict_of(*, holds: bool) -> Verdict:
    """Proved or refuted."""
    return "proved" if holds else "refuted"


def first_words(texts: Iterable[str], most: int = 3) -> str:
    """The first few of several texts, and how many more there are."""
    known = list(texts)
    more = f"; and {len(known) - most} more" if len(known) > most else ""
    return "; ".join(known[:most]) + more
