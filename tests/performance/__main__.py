"""Measure petaplan against the design's bounds and print the table that docs/performance.md keeps.

make bench-project                 # about ten minutes
make bench-project ARGS=--write    # and keep the table in docs/performance.md
"""

import argparse
import os
import platform
import subprocess
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from petaplan.infra.hong_kong import hub
from tests.performance.checking import as_a_command, in_process
from tests.performance.commanding import seconds_of
from tests.performance.gating import compared, gated
from tests.performance.previewing import previewed
from tests.performance.refusing import FAULTS, KINDS, refused
from tests.performance.straight_line import beside_a_line

TABLE = Path(__file__).parents[2] / "docs" / "performance.md"


def main() -> None:
    """Measure, print, and keep the table where asked."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--write", action="store_true", help="keep the table in docs/performance.md")
    arguments.add_argument("--no-preview", action="store_true", help="leave the Pulumi engine out")
    given = arguments.parse_args()
    text = "\n".join([*heading(), *rows(engine=not given.no_preview)]) + "\n"
    print(text)
    if given.write:
        _, heading_of_the_rest, rest = TABLE.read_text(encoding="utf-8").partition("\n## ")
        TABLE.write_text(text + heading_of_the_rest + rest, encoding="utf-8")


def heading() -> list[str]:
    """Where and when."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        "# Performance",
        "",
        "<!-- kind: project -->",
        "",
        "`make bench-project ARGS=--write` writes this page. Figures are medians. Two things that are compared are",
        "measured in turn. The machine is shared, so ratios say more than seconds.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, revision {_revision()}, {os.cpu_count()} cores, {platform.machine()},",
        f"load before the run {load}.",
        "",
        "| what | bound | measured |",
        "|---|---|---|",
    ]


def _revision() -> str:
    """The commit that is measured, with a remark where files differ from it."""
    command = ["git", "describe", "--always", "--dirty= with changes", "--exclude=*"]
    return subprocess.run(command, cwd=TABLE.parent, capture_output=True, text=True, check=True).stdout.strip()


def rows(*, engine: bool) -> list[str]:
    """A row a figure."""
    whole = in_process(1, 5)
    command = as_a_command(7)
    size = f"{whole.pods} pods, {whole.findings} findings"
    found = [
        f"| check of the whole hub, in process ({size}) | ≤ 0.5 s | {whole.seconds:.2f} s, {whole.peak_mib:.0f} MiB |",
        f"| the same as a command | ≤ 1.2 s | {median(command):.2f} s ({min(command):.2f} to {max(command):.2f}) |",
    ]
    found += answer_rows()
    for scale, repeats, bound in ((10, 3, "–"), (100, 1, "≤ 10 s, ≤ 1 GiB")):
        made = in_process(scale, repeats)
        growth = made.seconds / whole.seconds
        measured = f"{made.seconds:.2f} s, {made.peak_mib:.0f} MiB, {growth:.1f} × the time"
        size = f"{made.pods} pods, {made.findings} findings"
        found.append(f"| check at {scale} × the pods ({size}) | {bound} | {measured} |")
    claimed = in_process(10, 3, maintained=True)
    measured = f"{claimed.seconds:.2f} s, {claimed.peak_mib:.0f} MiB"
    found.append(f"| check at 10 × the pods, every hall claiming concurrent maintainability | – | {measured} |")
    found += [refusal_row(kind, text) for kind, text in KINDS.items()]
    differences = compared(7)
    spread = f"{median(differences):.2f} s ({min(differences):.2f} to {max(differences):.2f})"
    found.append(f"| diff of two whole hubs, as a command | ≤ 1.5 s | {spread} |")
    return found + ([*preview_rows(), gate_row()] if engine else [])


def answer_rows() -> list[str]:
    """Commands that answer in process, and a forecast beside a straight line.

    They run in processes of their own: Linux counts the size of who starts a process as memory of that process.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        answered, beside = pool.submit(seconds_of, 5).result(), pool.submit(beside_a_line).result()
    measured = f"{beside.ratio:.2f} × ({beside.line_seconds:.2f} s), {beside.peak_mib:.0f} MiB"
    return [
        *(f"| {what}, in process | {bound} | {seconds:.2f} s |" for (what, bound), seconds in answered.items()),
        f"| the forecast, beside a straight line of NumPy | ≤ 1.25 ×, ≤ 1 GiB | {measured} |",
    ]


def refusal_row(kind: str, text: str) -> str:
    """A document with many faults of one kind."""
    made = refused(text)
    measured = f"{made.seconds:.1f} s ({made.cpu_seconds:.1f} s of a processor), {made.peak_mib:.0f} MiB"
    return f"| check of a document with {FAULTS:,} faults: {kind} | ≤ 3 s, ≤ 300 MiB | {measured} |"


def gate_row() -> str:
    """What the gate with every output adds to the preview of the whole hub."""
    made = gated(7)
    seconds = f"{made.gate_seconds:.1f} s for {made.preview_seconds:.1f} s"
    return f"| the gate, beside the preview that it rides on | ≤ 15 % more | {made.added:.0%} more ({seconds}) |"


def preview_rows() -> list[str]:
    """The hub through the real engine against as many empty components, at once and ten times."""
    resources = 1 + sum(len(table) for _, table in hub().tables())
    once = previewed(1, resources, 3)
    tenfold = previewed(10, 10 * resources, 1)
    times = tenfold.hub_seconds / once.hub_seconds
    measured = f"{times:.1f} × ({tenfold.hub_seconds:.0f} s; {tenfold.ratio:.2f} × the empty twin)"
    return [
        f"| preview of the whole hub ({resources} resources) | ≤ 6 s | {once.hub_seconds:.1f} s |",
        f"| against as many empty components | ≤ 1.6 × | {once.ratio:.2f} × ({once.empty_seconds:.1f} s) |",
        f"| preview at 10 × the pods | ≤ 11 × | {measured} |",
    ]


if __name__ == "__main__":
    main()
