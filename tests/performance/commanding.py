"""Commands that report on the whole hub, in process: from the command line to its text."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from tests.commands import petaplan

HUB = "infra.hong_kong:hub"

COMMANDS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("compare of the whole hub, all systems", "≤ 0.5 s", ("compare", HUB)),
    ("cost of the whole hub", "≤ 0.5 s", ("cost", HUB, "--lifetime", "5", "--discount", "0.08")),
    ("forecast of the whole hub, 100,000 draws", "≤ 3 s", ("forecast", HUB)),
    ("ten scenarios of the whole hub", "≤ 3 s", ("scenarios", HUB, "{scenarios}")),
)
"""What is measured, its bound, and its command."""


def _ten_scenarios(folder: Path) -> str:
    """A file of ten late phases."""
    lines = ["scenarios:"]
    for at in range(10):
        change = f"{{change: late, object: phase-{at % 3 + 1}, weeks: {at + 1}}}"
        lines.append(f"- {{name: late-{at}, statement: a delay, source: a measurement, changes: [{change}]}}")
    path = folder / "ten.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def seconds_of(repeats: int) -> dict[tuple[str, str], float]:
    """By name and bound, the median processor seconds of each command, after one run that loads its modules."""
    medians = {}
    with TemporaryDirectory() as folder:
        ten = _ten_scenarios(Path(folder))
        for what, bound, command in COMMANDS:
            times = []
            for _ in range(repeats + 1):
                begin = process_time()
                said = petaplan(*(ten if word == "{scenarios}" else word for word in command))
                times.append(process_time() - begin)
                assert said.code in {0, 1}, said.err
            medians[what, bound] = median(times[1:])
    return medians
