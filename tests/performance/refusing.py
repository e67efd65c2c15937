"""`petaplan check` of documents with hundreds of thousands of faults: seconds and memory of the command."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from petaplan.capacity.document.strict import MOST_PROBLEMS

FAULTS = 200_000

KINDS: Mapping[str, str] = {
    "unknown fields": json.dumps({"petaplan": 1, **{f"key{number}": 1 for number in range(FAULTS)}}),
    "one key again": '{"petaplan": 1, ' + ", ".join(['"name": "a"'] * FAULTS) + "}",
    "rows without fields": json.dumps({"petaplan": 1, "name": "a", "pods": [{}] * (FAULTS // 4)}),
    "rows with nothing but a name": json.dumps(
        {"petaplan": 1, "name": "a", "pods": [{"name": f"p{number}"} for number in range(FAULTS)]}
    ),
    "values that are no rows": json.dumps({"petaplan": 1, "name": "a", "pods": [1] * FAULTS}),
    "unknown fields of one row": json.dumps(
        {"petaplan": 1, "name": "a", "pods": [{"racks": [{f"key{number}": 1 for number in range(FAULTS)}]}]}
    ),
}
"""Documents, each with at least so many faults of one kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One document, refused once."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


_STARTER = """
import json, os, subprocess, sys
from time import perf_counter

begin = perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(json.dumps({
    "code": os.waitstatus_to_exitcode(status),
    "seconds": perf_counter() - begin,
    "cpu_seconds": used.ru_utime + used.ru_stime,
    "peak_mib": used.ru_maxrss / 1024,
}))
"""
"""Starts the command, and is small: Linux counts the size of who starts a process as memory of that process."""


def refused(text: str) -> Refused:
    """The check of a document as a command that prints the first problems and writes all."""
    with TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        plan.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "petaplan.capacity", "check", str(plan), "--problems", f"{folder}/all.txt"]
        started = subprocess.run([sys.executable, "-c", _STARTER, *command], capture_output=True, text=True, check=True)
        used = json.loads(started.stdout)
        written = Path(folder, "all.txt").read_bytes().count(b"\n")
    assert (used.pop("code"), written >= min(FAULTS - 1, MOST_PROBLEMS)) == (2, True)
    return Refused(**used)
