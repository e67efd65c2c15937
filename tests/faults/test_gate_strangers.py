"""IO-10, GATE-15: a plan in Python is a program in a process of its own; a document runs nothing."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from petaplan.capacity.document import apart
from petaplan.capacity.document.apart import begun, read_hub_apart
from petaplan.capacity.document.placed import places_of
from petaplan.capacity.document.plan import write_json, write_yaml
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.errors import PlanError
from tests.commands import BIN, Said, petaplan
from tests.hubs import hub, target
from tests.patience import PATIENCE_SECONDS, ends, eventually

PASSES = hub(targets=(target(100),))
SHORT = hub(targets=(target(10_000),))

SECRETS = {
    "GITHUB_TOKEN": "S3CRET-a", "PULUMI_CONFIG_PASSPHRASE": "S3CRET-b", "CI_JOB_TOKEN": "S3CRET-c", "CI": "S3CRET-d",
    "AWS_SECRET_ACCESS_KEY": "S3CRET-e", "PETAPLAN_GITLAB_TOKEN": "S3CRET-f", "GITHUB_ENV": "/dev/null/S3CRET-g",
    "HTTPS_PROXY": "http://u:S3CRET-h@127.0.0.1:9", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "S3CRET-i",
    "GITHUB_ACTIONS": "S3CRET-j",
}  # fmt: skip

PLAN = """\
{first}
from petaplan.capacity.document.plan import read
def hub():
    found = read({plan!r})
    {then}
    return found
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document that passes and one that falls short, and modules that shadow those of petaplan."""
    (tmp_path / "plan.yaml").write_text(write_yaml(PASSES), encoding="utf-8")
    (tmp_path / "short.yaml").write_text(write_yaml(SHORT), encoding="utf-8")
    return tmp_path


def program(
    folder: Path, *, plan: str = "plan.yaml", first: str = "", then: str = "pass", name: str = "mine.py"
) -> None:
    (folder / name).write_text(PLAN.format(first=first, then=then, plan=str(folder / plan)), encoding="utf-8")


def shadows(folder: Path) -> None:
    """Modules beside the plan that tell when they run, under the names of those that petaplan imports."""
    for name in (
        "json",
        "yaml",
        "sitecustomize",
        "usercustomize",
        "typer",
        "pydantic",
        "_json",
        "capacity",
        "petaplan",
        "encodings",
    ):
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'a').write({name!r})\n", encoding="utf-8")


def run(folder: Path, *words: str, **environment: str) -> Said:
    """A command in a process of its own, as a job of CI runs it."""
    done = subprocess.run(
        [BIN / words[0], *words[1:]], cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def repository(folder: Path, *commits: str) -> None:
    identity = ["-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false"]
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", "a"],
    ):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    repository(folder)


@pytest.mark.sample(3)
@pytest.mark.parametrize("command", ["check", "gate", "export", "explain", "waterfall", "failover", "fabric", "racks"])
def test_io_10_a_document_runs_no_module_beside_it(command: str, folder: Path) -> None:
    shadows(folder)
    words = ["explain", "PF-001", "--plan", "plan.yaml"] if command == "explain" else [command, "plan.yaml"]
    assert run(folder, "petaplan", *words).code in (0, 1)
    assert not (folder / "ran").exists()


def test_a_plan_in_python_has_the_modules_of_petaplan_not_those_beside_it(folder: Path) -> None:
    program(folder)
    shadows(folder)
    for words in (["gate", "mine:hub"], ["gate", "mine.py:hub"], ["diff", "mine:hub", "plan.yaml"]):
        assert run(folder, "petaplan", *words).code == 0
        assert not (folder / "ran").exists()


def test_a_plan_sees_no_token_no_passphrase_and_no_variable_of_ci(folder: Path) -> None:
    program(folder, first=f"import os; open({str(folder / 'seen')!r}, 'w').write(repr(dict(os.environ)))")
    for words in (
        ["gate", "mine:hub"],
        ["diff", "mine.py:hub", "plan.yaml"],
        ["gate", "plan.yaml", "--base", "mine:hub"],
    ):
        (folder / "seen").unlink(missing_ok=True)
        assert run(folder, "petaplan", *words, **SECRETS).code == 0
        seen = (folder / "seen").read_text(encoding="utf-8")
        assert "S3CRET" not in seen
        assert "'PATH'" in seen
    assert {*SECRETS} & apart.KEPT == set()


READS = {
    "index": "import os; os.environ['MY_REGION']",
    "get": "import os; os.environ.get('MY_REGION') or 1 / 0",
    "getenv": "from os import getenv; getenv('MY_REGION') or 1 / 0",
    "in": "import os; 'MY_REGION' in os.environ or 1 / 0",
    "silent": "import os; os.getenv('MY_REGION', 'hk')",
}
"""How a plan looks for a variable."""


@pytest.mark.sample(2)
@pytest.mark.parametrize("way", READS)
def test_a_plan_that_misses_a_variable_is_told_which_and_an_option_passes_it_on(way: str, folder: Path) -> None:
    program(folder, first=READS[way])
    for words in (["gate", "mine:hub"], ["diff", "mine.py:hub", "plan.yaml"]):
        withheld = run(folder, "petaplan", *words, MY_REGION="hk", OTHER="S3CRET")
        assert "mine" in withheld.err and "looks for MY_REGION in the environment" in withheld.err
        assert "`--env MY_REGION`" in withheld.err and "OTHER" not in withheld.err
        assert withheld.code == (0 if way == "silent" else 2)
        given = run(folder, "petaplan", *words, "--env", "MY_REGION", MY_REGION="hk")
        assert (given.code, "MY_REGION" in given.err) == (0, False)
    unset = run(folder, "petaplan", "gate", "mine:hub", "--env", "MY_REGION", "--env", "MY_OTHER")
    assert unset.code == 2
    assert all(f"--env: found '{name}'" in unset.err for name in ("MY_REGION", "MY_OTHER"))


PATCHES = {
    "check": "import petaplan.capacity.check as c; c.check = lambda *a, **k: 1 / 0",
    "rules": "import petaplan.capacity.rules as r; r.all_rules = lambda: ()",
    "cwd": "import os; os.chdir('/')",
    "spawn": "import subprocess; subprocess.Popen(['sleep', '1000'])",
    "thread": "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()",
    "atexit": "import atexit, time; atexit.register(time.sleep, 1000)",
    "signal": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "fork": "import os; os.fork() or __import__('time').sleep(1000)",
}
"""What a plan may do without a change of its hub."""

BREAKS = {
    "json": "import json; json.dumps = json.dump = lambda *a, **k: 'null'",
    "streams": "import sys; sys.stdout = sys.stderr = None",
    "builtins": "import builtins; builtins.open = None; builtins.sorted = lambda *a, **k: []",
}
"""What may break the process of the plan."""


@pytest.mark.sample(4)
@pytest.mark.parametrize("patch", [*PATCHES, *BREAKS])
def test_what_a_plan_changes_in_its_process_changes_no_verdict(patch: str, folder: Path) -> None:
    program(folder, plan="short.yaml", first=(PATCHES | BREAKS)[patch])
    started = time.monotonic()
    said = run(folder, "petaplan", "gate", "mine:hub")
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert said.code in ((1,) if patch in PATCHES else (1, 2)), said.err
    assert ("SHORTFALL" in said.out) == (said.code == 1)


ENDS = {
    "exit 0": ("import os; os._exit(0)", "ends the process (exit code 0)"),
    "exit 7": ("import os; os._exit(7)", "ends the process (exit code 7)"),
    "kill": ("import os; os.kill(os.getpid(), 9)", "ends the process (signal 9)"),
    "SystemExit": ("raise SystemExit(0)", "ends the process (exit code 0)"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "interrupts itself"),
    "GeneratorExit": ("raise GeneratorExit", "GeneratorExit"),
    "recursion": ("def f(): f()\nf()", "RecursionError"),
    "forged": ("import os, sys; os.write(int(sys.argv[-2]), b'{}'); os._exit(0)", "answered something else"),
    "deep": ("import os, sys; os.write(int(sys.argv[-2]), b'[' * 100000); os._exit(0)", "answered something else"),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize(("act", "words"), ENDS.values(), ids=ENDS)
def test_a_plan_that_ends_its_process_is_bad_input(act: str, words: str, folder: Path) -> None:
    program(folder, first=act)
    (folder / "old.md").write_text("old", encoding="utf-8")
    said = run(folder, "petaplan", "gate", "mine:hub", "--markdown", "old.md")
    assert said.code == 2, said.err
    assert words in said.err
    assert (folder / "old.md").read_text(encoding="utf-8") == "old"


def test_a_plan_that_hangs_is_stopped_with_all_that_it_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LIMIT_SECONDS", 3.0)
    spawn = f"import subprocess; open({str(folder / 'pid')!r}, 'w').write(str(subprocess.Popen(['sleep', '1000']).pid))"
    program(folder, first=f"{spawn}\nimport time; time.sleep(1000)")
    said = petaplan("gate", "mine:hub", cwd=folder)
    assert (said.code, "no plan within 3 s" in said.err) == (2, True)
    assert ends(int((folder / "pid").read_text(encoding="utf-8")))


def test_what_a_plan_prints_is_no_part_of_a_report_and_no_command_of_a_log(folder: Path) -> None:
    program(
        folder, first="import os; os.write(1, b'::error::one\\n\\x1b[31mtwo'); print('##[error]three' + 'x' * 100_000)"
    )
    said = run(folder, "petaplan", "gate", "mine:hub", "--json", "-")
    assert json.loads(said.out)["verdict"] == "pass"
    assert "one" in said.err and "two" in said.err
    assert "\x1b" not in said.err and "##[" not in said.err
    assert not [line for line in said.err.splitlines() if line.lstrip().startswith("::")]
    assert len(said.err) < 80_000


def test_a_hub_comes_back_as_its_document_and_nothing_of_its_class(folder: Path) -> None:
    evil = f"""
