"""The wheel, from the files that git tracks: the same commit gives the same bytes."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.copying import copied

ROOT = Path(__file__).parents[2]


def build_wheel(target: Path) -> Path:
    """Builds the wheel into a folder, without an index.

    Raises:
        CalledProcessError: when the build fails; pip has said why.
    """
    with tempfile.TemporaryDirectory(prefix="petaplan-dist-") as scratch:
        source, made = copied(ROOT, Path(scratch) / "source"), Path(scratch) / "made"
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": commit_time()}
        subprocess.run([*command, "--wheel-dir", str(made), str(source)], env=environment, check=True)
        (wheel,) = made.iterdir()
        target.mkdir(parents=True, exist_ok=True)
        return wheel.replace(target / wheel.name)


def commit_time() -> str:
    """When the last commit was made, in seconds; the time in archives."""
    asked = ["git", "log", "-1", "--format=%ct"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
