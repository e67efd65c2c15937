"""Rows of this processor, quiet and under load: under load each holds the quiet rate, or says "not measured".

``python -m tests.bench.load [RUNS] [SECONDS]`` makes so many fresh quiet runs. Then it keeps each core busy for nine
tenths of the time and makes as many fresh runs again. It ends with 1 when a figure under load misses the quiet rate,
and with 4 when fewer than three of four quiet runs gave a figure: the machine was not quiet then.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from petaplan.bench import system

_BUSY = """
import os, sys, time
while os.getppid() == int(sys.argv[1]):
    end = time.process_time() + 0.09
    while time.process_time() < end:
        pass
    time.sleep(0.01)
"""
_QUIET_SHARE = 0.75
"""Quiet runs that give a figure on a quiet machine."""


def run(seconds: float) -> tuple[float, float, float] | None:
    """Rate and interval of a fresh run in fp32; None where it gave no figure."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "run.json")
        words = ["run", "--device", "cpu", "--dtype", "fp32", "--seconds", f"{seconds:g}", "--json", str(out)]
        subprocess.run([sys.executable, "-m", "petaplan.bench", *words], capture_output=True, check=False)
        found = [*Path(folder).glob("*.json")]
        rate = json.loads(found[0].read_text())["rows"][0]["sustained"] if found else None
    return (rate["median"], rate["low"], rate["high"]) if rate else None


@contextmanager
def busy_cores() -> Iterator[None]:
    """One process a core that computes for nine tenths of the time."""
    loops = [subprocess.Popen([sys.executable, "-c", _BUSY, str(os.getpid())]) for _ in system.allowed_cpus()]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def main(runs: int, seconds: float) -> int:
    """Print what came of the runs."""
    quiet = [found[0] for found in (run(seconds) for _ in range(runs)) if found]
    with busy_cores():
        loaded = [run(seconds) for _ in range(runs)]
    figures = [found for found in loaded if found]
    truth = median(quiet) if quiet else None
    held = sum(truth is not None and low <= truth <= high for _, low, high in figures)
    rate = f"{truth:.4g} TFLOP/s, from {min(quiet):.4g} to {max(quiet):.4g}" if truth else "unknown"
    sys.stdout.write(
        f"quiet: {len(quiet)} of {runs} runs gave a figure, median {rate}\n"
        f"under load: {runs - len(figures)} of {runs} not measured, {len(figures)} figures, {held} hold that\n"
    )
    if len(quiet) < _QUIET_SHARE * runs:
        return 4
    return int(held < len(figures))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, float(sys.argv[2]) if len(sys.argv) > 2 else 15.0))
