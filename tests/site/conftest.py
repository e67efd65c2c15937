"""The site, built once from the checkout as `make docs` builds it, or the one that `make test` has just built."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A run of ``python -m tools.site`` of a checkout."""
    command = [sys.executable, "-m", "tools.site", str(folder)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("sphinx") is None:
        pytest.skip("the group docs is not installed: make test installs it")
    if made := os.environ.get("PETAPLAN_TESTS_SITE"):
        return ROOT / made
    folder = tmp_path_factory.mktemp("site") / "built"
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
