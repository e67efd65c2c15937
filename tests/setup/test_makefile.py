import re
import shutil
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules

import pytest

from tools.prepare.checkout import Checkout


def make(checkout: Checkout, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/usr/bin/make", *arguments],
        cwd=checkout.root,
        env={"PATH": path or "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_tells_what_every_target_does(repository: Checkout) -> None:
    makefile = (repository.root / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    told = re.findall(r"^  make (\S+) +\S", make(repository, "help").stdout, flags=re.MULTILINE)
    assert set(told) == set(phony[1].split())


def test_without_a_new_enough_python_one_line_says_what_to_install(repository: Checkout, tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")  # what an older Python answers
    (tmp_path / "python3").chmod(0o755)
    refused = make(repository, "ready", path=str(tmp_path))
    assert refused.returncode == 2
    lines = refused.stderr.strip().splitlines()
    assert len(lines) == 1
    assert "No Python 3.11 or newer on PATH: install one" in lines[0]


def test_the_script_for_ci_is_sound(repository: Checkout) -> None:
    shellcheck = shutil.which("shellcheck", path=str(repository.venv / "bin"))
    if shellcheck is None:
        pytest.skip("no shellcheck wheel for this machine")
    script = repository.root / ".ci" / "run"
    checked = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert script.stat().st_mode & 0o111


def declared_entry_points() -> list[tuple[str, str]]:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"console_scripts": project["project"]["scripts"], **project["project"]["entry-points"]}
    return [(group, name) for group, names in groups.items() for name in names]


@pytest.mark.parametrize(("group", "name"), declared_entry_points())
def test_every_command_that_is_declared_can_be_loaded(group: str, name: str) -> None:
    (entry,) = entry_points(group=group, name=name)
    loaded = entry.load()
    assert callable(loaded) or list(iter_modules(loaded.__path__)), "neither a function nor a package of commands"
