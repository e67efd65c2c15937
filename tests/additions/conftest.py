"""A copy of the checkout to which a test adds one thing: one file, and at most one changed line.

The copy is what Python imports in every command that a test runs there; the tools are those of this checkout.
"""

import difflib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.bytecode import copy_bytecode
from tools.copying import copied

ROOT = Path(__file__).parents[2]


@dataclass
class Tree:
    """A copy of the checkout, and what a test did to it."""

    root: Path
    before: Mapping[str, bytes]
    added: list[str] = field(default_factory=list)

    def add(self, name: str, text: str) -> None:
        """One new file."""
        path = self.root / name
        assert not path.exists(), f"{name} exists already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.added.append(name)

    def add_line(self, name: str, after: str, line: str) -> None:
        """One new line in a file, below the only line that is ``after`` (without its indentation)."""
        path = self.root / name
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (at,) = [index for index, text in enumerate(lines) if text.strip() == after.strip()]
        lines.insert(at + 1, f"{line}\n")
        path.write_text("".join(lines), encoding="utf-8")

    def generate(self) -> None:
        """`make generate`, once it is sure that the addition is one file and at most one changed line."""
        assert self.changes() == (1, self.changes()[1])
        assert self.changes()[1] <= 1, "an addition changes at most one line elsewhere"
        self.run("python", "-m", "tools.generate")

    def changes(self) -> tuple[int, int]:
        """How many files were added, and how many lines were added, changed or removed in the others."""
        now = files_below(self.root)
        lines = sum(_changed_lines(text, now.get(name, b"")) for name, text in self.before.items())
        return len(now.keys() - self.before.keys()), lines

    def run(self, *command: str, code: int = 0, **variables: str) -> str:
        """What a command prints in the copy; ``petaplan``, ``petaplan-bench`` and ``python`` are those of the copy."""
        done = subprocess.run(
            _of_the_copy(command),
            cwd=self.root,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if code else "")

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Python imports the copy; nothing is coloured or wrapped to a narrow terminal."""
        plain = {"PYTHONPATH": str(self.root), "PYTHONSAFEPATH": "1", "NO_COLOR": "1", "COLUMNS": "200"}
        return {**os.environ, **plain, "PYTHONDONTWRITEBYTECODE": "1"}

    def read(self, name: str) -> str:
        """A file of the copy."""
        return (self.root / name).read_text(encoding="utf-8")


def _of_the_copy(command: tuple[str, ...]) -> list[str]:
    programs = {"petaplan": ["-m", "petaplan.capacity"], "petaplan-bench": ["-m", "petaplan.bench"], "python": []}
    program, *rest = command
    return [sys.executable, *programs[program], *rest] if program in programs else list(command)


def _changed_lines(old: bytes, new: bytes) -> int:
    """The larger of lines removed and lines added: a line that is replaced counts once."""
    if old == new:
        return 0
    steps = list(difflib.ndiff(old.decode().splitlines(), new.decode().splitlines()))
    return max(sum(step.startswith(sign) for step in steps) for sign in ("- ", "+ "))


def files_below(root: Path) -> dict[str, bytes]:
    """Every file that the copy has, by its name; links and what Python caches are left out."""
    paths = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(root).as_posix(): path for path in paths if "__pycache__" not in path.parts}
    return {name: path.read_bytes() for name, path in names.items()}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A fresh copy of the checkout, without its tools."""
    root = copied(ROOT, tmp_path / "tree")
    copy_bytecode(ROOT, root)
    return Tree(root=root, before=files_below(root))
