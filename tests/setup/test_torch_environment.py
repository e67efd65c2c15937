"""The second environment, with PyTorch: only where the disk has room, and beside all that .venv has."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.prepare.checkout import Checkout
from tools.prepare.environment import make_venv
from tools.prepare.torch import NAME, has_space, read_the_first


@pytest.mark.parametrize(("free_gib", "goes_on"), [(11.9, False), (12.0, True)])
def test_below_12_gib_it_is_skipped_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_gib: float, goes_on: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=int(free_gib * 2**30)))
    assert has_space(Checkout(root=tmp_path)) is goes_on
    assert ("skipped: 11.9 GiB are free" in capsys.readouterr().err) is not goes_on
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / ".petaplan-torch").touch()
    assert has_space(Checkout(root=tmp_path))


def test_the_second_environment_has_the_packages_of_the_first(repository: Checkout, tmp_path: Path) -> None:
    second = replace(repository, venv_name=str(tmp_path / NAME))
    make_venv(second)
    read_the_first(repository, second)
    code = "import sys, pytest, petaplan.bench; print(sys.prefix)"
    done = subprocess.run([second.python, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == str(tmp_path / NAME)
