"""Commands that report on the whole hub, in process: from the command line to its text."""

from collections.abc import Sequence
from statistics import median
from time import process_time

from tests.commands import petaplan

COMMANDS: Sequence[tuple[str, Sequence[str]]] = (("compare of the whole hub, all systems", ("compare",)),)
"""What is measured, with its command before the plan."""


def seconds_of(repeats: int) -> dict[str, float]:
    """Median of the processor seconds of each command, after one run that loads its modules and data."""
    medians = {}
    for what, command in COMMANDS:
        times = []
        for _ in range(repeats + 1):
            begin = process_time()
            said = petaplan(*command, "infra.hong_kong:hub")
            times.append(process_time() - begin)
            assert said.code in {0, 1}, said.err
        medians[what] = median(times[1:])
    return medians
