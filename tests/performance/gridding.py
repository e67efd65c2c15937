"""A grid of 10,000 scenarios of the reference hub: time of the clock and of the processors, and a digest of the CSV.

python -m tests.performance.gridding --workers 2
python -m tests.performance.gridding --ray --processors 2
"""

import argparse
import hashlib
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time

from petaplan.capacity.document.plan import write_yaml
from tests.capacity.forecast_hubs import two_phases
from tests.commands import petaplan

Plan = tuple[str, tuple[str, str], str, str, float]

REFERENCE = ("infra.hong_kong:hub", ("phase-1", "phase-2"), "huawei-ascend-950dt", "intake-a", 140_000)
"""A plan, two phases, a chip and an intake of it, and the contracted power of that, kVA."""
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


def grid_text(plan: Plan, combinations: int) -> str:
    """A grid file of four axes with at least so many combinations: two late phases, a slower chip, a power cap."""
    _, phases, chip, intake, kva = plan
    steps = range(1, SIDE)
    axes = (
        ("first-late", [f"{{change: late, object: {phases[0]}, weeks: {step}}}" for step in steps]),
        ("second-late", [f"{{change: late, object: {phases[1]}, weeks: {2 * step}}}" for step in steps]),
        ("slower", [f"{{change: rate, model: {chip}, factor: {1 - 0.03 * step:.2f}}}" for step in steps]),
        ("cap", [_cap(intake, kva * (1 - 0.06 * step)) for step in steps]),
    )
    lines = ["axes:"]
    left = combinations
    for name, changes in axes:
        lines += [f"- name: {name}", "  source: a measurement of time", "  choices:", "  - name: as-planned"]
        shown = changes[: max(0, min(left, SIDE) - 1)]
        lines += [f"  - {{name: step-{at}, changes: [{change}]}}" for at, change in enumerate(shown, 1)]
        left = -(-left // (len(shown) + 1))
    return "\n".join(lines) + "\n"


def _cap(intake: str, kva: float) -> str:
    return f"{{change: cap, object: {intake}, contracted_kva: {kva:.0f}, from_date: 2030-05-01}}"


def small(folder: Path) -> Plan:
    """A plan of two phases and four pods, as a file."""
    hub = two_phases()
    path = folder / "small.yaml"
    path.write_text(write_yaml(hub), encoding="utf-8")
    intake = hub.intakes[0]
    return str(path), ("first", "second"), "huawei-ascend-910c", intake.name, intake.supply[-1].contracted_kva


def ran(combinations: int, options: Sequence[str], *, of_small: bool = False) -> Ran:
    """A run of the command in this process."""
    with tempfile.TemporaryDirectory() as folder:
        plan = small(Path(folder)) if of_small else REFERENCE
        grid, table = Path(folder) / "grid.yaml", Path(folder) / "grid.csv"
        grid.write_text(grid_text(plan, combinations), encoding="utf-8")
        arguments = ("--grid", str(grid), "--format", "csv", "-o", str(table), *options)
        clock, own, children = monotonic(), process_time(), _of_children()
        said = petaplan("scenarios", plan[0], *arguments)
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
    arguments.add_argument("--small", action="store_true", help="of a hub of two phases, not of the reference hub")
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--ray", action="store_true", help="on a Ray cluster that this starts on this host")
    arguments.add_argument("--processors", type=int, default=2, help="processors of that cluster")
    given = arguments.parse_args()
    options = ("--ray",) if given.ray else ("--workers", str(given.workers))
    if given.ray:
        import ray

        ray.init("local", num_cpus=given.processors, include_dashboard=False, log_to_driver=False)
    made = ran(given.combinations, options, of_small=given.small)
    seconds = f"{made.clock_seconds:.1f} s, {made.processor_seconds:.1f} s of processors"
    said = f"{made.combinations:,} combinations in {seconds}; SHA-256 of the CSV {made.digest}"
    print(f"{' '.join(options)}: {said}")  # noqa: T201


if __name__ == "__main__":
    main()
