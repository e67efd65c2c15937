"""IO-06, IO-07, IO-12, IO-13, IO-15: streams, signals and files of a process."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_json as plan_json
from tests.commands import BIN, petaplan
from tests.faults.io_folder import PETAPLAN, SHORT, made_folder, refused, shell
from tests.patience import PATIENCE_SECONDS, eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_folder(tmp_path)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{PETAPLAN} check - <&-", 2),
        (f"{PETAPLAN} check plan.json >&-", 2),
        (f"{PETAPLAN} check nothing.json 2>&-", 2),
        (f"{PETAPLAN} check plan.json 2>&- <&-", 1),
        (f"{PETAPLAN} check nothing.json >&- 2>&- <&-", 2),
        (f"{PETAPLAN} export plan.json -o out.json 2>&- >/dev/null", 0),
        (f"{PETAPLAN} --version >/dev/full", 2),
        (f"{PETAPLAN} check --help >/dev/full", 2),
        (f"{BIN / 'petaplan-bench'} --help >&-", 2),
        (f"{BIN / 'petaplan-bench'} show nothing.json 2>&-", 2),
    ],
)
def test_io_06_a_closed_stream_is_no_fault(line: str, code: int, folder: Path) -> None:
    said = shell(folder, line)
    assert said.code == code, said
    assert "nothing.json" not in said.out


def test_io_06_what_an_encoding_lacks_is_written_as_an_escape(folder: Path) -> None:
    plan = plan_json(SHORT.replace(description="für 龍 𝄞"))
    (folder / "plan.json").write_text(plan, encoding="utf-8")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    for arguments in ("check plan.json", "check plan.json --all --format markdown", "gate plan.json --markdown -"):
        said = shell(folder, f"{PETAPLAN} {arguments}", ascii_only)
        assert said.code == 1, said.err
        assert said.out.isascii() and said.err.isascii()
    exported = shell(folder, f"{PETAPLAN} export plan.json --format json", ascii_only)
    assert exported.out.isascii()
    assert json.loads(exported.out) == json.loads(plan), "JSON means the same with escapes"
    refused(shell(folder, f"{PETAPLAN} export plan.json", ascii_only), "the encoding ascii")


@pytest.mark.sample(4)
@pytest.mark.parametrize("where", [">/dev/full", ">&-", "> >(exec <&-; sleep 1)"])
@pytest.mark.parametrize(
    "command", ["check nothing.json", "check plan.json --nonsense", "up --approved plan.json", "no"]
)
def test_io_07_bad_input_is_2_also_where_it_cannot_be_told(command: str, where: str, folder: Path) -> None:
    assert shell(folder, f"{PETAPLAN} {command} 2{where}").code == 2


@pytest.fixture
def repository(folder: Path) -> Path:
    for command in ("init -q", "add .", "commit -qm a", "commit -qm b --allow-empty"):
        identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"]
        subprocess.run(["git", *identity, *command.split()], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("when", ["checked out", "judging"])
def test_io_12_a_signal_leaves_no_folder_and_no_worktree(
    sign: signal.Signals, when: str, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    process = subprocess.Popen(
        [PETAPLAN, "diff", "HEAD~1..HEAD", "plan.json"], cwd=repository, env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    last = "1/plan.json" if when == "judging" else "0/plan.json"
    assert eventually(lambda: bool(list(scratch.glob(f"petaplan-*/{last}"))))
    process.send_signal(sign)
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, "Traceback" in err) == (130, False), err
    assert list(scratch.iterdir()) == []
    trees = subprocess.run(["git", "worktree", "list"], cwd=repository, capture_output=True, text=True, check=True)
    assert trees.stdout.count("\n") == 1


@pytest.mark.sample(3)
@pytest.mark.parametrize("command", ["check", "export", "waterfall", "failover", "racks", "fabric", "diff plan.json"])
def test_io_13_a_hyphen_is_standard_output(command: str, folder: Path) -> None:
    said = petaplan(*command.split(), "plan.json", "-o", "-", cwd=folder)
    assert said.code in {0, 1} and said.out, said.err
    assert not (folder / "-").exists()
    assert said.out == petaplan(*command.split(), "plan.json", cwd=folder).out


def test_io_13_a_file_that_is_replaced_keeps_its_mode(folder: Path) -> None:
    kept, new = folder / "kept.yaml", folder / "new.yaml"
    for mode in (0o600, 0o640, 0o664):
        kept.write_text("old")
        kept.chmod(mode)
        assert petaplan("export", "plan.json", "-o", "kept.yaml", cwd=folder).code == 0
        assert stat.S_IMODE(kept.stat().st_mode) == mode
        assert kept.read_text() != "old"
    before = os.umask(0o027)
    try:
        assert petaplan("export", "plan.json", "-o", "new.yaml", cwd=folder).code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    assert sorted(path.name for path in folder.glob(".*")) == []


def test_io_13_other_names_of_standard_output_are_standard_output(folder: Path) -> None:
    both = shell(folder, f"{PETAPLAN} gate plan.json --json /dev/stdout --markdown -")
    refused(both, "standard output")
    for redirected in ("| cat", "> out.json; cat out.json"):
        said = shell(folder, f"{PETAPLAN} gate plan.json --json /dev/stdout {redirected}")
        assert json.loads(said.out)["petaplan_gate"], said.out
    assert shell(folder, f"{PETAPLAN} gate plan.json --json /dev/null > /dev/null").code == 1


STARTS = (
    (str(BIN / "petaplan"), "check", "infra.hong_kong:hub"),
    (str(BIN / "petaplan-bench"), "doctor"),
    (str(BIN / "petaplan-policy"),),
    (str(BIN / "pulumi-resource-petaplan"),),
    ("-m", "petaplan.capacity", "check", "infra.hong_kong:hub"),
    ("-m", "petaplan.bench", "doctor"),
    ("-m", "petaplan.infra.policy"),
    ("-m", "petaplan.infra.provider"),
)
"""Every program of petaplan, as Python starts it."""


@pytest.mark.sample(3)
@pytest.mark.parametrize("start", STARTS, ids=lambda start: " ".join(start).removeprefix(f"{BIN}/"))
def test_io_15_an_interrupt_during_the_imports_is_silent(start: tuple[str, ...], tmp_path: Path) -> None:
    """The program is interrupted by its own first imports, one after another."""
    hook = tmp_path / "sitecustomize.py"
    for count in (1, 5, 40, 120):
        hook.write_text(_INTERRUPT.format(count=count), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, *start], env={**os.environ, "PYTHONPATH": str(tmp_path)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        assert (run.returncode, run.stderr) == (130, ""), (count, run.stderr)


@pytest.mark.parametrize("script", ["petaplan", "petaplan-bench", "petaplan-policy", "pulumi-resource-petaplan"])
def test_io_15_an_interrupt_from_the_first_instant_shows_no_line_of_ours(script: str, tmp_path: Path) -> None:
    """Before the first lines of petaplan have run, Python may show lines of its own (docs/bench.md)."""
    for milliseconds in (0, 10, 20, 30, 45, 60, 90, 150, 300):
        run = subprocess.Popen(
            [BIN / script, *_LONG[script]], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - as a terminal
        )  # fmt: skip
        time.sleep(milliseconds / 1000)
        run.send_signal(signal.SIGINT)
        err = _standard_error_at_the_end_of(run)
        began = any(f"/petaplan/{name}" in err for name in _AFTER_THE_FIRST_LINES)
        assert not began, err
        if run.returncode == 130 and _LOST not in err:
            assert err.count("\n") <= 1 and "Traceback" not in err, err
        elif err or run.returncode:  # before that, SIGINT ends Python, or it came while Python loaded itself
            assert run.returncode == -signal.SIGINT or "KeyboardInterrupt" in err, (run.returncode, err)
        else:
            assert script == "pulumi-resource-petaplan"  # it serves, and this is the goodbye of the engine


_LOST = "Exception ignored in"
"""Python's own word for an interrupt that it dropped while it imported, before any line of petaplan."""


