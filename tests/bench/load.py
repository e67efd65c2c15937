"""Rows of this processor under load: each must hold the quiet rate, or say that nothing was measured.

``python -m tests.bench.load [RUNS] [SECONDS]`` makes quiet runs until three gave a figure, six at most. Then it keeps
each core busy for nine tenths of the time and makes so many fresh runs. It ends with 1 when a figure misses the quiet
rate, and with 4 when the machine was never quiet enough to know that rate.
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
_QUIET_FIGURES = 3
_QUIET_RUNS = 6


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
    quiet = []
    for _ in range(_QUIET_RUNS):
        found = run(seconds)
        quiet += [found[0]] if found else []
        if len(quiet) == _QUIET_FIGURES:
            break
    with busy_cores():
        loaded = [run(seconds) for _ in range(runs)]
    figures = [found for found in loaded if found]
    truth = median(quiet) if quiet else None
    held = sum(truth is not None and low <= truth <= high for _, low, high in figures)
    sys.stdout.write(
        f"quiet rate {f'{truth:.4g} TFLOP/s' if truth else 'unknown'} ({len(quiet)} figures); under load {runs} runs: "
        f"{runs - len(figures)} not measured, {len(figures)} figures, {held} hold the quiet rate\n"
    )
    if truth is None:
        return 0 if not figures else 4
    return int(held < len(figures))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, float(sys.argv[2]) if len(sys.argv) > 2 else 15.0))
