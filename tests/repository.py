"""A git repository with a plan, and a branch for a change."""

import subprocess
from pathlib import Path

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.hub import Hub
from tests.commands import Said, petaplan


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
