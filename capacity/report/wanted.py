"""Which outputs are wanted, and where to: light enough to be read before anything is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from capacity.errors import PlanError, Problem

STDOUT = "-"

GITHUB_LIMIT_BYTES = 65_536
"""Longest comment that GitHub takes; GitLab takes a million characters."""


class Output(StrEnum):
    """What a judgement can be written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    CODE_QUALITY = "code-quality"
    STEP_SUMMARY = "step-summary"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One output: what and where to; ``-`` is standard output."""

    output: Output
    path: str


def refuse_clashes(wanted: Sequence[Wanted]) -> None:
    """Nothing is written twice to one place.

    Raises:
        PlanError: when two outputs mean the same file, or both mean standard output.
    """
    seen: dict[str, Wanted] = {}
    problems = []
    for one in wanted:
        key = one.path if one.path == STDOUT else str(Path(one.path).absolute())
        first = seen.setdefault(key, one)
        if first is not one:
            place = "standard output" if key == STDOUT else one.path
            found, expected = f"{place}, as for --{first.output}", "a place of its own"
            problems.append(Problem(where=f"--{one.output}", found=found, expected=expected))
    if problems:
        raise PlanError(problems)