def _standard_error_at_the_end_of(run: "subprocess.Popen[str]") -> str:
    """What a program wrote; it is interrupted a second time where Python dropped the first one, as a person would."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return run.communicate(timeout=2)[1]
        except subprocess.TimeoutExpired as waiting:
            if time.monotonic() > patience:
                raise
            if _LOST.encode() in (waiting.stderr or b""):
                run.send_signal(signal.SIGINT)


_LONG = {
    "petaplan": ("check", "-"),
    "petaplan-bench": ("run", "--device", "cpu", "--dtype", "fp32", "--seconds", "60"),
    "petaplan-policy": (),
    "pulumi-resource-petaplan": (),
}
"""Arguments with which each console script runs until it is stopped."""

_AFTER_THE_FIRST_LINES = ("old_names.py", "start.py", "process.py", "capacity", "bench", "infra", "reporting")
"""What a traceback would name once the handler is there: all but ``__init__.py`` and ``early.py``."""

_INTERRUPT = """\
import os, signal, sys

class Interrupts:
    left = {count}

    def find_spec(self, name, path=None, target=None):
        if "petaplan.old_names" in sys.modules:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
"""


def test_io_15_an_interrupt_that_python_wraps_is_an_interrupt(folder: Path) -> None:
    """Python 3.11 makes a RuntimeError of what comes out of ``__set_name__``."""
    (folder / "mine.py").write_text(
        "import os, signal, time\n\nclass Name:\n    def __set_name__(self, owner, name):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n        time.sleep(5)\n\nclass Owner:\n    name = Name()\n"
    )
    said = shell(folder, f"{PETAPLAN} check mine.py:hub")
    assert (said.code, said.out, said.err) == (130, "", "")


def test_io_15_a_process_that_imports_petaplan_keeps_its_signals() -> None:
    code = "import signal; before = signal.getsignal(2); import petaplan; print(signal.getsignal(2) is before)"
    for started in ([], ["petaplan.capacity"]):
        run = subprocess.run([sys.executable, "-c", code, *started], capture_output=True, text=True, check=True)
        assert run.stdout == "True\n"


def test_io_15_an_interrupt_at_any_time_is_130(folder: Path) -> None:
    for delay in (0.1, 0.2, 0.4, 0.8):
        process = subprocess.Popen(
            [PETAPLAN, "check", "-"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
        started = b"init_import_site" not in err and b"site" not in err  # else Python itself was not up yet
        assert not started or (process.returncode, err) == (130, b""), err
