"""BEN-14: Ctrl-C reaches the whole group of processes of a run, at any moment: exit code 130, no traceback."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.commands import BIN
from tests.patience import PATIENCE_SECONDS, eventually

RUN = (str(BIN / "petaplan-bench"), "run", "--device", "cpu", "--dtype", "fp32", "--seconds", "20")

_HOOK = """\
import os, signal, sys

class Interrupts:
    left = {count}

    def find_spec(self, name, path=None, target=None):
        if "petaplan.old_names" in sys.modules:
            self.left -= 1
            if not self.left:
                os.killpg(os.getpgid(0), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
"""
"""An import of the program, counted from its first, presses Ctrl-C: no clock is needed."""


def started(folder: Path, words: tuple[str, ...] = RUN, **environment: str) -> "subprocess.Popen[bytes]":
    """A run in a group of its own, whose processes take SIGINT as those of a terminal do."""
    return subprocess.Popen(
        words, cwd=folder, env={**os.environ, **environment}, start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - as the fault does
    )  # fmt: skip


def ended(run: "subprocess.Popen[bytes]") -> tuple[int, str]:
    said, _ = run.communicate(timeout=PATIENCE_SECONDS)
    return run.returncode, said.decode()


@pytest.mark.parametrize("count", [1, 40, 150, 400])
def test_ben_14_an_interrupt_during_the_imports_of_a_run_is_silent(count: int, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_HOOK.format(count=count), encoding="utf-8")
    code, said = ended(started(tmp_path, PYTHONPATH=str(tmp_path)))
    assert (code, said) == (130, "")


def has_a_child(process: psutil.Process) -> bool:
    return bool(process.children())


def has_an_idle_or_busy_child(process: psutil.Process) -> bool:
    return any(sum(child.cpu_times()[:2]) > 0.5 for child in process.children(recursive=True))


@pytest.mark.parametrize("moment", [has_a_child, has_an_idle_or_busy_child])
def test_ben_14_an_interrupt_of_the_group_ends_a_run_and_its_children(
    moment: Callable[[psutil.Process], bool], tmp_path: Path
) -> None:
    run = started(tmp_path)
    process = psutil.Process(run.pid)
    eventually(lambda: run.poll() is not None or moment(process))
    children = process.children(recursive=True)
    assert children, "the run ended before it was interrupted"
    os.killpg(run.pid, signal.SIGINT)
    code, said = ended(run)
    assert code == 130, said
    assert "Traceback" not in said
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert list(tmp_path.iterdir()) == []
