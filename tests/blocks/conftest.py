"""Folders in which the blocks of pages run: the files that pages name, a git repository, and a stack that is up."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.hub import Hub
from tests.capacity.test_netbox import RACK
from tests.docs.shell import outside
from tests.evidence_files import device, leave_made_up, row, write
from tests.hubs import hub, pod, target
from tests.pulumi_stacks import BIN, PIP_ONCE, ROOT, cli, pulumi_environment

PLAN = hub(targets=(target(50),), pods=(pod(), pod("pod-2")))
OLDER = hub(targets=(target(50),))

PROJECT = f"""\
name: petaplan
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}
main: program
plugins: {{providers: [{{name: petaplan, path: {BIN}}}]}}
config:
  petaplan:hub: {{type: string, default: plan.yaml}}
"""


class Desk:
    """A folder with what pages name, and the variables of a shell in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.environment = outside() | {
            "PATH": f"{BIN}:{cli().parent}:{outside()['PATH']}",
            "PYTHONPATH": f"{PIP_ONCE}:{ROOT}",
            "GIT_AUTHOR_NAME": "P", "GIT_AUTHOR_EMAIL": "p@example.invalid",
            "GIT_COMMITTER_NAME": "P", "GIT_COMMITTER_EMAIL": "p@example.invalid",
        }  # fmt: skip

    def run(self, *command: str) -> None:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def plan(self, name: str, made: Hub) -> None:
        self.write(name, write_yaml(made))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Plans, evidence and files of others."""
    made = Desk(tmp_path / "desk")
    made.plan("plan.yaml", PLAN)
    made.plan("old.yaml", OLDER)
    for name in ("a.json", "b.json", "out.json", "run.json"):
        write(made.folder, [row(600)], [device()], name=name)
    (made.folder / "runs").mkdir()
    leave_made_up(made.folder / "runs")
    made.write("hosts.txt", "made-up-0\nmade-up-1\n")
    shutil.copy(ROOT / "tests" / "bench" / "foreign" / "mamf-finder.txt", made.folder / "log.txt")
    made.write("device-types/Acme/rack.yaml", yaml.safe_dump(RACK))
    made.write("policy.yaml", json.dumps({"hub": {"EXP": "advisory"}}))
    (made.folder / ".venv").symlink_to(sys.prefix)
    shutil.copytree(ROOT / "examples", made.folder / "examples")
    (made.folder / "infra" / "provider").mkdir(parents=True)
    shutil.copy(ROOT / "infra" / "provider" / "schema.json", made.folder / "infra" / "provider")
    return made


@pytest.fixture
def stack(desk: Desk, tmp_path: Path) -> Desk:
    """The same as a repository on a branch for a change, with a Pulumi project whose stacks full and dev are up."""
    (tmp_path / "home").mkdir()
    (desk.folder / "state").mkdir()
    desk.write("Pulumi.yaml", PROJECT)
    desk.write("program/__main__.py", "from petaplan.infra.__main__ import main\nmain()\n")
    desk.write(".gitignore", "state/\n.petaplan/\n.venv\n__pycache__/\n")
    desk.plan("new.yaml", PLAN)
    desk.environment |= {
        key: value for key, value in pulumi_environment(desk.folder, tmp_path / "home").items()
        if key.startswith(("PULUMI_", "VIRTUAL_ENV")) and key != "PULUMI_STACK"
    }  # fmt: skip
    desk.run("petaplan-bench", "keygen", "keys", "--no-password")
    desk.run("petaplan-bench", "sign", "runs", "--key", "keys")
    desk.run("pulumi", "stack", "init", "full", "--non-interactive")
    desk.run("pulumi", "up", "--stack", "full", "--yes", "--skip-preview", "--non-interactive")
    desk.run("git", "init", "--quiet", "--initial-branch=main")
    desk.run("git", "add", "--all")
    desk.run("git", "commit", "--quiet", "--message", "Begin")
    desk.run("git", "checkout", "--quiet", "-b", "change")
    return desk
