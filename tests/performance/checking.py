"""`petaplan check`: in process and as a command, at 1, 10 and 100 times the hub."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from time import perf_counter

_IN_PROCESS = """
import json, sys
from time import perf_counter
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.check import check
from tests.performance.memory import peak_mib
from tests.scaled import scaled_hub

hub = scaled_hub(int(sys.argv[1]))
if sys.argv[3] == "maintained":
    hub = hub.replace(halls=tuple(hall.replace(concurrently_maintainable=True) for hall in hub.halls))
load()
check(hub)
times = []
for _ in range(int(sys.argv[2])):
    begin = perf_counter()
    report = check(hub)
    times.append(perf_counter() - begin)
print(json.dumps({
    "seconds": times,
    "peak_mib": peak_mib(),
    "findings": len(report.findings),
    "pods": len(hub.pods),
}))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """One size of hub, checked several times."""

    scale: int
    pods: int
    findings: int
    seconds: float
    """Median."""
    peak_mib: float


def in_process(scale: int, repeats: int, *, maintained: bool = False) -> Checked:
    """The check of a hub of ``scale`` times the pods, in a process of its own after one warm-up.

    ``maintained`` lets every hall claim concurrent maintainability, which the hub does not: losses two at a time.
    """
    claim = "maintained" if maintained else "as declared"
    run = subprocess.run(
        [sys.executable, "-c", _IN_PROCESS, str(scale), str(repeats), claim], capture_output=True, check=True, text=True
    )
    said = json.loads(run.stdout)
    return Checked(
        scale=scale,
        pods=said["pods"],
        findings=said["findings"],
        seconds=median(said["seconds"]),
        peak_mib=said["peak_mib"],
    )


def as_a_command(repeats: int) -> list[float]:
    """Seconds of `petaplan check infra.hong_kong:hub`, interpreter start included."""
    times = []
    command = [sys.executable, "-m", "petaplan.capacity", "check", "infra.hong_kong:hub"]
    compiling = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}  # a user's modules are compiled once
    subprocess.run(command, env=compiling, capture_output=True, check=True)
    for _ in range(repeats):
        begin = perf_counter()
        subprocess.run(command, env=compiling, capture_output=True, check=True)
        times.append(perf_counter() - begin)
    return times
