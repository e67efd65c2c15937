"""`petaplan gate` against the preview that it rides on, in turns; `petaplan diff` of two whole hubs."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from petaplan.capacity.document.plan import write_yaml
from petaplan.infra.hong_kong import hub, short
from tests.performance.previewing import environment, preview, project

_PROGRAM = "from petaplan.infra.__main__ import main\n\nmain()\n"

_OUTPUTS = ("json", "markdown", "junit", "sarif", "code-quality")


@dataclass(frozen=True, kw_only=True, slots=True)
class Gated:
    """The same stack previewed by the engine alone and by the gate, which writes every output."""

    preview_seconds: float
    gate_seconds: float
    added: float
    """Median of what the gate adds to the preview before it, as a share of that."""


def gated(repeats: int) -> Gated:
    """Medians of both in turns."""
    with tempfile.TemporaryDirectory(prefix="petaplan-bench-") as scratch:
        folder = project(Path(scratch) / "hub", _PROGRAM)
        outputs = [word for output in _OUTPUTS for word in (f"--{output}", f"gate.{output}")]
        gate = _timed(folder, "gate", "--stack", "bench", *outputs)
        preview(folder)  # what is compiled and cached once is no part of either
        pairs = [(preview(folder), gate()) for _ in range(repeats)]
    return Gated(
        preview_seconds=median(pair[0] for pair in pairs),
        gate_seconds=median(pair[1] for pair in pairs),
        added=median(after / before - 1 for before, after in pairs),
    )


def compared(repeats: int) -> list[float]:
    """Seconds of `petaplan diff` of two plan files of the whole hub, interpreter start included."""
    with tempfile.TemporaryDirectory(prefix="petaplan-bench-") as scratch:
        folder = Path(scratch)
        for name, plan in (("old", hub()), ("new", short())):
            (folder / f"{name}.yaml").write_text(write_yaml(plan), encoding="utf-8")
        diff = _timed(folder, "diff", "old.yaml", "new.yaml", expect=1)
        return [diff() for _ in range(repeats)]


def _timed(folder: Path, *words: str, expect: int = 0) -> Callable[[], float]:
    command: Sequence[str] = (str(Path(sys.executable).parent / "petaplan"), *words)

    def run() -> float:
        begin = perf_counter()
        done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stderr
        return perf_counter() - begin

    return run
