"""A grid of 10,000 scenarios of the reference hub: time of the clock and of the processors, and a digest of the CSV.

python -m tests.performance.gridding --workers 2
python -m tests.performance.gridding --ray --processors 2
"""

import argparse
import hashlib
import resource
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic, process_time

from tests.commands import petaplan

CHIP = "huawei-ascend-950dt"
SIDE = 10
"""Choices of each of four axes."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a grid took."""

    clock_seconds: float
    processor_seconds: float
    """Of this process and of its children; those of a Ray cluster are not known."""
    combinations: int
    digest: str
    """SHA-256 of the CSV."""


def grid_text(combinations: int) -> str:
    """A grid file of four axes with at least so many combinations: two late phases, a slower chip, a power cap."""
    axes = (
        ("phase-1-late", [f"{{change: late, object: phase-1, weeks: {week}}}" for week in range(1, SIDE)]),
        ("phase-2-late", [f"{{change: late, object: phase-2, weeks: {2 * week}}}" for week in range(1, SIDE)]),
        ("slower", [f"{{change: rate, model: {CHIP}, factor: {1 - 0.03 * step:.2f}}}" for step in range(1, SIDE)]),
        ("cap", list(_caps())),
    )
    lines = ["axes:"]
    left = combinations
    for name, changes in axes:
        lines += [f"- name: {name}", "  source: a measurement of time", "  choices:", "  - name: as-planned"]
        shown = list(islice(changes, max(0, min(left, SIDE) - 1)))
        lines += [f"  - {{name: step-{at}, changes: [{change}]}}" for at, change in enumerate(shown, 1)]
        left = -(-left // (len(shown) + 1))
    return "\n".join(lines) + "\n"


def _caps() -> Iterator[str]:
    for step in range(1, SIDE):
        yield f"{{change: cap, object: intake-a, contracted_kva: {140_000 - 8_000 * step}, from_date: 2030-05-01}}"


def ran(combinations: int, options: Sequence[str]) -> Ran:
    """A run of the command in this process."""
    with tempfile.TemporaryDirectory() as folder:
        grid, table = Path(folder) / "grid.yaml", Path(folder) / "grid.csv"
        grid.write_text(grid_text(combinations), encoding="utf-8")
        arguments = ("--grid", str(grid), "--format", "csv", "-o", str(table), *options)
        clock, own, children = monotonic(), process_time(), _of_children()
        said = petaplan("scenarios", "infra.hong_kong:hub", *arguments)
        assert said.code == 0, said.err
        spent = process_time() - own + _of_children() - children
        written = table.read_bytes()
        digest = hashlib.sha256(written).hexdigest()
        return Ran(monotonic() - clock, spent, written.count(b"\n") - 1, digest)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--combinations", type=int, default=SIDE**4)
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--ray", action="store_true", help="on a Ray cluster that this starts on this host")
    arguments.add_argument("--processors", type=int, default=2, help="processors of that cluster")
    given = arguments.parse_args()
    options = ("--ray",) if given.ray else ("--workers", str(given.workers))
    if given.ray:
        import ray

        ray.init(num_cpus=given.processors, include_dashboard=False, log_to_driver=False)
    made = ran(given.combinations, options)
    seconds = f"{made.clock_seconds:.1f} s, {made.processor_seconds:.1f} s of processors"
    said = f"{made.combinations:,} combinations in {seconds}; SHA-256 of the CSV {made.digest}"
    print(f"{' '.join(options)}: {said}")  # noqa: T201


if __name__ == "__main__":
    main()
