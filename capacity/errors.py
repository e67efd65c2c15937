"""Errors of a declaration, as one tree.

    PetaplanError
    ├── DeclarationError      a plan, a catalogue or an argument is wrong: exit 2
    │   ├── PlanError         a plan document or a hub built in Python
    │   │   └── HubError      one whose fields are right (capacity/document/plan.py)
    │   └── CatalogueError    a file of hardware facts
    └── EvidenceError         a measurement that cannot be used: exit 2

A target that is missed is not in this tree: it is a ``Finding`` (capacity/findings.py).
Every DeclarationError carries *all* problems that were found, each with its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from petaplan.reporting.lookalikes import lookalikes_in
from petaplan.reporting.safety import unbroken

MOST_TOLD = 100
"""Problems of one run that are printed; the others are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected, what to do."""

    where: str
    """File and line, or the path inside a declaration."""
    found: str
    expected: str
    advice: str = ""
    stands_for: int = 1
    """Problems that it counts; more than one where those are not told one by one."""

    def __str__(self) -> str:
        text = f"{self.where}: found {self.found}; expected {self.expected}"
        alike = lookalikes_in(f"{self.where} {self.found}")
        return unbroken("; ".join(filter(None, (text, self.advice, alike))))


class PetaplanError(Exception):
    """Anything petaplan refuses to go on from."""

    exit_code = 2
    """Of a command that it ends: 2 for bad input, 3 where a tool broke."""


class DeclarationError(PetaplanError):
    """A declaration that cannot be read as one; ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class PlanError(DeclarationError):
    """A plan document, or a hub built in Python, is not a valid plan."""


class CatalogueError(DeclarationError):
    """A catalogue file does not hold what a catalogue holds."""


class EvidenceError(DeclarationError):
    """An evidence file cannot be used."""
