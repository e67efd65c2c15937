import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout


def prepare(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.prepare", *arguments],
        cwd=root,
        env={name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.engine
def test_a_second_set_up_does_nothing(repository: Checkout) -> None:
    prepare(repository.root, "--dev", "--stack", "full", "ready")
    again = prepare(repository.root, "--dev", "--stack", "full", "ready")
    assert again.stderr.splitlines() == ["Ready: make preview shows the hub, make help lists the rest."]


@pytest.mark.engine
def test_a_command_runs_with_pulumi_and_the_environments_python(repository: Checkout) -> None:
    ran = prepare(repository.root, "--stack", "full", "run", "sh", "-c", "pulumi version; command -v python; pwd")
    version, python, folder = ran.stdout.splitlines()
    assert version.startswith("v3.")
    assert python == str(repository.venv / "bin" / "python")
    assert Path(folder) == repository.root


def test_a_command_keeps_its_exit_status(repository: Checkout) -> None:
    assert prepare(repository.root, "run", "sh", "-c", "exit 7").returncode == 7


def test_a_command_that_is_nowhere_is_named(repository: Checkout) -> None:
    refused = prepare(repository.root, "run", "petaplam")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == "petaplan: petaplam is not in .venv/bin, nor on PATH"


def test_a_folder_that_cannot_be_written_gives_one_line_and_no_traceback(repository: Checkout, tmp_path: Path) -> None:
    shutil.copytree(repository.root / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".tools").write_text("a file where the folder should be")
    refused = prepare(tmp_path, "ready")
    assert refused.returncode == 1
    assert refused.stderr == f"petaplan: {tmp_path / '.tools'}: File exists: correct this and run make again\n"
