"""Projects, commands and harms for the tests of the family INV."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests import commands
from tests.infra.conftest import BIN, PROVIDER, MakeProject, Project
from tests.patience import PATIENCE_SECONDS, eventually

IMPORTS = "from pulumi import ResourceOptions\nfrom petaplan.infra.resources import Pod, Site\n"
SITE_A = "a = Site('a', name='s1', country='HK', jurisdiction='HK', utility='CLP')\n"
SITE_B = "b = Site('b', name='s1', country='HK', jurisdiction='HK', utility='HEC'{more})\n"
POD = (
    "Pod('pod-1', phase='p', hall='h', racks=[{'name': 'compute', 'model': 'nvidia-dgx-h100-rack', 'count': 3, "
    "'row': 1, 'slot': 1}])\n"
)
UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")
QUIET = ("preview", "--expect-no-changes")


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """A project with one stack and an inventory of its own."""
    return make_project("project")


def sites(count: int) -> str:
    return IMPORTS + "".join(f"Site('site-{n}', country='HK', jurisdiction='HK')\n" for n in range(1, count + 1))


def chain(count: int) -> str:
    """Sites that are created one after another."""
    return (
        IMPORTS
        + f"last = []\nfor n in range({count}):\n"
        + "    last = [Site(f'site-{n}', country='HK', jurisdiction='HK', opts=ResourceOptions(depends_on=last))]\n"
    )


def rows(project: Project) -> list[str]:
    """Stack and name of every entry."""
    inventory = SqliteInventory(project.inventory)
    found = [f"{entry.key.stack}/{entry.key.name}" for entry in inventory.list()]
    inventory.close()
    return found


def names(stack: str, count: int) -> list[str]:
    return [f"{stack}/site-{n}" for n in range(1, count + 1)]


def on(project: Project, stack: str) -> Project:
    """The same project with another stack selected."""
    return Project(project.folder, stack, {**project.environment, "PULUMI_STACK": stack})


def new_stack_of(project: Project, stack: str) -> Project:
    project.run("stack", "init", stack, "--no-select")
    return on(project, stack)


def petaplan(project: Project, *arguments: str, expect: int = 0, answer: str = "") -> str:
    """What a command says in the folder of a project; one that writes is a process, so that its update ends."""
    if arguments[:2] in (("inventory", "prune"), ("inventory", "transfer")):
        return _in_a_process(project, arguments, expect, answer)
    said = commands.petaplan(
        *arguments, cwd=project.folder, stdin=answer.encode(), environment={**project.environment, **commands.WIDTH}
    )
    assert said.code == expect, said.out + said.err
    return said.out + said.err


def _in_a_process(project: Project, arguments: tuple[str, ...], expect: int, answer: str) -> str:
    done = subprocess.run(
        [str(BIN / "petaplan"), *arguments],
        cwd=project.folder,
        env=project.environment,
        input=answer,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def sql(project: Project, statement: str, *values: object) -> None:
    database = sqlite3.connect(project.inventory)
    database.execute("PRAGMA ignore_check_constraints = ON")
    database.execute(statement, values)
    database.commit()
    database.close()


def state(project: Project) -> Path:
    """The state of the stack in a file."""
    path = project.folder / f"{project.stack}.state.json"
    project.run("stack", "export", "--file", str(path), "--stack", project.stack)
    return path


def copied(project: Project, stack: str) -> Project:
    """Another stack with a copy of the state, as `pulumi stack export` and `import` make it."""
    path = state(project)
    text = path.read_text(encoding="utf-8").replace(f"urn:pulumi:{project.stack}::", f"urn:pulumi:{stack}::")
    path.write_text(text, encoding="utf-8")
    made = new_stack_of(project, stack)
    made.run("stack", "import", "--file", str(path), "--stack", stack)
    return made


def killed(project: Project, program: str, *, at: int, victim: Callable[[int], psutil.Process] | None = None) -> None:
    """An `up` that is killed as soon as the inventory has some entries."""
    project.program(program)
    update = project.start(*UP)
    try:
        assert eventually(lambda: project.inventory.exists() and count_of(project) >= at)
        target = psutil.Process(update.pid) if victim is None else victim(update.pid)
        provider = provider_of(update.pid)
        target.kill()
        update.wait(PATIENCE_SECONDS)
        psutil.wait_procs([provider], timeout=PATIENCE_SECONDS)
    finally:
        update.kill()
        update.wait()
        assert update.stdout is not None
        update.stdout.close()
    project.run("cancel", "--yes")


def provider_of(pid: int) -> psutil.Process:
    return next(one for one in psutil.Process(pid).children(recursive=True) if str(PROVIDER) in one.cmdline())


def count_of(project: Project) -> int:
    try:
        database = sqlite3.connect(f"file:{project.inventory}?mode=ro", uri=True)
        (count,) = database.execute("SELECT count(*) FROM entries").fetchone()
        database.close()
    except sqlite3.Error:
        return 0
    return int(count)


def killed_after_goodbye(project: Project, program: str, *command: str) -> None:
    """A command whose CLI is killed by its provider, once that has written the end of the update."""
    real = project.folder / "Pulumi.yaml"
    text = real.read_text(encoding="utf-8")
    own = project.folder / "bin" / "pulumi-resource-petaplan"
    own.parent.mkdir(exist_ok=True)
    own.write_text(_KILLS_ITS_ENGINE.format(python=sys.executable), encoding="utf-8")
    own.chmod(0o755)
    assert str(PROVIDER.parent) in text
    real.write_text(text.replace(f"path: {PROVIDER.parent}", f"path: {own.parent}"), encoding="utf-8")
    project.program(program)
    project.run(*(command or UP), expect=-signal.SIGKILL)
    real.write_text(text, encoding="utf-8")
    project.run("cancel", "--yes")


_KILLS_ITS_ENGINE = """\
#!{python}
import os, signal
end, engine = os._exit, os.getppid()

def killing(code):
    os.kill(engine, signal.SIGKILL)
    end(code)

os._exit = killing
from petaplan.start import provider
provider()
"""