import dataclasses
from petaplan.capacity.hub import Hub
class Evil(Hub):
    def __reduce__(self):
        return (open, ({str(folder / "ran")!r}, "w"))
    __getstate__ = __reduce_ex__ = __reduce__
"""
    copy = "made = object.__new__(Evil); [object.__setattr__(made, f.name, getattr(found, f.name)) for f in "
    program(folder, plan="short.yaml", first=evil, then=f"{copy}dataclasses.fields(found)]; found = made")
    assert run(folder, "petaplan", "gate", "mine:hub").code in (1, 2)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("where", ["infra.hong_kong:hub", "infra.hong_kong:short", "petaplan.infra.hong_kong:hub"])
def test_a_hub_is_the_same_from_another_process_with_its_lines(where: str) -> None:
    here, there = read_hub(where), read_hub_apart(where)
    assert there == here
    assert write_json(there) == write_json(here)
    assert places_of(there) == places_of(here)
    with begun(where):
        assert read_hub_apart(where) == read_hub_apart(where) == here


def test_the_problems_of_a_plan_are_the_same_from_another_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    for name, text in (
        ("missing", ""),
        ("wrong", "hub = 3"),
        ("broken", "hub = 1 / 0"),
        ("bad", "def hub(): raise ValueError('x')"),
    ):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        with pytest.raises(PlanError) as here:
            read_hub(f"{name}:hub")
        with pytest.raises(PlanError) as there:
            read_hub_apart(f"{name}:hub")
        assert [str(one) for one in there.value.problems] == [str(one) for one in here.value.problems]


def test_a_user_s_own_infra_is_found(folder: Path) -> None:
    (folder / "infra").mkdir()
    program(folder, name="infra/mine.py")
    for command in ("gate", "check"):
        assert run(folder, "petaplan", command, "infra.mine:hub").code == 0
        said = run(folder, "petaplan", command, "infra.hong_kong:hub")
        assert (said.code, "petaplan.infra.hong_kong" in said.err) == (2, True), said.err
        assert str(folder / "infra") in said.err


def test_nothing_is_left_when_the_command_is_killed(folder: Path) -> None:
    program(
        folder, first=f"import os, time; open({str(folder / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(1000)"
    )
    process = subprocess.Popen([BIN / "petaplan", "gate", "mine:hub"], cwd=folder, stderr=subprocess.DEVNULL)
    assert eventually(lambda: (folder / "pid").exists() and bool((folder / "pid").read_text()))
    pid = int((folder / "pid").read_text())
    process.kill()
    process.wait()
    assert ends(pid)
