"""The problems of a plan: the first on standard error, all of them in a file where one is named."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.output import write
from petaplan.capacity.errors import MOST_TOLD, PlanError, Problem
from petaplan.reporting.descriptors import own_place
from petaplan.reporting.safety import one_line


@dataclass(slots=True)
class ProblemsFile:
    """Where all problems of a run are written; nowhere unless it is named."""

    arguments: Sequence[str] = ()
    path: Path | None = None

    def take(self, path: Path) -> None:
        """Write to that file.

        Raises:
            PlanError: when the command names the file otherwise too: it would be replaced.
        """
        names = [word.rpartition("=")[2] for word in self.arguments]
        if sum(os.path.realpath(name) == os.path.realpath(path) for name in names) > 1:
            expected = "a file that the command has no other use for"
            raise PlanError([Problem(where="--problems", found=str(path), expected=expected)])
        self.path = path

    def keep(self, problems: Iterable[Problem] = ()) -> None:
        """Write the problems, a line each; none leave an empty file, so that no old list misleads.

        Raises:
            OSError: when the file cannot be written.
        """
        if self.path is not None:
            write("".join(f"{one_line(str(problem))}\n" for problem in problems), Path(own_place(str(self.path))))


def lines_of(problems: Sequence[Problem]) -> Iterator[str]:
    """The first problems, and how many more there are."""
    yield from (str(problem) for problem in problems[:MOST_TOLD])
    if len(problems) > MOST_TOLD:
        count = sum(problem.stands_for for problem in problems)
        written = "all" if count == len(problems) else f"{len(problems) - 1:,}"
        yield f"and {count - MOST_TOLD:,} more of {count:,} problems; --problems FILE writes {written}"


def _take(context: typer.Context, path: Path | None) -> Path | None:
    file = context.find_object(ProblemsFile)
    if file is not None and path is not None:
        file.take(path)
    return path


Problems = Annotated[
    Path | None,
    typer.Option(
        "--problems",
        metavar="FILE",
        callback=_take,
        help=f"Write every problem of the plan; the first {MOST_TOLD} are printed.",
    ),
]
"""An option of every command that reads a plan; the command itself makes no use of it."""
