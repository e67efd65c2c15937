"""Answers the question of each Pulumi command, `pip list -v --format json`, as pip answered it once.

It takes pip half a second of a processor, a quarter of a small preview. The environment stays the same while tests run.
Everything else goes on to pip.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path

QUESTION = ["list", "-v", "--format", "json"]
ANSWERS = "PETAPLAN_TESTS_PIP_ANSWERS"
"""Name of the variable with the folder of the answers; nothing is kept without it."""


def answer(folder: str) -> str:
    """What pip says about this environment."""
    kept = Path(folder) / f"{sha256(sys.prefix.encode()).hexdigest()}.json"
    if not kept.exists():
        import subprocess

        fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
        fresh.write_bytes(subprocess.run(pip(), env=without_this(), stdout=subprocess.PIPE, check=True).stdout)
        fresh.replace(kept)
    return kept.read_text(encoding="utf-8")


def pip() -> list[str]:
    return [sys.executable, "-m", "pip", *sys.argv[1:]]


def without_this() -> dict[str, str]:
    """The environment in which pip itself is found."""
    here = str(Path(__file__).parents[1])
    path = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one and one != here]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


if sys.argv[1:] == QUESTION and (answers := os.environ.get(ANSWERS)):
    sys.stdout.write(answer(answers))
else:
    os.execve(sys.executable, pip(), without_this())  # noqa: S606
