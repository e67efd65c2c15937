"""Pulumi projects for tests: the CLI, its environment, and a first stack that is made once and then copied."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.prefix) / "bin"

STACK = "dev"

PIP_ONCE = ROOT / "tests" / "pip_once"
"""Folder for PYTHONPATH: each command of Pulumi asks pip for the packages of an environment, and pip answers once."""

NewStack = Callable[[Path, dict[str, str]], None]


def cli() -> Path:
    """The Pulumi CLI: the one on PATH, or the one that set-up built."""
    found = shutil.which("pulumi") or shutil.which("pulumi", path=str(ROOT / ".tools" / "bin"))
    if found is None:
        pytest.fail("no Pulumi CLI on PATH or in .tools/bin: run `make` first")
    return Path(found)


def pulumi_environment(folder: Path, home: Path) -> dict[str, str]:
    """The environment of a project in a folder: a file backend in it, and nothing of whoever starts the tests.

    Python buffers its output there as it does on any machine, so that a process that forgets a flush is found.
    """
    hidden = ("PULUMI_", "COV_", "PYTHONUNBUFFERED")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    return kept | {
        "PATH": f"{BIN}:{cli().parent}:{os.environ['PATH']}",
        "VIRTUAL_ENV": sys.prefix,
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_STACK": STACK,
        "PULUMI_CONFIG_PASSPHRASE": "throw-away",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PYTHONWARNINGS": "",
        "PYTHONPATH": str(PIP_ONCE),
    }


@pytest.fixture(scope="session")
def new_stack(tmp_path_factory: pytest.TempPathFactory) -> NewStack:
    """Gives a project with an empty folder ``state`` its first stack, as `pulumi stack init` makes it.

    The CLI makes one for each Pulumi.yaml; later projects get a copy.
    """
    made: dict[str, Path] = {}

    def give(folder: Path, environment: dict[str, str]) -> None:
        project = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
        settings = f"Pulumi.{STACK}.yaml"
        if project in made:
            shutil.copytree(made[project] / "state", folder / "state", dirs_exist_ok=True)
            shutil.copy(made[project] / settings, folder / settings)
            return
        command = [str(cli()), "stack", "init", STACK, "--non-interactive"]
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        copy = made[project] = tmp_path_factory.mktemp("first-stack")
        shutil.copytree(folder / "state", copy / "state")
        shutil.copy(folder / settings, copy / settings)

    return give
