"""A git repository with a plan, and a branch for a change."""

import json
import subprocess
from pathlib import Path

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.hub import Hub
from tests.commands import ROOT, Said, petaplan
from tests.hubs import hub, pod, target

GATE_SCHEMA = json.loads((ROOT / "capacity" / "data" / "schemas" / "gate-2.json").read_text(encoding="utf-8"))
PLAN = hub(targets=(target(50, phase="first"),), pods=(pod(), pod("pod-2")))
"""The plan on the main branch of ``changed_repository``."""


class Repository:
    """A git repository with a plan, and a branch for a change."""

    def __init__(self, folder: Path, plan: str = "plan.yaml") -> None:
        self.folder, self.plan = folder, plan
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=P", "-c", "user.email=p@example.invalid", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *who, "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def write(self, plan: Hub | str, name: str = "") -> None:
        file = self.folder / (name or self.plan)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(plan if isinstance(plan, str) else write_yaml(plan), encoding="utf-8")

    def commit(self, plan: Hub | str | None = None, name: str = "") -> None:
        if plan is not None:
            self.write(plan, name)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a state")

    def gate(self, *options: str, base: str = "main", plan: str = "") -> Said:
        return petaplan("gate", plan or self.plan, "--base", base, *options, cwd=self.folder)

    def comment(self, *options: str, base: str = "main") -> tuple[int, str]:
        said = self.gate("--markdown", "-", *options, base=base)
        assert said.err == "" or said.code == 2, said.err
        return said.code, said.out


def changed_repository(folder: Path) -> Repository:
    """A repository whose main branch has ``PLAN``, on a branch for a change."""
    made = Repository(folder)
    made.commit(PLAN)
    made.git("checkout", "--quiet", "-b", "change")
    return made


def head(comment: str) -> str:
    """What stands above the sections that say what the change does."""
    return comment.split("### What changes against", maxsplit=1)[0].replace("\\", "")
