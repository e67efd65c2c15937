"""Throw-away Pulumi projects for the gate, each with a file backend of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.hub import Hub
from tests.commands import BIN, ROOT, Said, petaplan
from tests.patience import PATIENCE_SECONDS
from tests.pulumi_stacks import PIP_ONCE, NewStack, cli, new_stack, pulumi_environment

__all__ = ["BIN", "ROOT", "Project", "Said", "new_stack", "project"]

PROJECT = f"""\
name: petaplan
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}
main: program/__main__.py
plugins: {{providers: [{{name: petaplan, path: {BIN}}}]}}
config:
  petaplan:hub: {{type: string, default: plan.yaml}}
  petaplan:enforce: {{type: string, default: error}}
"""

PROGRAM = "from petaplan.infra.__main__ import main\nmain()\n"
"""The program of this checkout."""


@dataclass
class Project:
    """A Pulumi project that declares the plan in plan.yaml."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def declare(self, hub: Hub) -> None:
        (self.folder / "plan.yaml").write_text(write_yaml(hub), encoding="utf-8")

    def program(self, text: str) -> None:
        (self.folder / "program").mkdir(exist_ok=True)
        (self.folder / "program" / "__main__.py").write_text(text, encoding="utf-8")

    def petaplan(self, *arguments: str) -> Said:
        return petaplan(*arguments, cwd=self.folder, environment=self.environment)

    def pulumi(self, *arguments: str) -> Said:
        return self.run([str(cli()), *arguments, "--stack", "dev", "--non-interactive", "--color", "never"])

    def run(self, command: list[str]) -> Said:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path, new_stack: NewStack) -> Project:
    """A project with one stack, whose program is that of this checkout."""
    folder = tmp_path / "project"
    for path in (folder, folder / "state", tmp_path / "home"):
        path.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    environment = pulumi_environment(folder, tmp_path / "home") | {"PYTHONPATH": f"{PIP_ONCE}:{ROOT}"}
    new_stack(folder, environment)
    made = Project(folder, environment)
    made.program(PROGRAM)
    return made
