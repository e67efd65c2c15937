"""Which outputs are wanted, and where to: light enough to be read before anything is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from petaplan.capacity.errors import PlanError, Problem

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


def refuse_clashes(wanted: Sequence[Wanted], read: Sequence[tuple[str, str]] = ()) -> None:
    """Nothing is written twice to one place, nor over what is read; ``read`` holds options with their files.

    Raises:
        PlanError: when two outputs mean the same file, both mean standard output, or one means a file that is read.
    """
    seen = {_key(path): option for option, path in read}
    problems = []
    for one in wanted:
        option = f"--{one.output}"
        first = seen.setdefault(_key(one.path), option)
        if first != option:
            place = "standard output" if one.path == STDOUT else one.path
            problems.append(Problem(where=option, found=f"{place}, as for {first}", expected="a place of its own"))
    if problems:
        raise PlanError(problems)


def _key(path: str) -> str:
    return path if path == STDOUT else str(Path(path).resolve())
