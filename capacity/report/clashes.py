"""Check that no two outputs go to one place, before anything is judged."""

from collections.abc import Sequence

from petaplan.capacity.errors import PlanError, Problem
from petaplan.reporting.publishing import OutputRequest, clashes


def refuse_clashes(requests: Sequence[OutputRequest], read: Sequence[tuple[str, str]] = ()) -> None:
    """Nothing is written twice to one place, nor over what is read; ``read`` holds options with their files.

    Raises:
        PlanError: when two outputs mean the same file, both mean standard output, or one means a file that is read.
    """
    problems = [
        Problem(where=clash.option, found=f"{clash.place}, as for {clash.first}", expected="a place of its own")
        for clash in clashes(requests, read)
    ]
    if problems:
        raise PlanError(problems)
