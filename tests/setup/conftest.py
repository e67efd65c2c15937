"""A checkout with nothing made yet, and fake programs to put on its PATH."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def repository() -> Checkout:
    return Checkout(root=ROOT)


@pytest.fixture
def clone(tmp_path: Path) -> Checkout:
    """What set-up reads of a fresh clone, and nothing that it makes."""
    root = tmp_path / "a clone"
    (root / "infra").mkdir(parents=True)
    shutil.copytree(ROOT / "infra" / "stacks", root / "infra" / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", root)
    for name in ("go.mod", "go.sum", "python-host/go.mod", "python-host/go.sum"):
        target = root / "tools" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tools" / name, target)
    return Checkout(root=root)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes a shell script of that name: PATH holds these scripts and the system's tools."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def write(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write
