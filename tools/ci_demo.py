"""The gate at work in a temporary repository: a first change, a shortfall, its mending, and a promise of less.

python -m tools.ci_demo

The real engine previews each commit, and the gate judges the resources in its graph.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.hub import Hub

POD = "hall-b-cm384-01"
"""Taken away by the change: phase 2 has little to spare."""

PROJECT = """\
name: petaplan
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {venv}}}}}
main: program/__main__.py
plugins: {{providers: [{{name: petaplan, path: {binaries}}}]}}
config:
  petaplan:hub: {{type: string, default: plan.yaml}}
"""

ROOT = Path(__file__).resolve().parents[1]


class Demo:
    """A repository with a plan, a program and a stack of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "hub"
        binaries = Path(sys.executable).parent
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "VIRTUAL_ENV": str(binaries.parent),
            "PYTHONPATH": str(ROOT),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        for part in (self.repository / "program", folder / "state", folder / "home"):
            part.mkdir(parents=True)
        project = PROJECT.format(venv=binaries.parent, binaries=binaries)
        (self.repository / "Pulumi.yaml").write_text(project, encoding="utf-8")
        program = "from petaplan.infra.__main__ import main\n\nmain()\n"
        (self.repository / "program" / "__main__.py").write_text(program, encoding="utf-8")

    def run(self, *command: str, expect: int = 0) -> str:
        """What a command says."""
        done = subprocess.run(
            command, cwd=self.repository, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != expect:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
        return done.stdout

    def git(self, *arguments: str) -> str:
        """What git says, as a planner without settings of their own."""
        who = ("-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false")
        return self.run("git", *who, *arguments)

    def commit(self, plan: str, message: str) -> None:
        """The plan as the next commit; without one, all other files."""
        if plan:
            (self.repository / "plan.yaml").write_text(plan, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        print(f"\n$ git commit -m '{message}'", flush=True)

    def gate(self, *options: str, expect: int) -> None:
        """The gate's comment and exit code."""
        comment = self.folder / "comment.md"
        shown = " ".join(["petaplan gate", *options, "--markdown comment.md"])
        print(f"$ {shown}", flush=True)
        begin = perf_counter()
        self.run("petaplan", "gate", "--stack", "ci", *options, "--markdown", str(comment), expect=expect)
        print(f"exit {expect}, {perf_counter() - begin:.1f} s. The comment:\n")
        print(comment.read_text(encoding="utf-8"), flush=True)


def main() -> None:
    """A first change is judged without a base; one without a pod falls short; one that promises less is refused."""
    for program in ("git", "pulumi"):
        if shutil.which(program) is None:
            sys.exit(f"there is no {program} on PATH: run `make ci-demo`, which sets it up")
    hub = read_hub("infra.hong_kong:hub")
    less = hub.replace(pods=tuple(pod for pod in hub.pods if pod.name != POD))
    with tempfile.TemporaryDirectory(prefix="petaplan-demo-") as scratch:
        demo = Demo(Path(scratch))
        demo.git("init", "--quiet", "--initial-branch=main")
        demo.run("pulumi", "stack", "init", "ci", "--non-interactive")
        demo.commit("", "A new repository, without a plan")
        demo.git("checkout", "--quiet", "-b", "first")
        demo.commit(write_yaml(hub), "The hub as it is planned")
        demo.gate("--base", "main", "--no-weakening", expect=0)
        demo.git("checkout", "--quiet", "-b", "change")
        demo.commit(write_yaml(less), f"Take pod {POD} away")
        demo.gate("--base", "first", expect=1)
        demo.commit(write_yaml(hub), f"Bring pod {POD} back")
        demo.gate("--base", "first", "--no-weakening", expect=0)
        demo.commit(write_yaml(_asking_less(hub)), "Promise less")
        demo.gate("--base", "first", expect=0)
        demo.gate("--base", "first", "--no-weakening", expect=1)


def _asking_less(hub: Hub) -> Hub:
    """The hub with a PUE limit that is higher, and without its last target: every rule still holds."""
    sites = tuple(site.replace(pue_limit=1.9) if site.pue_limit else site for site in hub.sites)
    return hub.replace(sites=sites, targets=hub.targets[:-1])


if __name__ == "__main__":
    main()
